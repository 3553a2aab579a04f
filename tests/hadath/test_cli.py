"""The command line: every door opens, and a fault of what was given is one sentence with a remedy and the exit code 2."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from hadath import __version__, read_jsonl
from hadath.cli import main

TEXT = "سيطر الجيش السوري على مدينة البوكمال."


# -- the others ----------------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def gold(helpers, tmp_path):
    rows = [json.loads(line) for line in (helpers.QUICKSTART / "dev.jsonl").read_text(encoding="utf-8").splitlines()[:3]]
    return helpers.write_jsonl(tmp_path / "gold.jsonl", rows)


def test_evaluate(run, tiny_model, gold, tmp_path):
    code, out, _ = run("evaluate", tiny_model, gold, "--bootstrap", 20, "--json", tmp_path / "report.json")
    assert code == 0
    assert re.search(r"^entities +3 ", out, re.M)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["documents"] == 3
    expected = sum(len(one.entities) for one in read_jsonl(gold))
    assert report["entities"]["micro"]["gold"] + report["nominals"]["micro"]["gold"] == expected
    assert len(report["entities"]["interval"]) == 2
    code, marked, _ = run("evaluate", tiny_model, gold, "--bootstrap", 0, "--markdown")
    assert code == 0
    assert re.search(r"^\| *entities *\| *3 *\|", marked, re.M)


@pytest.mark.parametrize("broken", ["nowhere", "text", "folder"])
def test_evaluate_tells_what_is_wrong(fault, tiny_model, gold, tmp_path, broken):
    if broken == "nowhere":
        assert "nowhere.jsonl: cannot be read" in fault("evaluate", tiny_model, tmp_path / "nowhere.jsonl")
    elif broken == "text":
        gold.write_text("{}\n{", encoding="utf-8")
        assert "gold.jsonl:1" in fault("evaluate", tiny_model, gold)
    else:
        assert "make it first" in fault("evaluate", tiny_model, gold, "--bootstrap", 0, "--json", tmp_path / "no" / "report.json")


def test_export(run, tiny_model, gold, tmp_path, monkeypatch):
    pytest.importorskip("onnx")
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    monkeypatch.setattr("hadath.training.export.write_graph", lambda tagger, spec, path: shutil.copy(tiny_model / "onnx" / "model.onnx", path))
    code, out, _ = run("export", folder, gold, "--no-int8")
    assert code == 0
    assert re.fullmatch(r"model\.onnx: largest difference of a logit \S+, 0 of 3 texts tagged differently from torch\n", out)
    assert [one.name for one in (folder / "onnx").iterdir()] == ["model.onnx"]


MARKED = "# id: m-{0}\n[CAPTURE e1:سيطر] [ORG t1:الجيش] على [GPE t2:دمشق].\n> e1 ACTOR=t1 PLACE=t2\n= COERCE\n"


def test_convert(run, tmp_path):
    marked = tmp_path / "own.txt"
    marked.write_text("\n".join(MARKED.format(index) for index in range(6)), encoding="utf-8")
    conll = tmp_path / "own.conll"
    conll.write_text("# id = c-1\nزار O\nسامي B-PER\nدمشق B-GPE\n", encoding="utf-8")
    code, out, _ = run("convert", marked, conll, "-o", tmp_path / "train.jsonl", "--dev", tmp_path / "dev.jsonl")
    assert code == 0
    assert out.splitlines() == [f"{tmp_path / 'train.jsonl'}: 6 documents", f"{tmp_path / 'dev.jsonl'}: 1 documents"]
    train, dev = list(read_jsonl(tmp_path / "train.jsonl")), list(read_jsonl(tmp_path / "dev.jsonl"))
    assert [one.id for one in train] == ["m-0", "m-1", "m-2", "m-3", "m-5", "c-1"]
    assert [one.id for one in dev] == ["m-4"]
    assert [(one.text, one.label) for one in train[-1].entities] == [("سامي", "PER"), ("دمشق", "GPE")]
    [event] = dev[0].events
    assert (event.text, event.label, [(one.role, one.target) for one in event.arguments]) == ("سيطر", "CAPTURE", [("ACTOR", "t1"), ("PLACE", "t2")])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "[ORGG t1:الجيش]\n"}, 'own.txt:1: .*did you mean "ORG"'),
        ({"text": "[ORG t1:الجيش\n"}, "own.txt:1: "),
        ({"scheme": "newz"}, 'did you mean "news"'),
        ({"output": "no/out.jsonl"}, "make it first"),
        ({"source": "nowhere.txt"}, "nowhere.txt: cannot be read"),
    ],
)
def test_convert_tells_what_is_wrong(fault, tmp_path, monkeypatch, change, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.txt").write_text(change.get("text", MARKED), encoding="utf-8")
    line = fault("convert", change.get("source", "own.txt"), "-o", change.get("output", "out.jsonl"), "--scheme", change.get("scheme", "news"))
    assert re.search(said, line), line
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("command", ["train", "pretrain"])
def test_configs_that_say_what_is_no_setting(fault, run, tmp_path, command):
    path = tmp_path / "own.yaml"
    path.write_text("name: own\ncorpora: [{path: a.txt}]\nsteps: 3\ndecay: 0\nlog_evry: 3\n", encoding="utf-8")
    if command == "pretrain":
        said = fault("pretrain", path)
    else:
        path.write_text(
            "name: own\ncorpora: [{name: a, files: [a.jsonl], layers: {entities: {}}}]\ndev: [b.jsonl]\nlog_evry: 3\n",
            encoding="utf-8",
        )
        said = fault("train", path)
    assert '"log_evry" is no setting; did you mean "log_every"?' in said
    path.write_text(path.read_text(encoding="utf-8").replace("log_evry: 3\n", ""), encoding="utf-8")
    assert 'did you mean "seed"?' in fault(command, path, "--set", "sed=3")
    assert "--set takes key=value" in fault(command, path, "--set", "seed")
    assert "the shipped ones lie in configs/" in fault(command, tmp_path / "nowhere.yaml")
    code, _, error = run(command, path, "--set", "sed=3", "--set", "log_evry=1")
    assert code == 2
    assert len(error.splitlines()) == 2  # every fault at once


def test_version_and_help(run):
    assert run("--version") == (0, f"hadath {__version__}\n", "")
    code, out, _ = run()
    assert code == 2
    assert all(name in out for name in ("predict", "train", "pretrain", "evaluate", "export", "convert"))


@pytest.mark.parametrize("arguments", [["tag"], ["predict", "--colour"], ["train"], ["convert", "x.txt"]])
def test_arguments_that_are_none(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: hadath" in capsys.readouterr().err


# -- faults of use -------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["predict"], ["events"], ["convert"], ["self-label", "-"]])
def test_a_source_is_never_written_over(fault, tmp_path, command):
    text = "# id: one\n[STATEMENT:قال] الجيش.\n"
    path = tmp_path / "own.txt"
    path.write_text(text, encoding="utf-8")
    assert "read and written at once" in fault(*command, path, "--output", path)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["predict", "x.txt", "--date", "2024-01-01"], "unknown argument --date"),  # no half of --date-column
        (["predict", "x.txt", "--fromat", "csv"], 'unknown argument --fromat; did you mean "--format"?'),
        (["evaluate", "-", "x.jsonl", "--markdwn"], 'did you mean "--markdown"?'),
    ],
)
def test_an_unknown_option_is_answered_with_the_nearest_of_its_command(capsys, arguments, said):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert f"hadath {arguments[0]}: error: " in error
    assert said in error


def test_fewer_resamplings_than_none(fault, tiny_model, gold):
    assert "--bootstrap is a number of resamplings, such as 1000, or 0 for no intervals; got -5" in fault(
        "evaluate", tiny_model, gold, "--bootstrap", -5
    )
