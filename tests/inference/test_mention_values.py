"""What the dates of an article are worth, read together: a report of days past, told one weekday after another."""

from __future__ import annotations

import re

import pytest

from hadath.inference.mention_values import with_values
from hadath.models.documents import Document, Mention
from hadath.models.scheme import load_scheme

SCHEME = load_scheme("news")
WRITTEN = "2017-11-20"  # a Monday


def days(text: str, written: str | None = WRITTEN) -> list[str | None]:
    """The days of the dates in square brackets."""
    plain, mentions, at = "", [], 0
    for mark in re.finditer(r"\[([^\]]+)\]", text):
        plain += text[at : mark.start()]
        mentions.append(Mention(len(plain), len(plain) + len(mark[1]), mark[1], "DATE", id=f"T{len(mentions)}"))
        plain, at = plain + mark[1], mark.end()
    document = with_values(Document("a", plain + text[at:], date=written, entities=tuple(mentions)), SCHEME)
    return [None if one.value is None or one.value.start is None else one.value.start[:10] for one in document.entities or ()]


PAST = "بدأ الهجوم [الأربعاء 8 تشرين الثاني/نوفمبر]. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وأعلن الجيش [الخميس] النصر.", ["2017-11-09"]),
        ("وأعلن الجيش [فجر الخميس] النصر، ثم عادوا [ليل الجمعة السبت].", ["2017-11-09", "2017-11-10"]),
        ("وعادوا [ليل الجمعة السبت]. وفي الأيام التالية، [الجمعة]، قصفوا البلدة.", ["2017-11-10", "2017-11-17"]),
        ("وعادوا [الأربعاء].", ["2017-11-08"]),
        # what says itself which week it is of, or is a day of the last week, ends the report
        ("وعادوا [الخميس الماضي].", ["2017-11-16"]),
        ("واستعادوها [السبت 18 تشرين الثاني/نوفمبر]، وقالوا [الخميس] إنهم تعبوا.", ["2017-11-18", "2017-11-16"]),
        ("وعادوا [أمس]، بعد أن انسحبوا [الخميس].", ["2017-11-19", "2017-11-16"]),
        # the article's own weekday and the one before it, on which news is reported
        ("وقال المتحدث [الاثنين] إنهم عادوا [الخميس].", ["2017-11-20", "2017-11-09"]),
        ("وقال المتحدث [الأحد] إنهم عادوا.", ["2017-11-19"]),
    ],
)
def test_behind_a_dated_weekday_long_past_the_next_ones_follow_it(text: str, expected: list[str]) -> None:
    assert days(PAST + text) == ["2017-11-08", *expected]


@pytest.mark.parametrize(
    "first",
    [
        "بدأ الهجوم [الأربعاء 15 تشرين الثاني/نوفمبر]. ",  # of the last week
        "بدأ الهجوم [الأربعاء 6 أيلول/سبتمبر]. ",  # long ago
        "بدأ الهجوم [8 تشرين الثاني/نوفمبر]. ",  # no weekday that others could follow
        "بدأ الهجوم. ",
    ],
)
def test_else_a_bare_weekday_is_the_latest(first: str) -> None:
    assert days(first + "وعادوا [الخميس].")[-1] == "2017-11-16"


def test_without_the_articles_day_a_weekday_is_no_day() -> None:
    assert days(PAST + "وعادوا [الخميس].", None)[-1] is None


def test_no_day_lies_behind_the_articles_own() -> None:
    assert days("بدأ الهجوم [الثلاثاء 7 تشرين الثاني/نوفمبر]. وعادوا [السبت]، ثم [الجمعة]، ثم [الخميس].") == [
        "2017-11-07", "2017-11-11", "2017-11-17", "2017-11-16",
    ]  # fmt: skip
