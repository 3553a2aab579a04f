"""The written articles of the repository, and the command that turns them into documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hadath.models.documents import read_jsonl
from hadath.models.errors import DataError
from hadath.models.scheme import Scheme
from hadath.training.articles import load_articles, main

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "quickstart" / "articles"
SCHEME = ROOT / "configs" / "schemes" / "news.yaml"


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_every_article_holds_together_and_is_annotated_throughout(half: str) -> None:
    scheme = Scheme.load(SCHEME)
    found = load_articles([FOLDER / half], scheme)
    assert len(found) >= 20
    for one in found:
        assert one["id"].startswith(f"{half}-")
        assert all("labels" in sentence for sentence in one["sentences"])
        assert sorted(event for record in one["records"] for event in record["events"]) == sorted(event["id"] for event in one["events"])
        entities = {mention.get("entity") for mention in one["entities"]}
        for mention in one["entities"]:
            assert ("entity" in mention) or mention["label"] not in scheme.followed
        for record in one["records"]:
            assert {*record["actors"], *record["place"], *record["reported_by"]} <= entities | {mention["id"] for mention in one["entities"]}


def test_no_sentence_stands_in_both_halves() -> None:
    scheme = Scheme.load(SCHEME)
    halves = [
        {one["text"][sentence["start"] : sentence["end"]] for one in load_articles([FOLDER / half], scheme) for sentence in one["sentences"]}
        for half in ("seen", "unseen")
    ]
    assert halves[0]
    assert not halves[0] & halves[1]


def test_documents_are_written_and_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "one.txt"
    source.write_text("# id: a\n# date: 2020-01-01\n[KILL k:قتل] [CARDINAL n=2:اثنان] في [GPE x:حلب]\n> k C=n P=x\n= ASSAULT\n", encoding="utf-8")
    assert main([str(source), "--scheme", str(SCHEME), "--output", str(tmp_path / "out.jsonl")]) == 0
    assert capsys.readouterr().out == "1 articles: 2 mentions, 1 events, 1 records\n"
    (document,) = read_jsonl(tmp_path / "out.jsonl")
    assert document.events is not None
    assert [one.label for one in document.events] == ["KILL"]
    (line,) = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["records"][0]["counts"] == [{"kind": "count", "low": 2, "high": 2}]


def test_the_faults_of_all_files_are_told_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("# id: a\n# date: 2020-01-01\n[NOTHING x:قتل]\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("# id: b\n# date: 2020-01-01\n[KILL k:قتل]\n> k A=x\n", encoding="utf-8")
    assert main([str(tmp_path), "--scheme", str(SCHEME), "--output", str(tmp_path / "out.jsonl")]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{tmp_path / 'a.txt'}:3: ")
    assert second.startswith(f"{tmp_path / 'b.txt'}:4: ")
    assert not (tmp_path / "out.jsonl").exists()


def test_an_id_that_stands_twice_and_a_folder_without_articles(tmp_path: Path) -> None:
    scheme = Scheme.load(SCHEME)
    with pytest.raises(DataError, match=r"no \.txt file"):
        load_articles([tmp_path], scheme)
    source = tmp_path / "one.txt"
    source.write_text("# id: a\n# date: 2020-01-01\nنص\n\n# id: a\n# date: 2020-01-01\nنص آخر\n", encoding="utf-8")
    with pytest.raises(DataError, match='"a" stands twice'):
        load_articles([source], scheme)
