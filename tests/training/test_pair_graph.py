"""The graph of pairs: it says what torch says, and one that does not is refused and not left behind."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", reason="export needs the extra train")
pytest.importorskip("onnx", reason="export needs the extra train")

import torch

from hadath import HadathError
from hadath.inference.runtime import OnnxPairs
from hadath.models.pair_scorer import PairScorer
from hadath.models.pairs import feature_sizes
from hadath.models.scheme import Scheme
from hadath.training.pair_graph import write_pair_graph

SCHEME = Scheme(entities=("A", "B", "C"), triggers=("X", "Y"), roles=("R", "S"), fillers={"R": ("A",), "S": ("A", "B")})


def scorer(seed, *, dropout=0.1):
    torch.manual_seed(seed)
    return PairScorer(SCHEME, 8, hidden=16, rank=4, dropout=dropout)


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """Of the scorer with the seed 0."""
    path = tmp_path_factory.mktemp("pairs") / "arguments.onnx"
    write_pair_graph(scorer(0).train(), path)
    return path


@pytest.mark.parametrize(("triggers", "mentions", "pairs"), [(1, 1, 1), (2, 9, 5), (300, 200, 3000)])
def test_the_graph_says_what_torch_says_whatever_the_sizes(graph, triggers, mentions, pairs):
    chance = np.random.default_rng(pairs)
    which = np.stack([chance.integers(triggers, size=pairs), chance.integers(mentions, size=pairs)], axis=1)
    features = np.stack([chance.integers(size, size=pairs) for size in feature_sizes(SCHEME)], axis=1)
    given = chance.normal(size=(triggers, 8)).astype(np.float32), chance.normal(size=(mentions, 16)).astype(np.float32), which, features
    with torch.inference_mode():
        expected = scorer(0).eval()(*map(torch.from_numpy, given)).numpy()
    found = OnnxPairs(graph)(*given)
    assert found.shape == (pairs, 3)
    np.testing.assert_allclose(found, expected, atol=1e-4, rtol=0)
    assert (found[features[:, 1] == 2].argmax(axis=1) == 0).all()  # a C fills none


def test_the_graph_says_its_sizes(graph):
    assert OnnxPairs(graph).sizes == {"triggers": 8, "mentions": 16, "pairs": 2, "features": 6, "roles": 3}


@pytest.fixture
def exporting(monkeypatch):
    """What the exporter gives is a file of ours."""

    def put(save):
        program = None if save is None else SimpleNamespace(save=lambda path, external_data: save(path))
        monkeypatch.setattr(torch.onnx, "export", lambda *_, **__: program)

    return put


def test_a_graph_of_other_weights_is_refused(graph, exporting, tmp_path):
    exporting(lambda path: shutil.copy(graph, path))
    path = tmp_path / "arguments.onnx"
    write_pair_graph(scorer(0), path)  # its own is let through
    assert path.exists()
    with pytest.raises(HadathError, match=r"the ONNX graph of arguments differs from torch by [\d.e+]+ \(allowed 0.001\)"):
        write_pair_graph(scorer(1), path)
    assert not path.exists()
    write_pair_graph(scorer(1), path, tolerance=1e6)
    assert path.exists()


def test_a_graph_that_gives_no_numbers_is_refused(graph, exporting, tmp_path):
    exporting(lambda path: shutil.copy(graph, path))
    broken = scorer(0)
    with torch.no_grad():
        broken.out.bias[1] = float("nan")
    with pytest.raises(HadathError, match="differs from torch by nan"):
        write_pair_graph(broken, tmp_path / "arguments.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no graph"])
def test_a_graph_that_cannot_be_run_is_refused(exporting, tmp_path, content):
    path = tmp_path / "arguments.onnx"
    exporting(lambda place: path.write_bytes(content))
    with pytest.raises(HadathError, match=r"arguments\.onnx cannot be run"):
        write_pair_graph(scorer(0), path)
    assert list(tmp_path.iterdir()) == []


def test_an_exporter_that_gives_nothing_is_told(exporting, tmp_path):
    exporting(None)
    with pytest.raises(HadathError, match="is onnxscript installed"):
        write_pair_graph(scorer(0), tmp_path / "arguments.onnx")
