"""Nothing is marked inside a link."""

from __future__ import annotations

import pytest

from hadath import Predictor
from hadath.inference import assembly
from hadath.inference.links import find_links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("انظر https://www.example.org/news/2017/11/9/story.html اليوم", ["https://www.example.org/news/2017/11/9/story.html"]),
        ("على www.example.com/a?b=3، وقال", ["www.example.com/a?b=3"]),
        ("(http://t.example/x) ثم «www.y.example»", ["http://t.example/x", "www.y.example"]),
        ("https://ar.example.org/wiki/سوريا_2017 وفي", ["https://ar.example.org/wiki/سوريا_2017"]),
        ("راسلنا على desk@news.example أو desk.x@a-b.example.org.", ["desk@news.example", "desk.x@a-b.example.org"]),
        ("HTTPS://EXAMPLE.ORG/9", ["HTTPS://EXAMPLE.ORG/9"]),
        ("قال @user إن 2017/11/9 يوم", []),
        ("www", []),
        ("", []),
    ],
)
def test_links_are_found(text, expected):
    assert [text[start:end] for start, end in find_links(text)] == expected


def test_what_lies_inside_a_link_is_left_out_and_all_else_stays(monkeypatch):
    predictor = Predictor.load()
    text = "قتل خمسة جنود في هجوم على دمشق، بحسب رويترز. http://news.example/2017/11/9/دمشق/قتل_خمسة_جنود_في_حلب\nوقال ترامب: www.example.org/2018/06/13/ثم عاد"
    links = find_links(text)
    assert len(links) == 2

    def marks():
        document = predictor(text)
        return {(one.start, one.end, one.label) for one in (*document.entities, *document.events)}

    found = marks()
    monkeypatch.setattr(assembly, "find_links", lambda _: [])
    before = marks()
    assert found == {one for one in before if not any(begin <= one[0] and one[1] <= end for begin, end in links)}
    assert found < before
    assert text.index("دمشق") in {start for start, _, _ in found}
