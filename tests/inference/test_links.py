"""Nothing is marked inside a link."""

from __future__ import annotations

import time

import pytest

from hadath import Predictor
from hadath.inference import assembly
from hadath.inference.links import find_links, is_part


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("انظر https://www.example.org/news/2017/11/9/story.html اليوم", ["https://www.example.org/news/2017/11/9/story.html"]),
        ("على www.example.com/a?b=3، وقال", ["www.example.com/a?b=3"]),
        ("(http://t.example/x) ثم «www.y.example»", ["http://t.example/x", "www.y.example"]),
        ("https://ar.example.org/wiki/سوريا_2017 وفي", ["https://ar.example.org/wiki/"]),
        ("http://t.example/abc/وقتل خمسة", ["http://t.example/abc/"]),
        ("www.spa.example.sa-الرياض", ["www.spa.example.sa-"]),
        ("ترامب@user.سوريا", []),
        ("للتواصلdesk@news.example.وقال", ["desk@news.example"]),
        ("في http://a.example/b.", ["http://a.example/b"]),
        ("راسلنا على desk@news.example أو desk.x@a-b.example.org.", ["desk@news.example", "desk.x@a-b.example.org"]),
        ("HTTPS://EXAMPLE.ORG/9", ["HTTPS://EXAMPLE.ORG/9"]),
        ("قال @user إن 2017/11/9 يوم", []),
        ("www", []),
        ("", []),
    ],
)
def test_links_are_found(text, expected):
    assert [text[start:end] for start, end in find_links(text)] == expected


def test_links_of_any_length_take_no_longer_than_other_text():
    for word in ("a" * 300_000 + " @ ", "a.b+" * 100_000 + " @", "http://" + "a." * 150_000, "www." * 80_000, "x@y" * 100_000):
        began = time.process_time()
        find_links(word)
        assert time.process_time() - began < 2


def test_parts_of_links_are_told_from_whole_ones_and_from_the_rest():
    links = [(10, 20), (30, 40)]
    assert [is_part(links, *one) for one in ((10, 12), (11, 20), (32, 35), (39, 40))] == [True] * 4
    assert [is_part(links, *one) for one in ((10, 20), (5, 12), (18, 25), (20, 22), (0, 5), (10, 40), (40, 41))] == [False] * 7
    assert not is_part([], 0, 1)


def test_what_is_part_of_a_link_is_left_out_and_all_else_stays(monkeypatch):
    predictor = Predictor.load()
    text = "سيطر الجيش على دمشق. وقال ترامب إن خمسة جنود قتلوا في حلب"
    before = predictor(text)
    place = next((one.start, one.end) for one in before.entities if one.text == "دمشق")
    assert predictor("هجوم على حلب، انظر http://x.example/y").entities  # the rule itself takes nothing from the text beside a link
    monkeypatch.setattr(assembly, "find_links", lambda _: [(place[0], place[1] + 1)])  # as if the town were the beginning of a link
    after = predictor(text)
    assert [one.text for one in after.entities] == [one.text for one in before.entities if (one.start, one.end) != place]
    assert [(one.start, one.label) for one in after.events] == [(one.start, one.label) for one in before.events]
