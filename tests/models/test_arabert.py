"""AraBERT's cleaning: the same text as the original, with the way back on any string."""

from __future__ import annotations

import itertools
import lzma
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.models.arabert import clean

from .test_text import TEXTS, check

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "text"
LINES = 1_000  # of each file, spread over its beginning

TRICKY = [
    "",
    " \n\t ",
    "الجُنْدِيّ وزيـــر مٓ ثٔ ٕ",
    "عدد١٢كم و3كم4ب A12كمB كم12 1,000.5 ٪5 ٣٫٥ 12كم34كم56",
    "انظر https://x.example/a?b=c#d أو www.x.example/ع و x.example.com و example.comكلمة و a.comb.comكلمة",
    "http:// www. :// https://",
    "راسل a.b-c@x.example أو س@ص أو @حساب أو @@ أو @ أو a@ و @a@b",
    "قال<br />ثم <b class='x'>نص</b> <> </> <br &amp <br /> 3 < 4",
    "&amp;&lt;br&gt;&quot;نص&quot;&nbsp;&#39;&#x2014;&ampنص &notit; &#0; &#xD800; &#1234567; & &; &bogus;",
    "هههههههه لاااا !!!! ؟؟؟ 1111 ٠٠٠٠ ۱۱۱۱ \n\n\n\n ......",
    "«نص» “نص” ‘نص’ (نص) [نص] {نص} نص/نص نص\\نص – — … · ٱلله ٲ ٳ ٴ ٵ",
    "[رابط] [ رابط ] @[رابط]",
    "😀 ❤\ufe0f 👨\u200d👩\u200d👧 🇸🇾 é ß 漢 ५ ५كم ۱۲ ²½",
    "a\0b\x1cc\x85d\u2028e\u00a0f\u200fg\ud800h\ufeff",
]


@pytest.fixture(scope="module")
def original() -> Callable[[str], str]:
    with warnings.catch_warnings():  # its regular expressions have stray escapes
        warnings.simplefilter("ignore")
        preprocess = pytest.importorskip("arabert.preprocess", reason="the original cleaning comes from the arabert package")
    result: Callable[[str], str] = preprocess.ArabertPreprocessor("bert-base-arabertv02").preprocess
    return result


@pytest.mark.parametrize("raw", TRICKY)
def test_tricky_texts_agree_with_the_original(raw: str, original: Callable[[str], str]) -> None:
    aligned = clean(raw)
    assert aligned.text == original(raw)
    check(aligned)


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_any_string_agrees_with_the_original_and_keeps_the_way_back(original: Callable[[str], str], raw: str) -> None:
    aligned = clean(raw)
    assert aligned.text == original(raw)
    check(aligned)


@given(st.text(alphabet="ab.comw@:/<>&;# ht\n1كم٣-", max_size=20))
@settings(max_examples=500, deadline=None)
def test_links_mail_and_tags_agree_with_the_original(original: Callable[[str], str], raw: str) -> None:
    assert clean(raw).text == original(raw)


@given(st.text(max_size=20))
@settings(max_examples=500, deadline=None)
def test_each_character_points_at_what_it_was_made_of(raw: str) -> None:
    aligned = clean(raw)
    check(aligned)
    for index, char in enumerate(aligned.text):
        if char != " " and char in raw and "[" not in aligned.text and "&" not in raw:
            assert char in raw[aligned.starts[index] : aligned.ends[index]] or char in "0123456789-"


@pytest.mark.parametrize("name", ["news", "books", "wiki"])
def test_lines_of_the_shared_text_agree_with_the_original(name: str, original: Callable[[str], str]) -> None:
    path = SHARED / f"{name}.txt.xz"
    if not path.is_file():
        pytest.skip(f"needs {path.name} under ../shared/data/text")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        lines = list(itertools.islice(file, 0, LINES * 5, 5))
    assert len(lines) == LINES
    wrong = [number for number, line in enumerate(lines) if clean(line).text != original(line)]
    assert not wrong, f"lines {wrong[:10]} (times 5, from 0) of {path.name} differ from the original"


def test_offsets_of_a_news_line() -> None:
    raw = "<p>قالَ الرّئيس&nbsp;&quot;لا&quot;، وقُتل ١٢جنديا في درعااااا!!! http://x.example/1 (رويترز)</p>\n"
    aligned = clean(raw)
    assert aligned.text == 'قال الرئيس " لا " ، وقتل 12 جنديا في درعاا ! ! [رابط] ( رويترز )'
    for part, said in [("قال", "قالَ"), ("الرئيس", "الرّئيس"), ('"', "&quot;"), ("12", "١٢"), ("جنديا", "جنديا"), ("درعاا", "درعااااا")]:
        at = aligned.text.index(part)
        assert raw[slice(*aligned.raw_span(at, at + len(part)))] == said
    at = aligned.text.index("! !")
    assert raw[slice(*aligned.raw_span(at, at + 3))] == "!!!"
    at = aligned.text.index("[رابط]")
    assert raw[slice(*aligned.raw_span(at, at + 6))] == "http://x.example/1"


@pytest.mark.parametrize("unit", ["a", "كل", "1ك", "@", "a@", "<", "</", "&", "\r\n", "ab.com", "http", ".a"])
def test_a_megabyte_on_one_line_takes_seconds_at_most(unit: str) -> None:
    # Each of these takes hours where a pattern is quadratic: the test fails by never ending.
    check(clean(unit * 20))
    aligned = clean(unit * (1_000_000 // len(unit)))
    assert len(aligned.starts) == len(aligned.text)
