"""The shipped config for AraBERT, from its YAML to a prediction, on an encoder of AraBERT's shape with random weights."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch", reason="training needs the extra train")

from safetensors import safe_open
from transformers import AutoModel

from hadath import Predictor
from hadath.cli import main
from hadath.models.spec import TaggerSpec
from hadath.training import publish as module
from hadath.training.config import TrainConfig
from hadath.training.settings import load_settings

LAYERS = "{entities: {}, triggers: {}, asserted: true, sentences: {}}"


def lines(path, count):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:count]]


def steps(run):
    return [row["step"] for row in json.loads((run / "history.json").read_text(encoding="utf-8")) if "loss" in row]


def train_resume_predict(helpers, encoder, folder, *more):
    """Three steps, a fourth in a second call, and the model folder that this leaves."""
    train = helpers.write_jsonl(folder / "train.jsonl", lines(helpers.QUICKSTART / "train.jsonl", 6))
    dev = helpers.write_jsonl(folder / "dev.jsonl", lines(helpers.QUICKSTART / "dev.jsonl", 2))
    config = helpers.ROOT / "configs" / "arabert-news.yaml"
    corpora = f"[{{name: own, files: ['{train}'], layers: {LAYERS}}}]"
    changes = [f"encoder={encoder}", f"runs={folder / 'runs'}", f"corpora={corpora}", f"dev=['{dev}']", "batch=2", "log_every=1", *more]
    sets = [word for one in changes for word in ("--set", one)]
    run = folder / "runs" / "arabert-news"
    assert main(["train", str(config), *sets, "--set", "max_steps=3"]) == 0
    assert steps(run) == [1, 2, 3]
    assert main(["train", str(config), *sets, "--set", "max_steps=4"]) == 0
    assert steps(run) == [1, 2, 3, 4]
    written = load_settings(TrainConfig, run / "config.yaml")
    assert (written.normalisation, written.window, written.layer_decay, written.max_steps) == ("arabert", 512, 0.95, 4)  # the file's own, and ours
    return run / "model"


def check(model, helpers, width, pieces):
    """A whole folder, whose predictions stand where they say."""
    names = {str(one.relative_to(model)) for one in model.rglob("*") if one.is_file()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "hadath.json", "README.md", "onnx/model.onnx", "onnx/model.int8.onnx"} == names
    spec = TaggerSpec.load(model)
    assert (spec.normalisation, spec.window) == ("arabert", 512)
    with safe_open(model / "model.safetensors", "pt") as tensors:
        assert list(tensors.get_slice("bert.embeddings.word_embeddings.weight").get_shape()) == [pieces, width]
    assert AutoModel.from_pretrained(model).config.hidden_size == width
    texts = [*helpers.NEWS, "قَالَ الوزيـــر: http://a.com/x @user 😀", ""]
    documents = Predictor.load(model, threads=1).predict(texts)
    for text, document in zip(texts, documents, strict=True):
        assert (document.text, document.error) == (text, None)
        for one in (*document.entities, *document.events):
            assert text[one.start : one.end] == one.text
        assert bool(document.sentences) == bool(text)
    report = json.loads((model.parent / "report.json").read_text(encoding="utf-8"))
    assert report["facts"]["steps"] == 4
    assert report["facts"]["graphs"]["model.onnx"]["largest"] < 1e-3


@pytest.fixture(autouse=True)
def one_export(monkeypatch):
    """The graphs of the first call are not looked at, and making them takes longest."""
    calls = []
    original = module.export
    monkeypatch.setattr(module, "export", lambda *args, **kwargs: original(*args, **kwargs) if calls else calls.append(1) or {})


def test_the_arabert_config_on_a_tiny_encoder(helpers, tiny_arabert, tmp_path, capsys):
    model = train_resume_predict(helpers, tiny_arabert, tmp_path)
    assert capsys.readouterr().out.splitlines()[-1] == str(model)
    check(model, helpers, 64, 1500)


@pytest.mark.slow
def test_the_arabert_config_on_an_encoder_of_full_size(helpers, tmp_path):
    encoder = helpers.make_arabert(tmp_path / "encoder", layers=12, width=768, pieces=64_000)
    check(train_resume_predict(helpers, encoder, tmp_path), helpers, 768, 64_000)
