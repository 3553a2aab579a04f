"""The page is whole: well nested, escaped, nothing from outside, and its text is the text of the documents."""

import colorsys
import io
import re
from html.parser import HTMLParser

import pytest

from hadath.inference.html import page, safe, write_page
from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel

VOID = {"meta", "br"}
TEXT = "قال الوزير إن قوات الشرق ستنسحب."
HOSTILE = "<script>alert('x')</script>&\"\ud800\x00"


class Reader(HTMLParser):
    """Checks nesting and gathers what a reader sees of the text: the contents of paragraphs without the tags of marks."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text, self.marks = [], [], "", []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        tags = [tag for tag, _ in self.open]
        if "p" in tags and tags[-1] != "bdi":
            self.text += data
            marks = [found["class"].split()[0] for tag, found in self.open if tag == "mark"]
            if marks:
                self.marks.append((data, marks))


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def at(word, kind, label, **more):
    start = TEXT.index(word)
    return kind(start, start + len(word), word, label, **more)


def document(**more):
    return Document(
        "d1",
        TEXT,
        date="2020-01-05",
        source="صحيفة",
        sentences=(Sentence(0, len(TEXT), (SentenceLabel("STATEMENT", 0.9),)),),
        entities=(at("الوزير", Mention, "OCC", id="T1", score=0.8), at("قوات الشرق", Mention, "ORG", id="T2")),
        events=(at("قال", Event, "STATEMENT", arguments=(Argument("ACTOR", "T1"),)), at("نسحب", Event, "WITHDRAW", asserted=False, score=0.61)),
        **more,
    )


def test_the_page_is_whole_and_needs_nothing_else():
    html = page([document()], title="صفحة")
    reader = read(html)
    assert html.startswith('<!DOCTYPE html>\n<html lang="ar" dir="rtl">')
    assert reader.text == TEXT
    names = {tag for tag, _ in reader.elements}
    assert not names & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?:|url\(|@import|\bon\w+=|src=", html)
    for part in ("prefers-color-scheme:dark", "@media print", 'charset="utf-8"', "<title>صفحة</title>", "2020-01-05", "صحيفة", "d1"):
        assert part in html


def test_entities_triggers_and_open_events_differ():
    reader = read(page([document()]))
    marks = [(found["class"].split(), found["title"]) for tag, found in reader.elements if tag == "mark" and "title" in found]
    assert [(classes[0], "open" in classes) for classes, _ in marks] == [("trigger", False), ("entity", False), ("entity", False), ("trigger", True)]
    assert marks[1][1] == "OCC · 0.80 · T1"
    assert marks[3][1].startswith("WITHDRAW · 0.61 · not asserted")
    assert "tied" in marks[3][0]  # س stands before it in the same word
    assert "tied" not in marks[1][0]


def test_one_colour_a_label_over_an_even_wheel_and_a_legend_of_the_labels_used():
    html = page([document(), document()])
    hues = dict(re.findall(r"\.(l\d+)\{--h:([\d.]+)\}", html))
    assert sorted(hues.values(), key=float) == ["0.0", "90.0", "180.0", "270.0"]  # OCC, ORG, STATEMENT of two layers, WITHDRAW
    legend = html[html.index("<footer") :]
    assert re.findall(r">([A-Z]+)</(?:mark|bdi)>", legend) == ["OCC", "ORG", "STATEMENT", "WITHDRAW", "STATEMENT"]
    assert page([document(), document()]) == html
    assert "<footer" not in page([])


def test_whatever_is_hostile_is_escaped():
    sentence = Sentence(0, len(HOSTILE), (SentenceLabel(HOSTILE),))
    mention, event = Mention(0, 8, HOSTILE[:8], HOSTILE, id=HOSTILE), Event(4, 12, HOSTILE[4:12], HOSTILE, arguments=(Argument(HOSTILE, HOSTILE),))
    bad = Document(HOSTILE, HOSTILE, date=HOSTILE, source=HOSTILE, sentences=(sentence,), entities=(mention,), events=(event,))
    html = page([bad, Document(HOSTILE, "", error=HOSTILE)], title=HOSTILE)
    assert "<script" not in html
    html.encode("utf-8")
    reader = read(html)
    assert reader.text == HOSTILE.replace("\ud800", "\ufffd").replace("\x00", "\ufffd")
    assert all(set(found) <= {"class", "title", "dir", "lang", "charset", "name", "content"} for _, found in reader.elements)


@pytest.mark.parametrize(
    ("entity", "event", "parts"),
    [
        ((0, 10), (4, 6), [("قال ", "E"), ("ال", "ET"), ("وزير", "E")]),  # trigger inside
        ((4, 6), (0, 10), [("قال ", "T"), ("ال", "TE"), ("وزير", "T")]),  # entity inside
        ((0, 6), (4, 10), [("قال ", "E"), ("ال", "ET"), ("وزير", "T")]),  # crossing
        ((0, 3), (0, 3), [("قال", "ET")]),  # the same
        ((0, 3), (3, 10), [("قال", "E"), (" الوزير", "T")]),  # touching
    ],
)
def test_layers_that_overlap_do_not_break_the_page(entity, event, parts):
    made = Document("x", TEXT, entities=(Mention(*entity, TEXT[slice(*entity)], "A"),), events=(Event(*event, TEXT[slice(*event)], "B"),))
    html = page([made])
    reader = read(html)
    assert reader.text == TEXT
    assert reader.marks == [(text, [{"E": "entity", "T": "trigger"}[one] for one in kinds]) for text, kinds in parts]
    shown = html[: html.index("<footer")]
    assert (shown.count(">A</bdi>"), shown.count(">B</bdi>")) == (1, 1)  # each label once, whatever the number of pieces


def test_a_mention_over_a_sentence_end_and_text_outside_sentences():
    made = Document("x", TEXT, sentences=(Sentence(4, 10), Sentence(10, 20)), entities=(Mention(4, 17, TEXT[4:17], "A"),))
    assert "".join(read(page([made])).text.split()) == "".join(TEXT.split())


def test_an_error_is_shown_in_a_box():
    html = page([Document("x", "", error="not UTF-8 at byte 3")])
    assert re.search(r'<div class="error"[^>]*>not UTF-8 at byte 3</div>', html)


def test_write_page_streams():
    file = io.StringIO()
    seen = []

    def documents():
        for _ in range(3):
            seen.append(len(file.getvalue()))
            yield document()

    assert write_page(documents(), file) == 3
    assert 0 < seen[0] < seen[1] < seen[2]
    assert file.getvalue() == page([document()] * 3)


def test_safe_keeps_arabic_and_newlines():
    assert safe("سطر\n\tآخر 'x' \u200f") == "سطر\n\tآخر &#x27;x&#x27; \u200f"


def contrast(one, two):
    def luminance(rgb):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_every_hue_is_legible_in_light_and_dark():
    style = page([])
    light, dark = re.findall(r":root\{([^}]*--fill[^}]*)\}", style)
    for sheet in (light, dark):
        value = dict(re.findall(r"--(\w+):(\d+)%", sheet))
        ink = re.search(r"--ink:#(\w{6})", sheet)[1]
        ink = tuple(int(ink[i : i + 2], 16) / 255 for i in (0, 2, 4))
        for hue in range(0, 360, 5):
            fill, deep = (colorsys.hls_to_rgb(hue / 360, int(value[one]) / 100, int(value["sat"]) / 100) for one in ("fill", "deep"))
            tag = colorsys.hls_to_rgb(hue / 360, int(value["tag"]) / 100, 0.7)
            assert contrast(ink, fill) >= 7
            assert contrast(ink, deep) >= 4.5
            assert contrast(tag, fill) >= 4.5
            assert contrast(tag, deep) >= 4
