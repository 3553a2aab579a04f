"""The "news" normalisation: each rule, idempotence, and the way back on any string."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.models.normalise import normalise

from .test_text import TEXTS, check


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("", ""),
        ("الجُنْدِيُّ", "الجندي"),
        ("هٰذا", "هذا"),
        ("وزيـــر", "وزير"),
        ("\u202bبيان\u202c \u200fرسمي\ufeff", "بيان رسمي"),
        ("می\u200cروند", "ميروند"),
        ("تعا\u00adون", "تعاون"),
        ("ﻻ ﷲ ﻣﺼﺮ", "لا الله مصر"),
        ("ﷺ", "صلي الله عليه وسلم"),
        ("كتﹶب \ufe70ب", "كتب ب"),
        ("ＮＡＴＯ", "nato"),
        ("أحمد إلى آخر ٱلليل", "احمد الي اخر الليل"),
        ("سؤال شيء رئيس مدرسة", "سؤال شيء رئيس مدرسة"),
        ("کویت ایران ہھ گ", "كويت ايران هه گ"),
        ("٢٠١٨ و۱۳۹۷ و2018", "2018 و1397 و2018"),
        ("BBC Émile İstanbul", "bbc émile İstanbul"),
        ("l´avion", "l´avion"),
        ("a\ud83db", "a\ufffdb"),
        ("a\0b\x1fc\x85d\x0be", "a b c d e"),
        ("a\tb\r\nc\n\n d  e", "a\tb\r\nc\n\n d  e"),
        ("❤\ufe0f", "❤"),
        ("…", "..."),
    ],
)
def test_rules(raw: str, text: str) -> None:
    aligned = normalise(raw)
    assert aligned.text == text
    check(aligned)


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_any_string_keeps_the_way_back_and_a_second_time_changes_nothing(raw: str) -> None:
    aligned = normalise(raw)
    check(aligned)
    assert normalise(aligned.text).text == aligned.text
    for index, char in enumerate(aligned.text):
        source = raw[aligned.starts[index] : aligned.ends[index]]
        if "a" <= char <= "z" or char in "بك12.!\n":
            forms = "".join(unicodedata.normalize("NFKC", one).lower() for one in source) + source.translate(str.maketrans("١٢", "12"))
            assert char in forms, f"{char!r} points at {source!r}"


@given(st.text(alphabet="بتثجحخسعغقلمنوه .،:\n", max_size=60))
def test_plain_text_is_left_alone_offset_for_offset(raw: str) -> None:
    aligned = normalise(raw)
    assert aligned.text == raw
    assert aligned.starts.tolist() == list(range(len(raw)))
    assert aligned.ends.tolist() == list(range(1, len(raw) + 1))


@given(st.text(alphabet=st.characters(max_codepoint=0xFFFF), max_size=40))
@settings(max_examples=500, deadline=None)
def test_white_space_stays_one_character_for_one(raw: str) -> None:
    kept = [char for char in raw if char in "\n\t\r "]
    from_spaces = [char for at, char in enumerate(normalise("x".join(kept)).text) if at % 2 == 0]
    assert from_spaces == kept
    assert normalise(raw).text.count("\n") == raw.count("\n")


def test_no_character_of_the_plane_needs_a_second_time() -> None:
    raw = "\n".join(map(chr, range(0x10000)))
    once = normalise(raw).text
    assert normalise(once).text == once
    assert not any(0xD800 <= ord(char) <= 0xDFFF for char in once)


def test_offsets_of_a_news_line() -> None:
    raw = "قالَ الرَّئيسُ أَحمد إنّ ﻻ عودة"
    aligned = normalise(raw)
    at = aligned.text.index("احمد")
    assert raw[slice(*aligned.raw_span(at, at + 4))] == "أَحمد"
    at = aligned.text.index("الرئيس")
    assert raw[slice(*aligned.raw_span(at, at + 6))] == "الرَّئيسُ"
    at = aligned.text.index(" لا ") + 1
    assert raw[slice(*aligned.raw_span(at, at + 2))] == raw[slice(*aligned.raw_span(at, at + 1))] == "ﻻ"


@pytest.mark.parametrize("unit", ["ا", "أَ", "\u064b", "ﻻ", "\r\n", "🇸🇾", "\ud800", "a "])
def test_a_megabyte_on_one_line(unit: str) -> None:
    raw = unit * (1_000_000 // len(unit))
    aligned = normalise(raw)
    assert len(aligned.text) == len(normalise("x" + unit * 10).text[1:]) * (len(raw) // len(unit)) // 10
    if aligned.text:
        assert aligned.ends[-1] == len(raw)


def test_the_import_builds_no_table() -> None:
    code = "import hadath.models.normalise as n, hadath.models.clusters as c; print(n.character_map.cache_info().currsize + c._classes.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "0"
