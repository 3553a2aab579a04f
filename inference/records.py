"""From tags to event records: who did what to whom, where and when, and who says so.

A record says what the article says of it and nothing else. An event without a time gets none from the other events of its sentence or from the article's
day: sentences set what happened today beside what led to it, and a wrong day cannot be told from a right one later.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ..models.aliases import Aliases, shipped_aliases
from ..models.dates import written_on
from ..models.documents import Document, Event, Mention
from ..models.errors import DataError, HadathError
from ..models.records import PARTS, EventRecord, Part
from ..models.scheme import Scheme
from ..models.values import Value, read_value
from .entities import join_mentions
from .merging import Draft, merge
from .reporting import who_says

# Characters before and behind a mention that its value may depend on (``أكثر من``, ``على الأقل``), not past the ends of its sentence
_AROUND = 40
# So many sentences on a date is still the one that اليوم نفسه is seen from
_NEAR = 1
# Two mentions that are the ends of one range: what stands before the first and between them
_BETWEEN = re.compile(r"(?:(?<!\w)(?<!من\s)(?:ما\s*)?بين|(?<!\w)الفترة\s+من)\s+$")
_AND = re.compile(r"\s+و\s*(?:(?:بين|حتى)\s+)?|\s+(?:إلى|الى|حتى)\s+|\s*[-–]\s*")


def link(document: Document, scheme: Scheme, *, aliases: Aliases | None = None) -> Document:
    """A tagged document with what its mentions are worth, which of them are of the same entity, and who vouches for its events.

    Args:
        document: Tagged; one without entities, such as one with an error, is given back as it is.
        scheme: Its labels.
        aliases: Other names of one and the same; by default the list that ships with hadath.
    """
    if document.entities is None:
        return document
    return who_says(join_mentions(_with_values(document, scheme), scheme, aliases=aliases), scheme)


def read_aliases(path: str | Path | None, scheme: Scheme) -> Aliases:
    """The aliases that ship with hadath, with those of a file on top.

    Raises:
        HadathError: The file cannot be read, or names a label that the scheme does not follow.
    """
    if path is None:
        return shipped_aliases()
    own = Aliases.load(path)
    try:
        own.check(scheme.followed)
    except HadathError as fault:
        raise DataError(str(fault), path) from None
    return shipped_aliases() + own


def build_records(document: Document, scheme: Scheme) -> list[EventRecord]:
    """The events of a linked document as records.

    Args:
        document: As `link` makes it. Where its events have no arguments, records have triggers and sentences only.
        scheme: Its labels.

    Returns:
        In the order of their first triggers. Which events are one record is for `merge` to say.
    """
    mentions = {one.id: one for one in document.entities or () if one.id is not None}
    sentences = sorted((one.start, one.end) for one in document.sentences or ())
    return [
        _record(document, f"R{number}", draft, mentions, sentences, scheme.codes.get(draft.events[0].label, {}))
        for number, draft in enumerate(merge(document, scheme), 1)
    ]


def _with_values(document: Document, scheme: Scheme) -> Document:
    """What each date and number is worth, in the order of the text, since ``اليوم نفسه`` is seen from the date before it.

    Both ends of ``بين أبريل 2015 ويوليو 2017`` are worth the whole of it.
    """
    text, bounds = document.text, sorted((one.start, one.end) for one in document.sentences or ())
    kinds = scheme.values
    mentions = sorted((one for one in document.entities or () if one.label in kinds), key=lambda one: one.start)
    day = written_on((one.text for one in mentions if kinds[one.label] == "date"), document.date)
    found: dict[tuple[int, int], Value | None] = {}
    earlier: tuple[int, Value | None] = 0, None  # the last date, and its sentence
    for mention, following in itertools.pairwise([*mentions, None]):
        if mention is None or (mention.start, mention.end) in found:
            continue
        kind = kinds[mention.label]
        at = bisect_right(bounds, (mention.start, len(text)))
        first, last = bounds[at - 1] if at else (0, len(text))
        before = text[max(mention.start - _AROUND, first) : mention.start]
        value = None
        if following is not None and kinds[following.label] == kind and following.end <= last and _is_range(text, before, mention, following):
            value = read_value(text[mention.start : following.end], kind, date=day, before=before)
            if value is not None:
                found[following.start, following.end] = value
        if value is None:
            after = text[mention.end : min(mention.end + _AROUND, last)]
            near = earlier[1] if at - earlier[0] <= _NEAR else None
            value = read_value(mention.text, kind, date=day, before=before, after=after, earlier=near)
        found[mention.start, mention.end] = value
        earlier = (at, value) if kind == "date" else earlier
    return replace(
        document, entities=tuple(one.with_value(found[one.start, one.end]) if one.label in kinds else one for one in document.entities or ())
    )


def _is_range(text: str, before: str, mention: Mention, following: Mention) -> bool:
    return _BETWEEN.search(before) is not None and _AND.fullmatch(text, mention.end, following.start) is not None


def _record(
    document: Document,
    name: str,
    draft: Draft,
    mentions: Mapping[str, Mention],
    sentences: list[tuple[int, int]],
    codes: Mapping[str, Any],
) -> EventRecord:
    events = draft.events
    scores = [one.score for one in events if one.score is not None]
    sources: dict[str, list[Mention]] = {}
    for one in events:
        source = mentions.get(one.reported_by or "")
        if source is not None:
            sources.setdefault(source.entity or str(source.id), []).append(source)
    return EventRecord(
        document.id,
        name,
        events[0].label,
        tuple(events),
        _sentences_of(events, sentences),
        any(one.asserted for one in events),
        _date(list(map(part, draft.parts.get("time", {}).values()))),
        **{PARTS[kind]: tuple(map(part, fillers.values())) for kind, fillers in draft.parts.items() if kind in PARTS},
        reported_by=tuple(part(several) for several in sources.values()),
        codes=codes,
        score=max(scores, default=None),
        published=document.date,
    )


def part(mentions: Sequence[Mention]) -> Part:
    """Mentions of one entity as a part of a record; the words of the first speak for what has no name."""
    first = mentions[0] if len(mentions) == 1 else min(mentions, key=lambda one: (one.start, one.end))
    places = tuple(sorted({(one.start, one.end) for one in mentions}))
    return Part(first.name or first.text, first.label, places, first.entity, first.value)


def _date(dates: list[Part]) -> Part | None:
    """The narrowest interval that is named: ``9 نوفمبر`` rather than ``هذا الشهر``. Words that no interval is known of come last."""
    return min(dates, key=lambda one: _length(one.value), default=None)


def _length(value: Value | None) -> int:
    if value is None or value.start is None or value.end is None:
        return date.max.toordinal() + (value is None)
    return date.fromisoformat(value.end[:10]).toordinal() - date.fromisoformat(value.start[:10]).toordinal()


def _sentences_of(events: Iterable[Event], sentences: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found = []
    for event in events:
        at = bisect_right(sentences, (event.start, len(sentences) and sentences[-1][1])) - 1
        if at >= 0 and event.start < sentences[at][1] and sentences[at] not in found:
            found.append(sentences[at])
    return tuple(found)
