"""Training a tagger, from a YAML file to the folder that a predictor loads: what a run leaves behind."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
import yaml

pytest.importorskip("torch", reason="training needs the extra train")

import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModel

from hadath import Predictor
from hadath.training import train as module
from hadath.training.config import TrainConfig
from hadath.training.settings import load_settings

from .tiny_runs import LAYERS, checkpoints, history, lines

HEADS = ("entities", "triggers", "asserted", "proclitics", "sentences", "arguments")


@pytest.fixture(scope="module")
def trained(helpers, tiny_encoder, tmp_path_factory):
    """A run from a YAML file to the folder that a predictor loads, on the project's documents."""
    folder = tmp_path_factory.mktemp("whole")
    values = {
        "name": "whole",
        "runs": str(folder / "runs"),
        "seed": 7,
        "encoder": str(tiny_encoder),
        "epochs": 2,
        "max_steps": 6,
        "window": 128,
        "batch": 4,
        "log_every": 1,
        "max_drop": 100,
        "corpora": [
            {"name": "quickstart", "files": [str(helpers.QUICKSTART / "train.jsonl")], "licence": "ours", "layers": {**LAYERS, "arguments": True}}
        ],
        "dev": [str(helpers.write_jsonl(folder / "dev.jsonl", lines(helpers.QUICKSTART / "dev.jsonl", 0, 6)))],
    }
    path = folder / "whole.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    model = module.train(load_settings(TrainConfig, path))
    assert model == folder / "runs" / "whole" / "model"
    return model.parent


def test_the_run_says_what_it_was_made_from(trained, helpers):
    config = load_settings(TrainConfig, trained / "config.yaml")
    assert (config.seed, config.max_steps, config.clip) == (7, 6, 1.0)  # a default is written down too
    versions = json.loads((trained / "versions.json").read_text())
    assert versions["torch"] == torch.__version__.split("+")[0] or versions["torch"] == torch.__version__
    assert {"python", "machine", "hadath", "transformers", "tokenizers", "onnxruntime"} <= versions.keys()
    files = [helpers.QUICKSTART / "train.jsonl", trained.parents[1] / "dev.jsonl"]
    assert json.loads((trained / "data.json").read_text()) == {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}
    assert list(json.loads((trained / "not-used.json").read_text())) == ["quickstart"]


def test_the_run_has_metrics_of_every_step(trained):
    rows = [row for row in history(trained) if "loss" in row]
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    for row in rows:
        parts = [row[f"loss_{name}"] for name in HEADS]
        assert all(math.isfinite(one) and one >= 0 for one in parts)
        assert row["loss"] == pytest.approx(sum(parts), rel=1e-3)
    scores = [row for row in history(trained) if "eval_score" in row]
    assert scores
    assert all({"eval_entities_f1", "eval_triggers_f1", "eval_sentence_labels_f1"} <= row.keys() for row in scores)
    assert list(trained.rglob("events.out.tfevents.*"))


def test_the_run_has_its_report(trained):
    report = json.loads((trained / "report.json").read_text(encoding="utf-8"))
    assert report["facts"]["steps"] == 6
    assert set(report["facts"]["graphs"]) == {"model.onnx", "model.int8.onnx"}
    layers = set(report["dev"]) - {"documents", "failed", "not_predicted", "errors", "left_out"}
    assert set(report["facts"]["int8"]) == layers
    assert set(report["facts"]["calibration"]) <= layers
    assert report["dev"]["documents"] == 6
    assert len(report["dev"]["entities"]["interval"]) == 2
    text = (trained / "report.md").read_text(encoding="utf-8")
    pictures = [line.split("](")[1].rstrip(")") for line in text.splitlines() if line.startswith("![")]
    assert "learning-curves.png" in pictures
    assert sorted(pictures) == sorted(one.name for one in trained.glob("*.png"))
    assert all((trained / one).read_bytes().startswith(b"\x89PNG") for one in pictures)


def test_the_model_folder_is_whole_and_holds_no_pickle(trained):
    model = trained / "model"
    files = {str(one.relative_to(model)) for one in model.rglob("*") if one.is_file()}
    assert files == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "hadath.json",
        "README.md",
        "onnx/model.onnx",
        "onnx/model.int8.onnx",
        "onnx/arguments.onnx",
    }
    for name in files:
        start = (model / name).read_bytes()[:4]
        assert not start.startswith((b"\x80", b"PK\x03\x04")), f"{name} is a pickle"  # a bare one, or the zip that torch packs one in
    card = (model / "README.md").read_text(encoding="utf-8")
    assert "| quickstart | train.jsonl | entities, triggers, sentences, arguments | ours |" in card
    assert "6 steps" in card


def test_the_encoder_in_the_model_folder_is_that_of_the_best_checkpoint(trained, tiny_encoder):
    state = json.loads((checkpoints(trained)[-1] / "trainer_state.json").read_text())
    saved = load_file(module.Path(state["best_model_checkpoint"]) / "model.safetensors")
    expected = AutoModel.from_config(AutoConfig.from_pretrained(tiny_encoder)).eval()
    expected.load_state_dict({name.removeprefix("encoder."): value for name, value in saved.items() if name.startswith("encoder.")})
    ids = torch.tensor([[2, 10, 200, 30, 77, 3]])
    with torch.no_grad():
        loaded = AutoModel.from_pretrained(trained / "model").eval()(ids).last_hidden_state
        untrained = AutoModel.from_pretrained(tiny_encoder).eval()(ids).last_hidden_state
        torch.testing.assert_close(loaded, expected(ids).last_hidden_state, rtol=0, atol=0)
    assert (loaded - untrained).abs().max() > 0.01


def test_a_predictor_loads_the_model(trained, helpers):
    predictor = Predictor.load(trained / "model", threads=1)
    assert predictor.spec.versions == json.loads((trained / "versions.json").read_text())
    documents = predictor.predict(helpers.NEWS)
    assert [(one.text, one.error) for one in documents] == [(text, None) for text in helpers.NEWS]
    assert all(one.sentences and one.entities is not None and one.events is not None for one in documents)
    assert all(event.arguments is not None for one in documents for event in one.events)
