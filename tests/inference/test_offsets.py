"""Offsets on generated text: every span is the text it names, in whole grapheme clusters, in order; whatever the text is made of.

The clusters are those of the `regex` package, which follows UAX 29 by tables of its own.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hadath import Document, Predictor

regex = pytest.importorskip("regex", reason="the independent segmentation comes from the regex package")

# fmt: off
_LETTERS = {
    "words": ("سيطر", "الجيش", "على", "مدينة", "وقصفت", "بالطائرات", "للوزير", "وبالمدافع", "لداعش", "في7", "و3", "كوفيد19", "الأمم", "المتحدة", "قُتِلَ"),
    "letters": tuple("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةى"),
    "diacritics": tuple("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0655\u0670\u06d6\u0610"),
    "tatweel": ("ـ", "ــ", "الـجـيـش", "ـَ"),
    "presentation forms": tuple("ﷲﷺﻻﻼﻗﺎﻝﷻ﷼ﹰﹱﹷﱞﱟﳲﷳ"),
    "bidi controls": tuple("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"),
    "invisible": tuple("\u200b\u200c\u200d\ufeff\u2060\u00ad\ufe0f"),
    "emoji": ("😀", "👨\u200d👩\u200d👧", "👍🏽", "🏳️\u200d🌈", "❤️", "🇸🇾", "🇮", "1️⃣", "🏴\U000e0067\U000e0062\U000e007f"),
    "combining marks": ("\u0301", "e\u0301", "\u0338", "\u20dd", "n\u0303\u0331", "و\u0654"),
    "line ends": ("\r\n", "\n", "\r", "\u2028", "\x85", "\n\n"),
    "controls": ("\x00", "\x01", "\x1f", "\x7f", "\ufffd"),
    "latin and digits": ("F16", "abc", "XYZ", "İß", "ﬁⅣ", "2017", "١٤", "۱۲", "5.3", "10%", "http://a.com/x", "a@b.org", "@user", "&amp;", "<br />"),
    "persian and urdu": (*"گچپژکیہھےۓںٹڈۀۂۃ", "می\u200cخواهد", "پاکستان"),
    "marks": tuple(".،؛؟!:«»\"'()[]_-/…۔٫"),
    "blanks": (" ", "  ", "\t", "\u00a0", "\u2003"),
    "number signs": ("\u0600", "\u06dd1", "\u0601٢"),
}
# fmt: on
TEXTS = st.lists(st.one_of(*(st.sampled_from(kind) for kind in (*_LETTERS.values(), _LETTERS["words"], _LETTERS["blanks"]))), max_size=24).map(
    "".join
)
BATCH = 20  # texts in one example: neighbours are part of the case


@cache
def predictor() -> Predictor:
    return Predictor.load(threads=1)


def inside_clusters(text: str) -> set[int]:
    """The places between two characters that a cluster holds together."""
    return {at for match in regex.finditer(r"\X", text) for at in range(match.start() + 1, match.end())}


def check(document: Document) -> int:
    """What is promised of every document; returns how many spans it has."""
    text, torn, count = document.text, inside_clusters(document.text), 0
    assert document.error is None
    for layer in (document.entities, document.events):
        assert layer is not None
        past = 0
        for span in layer:
            assert past <= span.start < span.end <= len(text), "out of order, overlapping or empty"
            assert text[span.start : span.end] == span.text
            assert not {span.start, span.end} & torn, f"{span.text!r} begins or ends inside a cluster"
            # a blank stands at an edge only where it makes one cluster with its neighbour, as behind a sign that is put before what it counts
            assert not span.text[0].isspace() or span.start + 1 in torn
            assert not span.text[-1].isspace() or span.end - 1 in torn
            assert 0 <= span.score <= 1
            past = span.end
            count += 1
    past = 0
    assert document.sentences is not None
    for sentence in document.sentences:
        assert past <= sentence.start < sentence.end <= len(text)
        assert not text[past : sentence.start].strip(), "between two sentences stands more than white space"
        past = sentence.end
    assert not text[past:].strip(), "behind the last sentence stands more than white space"
    return count


def check_batch(texts: list[str]) -> None:
    documents = predictor().predict(texts)
    assert [one.text for one in documents] == texts
    for one in documents:
        check(one)


_QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.large_base_example, HealthCheck.data_too_large, HealthCheck.too_slow]}


@given(st.lists(TEXTS, min_size=BATCH, max_size=BATCH))
@settings(max_examples=15, **_QUIET)
def test_offsets_of_three_hundred_texts(texts: list[str]) -> None:
    check_batch(texts)


@pytest.mark.slow
@given(st.lists(TEXTS, min_size=BATCH, max_size=BATCH))
@settings(max_examples=1000, **_QUIET)
def test_offsets_of_twenty_thousand_texts(texts: list[str]) -> None:
    check_batch(texts)


@pytest.mark.parametrize("kind", _LETTERS)
def test_every_kind_of_character_stands_in_news_without_harm(kind: str) -> None:
    """Each character of the kind inside, before and behind the words of a sentence in which mentions are found."""
    plain = "سيطر الجيش السوري على مدينة البوكمال في سوريا."
    found = 0
    for odd in _LETTERS[kind]:
        texts = [
            plain.replace(" ", f" {odd} ", 2),
            plain.replace("الجيش", f"الج{odd}يش"),
            f"{odd}{plain}{odd}",
            plain.replace("سوريا", f"سوريا{odd}"),
        ]
        for document in predictor().predict(texts):
            found += check(document)
    assert found >= 4 * len(_LETTERS[kind])
