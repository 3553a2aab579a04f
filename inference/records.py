"""From tags to event records: who did what to whom, where and when, and who says so.

A record says what the article says of it and nothing else. An event without a time gets none from the other events of its sentence or from the article's
day: sentences set what happened today beside what led to it, and a wrong day cannot be told from a right one later.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from ..models.aliases import Aliases, shipped_aliases
from ..models.documents import Document, Event, Mention
from ..models.errors import DataError, HadathError
from ..models.names import shown
from ..models.records import PARTS, EventRecord, Part
from ..models.scheme import Scheme
from ..models.values import Value
from .attributions import with_sources
from .contents import contents, records_told_of
from .entities import join_mentions
from .mention_values import with_values
from .merging import Draft, merge
from .qualifiers import Qualifiers
from .reporting import who_says

# Between a noun and the name that it belongs to
_GAP = re.compile(r"\s+")


def link(document: Document, scheme: Scheme, *, aliases: Aliases | None = None) -> Document:
    """A tagged document with what its mentions are worth, which of them are of the same entity, and who vouches for its events.

    Args:
        document: Tagged; one without entities, such as one with an error, is given back as it is.
        scheme: Its labels.
        aliases: Other names of one and the same; by default the list that ships with hadath.
    """
    if document.entities is None:
        return document
    return who_says(join_mentions(with_sources(with_values(document, scheme), scheme), scheme, aliases=aliases), scheme)


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
    qualifiers = Qualifiers(document, scheme)
    drafts = merge(document, scheme)
    events = sorted(document.events or (), key=lambda one: (one.start, one.end))
    place = {id(one): at for at, one in enumerate(events)}
    told = records_told_of([[place[id(one)] for one in draft.events] for draft in drafts], contents(document.text, events, scheme))
    names = [f"R{number}" for number in range(1, len(drafts) + 1)]
    return [
        _record(document, name, draft, mentions, sentences, qualifiers, tuple(names[one] for one in several), scheme)
        for name, draft, several in zip(names, drafts, told, strict=True)
    ]


def _record(
    document: Document,
    name: str,
    draft: Draft,
    mentions: Mapping[str, Mention],
    sentences: list[tuple[int, int]],
    qualifiers: Qualifiers,
    reports: tuple[str, ...],
    scheme: Scheme,
) -> EventRecord:
    events = draft.events
    scores = [one.score for one in events if one.score is not None]
    sources: dict[str, list[Mention]] = {}
    for one in events:
        source = mentions.get(one.reported_by or "")
        if source is not None:
            sources.setdefault(source.entity or str(source.id), []).append(source)
    parts = {PARTS[kind]: _parts(fillers, document.text, scheme) for kind, fillers in draft.parts.items() if kind in PARTS}
    parts["reported_by"] = [part(several) for several in sources.values()]
    names = {start: one.name for several in parts.values() for one in several for start, _ in one.mentions}
    return EventRecord(
        document.id,
        name,
        events[0].label,
        tuple(events),
        _sentences_of(events, sentences),
        any(one.asserted for one in events),
        _date(list(map(part, draft.parts.get("time", {}).values()))),
        **{kind: qualifiers.add(kind, several, names) for kind, several in parts.items()},
        reports=reports,
        codes=scheme.codes.get(events[0].label, {}),
        score=max(scores, default=None),
        published=document.date,
    )


def part(mentions: Sequence[Mention]) -> Part:
    """Mentions of one entity as a part of a record; the words of the first speak for what has no name."""
    if len(mentions) == 1:
        [first] = mentions
        return Part(first.name or first.text, first.label, ((first.start, first.end),), first.entity, first.value)
    first = min(mentions, key=lambda one: (one.start, one.end))
    places = tuple(sorted({(one.start, one.end) for one in mentions}))
    return Part(first.name or first.text, first.label, places, first.entity, first.value)


def _parts(fillers: Mapping[str, Sequence[Mention]], text: str, scheme: Scheme) -> list[Part]:
    """The parts of one kind. A common noun and the name right behind it that it belongs to are one party: ``مقاتلي`` and ``حركة الفجر``."""
    if len(fillers) < 2:  # there is no other to belong to
        return list(map(part, fillers.values()))
    mentions = [one for several in fillers.values() for one in several]
    nouns = {gap.end(): one for one in mentions if one.label in scheme.nominals and (gap := _owner_at(one, text)) is not None}
    owners = {one.start: one for one in mentions if one.label not in scheme.nominals and one.start in nouns}
    owned = {nouns[start].start: _both(nouns[start], owner, text) for start, owner in owners.items()}
    return [
        part([owned.get(one.start, one) for one in several])
        for several in fillers.values()
        if any(one.start not in owners for one in several)  # else it is named with what belongs to it, and is no second party
    ]


def _owner_at(noun: Mention, text: str) -> re.Match[str] | None:
    """What parts a common noun from what it may belong to; None where it has the article, or an adjective with it, and belongs to nothing."""
    whole = " " in noun.text or noun.text.startswith("ال") or text[max(noun.start - 1, 0) : noun.start + 1] == "لل"
    return None if whole else _GAP.match(text, noun.end)


def _both(noun: Mention, owner: Mention, text: str) -> Mention:
    return Mention(noun.start, owner.end, shown(text[noun.start : owner.end]), noun.label, noun.id, entity=noun.entity)


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
