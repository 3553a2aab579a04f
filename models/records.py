"""The event record: what an article says of one happening, every part with the places of the words it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .documents import Event
from .values import Value

# The part of a record that a role of each kind fills (see scheme.ROLE_KINDS); a time is the record's date
PLACES, COUNTS = "places", "counts"
PARTS = {"place": PLACES, "actor": "actors", "recipient": "recipients", "count": COUNTS, "instrument": "instruments"}


@dataclass(frozen=True, slots=True)
class Part:
    """What fills a part of a record.

    Args:
        name: What the entity is called at its fullest in the article; the words themselves where mentions were not joined.
        label: Of the entity layer.
        mentions: The words that say so, as half-open code points of the raw text, in order.
        entity: The id of the entity; None of what is not followed through an article, such as a weapon or a count.
        value: Of dates and numbers what they are worth; None where that is not known.
        qualifier: What the text adds to it: of a count what it counts (``مدنيا``), of a place how what happened lies to it (``قرب``, ``نحو``), of a person
            the office; None where it adds nothing.
        qualifier_at: The place of those words in the raw text.
    """

    name: str
    label: str
    mentions: tuple[tuple[int, int], ...]
    entity: str | None = None
    value: Value | None = None
    qualifier: str | None = None
    qualifier_at: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """The part as plain JSON values; what it does not have is left out."""
        out: dict[str, Any] = {} if self.entity is None else {"entity": self.entity}
        out |= {"name": self.name, "label": self.label}
        if self.value is not None:
            out["value"] = self.value.to_json()
        if self.qualifier is not None and self.qualifier_at is not None:
            out |= {"qualifier": self.qualifier, "qualifier_at": list(self.qualifier_at)}
        return out | {"mentions": [list(one) for one in self.mentions]}


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One happening of an article.

    Args:
        document: The id of the article.
        id: Of the record in its article: ``R1``, ``R2`` … in the order of their first triggers.
        label: The type of event, of the trigger layer.
        triggers: The events that were taken to be of this happening, in the order of the text.
        sentences: The sentences they stand in, as half-open code points of the raw text.
        asserted: Whether the article says at least once that it happened.
        date: When, with the interval as its value; None where the article does not say.
        places: Where; all that is named, the town and the province it lies in alike.
        actors: Who did it or said it.
        recipients: To whom or to what it was done.
        counts: Of victims, weapons or participants.
        instruments: Weapons and vehicles used.
        reported_by: Who vouches for it; empty where the article itself does.
        reports: Of a statement, an accusation or a denial the ids of the records of the same article that it tells of.
        codes: What other schemes call this type of event.
        score: That of the surest trigger, a probability; None where triggers have none.
        published: The day of the article, as its document says.
    """

    document: str
    id: str
    label: str
    triggers: tuple[Event, ...]
    sentences: tuple[tuple[int, int], ...] = ()
    asserted: bool = True
    date: Part | None = None
    places: tuple[Part, ...] = ()
    actors: tuple[Part, ...] = ()
    recipients: tuple[Part, ...] = ()
    counts: tuple[Part, ...] = ()
    instruments: tuple[Part, ...] = ()
    reported_by: tuple[Part, ...] = ()
    reports: tuple[str, ...] = ()
    codes: Mapping[str, Any] = field(default_factory=dict)
    score: float | None = None
    published: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values.

        Lists are there even where they are empty; `published`, `date` and `score` only where they are known.
        """
        out: dict[str, Any] = {"document": self.document} | ({} if self.published is None else {"published": self.published})
        out |= {"id": self.id, "label": self.label, "asserted": self.asserted}
        if self.date is not None:
            out["date"] = self.date.to_json()
        for name in (*PARTS.values(), "reported_by"):
            out[name] = [one.to_json() for one in getattr(self, name)]
        out["reports"] = list(self.reports)
        out["triggers"] = [_trigger(one) for one in self.triggers]
        out["sentences"] = [list(one) for one in self.sentences]
        out["codes"] = dict(self.codes)
        if self.score is not None:
            out["score"] = self.score
        return out


def _trigger(event: Event) -> dict[str, Any]:
    out: dict[str, Any] = {} if event.id is None else {"id": event.id}
    return out | {"start": event.start, "end": event.end, "text": event.text, "asserted": event.asserted}
