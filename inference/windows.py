"""Cutting a text that is longer than the encoder's window: overlapping windows, nothing lost, every piece answered once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text's pieces that is read at once, and the part of it whose answers count. Half-open indices of pieces."""

    start: int
    end: int
    core_start: int
    core_end: int


def plan_windows(pieces: int, sentences: np.ndarray, words: np.ndarray, size: int) -> list[Window]:
    """Covers a text with windows whose cores follow one another without a gap.

    A core ends where a sentence does if one ends in its last half, else between two words. Around its core a window has about as much context on both
    sides as there is room for, so that each piece is answered by a window that sees what stands around it.

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
    context = size // 4
    windows: list[Window] = []
    core_start = 0
    while core_start < pieces:
        most = size - min(core_start, context)
        core_end = pieces
        if core_start + most < pieces:
            furthest = core_start + most - context
            core_end = _last(sentences, core_start + (furthest - core_start) // 2, furthest) or _last(words, core_start + 1, furthest) or furthest
        free = size - (core_end - core_start)
        end = min(pieces, core_end + free // 2)
        start = max(0, end - size)
        end = min(pieces, start + size)
        # a window that begins with a sentence reads it from its start, as the encoder is used to
        start = _first(sentences, start, core_start)
        windows.append(Window(start, end, core_start, core_end))
        core_start = core_end
    return windows


def _last(breaks: np.ndarray, low: int, high: int) -> int:
    """The last break in [low, high], or 0."""
    at = int(np.searchsorted(breaks, high, side="right")) - 1
    return int(breaks[at]) if at >= 0 and breaks[at] >= max(low, 1) else 0


def _first(breaks: np.ndarray, low: int, high: int) -> int:
    """The first break in [low, high] if it costs at most a quarter of what lies between, else `low`."""
    at = int(np.searchsorted(breaks, low, side="left"))
    return int(breaks[at]) if at < len(breaks) and breaks[at] <= low + (high - low) // 4 else low
