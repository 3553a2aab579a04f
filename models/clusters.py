"""Grapheme clusters: which characters of a raw text may not be torn apart.

The rules are those of UAX 29 (extended clusters) without its tables for Indic conjuncts, and where this file is looser it joins more, never less: a
raw span may then take in a mark too many but never cuts a cluster. One rule is ours: a tatweel, and a tashkeel in its old presentation form, belongs to
the letter before it, as a mark does. Behind a blank such a lengthener begins a cluster: else a word would begin with the blank.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

# the first two join nothing before them
_OTHER, _BLANK, _CONTROL, _CR, _LF, _MARK, _LENGTHENER, _ZWJ, _PREPEND, _FLAG, _PICTURE, _L, _V, _T, _LV, _LVT = _CLASSES = range(16)

_Ranges = tuple[tuple[int, int], ...]
# fmt: off
# Unicode's Extended_Pictographic, in round ranges; Python does not carry that property.
_PICTURES: _Ranges = (
    (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139), (0x2190, 0x23FF), (0x24C2, 0x24C2),
    (0x25A0, 0x27BF), (0x2900, 0x297F), (0x2B00, 0x2BFF), (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3299), (0x1F000, 0x1FFFD),
)
_PREPENDED: _Ranges = (
    (0x0600, 0x0605), (0x06DD, 0x06DD), (0x070F, 0x070F), (0x0890, 0x0891), (0x08E2, 0x08E2), (0x0D4E, 0x0D4E), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
    (0x111C2, 0x111C3), (0x113D1, 0x113D1), (0x1193F, 0x1193F), (0x11941, 0x11941), (0x11A3A, 0x11A3A), (0x11A84, 0x11A89), (0x11D46, 0x11D46),
    (0x11F02, 0x11F02),
)
_MARKS: _Ranges = (
    # by what they do, not by their category: ZWNJ, Thai and Lao am, half-width kana marks, skin tones, tags, variation selectors
    (0x200C, 0x200C), (0x0E33, 0x0E33), (0x0EB3, 0x0EB3), (0xFF9E, 0xFF9F), (0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F), (0xE0100, 0xE01EF),
    # blocks of marks that still grow: a newer mark than this Python knows is one too
    (0x0897, 0x089F), (0x08CA, 0x08E1), (0x08E3, 0x08FF), (0x1AB0, 0x1AFF), (0x10EFA, 0x10EFF),
)
_LENGTHENERS: _Ranges = ((0x0640, 0x0640), (0xFC5E, 0xFC63), (0xFCF2, 0xFCF4), (0xFE70, 0xFE7F))  # tatweel, tashkeel in presentation forms
_FLAGS: _Ranges = ((0x1F1E6, 0x1F1FF),)
# fmt: on
_HANGUL = ((_L, 0x1100, 0x115F), (_L, 0xA960, 0xA97C), (_V, 0x1160, 0x11A7), (_V, 0xD7B0, 0xD7C6), (_T, 0x11A8, 0x11FF), (_T, 0xD7CB, 0xD7FB))


def cluster_bounds(codes: NDArray[np.uint32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The bounds of the cluster each character is in.

    Args:
        codes: The code points of a text. Shape: (length,).

    Returns:
        Where the cluster of each character begins, and where it ends (half-open). Shape: (length,) each.
    """
    starts = np.arange(len(codes), dtype=np.int32)
    ends = starts + np.int32(1)
    if len(codes) < 2:
        return starts, ends
    classes = _classes()[codes]
    glued = _glued(classes)
    if glued.size:
        starts[glued] = 0
        np.maximum.accumulate(starts, out=starts)
        ends[glued - 1] = len(codes)
        ends = np.minimum.accumulate(ends[::-1])[::-1]
    return starts, np.ascontiguousarray(ends)


def _glued(classes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The positions of characters that belong to the one before them; not in order where flags are among them."""
    candidates = np.flatnonzero((classes[1:] > _BLANK) | (classes[:-1] == _PREPEND)) + 1
    glued = candidates[_joins()[classes[candidates - 1], classes[candidates]]]
    flags = np.flatnonzero(classes == _FLAG)
    if flags.size:  # regional indicators pair up from the first of each run on
        count = np.arange(flags.size)
        opens = np.concatenate(([True], np.diff(flags) != 1))
        odd = (count - np.maximum.accumulate(np.where(opens, count, 0))) % 2 == 1
        glued = np.concatenate((glued, flags[odd]))
    return glued


@cache
def _joins() -> NDArray[np.bool_]:
    """Whether a character of the second class belongs to one of the first right before it. Shape: (classes, classes)."""
    joins = np.zeros((len(_CLASSES), len(_CLASSES)), bool)
    joins[:, [_MARK, _LENGTHENER, _ZWJ]] = True
    joins[_BLANK, _LENGTHENER] = False
    joins[_PREPEND] = True
    joins[[_CONTROL, _CR, _LF]] = False
    joins[:, [_CONTROL, _CR, _LF]] = False
    joins[_CR, _LF] = True
    joins[_ZWJ, _PICTURE] = True
    joins[_L, [_L, _V, _LV, _LVT]] = True
    joins[np.ix_([_LV, _V], [_V, _T])] = True
    joins[[_LVT, _T], _T] = True
    return joins


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of each code point. Built on first use: the import stays cheap. Shape: (0x110000,)."""
    classes = np.zeros(0x110000, np.uint8)
    by_category = dict.fromkeys(("Mn", "Me", "Mc"), _MARK) | dict.fromkeys(("Cc", "Cf", "Zl", "Zp", "Cs"), _CONTROL) | {"Zs": _BLANK}
    classes[:0x20000] = [by_category.get(unicodedata.category(chr(code)), _OTHER) for code in range(0x20000)]  # nothing of the kind lies above, but:
    classes[0xE0000:0xE1000] = _CONTROL
    blocks = ((_PICTURE, _PICTURES), (_PREPEND, _PREPENDED), (_MARK, _MARKS), (_LENGTHENER, _LENGTHENERS), (_FLAG, _FLAGS))
    for value, ranges in blocks:
        for first, last in ranges:
            classes[first : last + 1] = value
    for value, first, last in _HANGUL:
        classes[first : last + 1] = value
    classes[0xAC00:0xD7A4] = _LVT
    classes[0xAC00:0xD7A4:28] = _LV
    classes[[0x200D, 0x0D, 0x0A]] = (_ZWJ, _CR, _LF)
    return classes
