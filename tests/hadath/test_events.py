"""hadath events: the same doors as predict, and rows behind them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from hadath import Document, Predictor, events
from hadath.cli import main

TEXT = "سيطر الجيش السوري على مدينة البوكمال صباح الخميس بعد معارك مع مسلحين."


@pytest.fixture
def run(capfd, tiny_model):
    """Runs the command; returns exit code, standard output and standard error."""

    def call(*arguments):
        code = main(["events", "--model", str(tiny_model), "--threads", "1", "--quiet", *(str(one) for one in arguments)])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def test_every_format_has_the_records_of_python(run, tiny_model, tmp_path):
    table = events(Predictor.load(tiny_model, threads=1).predict([Document("0", TEXT)]))
    assert len(table)
    code, out, error = run("--text", TEXT)
    assert (code, error) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [one.to_json() for one in table]
    for form in ("table", "csv", "jsonl", "html"):
        path = tmp_path / f"out.{form}"
        assert run("--text", TEXT, "-f", form, "-o", path) == (0, "", "")
        assert path.read_text(encoding="utf-8") == run("--text", TEXT, "-f", form)[1]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert [(row["record"], row["label"], row["triggers_at"]) for row in rows] == [
        (row["record"], row["label"], row["triggers_at"]) for row in table.to_rows()
    ]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.csv", "out.html", "out.jsonl", "out.table"]


def test_the_date_of_a_table_reaches_the_records(run, tmp_path):
    (tmp_path / "in.csv").write_text(f"id,day,text\nn,2018-04-11,{TEXT}\n", encoding="utf-8")
    code, out, _ = run(tmp_path / "in.csv", "--date-column", "day")
    assert code == 0
    assert {json.loads(line)["published"] for line in out.splitlines()} == {"2018-04-11"}
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": TEXT, "date": day}) + "\n" for day in ("2018-04-11", None)), encoding="utf-8")
    code, out, _ = run(tmp_path / "in.jsonl", "--date", "2017-11-12")
    assert code == 0
    assert {json.loads(line)["document"]: json.loads(line)["published"] for line in out.splitlines()} == {"in:1": "2018-04-11", "in:2": "2017-11-12"}


def test_bad_texts_are_rows_with_their_error(run, tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": 7}\n' + json.dumps({"id": "b", "text": TEXT}) + "\n{\n", encoding="utf-8")
    code, out, error = run(tmp_path / "in.jsonl")
    assert code == 1
    assert "2 texts could not be tagged" in error
    lines = [json.loads(line) for line in out.splitlines()]
    assert [one["document"] for one in lines if "error" in one] == ["a", "in:3"]
    assert {one["document"] for one in lines if "error" not in one} == {"b"}
    code, out, _ = run(tmp_path / "in.jsonl", "-f", "csv")
    assert code == 1
    assert [bool(row["error"]) for row in csv.DictReader(io.StringIO(out)) if row["document"] != "b"] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-f", "xyz"], "table, csv, jsonl, parquet, html"),
        (["-f", "tabel"], 'did you mean "table"?'),
        (["--aliases", "no/names.yaml"], "names.yaml"),
        (["--min-score", "2"], "--min-score is a probability"),
        (["-f", "parquet"], "name a file"),
        (["--date", "yesterday"], '--date is a day such as 2018-04-11, got "yesterday"'),
    ],
)
def test_faults_are_told_in_one_sentence(run, arguments, said):
    code, out, error = run("--text", TEXT, *arguments)
    assert (code, out) == (2, "")
    assert error.startswith("hadath: ")
    assert said in error
    assert len(error.splitlines()) == 1


def test_aliases_name_the_parties(run, tmp_path, tiny_model):
    [document] = Predictor.load(tiny_model, threads=1).predict([TEXT])
    named = next((one for one in document.entities if one.label in ("ORG", "GPE", "PER", "LOC") and len(one.text) > 3), None)
    (tmp_path / "names.yaml").write_text("- {name: سلاح, label: WEA}\n", encoding="utf-8")
    code, _, error = run("--text", TEXT, "--aliases", tmp_path / "names.yaml")
    assert code == 2
    assert '"WEA"' in error
    if named is not None:
        (tmp_path / "names.yaml").write_text(f"- {{name: اسم آخر, label: {named.label}, others: ['{named.text}']}}\n", encoding="utf-8")
        assert run("--text", TEXT, "--aliases", tmp_path / "names.yaml")[0] == 0


def test_dates_that_are_no_days_are_told_once(run, tmp_path):
    path = tmp_path / "news.csv"
    rows = [f"{number},قصف الجيش المدينة أمس.,{day}" for number, day in enumerate(("28/08/2023", "2023-08-28", "20230828", ""))]
    path.write_text("\n".join(["id,text,date", *rows]), encoding="utf-8")
    code, _, error = run(path, "--format", "csv")
    assert code == 0
    assert 'hadath: 2 articles have a date that is no day such as 2018-04-11, the first "28/08/2023"' in error
    assert "hadath:" not in run("--text", "قصف الجيش المدينة أمس.", "--date", "2023-08-28", "--format", "csv")[2]
