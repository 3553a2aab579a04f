"""The aligned text: offsets never cut a cluster, and rewriting keeps the way back."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.models.text import Aligned, CharacterMap, from_codes, to_codes

# What news is made of and what breaks tools, close together, so that short strings already mix them.
# fmt: off
PIECES = st.sampled_from(
    [
        *"ابكم وé12٣.,!@<&;/-", "بَّ", "لآ", "ـ", "\u064b", "\u0301", "\u200d", "\u200c", "\u200f", "\ufeff", "\u00ad", "ﻻ", "ﷲ", "ﹶ",
        "\r\n", "\n", "👨\u200d👩\u200d👧", "🇸🇾", "👍🏽", "❤\ufe0f", "한", "ᄒ", "ᅡ", "\ud83d", "\udc00", "\0", "Ａ", "İ", "½", "´", "\u0600",
        "\u06dd", "  ", "http://x.sy/a ", "a@b.com ", "@u ", "&amp;", "&amp", "&#1;", "<b>", "ههههه", "؟؟؟؟", "12كم", "كم12",
    ]
)
# fmt: on
TEXTS = st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=20))


def check(aligned: Aligned) -> None:
    """What holds for every aligned text. The clusters are those of a second, plainer reading: marks by their Unicode category."""
    raw, starts, ends = aligned.raw, aligned.starts, aligned.ends
    assert len(aligned.text) == len(starts) == len(ends)
    assert starts.dtype == ends.dtype == np.int32
    assert (starts < ends).all()
    assert not len(starts) or (starts[0] >= 0 and ends[-1] <= len(raw))
    assert (np.diff(starts) >= 0).all()
    assert (np.diff(ends) >= 0).all()
    for at in {*starts.tolist(), *ends.tolist()} - {0, len(raw)}:
        before, after = raw[at - 1], raw[at]
        breaks = unicodedata.category(before) in ("Cc", "Cs", "Zl", "Zp") or (unicodedata.category(before) == "Cf" and before not in "\u200c\u200d")
        assert breaks or unicodedata.category(after) not in ("Mn", "Me"), f"{raw!r} is cut before a mark, at {at}"
        assert breaks or after not in "\u200c\u200d\U0001f3fd", f"{raw!r} is cut before a joiner, at {at}"
        assert breaks or before.isspace() or after != "\u0640", f"{raw!r} is cut before a tatweel, at {at}"
        assert before + after != "\r\n"
        assert not (before == "\u200d" and after in "👨👩👧👍❤"), f"{raw!r} is cut inside an emoji, at {at}"


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_identity_keeps_the_text_and_cuts_no_cluster(raw: str) -> None:
    aligned = Aligned.identity(raw)
    check(aligned)
    assert aligned.text == aligned.raw == raw
    assert all(start <= at < end for at, (start, end) in enumerate(zip(aligned.starts, aligned.ends, strict=True)))


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_clusters_are_never_smaller_than_those_of_the_regex_package(raw: str) -> None:
    regex = pytest.importorskip("regex", reason="the independent segmentation comes from the regex package")
    if any(0xD800 <= ord(char) <= 0xDFFF for char in raw):
        raw = raw.encode("utf-8", "replace").decode()
    inside = {at for match in regex.finditer(r"\X", raw) for at in range(match.start() + 1, match.end())}
    if any(unicodedata.combining(char) == 9 or unicodedata.category(char) == "Cn" for char in raw):
        return  # Indic conjuncts, which we do part, and characters newer than this Python
    ours = Aligned.identity(raw)
    assert not inside & {*ours.starts.tolist(), *ours.ends.tolist()}


@pytest.mark.parametrize("lengthener", ["\u0640", "\u0640\u0640", "\u0640\u064e", "\ufe70", "\ufe77\u0301", "\ufc5e", "\ufcf2\u064e"])
@pytest.mark.parametrize("blank", [" ", "  ", "\t", "\n", "\u00a0", "\u2003"])
def test_a_lengthener_belongs_to_a_letter_before_it_but_not_to_a_blank(blank: str, lengthener: str) -> None:
    joined = Aligned.identity(f"بت{lengthener}د")
    assert sorted({*joined.starts.tolist()}) == [0, 1, len(lengthener) + 2]
    parted = Aligned.identity(f"ب{blank}{lengthener}د")
    at = len(blank) + 1
    assert sorted({*parted.starts.tolist()}) == [*range(at), at, at + len(lengthener)]


@given(st.text(alphabet=st.characters(), max_size=30))
def test_codes_round_trip(text: str) -> None:
    assert from_codes(to_codes(text)) == text


@pytest.mark.parametrize(
    ("raw", "spans"),
    [
        ("", []),
        ("كتب", [(0, 1), (1, 2), (2, 3)]),
        ("كَت", [(0, 2), (0, 2), (2, 3)]),
        ("كـَّت", [(0, 4)] * 4 + [(4, 5)]),
        ("\u064bك", [(0, 1), (1, 2)]),  # a stray mark is a piece of its own
        ("\n\u064bك", [(0, 1), (1, 2), (2, 3)]),  # also behind a line break
        ("a\r\nb", [(0, 1), (1, 3), (1, 3), (3, 4)]),
        ("\n\r", [(0, 1), (1, 2)]),
        ("🇸🇾🇮🇶🇾", [(0, 2), (0, 2), (2, 4), (2, 4), (4, 5)]),
        ("👨\u200d👩!", [(0, 3), (0, 3), (0, 3), (3, 4)]),
        ("ᄒ\u1161\u11abㅎ", [(0, 3), (0, 3), (0, 3), (3, 4)]),
        ("\ud83d\udc00", [(0, 1), (1, 2)]),
        ("\u060012", [(0, 2), (0, 2), (2, 3)]),  # a number sign belongs to what follows it
    ],
)
def test_clusters(raw: str, spans: list[tuple[int, int]]) -> None:
    aligned = Aligned.identity(raw)
    assert list(zip(aligned.starts.tolist(), aligned.ends.tolist(), strict=True)) == spans


@given(TEXTS, st.dictionaries(st.sampled_from("ابكم وé12٣.\u064b\u0640\n\ud83d"), st.text(alphabet="xyz\U0001f600", max_size=3), max_size=6))
@settings(max_examples=500, deadline=None)
def test_translate_agrees_with_the_method_of_str(raw: str, changes: dict[str, str]) -> None:
    codes = {ord(char): new for char, new in changes.items()}
    aligned = Aligned.identity(raw).translate(CharacterMap(codes))
    check(aligned)
    assert aligned.text == raw.translate(codes)
    whole = Aligned.identity(raw)
    expected = [at for at, char in enumerate(raw) for _ in codes.get(ord(char), char)]
    assert aligned.starts.tolist() == whole.starts[expected].tolist()
    assert aligned.ends.tolist() == whole.ends[expected].tolist()


def test_a_map_with_a_default_changes_all_it_does_not_name() -> None:
    table = CharacterMap({ord("a"): "a", ord("b"): "", ord("c"): "<c>"}, default="?")
    assert Aligned.identity("abcd\U0010ffff\ud800").translate(table).text == "a<c>???"


def test_a_span_takes_in_the_deleted_marks_behind_it() -> None:
    aligned = Aligned.identity("قالَـ الجيشُ.").translate(CharacterMap(dict.fromkeys(map(ord, "َُـ"), "")))
    assert aligned.text == "قال الجيش."
    assert aligned.raw_span(0, 3) == (0, 5)
    assert aligned.raw_span(4, 9) == (6, 12)
    assert aligned.raw[slice(*aligned.raw_span(4, 9))] == "الجيشُ"


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-1, 1), (0, 4), (0, 0)])
def test_an_empty_or_outside_span_is_an_error(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="empty or outside"):
        Aligned.identity("abc").raw_span(start, end)


@given(
    TEXTS,
    st.sampled_from([(r"(\w)(\w)", r"\2\1"), (r"\s+", " "), (r"(?P<n>\d+)", r"<\g<n>>"), (r"[^\w\s]", ""), (r"(.)\1+", r"\1"), (r"ب|ا", "xyz")]),
)
@settings(max_examples=500, deadline=None)
def test_sub_agrees_with_re(raw: str, rule: tuple[str, str]) -> None:
    once = Aligned.identity(raw).sub(*rule)
    check(once)
    assert once.text == re.sub(*rule, raw)
    twice = once.sub(*rule)
    check(twice)
    assert twice.text == re.sub(*rule, once.text)


@pytest.mark.parametrize(
    ("raw", "pattern", "new", "spans"),
    [
        ("a&amp;b", "&amp;", "&", [(0, 1), (1, 6), (6, 7)]),  # what was deleted goes to the character that stayed
        ("a123b", "[0-9]+", "#", [(0, 1), (1, 4), (4, 5)]),
        ("a1b", "[0-9]", " N ", [(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)]),
        ("12km", r"(\d)([a-z])", r"\1 \2", [(0, 1), (1, 2), (1, 2), (2, 3), (3, 4)]),
        ("haaaa!", r"a+", "aa", [(0, 1), (1, 4), (4, 5), (5, 6)]),
        ("a-b", "-", "", [(0, 1), (2, 3)]),
        ("ab", "^", ">", [(0, 1), (0, 1), (1, 2)]),
    ],
)
def test_sub_offsets(raw: str, pattern: str, new: str, spans: list[tuple[int, int]]) -> None:
    aligned = Aligned.identity(raw).sub(pattern, new)
    assert aligned.text == re.sub(pattern, new, raw)
    assert list(zip(aligned.starts.tolist(), aligned.ends.tolist(), strict=True)) == spans


def test_sub_takes_a_function_and_leaves_a_text_without_matches_alone() -> None:
    aligned = Aligned.identity("a1b22")
    assert aligned.sub(r"\d+", lambda match: str(len(match[0]))).text == "a1b2"
    assert aligned.sub("x", "y") is aligned


def test_nothing_can_be_put_into_an_empty_text() -> None:
    with pytest.raises(ValueError, match="empty text"):
        Aligned.identity("").sub("^", "x")
