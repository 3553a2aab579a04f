"""Candidate pairs against a count in plain Python, over random spans of several texts."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest

from hadath.models.pairs import REACH, Spans, candidate_pairs, feature_sizes, fillable, whole_lines
from hadath.models.scheme import Scheme, load_scheme

# D fills nothing; OTHER is open to all but would make D fill something, so it is in WIDE only
NARROW = Scheme(entities=("A", "B", "C", "D"), triggers=("X", "Y"), roles=("R", "S"), fillers={"R": ("A", "B"), "S": ("C",)})
WIDE = Scheme(entities=("A", "B", "C", "D"), triggers=("X", "Y"), roles=("R", "OTHER"), fillers={"R": ("A",)})


@dataclass
class Texts:
    """Words counted through several texts: of each its line and its sentence, and the spans over them."""

    lines: list[int]
    sentences: list[int]
    triggers: list[tuple[int, int, int]]
    mentions: list[tuple[int, int, int]]

    def pairs(self, scheme: Scheme) -> dict[tuple[int, int], list[int]]:
        found = candidate_pairs(Spans.of(self.triggers), Spans.of(self.mentions), np.array(self.lines), np.array(self.sentences), scheme)
        assert found.features.shape == (len(found), len(feature_sizes(scheme)))
        keys = list(zip(found.trigger.tolist(), found.mention.tolist(), strict=True))
        assert keys == sorted(set(keys))  # each once, by trigger and then by mention
        return dict(zip(keys, found.features.tolist(), strict=True))


def _spans(chooser: random.Random, lines: list[int], labels: int, gap: int) -> list[tuple[int, int, int]]:
    """Spans in order that do not overlap, none over the end of a line."""
    spans, at = [], chooser.randrange(gap)
    while at < len(lines):
        last = at + 1
        while last < len(lines) and lines[last] == lines[at] and last - at < 4 and chooser.random() < 0.4:
            last += 1
        spans.append((at, last, chooser.randrange(labels)))
        at = last + chooser.randrange(gap)
    return spans


def _texts(seed: int) -> Texts:
    chooser = random.Random(seed)
    lines: list[int] = []
    sentences: list[int] = []
    for text in range(4):
        line = sentence = 0
        for word in range(chooser.choice((0, 1, 30, 160))):
            if word and chooser.random() < 0.02:
                line += 1
                sentence += chooser.choice((1, 1, 2))  # an empty one lies between, now and then
            elif word and chooser.random() < 0.1:
                sentence += 1
            lines.append(1000 * text + line)
            sentences.append(sentence)
    # triggers and mentions are decoded apart, so they may share words
    return Texts(lines, sentences, _spans(chooser, lines, 2, chooser.choice((2, 9))), _spans(chooser, lines, 4, chooser.choice((2, 6, 30))))


def _between(spans: list[tuple[int, int, int]], low: int, high: int) -> int:
    return sum(low <= first and last <= high for first, last, _ in spans)


def _distance(words: int) -> int:
    """The bucket of a distance: 0, 1, 2, 3, 4, 5-6, 7-9, 10-14, 15-20, 21 and more."""
    return next(bucket for bucket, most in enumerate((0, 1, 2, 3, 4, 6, 9, 14, 20, 10**9)) if words <= most)


def _by_hand(texts: Texts, scheme: Scheme) -> dict[tuple[int, int], list[int]]:
    found = {}
    for t, (t_first, t_last, t_label) in enumerate(texts.triggers):
        for m, (m_first, m_last, m_label) in enumerate(texts.mentions):
            if texts.lines[t_first] != texts.lines[m_first]:
                continue
            name = scheme.entities[m_label]
            if not any(role not in scheme.fillers or name in scheme.fillers[role] for role in scheme.roles):
                continue
            after = m_first >= t_last
            low, high = (t_last, m_first) if after else (m_last, t_first)
            words = max(0, high - low)
            if words > 40:
                continue
            found[t, m] = [
                t_label,
                m_label,
                _distance(words) + (10 if after else 0),
                min(4, _between(texts.mentions, low, high)),
                min(4, _between(texts.triggers, low, high)),
                2 + max(-2, min(2, texts.sentences[m_first] - texts.sentences[t_first])),
            ]
    return found


@pytest.mark.parametrize("scheme", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("seed", range(20))
def test_every_pair_and_each_of_its_features(seed: int, scheme: Scheme) -> None:
    texts = _texts(seed)
    assert texts.pairs(scheme) == _by_hand(texts, scheme)


def test_the_random_texts_have_all_that_can_be() -> None:
    """What the test above compares is worth it: all values of all features come, and every ground on which a pair is none."""
    seen = [features for seed in range(20) for features in _texts(seed).pairs(NARROW).values()]
    values = [set(column) for column in zip(*seen, strict=True)]
    # D fills no role; what stands before a trigger at 0 words has all of the buckets of the other side
    assert values == [{0, 1}, {0, 1, 2}, set(range(20)), set(range(5)), set(range(5)), set(range(5))]
    assert any(texts.mentions and len(texts.lines) > 200 for texts in map(_texts, range(20)))


def test_pairs_of_a_text_are_the_same_among_others() -> None:
    count = 0
    for texts in map(_texts, range(20)):
        begin = next((at for at, line in enumerate(texts.lines) if line >= 3000), len(texts.lines))  # of the last text
        triggers, mentions = (
            [(first - begin, last - begin, label) for first, last, label in spans if first >= begin] for spans in (texts.triggers, texts.mentions)
        )
        alone = Texts(texts.lines[begin:], texts.sentences[begin:], triggers, mentions).pairs(WIDE)
        before = len(texts.triggers) - len(triggers), len(texts.mentions) - len(mentions)
        among = {(t - before[0], m - before[1]): features for (t, m), features in texts.pairs(WIDE).items() if t >= before[0]}
        assert alone == among
        count += len(alone)
    assert count > 100


@pytest.mark.parametrize("after", [True, False])
def test_reach_is_counted_in_words_between(after: bool) -> None:
    words = 2 * REACH
    for far in (REACH - 1, REACH, REACH + 1):
        trigger, mention = ((0, 2, 0), (2 + far, 4 + far, 0)) if after else ((3 + far, 4 + far, 0), (0, 3, 0))
        found = Texts([0] * words, [0] * words, [trigger], [mention]).pairs(WIDE)
        assert (len(found) == 1) == (far <= REACH)


@pytest.mark.parametrize(("triggers", "mentions"), [([], []), ([(0, 1, 0)], []), ([], [(1, 2, 0)])])
def test_where_one_side_is_missing_there_are_no_pairs(triggers: list[tuple[int, int, int]], mentions: list[tuple[int, int, int]]) -> None:
    assert Texts([0, 0], [0, 0], triggers, mentions).pairs(WIDE) == {}


def test_without_a_word_there_are_no_pairs() -> None:
    assert Texts([], [], [], []).pairs(WIDE) == {}


@pytest.mark.parametrize("scheme", [NARROW, WIDE, load_scheme("news")], ids=["narrow", "wide", "news"])
def test_every_feature_is_below_its_size(scheme: Scheme) -> None:
    sizes = feature_sizes(scheme)
    assert sizes[:2] == (len(scheme.triggers), len(scheme.entities))
    for seed in range(20, 40):
        texts = _texts(seed)
        for features in texts.pairs(scheme).values():
            assert all(0 <= value < size for value, size in zip(features, sizes, strict=True))


def test_who_may_fill_what() -> None:
    # none, R, S
    assert fillable(NARROW).tolist() == [[True, True, False], [True, True, False], [True, False, True], [True, False, False]]
    assert fillable(WIDE).tolist() == [[True, True, True], *[[True, False, True]] * 3]
    assert fillable(Scheme(entities=("A",), triggers=("X",))).tolist() == [[True]]


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        ([], []),
        ([0, 0, 0], [(0, 3)]),
        ([0, 0, 1, 1], [(0, 4)]),
        ([0, 0, 1, 1, 1], [(0, 2), (2, 5)]),
        ([0, 1, 1, 2, 2, 2, 5], [(0, 3), (3, 7)]),
        ([0] * 9, [(0, 4), (4, 8), (8, 9)]),
        ([0] + [1] * 9 + [2, 2], [(0, 1), (1, 5), (5, 9), (9, 12)]),
    ],
)
def test_pairs_are_scored_by_whole_lines(lines: list[int], parts: list[tuple[int, int]]) -> None:
    assert [(one.start, one.stop) for one in whole_lines(np.array(lines, np.int64), 4)] == parts


def test_where_a_long_line_is_cut_depends_on_nothing_before_it() -> None:
    long = [7] * 11
    for before in ([], [0], [0, 1, 1], [0] * 9):
        cuts = [one.start - len(before) for one in whole_lines(np.array([*before, *long]), 4) if one.start >= len(before)]
        assert cuts == [0, 4, 8]
