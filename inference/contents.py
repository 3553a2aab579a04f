"""What was said, accused or denied: the events that stand in the clause of a trigger of saying, so that a row ``REJECT نفى`` leads to the row of what was denied."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from ..models.documents import Event
from ..models.scheme import Scheme
from . import clauses


def contents(text: str, events: Sequence[Event], scheme: Scheme) -> dict[int, list[Event]]:
    """The events that each trigger of saying tells of.

    Args:
        text: Of the document.
        events: With `reported_by` (see `who_says`), in order.
        scheme: Says which triggers report, and which roles are of actors.

    Returns:
        By where a trigger of saying begins, what it tells of, in order: the events that its actor vouches for, and to which it is the nearest trigger of that
        actor, one before them rather than one behind. A trigger that tells of nothing is left out.
    """
    spoken: dict[str, list[Event]] = {}  # by the mention that speaks
    for one in events:
        if one.label in scheme.reporting and not clauses.says_nothing(text, one.start, one.end):
            for argument in one.arguments or ():
                if scheme.kinds.get(argument.role) == "actor":
                    spoken.setdefault(argument.target, []).append(one)
    found: dict[int, list[Event]] = {}
    for one in events:
        triggers = [trigger for trigger in spoken.get(one.reported_by or "", ()) if trigger is not one]
        if triggers:
            before = bisect_right(triggers, one.start, key=lambda trigger: trigger.start)
            found.setdefault(triggers[max(before - 1, 0)].start, []).append(one)
    return found


def records_told_of(drafts: Mapping[str, Sequence[Event]], told: Mapping[int, Sequence[Event]]) -> dict[str, tuple[str, ...]]:
    """The same between records.

    Args:
        drafts: The events of each record, by its id.
        told: As `contents` gives it.

    Returns:
        By the id of a record, those of the records that it tells of, in order, itself left out.
    """
    record_of = {event.start: name for name, events in drafts.items() for event in events}
    found: dict[str, tuple[str, ...]] = {}
    for name, events in drafts.items():
        named = [record_of[one.start] for event in events for one in told.get(event.start, ())]
        found[name] = tuple(one for one in dict.fromkeys(named) if one != name)
    return found
