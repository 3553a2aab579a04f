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


class Sentences:
    """Sentences to look for in texts, by their runs of six words, compared as normalised.

    Args:
        sentences: The sentences, raw. Those of fewer than six words cannot be told apart.
        share: A sentence stands in a text if at least this share of its runs does. 0 to 1.
    """

    def __init__(self, sentences: Sequence[str], share: float = 0.5) -> None:
        self.share = share
        self._numbers: dict[str, int] = {}
        runs = [_shingles(normalise(one).text, self._numbers, grow=True) for one in sentences]
        self._lengths = np.array([len(one) for one in runs], np.int64)
        # every run there is, in order, and where each sentence has it
        self.runs, which = np.unique(np.concatenate([*runs, np.zeros(0, np.uint64)]), return_inverse=True)
        owners = np.repeat(np.arange(len(runs)), self._lengths)
        order = np.argsort(which, kind="stable")
        self._owners, self._begins = owners[order], np.searchsorted(which[order], np.arange(len(self.runs) + 1))

    def __len__(self) -> int:
        return int((self._lengths > 0).sum())

    def met(self, text: str) -> np.ndarray:
        """Which of the runs stand in a normalised text: indices, each once."""
        found = _shingles(text, self._numbers, grow=False)
        if not len(found) or not len(self.runs):
            return np.zeros(0, np.int64)
        at = np.searchsorted(self.runs, found).clip(max=len(self.runs) - 1)
        return np.unique(at[self.runs[at] == found])

    def standing(self, met: np.ndarray) -> np.ndarray:
        """Which sentences stand where these runs do, by number. Shape: (sentences that do,)"""
        owners = np.concatenate([*(self._owners[self._begins[one] : self._begins[one + 1]] for one in met.tolist()), np.zeros(0, np.int64)])
        counts = np.bincount(owners, minlength=len(self._lengths))
        return np.flatnonzero((counts > 0) & (counts >= self.share * self._lengths))

    def stand_in(self, text: str) -> bool:
        """Whether any of the sentences stands in a normalised text."""
        met = self.met(text)
        return bool(len(met) and len(self.standing(met)))


def find_duplicates(sentences: Sequence[str], texts: Iterable[str], *, share: float = 0.5) -> Duplicates:
    """Looks for sentences in a text of any length, which is read once.

    Args:
        sentences: The sentences, raw.
        texts: Documents, normalised, as `text_corpus.read_documents` gives them.
        share: See `Sentences`; here the runs may stand anywhere in the whole of the texts.
    """
    wanted = Sentences(sentences, share)
    met = np.zeros(len(wanted.runs), bool)
    for text in texts:
        met[wanted.met(text)] = True
    twice = [sentences[at] for at in wanted.standing(np.flatnonzero(met))]
    return Duplicates(len(wanted), len(twice), tuple(twice[:10]))


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
