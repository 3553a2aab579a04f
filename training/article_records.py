"""The event records of an annotated article: what its mentions of one happening say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ..models.scheme import Scheme

# Where the kinds of roles stand in a record
_COLUMNS = {"place": "place", "actor": "actors", "recipient": "recipients", "count": "counts", "instrument": "instruments"}


def make_records(
    scheme: Scheme,
    events: Mapping[str, dict[str, Any]],
    mentions: Mapping[str, dict[str, Any]],
    additions: Mapping[str, Sequence[tuple[str, Any]]],
) -> list[dict[str, Any]]:
    """Merges events of one happening.

    Args:
        scheme: Says what a role is in a record.
        events: By name, with `same`, the name of the first event of the happening.
        mentions: By id.
        additions: By name of the first event: a role and a mention, or "date" and its value, that stand elsewhere in the article.

    Returns:
        Records in the order of their first events. A record is asserted if one of its events is; its date is the narrowest that its events name. What
        is not followed through an article (a weapon, a vehicle) stands in a record with the id of its mention.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for event in events.values():
        groups.setdefault(event["same"], []).append(event)
    return [_record(scheme, group, mentions, additions.get(name, ())) for name, group in groups.items()]


def _record(
    scheme: Scheme, group: list[dict[str, Any]], mentions: Mapping[str, dict[str, Any]], additions: Sequence[tuple[str, Any]]
) -> dict[str, Any]:
    filled = [(one["role"], mentions[one["target"]]) for event in group for one in event["arguments"]]
    filled += [(role, target) for role, target in additions if role != "date"]
    columns: dict[str, list[Any]] = {key: [] for key in _COLUMNS.values()}
    dates = []
    for role, mention in filled:
        kind = scheme.kinds.get(role)
        if kind == "time":
            dates += [mention["value"]] if "value" in mention else []
        elif kind == "count":
            columns["counts"] += [mention["value"]] if "value" in mention else []
        elif kind in _COLUMNS:
            columns[_COLUMNS[kind]].append(mention["id"] if kind == "instrument" else mention.get("entity", mention["id"]))
    said = [value for role, value in additions if role == "date"]
    return {
        "label": group[0]["label"],
        "events": [one["id"] for one in group],
        "asserted": any(one["asserted"] for one in group),
        "date": _interval(said[-1]) if said else min((_interval(one) for one in dates), key=_length, default=None),
        **{key: _once(values) for key, values in columns.items()},
        "reported_by": _once(mentions[one["reported_by"]]["entity"] for one in group if "reported_by" in one),
    }


def _interval(value: dict[str, Any] | None) -> dict[str, str] | None:
    return None if value is None else {key: value[key] for key in ("start", "end") if key in value}


def _length(interval: dict[str, str] | None) -> int:
    if interval is None or len(interval) < 2:
        return date.max.toordinal()
    return date.fromisoformat(interval["end"]).toordinal() - date.fromisoformat(interval["start"]).toordinal()


def _once(values: Iterable[Any]) -> list[Any]:
    out: list[Any] = []
    for one in values:
        if one not in out:
            out.append(one)
    return out
