"""Values against a table of expressions, each worked out by hand, and on strings that say nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.models.errors import DataError
from hadath.models.values import KINDS, Value, read_value

from .value_table import Row, read_table

TABLE = read_table()
# Rows whose expected value is right and is not reached, with the reason; at most one in twenty of the table
MISSES = {
    "10 ذي الحجة 1436": "the feast of 2015 was kept a day after the one the Umm al-Qura tables had printed",
}
# What text can hold: letters of both scripts, digits of all kinds, vowels, signs, bidi controls, presentation forms, the halves of a surrogate pair
ODD = st.text(st.characters(codec=None)) | st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآءئؤ 0123456789٠١٢٣/-:.,،٫٬%٪()\u064b\u0640\u200fﻻ\ud800$")
WORDS = st.lists(st.sampled_from(sorted({word for row in TABLE for word in row.text.split()})), max_size=7).map(" ".join)


@pytest.mark.parametrize("kind", KINDS)
def test_the_table(kind: str) -> None:
    rows = [row for row in TABLE if row.kind == kind and row.text not in MISSES]
    wrong = [
        f"values.tsv:{row.line}: {row.before}[{row.text}]{row.after} is {value}, not {row.expected}"
        for row in rows
        if (value := row.read()) != row.expected
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in TABLE if row.text in MISSES], ids=lambda row: f"{row.line}")
@pytest.mark.xfail(reason="a listed miss", strict=True)
def test_the_misses_of_the_table(row: Row) -> None:
    assert row.read() == row.expected


def test_the_table_is_large_and_its_misses_are_few() -> None:
    assert len({(row.kind, row.text, row.before, row.after) for row in TABLE}) >= 250
    assert {row.kind for row in TABLE} == set(KINDS)
    assert set(MISSES) <= {row.text for row in TABLE}
    assert len(MISSES) <= 0.05 * len(TABLE)


@given(
    st.one_of(ODD, WORDS),
    st.sampled_from(KINDS),
    st.sampled_from([None, "2018-04-11", "0001-01-01", "9999-12-31", "2018-13-40", ""]),
    st.one_of(ODD, WORDS),
    st.one_of(ODD, WORDS),
)
@settings(max_examples=250, deadline=None)
def test_no_string_raises_and_every_value_is_sound(text: str, kind: str, date: str | None, before: str, after: str) -> None:
    value = read_value(text, kind, date=date, before=before, after=after)
    if value is None:
        return
    assert value.kind == kind
    assert Value.from_json(json.loads(json.dumps(value.to_json()))) == value
    if kind == "date":
        assert value.start is not None
        assert value.end is not None
        assert value.start <= value.end
        assert len(value.start) == len(value.end)
        assert len(value.start) in (10, 16)
    else:
        assert value.low is not None
        assert value.high is None or value.low <= value.high


@pytest.mark.parametrize(
    ("text", "kind", "before"),
    [
        ("9" * 5000, "count", ""),
        ("9" * 5000, "date", "قبل "),
        ("مليون " * 500, "count", ""),
        ("ألف و" * 500, "money", ""),
        ("قبل 9999999999 سنة", "date", ""),
        ("3 ملايين قرن", "date", "قبل "),
        ("31/2/2018", "date", ""),
        ("99/99/9999", "date", ""),
        ("الساعة 99:99 الجمعة", "date", ""),
        ("عام 0", "date", ""),
        ("القرن 999", "date", ""),
        ("محرم 9999 هـ", "date", ""),
        ("\ud800", "percent", "\udfff"),
        ("و" * 2000, "date", "من " * 2000),
        ("%%%", "percent", ""),
        ("$", "money", "$"),
        ("5 0 0 0", "count", ""),
    ],
)
@pytest.mark.parametrize("date", [None, "2018-04-11", "0001-01-01"])
def test_odd_strings(text: str, kind: str, before: str, date: str | None) -> None:
    read_value(text, kind, date=date, before=before)


def test_a_wrong_kind_is_told_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r'"dates".*did you mean "date"'):
        read_value("أمس", "dates")


def test_json_is_lean_and_comes_back() -> None:
    value = Value("count", low=26, approximate=True)
    assert value.to_json() == {"kind": "count", "low": 26, "approximate": True}
    assert Value("date", "2018-04-11", "2018-04-11").to_json() == {"kind": "date", "start": "2018-04-11", "end": "2018-04-11"}
    assert Value("percent", low=0, high=3).to_json() == {"kind": "percent", "low": 0, "high": 3}
    assert Value.from_json(value.to_json()) == value


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "a value is a JSON object"),
        ({"low": 3}, "a value is a JSON object with a kind"),
        ({"kind": "age"}, "one of date, count, percent, money"),
        ({"kind": "date", "begin": "2018-04-11"}, 'no "begin"'),
        ({"kind": "count", "low": "3"}, '"low"'),
        ({"kind": "count", "low": True}, '"low"'),
        ({"kind": "date", "start": 2018}, '"start"'),
    ],
)
def test_a_faulty_value_is_told(data: object, told: str) -> None:
    with pytest.raises(DataError, match=told):
        Value.from_json(data)


def test_what_is_read_twice_is_the_same() -> None:
    """Parsed expressions are kept; placing one must not change it for the next article."""
    first = [read_value("من 3 إلى 5 مايو", "date", date=day) for day in ("2018-06-01", "2010-06-01", "2018-06-01")]
    assert first[0] == first[2] == Value("date", "2018-05-03", "2018-05-05")
    assert first[1] == Value("date", "2010-05-03", "2010-05-05")


def test_importing_reads_no_tables() -> None:
    """No table is built and no calendar loaded before the first value: a program that wants none pays nothing."""
    script = "import sys, hadath.models.values as v; assert 'hijridate' not in sys.modules; from hadath.models import numerals as n; print(len(n._CHARACTERS))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    assert done.stdout.strip() == "0"
