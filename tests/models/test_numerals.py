"""Numbers in words against pyarabic, which writes them, and against arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarabic.number import ArNumbers

from hadath.models.numerals import exactly, fold, read_digits, read_number, tokens_of


def _spoken(number: int, feminine: bool) -> str:
    writer = ArNumbers()
    writer.set_feminine(2 if feminine else 1)
    return str(writer.int2str(str(number)))


@given(st.integers(1, 3000) | st.integers(1, 10**12 - 1), st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_pyarabic_writes_is_read_back(number: int, feminine: bool) -> None:
    tokens = tokens_of(fold(_spoken(number, feminine)))
    assert read_number(tokens) == (exactly(number), len(tokens))


@given(st.integers(1, 999), st.sampled_from([("ألف", 10**3), ("مليون", 10**6), ("مليار", 10**9)]), st.integers(0, 999))
@settings(max_examples=200, deadline=None)
def test_digits_and_words_mix(many: int, scale: tuple[str, int], rest: int) -> None:
    tokens = tokens_of(fold(f"{many} {scale[0]} و{rest}"))
    assert read_number(tokens) == (exactly(many * scale[1] + rest), len(tokens))


@given(st.integers(0, 10**14))
@settings(max_examples=200, deadline=None)
def test_digits_are_read_with_every_separator(number: int) -> None:
    plain = str(number)
    assert read_digits(plain, True) == number
    for sign in ",.٬ ،" if number >= 1000 else ",":
        assert read_number(tokens_of(fold(f"{number:,}".replace(",", sign)))) == (exactly(number), 1)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"):
        assert read_number(tokens_of(fold(plain.translate({48 + value: digit for value, digit in enumerate(digits)})))) == (exactly(number), 1)


@pytest.mark.parametrize(
    ("written", "whole", "number"),
    [
        ("1.200", True, 1200),
        ("1.200", False, Fraction(6, 5)),
        ("1,200", False, 1200),
        ("0,125", True, Fraction(1, 8)),
        ("1.234.567", False, 1234567),
        ("52,5", False, Fraction(105, 2)),
        ("1.2.3", True, None),
        ("1" * 16, True, None),
    ],
)
def test_points_and_commas(written: str, whole: bool, number: Fraction | int | None) -> None:
    assert read_digits(written, whole) == number


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("ثلاثة أربعة", 1),  # two numbers
        ("عشرين وثلاثين", 1),
        ("ثلاثة آلاف و5 آلاف", 2),  # the second is no part of the first
        ("10 و15", 1),
        ("ألف و1500", 1),
        ("خمسة قتلى", 1),
        ("مليون ونصف المليون دولار", 3),
    ],
)
def test_a_number_ends_where_another_begins(text: str, used: int) -> None:
    read = read_number(tokens_of(fold(text)))
    assert read is not None
    assert read[1] == used


@pytest.mark.parametrize("text", ["", "كتاب", "الأول", "و", "ال", "وكتاب 5", "...", "المدينة"])
def test_no_number(text: str) -> None:
    assert read_number(tokens_of(fold(text))) is None


@pytest.mark.parametrize("text", ["ثلاثة", "ثَلاثَةٌ", "ثلاثـــة", "ثلاثه", "ﺛﻼﺛﺔ", "ثلاثة\u200f", "وثلاثة", "الثلاثة", "لثلاثة"])
def test_one_spelling(text: str) -> None:
    read = read_number(tokens_of(fold(text)))
    assert read is not None
    assert read[0] == exactly(3)
