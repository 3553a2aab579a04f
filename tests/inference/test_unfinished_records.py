"""Going on with an output of event records: whatever was torn off, the end is what an undisturbed run writes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from hadath import HadathError
from hadath.cli import main
from hadath.inference.unfinished import part_of
from hadath.inference.unfinished_records import read_done_records
from hadath.models.documents import Document
from hadath.tagging import check_resumable

TEXTS = (
    "سيطر الجيش السوري على مدينة البوكمال صباح الخميس بعد معارك مع تنظيم داعش، وقتل 14 شخصا في غارة جوية.",
    "الطقس معتدل اليوم.",
    "وقالت وزارة الخارجية الروسية إن الطائرات قصفت مواقع المسلحين في ريف دير الزور، ونددت تركيا بالهجوم.",
    None,
    "انسحبت القوات من القرية بعد اشتباكات، وطالب الأهالي بالإفراج عن المعتقلين.",
    "الطقس ممطر غدا.",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("texts") / "news.jsonl"
    rows = [{"id": f"n-{at}", "text": TEXTS[at % len(TEXTS)], "date": "2017-11-20"} for at in range(30)]
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return path


def run(source: Path, output: Path, *more: str) -> int:
    return main(["events", str(source), "--output", str(output), "--threads", "1", "--quiet", *more])


@pytest.fixture(scope="module")
def expected(source, tmp_path_factory) -> bytes:
    output = tmp_path_factory.mktemp("whole") / "out.jsonl"
    assert run(source, output) == 1  # some of the texts are none
    raw = output.read_bytes()
    names = [json.loads(line)["document"] for line in raw.splitlines()]
    assert {"n-0", "n-2", "n-3", "n-4"} <= set(names)
    assert len(names) > len(set(names))  # several lines a document
    assert "n-1" not in names  # and none
    return raw


def test_whatever_is_torn_off_the_end_is_the_same(source, expected, tmp_path):
    dice = random.Random(1)
    lines = expected.splitlines(keepends=True)
    ends = [sum(map(len, lines[:count])) for count in (1, 2, 3, len(lines) - 1, len(lines))]
    for at in [0, 5, *ends, *(dice.randrange(len(expected)) for _ in range(6))]:
        output = tmp_path / f"{at}.jsonl"
        part_of(output).write_bytes(expected[:at])
        assert run(source, output, "--resume") == 1
        assert output.read_bytes() == expected
        assert not part_of(output).exists()


def test_a_whole_output_stays(source, expected, tmp_path):
    output = tmp_path / "out.jsonl"
    output.write_bytes(expected)
    assert run(source, output, "--resume") == 1
    assert output.read_bytes() == expected


@pytest.mark.parametrize("names", [["x"] * 30, [str(at % 10) for at in range(30)], [f"a\u2028{at}\u0085" for at in range(30)]])
def test_ids_that_come_again_or_break_lines_lose_and_double_nothing(source, tmp_path, names):
    other = tmp_path / "other.jsonl"
    rows = [json.loads(line) | {"id": name} for line, name in zip(source.read_text(encoding="utf-8").splitlines(), names, strict=True)]
    other.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    whole = tmp_path / "whole.jsonl"
    run(other, whole)
    raw = whole.read_bytes()
    for at in range(7, len(raw), len(raw) // 9):
        output = tmp_path / f"{at}.jsonl"
        part_of(output).write_bytes(raw[:at])
        assert run(other, output, "--resume") == 1
        assert output.read_bytes() == raw


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.replace(b'"n-2"', b'"m-2"'), 'none of those that are left is "m-2" with these words'),
        (lambda raw: raw.replace('"text":"سيطر"'.encode(), '"text":"دخل"'.encode()), 'none of those that are left is "n-0" with these words'),
        (lambda raw: raw.replace(b'"triggers"', b'"words"'), "with these words"),
        (lambda raw: raw.replace(b'"label":"CAPTURE"', b'"label":"CLASH"'), "written by another model or with other options"),
        (lambda raw: b'{"id":"n-0","text":"x"}\n' + raw, "a line is a record, with the id of its"),
        (lambda raw: b"document,record\n" + raw, "no output that --resume can go on with"),
    ],
)
def test_what_others_wrote_is_refused(source, expected, tmp_path, capsys, change, said):
    output = tmp_path / "out.jsonl"
    raw = change(expected)
    assert raw != expected
    # up to the first line of another document with records, so that the one before it is looked at
    lines = raw.splitlines(keepends=True)
    cut = next(at for at, line in enumerate(lines) if b'-2"' in line[:40])
    part_of(output).write_bytes(b"".join(lines[: cut + 1]))
    assert run(source, output, "--resume") == 2
    assert said in capsys.readouterr().err
    assert part_of(output).read_bytes() == b"".join(lines[: cut + 1])


def test_what_is_left_begins_with_the_last_document_that_has_records(tmp_path):
    output = tmp_path / "out.jsonl"
    first = [json.dumps({"document": name, "id": record, "triggers": []}) + "\n" for name, record in (("a", "R1"), ("a", "R2"), ("c", "R1"))]
    output.write_text("".join(first) + '{"document": "c", "i', encoding="utf-8")
    found = read_done_records(output, iter([Document(name, name) for name in "abcd"]))
    assert [one.id for one in found.rest] == ["c", "d"]
    assert (found.done.documents, found.done.whole) == (2, len("".join(first[:2])))
    assert [(one.id, len(records)) for one, records in found.last] == [("a", 2)]


def test_only_json_lines_can_be_gone_on_with(source, tmp_path, capsys):
    for output in ("out.csv", "out.jsonl.gz"):
        assert run(source, tmp_path / output, "--resume") == 2
        assert "goes on with a file of JSON lines" in capsys.readouterr().err
    with pytest.raises(HadathError, match="JSON lines"):
        check_resumable(None, "jsonl")
