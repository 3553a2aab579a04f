"""Encoders in fused operators: what onnxruntime computes with them is what transformers' modules compute."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="export needs the extra train")
pytest.importorskip("onnx", reason="export needs the extra train")

import onnx
import torch
from transformers import AutoModel, ElectraConfig, ElectraModel, ModernBertConfig, ModernBertModel

from hadath.inference.runtime import OnnxRuntime
from hadath.models.spec import TaggerSpec
from hadath.models.storage import load_tagger
from hadath.training.export import write_graph
from hadath.training.fused import fused


@pytest.mark.parametrize("model", ["tiny_model", "tiny_arabert_model"])
def test_the_graph_says_what_transformers_says_at_every_length(request, tmp_path, model):
    folder = request.getfixturevalue(model)
    spec = TaggerSpec.load(folder)
    tagger = load_tagger(folder, spec)
    write_graph(tagger, spec, tmp_path / "graph.onnx")
    graph = onnx.load(tmp_path / "graph.onnx").graph
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("MultiHeadAttention") == 2
    assert "Softmax" not in kinds
    assert [one.name for one in graph.input] == ["input_ids"]
    runtime = OnnxRuntime(tmp_path / "graph.onnx", threads=1)
    dice = np.random.default_rng(3)
    for length in (1, 2, 3, 17, 64, 200, 512):
        ids = dice.integers(0, 1400, length).astype(np.int32)
        [found] = runtime.run([ids])
        with torch.inference_mode():
            expected = tagger(torch.from_numpy(ids.astype(np.int64))[None], torch.ones(1, length, dtype=torch.int64))
        assert found.keys() == expected.keys()
        for name, values in expected.items():
            np.testing.assert_allclose(found[name], values[0].numpy(), atol=2e-4, rtol=0)


def test_what_is_not_written_in_fused_operators_is_left_to_transformers():
    small = {"vocab_size": 50, "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64, "num_hidden_layers": 1}
    sliding = ModernBertConfig(**small, layer_types=["sliding_attention"], pad_token_id=0)
    assert fused(ModernBertModel(sliding)) is None
    assert fused(ElectraModel(ElectraConfig(**small, embedding_size=32))) is None


def test_weights_are_the_encoders_own(tiny_encoder):
    encoder = AutoModel.from_pretrained(tiny_encoder).eval()
    parts = fused(encoder).layers[1]
    assert torch.equal(torch.cat([one.weight for one in parts["qkv"]]), encoder.layers[1].attn.Wqkv.weight)
    assert torch.equal(torch.cat([one.weight for one in parts["up"]]), encoder.layers[1].mlp.Wi.weight)
