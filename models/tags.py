"""Tags: how the labels of a span layer read word by word (IOB2), and which tags a corpus allows at a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .errors import HadathError, nearest

OUTSIDE = 0


@dataclass(frozen=True)
class Tags:
    """The tags of a layer: ``O``, then ``B-`` of every label, then ``I-`` of every label.

    With n labels, label i has tag 1 + i where a mention begins and 1 + n + i inside it.
    """

    labels: tuple[str, ...]

    def __len__(self) -> int:
        return 1 + 2 * len(self.labels)

    @property
    def names(self) -> tuple[str, ...]:
        return ("O", *(f"B-{one}" for one in self.labels), *(f"I-{one}" for one in self.labels))

    def begin(self, label: str) -> int:
        return 1 + self._index(label)

    def inside(self, label: str) -> int:
        return 1 + len(self.labels) + self._index(label)

    def _index(self, label: str) -> int:
        try:
            return self.labels.index(label)
        except ValueError:
            raise HadathError(f'the layer has no label "{label}"; {nearest(label, self.labels)}') from None


@dataclass(frozen=True)
class Reading:
    """How a corpus's labels read in a layer of the scheme.

    A label of the corpus may stand for several of the scheme, and for `O` where it stands for none. A corpus may be silent about labels of the
    scheme (`unmarked`): what it leaves outside its mentions is then ``O`` or one of these.

    Args:
        tags: The layer's tags.
        labels: For each label of the corpus, the labels of the scheme that it may be; an empty tuple reads as not marked.
        unmarked: Labels of the scheme that the corpus never marks.
    """

    tags: Tags
    labels: Mapping[str, tuple[str, ...]]
    unmarked: tuple[str, ...] = ()

    @classmethod
    def own(cls, tags: Tags, unmarked: Sequence[str] = ()) -> Reading:
        """The reading of a corpus that uses the scheme's own labels."""
        return cls(tags, {one: (one,) for one in tags.labels}, tuple(unmarked))

    def allowed(self, tag: str) -> np.ndarray:
        """The tags of the layer that a word may have where the corpus says `tag` (``O``, ``B-X``, ``I-X``).

        Returns:
            bool. Shape: (tags,)
        """
        allowed = np.zeros(len(self.tags), bool)
        names = self.labels[tag[2:]] if tag != "O" else ()
        if tag == "O" or not names:
            # a mention of a label that reads as nothing may, like a word outside, be of an unmarked label
            allowed[OUTSIDE] = True
            for label in self.unmarked:
                allowed[[self.tags.begin(label), self.tags.inside(label)]] = True
        for label in names:
            allowed[self.tags.begin(label) if tag[0] == "B" else self.tags.inside(label)] = True
        return allowed


class AllowedSets:
    """The distinct sets of allowed tags over all corpora, so that a word's set is one number.

    Set 0 allows everything: a word with it gives no loss.
    """

    def __init__(self, tags: Tags) -> None:
        self.tags = tags
        self._rows: list[np.ndarray] = [np.ones(len(tags), bool)]
        self._known: dict[bytes, int] = {self._rows[0].tobytes(): 0}

    def add(self, allowed: np.ndarray) -> int:
        """The number of a set, new or known."""
        key = allowed.tobytes()
        if key not in self._known:
            self._known[key] = len(self._rows)
            self._rows.append(allowed.copy())
        return self._known[key]

    def table(self) -> np.ndarray:
        """All sets. Shape: (sets, tags), bool"""
        return np.stack(self._rows)


def spans_to_tags(spans: Iterable[tuple[int, int, str]], words: int) -> list[str]:
    """IOB2 tags of labelled spans of words.

    Args:
        spans: First word, one past the last, label; not overlapping (of two that overlap the first given stays).
        words: Number of words.
    """
    tags = ["O"] * words
    for first, last, label in spans:
        if first < last and all(tag == "O" for tag in tags[first:last]):
            tags[first:last] = [f"B-{label}", *[f"I-{label}"] * (last - first - 1)]
    return tags


def tags_to_spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """The spans of IOB2 tags; an ``I-`` that continues nothing begins a mention, as in the CoNLL scorer."""
    spans: list[tuple[int, int, str]] = []
    start, label = 0, ""
    for at, tag in enumerate([*tags, "O"]):
        prefix, _, name = tag.partition("-")
        if label and (prefix != "I" or name != label):
            spans.append((start, at, label))
            label = ""
        if prefix in ("B", "I") and not label:
            start, label = at, name
    return spans
