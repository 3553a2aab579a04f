"""A text rewritten from a raw one, with the way back to the raw offsets.

The offsets never cut a grapheme cluster: a character and the marks on it (tashkeel among them), a tatweel behind a letter, a ZWJ emoji sequence, a flag,
a Hangul syllable and CRLF are one piece of raw text, and whatever was made of any part of it points at the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .clusters import cluster_bounds

_SIZE = 0x110000  # code points; a larger value in a CharacterMap's table stands for none or several characters
_DELETED = _SIZE


def to_codes(text: str) -> NDArray[np.uint32]:
    """The code points of `text`. Shape: (len(text),)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def from_codes(codes: NDArray[np.uint32]) -> str:
    """The text of these code points, lone surrogates included."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


class CharacterMap:
    """What each character becomes, whatever stands beside it: nothing, one character or several.

    Args:
        changes: From a code point to its replacement.
        default: The one character that all code points outside `changes` become; None leaves them alone.
    """

    def __init__(self, changes: Mapping[int, str], default: str | None = None) -> None:
        self._table = np.arange(_SIZE, dtype=np.uint32) if default is None else np.full(_SIZE, ord(default), np.uint32)
        several: dict[str, int] = {}
        for code, new in changes.items():
            if len(new) == 1:
                self._table[code] = ord(new)
            else:
                self._table[code] = several.setdefault(new, _DELETED + 1 + len(several)) if new else _DELETED
        self._lengths = np.array([0, *(len(new) for new in several)], np.int64)
        self._offsets = np.cumsum(self._lengths) - self._lengths
        self._flat = to_codes("".join(several))

    def apply(self, codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64] | None]:
        """Maps the characters.

        Args:
            codes: Shape: (length,).

        Returns:
            The new code points, and for each the index in `codes` it came from; None for the latter where each character became one character.
        """
        new = self._table[codes]
        odd = np.flatnonzero(new >= _SIZE)
        if not odd.size:
            return new, None
        kinds = new[odd].astype(np.int64) - _DELETED
        if not kinds.any():
            keep = np.ones(len(codes), bool)
            keep[odd] = False
            source = np.flatnonzero(keep)
            return new[source], source
        counts = np.ones(len(codes), np.int64)
        counts[odd] = self._lengths[kinds]
        source = np.repeat(np.arange(len(codes)), counts)
        out = new[source]
        wide = np.flatnonzero(out >= _SIZE)
        first = np.cumsum(counts) - counts  # where the characters of each old one begin
        out[wide] = self._flat[self._offsets[out[wide].astype(np.int64) - _DELETED] + wide - first[source[wide]]]
        return out, source


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A text rewritten from a raw one, with the way back.

    Args:
        raw: The untouched text.
        text: The rewritten text.
        starts: Where in `raw` each character of `text` begins. int32, never falling. Shape: (len(text),).
        ends: Where it ends, half-open, always behind its start; takes in the marks, tatweel and joiners behind it. int32, never falling. Shape: (len(text),).
    """

    raw: str
    text: str
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]

    @classmethod
    def identity(cls, raw: str) -> Aligned:
        """The raw text itself; the characters of a grapheme cluster all point at the whole of it."""
        return cls(raw, raw, *cluster_bounds(to_codes(raw)))

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of `raw` that the characters ``text[start:end]`` came from.

        Raises:
            ValueError: The span is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"the span {start} to {end} is empty or outside the text; it takes 0 <= start < end <= {len(self.text)}")
        return int(self.starts[start]), int(self.ends[end - 1])

    def translate(self, table: CharacterMap) -> Aligned:
        """Rewrites each character by itself; what one character became points where that character pointed."""
        codes, source = table.apply(to_codes(self.text))
        return self if not len(self.text) else self.pick(codes, source)

    def pick(self, codes: NDArray[np.uint32], first: NDArray[np.integer[Any]] | None, last: NDArray[np.integer[Any]] | None = None) -> Aligned:
        """A text of these code points, each made from the characters ``text[first]`` to ``text[last]``, both included.

        Args:
            codes: The new text. Shape: (length,).
            first: Indices into `text`, never falling; None where the new characters stand for the old ones one by one. Shape: (length,).
            last: The same for the last character; None where it is `first`. Shape: (length,).
        """
        if first is None:
            return Aligned(self.raw, from_codes(codes), self.starts, self.ends)
        return Aligned(self.raw, from_codes(codes), self.starts[first], self.ends[first if last is None else last])

    def sub(self, pattern: str | re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> Aligned:
        r"""Rewrites each match, as `re.sub` does.

        Characters at the two ends of a match that the replacement repeats keep their offsets; the others point at all of the match between those. Where
        nothing stands between them the nearest character takes in what was deleted, and an inserted one points where its neighbour does.

        Args:
            pattern: A regular expression.
            replacement: With groups as ``\1`` or ``\g<name>``, or a function of the match.

        Raises:
            ValueError: A character is put into an empty text, where it has nothing to point at.
        """
        pattern = re.compile(pattern)
        write = replacement if callable(replacement) else _template(replacement)
        return self.rewrite((match.start(), match.end(), write(match)) for match in pattern.finditer(self.text))

    def rewrite(self, edits: Iterable[tuple[int, int, str]]) -> Aligned:
        """Replaces parts of the text, with offsets as in `sub`.

        Args:
            edits: Start, end and new text of each part, in order, none over another.
        """
        every = np.arange(len(self.text))
        new: list[str] = []
        first: list[NDArray[np.int64]] = []
        last: list[NDArray[np.int64]] = []
        grown: list[tuple[int, int]] = []  # characters that take in what was deleted behind them
        drawn: list[tuple[int, int]] = []  # and before them
        done = length = 0
        for start, end, text in edits:
            old = self.text[start:end]
            if old == text:
                continue
            behind = _shared(old[::-1], text[::-1])
            ahead = _shared(old[: len(old) - behind], text[: len(text) - behind])
            start, end, kept, text = start + ahead, end - behind, ahead, text[ahead : len(text) - behind]
            first.append(every[done:start])
            last.append(every[done:start])
            new += (self.text[done:start], text)
            length += start - done
            if text:
                if not self.text:
                    raise ValueError(f"{text!r} cannot be put into an empty text: it has no raw characters to point at")
                low, high = (start, end - 1) if start < end else (max(start - 1, 0),) * 2
                first.append(np.full(len(text), low))
                last.append(np.full(len(text), high))
                length += len(text)
            elif kept:
                grown.append((length - 1, end - 1))
            elif behind:
                drawn.append((length, start))
            done = end
        if not new:
            return self
        first.append(every[done:])
        last.append(every[done:])
        new.append(self.text[done:])
        lows, highs = np.concatenate(first), np.concatenate(last)
        for at, value in grown:
            highs[at] = value
        for at, value in drawn:
            lows[at] = value
        return Aligned(self.raw, "".join(new), self.starts[lows], self.ends[highs])


def _shared(left: str, right: str) -> int:
    """How many characters both begin with."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


@cache
def _template(replacement: str) -> Callable[[re.Match[str]], str]:
    if "\\" not in replacement:
        return lambda match: replacement
    return lambda match: match.expand(replacement)
