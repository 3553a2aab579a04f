"""No mention holds one mark of a pair without the other."""

from __future__ import annotations

import random

import pytest

from hadath import Predictor
from hadath.inference.quotes import with_whole_pairs
from hadath.models.decoding import WordSpan


@pytest.fixture(scope="module")
def whole():
    """Takes a text in which ``|`` stands where decoded mentions begin and end, and gives the words of the mentions as they come out."""
    encoder = Predictor.load()

    def find(marked):
        parts = marked.split("|")
        raw = "".join(parts)
        [text] = encoder.encode([raw])
        starts = [begin for begin, _ in text.words.tolist()]
        places = [sum(map(len, parts[:at])) for at in range(1, len(parts))]
        words = [sum(start < place for start in starts) for place in places]
        spans = [WordSpan(first, last, 0, 0.5) for first, last in zip(words[::2], words[1::2], strict=True) if first < last]
        return [raw[slice(*text.raw_span(one.first, one.last))] for one in with_whole_pairs(text, spans)]

    return find


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("قالت |حركة طالبان| إن", ["حركة طالبان"]),
        ('مسلحو |حركة "طالبان|" هاجموا', ['حركة "طالبان"']),
        ("ضد |تنظيم «داعش|» في", ["تنظيم «داعش»"]),
        ('جماعة "|عصائب أهل الحق"|، وهي', ["عصائب أهل الحق"]),
        ('جماعة |"عصائب أهل الحق|"، وهي', ["عصائب أهل الحق"]),
        ('جماعة |"عصائب أهل الحق"| وهي', ['"عصائب أهل الحق"']),
        ("ل«|قوات الطوارئ» الخاصة| في", ["«قوات الطوارئ» الخاصة"]),
        ('عن "|طالبان" الأفغانية| أنها', ['"طالبان" الأفغانية']),
        ("«|مجلس الأمن (الدولي|)»", ["مجلس الأمن (الدولي)"]),
        ("وزير |الخارجية (السابق| في عهده)", ["الخارجية (السابق"]),
        ('في |إقليم "| |وزيرستان|" أمس', ["إقليم", "وزيرستان"]),
        ('إلى |إقليم "كردستان|| "العراق| أمس', ['إقليم "كردستان', "العراق"]),
        ('قال |"| ثم |")|', []),
        ("(|أ) و(ب|) و", ["(أ) و(ب)"]),
        ("مسلحو |حركة «حماس (غزة|» ثم", ["حركة «حماس (غزة»"]),
        ('مسلحو |حركة «حماس "غزة|» ثم', ['حركة «حماس "غزة»']),
        ("مسلحو |حركة «حماس) غزة|» ثم", ["حركة «حماس) غزة»"]),
        ('قال "|طالبان" الأفغانية| "نحن', ['"طالبان" الأفغانية']),
        ('قال "نحن" |طالبان" الأفغانية| "و', ['طالبان" الأفغانية']),
        ("|حركة )طالبان(| في", ["حركة )طالبان"]),
        ("|حركة «طالبان|\n» في", ["حركة «طالبان"]),
        ('|""| و|()|', []),
    ],
)
def test_marks_come_in_pairs(whole, marked, expected):
    assert whole(marked) == expected


def test_any_marks_come_to_an_end(whole):
    """Mentions keep their words, apart from marks at their edges and right beside them, and never share one."""
    dice = random.Random(5)
    for _ in range(300):
        words = ["".join(dice.choice('ابت "«»“”()[]') for _ in range(dice.randint(1, 9))) for _ in range(4)]
        beside = [dice.choice(' "«»()') for _ in range(4)]
        found = whole("{0}{4}|{1}|{5}{2}{6}|{3}|{7}".format(*words, *beside))
        held = "".join(found)
        for kept in "ابت":
            assert held.count(kept) == (words[1] + words[3]).count(kept)
