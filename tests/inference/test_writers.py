"""Documents out: each format read back by other means, and no half file left behind."""

import csv
import gzip
import io
import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from hadath.inference.conll import read_conll, to_conll
from hadath.inference.pretty import passages, pieces, pretty
from hadath.inference.writers import COLUMNS, FORMATS, open_writer, rows
from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel, read_jsonl
from hadath.models.errors import DataError, HadathError

TEXT = "وقصفت الطائرات موقعا لداعش في البادية.\nودعا الوزير إلى وقف القتال."


def span(kind, word, label, text=TEXT, **more):
    start = text.index(word)
    return kind(start, start + len(word), word, label, **more)


@pytest.fixture
def document():
    cut = TEXT.index("\n") + 1
    return Document(
        "d,1",
        TEXT,
        date="2017-11-09",
        source="وكالة",
        sentences=(Sentence(0, cut - 1, (SentenceLabel("ASSAULT", 0.9), SentenceLabel("COERCE"))), Sentence(cut, len(TEXT), ())),
        entities=(
            span(Mention, "الطائرات", "VEH", id="T1", score=0.75),
            span(Mention, "داعش", "ORG", id="T2"),
            span(Mention, "البادية", "LOC", id="T3"),
            span(Mention, "الوزير", "OCC", id="T4"),
        ),
        events=(
            span(Event, "قصفت", "AIRSTRIKE", id="E1", score=0.5, arguments=(Argument("ACTOR", "T1", 0.8), Argument("RECIPIENT", "T2"))),
            span(Event, "دعا", "REQUEST", id="E2"),
            span(Event, "القتال", "CLASH", id="E3", asserted=False),
        ),
    )


BAD = Document("bad", "", error="not UTF-8 at byte 3")


def written(format, documents, **options):
    file = io.StringIO()
    with open_writer(file, format, **options) as writer:
        for one in documents:
            writer.write(one)
    return file.getvalue()


def test_jsonl_reads_back_equal(tmp_path, document):
    odd = Document("odd", "نص \ud800 مكسور", extra={"url": "u"})
    path = tmp_path / "out.jsonl"
    with open_writer(path, "jsonl") as writer:
        for one in (document, BAD, odd):
            writer.write(one)
    assert list(read_jsonl(path)) == [document, BAD, odd]
    assert [one.name for one in tmp_path.iterdir()] == ["out.jsonl"]


def test_csv_has_a_row_for_every_mention(document):
    table = list(csv.DictReader(io.StringIO(written("csv", [document, BAD]))))
    assert list(table[0]) == list(COLUMNS)
    assert [row["layer"] for row in table] == ["entity"] * 4 + ["event"] * 3 + ["sentence"] * 2 + ["error"]
    for row in table[:-1]:
        assert TEXT[int(row["start"]) : int(row["end"])] == row["text"]
        assert (row["doc"], row["date"]) == ("d,1", "2017-11-09")
    assert [(row["label"], row["asserted"], row["score"]) for row in table[4:9]] == [
        ("AIRSTRIKE", "true", "0.5"),
        ("REQUEST", "true", ""),
        ("CLASH", "false", ""),
        ("ASSAULT", "", "0.9"),
        ("COERCE", "", ""),
    ]
    assert (table[-1]["doc"], table[-1]["text"], table[-1]["start"]) == ("bad", "not UTF-8 at byte 3", "")


def test_parquet_has_the_rows_of_csv(tmp_path, document):
    parquet = pytest.importorskip("pyarrow.parquet")
    many = [document, BAD, Document("odd", "ab\ud800", entities=(Mention(0, 3, "ab\ud800", "ORG"),))] * 600
    with open_writer(tmp_path / "out.parquet", "parquet") as writer:
        for one in many:
            writer.write(one)
    table = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert len(table) == 600 * 11 > 4096
    assert [tuple(row.values()) for row in table[:10]] == [row for one in many[:2] for row in rows(one)]
    assert table[10]["text"] == "ab\\ud800"
    with open_writer(tmp_path / "none.parquet", "parquet"):
        pass
    assert parquet.read_table(tmp_path / "none.parquet").column_names == list(COLUMNS)


def test_conll_offsets_rebuild_every_span(document):
    text = written("conll", [document, BAD])
    table = [line.split("\t") for line in text.split("\n") if "\t" in line]
    for word, start, end, *_ in table:
        assert TEXT[int(start) : int(end)] == word
    assert "".join(row[0] for row in table) == "".join(TEXT.split())  # no letter is lost
    for column, layer in ((3, document.entities), (4, document.events)):
        found = []
        for _, start, end, *tags in table:
            tag = tags[column - 3]
            if tag.startswith("B-"):
                found.append([int(start), int(end), tag[2:]])
            elif tag.startswith("I-"):
                found[-1][1] = int(end)
        assert [tuple(one) for one in found] == [(one.start, one.end, one.label) for one in layer]
    assert "ل\t21\t22\tO\tO\nداعش\t22\t26\tB-ORG\tO" in text
    assert text.count("# id = ") == 2
    assert "# id = bad\n# error = not UTF-8 at byte 3" in text
    assert ".\t37\t38\tO\tO\n\nو\t39" in text  # a blank line between the sentences


def test_conll_reads_back_its_mentions(tmp_path, document):
    path = tmp_path / "out.conll"
    with open_writer(path, "conll") as writer:
        writer.write(document)
        writer.write(Document("none", "لا شيء"))
    back, none = read_conll(path, column="entity")
    assert (back.id, back.date, len(back.sentences)) == ("d,1", "2017-11-09", 2)
    assert [(one.text, one.label) for one in back.entities] == [(one.text, one.label) for one in document.entities]
    assert none.entities is None
    again, _ = read_conll(path, layer="events")
    assert [(one.text, one.label) for one in again.events] == [(one.text, one.label) for one in document.events]
    Document.from_json(json.loads(back.to_line()))  # its offsets hold


def test_conll_says_what_overlaps_and_keeps_a_mention_whole_over_a_sentence_end():
    text = "جبل. الشيخ هنا"
    text = to_conll(
        Document(
            "x", text, sentences=(Sentence(0, 5), Sentence(5, 14)), entities=(Mention(0, 10, text[:10], "LOC"), Mention(5, 10, text[5:10], "PER"))
        )
    )
    assert "# overlaps = 5 10 entity PER" in text
    assert text.count("\n\n") == 1


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        (["B-PER", "I-PER", "B-PER", "O"], [("a b", "PER"), ("c", "PER")]),  # IOB2
        (["I-PER", "I-PER", "B-PER", "I-LOC"], [("a b", "PER"), ("c", "PER"), ("d", "LOC")]),  # IOB1
        (["B-PER", "E-PER", "S-PER", "S-PER"], [("a b", "PER"), ("c", "PER"), ("d", "PER")]),  # BIOES
        (["B-PER", "I-PER", "L-PER", "U-A-B"], [("a b c", "PER"), ("d", "A-B")]),  # BILOU
        (["O", "B-PER", "I-LOC", "O"], [("b", "PER"), ("c", "LOC")]),
    ],
)
@pytest.mark.parametrize("gap", [" ", "\t"])
def test_conll_reads_every_tag_scheme(tmp_path, tags, spans, gap):
    path = tmp_path / "x.conll"
    path.write_text("".join(f"{word}{gap}NN{gap}{tag}\r\n" for word, tag in zip("abcd", tags, strict=True)), newline="")
    [document] = read_conll(path)
    assert document.id == "x:1"
    assert document.text == "a b c d"
    assert [(one.text, one.label) for one in document.entities] == spans
    assert all(document.text[one.start : one.end] == one.text for one in document.entities)


def test_conll_documents_and_sentences(tmp_path):
    path = tmp_path / "x.conll"
    path.write_text("-DOCSTART- -X- O\n\na O\nb B-X\n\nI-X I-X\n\n# id = two\n# date = 2020\n# a note\n# O\n\n\nc O\n", encoding="utf-8")
    one, two = read_conll(path)
    assert (one.id, one.text, [(s.start, s.end) for s in one.sentences], [e.text for e in one.entities]) == (
        "x:3",
        "a b I-X",
        [(0, 3), (4, 7)],
        ["b", "I-X"],
    )
    assert (two.id, two.date, two.text) == ("two", "2020", "# c")


@pytest.mark.parametrize(
    ("body", "line", "part"),
    [
        ("a O\nb\n", 2, "at least one column"),
        ("a x O\nb O\n", 2, "has 2 columns, the row above has 3"),
        ("a O\n\nb PER\n", 3, '"PER" is no tag'),
        ("a B-\n", 1, '"B-" is no tag'),
        ("a X-PER\n", 1, "is no tag"),
        ("\tO\n", 1, "a row is a word"),
    ],
)
def test_conll_faults_name_file_and_line(tmp_path, body, line, part):
    path = tmp_path / "x.conll"
    path.write_text(body)
    with pytest.raises(DataError) as fault:
        list(read_conll(path))
    assert (fault.value.path, fault.value.line) == (path, line)
    assert part in fault.value.reason


def test_conll_columns_that_are_not_there(tmp_path):
    path = tmp_path / "x.conll"
    path.write_text("# global.columns = word ner\na O\n")
    with pytest.raises(DataError, match='did you mean "ner"'):
        list(read_conll(path, column="nerr"))
    with pytest.raises(DataError, match="no column 4; it has 2"):
        list(read_conll(path, column=4))
    with pytest.raises(DataError, match="cannot be read"):
        list(read_conll(tmp_path / "none.conll"))


@pytest.mark.parametrize("format", FORMATS)
def test_a_failed_run_leaves_the_old_file_and_nothing_else(tmp_path, document, format):
    if format == "parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / "out"
    path.write_text("old")

    def run():
        with open_writer(path, format) as writer:
            writer.write(document)
            assert path.read_text() == "old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("out", "old")]


@pytest.mark.parametrize("format", FORMATS)
def test_a_run_replaces_the_old_file(tmp_path, document, format):
    if format == "parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / "out"
    path.write_text("old")
    writer = open_writer(path, format)
    writer.write(document)
    writer.close()
    writer.close()
    assert "قصفت" in path.read_bytes().decode("utf-8", "ignore")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    with pytest.raises(ValueError, match="closed"):
        writer.write(document)


def test_a_link_keeps_its_place_and_gz_is_packed(tmp_path, document):
    (tmp_path / "real").mkdir()
    (tmp_path / "link.jsonl.gz").symlink_to(tmp_path / "real" / "out.jsonl.gz")
    with open_writer(tmp_path / "link.jsonl.gz", "jsonl") as writer:
        writer.write(document)
    assert (tmp_path / "link.jsonl.gz").is_symlink()
    assert Document.from_json(json.loads(gzip.decompress((tmp_path / "real" / "out.jsonl.gz").read_bytes()))) == document


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(HadathError, match='did you mean "jsonl"'):
        open_writer("-", "json")
    with pytest.raises(HadathError, match="stream"):
        open_writer("-", "parquet")
    with pytest.raises(DataError, match="no folder"):
        open_writer(tmp_path / "no" / "out.csv", "csv")
    with pytest.raises(DataError, match="it is a folder"):
        open_writer(tmp_path, "csv")


def test_standard_output_is_utf8_and_flushed_after_each_document():
    code = (
        "import os, sys\n"
        "from hadath.inference.writers import open_writer\n"
        "from hadath.models.documents import Document\n"
        "print('first')\n"
        "with open_writer('-', 'csv') as writer:\n"
        "    writer.write(Document('\\u0628\\ud800', 'x', error='e'))\n"
        "    os.write(1, b'after\\n')\n"
        "print('last')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env={"PYTHONIOENCODING": "ascii"}, check=True)
    assert done.stdout.decode("utf-8").split("\n") == ["first", ",".join(COLUMNS), "ب\\ud800,,error,,,,e,,,", "after", "last", ""]


def test_pretty_shows_marks_labels_and_events(document):
    text = pretty(document, colour=False)
    plain = re.sub("[\u2066-\u2069]", "", text).split("\n")
    assert plain == [
        "d,1  2017-11-09  وكالة",
        "و[AIRSTRIKE:قصفت] [VEH:الطائرات] موقعا ل[ORG:داعش] في [LOC:البادية].",
        "  = ASSAULT 0.90  COERCE",
        "  - قصفت  AIRSTRIKE 0.50  asserted  ACTOR=الطائرات 0.80  RECIPIENT=داعش",
        "و[REQUEST:دعا] [OCC:الوزير] إلى وقف [CLASH!:القتال].",
        "  - دعا  REQUEST  asserted",
        "  - القتال  CLASH  not asserted",
    ]
    for line in text.split("\n"):
        assert sum(line.count(one) for one in "\u2066\u2067\u2068") == line.count("\u2069")
    assert text.split("\n")[1].startswith("\u2067")


def test_pretty_colours_only_when_asked_and_wraps(document):
    assert "\x1b" not in pretty(document, colour=False)
    coloured = pretty(document, colour=True)
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == pretty(document, colour=False)
    assert "\x1b" in coloured
    narrow = pretty(document, colour=True, width=30).split("\n")
    bare = [re.sub("\x1b\\[[0-9;]*m|[\u2066-\u2069]", "", line) for line in narrow if line.startswith("\u2067")]
    assert max(map(len, bare)) <= 30
    assert " ".join(bare) == " ".join(
        re.sub("[\u2066-\u2069]", "", line) for line in pretty(document, colour=False).split("\n") if line.startswith("\u2067")
    )


def test_pretty_keeps_the_terminal_safe():
    shown = pretty(Document("a\x1b[2J", "قال \x1b]0;x\x07 \u202eثم\u2069 \ud800 انتهى"), colour=False)
    assert not {"\x1b", "\x07", "\u202e", "\ud800"} & set(shown)
    assert shown.count("\u2069") == shown.count("\u2067") + shown.count("\u2068")
    assert "error: no" in pretty(Document("x", "", error="no"), colour=False)


def test_passages_leave_nothing_out():
    text = "سطر أول\n\nسطر ثان. بقية\nآخر"
    document = Document("x", text, sentences=(Sentence(9, 18), Sentence(12, 20)))
    found = passages(document)
    assert [text[one.start : one.end] for one in found] == ["سطر أول\n", text[9:18], text[18:20], "ية\n", "آخر"]
    assert [text[a.start : a.end] for a in passages(Document("x", text))] == ["سطر أول\n", "سطر ثان. بقية\n", "آخر"]


def test_pieces_cut_overlaps_at_both_ends():
    text = "abcdefgh"
    document = Document("x", text, entities=(Mention(1, 5, "bcde", "A"),), events=(Event(3, 7, "defg", "B"),))
    assert [(one.start, one.end, [m.label for m in one.marks]) for one in pieces(document, 0, 8)] == [
        (0, 1, []),
        (1, 3, ["A"]),
        (3, 5, ["A", "B"]),
        (5, 7, ["B"]),
        (7, 8, []),
    ]


def test_conll_of_our_own_reads_back_both_layers(tmp_path, document):
    path = tmp_path / "out.conll"
    with open_writer(path, "conll") as writer:
        writer.write(document)
        writer.write(replace(document, id="half").without("entities"))
    both, half = read_conll(path)
    for layer in ("entities", "events"):
        assert [(one.text, one.label) for one in getattr(both, layer)] == [(one.text, one.label) for one in getattr(document, layer)]
    assert half.entities is None
    assert [(one.text, one.label) for one in half.events] == [(one.text, one.label) for one in document.events]
    [only, _] = read_conll(path, column="trigger", layer="events")
    assert (only.entities, only.events) == (None, both.events)


def test_conll_with_one_named_layer_and_with_other_names(tmp_path):
    path = tmp_path / "x.conll"
    path.write_text("# global.columns = word entity pos\na B-X N\n")
    assert [(one.text, one.label) for one in next(read_conll(path)).entities] == [("a", "X")]
    path.write_text("# global.columns = word pos ner\na N B-X\n")
    [document] = read_conll(path)
    assert [(one.text, one.label) for one in document.entities] == [("a", "X")]
    assert document.events is None


def test_an_ending_in_capitals_is_packed(tmp_path, document):
    with open_writer(tmp_path / "OUT.JSONL.GZ", "jsonl") as writer:
        writer.write(document)
    assert json.loads(gzip.decompress((tmp_path / "OUT.JSONL.GZ").read_bytes()))["id"] == document.id
