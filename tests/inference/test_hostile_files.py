"""Files that nobody means to write: broken bytes all over, a hundred thousand empty rows, a line of 200 MB, files that vanish while they wait."""

from __future__ import annotations

import json
import random

import pytest

from hadath import Predictor
from hadath.inference.readers import read_texts

GOOD = "سيطر الجيش على المدينة"
KINDS = ["txt", "lines", "jsonl", "csv", "tsv"]


def row(kind, text, number):
    return {"jsonl": json.dumps({"text": text}, ensure_ascii=False), "csv": f'"{number}","{text}"', "tsv": f"{number}\t{text}"}.get(kind, text)


def body(kind, rows):
    head = {"csv": "n,text\n", "tsv": "n\ttext\n"}.get(kind, "")
    return (head + "".join(f"{row(kind, text, number)}\n" for number, text in enumerate(rows))).encode()


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("kind", KINDS)
def test_broken_bytes_cost_their_rows_and_say_where(tmp_path, kind, seed):
    """In every third row some bytes are struck out of UTF-8, at places drawn by chance; the other rows come out whole."""
    dice = random.Random(seed)
    lines = body(kind, [f"{GOOD} {number}" for number in range(30)]).split(b"\n")
    first = 1 if kind in ("csv", "tsv") else 0
    broken = {}
    for number in range(0, 30, 3):
        raw = bytearray(lines[first + number])
        begin = raw.index("س".encode())
        at = dice.randrange(begin, begin + len(GOOD.encode()))
        raw[at] = dice.choice([0xFF, 0xC0, 0xF8, 0xFE])  # in no place of UTF-8
        broken[number] = at - begin
        lines[first + number] = bytes(raw)
    path = tmp_path / f"x.{'txt' if kind == 'lines' else kind}"
    path.write_bytes(b"\n".join(lines))
    items = list(read_texts([path], format=kind))
    if kind == "txt":
        [item] = items
        assert item.text is None
        assert "not UTF-8 at byte" in item.error
        return
    assert len(items) == 30
    for number, item in enumerate(items):
        if number not in broken:
            assert (item.text, item.error) == (f"{GOOD} {number}", None)
            continue
        assert item.text is None
        assert "not UTF-8 at byte " in item.error
        byte = int(item.error.split("at byte ")[1].split()[0])
        begin = len('{"text": "') if kind == "jsonl" else 0  # of the line, and in a table of the column
        # a letter has two bytes: the reader names the one that is wrong or, where its second half is, the one it belongs to
        assert byte - begin in (broken[number], broken[number] - 1)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_by_chance_are_read_to_their_end(tmp_path, kind, seed):
    dice = random.Random(seed)
    path = tmp_path / f"x.{'txt' if kind == 'lines' else kind}"
    path.write_bytes(body(kind, [GOOD]) + dice.randbytes(3000) + (b"" if kind == "txt" else b'"\n"\n' + body(kind, [GOOD])))
    items = list(read_texts([path], format=kind))
    assert items
    assert all(isinstance(one.text, str) if one.error is None else one.document().error for one in items)
    if kind != "txt":
        assert items[0].text == GOOD


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_vanishes_costs_itself(tmp_path, kind):
    names = ["a", "b", "c"]
    ending = "txt" if kind == "lines" else kind
    for name in names:
        (tmp_path / f"{name}.{ending}").write_bytes(body(kind, [GOOD]))
    items = read_texts([tmp_path], format=kind)
    found = [next(items)]
    (tmp_path / f"b.{ending}").unlink()
    found += items
    assert [one.error for one in found] == [None, "the file is gone; it was there when the run began", None]
    assert found[1].place == str(tmp_path / f"b.{ending}")


def test_tables_that_vanish_or_change_cost_themselves(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    for name in "abcd":
        parquet.write_table(pyarrow.table({"text": [GOOD]}), tmp_path / f"{name}.parquet")
    items = read_texts([tmp_path])
    found = [next(items)]
    (tmp_path / "b.parquet").unlink()
    (tmp_path / "c.parquet").write_bytes(b"PAR1")
    found += items
    assert [one.text for one in found] == [GOOD, None, None, GOOD]
    assert "is gone" in found[1].error
    assert "not parquet" in found[2].error


def test_a_header_that_changes_costs_its_file(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_bytes(body("csv", [GOOD]))
    items = read_texts([tmp_path])
    found = [next(items)]
    (tmp_path / "b.csv").write_text("n,body\n1,x\n", encoding="utf-8")
    found += items
    assert found[0].text == GOOD
    assert 'has no column "text"' in found[1].error


@pytest.mark.parametrize("kind", ["lines", "jsonl", "csv"])
def test_a_hundred_thousand_empty_rows_are_read(tmp_path, kind):
    path = tmp_path / f"x.{'txt' if kind == 'lines' else kind}"
    path.write_bytes(body(kind, [""] * 100_000) + row(kind, GOOD, 1).encode() + b"\n" + b"\n" * 100_000)
    items = list(read_texts([path], format=kind))
    assert items[-1].text == GOOD
    assert len(items) == (1 if kind == "lines" else 100_001)
    assert all(one.text == "" and one.error is None for one in items[:-1])


@pytest.mark.slow
def test_a_hundred_thousand_empty_texts_are_tagged():
    count = 0
    for document in Predictor.load().stream(["", " ", "\n"][at % 3] for at in range(100_000)):
        assert document.error is None
        assert document.entities == document.events == ()
        count += 1
    assert count == 100_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lines", "jsonl", "txt"])
def test_two_hundred_megabytes_in_one_line_are_one_text(tmp_path, kind):
    path = tmp_path / f"x.{'txt' if kind == 'lines' else kind}"
    text = f"{GOOD} " * (200_000_000 // len(f"{GOOD} ".encode()))
    path.write_bytes(row(kind, text, 1).encode() + b"\n")
    [item] = read_texts([path], format=kind)
    assert item.error is None
    assert item.text.rstrip("\n") == text


def test_a_field_of_a_table_past_any_article_is_refused(tmp_path):
    """A quote that is never closed swallows a file; a field past any article is taken for that."""
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.write(b'n,text\n1,"')
        for _ in range(80):
            file.write(b"x" * 1_000_000)
        file.write(b'"\n')
    [item] = read_texts([path])
    assert "field larger than field limit" in item.error
