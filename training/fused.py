"""Encoders written in onnxruntime's own operators: attention and rotary positions are one node each, and there is no mask, since nothing is padded.

Only the way of computing differs from transformers' modules, whose weights these use; export compares the two on texts. They run in onnxruntime alone.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def fused(encoder: Any) -> nn.Module | None:
    """The encoder in fused operators, from `input_ids` to the last states; None for a kind of encoder that is not written so here."""
    config = encoder.config
    if config.model_type == "modernbert" and set(config.layer_types) == {"full_attention"} and _default_rope(config):
        return FusedModernBert(encoder)
    if config.model_type == "bert" and not config.is_decoder:
        return FusedBert(encoder)
    return None


class FusedModernBert(nn.Module):
    """ModernBERT whose layers all see the whole window.

    Queries, keys, values, and the two halves of a feed-forward layer, are multiplied one by one: the numbers are the same, and nothing need be cut
    apart afterwards.

    Args:
        encoder: A `ModernBertModel`.
    """

    cos: torch.Tensor
    sin: torch.Tensor
    first: torch.Tensor

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        config = encoder.config
        self.encoder, self.heads = encoder, config.num_attention_heads
        self.layers = nn.ModuleList(nn.ModuleDict({"qkv": _halves(one.attn.Wqkv, 3), "up": _halves(one.mlp.Wi, 2)}) for one in encoder.layers)
        angles = torch.outer(torch.arange(config.max_position_embeddings).float(), encoder.rotary_emb.full_attention_inv_freq.float())
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self.register_buffer("first", torch.zeros(1, dtype=torch.int64), persistent=False)

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """The last states. Shape: (batch_size, seq_len, width)"""
        states = self.encoder.embeddings(input_ids=input_ids)
        parts: Any
        for layer, parts in zip(self.encoder.layers, self.layers, strict=True):
            normed = layer.attn_norm(states)
            queries, keys, values = (part(normed) for part in parts["qkv"])
            states = states + layer.attn.Wo(_attention(self._turn(queries), self._turn(keys), values, self.heads))
            normed = layer.mlp_norm(states)
            gate, up = (part(normed) for part in parts["up"])
            states = states + layer.mlp.Wo(layer.mlp.act(gate) * up)
        return self.encoder.final_norm(states)

    def _turn(self, values: torch.Tensor) -> torch.Tensor:
        """Rotary positions, counted from 0."""
        return torch.onnx.ops.symbolic(
            "com.microsoft::RotaryEmbedding", (values, self.first, self.cos, self.sin), dtype=values.dtype, shape=values.shape, version=1
        )


class FusedBert(nn.Module):
    """BERT, AraBERT and their kin.

    Args:
        encoder: A `BertModel`.
    """

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, encoder.config.num_attention_heads

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """The last states. Shape: (batch_size, seq_len, width)"""
        table = self.encoder.embeddings
        places = table.position_embeddings.weight[: input_ids.shape[1]] + table.token_type_embeddings.weight[0]
        states = table.LayerNorm(table.word_embeddings(input_ids) + places)
        for layer in self.encoder.encoder.layer:
            own, out = layer.attention.self, layer.attention.output
            seen = _attention(own.query(states), own.key(states), own.value(states), self.heads)
            states = out.LayerNorm(out.dense(seen) + states)
            states = layer.output.LayerNorm(layer.output.dense(layer.intermediate(states)) + states)
        return states


def _attention(queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, heads: int) -> torch.Tensor:
    """Shape of each: (batch_size, seq_len, width)"""
    given = (queries, keys, values)
    return torch.onnx.ops.symbolic(
        "com.microsoft::MultiHeadAttention", given, {"num_heads": heads}, dtype=queries.dtype, shape=queries.shape, version=1
    )


def _halves(linear: nn.Linear, parts: int) -> nn.ModuleList:
    """The parts of a layer's output as layers of their own."""
    found = nn.ModuleList()
    biases = [None] * parts if linear.bias is None else linear.bias.chunk(parts)
    for weight, bias in zip(linear.weight.chunk(parts), biases, strict=True):
        part = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
        part.weight = nn.Parameter(weight.detach().clone())
        if bias is not None:
            part.bias = nn.Parameter(bias.detach().clone())
        found.append(part)
    return found


def _default_rope(config: Any) -> bool:
    return bool(config.rope_parameters["full_attention"]["rope_type"] == "default")
