"""Opening model folders: what is wrong with one is said in a sentence, and the graphs say what torch says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from hadath import HadathError, MissingExtra, Predictor
from hadath.inference.loading import find_model, load_parts
from hadath.inference.runtime import OnnxRuntime
from hadath.inference.torch_runtime import TorchRuntime, load_torch_runtime
from hadath.models.spec import TaggerSpec


@pytest.fixture
def folder(tiny_model, tmp_path):
    """A copy to damage."""
    return shutil.copytree(tiny_model, tmp_path / "model")


@pytest.fixture
def torch_folder(folder):
    """The same without graphs: it runs in torch."""
    shutil.rmtree(folder / "onnx")
    return folder


def refused(folder, **options):
    with pytest.raises(HadathError) as caught:
        Predictor.load(folder, **options)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 600
    return said


def change(folder, **values):
    path = folder / "hadath.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def cut(path, share=0.5):
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])


@pytest.mark.parametrize("name", ["nowhere", "./no/where", "no/such/folder", "/nowhere/x"])
def test_no_folder(name):
    assert f'no model folder "{name}"' in refused(name)


@pytest.mark.parametrize("name", ["x" * 300, "اسم " * 200, "a/b/" + "c" * 300, "a\0b"])
def test_a_name_that_no_folder_can_have(name):
    with pytest.raises(HadathError, match="no model folder"):
        find_model(name)


def test_a_slip_in_the_name_of_a_local_folder_is_no_request(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hadath.inference.loading._download", lambda name: tmp_path / "fetched")
    (tmp_path / "runs" / "quickstart").mkdir(parents=True)
    with pytest.raises(HadathError, match=r'no model folder "runs/quickstrat": the folder runs holds no "quickstrat"; did you mean "quickstart"\?'):
        find_model("runs/quickstrat")
    with pytest.raises(HadathError, match=r'the folder runs holds no "xyz"\. For the name on the hub'):
        find_model("runs/xyz")
    assert find_model("owner/name") == tmp_path / "fetched"


def test_a_name_that_the_hub_does_not_allow():
    pytest.importorskip("huggingface_hub")
    with pytest.raises(HadathError, match="no folder here, and as a name on the hub it could not be fetched"):
        find_model("owner/" + "x" * 300)


@pytest.mark.parametrize("threads", [-1, -100])
def test_threads_below_none(folder, threads):
    said = refused(folder, threads=threads)
    assert "--threads" in said
    assert f"got {threads}" in said


def test_a_folder_without_a_model(tmp_path):
    assert "is no model folder: it has no hadath.json" in refused(tmp_path)


def test_the_default_model_is_there():
    assert (find_model(None) / "hadath.json").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "1"}', '{"format": 1}', "\x00\x00"])
def test_damaged_description(folder, text):
    (folder / "hadath.json").write_text(text, encoding="utf-8")
    assert "is damaged" in refused(folder)


def test_description_that_is_no_utf8(folder):
    (folder / "hadath.json").write_bytes(b"\xff\xfe{}")
    assert "is damaged" in refused(folder)


_WRONG = [
    (key, value)
    for key in ("pieces", "scheme", "normalisation", "window", "temperatures", "thresholds", "heads")
    for value in (None, 7, "x", {"x": {}})
    if not (value == 7 and key in ("window", "normalisation"))  # the next tests have these
]


@pytest.mark.parametrize(("key", "value"), _WRONG)
def test_wrong_values_in_the_description(folder, key, value):
    change(folder, **{key: value})
    refused(folder)


def test_window_too_short(folder):
    change(folder, window=7)
    assert "window 7 is too short" in refused(folder)


def test_unknown_normalisation(folder):
    change(folder, normalisation="new")
    assert 'no normalisation is called "new"' in refused(folder)


def test_later_format(folder):
    change(folder, format=99)
    assert refused(folder).endswith("has format 99, this version reads up to 2; run: pip install --upgrade hadath")


def test_heads_that_do_not_fit_the_scheme(folder):
    change(folder, heads={"entities": 3})
    assert "its heads do not fit its scheme" in refused(folder)


@pytest.mark.parametrize("graphs", [True, False])
def test_weights_of_another_scheme(folder, graphs):
    """hadath.json is sound in itself, but the weights and graphs beside it are another model's."""
    if not graphs:
        shutil.rmtree(folder / "onnx")
    spec = TaggerSpec.load(folder)
    data = json.loads((folder / "hadath.json").read_text(encoding="utf-8"))
    scheme = {"entities": {"PER": "person"}, **{key: data["scheme"][key] for key in ("triggers", "sentence_labels")}}
    change(folder, scheme=scheme, heads={**{name: head.size for name, head in spec.heads.items()}, "entities": 3})
    said = refused(folder)
    assert "fit hadath.json" in said
    assert "entities" in said


def test_graph_without_a_head(folder):
    change(folder, proclitics=False, heads={name: head.size for name, head in TaggerSpec.load(folder).heads.items() if name != "proclitics"})
    assert "(heads: proclitics)" in refused(folder)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_cut_off_weights(torch_folder, share):
    cut(torch_folder / "model.safetensors", share)
    assert "copy the model folder again" in refused(torch_folder)


@pytest.mark.parametrize("name", ["model.int8.onnx", "model.onnx"])
def test_cut_off_graph(folder, name):
    cut(folder / "onnx" / name)
    if name == "model.onnx":
        (folder / "onnx" / "model.int8.onnx").unlink()
    assert "cannot be run" in refused(folder)


def test_missing_tokenizer(folder):
    (folder / "tokenizer.json").unlink()
    assert "has no tokenizer.json" in refused(folder)


def test_damaged_tokenizer(folder):
    cut(folder / "tokenizer.json")
    assert "tokenizer.json is damaged" in refused(folder)


def test_neither_graph_nor_weights(torch_folder):
    (torch_folder / "model.safetensors").unlink()
    assert "has neither onnx/model.onnx nor model.safetensors" in refused(torch_folder)


def test_no_weights_for_a_device(folder):
    (folder / "model.safetensors").unlink()
    assert 'which device "cuda" needs' in refused(folder, device="cuda")
    assert Predictor.load(folder)("قال الوزير").entities


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_missing_file_for_torch(torch_folder, name):
    (torch_folder / name).unlink()
    refused(torch_folder)


@pytest.mark.parametrize("text", ["{", "{}", '{"model_type": "nothing-known"}', "[]"])
def test_damaged_encoder_config(torch_folder, text):
    (torch_folder / "config.json").write_text(text, encoding="utf-8")
    refused(torch_folder)


@pytest.mark.parametrize("device", ["nonsense", "cuda:99"])
def test_no_such_device(folder, device):
    assert f'device "{device}" cannot be used' in refused(folder, device=device)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_without_torch(torch_folder, monkeypatch, device):
    monkeypatch.setitem(sys.modules, "hadath.inference.torch_runtime", None)
    with pytest.raises(MissingExtra, match=r'pip install "hadath\[train\]"'):
        Predictor.load(torch_folder, device=device)


def test_prediction_needs_no_torch(folder):
    """In a process of its own, in which torch and transformers cannot be imported."""
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'safetensors', 'pydantic', 'datasets', 'sklearn'): sys.modules[name] = None\n"
        "from hadath import Predictor, MissingExtra\n"
        "import shutil\n"
        "assert Predictor.load(sys.argv[1])('سيطر الجيش على المدينة').entities\n"
        "shutil.rmtree(sys.argv[1] + '/onnx')\n"
        "try: Predictor.load(sys.argv[1])\n"
        "except MissingExtra as fault: print(fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code, str(folder)], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "hadath export" in done.stdout
    assert 'pip install "hadath[train]"' in done.stdout


def test_graph_says_what_torch_says(tiny_model, helpers):
    spec, tokenizer, _ = load_parts(tiny_model)
    torch_runtime = load_torch_runtime(tiny_model, spec, "cpu")
    graph = OnnxRuntime(tiny_model / "onnx" / "model.onnx", threads=2)
    texts = [*helpers.NEWS, *helpers.quickstart_texts()[:3], "؟"]
    by_torch, by_graph = Predictor(spec, tokenizer, torch_runtime), Predictor(spec, tokenizer, graph)
    encoded = by_torch.encode(texts)
    for one, other in zip(by_torch.logits(encoded), by_graph.logits(encoded), strict=True):
        assert one.keys() == other.keys() == spec.heads.keys()
        for name in spec.heads:
            np.testing.assert_allclose(one[name], other[name], atol=1e-3, rtol=0)
    assert [(m.start, m.end, m.label) for d in by_torch.predict(texts) for m in d.entities] == [
        (m.start, m.end, m.label) for d in by_graph.predict(texts) for m in d.entities
    ]


def test_int8_graph_is_what_a_cpu_runs(tiny_model, helpers):
    small = OnnxRuntime(tiny_model / "onnx" / "model.int8.onnx", threads=1)
    spec, tokenizer, chosen = load_parts(tiny_model, threads=1)
    texts = helpers.quickstart_texts()[:3]
    predictor = Predictor(spec, tokenizer, small)
    assert predictor.predict(texts) == Predictor(spec, tokenizer, chosen).predict(texts)
    encoded = predictor.encode(texts)
    full = Predictor(spec, tokenizer, OnnxRuntime(tiny_model / "onnx" / "model.onnx")).logits(encoded)
    for one, other in zip(predictor.logits(encoded), full, strict=True):
        assert np.corrcoef(one["entities"].ravel(), other["entities"].ravel())[0, 1] > 0.99


def test_torch_batches_are_those_of_single_windows(tiny_arabert_model):
    """Padding and batch limits change nothing but the last digits, and training goes on in training mode."""
    spec = TaggerSpec.load(tiny_arabert_model)
    tagger = load_torch_runtime(tiny_arabert_model, spec, "cpu").tagger
    dice = np.random.default_rng(0)
    windows = [np.array([2, *dice.integers(10, 1000, size), 3], np.int32) for size in (1, 50, 7, 20, 7)]
    tagger.train()
    together = list(TorchRuntime(tagger, spec.pieces.pad).run(windows))
    apart = list(TorchRuntime(tagger, spec.pieces.pad, pieces=1).run(windows))
    assert tagger.training
    for window, one, other in zip(windows, together, apart, strict=True):
        for name in spec.heads:
            assert one[name].shape == (len(window), spec.heads[name].size)
            np.testing.assert_allclose(one[name], other[name], atol=1e-4, rtol=0)
    assert list(TorchRuntime(tagger, spec.pieces.pad).run([])) == []
