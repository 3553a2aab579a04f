"""Near-duplicates: which sentences of labelled data stand, whole or nearly, in the text that a model was pretrained or trained on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..models.normalise import normalise
from ..models.words import split_words

# Words in a shingle. Six words in a row seldom meet by chance; set phrases of agencies do, hence the share of shingles that is asked for
_SHINGLE = 6
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Duplicates:
    """What was found.

    Args:
        sentences: Sentences long enough to be told apart (of at least six words).
        found: Those of them that stand in the text, nearly or whole.
        examples: The first of these, at most ten.
    """

    sentences: int
    found: int
    examples: tuple[str, ...]


def find_duplicates(sentences: Sequence[str], texts: Iterable[str], *, share: float = 0.5) -> Duplicates:
    """Looks for sentences in a text of any length, which is read once.

    Args:
        sentences: The sentences, raw.
        texts: Documents, normalised, as `text_corpus.read_documents` gives them.
        share: A sentence stands in the text if at least this share of its runs of six words does, compared as normalised. 0 to 1.
    """
    numbers: dict[str, int] = {}
    shingles = [_shingles(normalise(one).text, numbers, grow=True) for one in sentences]
    wanted = np.unique(np.concatenate([*shingles, np.zeros(0, np.uint64)]))
    met = np.zeros(len(wanted), bool)
    for text in texts:
        found = _shingles(text, numbers, grow=False)
        if len(found) and len(wanted):
            at = np.searchsorted(wanted, found).clip(max=len(wanted) - 1)
            met[at[wanted[at] == found]] = True
    rows = [met[np.searchsorted(wanted, one)].mean() if len(one) else 0.0 for one in shingles]
    twice = [one for one, row in zip(sentences, rows, strict=True) if row and row >= share]
    return Duplicates(sum(bool(len(one)) for one in shingles), len(twice), tuple(twice[:10]))


def _shingles(text: str, numbers: dict[str, int], *, grow: bool) -> np.ndarray:
    """The runs of six words of a text, as numbers; a word that no sentence has breaks none of them, since it is its own number, 0."""
    words = [text[start:end] for start, end in split_words(text)]
    ids = np.array([_number(word, numbers) for word in words] if grow else [numbers.get(word, 0) for word in words], np.uint64)
    if len(ids) < _SHINGLE:
        return np.zeros(0, np.uint64)
    found = np.zeros(len(ids) - _SHINGLE + 1, np.uint64)
    for at in range(_SHINGLE):
        found = found * _FACTOR + ids[at : len(ids) - _SHINGLE + 1 + at]
        found ^= found >> np.uint64(29)
    return found


def _number(word: str, numbers: dict[str, int]) -> int:
    return numbers.setdefault(word, len(numbers) + 1)


def report(found: Mapping[str, Duplicates]) -> str:
    """A line a file: how many of its sentences stand in the text."""
    lines = []
    for name, one in found.items():
        lines.append(f"{name}: {one.found} of {one.sentences} sentences of six words or more stand in the text")
        lines += [f"  {example}" for example in one.examples[:3]]
    return "\n".join(lines)
