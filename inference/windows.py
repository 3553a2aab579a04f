"""Cutting a text that is longer than the encoder's window: overlapping windows, nothing lost, every piece answered once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Of a window, how much is read again on either side of what it answers. More or less of it makes no difference to F1 (benchmarks/windows.py), but with a
# quarter nearly twice the text's pieces are run.
_CONTEXT = 24
# And how much of its longest core is left free on average, so that a sentence's end can be found nearby
_SLACK = 8


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text's pieces that is read at once, and the part of it whose answers count. Half-open indices of pieces."""

    start: int
    end: int
    core_start: int
    core_end: int


def plan_windows(pieces: int, sentences: np.ndarray, words: np.ndarray, size: int) -> list[Window]:
    """Covers a text with windows whose cores follow one another without a gap.

    As few windows as will do, with cores of about one length. A core ends where the nearest sentence does, else between two words. Around its core a
    window has context on both sides: each piece is answered by the window that sees most of what stands around it, and little is read twice.

    Args:
        pieces: Pieces of the text.
        sentences: The first piece of each sentence, increasing. Shape: (sentences,)
        words: The first piece of each word, increasing. Shape: (words,)
        size: Most pieces in a window.

    Returns:
        The windows in order; one if the text fits, none if it is empty.
    """
    if pieces <= size:
        return [Window(0, pieces, 0, pieces)] if pieces else []
    context = max(size // _CONTEXT, 1)
    most = size - 2 * context  # pieces of a core that has context on both sides
    left = max(2, -(-(pieces - 2 * context) // (most - most // _SLACK)))
    windows: list[Window] = []
    start = 0
    while start < pieces:
        end = pieces
        if left > 1:
            high = start + size - context - min(start, context)
            low = max(start + 1, pieces - (left - 1) * most - context)  # or what follows would not fit into the windows that are left
            want = min(max(start + (pieces - start) // left, low), high)
            end = _nearest(sentences, want, low, high) or _nearest(words, want, low, high) or want
        windows.append(_around(start, end, pieces, sentences, size, context))
        start, left = end, left - 1
    return windows


def _around(core_start: int, core_end: int, pieces: int, sentences: np.ndarray, size: int, context: int) -> Window:
    """The window of a core. Its edges too are moved to a sentence's, if one is near and there is room."""
    start, end = max(0, core_start - context), min(pieces, core_end + context)
    if end < pieces:
        room = size - (end - start)
        end = _nearest(sentences, end, core_end + context // 2, min(end + min(context // 2, room), pieces)) or end
    if start:
        room = size - (end - start)
        start = _nearest(sentences, start, start - min(context // 2, room), core_start - context // 2) or start
    return Window(start, end, core_start, core_end)


def _nearest(breaks: np.ndarray, want: int, low: int, high: int) -> int:
    """The break in [low, high] that is nearest to `want`, or 0."""
    at = int(np.searchsorted(breaks, want, side="left"))
    near = [one for one in breaks[max(at - 1, 0) : at + 1].tolist() if max(low, 1) <= one <= high]
    return min(near, key=lambda one: abs(one - want), default=0)
