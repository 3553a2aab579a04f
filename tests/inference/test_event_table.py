"""Records as rows, frames, lines, tables for a terminal and pages; each read back by other means."""

import csv
import io
import json
import re
import sys
from html.parser import HTMLParser

import pytest

from hadath.inference.event_table import EventTable, columns, events
from hadath.inference.event_text import events_text
from hadath.inference.event_view import FORMATS, events_view
from hadath.inference.terminal import width_of
from hadath.inference.writers import open_writer
from hadath.models.documents import Argument, Document, Event, Mention, Sentence
from hadath.models.errors import HadathError
from hadath.models.scheme import Scheme, load_scheme

SCHEME = load_scheme("news")
TEXT = "قصف الجيش السوري مدينة دوما وبلدة حرستا الأربعاء، وقتل أكثر من 25 مدنيا. ونفى الناطق وقوع قصف."
HOSTILE = "<script>alert('x')</script>&\"\ud800\x00\u202e"
BAD = Document("bad", "", date="2018-04-12", error="no text <b>")


def span(kind, words, label, text=TEXT, skip=0, **more):
    start = -1
    for _ in range(skip + 1):
        start = text.index(words, start + 1)
    return kind(start, start + len(words), words, label, **more)


def article(**changes):
    given = {
        "date": "2018-04-12",
        "sentences": (Sentence(0, TEXT.index("ونفى") - 1), Sentence(TEXT.index("ونفى"), len(TEXT))),
        "entities": (
            span(Mention, "الجيش السوري", "ORG", id="T1"),
            span(Mention, "مدينة دوما", "GPE", id="T2"),
            span(Mention, "بلدة حرستا", "GPE", id="T3"),
            span(Mention, "الأربعاء", "DATE", id="T4"),
            span(Mention, "25", "CARDINAL", id="T5"),
            span(Mention, "مدنيا", "NOM", id="T6"),
            span(Mention, "الناطق", "OCC", id="T7"),
        ),
        "events": (
            span(
                Event,
                "قصف",
                "SHELLING",
                id="E1",
                score=0.75,
                arguments=(Argument("ACTOR", "T1"), Argument("PLACE", "T2"), Argument("PLACE", "T3"), Argument("TIME", "T4")),
            ),
            span(Event, "قتل", "KILL", id="E2", arguments=(Argument("COUNT", "T5"), Argument("RECIPIENT", "T6"))),
            span(Event, "نفى", "REJECT", id="E3", arguments=(Argument("ACTOR", "T7"),)),
            span(Event, "قصف", "SHELLING", skip=1, id="E4", asserted=False, arguments=()),
        ),
    }
    return Document("a,1", TEXT, **{**given, **changes})


@pytest.fixture
def table():
    return events([article(), BAD])


def written(form, documents, **options):
    file = io.StringIO()
    with open_writer(file, form, view=events_view(SCHEME), **options) as writer:
        for one in documents:
            writer.write(one)
    return file.getvalue()


def test_a_table_is_a_sequence_of_records(table):
    assert isinstance(table, EventTable)
    assert [one.label for one in table] == ["SHELLING", "KILL", "REJECT", "SHELLING"]
    assert table[1].label == "KILL"
    assert [one.label for one in table[2:]] == ["REJECT", "SHELLING"]
    assert len(table) == 4
    assert repr(table) == "<EventTable: 4 records of 2 documents>"
    assert [one.id for one in table.documents] == ["a,1", "bad"]
    assert table.documents[0].entities[0].entity is not None
    assert table.documents[1].error == BAD.error


def test_rows_join_parties_and_their_places(table):
    shelling, kill, _, denied = table.to_rows()
    assert list(shelling) == list(table.columns) == list(columns(SCHEME))
    assert shelling["places"] == "مدينة دوما | بلدة حرستا"
    assert [[TEXT[slice(*map(int, one.split(":")))] for one in part.split()] for part in shelling["places_at"].split(" | ")] == [
        ["مدينة دوما"],
        ["بلدة حرستا"],
    ]
    assert (shelling["start"], shelling["end"], shelling["date"]) == ("2018-04-11", "2018-04-11", "الأربعاء")
    assert (shelling["document"], shelling["published"], shelling["record"]) == ("a,1", "2018-04-12", "R1")
    assert (shelling["asserted"], denied["asserted"], shelling["score"], kill["score"]) == (True, False, 0.75, None)
    assert (kill["counts"], kill["recipients"], kill["start"], kill["actors"]) == ("26..", "مدنيا", None, None)
    assert (kill["counts_qualifiers"], shelling["counts_qualifiers"]) == ("مدنيا", None)
    assert denied["reported_by"] == "الناطق"
    assert (shelling["plover"], shelling["cameo"]) == ("ASSAULT", "194")


def test_a_frame_has_the_rows(table):
    pandas = pytest.importorskip("pandas")
    frame = table.to_frame()
    assert list(frame.columns) == list(table.columns)
    assert frame.astype(object).where(frame.notna(), None).to_dict("records") == table.to_rows()
    assert list(events([]).to_frame().columns) == list(table.columns)
    assert isinstance(frame, pandas.DataFrame)


def test_a_frame_without_pandas_names_the_command(table, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(HadathError, match="run: pip install pandas"):
        table.to_frame()


def test_what_is_no_list_of_documents_is_refused():
    with pytest.raises(TypeError, match=r"events\(\[document\]\)"):
        events(article())
    with pytest.raises(TypeError, match=r"events\(Predictor\.load\(\)\.predict\(texts\)\)"):
        events(["نص"])
    with pytest.raises(HadathError, match="names"):
        events([], aliases="no/names.yaml")


def test_another_scheme_has_its_own_codes():
    scheme = Scheme.from_dict({"triggers": {"SHELLING": {"own": ["a", "b"]}}, "entities": ["X"]})
    [row] = events([Document("d", TEXT, entities=(), events=(span(Event, "قصف", "SHELLING"),))], scheme=scheme).to_rows()
    assert row["own"] == "a | b"
    assert "cameo" not in row


def test_csv_and_parquet_have_a_row_a_record_and_one_for_what_failed(table, tmp_path):
    rows = list(csv.DictReader(io.StringIO(written("csv", table.documents))))
    expected = [*table.to_rows(), {"document": "bad", "published": "2018-04-12", "error": BAD.error}]
    for row, one in zip(rows, expected, strict=True):
        assert list(row) == [*columns(SCHEME), "error"]
        assert row == {name: "" if one.get(name) is None else str(one[name]).lower() if name == "asserted" else str(one[name]) for name in row}
    parquet = pytest.importorskip("pyarrow.parquet")
    with open_writer(tmp_path / "out.parquet", "parquet", view=events_view(SCHEME)) as writer:
        for one in table.documents:
            writer.write(one)
    found = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert found == [{name: one.get(name) for name in row} for row, one in zip(rows, expected, strict=True)]


def test_json_lines_are_the_records(table):
    lines = [json.loads(line) for line in written("jsonl", table.documents).splitlines()]
    assert lines == [*(one.to_json() for one in table), {"document": "bad", "error": BAD.error}]


@pytest.mark.parametrize("width", [None, 72, 100, 200])
def test_a_table_for_a_terminal_keeps_its_columns(table, width):
    text = events_text(table.documents[0], list(table), colour=False, width=width)
    head, names, *lines = text.splitlines()
    assert "a,1" in head
    plain = [re.sub("[\u2066-\u2069]", "", line) for line in (names, *lines)]
    if width is not None:
        assert all(width_of(line) <= width for line in plain)
    starts = [at for at, char in enumerate(plain[0]) if char != " " and plain[0][at - 2 : at] == "  "]
    for line in plain[1:]:  # every cell begins where its heading does
        assert {at for at, char in enumerate(line) if char != " " and line[at - 2 : at] == "  "} <= set(starts)
    for line in text.splitlines():
        assert line.count("\u2068") == line.count("\u2069")
    assert "with" not in plain[0]  # no record has an instrument
    coloured = events_text(table.documents[0], list(table), colour=True, width=width)
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == text


def test_a_table_of_nothing_and_of_a_fault():
    assert events_text(Document("d", "نص"), [], colour=False).splitlines()[1] == "  no events"
    assert "error: no text" in events_text(BAD, [], colour=False)


class Reader(HTMLParser):
    """Checks nesting, and gathers ids, links and text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.tags, self.said = [], [], [], set(), ""

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.add(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said += data if "style" not in self.open else ""


def test_the_page_is_whole_safe_and_its_links_lead_somewhere(table):
    hostile = Document(
        HOSTILE, HOSTILE, entities=(Mention(0, 8, HOSTILE[:8], "ORG", id="T1"),), events=(Event(8, 13, HOSTILE[8:13], "KILL", id="E1"),)
    )
    html = written("html", [*table.documents, *events([hostile, article()]).documents])
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    assert not reader.tags & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|url\(|@import|\bon\w+=|src=", html)
    assert len(set(reader.ids)) == len(reader.ids)
    assert reader.links
    assert {one.removeprefix("#") for one in reader.links} <= set(reader.ids)
    for words in ("2018-04-11", "26..", "not asserted", "مدينة دوما", "no text <b>", "cameo 194"):
        assert words in reader.said
    assert '<html lang="ar" dir="rtl">' in html
    assert re.search(r'<ol class="time">.*?SHELLING.*?</ol>', html, re.S)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_takes_documents_of_any_kind(form, tmp_path):
    documents = events([Document("d", TEXT), BAD, article(events=()), article()]).documents
    with open_writer(tmp_path / "out", form, view=events_view(SCHEME)) as writer:
        for one in documents:
            writer.write(one)
    assert (tmp_path / "out").stat().st_size
