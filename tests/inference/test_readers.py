"""Texts in: what is read, what becomes an error of its row, and what stops before anything runs."""

import builtins
import datetime
import gzip
import io
import json
import lzma

import pytest

from hadath.inference.readers import read_texts
from hadath.models.documents import Document, Mention
from hadath.models.errors import DataError, HadathError, MissingExtra

ONE = "وصل الوفد إلى العاصمة."
TWO = "قال المتحدث إن الاجتماع تأجل، «غدا»."


def write(path, text, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def texts(*sources, **options):
    return [(one.id, one.text) for one in read_texts(list(sources), **options)]


def test_a_text_file_is_one_text_with_its_line_ends(tmp_path):
    path = write(tmp_path / "a.txt", f"\ufeff{ONE}\r\n{TWO}\r\n")
    assert texts(path) == [("a", f"{ONE}\r\n{TWO}\r\n")]


def test_a_text_file_in_another_encoding_names_the_byte(tmp_path):
    path = write(tmp_path / "a.txt", f"ab {ONE}", "cp1256")
    [item] = read_texts([path])
    assert item.text is None
    assert "byte 3" in item.error
    assert item.place == str(path)
    assert item.document() == Document("a", "", error=item.error)


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress), ("", bytes)])
@pytest.mark.parametrize("kind", ["txt", "jsonl", "csv", "tsv"])
def test_every_text_format_packed_and_not(tmp_path, ending, pack, kind):
    body = {
        "txt": ONE,
        "jsonl": json.dumps({"id": "x", "text": ONE}),
        "csv": f'id,text\r\nx,"{ONE}"\r\n',
        "tsv": f"id\ttext\nx\t{ONE}\n",
    }[kind]
    path = tmp_path / f"x.{kind}{ending}"
    path.write_bytes(pack(("\ufeff" + body).encode("utf-8")))
    assert texts(path) == [("x", ONE)]


def test_jsonl_keeps_further_keys_and_drops_layers(tmp_path):
    document = Document(
        "d", ONE, date="2019-02-03", source="وكالة", entities=(Mention(4, 9, ONE[4:9], "ORG"),), events=(), extra={"url": "u", "n": [1, {"a": None}]}
    )
    path = write(tmp_path / "d.jsonl", document.to_line() + "\n")
    [item] = read_texts([path])
    assert (item.id, item.text, item.date, item.error) == ("d", ONE, "2019-02-03", None)
    assert item.extra == {"source": "وكالة", "url": "u", "n": [1, {"a": None}]}
    assert item.document() == document.without("entities", "events")


def test_bad_rows_of_jsonl_and_the_rest_goes_on(tmp_path):
    rows = [
        json.dumps({"text": ONE}).encode(),
        b"{not json",
        b"",
        b'{"id": 7, "body": "x"}',
        b'{"id": 8, "text": null}',
        '{"text": "بيت"}'.encode("cp1256"),
        b"[1]",
        b'{"text": NaN}',
        b'{"text": ' + b"[" * 100_000,
        b'{"text": ["a", "b"]}',
        b'{"id": {}, "text": "a"}',
        json.dumps({"id": 9, "text": TWO}).encode(),
    ]
    path = tmp_path / "n.jsonl"
    path.write_bytes(b"\r\n".join(rows))
    items = list(read_texts([path]))
    assert [(one.id, one.place.rsplit(":", 1)[1]) for one in items] == [
        ("n:1", "1"),
        ("n:2", "2"),
        ("7", "4"),
        ("8", "5"),
        ("n:6", "6"),
        ("n:7", "7"),
        ("n:8", "8"),
        ("n:9", "9"),
        ("n:10", "10"),
        ("n:11", "11"),
        ("9", "12"),
    ]
    assert [one.error is None for one in items] == [True, *[False] * 9, True]
    said = [one.error for one in items]
    for part, error in zip(["not JSON", "body", "null", "UTF-8 at byte 10", "list", "null", "not JSON", "list", "dict"], said[1:-1], strict=True):
        assert part in error
    assert items[-1].text == TWO


def test_csv_with_quotes_newlines_commas_and_crlf(tmp_path):
    path = write(tmp_path / "news.csv", f'\ufeffid,date,text,url\r\na,2020-01-05,"{ONE}\r\n\r\n""{TWO}"", ثم",http://x\r\n,,{TWO},\r\n')
    first, second = read_texts([path])
    assert (first.id, first.date, first.text, first.extra) == ("a", "2020-01-05", f'{ONE}\r\n\r\n"{TWO}", ثم', {"url": "http://x"})
    assert (second.id, second.date, second.text, second.place) == ("news:5", None, TWO, f"{path}:5")


def test_bad_rows_of_csv_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "news.csv"
    path.write_bytes(
        b"text,id\n" + f"{ONE},1\n".encode() + "بيت,2\n".encode("cp1256") + b'"a"b,3\na,4,5\n\n' + f"{TWO},6\n".encode() + b'"never closed,7\nx,8\n'
    )
    items = list(read_texts([path]))
    assert [(one.id, one.error is None) for one in items] == [
        ("1", True),
        ("news:3", False),
        ("news:4", False),
        ("news:5", False),
        ("6", True),
        ("news:8", False),
    ]
    assert 'not UTF-8 at byte 0 of the column "text"' in items[1].error
    assert "3 fields, the header has 2" in items[3].error
    assert items[4].text == TWO


def test_a_long_field_is_read(tmp_path):
    long = ONE * 10_000  # csv's own limit is 131,072 characters
    assert texts(write(tmp_path / "a.csv", f"id,text\n1,{long}\n")) == [("1", long)]


def test_a_short_row_lacks_its_text(tmp_path):
    [item] = read_texts([write(tmp_path / "a.csv", "id,text\n1\n")])
    assert item.id == "1"
    assert 'has no "text"' in item.error


@pytest.mark.parametrize(
    ("header", "options", "parts"),
    [
        ("id,texte,url", {}, ['no column "text"', "id, texte, url", 'did you mean "texte"?', "text_column"]),
        ("id,body", {"text_column": "bdy"}, ['did you mean "body"?']),
        ("id,text", {"date_column": "published"}, ['no column "published"', "date_column"]),
        ("id,text", {"id_column": "nid"}, ['no column "nid"', 'did you mean "id"?', "id_column"]),
        ("\n", {}, ["its columns are none"]),
    ],
)
def test_a_column_that_is_not_there_stops_at_once(tmp_path, header, options, parts):
    good = write(tmp_path / "a.txt", ONE)
    bad = write(tmp_path / "b.csv", header)
    with pytest.raises(DataError) as fault:  # by the call, not by the first item
        read_texts([good, bad], **options)
    assert str(bad) in str(fault.value)
    for part in parts:
        assert part in str(fault.value)


def test_a_table_without_the_column_in_a_folder_costs_itself_alone(tmp_path):
    write(tmp_path / "a.txt", ONE)
    write(tmp_path / "b.csv", "file,url\na.txt,https://example.org\n")
    write(tmp_path / "c.csv", f"id,text\n1,{ONE}\n")
    one, bad, other = read_texts([tmp_path])
    assert (one.text, other.text, bad.text) == (ONE, ONE, None)
    assert 'no column "text"; its columns are file, url' in bad.error
    assert bad.place == f"{tmp_path / 'b.csv'}:1"
    for name in ("a.txt", "c.csv"):
        (tmp_path / name).unlink()
    for folders in ([tmp_path], [tmp_path, tmp_path]):
        with pytest.raises(DataError, match="no column"):  # nothing is left to read
            read_texts(folders)


def test_a_column_asked_for_by_name_that_no_table_of_a_folder_has_stops_at_once(tmp_path):
    write(tmp_path / "a.txt", ONE)
    write(tmp_path / "b.csv", f"id,body\n1,{ONE}\n")
    with pytest.raises(DataError, match='did you mean "body"'):
        read_texts([tmp_path], text_column="bdoy")
    assert [item.error for item in read_texts([tmp_path], text_column="body")] == [None, None]


def test_no_source_is_no_text():
    assert list(read_texts([])) == []


def test_other_columns_and_clashing_names(tmp_path):
    path = write(tmp_path / "a.csv", f"nid,id,body,text,day,events\n5,old,{ONE},summary,2021-01-01,many\n")
    [item] = read_texts([path], text_column="body", id_column="nid", date_column="day")
    assert (item.id, item.text, item.date) == ("5", ONE, "2021-01-01")
    assert item.extra == {"id_": "old", "text_": "summary", "events_": "many"}
    assert Document.from_json(json.loads(item.document().to_line())) == item.document()


def test_faults_of_whole_files(tmp_path):
    write(tmp_path / "news.csv", "id,text\n")
    with pytest.raises(DataError, match=r'no such file or folder; did you mean "news.csv"\?'):
        read_texts([tmp_path / "newz.csv"])
    with pytest.raises(DataError, match=r'unknown ending "\.docx"'):
        read_texts([write(tmp_path / "a.docx", "x")])
    with pytest.raises(HadathError, match='did you mean "jsonl"'):
        read_texts(["-"], format="json")
    with pytest.raises(HadathError, match="standard input"):
        read_texts(["-"], format="parquet")
    with pytest.raises(TypeError, match="list"):
        read_texts("news.csv")
    with pytest.raises(DataError, match="UTF-8"):
        read_texts([write(tmp_path / "b.csv", "رقم,text\n", "cp1256")])
    with pytest.raises(DataError, match="not parquet"):
        read_texts([write(tmp_path / "b.parquet", "PAR")])


def test_folders_are_read_in_order_known_endings_only(tmp_path):
    write(tmp_path / "b.txt", "b")
    write(tmp_path / "sub" / "a.txt", "sub a")
    write(tmp_path / "a.txt", "a")
    write(tmp_path / "c.jsonl", '{"text": "c"}')
    write(tmp_path / "skip.doc", "x")
    write(tmp_path / ".hidden" / "h.txt", "x")
    assert texts(tmp_path) == [("a", "a"), ("b", "b"), ("c:1", "c"), ("sub/a", "sub a")]
    assert texts(tmp_path, format="jsonl") == [("c:1", "c")]


def test_files_of_one_name_keep_apart(tmp_path):
    one, two = write(tmp_path / "x" / "a.txt", "1"), write(tmp_path / "y" / "a.txt", "2")
    assert texts(one, two) == [(str(one), "1"), (str(two), "2")]


def test_a_folder_with_nothing_to_read(tmp_path):
    with pytest.raises(DataError, match=r"no file to read.*\.parquet"):
        read_texts([tmp_path])


def test_standard_input():
    raw = f"{ONE}\r\n\n{TWO}".encode()
    assert texts("-", stdin=io.BytesIO(raw)) == [("stdin:1", ONE), ("stdin:3", TWO)]
    assert texts("-", stdin=io.TextIOWrapper(io.BytesIO(raw))) == [("stdin:1", ONE), ("stdin:3", TWO)]
    assert texts("-", format="jsonl", stdin=io.BytesIO(b'{"id": 1, "text": "a"}\n')) == [("1", "a")]
    with pytest.raises(DataError, match='stdin: has no column "text"'):
        texts("-", format="csv", stdin=io.BytesIO(b"a,b\n1,2\n"))


def test_a_damaged_archive_gives_what_came_before_it(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    body = "".join(json.dumps({"id": n, "text": f"{ONE} {n * 7919}"}) + "\n" for n in range(5000))
    path.write_bytes(gzip.compress(body.encode())[:20_000])
    *items, last = read_texts([path, write(tmp_path / "b.txt", TWO)])
    assert (last.id, last.text) == ("b", TWO)
    assert "damaged" in items[-1].error
    assert len(items) > 100
    assert all(one.error is None for one in items[:-1])


def test_reading_holds_one_row_at_a_time(tmp_path):
    path = write(tmp_path / "a.jsonl", '{"text": "a"}\n')
    items = read_texts([path])
    with path.open("a") as more:
        more.write('{"text": "b"}\n')
    assert [one.text for one in items] == ["a", "b"]


def test_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    day = datetime.date(2017, 11, 9)
    table = arrow.table(
        {
            "id": [1, None, 3],
            "text": [ONE, None, TWO],
            "date": [day, None, day],
            "seen": [datetime.datetime(2020, 1, 1), None, None],
            "x": [0.5, float("nan"), None],
        }
    )
    path = tmp_path / "n.parquet"
    parquet.write_table(table, path)
    items = list(read_texts([path]))
    assert [(one.id, one.text, one.date) for one in items] == [("1", ONE, "2017-11-09"), ("n:2", None, None), ("3", TWO, "2017-11-09")]
    assert "null" in items[1].error
    assert items[0].extra == {"seen": "2020-01-01 00:00:00", "x": 0.5}
    assert items[1].extra["x"] is None
    with pytest.raises(DataError, match='no column "body"; its columns are id, text, date, seen, x'):
        read_texts([path], text_column="body")


def test_one_bad_string_of_a_parquet_file_is_one_bad_row(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    raw = arrow.array([ONE.encode(), "بيت".encode("cp1256"), TWO.encode()], arrow.binary())
    parquet.write_table(arrow.table({"text": arrow.Array.from_buffers(arrow.string(), 3, raw.buffers())}), tmp_path / "n.parquet")
    items = list(read_texts([tmp_path / "n.parquet"]))
    assert [one.text for one in items] == [ONE, None, TWO]
    assert items[1].error is not None


def test_parquet_without_its_extra_names_the_extra(tmp_path, monkeypatch):
    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", lambda name, *rest: real("no_such_" + name if name.startswith("pyarrow") else name, *rest))
    with pytest.raises(MissingExtra, match=r"hadath\[tables\]"):
        read_texts([write(tmp_path / "a.parquet", "x")])


@pytest.mark.parametrize("text", [ONE * 50, f"{ONE}\n{ONE}" * 200, "a\0b", "x/" * 3000, "\ud800"], ids=["long", "lines", "nul", "deep", "surrogate"])
def test_a_text_in_place_of_a_file_is_told(text):
    with pytest.raises(DataError, match="no such file or folder; to tag this text itself: hadath predict --text") as fault:
        read_texts([text])
    assert len(str(fault.value)) < 400
    assert "\n" not in str(fault.value)


def test_endings_in_capitals(tmp_path):
    write(tmp_path / "A.TXT", "a")
    write(tmp_path / "b.Jsonl", '{"text": "b"}')
    write(tmp_path / "c.CSV", "text\nc\n")
    (tmp_path / "d.TXT.GZ").write_bytes(gzip.compress(b"d"))
    assert texts(tmp_path) == [("A", "a"), ("b:1", "b"), ("c:2", "c"), ("d", "d")]
    assert texts(tmp_path / "A.TXT", tmp_path / "d.TXT.GZ") == [("A", "a"), ("d", "d")]


def test_remedies_name_the_option_and_the_argument(tmp_path):
    for options, parts in (
        ({"format": "json"}, ("--input-format", "format=")),
        ({}, ("--text-column", "text_column=")),
        ({"text_column": "a", "id_column": "key"}, ("--id-column", "id_column=")),
    ):
        with pytest.raises(HadathError) as fault:
            read_texts([write(tmp_path / "a.csv", "a,b\n")], **options)
        assert all(part in str(fault.value) for part in parts)
    with pytest.raises(DataError, match=r"--input-format \(format=\)"):
        read_texts([write(tmp_path / "a.docx", "x")])
    [item] = read_texts([write(tmp_path / "a.jsonl", '{"txet": "x"}')])
    assert 'did you mean "txet"? Choose one with --text-column (text_column=)' in item.error


def test_the_output_of_an_earlier_run_is_left_out_of_its_folder(tmp_path, monkeypatch):
    write(tmp_path / "a.txt", ONE)
    out = write(tmp_path / "tagged.jsonl", '{"text": "old"}')
    assert texts(tmp_path, skip=out) == [("a", ONE)]
    monkeypatch.chdir(tmp_path)
    assert texts(tmp_path, skip="./tagged.jsonl") == [("a", ONE)]
    assert texts(tmp_path, skip=tmp_path / "new.jsonl") == [("a", ONE), ("tagged:1", "old")]


@pytest.mark.parametrize("source", ["", "  "])
def test_an_empty_name_is_not_the_current_folder(source):
    with pytest.raises(DataError, match="an empty name is no file or folder"):
        read_texts([source])


def test_an_empty_table_has_no_rows(tmp_path):
    empty, full = write(tmp_path / "empty.csv", ""), write(tmp_path / "full.csv", "text\nقال\n")
    assert texts(empty, full) == [("full:2", "قال")]


def test_a_file_that_is_to_be_written_is_not_read(tmp_path, monkeypatch):
    path = write(tmp_path / "a.csv", "text\nقال\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"read and written at once.*--output"):
        read_texts([path], skip="./a.csv")
