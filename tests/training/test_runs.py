"""Run folders: what may go on in them, from where, and what they say they were made with."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path

import pytest
import yaml

pytest.importorskip("pydantic", reason="configs need the extra train")

from hadath.models.errors import HadathError
from hadath.training.config import BaselineConfig, TrainConfig
from hadath.training.runs import find_files, last_checkpoint, open_run, versions
from hadath.training.settings import build_settings, load_settings

PLAIN = {"name": "x", "corpora": [{"name": "c", "files": ["a.jsonl"], "layers": {"entities": {}}}], "dev": ["d.jsonl"]}


def _config(**changes: object) -> TrainConfig:
    return build_settings(TrainConfig, {**PLAIN, **changes})


def test_a_new_run_says_what_it_is_made_from(tmp_path: Path) -> None:
    folder = open_run(tmp_path / "runs" / "x", _config(epochs=3))
    assert folder == tmp_path / "runs" / "x"
    assert load_settings(TrainConfig, folder / "config.yaml") == _config(epochs=3)
    written = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    assert (written["epochs"], written["batch"]) == (3, 16)  # defaults too
    assert json.loads((folder / "versions.json").read_text(encoding="utf-8")) == versions()


def test_the_same_config_goes_on_and_what_lies_there_stays(tmp_path: Path) -> None:
    open_run(tmp_path, _config())
    (tmp_path / "metrics.json").write_text("{}", encoding="utf-8")
    open_run(tmp_path, _config())
    assert (tmp_path / "metrics.json").exists()


def test_another_config_is_refused_by_the_names_of_what_differs(tmp_path: Path) -> None:
    open_run(tmp_path, _config(epochs=3))
    before = (tmp_path / "config.yaml").read_bytes()
    corpora = [{**PLAIN["corpora"][0], "weight": 2.0}]  # type: ignore[index]
    with pytest.raises(HadathError, match=r"other settings \(corpora, epochs, rate\)") as told:
        open_run(tmp_path, _config(rate=1e-3, corpora=corpora, epochs=4))
    assert str(tmp_path) in str(told.value)
    assert "another name" in str(told.value)
    assert (tmp_path / "config.yaml").read_bytes() == before


def test_what_is_free_may_differ_and_is_written_anew(tmp_path: Path) -> None:
    open_run(tmp_path, _config(epochs=3))
    open_run(tmp_path, _config(epochs=5), free=("epochs",))
    assert load_settings(TrainConfig, tmp_path / "config.yaml").epochs == 5
    with pytest.raises(HadathError, match=r"\(seed\)"):
        open_run(tmp_path, _config(epochs=6, seed=2), free=("epochs",))


def test_a_run_made_before_a_setting_was_there_goes_on(tmp_path: Path) -> None:
    open_run(tmp_path, _config())
    path = tmp_path / "config.yaml"
    before = yaml.safe_load(path.read_text(encoding="utf-8"))
    del before["embedding_rate"], before["max_drop"]
    path.write_text(yaml.safe_dump(before), encoding="utf-8")
    with pytest.raises(HadathError, match=r"other settings \(max_drop\)"):
        open_run(tmp_path, _config(max_drop=2.0))
    open_run(tmp_path, _config())


def test_a_run_of_another_kind_is_refused(tmp_path: Path) -> None:
    open_run(tmp_path, _config())
    other = build_settings(BaselineConfig, {"kind": "sentences-tfidf", "name": "x", "train": ["a.jsonl"], "dev": ["d.jsonl"]})
    with pytest.raises(HadathError, match=r"other settings \(kind, .*train"):
        open_run(tmp_path, other)


# Checkpoints


def _checkpoint(run: Path, step: str, *, complete: bool = True) -> Path:
    folder = run / "checkpoints" / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"")
    if complete:
        (folder / "trainer_state.json").write_text("{}", encoding="utf-8")
    return folder


def test_a_run_without_checkpoints_begins_at_the_beginning(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    _checkpoint(tmp_path, "10", complete=False)
    assert last_checkpoint(tmp_path) is None


def test_the_newest_complete_checkpoint_is_the_one_of_most_steps(tmp_path: Path) -> None:
    for step in ("1000", "900", "99"):
        _checkpoint(tmp_path, step)
    _checkpoint(tmp_path, "1100", complete=False)  # the machine was switched off while it was written
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoints" / "checkpoint-1000")


def test_versions_are_those_installed() -> None:
    found = versions()
    for name in ("numpy", "torch", "transformers", "hadath"):
        assert found[name] == metadata.version(name)
    assert found["python"] == platform.python_version()


def test_a_package_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version

    def version(name: str) -> str:
        if name == "onnx":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    assert versions()["onnx"] is None
    assert versions()["numpy"] == real("numpy")


def test_a_run_on_other_data_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text("one", encoding="utf-8")
    config = _config()
    run = open_run(tmp_path / "run", config, [str(file)])
    assert json.loads((run / "data.json").read_text(encoding="utf-8")) == {str(file): hashlib.sha256(b"one").hexdigest()}
    open_run(tmp_path / "run", config, [str(file)])
    file.write_text("two", encoding="utf-8")
    with pytest.raises(HadathError, match=r"other data \(changed: .*d\.jsonl\)"):
        open_run(tmp_path / "run", config, [str(file)])


def test_all_files_that_are_missing_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("", encoding="utf-8")
    with pytest.raises(HadathError) as told:
        find_files([str(tmp_path / one) for one in ("a", "b", "c", "b")])
    lines = str(told.value).splitlines()
    assert len(lines) == 2
    assert "b: there is no such file" in lines[0]
