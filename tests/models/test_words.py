import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.models.words import skip_choices, split_words

NEWS = Path(__file__).parents[2].parent / "shared" / "data" / "news"
INVISIBLE = re.compile("[\u064b-\u0652\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

WORDS = [
    ("", []),
    (" \t\n\u00a0\u2028", []),
    ("وصل الوفد", ["وصل", "الوفد"]),
    ("وصل،غادر.", ["وصل", "،", "غادر", "."]),
    ("5.3", ["5", ".", "3"]),
    ("1,200", ["1", ",", "200"]),
    ("٣٫٥", ["٣", "٫", "٥"]),
    ("5:32", ["5", ":", "32"]),
    ("F16", ["F16"]),
    ("كوفيد19", ["كوفيد19"]),
    ("كوفيد-19", ["كوفيد", "-", "19"]),
    ("snake_case", ["snake", "_", "case"]),
    ("__", ["_", "_"]),
    ("...", [".", ".", "."]),
    ("«قال»", ["«", "قال", "»"]),
    ("مُحَمَّد", ["مُحَمَّد"]),
    ("الدفاع\u064b قال", ["الدفاع\u064b", "قال"]),
    ("\u064e قال", ["\u064e", "قال"]),
    ("café cafe\u0301", ["café", "cafe\u0301"]),
    ("हिन्दी", ["हिन्दी"]),
    ("Qaïdaالقاعدة", ["Qaïdaالقاعدة"]),
    ("5%", ["5", "%"]),
    ("😀😀قال", ["😀", "😀", "قال"]),
    ("x² ½", ["x²", "½"]),
    ("𝟙𐤀𞤀𠮷 a𐤀b", ["𝟙𐤀𞤀𠮷", "a𐤀b"]),
    ("@user #وسم", ["@", "user", "#", "وسم"]),
    ("\ud800قال", ["\ud800", "قال"]),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in split_words(text)] == words


def _by_hand(text: str) -> list[tuple[int, int]]:
    """The rule, character by character."""
    spans: list[tuple[int, int]] = []
    inside = False
    for index, char in enumerate(text):
        part = char.isalnum() or unicodedata.category(char).startswith("M")
        if part and inside:
            spans[-1] = (spans[-1][0], index + 1)
        elif not char.isspace():
            spans.append((index, index + 1))
        inside = part
    return spans


@settings(deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("قال و_ .،5٥a\u064e\u0301\u200f😀𐤀 \n"))))
def test_words_follow_the_rule_on_any_text(text: str) -> None:
    assert split_words(text) == _by_hand(text)


def test_every_character_of_unicode_is_classed_by_the_rule() -> None:
    wrong = [code for code in range(0x110000) if split_words("ب" + chr(code)) != _by_hand("ب" + chr(code))]
    assert [hex(code) for code in wrong] == []


def test_long_lines_take_little_time() -> None:
    for text in ("ب" * 1_000_000, "." * 1_000_000, "𐤀" * 1_000_000, "ب𐤀" * 500_000):
        began = time.process_time()
        split_words(text)
        assert time.process_time() - began < 2


SKIPS = [
    ("", 0),
    ("و", 0),
    ("في", 0),
    ("قال", 0),
    ("الجيش", 0),
    ("لم", 0),
    ("F16", 0),
    (".", 0),
    ("لداعش", 1),
    ("وقال", 1),
    ("فقال", 1),
    ("بصواريخ", 1),
    ("كقائد", 1),
    ("سيعلن", 1),
    ("للجيش", 1),
    ("لله", 0),
    ("لليل", 1),
    ("وللجيش", 2),
    ("فللجيش", 2),
    ("وبالصواريخ", 2),
    ("فبالصواريخ", 2),
    ("ولداعش", 2),
    ("وكقائد", 2),
    ("وسيعلن", 2),
    ("فسيعلن", 2),
    ("وفد", 1),
    ("ولد", 1),
    ("وله", 1),
    ("وبه", 1),
    ("وزير", 1),
    ("بسوريا", 1),
    ("و3", 1),
    ("ل7", 1),
    ("ول7", 2),
    ("و٣", 1),
    ("ال28", 2),
    ("وال28", 3),
    ("بال28", 3),
    ("وبال28", 3),
    ("لل28", 2),
    ("في7", 2),
    ("وعن55", 3),
    ("على50", 3),
    ("إلى178", 3),
    ("الى178", 3),
    ("س300", 0),
]


@pytest.mark.parametrize(("word", "count"), SKIPS)
def test_skip_choices(word: str, count: int) -> None:
    assert skip_choices(word) == count


@settings(deadline=None)
@given(st.text(st.sampled_from("وفبلكساني3٣\u064e."), max_size=8))
def test_skips_leave_a_word(word: str) -> None:
    count = skip_choices(word)
    assert 0 <= count <= 3
    left = word[count:]
    assert count == 0 or len(left) >= 2 or left.isdigit()


@pytest.mark.skipif(not NEWS.is_dir(), reason="the annotated news (../shared/data/news) is not here")
def test_annotated_mentions_begin_where_a_skip_allows() -> None:
    inside = outside = 0
    for path in sorted(NEWS.glob("train*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            document = json.loads(line)
            text = document["text"]
            begins = {index: (start, end) for start, end in split_words(text) for index in range(start, end)}
            for mention in (*document["entities"], *document["events"]):
                start, end = begins[mention["start"]]
                skipped = INVISIBLE.sub("", text[start : mention["start"]])
                inside += bool(skipped)
                outside += len(skipped) > skip_choices(INVISIBLE.sub("", text[start:end]))
    assert inside > 5000
    assert outside / inside < 0.005  # words glued together in the source
