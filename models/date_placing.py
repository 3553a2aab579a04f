"""Where one date lies in the calendar, seen from the day of the article: its days, without its time of day.

What comes back every week, month or year is by default the latest that has begun; see `dates` for what is decided where the text leaves it open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from .calendars import Interval, century_of, days, decade_of, hijri, hijri_year, months_of, moved, unit_of, weekend_of, year_of
from .date_parts import Parts
from .numerals import exactly

_SOON = timedelta(days=61)


def place(piece: Parts, anchor: date | None) -> Interval | None:
    """The days of a piece without its edge and its time of day."""
    if piece.feast is not None:
        return _feast(piece, anchor)
    if piece.hijri is not None or piece.era:
        return _moon(piece, anchor)
    if piece.month is not None:
        return _yearly(piece, anchor, lambda year: _in_month(piece, months_of(year, piece.month or 1)))
    if piece.day is not None:
        return _monthly(piece, anchor)
    if piece.step is not None or piece.weekday is not None or piece.weekend:
        return None if anchor is None else _weekly(piece, anchor)
    if piece.season is not None:
        return _yearly(piece, anchor, lambda year: months_of(year - (piece.season == 12), piece.season or 1, 3))
    if piece.stretch is not None:
        return _stretch(piece, anchor)
    century = piece.century
    if piece.unit == "century" and piece.relative is not None and anchor is not None:
        century = (anchor.year + 99) // 100 + piece.relative
    if piece.decade is not None:
        return decade_of((100 * century - 100 if century else 1900) + piece.decade)
    if century is not None:
        return century_of(century)
    if piece.year is not None:
        return year_of(piece.year)
    relative = 0 if piece.relative is None and piece.edge is not None else piece.relative
    unit = piece.unit or piece.loose  # ل of للعام may be left outside, and its ال with it
    if unit is None or relative is None or piece.span is not None or anchor is None:
        return None
    return days(anchor) if unit in ("hour", "minute") else unit_of(anchor, unit, relative)


def _pick(found: list[Interval], anchor: date, relative: int | None) -> Interval | None:
    """Of intervals in order: the latest that has begun, the latest that is over (-1) or the next to begin (1)."""
    if relative == 1:
        return next((one for one in found if one.start.date() > anchor), None)
    if relative == -1:
        return next((one for one in reversed(found) if one.end.date() < anchor), None)
    return next((one for one in reversed(found) if one.start.date() <= anchor), None)


def _year(piece: Parts, anchor: date | None) -> int | None:
    if piece.year is None and piece.unit == "year" and anchor is not None:
        return anchor.year + (piece.relative or 0)
    return piece.year


def _yearly(piece: Parts, anchor: date | None, make: Callable[[int], Interval | None]) -> Interval | None:
    """What comes once a year."""
    if (year := _year(piece, anchor)) is not None:
        return make(year)
    if anchor is None:
        return None
    if piece.relative == 0:
        return make(anchor.year)
    years = range(max(2, anchor.year - 9), min(9998, anchor.year + 9))  # eight years may part two 29ths of February
    found = [one for year in years if (one := make(year)) is not None]
    if piece.weekday is not None and piece.day is not None and piece.relative is None:
        named = [one for one in found if one.start.isoweekday() == piece.weekday and abs(one.start.year - anchor.year) <= 1]
        if named:
            return min(named, key=lambda one: abs(one.start.date() - anchor))
    if piece.month is not None and piece.relative is None:
        following = _pick(found, anchor, 1)
        if following is not None and following.start.date() - anchor <= _SOON:
            return following
    return _pick(found, anchor, piece.relative)


def _in_month(piece: Parts, month: Interval) -> Interval | None:
    """The day or week of a month, or the month; None where it has no such day."""
    first, last = month.start.date(), month.end.date()
    if piece.index is not None:
        start = first + timedelta(weeks=piece.index - 1)
        return days(start, min(last, start + timedelta(days=6))) if start <= last else None
    if piece.day is None:
        return month
    return days(first.replace(day=piece.day)) if 1 <= piece.day <= last.day else None


def _monthly(piece: Parts, anchor: date | None) -> Interval | None:
    """A day whose month is this, the last or the next one."""
    if anchor is None or piece.relative is None or piece.unit not in (None, "month") or piece.weekend:
        return None
    if piece.unit == "month" or piece.relative == 0:
        return _in_month(piece, months_of(anchor.year, anchor.month + piece.relative))
    months = (_in_month(piece, months_of(anchor.year, anchor.month + step)) for step in range(-3, 4))
    return _pick([one for one in months if one is not None], anchor, piece.relative)


def _weekly(piece: Parts, anchor: date) -> Interval | None:
    """A day so many days on, a weekday, a weekend."""
    if piece.weekend:
        return weekend_of(anchor, piece.relative)
    if piece.step is not None:
        if piece.weekday is None:
            return None if piece.relative else days(anchor + timedelta(days=piece.step))
        near = anchor + timedelta(days=piece.step)
        return days(near + timedelta(days=(piece.weekday - near.isoweekday() + 3) % 7 - 3))
    weekday = piece.weekday or 7
    if piece.relative is not None and (piece.unit == "week" or piece.relative == 0):
        return days(unit_of(anchor, "week", piece.relative).start.date() + timedelta(days=weekday % 7))
    latest = anchor - timedelta(days=(anchor.isoweekday() - weekday) % 7)
    return _pick([days(latest + timedelta(weeks=step)) for step in (-1, 0, 1)], anchor, piece.relative)


def _stretch(piece: Parts, anchor: date | None) -> Interval | None:
    """A quarter or half of a year or a century."""
    months, index = piece.stretch or 3, piece.index or 12 // (piece.stretch or 3)
    if piece.century is not None:
        years = 100 * months // 12
        return year_of(100 * piece.century - 99 + (index - 1) * years, years)
    if piece.index == 0 and anchor is not None and _year(piece, anchor) is None:
        every = [months_of(anchor.year, 1 + step * months, months) for step in range(-12, 12)]
        return _pick(every, anchor, piece.relative)
    return _yearly(piece, anchor, lambda year: months_of(year, 1 + (index - 1) * months, months))


def _moon(piece: Parts, anchor: date | None) -> Interval | None:
    """A Hijri date. A month without its year is the nearest, since one writes of Ramadan around Ramadan."""
    if piece.year is not None:
        return hijri(piece.year, piece.hijri, piece.day)
    return None if piece.hijri is None else _nearest_moon(anchor, piece.relative, piece.hijri, piece.day)


def _nearest_moon(anchor: date | None, relative: int | None, month: int, day: int | None, many: int = 1) -> Interval | None:
    if anchor is None or (year := hijri_year(anchor)) is None:
        return None
    found = [one for step in (-1, 0, 1) if (one := hijri(year + step, month, day, many)) is not None]
    return _pick(found, anchor, relative) if relative else _nearest(found, anchor)


def _nearest(found: list[Interval], anchor: date) -> Interval | None:
    return min(found, key=lambda one: max(one.start.date() - anchor, anchor - one.end.date(), timedelta()), default=None)


def _feast(piece: Parts, anchor: date | None) -> Interval | None:
    """A feast: of the year that is said, else the nearest."""
    calendar, month, day, many = piece.feast or ("sun", 1, 1, 1)
    year = _year(piece, anchor)
    if calendar == "moon":
        seen = date(year, 7, 1) if year is not None else anchor
        return _nearest_moon(seen, None if year is not None else piece.relative, month, day, many)
    if year is not None:
        return days(date(year, month, day))
    if anchor is None:
        return None
    found = [days(date(anchor.year + step, month, day)) for step in (-1, 0, 1)]
    return _pick(found, anchor, piece.relative) if piece.relative else _nearest(found, anchor)


def lay(piece: Parts, anchor: date, preposition: str | None) -> Interval | None:
    """A length of time laid to the article's day, by its adjective or by the preposition before it.

    None for ``منذ سنوات`` and ``قبل عقود``: an uncounted number of years may be two or twenty, and any interval for it is made up.
    """
    unit = piece.span_unit or piece.loose or "day"
    span = exactly(1) if piece.span is None else piece.span
    if span.low != span.high and piece.relative is None and unit in ("year", "decade", "century"):
        return None
    low, high = span.low, span.low if span.high is None else span.high
    ago = preposition == "ago" and piece.relative is None
    if unit in ("hour", "minute"):
        hours = 24 * (60 if unit == "minute" else 1)
        unit, low, high = "day", Fraction(round(low / hours)), Fraction(round(high / hours) if ago else -(-high // hours))
    for larger, smaller, many in (("century", "year", 100), ("decade", "year", 10), ("year", "month", 12), ("month", "day", 30), ("week", "day", 7)):
        if unit == larger and (larger in ("century", "decade") or low != int(low) or high != int(high)):
            unit, low, high = smaller, low * many, high * many
    if ago:
        return Interval(unit_of(moved(anchor, unit, -int(high)), unit).start, unit_of(moved(anchor, unit, -int(low)), unit).end)
    if piece.relative == 1:
        return days(anchor, moved(anchor, unit, int(high)))
    if piece.relative == -1 or (piece.relative is None and preposition in ("since", "during")):
        return days(moved(anchor, unit, -int(high)), anchor)
    return None
