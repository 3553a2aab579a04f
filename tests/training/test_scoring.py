"""Counting on plain spans, against tables worked by hand and against slow, obvious counting."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from hadath.training.intervals import bootstrap_f1, f1_interval
from hadath.training.scoring import (
    Score,
    Span,
    classify,
    count,
    expected_calibration_error,
    macro,
    overlapping,
    rename,
    unique,
    variants,
    widen,
)


def spans(*rows: tuple[int, int, str]) -> list[Span]:
    return [Span(*row) for row in rows]


def random_spans(draw: random.Random, nested: bool) -> list[Span]:
    out, at = [], 0
    for _ in range(draw.randrange(6)):
        start = draw.randrange(20) if nested else at + draw.randrange(3)
        at = start + draw.randrange(1, 5)
        out.append(Span(start, at, draw.choice("AB")))
    return unique(out)


def test_rates_by_hand() -> None:
    score = Score(correct=3, gold=4, predicted=6)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.75, pytest.approx(0.6))
    assert score + Score(1, 1, 1) == Score(4, 5, 7)


@pytest.mark.parametrize("score", [Score(), Score(0, 3, 0), Score(0, 0, 3), Score(0, 2, 2)])
def test_nothing_divided_by_nothing_is_zero(score: Score) -> None:
    assert score.f1 == 0.0
    assert 0.0 == score.precision == score.recall


def test_macro_leaves_out_labels_that_never_occur_and_keeps_those_only_predicted() -> None:
    found = macro([Score(1, 1, 1), Score(0, 0, 2), Score(0, 0, 0)])
    assert found == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "labels": 2}
    assert macro([]) == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "labels": 0}


def test_unique_keeps_the_first_and_its_score() -> None:
    marked = [Span(5, 6, "A", 0.2), Span(0, 2, "A", 0.9), Span(0, 2, "A", 0.1), Span(0, 2, "B")]
    assert unique(marked) == [Span(0, 2, "A", 0.9), Span(0, 2, "B"), Span(5, 6, "A", 0.2)]
    assert unique(marked, by_place=True) == [Span(0, 2, "A", 0.9), Span(5, 6, "A", 0.2)]


@pytest.mark.parametrize(
    ("part", "words"),
    [("الجيش السوري", "والجيش السوري"), ("دمشق", "لدمشق،"), ("والجيش", "والجيش"), ("تقدم", "تقدم"), ("م وا", "تقدم والجيش")],
)
def test_widen_takes_clitics_and_punctuation_of_the_same_word(part: str, words: str) -> None:
    text = "تقدم والجيش السوري\tلدمشق،\nأمس"
    start = text.index(part)
    (wide,) = widen(text, [Span(start, start + len(part), "X", 0.5)])
    assert text[wide.start : wide.end] == words
    assert (wide.label, wide.score) == ("X", 0.5)


def test_rename_with_several_targets_follows_the_gold() -> None:
    targets = {"GPE": ("LOC",), "NORP": ("MISC", "ORG")}
    gold = spans((0, 4, "ORG"), (5, 9, "ORG"), (20, 25, "LOC"))
    predicted = spans((0, 4, "NORP"), (6, 9, "NORP"), (12, 15, "NORP"), (20, 25, "NORP"), (30, 31, "GPE"))
    assert [one.label for one in rename(predicted, gold, targets)] == ["ORG", "ORG", "MISC", "MISC", "LOC"]
    nested = spans((0, 9, "MISC"), (2, 4, "ORG"))
    assert [one.label for one in rename(spans((2, 4, "NORP"), (6, 9, "NORP")), nested, targets)] == ["ORG", "MISC"]


def test_count_by_hand() -> None:
    gold = spans((0, 4, "A"), (5, 9, "A"), (10, 12, "B"))
    predicted = spans((0, 4, "A"), (5, 8, "A"), (10, 12, "A"))
    assert count(gold, predicted, {"A": 0, "B": 1}).tolist() == [[1, 2, 3], [0, 1, 0]]


def test_count_compares_what_a_span_belongs_to() -> None:
    gold, predicted = [Span(0, 4, "ACTOR", of=("KILL", 5, 8))], [Span(0, 4, "ACTOR", of=("ATTACK", 5, 8))]
    assert count(gold, predicted, {"ACTOR": 0}).tolist() == [[0, 1, 1]]
    assert count(gold, gold, {"ACTOR": 0}).tolist() == [[1, 1, 1]]


def test_overlapping_finds_what_comparing_all_pairs_finds() -> None:
    draw = random.Random(0)
    for turn in range(500):
        gold, predicted = random_spans(draw, nested=turn % 2 == 0), random_spans(draw, nested=turn % 3 == 0)
        pairs = itertools.product(range(len(gold)), range(len(predicted)))
        assert list(overlapping(gold, predicted)) == [(i, j) for i, j in pairs if set(range(*gold[i][:2])) & set(range(*predicted[j][:2]))]


def test_outcomes_by_hand() -> None:
    gold = spans((0, 4, "A"), (5, 9, "A"), (10, 14, "A"), (20, 24, "A"), (30, 34, "A"))
    predicted = spans((0, 4, "A"), (5, 9, "B"), (10, 12, "A"), (12, 14, "A"), (21, 24, "B"), (40, 44, "B"))
    found = [(one.kind, one.gold and one.gold.start, one.predicted and one.predicted.start) for one in classify(gold, predicted)]
    assert found == [
        ("correct", 0, 0),
        ("type", 5, 5),
        ("boundary", 10, 10),
        ("both", 20, 21),
        ("missed", 30, None),
        ("spurious", None, 12),
        ("spurious", None, 40),
    ]


def test_every_span_has_one_outcome() -> None:
    draw = random.Random(1)
    for turn in range(300):
        gold, predicted = random_spans(draw, nested=turn % 2 == 0), random_spans(draw, nested=turn % 3 == 0)
        found = classify(gold, predicted)
        assert sorted(one.gold for one in found if one.gold) == sorted(gold)
        assert sorted(one.predicted for one in found if one.predicted) == sorted(predicted)


def test_variants_by_hand() -> None:
    gold = spans((0, 4, "A"), (5, 9, "A"), (10, 14, "A"), (20, 24, "A"), (30, 34, "A"))
    predicted = spans((0, 4, "A"), (5, 9, "B"), (10, 12, "A"), (12, 14, "A"), (21, 24, "B"), (40, 44, "B"))
    found = variants(gold, predicted)
    # boundary: 0-4, 5-9. partial: those two and half of 10-14 and 20-24. type: 0-4 and 10-14, the second piece of which finds no gold left.
    assert {name: score.correct for name, score in found.items()} == {"strict": 1, "boundary": 2, "partial": 3.0, "type": 2}
    assert {(score.gold, score.predicted) for score in found.values()} == {(5, 6)}


def test_variants_match_as_many_spans_as_can_be_matched() -> None:
    def best(gold: list[Span], predicted: list[Span], labels: bool) -> int:
        if not gold:
            return 0
        first, rest = gold[0], gold[1:]
        tries = [best(rest, predicted, labels)]
        for index, one in enumerate(predicted):
            if one.start < first.end and first.start < one.end and (not labels or one.label == first.label):
                tries.append(1 + best(rest, predicted[:index] + predicted[index + 1 :], labels))
        return max(tries)

    draw = random.Random(2)
    for _ in range(300):
        gold, predicted = random_spans(draw, nested=False), random_spans(draw, nested=False)
        found = variants(gold, predicted)
        assert found["strict"].correct == len(set(gold) & set(predicted))
        assert found["boundary"].correct == len({one[:2] for one in gold} & {one[:2] for one in predicted})
        assert found["type"].correct == best(gold, predicted, labels=True)
        assert found["partial"].correct == (found["boundary"].correct + best(gold, predicted, labels=False)) / 2


def test_same_spans_pair_up_before_overlapping_ones() -> None:
    gold, predicted = spans((0, 10, "A"), (4, 6, "A")), spans((4, 6, "A"), (8, 9, "A"))
    assert {name: score.correct for name, score in variants(gold, predicted).items()} == {"strict": 1, "boundary": 1, "partial": 1.5, "type": 2}


def test_calibration_error_by_hand() -> None:
    # Two bins. 0 to 0.5: mean score 0.4, 1 of 2 right; above: mean 0.8, 3 of 4 right. (2 * 0.1 + 4 * 0.05) / 6
    scores, correct = [0.3, 0.5, 0.7, 0.8, 0.8, 0.9], [False, True, True, False, True, True]
    assert expected_calibration_error(scores, correct, bins=2) == pytest.approx(0.4 / 6)
    assert expected_calibration_error([], []) == 0.0
    assert expected_calibration_error([0.0, 1.0], [0, 1]) == 0.0
    assert expected_calibration_error([1.0, 1.0], [0, 1]) == 0.5


def test_calibration_error_of_honest_scores_vanishes() -> None:
    rng = np.random.default_rng(0)
    scores = rng.random(50_000)
    assert expected_calibration_error(scores, rng.random(50_000) < scores) < 0.02
    assert expected_calibration_error(scores, rng.random(50_000) < scores**3) > 0.2


@pytest.mark.parametrize(
    ("scores", "correct", "bins"), [([0.5], [], 15), ([1.5], [True], 15), ([-2.0], [True], 15), ([float("nan")], [True], 15), ([0.5], [True], 0)]
)
def test_calibration_error_refuses_what_is_no_score(scores: list[float], correct: list[bool], bins: int) -> None:
    with pytest.raises(ValueError, match=r"score"):
        expected_calibration_error(scores, correct, bins)


def random_counts(documents: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 30, documents)
    correct = rng.binomial(gold, 0.7)
    return np.stack([correct, gold, correct + rng.integers(0, 8, documents)], axis=1)


@pytest.mark.parametrize("documents", [2, 40, 3000])
def test_interval_contains_the_score(documents: int) -> None:
    counts = random_counts(documents)
    low, high = f1_interval(counts, samples=500)
    assert 0 <= low <= Score(*counts.sum(axis=0).tolist()).f1 <= high <= 1


def test_interval_shrinks_with_the_root_of_the_number_of_documents() -> None:
    few, many = (np.subtract(*f1_interval(random_counts(size), samples=2000)[::-1]) for size in (50, 5000))
    assert many == pytest.approx(few / 10, rel=0.35)


def test_resampling_is_that_of_drawing_documents_one_by_one() -> None:
    counts, rng = random_counts(30), np.random.default_rng(5)
    drawn = [Score(*counts[rng.integers(0, 30, 30)].sum(axis=0).tolist()).f1 for _ in range(4000)]
    ours = bootstrap_f1(counts, samples=4000)
    assert ours.mean() == pytest.approx(np.mean(drawn), abs=0.002)
    assert ours.std() == pytest.approx(np.std(drawn), rel=0.08)


def test_resampling_repeats_with_its_seed_and_knows_zero() -> None:
    counts = random_counts(30)
    assert f1_interval(counts, 200, seed=3) == f1_interval(counts, 200, seed=3) != f1_interval(counts, 200, seed=4)
    assert f1_interval(np.zeros((4, 3)), 50) == (0.0, 0.0)
    assert f1_interval([[0, 0, 0], [2, 2, 2]], 50)[1] == 1.0


@pytest.mark.parametrize(("counts", "samples"), [(np.zeros((0, 3)), 10), (np.zeros((4, 2)), 10), (np.zeros((4, 3)), 0)])
def test_resampling_refuses_nothing_to_draw_from(counts: np.ndarray, samples: int) -> None:
    with pytest.raises(ValueError, match="at least one document and one sample"):
        bootstrap_f1(counts, samples)
