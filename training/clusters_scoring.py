"""How well mentions were joined to entities, and how often it was found who says so. Pure functions on documents with the same mentions and events.

B³ (Bagga and Baldwin, 1998): for each mention, precision is the share of those joined with it that belong with it, recall the share of those that belong
with it that were joined with it; both are means over all mentions, over all documents together, each mention with the same weight. A mention belongs with
itself, so that leaving all apart has precision 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..models.documents import Document, Event, Mention
from .scoring import Score


@dataclass(frozen=True)
class Cubed:
    """Sums over `mentions` mentions, and the means that follow from them."""

    right_of_joined: float = 0.0
    right_of_gold: float = 0.0
    mentions: int = 0

    @property
    def precision(self) -> float:
        """0 to 1."""
        return self.right_of_joined / self.mentions if self.mentions else 0.0

    @property
    def recall(self) -> float:
        """0 to 1."""
        return self.right_of_gold / self.mentions if self.mentions else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 to 1."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: Cubed) -> Cubed:
        return Cubed(self.right_of_joined + other.right_of_joined, self.right_of_gold + other.right_of_gold, self.mentions + other.mentions)

    def to_dict(self) -> dict[str, float]:
        """Plain values: precision, recall, f1, mentions."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1, "mentions": self.mentions}


def b_cubed(gold: Iterable[Document], joined: Iterable[Document], labels: Sequence[str] | None = None) -> Cubed:
    """B³ over the mentions whose gold has an entity.

    Args:
        gold: Documents with entities of hand.
        joined: The same documents, in the same order and with the same mentions, as they were joined. A mention without an entity is joined with nothing.
        labels: Counts only the mentions of these labels, for clusters too; None counts all.

    Returns:
        The sums over all documents; ids are compared within a document only.

    Raises:
        ValueError: A document's mentions differ between the two.
    """
    total = Cubed()
    for one, other in zip(gold, joined, strict=True):
        found = {_place(mention): mention for mention in other.entities or ()}
        pairs: list[tuple[str, str]] = []
        for at, mention in enumerate(one.entities or ()):
            if mention.entity is None or (labels is not None and mention.label not in labels):
                continue
            if _place(mention) not in found:
                raise ValueError(f"document {one.id}: the joined one lacks the mention {mention.text!r} at {mention.start}; join the gold mentions")
            entity = found[_place(mention)].entity
            pairs.append((mention.entity, f"={at}" if entity is None else entity))
        total += _cubed(pairs)
    return total


def _cubed(pairs: Sequence[tuple[str, str]]) -> Cubed:
    gold, joined, both = Counter(one for one, _ in pairs), Counter(other for _, other in pairs), Counter(pairs)
    # of the mentions that share a gold and a joined entity, each has all of these right
    precision = sum(count * count / joined[other] for (_, other), count in both.items())
    recall = sum(count * count / gold[one] for (one, _), count in both.items())
    return Cubed(precision, recall, len(pairs))


def _place(mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, mention.label


def reported_by(gold: Iterable[Document], found: Iterable[Document]) -> tuple[Score, Score]:
    """How often it was found who says so, over all events.

    A source is right where it is a mention of the gold's entity; mentions without entity must be the same.

    Args:
        gold: Documents with `reported_by` by hand.
        found: The same documents, in the same order and with the same events.

    Returns:
        The score of the sources (an event with the right source is correct), and that of all events (one that has rightly none is correct too; its
        precision is the accuracy).

    Raises:
        ValueError: A document's events differ between the two.
    """
    sources = events = Score()
    for one, other in zip(gold, found, strict=True):
        theirs = {(event.start, event.end, event.label): event for event in other.events or ()}
        entities = {mention.id: mention.entity or mention.id for mention in one.entities or ()}
        places = {_place(mention): entities[mention.id] for mention in one.entities or ()}
        said = {mention.id: places.get(_place(mention), "") for mention in other.entities or ()}
        for event in one.events or ():
            mine = theirs.get((event.start, event.end, event.label))
            if mine is None:
                raise ValueError(
                    f"document {one.id}: the other one lacks the event {event.text!r} at {event.start}; find the sources of the gold events"
                )
            sources += _source_score(event, mine, entities, said)
            right = (event.reported_by is None) if mine.reported_by is None else entities.get(event.reported_by) == said.get(mine.reported_by)
            events += Score(int(right), 1, 1)
    return sources, events


def _source_score(gold: Event, found: Event, entities: dict[str | None, str | None], said: dict[str | None, str | None]) -> Score:
    both = gold.reported_by is not None and found.reported_by is not None
    right = both and entities.get(gold.reported_by) == said.get(found.reported_by)
    return Score(int(right), int(gold.reported_by is not None), int(found.reported_by is not None))
