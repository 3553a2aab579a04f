"""`hadath predict`: what it reads, what it writes, and what it does with faulty rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from hadath import Document, Predictor, read_jsonl
from hadath.inference.writers import COLUMNS

TEXT = "سيطر الجيش السوري على مدينة البوكمال."


def documents(out):
    return [Document.from_json(json.loads(line)) for line in out.splitlines()]


def test_texts_as_arguments(predict):
    code, out, error = predict("--text", TEXT, "وصل الوزير")
    assert (code, error) == (0, "")
    assert [(one.id, one.text) for one in documents(out)] == [("0", TEXT), ("1", "وصل الوزير")]
    assert all(one.entities for one in documents(out))


@pytest.mark.parametrize("command", ["predict", "events"])
def test_threads_take_short_turns_while_a_command_tags(run, tiny_model, monkeypatch, command):
    seen = []
    whole = Predictor.stream
    monkeypatch.setattr(Predictor, "stream", lambda *given, **named: (seen.append(sys.getswitchinterval()) or one for one in whole(*given, **named)))
    before = sys.getswitchinterval()
    assert run(command, "--model", tiny_model, "--quiet", "--format", "jsonl", "--text", TEXT)[0] == 0
    assert len(seen) == 1
    assert seen[0] < before / 10
    assert sys.getswitchinterval() == before


def test_standard_input_is_a_text_a_line(predict, monkeypatch):
    for arguments in ((), ("-",)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{TEXT}\n\nوصل الوزير\r\n".encode())))
        code, out, _ = predict(*arguments)
        assert code == 0
        assert [(one.id, one.text) for one in documents(out)] == [("stdin:1", TEXT), ("stdin:3", "وصل الوزير")]


def test_a_folder_is_read_in_order(predict, helpers, tmp_path):
    (tmp_path / "in" / "more").mkdir(parents=True)
    (tmp_path / "in" / "b.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in" / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "in" / "more" / "c.txt").write_text("وصل الوزير", encoding="utf-8")
    helpers.write_jsonl(tmp_path / "in" / "a.jsonl", [{"id": "x", "text": "قصفت الطائرات"}])
    code, out, _ = predict(tmp_path / "in")
    assert code == 0
    assert [(one.id, one.text) for one in documents(out)] == [("x", "قصفت الطائرات"), ("b", TEXT), ("more/c", "وصل الوزير")]


def test_columns_of_a_table(predict, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text(f"key,day,body,site\nn-1,2018-04-11,{TEXT},a\n,,وصل الوزير,b\n", encoding="utf-8")
    code, out, _ = predict(path, "--text-column", "body", "--id-column", "key", "--date-column", "day")
    assert code == 0
    assert [(one.id, one.date, one.text, one.extra) for one in documents(out)] == [
        ("n-1", "2018-04-11", TEXT, {"site": "a"}),
        ("news:3", None, "وصل الوزير", {"site": "b"}),
    ]


def test_a_table_in_the_encoding_of_an_old_archive(predict, fault, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text(f"id,text\n1,{TEXT}\n", encoding="windows-1256")
    code, out, _ = predict(path, "--encoding", "windows-1256")
    assert code == 0
    assert [(one.id, one.text) for one in documents(out)] == [("1", TEXT)]
    assert "no text encoding is called" in fault("predict", path, "--encoding", "windows1265")


def test_every_output_format(predict, tmp_path):
    """Each holds the same mentions, to a file and, where it is text, to standard output."""
    [expected] = documents(predict("--text", TEXT)[1])
    spans = [(one.start, one.end, one.label) for one in expected.entities]
    assert spans
    for form in ("jsonl", "csv", "conll", "html", "pretty"):
        code, out, _ = predict("--text", TEXT, "-f", form)
        assert code == 0
        path = tmp_path / f"out.{form}"
        assert predict("--text", TEXT, "-f", form, "-o", path) == (0, "", "")
        assert path.read_text(encoding="utf-8") == out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert [(int(row["start"]), int(row["end"]), row["label"]) for row in rows if row["layer"] == "entity"] == spans
    assert (tmp_path / "out.html").read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")
    for form in ("conll", "html", "pretty"):
        text = (tmp_path / f"out.{form}").read_text(encoding="utf-8")
        assert all(label in text for _, _, label in spans)
    assert "\x1b" not in (tmp_path / "out.pretty").read_text(encoding="utf-8")


def test_parquet_out(predict, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    assert predict("--text", TEXT, "-o", tmp_path / "out.parquet")[0] == 0
    assert parquet.read_table(tmp_path / "out.parquet").column_names == list(COLUMNS)


@pytest.mark.parametrize(("name", "start"), [("out.json", "{"), ("out.htm", "<"), ("out", "{"), ("out.txt", "\u20680\u2069\n"), ("out.csv", "doc,")])
def test_the_ending_chooses_the_format(predict, tmp_path, name, start):
    assert predict("--text", TEXT, "-o", tmp_path / name)[0] == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_a_packed_output(predict, tmp_path):
    assert predict("--text", TEXT, "-o", tmp_path / "out.jsonl.gz")[0] == 0
    assert documents(gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).decode())[0].text == TEXT


def test_min_score_leaves_out(predict):
    [every], [few] = (documents(predict("--text", TEXT, "--min-score", score)[1]) for score in (0, 0.6))
    assert [one for one in every.entities if one.score >= 0.6] == list(few.entities)
    assert len(few.entities) < len(every.entities)


def test_bad_rows_do_not_stop_the_others(predict, tmp_path):
    path = tmp_path / "news.jsonl"
    rows = (
        json.dumps({"id": "a", "text": TEXT}),
        "{broken",
        '{"id": "c", "text": null}',
        '{"id": "d"}',
        json.dumps({"id": "e", "text": "وصل الوزير"}),
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    code, out, error = predict(path)
    assert code == 1
    assert error == "hadath: 3 texts could not be tagged; their records carry the key error\n"
    found = documents(out)
    assert [one.id for one in found] == ["a", "news:2", "c", "d", "e"]
    assert [one.error is None for one in found] == [True, False, False, False, True]
    assert "not JSON" in found[1].error
    assert found[0].entities
    assert found[4].entities
    assert found[2].entities is None


def test_a_terminal_that_is_not_utf8(tiny_model):
    """Output is UTF-8 whatever the terminal's own encoding is."""
    done = subprocess.run(
        [sys.executable, "-m", "hadath", "predict", "--text", TEXT, "--model", str(tiny_model), "--threads", "1", "-f", "pretty"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "الجيش" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["nowhere.txt"], ["nowhere.txt", "no such file"]),
        (["notes.pdf"], [".pdf", ".jsonl", "format"]),
        (["news.csv", "--text-column", "boddy"], ['"boddy"', 'did you mean "body"?']),
        (["news.csv", "--text-column", "x"], ["its columns are key, body."]),
        (["news.csv", "--text-column", "body", "--id-column", "kee"], ['did you mean "key"?']),
        (["--text", TEXT, "-f", "jsnl"], ['"jsnl"', 'did you mean "jsonl"?']),
        (["--text", TEXT, "-f", "xyz"], ["jsonl, csv, conll, parquet, html, pretty"]),
        (["--text", TEXT, "-o", "out.docx"], ['"docx"', "jsonl"]),
        (["news.csv", "--input-format", "cvs"], ['"cvs"', 'did you mean "csv"?']),
        (["empty"], ["holds no file to read"]),
        (["--text"], ["takes the texts as arguments"]),
        (["--text", TEXT, "--min-score", "1.5"], ["0 to 1", "1.5"]),
        (["--text", TEXT, "-f", "parquet"], ["name a file"]),
        (["--text", TEXT, "-o", "no/out.csv"], ["no folder", "make it first"]),
        (["--text", TEXT, "--device", "nonsense"], ['"nonsense"', "cpu always works"]),
    ],
)
def test_what_cannot_be_predicted_is_told(fault, tiny_model, tmp_path, monkeypatch, arguments, parts):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "news.csv").write_text("key,body\n1,نص\n", encoding="utf-8")
    said = fault("predict", "--model", tiny_model, "--threads", 1, "--quiet", *arguments)
    assert all(one in said for one in parts), said


def test_a_fault_leaves_the_old_output(fault, tiny_model, tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    fault("predict", "--model", tiny_model, "--quiet", tmp_path / "nowhere.txt", "-o", path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize("command", [["predict", "--text", TEXT, "--quiet", "--model"], ["export"]])
def test_a_model_that_is_none_is_told(fault, tiny_model, tmp_path, command):
    assert "no model folder" in fault(*command, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "it has no hadath.json" in fault(*command, tmp_path / "empty")
    broken = shutil.copytree(tiny_model, tmp_path / "broken")
    (broken / "hadath.json").write_text("{", encoding="utf-8")
    assert "is damaged" in fault(*command, broken)


def test_an_interruption_is_130(run, tiny_model, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("hadath.inference.predictor.Predictor.load", interrupted)
    assert run("predict", "--text", TEXT, "--model", tiny_model) == (130, "", "hadath: interrupted\n")


@pytest.mark.parametrize(("option", "value"), [("--threads", -1), ("--min-score", -1)])
def test_numbers_below_none(fault, tiny_model, option, value):
    said = fault("predict", "--text", TEXT, "--model", tiny_model, option, value)
    assert option in said
    assert "-1" in said


def test_a_fault_of_the_machine_is_one_sentence(fault, tiny_model, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device", "out.jsonl")

    monkeypatch.setattr("hadath.inference.predictor.Predictor.load", full)
    assert "out.jsonl: No space left on device; check" in fault("predict", "--text", TEXT, "--model", tiny_model)


def test_a_reader_that_goes_away_is_no_fault(tiny_model):
    command = f"{sys.executable} -m hadath predict --text a b c d --quiet --threads 1 --model '{tiny_model}' | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_second_run_does_not_read_the_first_one(predict, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for _ in range(2):
        assert predict(tmp_path, "-o", tmp_path / "tagged.jsonl")[0] == 0
        assert [one.id for one in read_jsonl(tmp_path / "tagged.jsonl")] == ["a"]


@pytest.mark.parametrize(
    "arguments", [["nowhere.txt"], ["news.csv", "--text-column", "boddy"], ["news.csv", "--input-format", "cvs"], ["notes.pdf"], ["empty"]]
)
def test_what_cannot_be_read_is_told_before_the_model_is_opened(fault, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "news.csv").write_text("key,body\n1,نص\n", encoding="utf-8")
    monkeypatch.setattr("hadath.inference.predictor.Predictor.load", lambda *_, **__: pytest.fail("the model was opened"))
    fault("predict", "--quiet", *arguments, "-o", tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_terminal_is_told_that_it_is_read(predict, monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(TEXT.encode()))
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    code, out, error = predict()
    assert code == 0
    assert [one.text for one in documents(out)] == [TEXT]
    assert re.fullmatch(r"hadath: reading standard input; .*Ctrl-D.*\n", error)


@pytest.mark.parametrize("name", ["OUT.CSV", "OUT.CSV.GZ"])
def test_an_ending_in_capitals_chooses_the_format(predict, tmp_path, name):
    assert predict("--text", TEXT, "-o", tmp_path / name)[0] == 0
    raw = (tmp_path / name).read_bytes()
    assert (gzip.decompress(raw) if name.endswith("GZ") else raw).startswith(b"doc,")


@pytest.mark.parametrize("text", [TEXT * 20, f"{TEXT}\n{TEXT}" * 300])
def test_a_text_without_its_option_is_told(fault, text):
    assert "hadath predict --text '...'" in fault("predict", text)


def test_convert_reads_both_layers_of_our_own_columns(predict, run, tmp_path):
    [said] = documents(predict("--text", TEXT)[1])
    assert said.entities
    assert predict("--text", TEXT, "-o", tmp_path / "own.conll")[0] == 0
    (tmp_path / "own.conll").rename(tmp_path / "OWN.CONLL")
    assert run("convert", tmp_path / "OWN.CONLL", "-o", tmp_path / "own.jsonl")[0] == 0
    [back] = read_jsonl(tmp_path / "own.jsonl")
    for layer in ("entities", "events"):
        assert [one.label for one in getattr(back, layer) or ()] == [one.label for one in getattr(said, layer) or ()]
