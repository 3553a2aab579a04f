"""Settings: faults are told all at once, a base lies under, changes from the command line over a config."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("pydantic", reason="configs need the extra train")

from hadath.models.errors import HadathError
from hadath.training.config import LayerReadingSettings, TrainConfig
from hadath.training.pretrain_config import PretrainConfig
from hadath.training.runs import find_files
from hadath.training.settings import Settings, build_settings, load_settings, read_settings

PLAIN: dict[str, Any] = {"name": "x", "corpora": [{"name": "c", "files": ["a.jsonl"], "layers": {"entities": {}}}], "dev": ["d.jsonl"]}


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# Faults


def _told(data: Any, kind: type[Settings] = TrainConfig) -> list[str]:
    with pytest.raises(HadathError) as told:
        build_settings(kind, data, "x.yaml")
    return str(told.value).split("\n")


def _with(*place: Any, value: Any) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(yaml.safe_dump(PLAIN))
    at: Any = data
    for one in place[:-1]:
        at = at[one]
    at[place[-1]] = value
    return data


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("epoch",), '"epoch" is no setting; did you mean "epochs"?'),
        (("corpora", 0, "wieght"), '"corpora.0.wieght" is no setting; did you mean "weight"?'),
        (("corpora", 0, "layers", "sentence"), '"corpora.0.layers.sentence" is no setting; did you mean "sentences"?'),
        (("corpora", 0, "layers", "entities", "label"), '"corpora.0.layers.entities.label" is no setting; did you mean "labels"?'),
        (("zzz",), '"zzz" is no setting; allowed: kind, name, runs, '),
    ],
)
def test_an_unknown_key_names_the_nearest(place: tuple[Any, ...], said: str) -> None:
    (line,) = _told(_with(*place, value=1))
    assert line.startswith(f"x.yaml: {said}")


def test_an_unknown_key_of_a_group_names_those_of_the_group() -> None:
    assert _told({**PLAIN, "losses": {"entitys": 1.0}}) == ['x.yaml: "losses.entitys" is no setting; did you mean "entities"?']
    data = {"name": "x", "corpora": [{"path": "a"}], "steps": 1, "decay": 1, "skip_gram": {"windows": 2}}
    assert _told(data, PretrainConfig) == ['x.yaml: "skip_gram.windows" is no setting; did you mean "window"?']


@pytest.mark.parametrize(
    ("place", "value", "key", "got"),
    [
        (("epochs",), "three", "epochs", "got str 'three'"),
        (("epochs",), 2.5, "epochs", "got float '2.5'"),
        (("epochs",), True, "epochs", "got bool 'True'"),
        (("epochs",), 0, "epochs", "got int '0'"),
        (("bf16",), "yes", "bf16", "got str 'yes'"),
        (("name",), 7, "name", "got int '7'"),
        (("dev",), "d.jsonl", "dev", "got str 'd.jsonl'"),
        (("dev", 0), 5, "dev.0", "got int '5'"),
        (("corpora",), [], "corpora", "got list '[]'"),
        (("corpora", 0, "weight"), -1, "corpora.0.weight", "got int '-1'"),
        (("corpora", 0, "format"), "word", "corpora.0.format", "got str 'word'"),
        (("corpora", 0, "layers", "entities"), "all", "corpora.0.layers.entities", "got str 'all'"),
        (("corpora", 0, "layers", "entities", "unmarked"), "none", "corpora.0.layers.entities.unmarked", "got str 'none'"),
        (("corpora", 0, "layers", "entities", "labels"), {"LOC": 5}, "corpora.0.layers.entities.labels.LOC", "got int '5'"),
        (("normalisation",), "aravert", "normalisation", "got str 'aravert'"),
    ],
)
def test_a_wrong_value_says_where_it_is_and_what_it_is(place: tuple[Any, ...], value: Any, key: str, got: str) -> None:
    (line,) = _told(_with(*place, value=value))
    assert line.startswith(f'x.yaml: "{key}')
    assert got in line


def test_a_wrong_value_deep_inside_is_found_where_it_is() -> None:
    told = _told(_with("corpora", 0, "layers", "entities", "labels", value={"LOC": ["GPE", 5]}))
    assert any(line.startswith('x.yaml: "corpora.0.layers.entities.labels.LOC.1"') and "got int '5'" in line for line in told)
    assert all('"corpora.0.layers.entities.labels.LOC' in line for line in told)


def test_a_choice_says_what_it_takes() -> None:
    (line,) = _told(_with("corpora", 0, "format", value="word"))
    assert all(name in line for name in ("documents", "marked", "words", "judged"))


@pytest.mark.parametrize(("written", "hint"), [("5e-4", "0.0005"), ("1e3", "1000"), ("2E-5", "0.00002")])
def test_a_number_that_yaml_takes_for_text_is_rewritten(written: str, hint: str) -> None:
    value = yaml.safe_load(f"rate: {written}")["rate"]
    assert isinstance(value, str)
    (line,) = _told({**PLAIN, "rate": value})
    assert line.endswith(f"got str '{written}'; write {hint}")
    assert float(yaml.safe_load(hint)) == float(written)


def test_all_faults_are_told_at_once() -> None:
    data = {"epochs": "three", "corpora": [{"name": "c", "layers": {}}, {"name": 1, "files": [], "layers": {"entities": {"x": 1}}}], "patiense": 2}
    told = _told(data)
    assert [line.split('"')[1] for line in sorted(told)] == sorted(
        ["name", "dev", "epochs", "corpora.0.files", "corpora.1.name", "corpora.1.files", "corpora.1.layers.entities.x", "patiense"]
    )
    assert 'x.yaml: "name" is missing' in told
    assert 'x.yaml: "corpora.0.files" is missing' in told


def test_files_that_are_no_config_are_told(tmp_path: Path) -> None:
    with pytest.raises(HadathError, match=r"none\.yaml: cannot be read"):
        read_settings(tmp_path / "none.yaml")
    for text, said in (("a: [1", "not YAML"), ("- a\n- b", "mapping of settings, got list"), ("", "mapping of settings, got NoneType")):
        with pytest.raises(HadathError, match=rf"x\.yaml: .*{said}"):
            read_settings(_write(tmp_path / "x.yaml", text))
    (tmp_path / "x.yaml").write_bytes("name: قصف".encode("cp1256"))
    with pytest.raises(HadathError, match=r"x\.yaml: not YAML"):
        read_settings(tmp_path / "x.yaml")


def test_settings_do_not_change_under_ones_hands() -> None:
    config = build_settings(TrainConfig, PLAIN)
    with pytest.raises(Exception, match="frozen"):
        config.epochs = 3


ARGUMENTS_NEED = "layers.arguments needs entities and triggers in a format that says it: documents or marked"
ARGUMENTS_OWN = "layers.arguments is for a corpus that uses the scheme's own labels"


@pytest.mark.parametrize(
    ("layers", "options", "said"),
    [
        ({"entities": {}}, {}, ARGUMENTS_NEED),
        ({"triggers": {}}, {}, ARGUMENTS_NEED),
        ({"entities": {}, "triggers": {}}, {"format": "words"}, ARGUMENTS_NEED),
        ({"sentences": {}}, {"format": "judged"}, ARGUMENTS_NEED),
        ({"entities": {"labels": {"PERS": "PER"}}, "triggers": {}}, {}, ARGUMENTS_OWN),
        ({"entities": {}, "triggers": {"labels": {}}}, {"format": "marked"}, ARGUMENTS_OWN),
    ],
)
def test_arguments_that_a_corpus_cannot_say_are_told(layers: dict[str, Any], options: dict[str, Any], said: str) -> None:
    corpus = {"name": "c", "files": ["a.jsonl"], "layers": {**layers, "arguments": True}, **options}
    (line,) = _told(_with("corpora", 0, value=corpus))
    assert line.startswith('x.yaml: "corpora.0"')
    assert said in line
    build_settings(TrainConfig, _with("corpora", 0, value={**corpus, "layers": layers}), "x.yaml")


@pytest.mark.parametrize("format_", ["documents", "marked"])
def test_arguments_that_a_corpus_can_say_are_taken(format_: str) -> None:
    layers = {"entities": {}, "triggers": {"unmarked": ["MEET"]}, "arguments": True}
    config = build_settings(TrainConfig, _with("corpora", 0, value={"name": "c", "files": ["a"], "format": format_, "layers": layers}), "x.yaml")
    assert config.corpora[0].layers.arguments
    assert not build_settings(TrainConfig, PLAIN, "x.yaml").corpora[0].layers.arguments


# Bases


def test_a_config_lies_over_its_base_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    _write(tmp_path / "deep" / "ground.yaml", "epochs: 1\nbatch: 2\ndev: [a, b]\nlosses: {entities: 2.0, triggers: 2.0}\n")
    _write(tmp_path / "deep" / "middle.yaml", "base: ground.yaml\nbatch: 3\nrate: 0.1\n")
    top = _write(tmp_path / "top.yaml", "base: deep/middle.yaml\nrate: 0.2\ndev: [c]\nlosses: {entities: 3.0}\n")
    assert read_settings(top) == {"epochs": 1, "batch": 3, "rate": 0.2, "dev": ["c"], "losses": {"entities": 3.0}}


def test_circles_of_bases_are_told(tmp_path: Path) -> None:
    with pytest.raises(HadathError, match=r"a\.yaml: it names itself as base$"):
        read_settings(_write(tmp_path / "a.yaml", "base: a.yaml"))
    _write(tmp_path / "b.yaml", "base: c.yaml")
    _write(tmp_path / "c.yaml", "base: ../" + tmp_path.name + "/d.yaml")
    _write(tmp_path / "d.yaml", "base: b.yaml")
    with pytest.raises(HadathError, match="names itself as base, by way of others"):
        read_settings(tmp_path / "b.yaml")
    _write(tmp_path / "e.yaml", "base: b.yaml")  # not in the circle itself
    with pytest.raises(HadathError, match="names itself as base, by way of others"):
        read_settings(tmp_path / "e.yaml")


def test_a_base_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HadathError, match=r"ground\.yaml: cannot be read"):
        read_settings(_write(tmp_path / "top.yaml", "base: ground.yaml"))


# Changes from the command line


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return _write(tmp_path / "x.yaml", yaml.safe_dump(PLAIN))


def test_changes_are_applied_over_the_file_in_their_order(config: Path) -> None:
    changes = [
        "epochs=3",
        "epochs=4",
        "losses.entities=2.5",
        "corpora.0.weight=0.5",
        "corpora.0.layers.entities.unmarked=[GPE, LOC]",
        "corpora.-1.files.0=b.jsonl",
        "dev=[e.jsonl, f=g.jsonl]",
        "encoder_dropout=null",
    ]
    found = load_settings(TrainConfig, config, changes)
    assert (found.epochs, found.losses.entities, found.losses.triggers, found.encoder_dropout) == (4, 2.5, 1.0, None)
    (corpus,) = found.corpora
    assert (corpus.weight, corpus.files) == (0.5, ["b.jsonl"])
    assert corpus.layers.entities == LayerReadingSettings(unmarked=["GPE", "LOC"])
    assert found.dev == ["e.jsonl", "f=g.jsonl"]


def test_changes_come_over_the_base_and_leave_other_uses_of_an_alias_alone(tmp_path: Path) -> None:
    _write(tmp_path / "ground.yaml", "corpora: [{labels: &own {A: X, B: Y}}, {labels: *own}]\nepochs: 1\n")
    top = _write(tmp_path / "top.yaml", "base: ground.yaml\n")
    assert read_settings(top, ["corpora.1.labels.A=Z", "epochs=2"]) == {
        "corpora": [{"labels": {"A": "X", "B": "Y"}}, {"labels": {"A": "Z", "B": "Y"}}],
        "epochs": 2,
    }


@pytest.mark.parametrize("change", ["epochs", "=3", "epochs 3", ""])
def test_a_change_is_a_key_and_a_value(config: Path, change: str) -> None:
    with pytest.raises(HadathError, match="--set takes key=value, such as --set epochs=3"):
        load_settings(TrainConfig, config, [change])


@pytest.mark.parametrize(
    "change",
    [
        "corpora.1.weight=2",
        "corpora.first.weight=2",
        "corpora.0.files.3=x",
        "name.first=x",
        "corpora.0.layers.entities.labels=[",
        "corpora.weight=2",
    ],
)
def test_a_change_that_leads_nowhere_is_told(config: Path, change: str) -> None:
    with pytest.raises(HadathError, match="leads to no setting that can hold that value") as told:
        load_settings(TrainConfig, config, [change])
    assert change in str(told.value)


def test_a_change_with_an_unknown_key_or_a_wrong_value_is_told_as_one_in_the_file(config: Path) -> None:
    with pytest.raises(HadathError) as told:
        load_settings(TrainConfig, config, ["epoch=3", "losses.entity=1", "batch=many"])
    assert sorted(line.removeprefix(f"{config}: ") for line in str(told.value).split("\n")) == [
        "\"batch\": input should be a valid integer, got str 'many'",
        '"epoch" is no setting; did you mean "epochs"?',
        '"losses.entity" is no setting; did you mean "entities"?',
    ]


# What does not fit together


def test_a_key_given_twice_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("name: a\nepochs: 3\nepochs: 5\n", encoding="utf-8")
    with pytest.raises(HadathError, match="the key epochs is given twice"):
        read_settings(path)


def test_faults_of_all_overrides_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("name: a\n", encoding="utf-8")
    with pytest.raises(HadathError) as told:
        read_settings(path, ["foo", "bar", "name.x=1"])
    assert [line.split(" got ")[-1].strip('"') for line in str(told.value).splitlines()[:2]] == ["foo", "bar"]
    assert len(str(told.value).splitlines()) == 3


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/b", "", ".hidden", "-x"])
def test_a_run_has_a_name_not_a_path(name: str) -> None:
    data = {"name": name, "corpora": [{"path": "t.txt"}], "steps": 300, "decay": 100}
    with pytest.raises(HadathError, match='"name"'):
        build_settings(PretrainConfig, data)


def test_what_does_not_fit_in_a_pretraining_is_told_at_once() -> None:
    data = {
        "name": "a",
        "corpora": [{"path": "t.txt"}],
        "steps": 100,
        "warm_up": 60,
        "decay": 50,
        "sequence": 100,
        "tokens_per_step": 250,
        "encoder": {"width": 30, "heads": 4, "positions": 64},
    }
    with pytest.raises(HadathError) as told:
        build_settings(PretrainConfig, data, "p.yaml")
    for said in (
        "tokens_per_step 250 is no multiple of sequence 100",
        "encoder.width 30",
        "sequence 100 is longer",
        "more than the steps there are, 100",
    ):
        assert said in str(told.value)
    assert str(told.value).startswith("p.yaml: ")


# Patterns of files


def test_a_pattern_stands_for_the_files_that_fit_it_by_name(tmp_path):
    for name in ("b.jsonl", "a.jsonl", "c.txt", "odd[1].jsonl"):
        _write(tmp_path / name, "")
    (tmp_path / "d.jsonl").mkdir()
    given = ["z.jsonl", str(tmp_path / "?.jsonl"), str(tmp_path / "b.jsonl"), str(tmp_path / "odd[1].jsonl"), str(tmp_path / "none-*.jsonl")]
    data = _with("corpora", 0, "files", value=given)
    found = build_settings(TrainConfig, data).corpora[0].files
    assert found == ["z.jsonl", *(str(tmp_path / name) for name in ("a.jsonl", "b.jsonl", "odd[1].jsonl", "none-*.jsonl"))]


def test_a_name_too_long_for_a_file_is_a_missing_file():
    with pytest.raises(HadathError, match="there is no such file"):
        find_files(build_settings(TrainConfig, _with("dev", value=["x" * 300])).dev)


def test_a_pattern_that_fits_nothing_is_told_as_a_missing_file(tmp_path):
    config = build_settings(TrainConfig, _with("dev", value=[str(tmp_path / "*.jsonl")]))
    with pytest.raises(HadathError, match=r"\*\.jsonl: there is no such file"):
        find_files(config.dev)
