"""Quotation marks and brackets of mentions: both of a pair belong to a mention, or neither does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..models.decoding import WordSpan
from .encoding import Encoded

_CLOSING = {'"': '"', "«": "»", "“": "”", "(": ")", "[": "]"}
_OPENING = {close: opening for opening, close in _CLOSING.items()}
_MARK = re.compile(r'["«»“”()\[\]]')


def with_whole_pairs(text: Encoded, spans: Sequence[WordSpan]) -> list[WordSpan]:
    """The spans of a text, in order, none of them with one mark of a pair and without the other.

    A mark at the edge of a mention is left outside (``طالبان"`` of ``"طالبان"``); if one stands inside, and its other right before or behind the mention, that
    one is taken in (``حركة "طالبان``). What has no other there stays as it is. A mention of nothing but marks is none.
    """
    found: list[WordSpan] = []
    for at, span in enumerate(spans):
        begin, end = int(text.words[span.first, 0]), int(text.words[span.last - 1, 1])
        if _MARK.search(text.aligned.text, begin, end):
            least = found[-1].last if found else 0
            most = spans[at + 1].first if at + 1 < len(spans) else len(text.words)
            first, last = _whole(text, span.first, span.last, least, most)
            if first >= last:
                continue
            span = replace(span, first=first, last=last)
        found.append(span)
    return found


def _whole(text: Encoded, first: int, last: int, least: int, most: int) -> tuple[int, int]:
    """Words from `first` to ``last - 1`` with their marks in pairs, as far as words between `least` and ``most - 1`` can make it so."""
    while first < last and (lone := _lone(text, first, last)) is not None:
        mark = text.word(lone)
        if lone == last - 1:
            last -= 1
        elif lone == first:
            first += 1
        elif last < most and text.word(last) == _CLOSING.get(mark):
            last += 1
        elif first > least and text.word(first - 1) == _OPENING.get(mark):
            first -= 1
        else:
            break
    return first, last


def _lone(text: Encoded, first: int, last: int) -> int | None:
    """The first of the words that is a mark without its other among them; None if there is none."""
    open_marks: list[int] = []
    for at in range(first, last):
        word = text.word(at)
        if open_marks and _CLOSING[text.word(open_marks[-1])] == word:
            open_marks.pop()
        elif word in _CLOSING:
            open_marks.append(at)
        elif word in _OPENING:
            return at
    return open_marks[0] if open_marks else None
