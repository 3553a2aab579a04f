"""What was said, accused or denied: the events that stand in the clause of a trigger of saying, so that a row ``REJECT نفى`` leads to the row of what was denied."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ..models.documents import Event
from ..models.scheme import Scheme
from . import clauses


def contents(text: str, events: Sequence[Event], scheme: Scheme) -> dict[int, list[int]]:
    """The events that each trigger of saying tells of. Events go by their place in the list.

    Args:
        text: Of the document.
        events: With `reported_by` (see `who_says`), in order.
        scheme: Says which triggers report, and which roles are of actors.

    Returns:
        By trigger of saying what it tells of, in order: the events that its actor vouches for, and to which it is the nearest trigger of that actor, one
        before them rather than one behind. What takes up the clause before (``وهو ما نفاه``) tells of its last event. A trigger that tells of nothing is
        left out.
    """
    spoken: dict[str, list[int]] = {}  # by the mention that speaks
    for at, one in enumerate(events):
        if one.label in scheme.reporting and not clauses.says_nothing(text, one.start, one.end):
            for argument in one.arguments or ():
                if scheme.kinds.get(argument.role) == "actor":
                    spoken.setdefault(argument.target, []).append(at)
    found: dict[int, list[int]] = {}
    for at, one in enumerate(events[1:], 1):
        if one.label in scheme.reporting and events[at - 1].label not in scheme.reporting and clauses.takes_up(text, one.start):
            found[at] = [at - 1]
    for at, one in enumerate(events):
        triggers = spoken.get(one.reported_by or "", ())
        before = bisect_left(triggers, at)
        behind = before + (before < len(triggers) and triggers[before] == at)
        if before:
            found.setdefault(triggers[before - 1], []).append(at)
        elif behind < len(triggers):
            found.setdefault(triggers[behind], []).append(at)
    return found


def records_told_of(records: Sequence[Sequence[int]], told: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """The same between records, which go by their place in the list, too.

    Args:
        records: The events of each.
        told: As `contents` gives it.

    Returns:
        For each record those that it tells of, in order, itself left out.
    """
    record_of = {event: at for at, events in enumerate(records) for event in events}
    named = ([record_of[one] for event in events for one in told.get(event, ())] for events in records)
    return [[one for one in dict.fromkeys(several) if one != at] for at, several in enumerate(named)]
