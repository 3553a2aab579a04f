"""Dates against the calendar of the standard library, for every day, month and spelling, and where each piece of a text goes."""

from __future__ import annotations

import calendar
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.inference.records import link
from hadath.models.calendars import days, hijri, moved, third_of, week_of, year_of
from hadath.models.dates import day_of, written_on
from hadath.models.documents import Document, Mention, Sentence
from hadath.models.scheme import load_scheme
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


@given(DAYS, st.integers(1, 300))
@settings(max_examples=100, deadline=None)
def test_the_same_day_and_the_next_are_seen_from_the_date_before(day: date, gap: int) -> None:
    """Whatever day the article bears."""
    told = day - timedelta(days=gap)
    earlier = Value("date", told.isoformat(), told.isoformat())

    def seen(text: str) -> tuple[str | None, str | None] | None:
        value = read_value(text, "date", date=day.isoformat(), earlier=earlier)
        return None if value is None else (value.start, value.end)

    following = told + timedelta(days=1)
    for same in ("اليوم نفسه", "اليوم ذاته", "نفس اليوم", "ذات اليوم"):
        assert seen(same) == _one(told), same
    assert seen("اليوم التالي") == seen("لليوم التالي") == _one(following)
    assert seen("مساء اليوم نفسه") == (f"{told}T18:00", f"{told}T23:59")
    assert seen("صباح اليوم التالي") == (f"{following}T06:00", f"{following}T11:59")
    assert seen("العام نفسه") == seen("نفس السنة") == (f"{told.year}-01-01", f"{told.year}-12-31")
    assert seen("العام التالي") == (f"{told.year + 1}-01-01", f"{told.year + 1}-12-31")
    assert seen("17 من الشهر نفسه") == _one(told.replace(day=17))
    assert seen("الشهر ذاته") == (f"{told:%Y-%m}-01", f"{told:%Y-%m}-{calendar.monthrange(told.year, told.month)[1]}")


@pytest.mark.parametrize(
    ("text", "start", "end", "before", "after"),
    [
        ("اليوم نفسه", "2011-05-03", "2011-05-04", "", ""),  # two days
        ("اليوم التالي", "2011-01-01", "2011-12-31", "", ""),
        ("الشهر ذاته", "2011-01-01", "2011-12-31", "", ""),
        ("العام نفسه", "2011-01-01", "2013-12-31", "", ""),
        ("نفس الشهر من العام الماضي", "2011-05-01", "2011-05-31", "", ""),  # says its year itself
        ("اليوم نفسه", "2011-05-03", "2011-05-03", "غادرت القافلة في ", " الذي وصلت فيه السفينة"),  # the day of what follows
        ("اليوم التالي", "2011-05-03", "2011-05-03", "والطريق مغلقة منذ ", ""),
        ("الفترة نفسها", "2011-05-03", "2011-05-03", "", ""),
        ("اليوم", "2011-05-03", "2011-05-03", "", ""),
        ("نفس اليوم التالي", "2011-05-03", "2011-05-03", "", ""),
    ],
)
def test_what_is_not_seen_from_the_date_before(text: str, start: str, end: str, before: str, after: str) -> None:
    assert read_value(text, "date", before=before, after=after, earlier=Value("date", start, end)) is None


def test_the_day_that_yesterday_is_counted_from() -> None:
    wednesday = "2018-04-11"
    assert written_on(["أمس الاثنين", "أمس"], wednesday) == "2018-04-10"
    assert written_on(["مساء أمس الاثنين", "اليوم الثلاثاء", "غدا الأربعاء"], wednesday) == "2018-04-10"
    assert written_on(["أمس الثلاثاء"], wednesday) == wednesday
    assert written_on(["أمس الاثنين", "اليوم الأربعاء"], wednesday) == wednesday  # they do not agree
    assert written_on(["أمس", "الاثنين", "الاثنين الماضي"], wednesday) == wednesday
    assert written_on(["أمس الاثنين"], None) is None
    assert written_on(["أمس الاثنين"], "soon") == "soon"


def _linked(marked: str, day: str | None = "2018-04-11", label: str = "DATE") -> list[tuple[str | int | None, str | int | None] | None]:
    """The values of a text whose mentions stand in brackets and whose sentences end at a full stop."""
    text, places = "", []
    for piece in marked.split("]"):
        plain, _, mention = piece.partition("[")
        text += plain
        if mention:
            places.append((len(text), len(text) + len(mention)))
            text += mention
    ends = [0, *(at + 1 for at, sign in enumerate(text) if sign == "."), len(text)]
    sentences = tuple(Sentence(start, end) for start, end in itertools.pairwise(ends) if start < end)
    mentions = tuple(Mention(start, end, text[start:end], label, id=f"T{start}") for start, end in places)
    linked = link(Document("d", text, date=day, sentences=sentences, entities=mentions, events=()), load_scheme("news"))
    values = [one.value for one in linked.entities or ()]
    return [one and ((one.start, one.end) if one.kind == "date" else (one.low, one.high)) for one in values]


def test_both_ends_of_between_are_worth_the_whole() -> None:
    whole = ("2015-04-01", "2017-07-31")
    assert _linked("وقعت الغارات بين [أبريل 2015] و[يوليو 2017] في الجبال") == [whole, whole]
    assert _linked("وقعت الغارات ما بين [أبريل 2015] وحتى [يوليو 2017]") == [whole, whole]
    assert _linked("في الفترة من [13] حتى [22 يناير 2016]") == [("2016-01-13", "2016-01-22")] * 2
    assert _linked("بين [يوليو] و[ديسمبر 2016]") == [("2016-07-01", "2016-12-31")] * 2
    assert _linked("بين [1200] و[1500] خيمة", label="CARDINAL") == [(1200, 1500)] * 2
    assert _linked("بين [70] إلى [80] خيمة", label="CARDINAL") == [(70, 80)] * 2


def test_two_dates_or_counts_that_are_no_range_stay_two() -> None:
    april, july = ("2015-04-01", "2015-04-30"), ("2017-07-01", "2017-07-31")
    assert _linked("وقعت الغارات في [أبريل 2015] و[يوليو 2017]") == [april, july]
    assert _linked("من بين [أبريل 2015] و[يوليو 2017]") == [april, july]
    assert _linked("بين [أبريل 2015] في الشمال و[يوليو 2017] في الجنوب") == [april, july]


def test_an_article_whose_day_is_corrected() -> None:
    monday = ("2018-04-09", "2018-04-09")
    assert _linked("انهار الجسر [أمس الاثنين]. وأغلق الطريق [أمس]. ويفتح [غدا].") == [monday, monday, ("2018-04-11", "2018-04-11")]
    assert _linked("انهار الجسر [أمس الاثنين].", None) == [None]


def test_the_date_before_is_in_this_sentence_or_the_last() -> None:
    third, fourth = ("2016-03-03", "2016-03-03"), ("2016-03-04", "2016-03-04")
    assert _linked("انهار الجسر في [3 مارس 2016] وأصلح في [اليوم التالي].") == [third, fourth]
    assert _linked("انهار الجسر في [3 مارس 2016]. وأصلح في [اليوم التالي].") == [third, fourth]
    assert _linked("انهار الجسر في [3 مارس 2016]. وكان قديما. وأصلح في [اليوم التالي].") == [third, None]
    assert _linked("انهار الجسر في [3 مارس 2016] خلال [تلك الفترة]. وأصلح في [اليوم التالي].") == [third, None, None]
    assert _linked("أصلح في [اليوم التالي].") == [None]


def test_a_bound_is_read_in_its_own_sentence() -> None:
    assert _linked("جرح [14] مزارعا على الأقل.", label="CARDINAL") == [(14, None)]
    assert _linked("جرح [14] مزارعا. على الأقل هذا ما قيل.", label="CARDINAL") == [(14, 14)]


def test_the_day_of_an_article_is_written_in_one_form_on_every_python() -> None:
    assert day_of("2024-03-06T10:00") == day_of("2024-03-06")
    assert [day_of(one) for one in ("20240306", "2024-W10-3", "06/03/2024", "", None)] == [None] * 5
