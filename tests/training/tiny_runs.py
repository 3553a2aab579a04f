"""Tiny trainings, and what they leave behind: for the tests of whole runs."""

from __future__ import annotations

import json

import torch
from safetensors.torch import load_file

from hadath.models.scheme import Scheme
from hadath.training import publish as publishing
from hadath.training.config import TrainConfig
from hadath.training.evaluation import evaluate
from hadath.training.settings import build_settings

LAYERS = {"entities": {}, "triggers": {}, "asserted": True, "sentences": {}}
CLOCKS = ("train_runtime", "train_samples_per_second", "train_steps_per_second")


def lines(path, first, last):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[first:last]]


def history(run):
    """What was logged, without what a clock says."""
    rows = json.loads((run / "history.json").read_text(encoding="utf-8"))
    return [{key: value for key, value in row.items() if key not in CLOCKS} for row in rows]


def checkpoints(run):
    return sorted((run / "checkpoints").glob("checkpoint-*"), key=lambda one: int(one.name.split("-")[1]))


def same(one, other):
    one, other = load_file(one), load_file(other)
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def leave_out_the_rest(monkeypatch):
    """Leaves out of a training what takes most of the time and has tests of its own: graphs, pictures, temperatures, intervals."""
    monkeypatch.setattr(publishing, "export", lambda *_, **__: {})
    monkeypatch.setattr(publishing, "check_int8", lambda *_: {})
    monkeypatch.setattr(publishing, "fit", lambda spec, *_: spec)
    monkeypatch.setattr(publishing, "evaluate", lambda dev, predicted, *_, **__: evaluate(dev, predicted, Scheme()))
    monkeypatch.setattr(publishing, "write_report", lambda run, report, history, facts: (run / "history.json").write_text(json.dumps(history)))


def tiny_config(tiny_encoder, data, folder, **changes):
    """The config of a tiny run, with changes."""
    values = {
        "name": "tiny",
        "runs": str(folder),
        "encoder": str(tiny_encoder),
        "window": 64,
        "epochs": 3,
        "batch": 8,
        "rate": 0.002,
        "corpora": [{"name": "own", "files": [str(data / "train.jsonl")], "layers": LAYERS}],
        "dev": [str(data / "dev.jsonl")],
        "log_every": 1,
        **changes,
    }
    return build_settings(TrainConfig, values)
