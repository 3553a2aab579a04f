"""Stretches of the calendar: days, weeks, months, years, decades, centuries, seasons, Hijri months, and the thirds of each.

A week runs from Sunday to Saturday: the Arabic names of the days count from Sunday, and in most Arab countries work begins on it. The first third of a month
is its first ten days, of a year its first four months, of a decade its first four years and of a century its first thirty; the last third is what is left
after twenty days, eight months, seven years, seventy years.

Hijri dates go through hijridate: kept, typed, pure Python of 40 kB without dependencies, 10 ms to import (done at the first such date), the Umm al-Qura
calendar from official tables for 1343 to 1500 AH. Its day may differ by one from the day that a country saw the moon.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


class Interval(NamedTuple):
    """From the first to the last day, both included, or with times to the minute."""

    start: datetime
    end: datetime
    timed: bool = False

    def iso(self) -> tuple[str, str]:
        if self.timed:
            return self.start.isoformat(timespec="minutes"), self.end.isoformat(timespec="minutes")
        return self.start.date().isoformat(), self.end.date().isoformat()

    def within(self, first: int, last: int) -> Interval:
        """The minutes from `first` to `last`, counted from the first day's midnight; more than 1439 lie in the next day."""
        return Interval(self.start + first * _MINUTE, self.start + last * _MINUTE, True)


def days(first: date, last: date | None = None) -> Interval:
    return Interval(datetime.combine(first, time()), datetime.combine(first if last is None else last, time()))


def year_of(year: int, many: int = 1) -> Interval:
    """`many` years from the first of January of `year`."""
    return days(date(year, 1, 1), date(year + many - 1, 12, 31))


def months_of(year: int, month: int, many: int = 1) -> Interval:
    """`many` months from the first of `month`, which may lie outside 1 to 12 and is then of another year."""
    first, last = year * 12 + month - 1, year * 12 + month + many - 2
    return days(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1]))


def week_of(day: date, weeks: int = 0) -> Interval:
    sunday = day - timedelta(days=day.isoweekday() % 7) + timedelta(weeks=weeks)
    return days(sunday, sunday + 6 * _DAY)


def weekend_of(day: date, weeks: int | None) -> Interval:
    """From Friday to Sunday, which holds the weekend of every country: that of a week, or without `weeks` the latest that has begun."""
    friday = day - timedelta(days=(day.isoweekday() - 5) % 7) if weeks is None else week_of(day, weeks).start.date() + 5 * _DAY
    return days(friday, friday + 2 * _DAY)


def decade_of(year: int) -> Interval:
    return year_of(year - year % 10, 10)


def century_of(number: int) -> Interval:
    return year_of(100 * number - 99, 100)


def unit_of(day: date, unit: str, steps: int = 0) -> Interval:
    """The calendar's day, week, month, year, decade or century of a day, some steps on."""
    if unit == "week":
        return week_of(day, steps)
    if unit == "month":
        return months_of(day.year, day.month + steps)
    if unit == "year":
        return year_of(day.year + steps)
    if unit == "decade":
        return decade_of(day.year + 10 * steps)
    if unit == "century":
        return century_of((day.year + 99) // 100 + steps)
    return days(day + steps * _DAY)


def moved(day: date, unit: str, steps: int) -> date:
    """A day some units on; a day that the month does not have becomes its last."""
    if unit in ("day", "week"):
        return day + timedelta(days=steps * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + steps * (1 if unit == "month" else 12)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def third_of(whole: Interval, edge: str) -> Interval:
    """The first, middle or last third of a week, month, quarter, year, decade or century by the rules above; of a day, the day."""
    first, last = whole.start.date(), whole.end.date()
    length = (last - first).days + 1
    if length <= 1:
        return whole
    if length <= 7:
        return days(*{"first": (first, first + _DAY), "middle": (first + 2 * _DAY, first + 4 * _DAY), "last": (first + 5 * _DAY, last)}[edge])
    if length <= 31:
        second, third = first + 10 * _DAY, first + 20 * _DAY
    elif length <= 366:
        months = round(length / 30.4)
        second, third = moved(first, "month", max(1, months // 3)), moved(first, "month", max(2, 2 * months // 3))
    else:
        years = last.year - first.year + 1
        second, third = moved(first, "year", round(0.3 * years) + (years <= 10)), moved(first, "year", round(0.7 * years))
    return days(*{"first": (first, second - _DAY), "middle": (second, third - _DAY), "last": (third, last)}[edge])


def hijri(year: int, month: int | None = None, day: int | None = None, many: int = 1) -> Interval | None:
    """`many` days of a Hijri month, or the month, or the year; None where the calendar has no such day or its tables do not reach."""
    from hijridate import Hijri

    try:
        first = Hijri(year, month or 1, day or 1)
        start = first.to_gregorian()
        if month is None:
            many = Hijri(year, 12, 1).to_gregorian().toordinal() + Hijri(year, 12, 1).month_length() - start.toordinal()
        elif day is None:
            many = first.month_length()
    except (ValueError, OverflowError):
        return None
    return days(date.fromordinal(start.toordinal()), date.fromordinal(start.toordinal() + many - 1))


def hijri_year(day: date) -> int | None:
    """The Hijri year of a day; None where the tables do not reach."""
    from hijridate import Gregorian

    try:
        return int(Gregorian.fromdate(day).to_hijri().year)
    except (ValueError, OverflowError):
        return None
