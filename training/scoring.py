"""Counting what two sets of labelled spans share. Pure functions on plain spans: no documents, no files, no model.

Definitions, used everywhere:

* precision = correct / predicted, recall = correct / gold, F1 = 2 correct / (gold + predicted); each is 0.0 where its denominator is 0.
* micro: over the summed counts of all labels, whether or not the scheme knows them.
* macro: the plain mean over the labels with support, which are those that occur at least once in the gold or in the predictions.
* A span that a side marks twice with one label counts once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Span(NamedTuple):
    """A labelled span. `of` is what it belongs to, if it must match too: for an argument its trigger's (label, start, end)."""

    start: int
    end: int
    label: str
    score: float | None = None
    asserted: bool = True
    of: tuple[Any, ...] = ()

    @property
    def place(self) -> tuple[Any, ...]:
        """All that identifies the span except its label."""
        return (*self.of, self.start, self.end)


@dataclass(frozen=True)
class Score:
    """Counts, and what follows from them. `correct` is a whole number except where half a point is given (partial)."""

    correct: float = 0
    gold: int = 0
    predicted: int = 0

    @property
    def precision(self) -> float:
        """The share of the predicted that is correct, 0 to 1."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold that was found, 0 to 1."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 to 1."""
        return 2 * self.correct / (self.gold + self.predicted) if self.gold + self.predicted else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.correct + other.correct, self.gold + other.gold, self.predicted + other.predicted)

    def to_dict(self) -> dict[str, float]:
        """Plain values: precision, recall, f1, correct, gold, predicted."""
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**rates, "correct": self.correct, "gold": self.gold, "predicted": self.predicted}


def macro(scores: Iterable[Score]) -> dict[str, float]:
    """The plain mean of precision, recall and F1 over the scores with support, and how many those are ("labels")."""
    rows = [(one.precision, one.recall, one.f1) for one in scores if one.gold or one.predicted]
    means = np.mean(rows, axis=0).tolist() if rows else [0.0, 0.0, 0.0]
    return {"precision": means[0], "recall": means[1], "f1": means[2], "labels": len(rows)}


def unique(spans: Iterable[Span], *, by_place: bool = False) -> list[Span]:
    """The spans in order of start without repetitions of (place, label), or with `by_place` of the place alone; the first is kept."""
    kept: dict[tuple[Any, ...], Span] = {}
    for one in sorted(spans, key=lambda span: span[:2]):
        kept.setdefault(one.place if by_place else (*one.place, one.label), one)
    return list(kept.values())


def widen(text: str, spans: Iterable[Span]) -> list[Span]:
    """Each span grown to the whitespace-delimited words that it touches."""
    out = []
    for one in spans:
        start, end = one.start, one.end
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        out.append(one._replace(start=start, end=end))
    return out


def rename(predicted: Iterable[Span], gold: Sequence[Span], targets: Mapping[str, Sequence[str]]) -> list[Span]:
    """Predicted spans with the labels of another scheme.

    A label with several targets takes the one that a gold span of the same place has, else one that an overlapping gold span has, else the first
    target: where the other scheme splits what ours keeps together, the split is not held against the prediction. Every predicted label needs at
    least one target.
    """
    out = []
    for one in predicted:
        choices = targets[one.label]
        label = choices[0]
        if len(choices) > 1:
            same = [g.label for g in gold if g.place == one.place]
            near = [g.label for g in gold if g.start < one.end and one.start < g.end]
            label = next((found for found in (*same, *near) if found in choices), label)
        out.append(one._replace(label=label))
    return out


def count(gold: Sequence[Span], predicted: Sequence[Span], labels: Mapping[str, int]) -> NDArray[np.int64]:
    """Exact matches per label: same place, same label.

    Args:
        gold: Spans without repetitions (`unique`).
        predicted: The same.
        labels: Every label that occurs, to its row.

    Returns:
        Correct, gold and predicted.

        *Shape:* ``(labels, 3)``
    """
    out = np.zeros((len(labels), 3), dtype=np.int64)
    wanted = {(one.place, one.label) for one in gold}
    for one in gold:
        out[labels[one.label], 1] += 1
    for one in predicted:
        out[labels[one.label], 2] += 1
        out[labels[one.label], 0] += (one.place, one.label) in wanted
    return out


def overlapping(gold: Sequence[Span], predicted: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Index pairs of spans that share a character, in order of start. Both sides must be in order of start."""
    starts = [one.start for one in predicted]
    longest = max((one.end - one.start for one in predicted), default=0)
    for i, one in enumerate(gold):
        for j in range(bisect_left(starts, one.start - longest + 1), bisect_left(starts, one.end)):
            if predicted[j].end > one.start:
                yield i, j


OUTCOMES = ("correct", "type", "boundary", "both", "missed", "spurious")


class Outcome(NamedTuple):
    """What became of a gold span, a predicted span or a pair of them; `kind` is one of OUTCOMES."""

    kind: str
    gold: Span | None
    predicted: Span | None


def classify(gold: Sequence[Span], predicted: Sequence[Span]) -> list[Outcome]:
    """Pairs gold and predicted spans, each at most once, the better kind of pair first, and says what is wrong with each.

    The kinds: correct; type (same span, other label); boundary (overlap, same label); both (overlap, other label); missed (gold without partner);
    spurious (predicted without partner). Where the spans of a side overlap each other (they should not), a later pair may lose its partner to an
    earlier one.
    """
    gold, predicted = unique(gold), unique(predicted)
    pairs: dict[str, list[tuple[int, int]]] = {kind: [] for kind in OUTCOMES[:4]}
    for i, j in overlapping(gold, predicted):
        same_place, same_label = gold[i].place == predicted[j].place, gold[i].label == predicted[j].label
        pairs[("correct" if same_label else "type") if same_place else ("boundary" if same_label else "both")].append((i, j))
    out: list[Outcome] = []
    free_gold, free_predicted = dict.fromkeys(range(len(gold))), dict.fromkeys(range(len(predicted)))
    for kind, found in pairs.items():
        for i, j in found:
            if i in free_gold and j in free_predicted:
                del free_gold[i], free_predicted[j]
                out.append(Outcome(kind, gold[i], predicted[j]))
    out += [Outcome("missed", gold[i], None) for i in free_gold]
    out += [Outcome("spurious", None, predicted[j]) for j in free_predicted]
    return out


def variants(gold: Sequence[Span], predicted: Sequence[Span]) -> dict[str, Score]:
    """The four scores of SemEval-2013 task 9.1 (after MUC-5). Each gold and each predicted span is used at most once.

    strict: same span, same label. boundary: same span, whatever the label. partial: a full point for the same span, half a point for an overlap,
    whatever the label. type: an overlap with the same label, a full point.
    """
    gold, predicted = unique(gold), unique(predicted)
    pairs = list(overlapping(gold, predicted))
    same_place = [gold[i].place == predicted[j].place for i, j in pairs]
    same_label = [gold[i].label == predicted[j].label for i, j in pairs]
    strict = sum(place and label for place, label in zip(same_place, same_label, strict=True))
    boundary = (Counter(one.place for one in gold) & Counter(one.place for one in predicted)).total()
    anywhere = _matched(pairs, same_place, [True] * len(pairs))
    typed = _matched(pairs, same_place, same_label)
    points = {"strict": strict, "boundary": boundary, "partial": boundary + 0.5 * (anywhere - boundary), "type": typed}
    return {name: Score(correct, len(gold), len(predicted)) for name, correct in points.items()}


def _matched(pairs: Sequence[tuple[int, int]], first: Sequence[bool], allowed: Sequence[bool]) -> int:
    # Same spans pair up first. For spans that do not overlap within a side, taking the rest in order of start is then a largest matching.
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    for turn in (True, False):
        for (i, j), now, fits in zip(pairs, first, allowed, strict=True):
            if now is turn and fits and i not in used_gold and j not in used_predicted:
                used_gold.add(i)
                used_predicted.add(j)
    return len(used_gold)


def expected_calibration_error(scores: ArrayLike, correct: ArrayLike, bins: int = 15) -> float:
    """How far scores are from being the chance to be correct: the mean over equally wide bins of |mean score - share correct|, weighted by size.

    Args:
        scores: 0 to 1.

            *Shape:* ``(predictions,)``
        correct: Whether each was correct; or, for a soft answer, how much, 0 to 1.

            *Shape:* ``(predictions,)``
        bins: How many bins over 0 to 1; a bin contains its upper edge, the first one also 0.

    Returns:
        0 to 1; 0.0 without predictions.

    Raises:
        ValueError: Different lengths, a score outside 0 to 1, or no bins.

    Source: Naeini, Cooper and Hauskrecht (2015); 15 bins after Guo et al. (2017).
    """
    given, right = np.asarray(scores, dtype=np.float64).ravel(), np.asarray(correct, dtype=np.float64).ravel()
    if given.shape != right.shape or bins < 1:
        raise ValueError(f"needs one correct per score and at least one bin, got {given.size} scores, {right.size} correct, bins={bins}")
    if not given.size:
        return 0.0
    if not np.all((given >= 0) & (given <= 1)):  # a comparison with NaN is false, so NaN is refused too
        raise ValueError(f"scores lie in 0 to 1, got {given.min()} to {given.max()}; pass probabilities, not logits")
    index = np.maximum(np.ceil(given * bins).astype(np.int64) - 1, 0)
    gaps = np.bincount(index, weights=given, minlength=bins) - np.bincount(index, weights=right, minlength=bins)
    return float(np.abs(gaps).sum() / given.size)
