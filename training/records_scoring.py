"""Scoring event records against gold: how many rows of the table are right.

A predicted record is right if a gold record of the same article, not taken by another, has the same type, the same days, the same places and the same actors.
Places and actors are sets of entities; a predicted one is the gold entities that its words overlap, so that a name found a word too long is still that name,
and two entities taken for one are wrong. Days are compared without the time of day; no date is equal to no date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..models.documents import Document
from ..models.errors import DataError
from ..models.records import EventRecord, Part
from .scoring import Score

# What must match beside the type, as the gold calls it
PARTS = ("date", "place", "actors")
_Key = tuple[Any, ...]


@dataclass
class RecordScores:
    """The score of whole records, by type of event, and of type with one part alone."""

    whole: Score = field(default_factory=Score)
    labels: dict[str, Score] = field(default_factory=dict)
    parts: dict[str, Score] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """A table of precision, recall and F1 in percent."""
        rows = {
            "type, date, place, actors": self.whole,
            "type alone": self.parts.get("label", Score()),
            **{f"type and {name}": self.parts.get(name, Score()) for name in PARTS},
        }
        lines = ["| records | precision | recall | F1 | right of gold |", "|---|---|---|---|---|"]
        for name, one in rows.items():
            lines.append(f"| {name} | {100 * one.precision:.1f} | {100 * one.recall:.1f} | {100 * one.f1:.1f} | {one.correct:.0f} of {one.gold} |")
        return lines


def score_records(gold: Sequence[Document], predicted: Sequence[Sequence[EventRecord]]) -> RecordScores:
    """Compares the records of each article.

    Args:
        gold: Articles with their entities, and their records under the key ``records``, as ``python -m hadath.training.articles`` writes them.
        predicted: The records found in each, in the same order; their offsets are those of the same texts.

    Raises:
        DataError: An article has no such records.
        ValueError: As many articles on both sides are needed.
    """
    found = RecordScores()
    for document, records in zip(gold, predicted, strict=True):
        said = document.extra.get("records")
        if not isinstance(said, list) or not all(isinstance(one, Mapping) and "label" in one for one in said):
            raise DataError(f'the article "{document.id}" has no "records" to score against; write them with: python -m hadath.training.articles')
        spans = [(one.start, one.end, one.entity) for one in document.entities or () if one.entity is not None]
        right = [_gold(one) for one in said]
        mine = [_predicted(one, spans) for one in records]
        found.whole += _score(right, mine)
        for label in {one[0] for one in (*right, *mine)}:
            score = _score([one for one in right if one[0] == label], [one for one in mine if one[0] == label])
            found.labels[label] = found.labels.get(label, Score()) + score
        for at, name in enumerate(("label", *PARTS)):
            score = _score([(one[0], one[at]) for one in right], [(one[0], one[at]) for one in mine])
            found.parts[name] = found.parts.get(name, Score()) + score
    return found


def _score(gold: Iterable[_Key], predicted: Iterable[_Key]) -> Score:
    first, second = Counter(gold), Counter(predicted)
    return Score((first & second).total(), first.total(), second.total())


def _gold(record: Mapping[str, Any]) -> _Key:
    date = record.get("date") or {}
    return record["label"], _days(date.get("start"), date.get("end")), _set(record.get("place")), _set(record.get("actors"))


def _predicted(record: EventRecord, spans: Sequence[tuple[int, int, str]]) -> _Key:
    value = record.date.value if record.date else None
    date = _days(value.start, value.end) if value else _days(None, None)
    return record.label, date, _entities(record.places, spans), _entities(record.actors, spans)


def _days(start: str | None, end: str | None) -> tuple[str, str] | None:
    return None if start is None and end is None else ((start or "")[:10], (end or "")[:10])


def _set(value: Any) -> frozenset[str]:
    return frozenset(value or ())


def _entities(parts: Iterable[Part], spans: Sequence[tuple[int, int, str]]) -> frozenset[str]:
    """The gold entities that the parts mention. Words that are of none in the gold stand for themselves and match nothing."""
    found: set[str] = set()
    for one in parts:
        known = {name for start, end, name in spans for a, b in one.mentions if start < b and a < end}
        found |= known or {f"{start}:{end}" for start, end in one.mentions}
    return frozenset(found)
