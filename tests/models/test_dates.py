"""Dates against the calendar of the standard library, for every day, month and spelling, and where each piece of a text goes."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.models.calendars import days, hijri, moved, third_of, week_of, year_of
from hadath.models.values import Value, read_value

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
MONTHS = (  # by month: Egypt and the Gulf, the Levant and Iraq, Tunisia and Algeria, Morocco
    ("يناير", "كانون الثاني", "جانفي", "يناير"),
    ("فبراير", "شباط", "فيفري", "فبراير"),
    ("مارس", "آذار", "مارس", "مارس"),
    ("أبريل", "نيسان", "أفريل", "أبريل"),
    ("مايو", "أيار", "ماي", "ماي"),
    ("يونيو", "حزيران", "جوان", "يونيو"),
    ("يوليو", "تموز", "جويلية", "يوليوز"),
    ("أغسطس", "آب", "أوت", "غشت"),
    ("سبتمبر", "أيلول", "سبتمبر", "شتنبر"),
    ("أكتوبر", "تشرين الأول", "أكتوبر", "أكتوبر"),
    ("نوفمبر", "تشرين الثاني", "نوفمبر", "نونبر"),
    ("ديسمبر", "كانون الأول", "ديسمبر", "دجنبر"),
)


def _read(text: str, day: date | None = None, before: str = "") -> tuple[str | None, str | None] | None:
    value = read_value(text, "date", date=None if day is None else day.isoformat(), before=before)
    return None if value is None else (value.start, value.end)


def _one(day: date) -> tuple[str, str]:
    return day.isoformat(), day.isoformat()


@given(DAYS, st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_weekdays(day: date, weekday: int) -> None:
    back = [day - timedelta(days=one) for one in range(15)]
    ahead = [day + timedelta(days=one) for one in range(1, 15)]
    name = WEEKDAYS[weekday]
    assert _read(name, day) == _one(next(one for one in back if one.weekday() == weekday))
    assert _read(f"{name} الماضي", day) == _one(next(one for one in back[1:] if one.weekday() == weekday))
    assert _read(f"{name} المقبل", day) == _one(next(one for one in ahead if one.weekday() == weekday))
    assert _read(f"اليوم {WEEKDAYS[day.weekday()]}", day) == _one(day)


@given(DAYS, st.integers(0, 3), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_full_dates_in_every_countrys_months(day: date, first: int, second: int) -> None:
    names = MONTHS[day.month - 1]
    for text in (
        f"{day.day} {names[first]} {day.year}",
        f"{day.day} {names[first]}/{names[second]} {day.year}",
        f"{day.day} من {names[first]} ({names[second]}) عام {day.year}",
        f"{WEEKDAYS[day.weekday()]} {day.day} {names[first]}/ {names[second]} {day.year}م",
        f"{day.day}/{day.month}/{day.year}",
        day.isoformat(),
    ):
        assert _read(text) == _one(day), text
    last = calendar.monthrange(day.year, day.month)[1]
    assert _read(f"{names[first]}/{names[second]} {day.year}") == (f"{day:%Y-%m}-01", f"{day:%Y-%m}-{last}")


@given(DAYS, st.integers(1, 400))
@settings(max_examples=100, deadline=None)
def test_a_day_without_its_year(day: date, gap: int) -> None:
    """Within two months ahead it is the next one, else the last one; with its weekday it is the one that falls on it."""
    told = day + timedelta(days=gap)
    if (told.month, told.day) == (2, 29) or gap > 365:
        return
    text = f"{told.day} {MONTHS[told.month - 1][1]}"
    assert _read(f"{text} المقبل", day) == _one(told)
    if gap <= 61:
        assert _read(text, day) == _one(told)
    elif gap < 365:
        assert _read(text, day) == _one(told.replace(year=told.year - 1))


@given(DAYS)
@settings(max_examples=100, deadline=None)
def test_weeks_months_and_years(day: date) -> None:
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    assert _read("الأسبوع الماضي", day) == ((sunday - timedelta(days=7)).isoformat(), (sunday - timedelta(days=1)).isoformat())
    assert _read("هذا الأسبوع", day) == (sunday.isoformat(), (sunday + timedelta(days=6)).isoformat())
    before = day.replace(day=1) - timedelta(days=1)
    assert _read("الشهر الماضي", day) == (before.replace(day=1).isoformat(), before.isoformat())
    assert _read("العام الماضي", day) == (f"{day.year - 1}-01-01", f"{day.year - 1}-12-31")
    assert _read("ثلاثة أيام", day, "قبل ") == _one(day - timedelta(days=3))
    assert _read("أول من أمس", day) == _one(day - timedelta(days=2))


@given(DAYS)
@settings(max_examples=100, deadline=None)
def test_thirds_part_the_whole(day: date) -> None:
    for whole in (
        week_of(day),
        days(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])),
        year_of(day.year),
        year_of(1901, 100),
    ):
        first, middle, last = (third_of(whole, edge) for edge in ("first", "middle", "last"))
        assert (first.start, last.end) == (whole.start, whole.end)
        assert middle.start - first.end == last.start - middle.end == timedelta(days=1)


def test_a_month_on_from_its_last_day() -> None:
    assert moved(date(2018, 1, 31), "month", 1) == date(2018, 2, 28)
    assert moved(date(2016, 2, 29), "year", -1) == date(2015, 2, 28)
    assert moved(date(2018, 1, 15), "month", -1) == date(2017, 12, 15)


@pytest.mark.parametrize(  # Ramadan, as it was kept in those years
    ("year", "month", "first", "last"),
    [
        (1440, 9, "2019-05-06", "2019-06-03"),
        (1439, 9, "2018-05-16", "2018-06-14"),
        (1441, 9, "2020-04-24", "2020-05-23"),
        (1444, 9, "2023-03-23", "2023-04-20"),
    ],
)
def test_hijri_months(year: int, month: int, first: str, last: str) -> None:
    whole = hijri(year, month)
    assert whole is not None
    assert whole.iso() == (first, last)
    assert hijri(year, month, 31) is None
    assert hijri(1200, month) is None  # before the tables


@pytest.mark.parametrize(
    "text", ["24 حزيران", "أمس", "الجمعة", "الشهر الماضي", "شهر رمضان", "عيد الفطر", "قبل ثلاثة أيام", "صباحا", "مساء السبت", "الربع الثالث"]
)
@pytest.mark.parametrize("day", [None, "", "soon", "2018-02-31", "20180411x"])
def test_what_is_relative_needs_the_articles_day(text: str, day: str | None) -> None:
    assert read_value(text, "date", date=day) is None


@pytest.mark.parametrize(
    "text", ["24 حزيران", "شهر رمضان", "عيد الفطر", "السبت", "العقد الماضي", "القرن الماضي", "قبل 50 عاما", "شتاء 9999", "الشهر المقبل", "غدا"]
)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-01-01"])
def test_the_ends_of_the_calendar(text: str, day: str) -> None:
    value = read_value(text, "date", date=day)
    assert value is None or (value.start or "") <= (value.end or "")


@pytest.mark.parametrize(
    "text",
    [
        "الجمعة العاشرة",
        "اليوم الأخير",
        "اليوم الثاني",
        "كل عام",
        "السنة ذاتها",
        "31 أبريل 2018",
        "0 مايو 2018",
        "السبت الجمعة",
        "5 6 مايو 2018",
        "2018 2019",
        "الأسبوع",
        "العام",
    ],
)
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert read_value(text, "date", date="2018-04-11") is None


def test_the_preposition_outside_is_that_inside() -> None:
    for text in ("قبل ثلاثة أيام", "منذ أسبوعين", "خلال 24 ساعة", "منذ نحو سبع سنوات", "قبل نحو شهرين"):
        preposition, _, rest = text.partition(" ")
        inside, outside = (
            read_value(one, "date", date="2018-04-11", before=before) for one, before in ((text, ""), (rest, f"قال إنه وصل {preposition} "))
        )
        assert isinstance(inside, Value)
        assert inside == outside
