"""From raw texts to numbers: normalise, split into sentences and words, look up the pieces of each word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from ..models.errors import HadathError, nearest
from ..models.sentences import split_sentences
from ..models.text import Aligned
from ..models.words import split_words


def _arabert(raw: str) -> Aligned:
    from ..models.arabert import clean

    return clean(raw)


def _news(raw: str) -> Aligned:
    from ..models.normalise import normalise

    return normalise(raw)


# Characters that remembered words have on average at most
_LONG = 20

NORMALISATIONS: dict[str, Callable[[str], Aligned]] = {"news": _news, "arabert": _arabert, "none": Aligned.identity}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text, ready to be run.

    Args:
        aligned: The normalised text, with the way back to the raw one.
        words: Half-open spans of the words in the normalised text, in order. Shape: (words, 2)
        sentences: Half-open spans in the raw text, in order.
        ids: Pieces, without the special ones. Shape: (pieces,), int32
        first: The first piece of each word. Shape: (words,)
        sentence_words: The first word of each sentence (a sentence without words begins where the next one does). Shape: (sentences,)
    """

    aligned: Aligned
    words: np.ndarray
    sentences: list[tuple[int, int]]
    ids: np.ndarray
    first: np.ndarray
    sentence_words: np.ndarray

    @property
    def sentence_pieces(self) -> np.ndarray:
        """The first piece of each sentence. Shape: (sentences,)"""
        return np.append(self.first, len(self.ids))[self.sentence_words]

    def word(self, index: int) -> str:
        """A word, as normalised."""
        return self.aligned.text[self.words[index, 0] : self.words[index, 1]]

    def raw_span(self, first: int, last: int, skip: int = 0) -> tuple[int, int]:
        """Where words `first` to ``last - 1`` stand in the raw text, without the first `skip` characters of the first one."""
        return self.aligned.raw_span(int(self.words[first, 0]) + skip, int(self.words[last - 1, 1]))


class Encoder:
    """Makes `Encoded` texts. Keeps the pieces of words it has met, since a few thousand words make up most of any news text.

    Args:
        tokenizer: Of the encoder; its pieces of a word must not depend on the words around it.
        normalisation: A name of `NORMALISATIONS`.
        unk: The piece for a word that the tokenizer gives no piece, so that every word keeps its slot.
        remember: Most words to keep from one call to the next, of 20 characters on average at most.
    """

    def __init__(self, tokenizer: Tokenizer, normalisation: str, unk: int, *, remember: int = 500_000) -> None:
        if normalisation not in NORMALISATIONS:
            raise HadathError(f'no normalisation is called "{normalisation}"; {nearest(normalisation, NORMALISATIONS)}')
        self._tokenizer = tokenizer
        self._normalise = NORMALISATIONS[normalisation]
        self._unk = unk
        self._known: dict[str, tuple[int, ...]] = {}
        self._held = 0  # characters of what is known
        self._remember = remember

    def encode(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]] | None] | None = None) -> list[Encoded]:
        """Encodes texts.

        Args:
            texts: Raw texts.
            sentences: For each text its sentences if they are known (gold), else None: they are found.
        """
        found = []
        for index, text in enumerate(texts):
            aligned = self._normalise(text)
            spans = split_words(aligned.text)
            given = sentences[index] if sentences is not None else None
            found.append((aligned, spans, [aligned.text[a:b] for a, b in spans], split_sentences(text) if given is None else list(given)))
        self._learn({word for _, _, words, _ in found for word in words})
        return [self._encode(*one) for one in found]

    def _learn(self, words: set[str]) -> None:
        new = [word for word in words if word not in self._known]
        # a line without blanks is a word too, of any length
        if len(self._known) + len(new) > self._remember or self._held + sum(map(len, new)) > _LONG * self._remember:
            self._known.clear()
            new, self._held = list(words), 0
        self._held += sum(map(len, new))
        if new:
            # lone surrogates, which the normalisation "none" leaves in, are no text to the tokenizer
            clean = [word.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for word in new]
            encodings = self._tokenizer.encode_batch([[word] for word in clean], is_pretokenized=True, add_special_tokens=False)
            for word, encoding in zip(new, encodings, strict=True):
                self._known[word] = tuple(encoding.ids) or (self._unk,)

    def _encode(self, aligned: Aligned, spans: list[tuple[int, int]], words: list[str], sentences: list[tuple[int, int]]) -> Encoded:
        pieces = [self._known[word] for word in words]
        first = np.zeros(len(words) + 1, np.int64)
        np.cumsum([len(one) for one in pieces], out=first[1:])
        bounds = np.array(spans, np.int64).reshape(-1, 2)
        begins = [begin for begin, _ in sentences]
        return Encoded(
            aligned=aligned,
            words=bounds,
            sentences=sentences,
            ids=np.fromiter((one for word in pieces for one in word), np.int32, int(first[-1])),
            first=first[:-1],
            # by the ends: a word may point at a little before its sentence, where a mark makes one cluster with the blank before it
            sentence_words=np.searchsorted(aligned.ends[bounds[:, 0]], begins, side="right"),
        )
