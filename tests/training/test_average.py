"""Averaging: the mean of the weights of runs that began alike, and a refusal of all others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="averaging needs the extra train")

import torch
from safetensors.torch import load_file, save_file

from hadath import HadathError
from hadath.training import average as module
from hadath.training.average import average
from hadath.training.config import TrainConfig
from hadath.training.settings import build_settings, dump_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def make_run(tiny_model: Path, tmp_path: Path) -> Any:
    """A finished run: the tiny model, its weights shifted."""

    def make(name: str, shift: float, **changes: Any) -> Path:
        run = tmp_path / name
        (run / "model").mkdir(parents=True)
        for file in ("hadath.json", "config.json", "tokenizer.json"):
            (run / "model" / file).write_bytes((tiny_model / file).read_bytes())
        weights = {key: value + shift for key, value in load_file(tiny_model / "model.safetensors").items()}
        save_file(weights, run / "model" / "model.safetensors", metadata={"format": "pt"})
        (run / "report.json").write_text(json.dumps({"facts": {"steps": 10, "seconds": 5}}), encoding="utf-8")
        values = {
            "name": name,
            "corpora": [{"name": "own", "files": ["x.jsonl"], "layers": {"entities": {}}}],
            "dev": [str(ROOT / "data" / "quickstart" / "dev.jsonl")],
            **changes,
        }
        (run / "config.yaml").write_text(dump_settings(build_settings(TrainConfig, values)), encoding="utf-8")
        return run

    return make


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(module, "publish", lambda *given: (calls.append(given), given[0] / "model")[1])
    return calls


def test_every_weight_is_the_mean(make_run: Any, published: list[tuple[Any, ...]], tiny_model: Path, tmp_path: Path) -> None:
    runs = [make_run("one", 0.0, shuffle=1), make_run("two", 0.3, shuffle=2), make_run("three", 0.6, shuffle=3)]
    assert average(runs, tmp_path / "mean") == tmp_path / "mean" / "model"
    [(out, config, tagger, spec, _, dev, _, facts)] = published
    before = load_file(tiny_model / "model.safetensors")
    after = {("encoder." if not name.startswith(("heads.", "arguments.")) else "") + name: value for name, value in before.items()}
    state = {
        name.replace("encoder.", "encoder.model.") if name.startswith("encoder.") else name: value for name, value in tagger.state_dict().items()
    }
    assert len(state) == len(after)
    for name, value in state.items():
        assert torch.allclose(value, after[name] + 0.3, atol=1e-5), name
    assert (out, config.name, len(dev) > 0) == (tmp_path / "mean", "mean", True)
    assert (dict(spec.openness), dict(spec.temperatures), dict(spec.thresholds)) == ({}, {}, {})
    assert facts == {"averaged": ["one", "two", "three"], "steps": 30, "seconds": 15}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"seed": 2}, "differ in seed"), ({"encoder": "elsewhere"}, "differ in encoder"), ({"seed": 2, "encoder": "x"}, "encoder, seed")],
)
def test_runs_that_began_otherwise_are_refused(make_run: Any, tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(HadathError, match=reason):
        average([make_run("one", 0.0), make_run("two", 0.1, **changes)], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_what_is_given_must_be_finished_runs_and_the_folder_new(make_run: Any, tmp_path: Path) -> None:
    one, two = make_run("one", 0.0), make_run("two", 0.1)
    with pytest.raises(HadathError, match="two finished runs or more, got 1"):
        average([one], tmp_path / "mean")
    with pytest.raises(HadathError, match="is there already"):
        average([one, two], one)
    (two / "report.json").unlink()
    with pytest.raises(HadathError, match=r"no finished run of a tagger: it holds no report\.json"):
        average([one, two], tmp_path / "mean")
