"""Pairs of a trigger and a mention that may be its argument, and what is known of a pair beside what the encoder says of its words.

In numpy and over many texts at once: training makes its examples with it, prediction its questions.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .scheme import Scheme

# Most words between a trigger and its argument; of the arguments in the news corpus 0.1% lie further off
REACH = 40
# Lower edges of the buckets of that distance
_EDGES = np.array([1, 2, 3, 4, 5, 7, 10, 15, 21])
# Third feature of a pair whose mention is the word right behind the trigger
RIGHT_BEHIND = len(_EDGES) + 1
# What is counted up to: spans that stand between, sentences on or back
_MOST, _SENTENCES = 4, 2
NO_ROLE = 0


@dataclass(frozen=True, slots=True)
class Spans:
    """Triggers or mentions of several texts, in order. The words of the texts are counted through.

    Args:
        first: First word. Shape: (spans,)
        last: One past the last word. Shape: (spans,)
        label: Number of the label. Shape: (spans,)
    """

    first: np.ndarray
    last: np.ndarray
    label: np.ndarray

    @classmethod
    def of(cls, spans: Sequence[tuple[int, int, int]]) -> Spans:
        """From (first word, one past the last, label)."""
        return cls(*np.array(spans, np.int64).reshape(-1, 3).T)

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which trigger, which mention, the numbers of each pair's features, and the line it stands in, in order.

    Shapes: (pairs,), (pairs,), (pairs, features), (pairs,)
    """

    trigger: np.ndarray
    mention: np.ndarray
    features: np.ndarray
    lines: np.ndarray

    def __len__(self) -> int:
        return len(self.trigger)


def feature_sizes(scheme: Scheme) -> tuple[int, ...]:
    """How many values each feature has: the trigger's label, the mention's, how far off and on which side it stands, how many mentions and how many
    triggers stand between, and how many sentences on it is."""
    return len(scheme.triggers), len(scheme.entities), 2 * (len(_EDGES) + 1), _MOST + 1, _MOST + 1, 2 * _SENTENCES + 1


def fillable(scheme: Scheme) -> np.ndarray:
    """Which entity labels may fill which role; role 0, none, is open to all. Shape: (entities, 1 + roles), bool"""
    open_to = np.ones((len(scheme.entities), 1 + len(scheme.roles)), bool)
    for column, role in enumerate(scheme.roles, 1):
        if role in scheme.fillers:
            open_to[:, column] = [label in scheme.fillers[role] for label in scheme.entities]
    return open_to


def candidate_pairs(triggers: Spans, mentions: Spans, lines: np.ndarray, sentences: np.ndarray, scheme: Scheme) -> Pairs:
    """Every pair that may be an event and its argument: of one line, within reach, and of a label that fills some role.

    Args:
        triggers: In order, not overlapping.
        mentions: The same.
        lines: The number of each word's line (in news, a paragraph), over all texts. Shape: (words,)
        sentences: The number of each word's sentence. Shape: (words,)
        scheme: Says who may fill what.
    """
    low = np.searchsorted(mentions.last, triggers.first - REACH, side="left")
    high = np.searchsorted(mentions.first, triggers.last + REACH, side="right")
    counts = np.maximum(high - low, 0)
    trigger = np.repeat(np.arange(len(triggers)), counts)
    mention = np.arange(len(trigger)) + np.repeat(low - (np.cumsum(counts) - counts), counts)
    fills = np.asarray(fillable(scheme)[:, 1:].any(axis=1))
    keep = fills[mentions.label[mention]] & (lines[triggers.first[trigger]] == lines[mentions.first[mention]])
    trigger, mention = trigger[keep], mention[keep]

    t_first, t_last, m_first, m_last = triggers.first[trigger], triggers.last[trigger], mentions.first[mention], mentions.last[mention]
    after = m_first >= t_last
    gap = np.where(after, m_first - t_last, t_first - m_last).clip(0)
    side = np.searchsorted(_EDGES, gap, side="right") + after * RIGHT_BEHIND
    mentions_between = np.where(
        after,
        mention - np.searchsorted(mentions.first, t_last, side="left"),
        np.searchsorted(mentions.last, t_first, side="right") - mention - 1,
    )
    triggers_between = np.where(
        after,
        np.searchsorted(triggers.last, m_first, side="right") - trigger - 1,
        trigger - np.searchsorted(triggers.first, m_last, side="left"),
    )
    onward = (sentences[m_first] - sentences[t_first]).clip(-_SENTENCES, _SENTENCES) + _SENTENCES
    features = np.stack(
        [triggers.label[trigger], mentions.label[mention], side, mentions_between.clip(0, _MOST), triggers_between.clip(0, _MOST), onward], axis=1
    )
    return Pairs(trigger, mention, features.astype(np.int64), lines[t_first])


def whole_lines(lines: np.ndarray, most: int) -> list[slice]:
    """Stretches of pairs to score together, since a pair is judged among the others of its line: whole lines, as many as have so many pairs. A line that
    has more is cut after so many, wherever it stands.

    Args:
        lines: The line of each pair, in order. Shape: (pairs,)
        most: Pairs in a stretch, at most.
    """
    edges = [0, *(np.flatnonzero(np.diff(lines)) + 1).tolist(), len(lines)]
    parts: list[slice] = []
    begin = 0
    for start, end in itertools.pairwise(edges):
        if end - begin > most and start > begin:
            parts.append(slice(begin, start))
            begin = start
        while end - begin > most:
            parts.append(slice(begin, begin + most))
            begin += most
    return [*parts, slice(begin, len(lines))] if begin < len(lines) else parts
