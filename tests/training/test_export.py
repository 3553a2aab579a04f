"""Export: the graphs say what torch says, and one that does not is refused and not left behind."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

pytest.importorskip("torch", reason="export needs the extra train")
pytest.importorskip("onnx", reason="export needs the extra train")

import onnx

from hadath import HadathError, Predictor
from hadath.inference.loading import load_parts
from hadath.inference.runtime import OnnxRuntime
from hadath.inference.torch_runtime import load_torch_runtime
from hadath.models.storage import load_tagger
from hadath.training import export as module
from hadath.training.export import export

ODD = "سيطر الجيش على المدينة"
TEXTS = ["قصفت الطائرات موقعا قرب الحدود", ODD, "اتفاق"]


@pytest.fixture
def folder(tiny_model, tmp_path):
    """A copy, with both graphs of an earlier export in it."""
    return shutil.copytree(tiny_model, tmp_path / "model")


def graphs(folder):
    return sorted(one.name for one in (folder / "onnx").iterdir())


def write_changed_graph(tiny_model, piece, value):
    """What stands in for the exporter: the sound graph, in which one piece's embedding is changed."""

    def write_graph(tagger, spec, path):
        model = onnx.load(tiny_model / "onnx" / "model.onnx")
        shape = tuple(tagger.encoder.get_input_embeddings().weight.shape)
        [table] = [one for one in model.graph.initializer if tuple(one.dims) == shape]
        values = onnx.numpy_helper.to_array(table).copy()
        values[piece] = value
        table.CopyFrom(onnx.numpy_helper.from_array(values, table.name))
        onnx.save(model, path)

    return write_graph


@pytest.fixture
def own_piece(tiny_model):
    """A piece that stands in ODD and in no other text."""
    encoded = Predictor.load(tiny_model).encode(TEXTS)
    [piece, *_] = set(encoded[1].ids.tolist()) - set(encoded[0].ids.tolist()) - set(encoded[2].ids.tolist())
    return piece


@pytest.mark.parametrize("value", [3.0, float("nan")])
def test_a_graph_that_differs_is_refused_with_the_text(folder, tiny_model, own_piece, monkeypatch, value):
    monkeypatch.setattr(module, "write_graph", write_changed_graph(tiny_model, own_piece, value))
    with pytest.raises(HadathError, match="differs from torch") as caught:
        export(folder, TEXTS)
    assert ODD in str(caught.value)
    assert not any(one in str(caught.value) for one in TEXTS if one != ODD)
    assert graphs(folder) == []
    assert Predictor.load(folder)(ODD).error is None  # in torch, as before any export


@pytest.fixture
def changing_row(tiny_model, own_piece, tmp_path):
    """An embedding of the piece with which ODD is tagged otherwise; which rows do that depends on the weights of the tiny model."""
    before = Predictor.load(tiny_model)(ODD)
    spec, tokenizer, _ = load_parts(tiny_model)
    tagger = load_tagger(tiny_model, spec)
    for seed in range(100):
        row = np.random.default_rng(seed).normal(scale=3.0, size=tagger.encoder.config.hidden_size).astype(np.float32)
        write_changed_graph(tiny_model, own_piece, row)(tagger, spec, tmp_path / "trial.onnx")
        if Predictor(spec, tokenizer, OnnxRuntime(tmp_path / "trial.onnx"))(ODD) != before:
            return row
    pytest.fail("no row changed what is tagged")


def test_a_difference_within_the_tolerance_passes(folder, tiny_model, own_piece, changing_row, monkeypatch):
    monkeypatch.setattr(module, "write_graph", write_changed_graph(tiny_model, own_piece, changing_row))
    [parity] = export(folder, TEXTS, int8=False, tolerance=1e6).values()
    assert parity.largest > 0.1
    assert (parity.texts, parity.changed, parity.example) == (3, 1, ODD)


@pytest.mark.parametrize("content", [b"", b"no graph"])
def test_a_graph_that_cannot_be_run_is_refused(folder, monkeypatch, content):
    monkeypatch.setattr(module, "write_graph", lambda tagger, spec, path: path.write_bytes(content))
    with pytest.raises(HadathError, match="cannot be run"):
        export(folder, TEXTS)
    assert graphs(folder) == []


def test_no_graph_of_arguments_is_left_alone(helpers, tiny_encoder, tmp_path, monkeypatch):
    folder = helpers.make_model(tiny_encoder, tmp_path / "model", graphs=False, arguments=True)
    written = []
    monkeypatch.setattr(module, "write_pair_graph", lambda scorer, path, **_: written.append(path.write_bytes(b"a graph")))
    monkeypatch.setattr(module, "write_graph", lambda tagger, spec, path: path.write_bytes(b"no graph"))
    with pytest.raises(HadathError, match="cannot be run"):
        export(folder, TEXTS)
    assert len(written) == 1
    assert graphs(folder) == []


def test_no_older_graph_is_left_beside_a_new_one(folder, tiny_model, monkeypatch):
    """Prediction prefers the 8-bit graph: one of other weights must not stay."""
    monkeypatch.setattr(module, "write_graph", lambda tagger, spec, path: shutil.copy(tiny_model / "onnx" / "model.onnx", path))
    found = export(folder, int8=False)
    assert list(found) == graphs(folder) == ["model.onnx"]
    assert found["model.onnx"].texts == 3  # of its own, since none were given
    assert found["model.onnx"].changed == 0


def test_the_weights_must_be_there(folder):
    (folder / "model.safetensors").unlink()
    with pytest.raises(HadathError, match="copy the model folder again"):
        export(folder)


def test_both_graphs_of_a_bert(tiny_arabert_model, helpers, tmp_path):
    """The other architecture, from the exporter on: full precision is torch's to the last digits, eight bits are close."""
    folder = shutil.copytree(tiny_arabert_model, tmp_path / "model")
    texts = [*helpers.NEWS, "؟", "", helpers.quickstart_texts()[0] * 3]
    found = export(folder, texts)
    assert list(found) == ["model.onnx", "model.int8.onnx"]
    assert graphs(folder) == ["model.int8.onnx", "model.onnx"]
    full, small = found.values()
    assert full.largest < 1e-3 < small.largest
    assert (full.changed, full.texts, small.texts) == (0, len(texts), len(texts))

    spec, tokenizer, _ = load_parts(folder)
    runtimes = [load_torch_runtime(folder, spec, "cpu"), *(OnnxRuntime(folder / "onnx" / name, threads=1) for name in found)]
    encoded = Predictor(spec, tokenizer, runtimes[0]).encode(texts)
    assert max(len(one.ids) for one in encoded) > spec.window
    by_torch, by_full, by_small = (Predictor(spec, tokenizer, one).logits(encoded) for one in runtimes)
    for name in spec.heads:
        reference, exact, near = (np.concatenate([one[name] for one in every]) for every in (by_torch, by_full, by_small))
        np.testing.assert_allclose(exact, reference, atol=1e-3, rtol=0)
        assert np.corrcoef(near.ravel(), reference.ravel())[0, 1] > 0.99
        assert (near.argmax(-1) == reference.argmax(-1)).mean() > 0.9
