"""The one decoder: from logits per word to spans of words, over legal tag sequences, in numpy and over a whole batch at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

# Most words decoded together; a text that is longer is decoded alone
_WORDS = 50_000


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A decoded mention: first word, one past the last, the number of its label, its score (0 to 1)."""

    first: int
    last: int
    label: int
    score: float


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Log-probabilities over the last axis, in the logits' own precision."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Probabilities of independent logits, without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * logits))


def decode(logits: Sequence[np.ndarray], *, temperature: float = 1.0, bias: np.ndarray | None = None) -> list[list[WordSpan]]:
    """The most likely legal tag sequence of each text, as spans.

    A sequence is legal if every ``I-X`` follows ``B-X`` or ``I-X``. The tags of `models.tags.Tags` are scored independently, so this is the Viterbi
    algorithm with transitions that are free or forbidden.

    Args:
        logits: One array a text. Shape: (words, tags)
        temperature: Divides the logits; changes scores, and spans only where a text's words disagree.
        bias: Added to the tags' log-probabilities before decoding, such as thresholds fitted on dev. Shape: (tags,)

    Returns:
        For each text its spans in order. A span's score is the geometric mean of its tags' probabilities.
    """
    found: list[list[WordSpan]] = [[] for _ in logits]
    for group in _groups([len(one) for one in logits]):
        ends = np.cumsum([len(logits[one]) for one in group])
        scores = log_softmax(np.concatenate([logits[one] for one in group]).astype(np.float32) / temperature)
        tags = _best(scores if bias is None else scores + bias, np.append(0, ends[:-1]))
        chosen = np.take_along_axis(scores, tags[:, None], axis=1)[:, 0]
        for one, start, end in zip(group, [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            found[one] = _spans(tags[start:end], chosen[start:end], (scores.shape[1] - 1) // 2)
    return found


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts to decode together: as many as have so many words, but at least one."""
    group: list[int] = []
    words = 0
    for one, length in enumerate(lengths):
        if group and words + length > _WORDS:
            yield group
            group, words = [], 0
        if length:
            group.append(one)
            words += length
    if group:
        yield group


def _best(scores: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The best legal sequence of tags of each text.

    Most words of a text are in no mention and need no search: texts are cut where the best sequence surely has no ``I``, and what lies between two cuts
    is searched by itself, all stretches of one length at once.

    Args:
        scores: Log-probabilities of the words of all texts. Shape: (words, tags)
        starts: The first word of each text. Shape: (texts,)

    Returns:
        Tags, int64. Shape: (words,)
    """
    words, tags = scores.shape
    count = (tags - 1) // 2
    begins, insides = scores[:, 1 : 1 + count], scores[:, 1 + count :]
    # An I-X can be taken for the best other tag if the next word, where it was I-X too, becomes B-X. That never costs more than this:
    next_loses = np.zeros((words, count), np.float32)
    np.maximum(insides[1:] - begins[1:], 0.0, out=next_loses[:-1])
    gain = scores[:, : 1 + count].max(axis=1, keepdims=True) - insides
    cut = (gain > next_loses).all(axis=1)
    cut[starts] = True
    firsts = np.flatnonzero(cut)
    lengths = np.diff(firsts, append=words)
    found = np.zeros(words, np.int64)
    for length in np.unique(lengths).tolist():
        places = firsts[lengths == length][:, None] + np.arange(length)
        found[places] = _viterbi(scores[places])
    return found


def _viterbi(scores: np.ndarray) -> np.ndarray:
    """The best legal sequence of tags of stretches of one length.

    Args:
        scores: Log-probabilities. Shape: (stretches, words, tags)

    Returns:
        Tags, int64. Shape: (stretches, words)
    """
    stretches, words, tags = scores.shape
    count = (tags - 1) // 2
    begins, insides = slice(1, 1 + count), slice(1 + count, tags)
    back = np.zeros((stretches, words, tags), np.int16)
    best = scores[:, 0].copy()
    best[:, insides] = -np.inf
    rows, labels = np.arange(stretches), np.arange(count)
    for at in range(1, words):
        before = best.argmax(axis=1)
        goes_on = best[:, insides] > best[:, begins]
        back[:, at, : 1 + count] = before[:, None]
        back[:, at, insides] = np.where(goes_on, 1 + count + labels, 1 + labels)
        step = scores[:, at].copy()
        step[:, : 1 + count] += best[rows, before][:, None]
        step[:, insides] += np.maximum(best[:, insides], best[:, begins])
        best = step
    path = np.zeros((stretches, words), np.int64)
    path[:, -1] = best.argmax(axis=1)
    for at in range(words - 1, 0, -1):
        path[:, at - 1] = back[rows, at, path[:, at]]
    return path


def _spans(tags: np.ndarray, scores: np.ndarray, count: int) -> list[WordSpan]:
    spans = []
    starts = np.flatnonzero((tags > 0) & (tags <= count)).tolist()
    said, logs = tags.tolist(), scores.tolist()  # spans are a word or two: numbers of Python are quicker than arrays
    for start in starts:
        label = said[start] - 1
        end = start + 1
        while end < len(said) and said[end] == 1 + count + label:
            end += 1
        spans.append(WordSpan(start, end, label, math.exp(sum(logs[start:end]) / (end - start))))
    return spans


def any_of(logits: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The probability that at least one piece of a stretch says a label, taking the pieces as independent (noisy or).

    Args:
        logits: Shape: (pieces, labels)
        starts: Where each stretch begins; it ends where the next one does. Increasing. Shape: (stretches,)

    Returns:
        Probabilities. Shape: (stretches, labels)
    """
    softplus = np.logaddexp(0.0, logits.astype(np.float32))
    return -np.expm1(-np.add.reduceat(softplus, starts, axis=0)) if len(starts) else np.zeros((0, logits.shape[1]), np.float32)
