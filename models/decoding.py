"""The one decoder: from logits per word to spans of words, over legal tag sequences, in numpy and over a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

# Most texts decoded together, and most word slots, padding included; a text that is longer is decoded alone
_TEXTS, _SLOTS = 64, 50_000


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
        lengths = np.array([len(logits[one]) for one in group])
        scores = np.zeros((len(group), int(lengths.max()), logits[group[0]].shape[1]), np.float32)
        for row, one in enumerate(group):
            scores[row, : lengths[row]] = log_softmax(logits[one].astype(np.float32) / temperature)
        tags = _viterbi(scores if bias is None else scores + bias, lengths)
        chosen = np.take_along_axis(scores, tags[:, :, None], axis=2)[:, :, 0]
        for row, one in enumerate(group):
            found[one] = _spans(tags[row, : lengths[row]], chosen[row, : lengths[row]], (scores.shape[2] - 1) // 2)
    return found


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts to decode together: of like length, so that little is padded, and of few word slots, so that a long text does not widen many short ones."""
    group: list[int] = []
    for one in sorted((one for one, length in enumerate(lengths) if length), key=lambda one: lengths[one]):
        if group and (len(group) == _TEXTS or (len(group) + 1) * lengths[one] > _SLOTS):  # in order of length: this text is the longest so far
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _viterbi(scores: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The best legal sequence of tags.

    Args:
        scores: Log-probabilities. Shape: (texts, words, tags)
        lengths: Words of each text; the rest is padding. Shape: (texts,)

    Returns:
        Tags, int64; what lies past a text's length means nothing. Shape: (texts, words)
    """
    texts, words, tags = scores.shape
    count = (tags - 1) // 2
    begins, insides = slice(1, 1 + count), slice(1 + count, tags)
    back = np.zeros((texts, words, tags), np.int16)
    best = scores[:, 0].copy()
    best[:, insides] = -np.inf
    rows, labels = np.arange(texts), np.arange(count)
    for at in range(1, words):
        before = best.argmax(axis=1)
        top = best[rows, before][:, None]
        goes_on = best[:, insides] > best[:, begins]
        back[:, at, : 1 + count] = before[:, None]
        back[:, at, insides] = np.where(goes_on, 1 + count + labels, 1 + labels)
        step = scores[:, at].copy()
        step[:, : 1 + count] += top
        step[:, insides] += np.where(goes_on, best[:, insides], best[:, begins])
        best = np.where((at < lengths)[:, None], step, best)
    path = np.zeros((texts, words), np.int64)
    at_tag = best.argmax(axis=1)
    for at in range(words - 1, -1, -1):
        live = at < lengths
        path[live, at] = at_tag[live]
        if at:
            at_tag = np.where(live, back[rows, at, at_tag], at_tag)
    return path


def _spans(tags: np.ndarray, scores: np.ndarray, count: int) -> list[WordSpan]:
    spans = []
    starts = np.flatnonzero((tags > 0) & (tags <= count)).tolist()
    for start in starts:
        label = int(tags[start]) - 1
        end = start + 1
        while end < len(tags) and tags[end] == 1 + count + label:
            end += 1
        spans.append(WordSpan(start, end, label, float(np.exp(scores[start:end].mean()))))
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
