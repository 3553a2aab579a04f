"""Quotation marks and brackets of mentions: where one of a pair can be brought to its other, or left outside, it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..models.decoding import WordSpan
from .encoding import Encoded

_CLOSING = {'"': '"', "«": "»", "“": "”", "(": ")", "[": "]"}
_OPENING = {close: opening for opening, close in _CLOSING.items()}
_MARK = re.compile(f"[{re.escape(''.join({*_CLOSING, *_OPENING}))}]")


def with_whole_pairs(text: Encoded, spans: Sequence[WordSpan]) -> list[WordSpan]:
    """The spans of a text with their marks in pairs, as far as can be.

    A mark without its other at the edge of a mention is left outside (``طالبان"`` of ``"طالبان"``). If one stands inside, and its other touches the mention,
    that one is taken in (``حركة "طالبان``); else it stays. A mention of nothing but marks is none.

    Args:
        text: The text.
        spans: In order; none shares a word with another, nor will it.
    """
    found: list[WordSpan] = []
    for at, span in enumerate(spans):
        begin, end = int(text.words[span.first, 0]), int(text.words[span.last - 1, 1])
        if _MARK.search(text.aligned.text, begin, end):
            least = found[-1].last if found else 0
            most = spans[at + 1].first if at + 1 < len(spans) else len(text.words)
            first, last = _mended(text, span.first, span.last, least, most)
            if all(_MARK.fullmatch(text.word(one)) for one in range(first, last)):
                continue
            span = replace(span, first=first, last=last)
        found.append(span)
    return found


def _mended(text: Encoded, first: int, last: int, least: int, most: int) -> tuple[int, int]:
    """The words from `first` to ``last - 1`` without lone marks at the edges, and with the others of those inside, from `least` to ``most - 1``."""
    alone = _alone(text, first, last)
    while first < last and first in alone:
        first += 1
    while first < last and last - 1 in alone:
        last -= 1
    if first == last:
        return first, last
    inside = [one for one in alone if first < one < last]
    opening = {_CLOSING.get(text.word(one)) for one in inside if _touch(text, one)}
    closing = {_OPENING.get(text.word(one)) for one in inside if _touch(text, one - 1)}
    grown = first
    if first > least and _touch(text, first - 1) and text.word(first - 1) in closing:
        grown -= 1
    if last < most and _touch(text, last - 1) and text.word(last) in opening:
        last += 1
    return grown, last


def _alone(text: Encoded, first: int, last: int) -> set[int]:
    """Those of the words that are marks without their other among them."""
    alone: set[int] = set()
    opened: list[int] = []
    for at in range(first, last):
        word = text.word(at)
        pair = next((one for one in reversed(opened) if _CLOSING[text.word(one)] == word), None)
        if pair is not None:  # what was opened behind it was never closed
            alone.update(one for one in opened if one > pair)
            opened = [one for one in opened if one < pair]
        elif word in _CLOSING:
            opened.append(at)
        elif word in _OPENING:
            alone.add(at)
    return alone | set(opened)


def _touch(text: Encoded, at: int) -> bool:
    """Whether nothing stands between a word and the next one: a straight quotation mark opens what it touches behind it, and closes what it touches before."""
    return int(text.words[at, 1]) == int(text.words[at + 1, 0])
