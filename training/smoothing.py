"""Making a tagger ready for 8-bit integers: what a few channels carry too much of is moved from the activations into the weights.

Activations are quantised with one scale a tensor, so one large channel leaves few steps to all others; weights have a scale for each output. Dividing a channel
before a multiplication and multiplying the weights that read it changes nothing in full precision.

Source: Xiao et al., "SmoothQuant: accurate and efficient post-training quantization for large language models", 2023.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from ..models.tagger import Tagger

# How much of the difficulty goes to the weights
_SHARE = 0.7
_LEAST = 1e-4


def smoothed(tagger: Tagger, windows: Sequence[Sequence[int]]) -> Tagger:
    """A tagger that says the same, with activations whose channels are of like size.

    Args:
        tagger: Is left as it is. On an encoder other than ModernBERT it is returned.
        windows: Pieces of some windows, on which the activations are measured.
    """
    layers = getattr(tagger.encoder, "layers", None)
    if tagger.encoder.config.model_type != "modernbert" or not windows or layers is None:  # type: ignore[union-attr]
        return tagger
    changed = copy.deepcopy(tagger).eval()
    encoder: Any = changed.encoder
    largest = _largest_inputs(changed, [one for layer in encoder.layers for one in _readers(layer)], windows)
    with torch.no_grad():
        for layer in encoder.layers:
            width, inner = layer.attn.Wo.in_features, layer.mlp.Wo.in_features
            # what writes each input: the values, the gate, a norm; the first layer has no norm of its own before its attention
            writers = (
                layer.attn.Wqkv.weight[2 * width :],
                layer.mlp.Wi.weight[inner:],
                layer.mlp_norm.weight,
                getattr(layer.attn_norm, "weight", None),
            )
            for reader, writer in zip(_readers(layer), writers, strict=True):
                if writer is not None:
                    scale = _scale(largest[reader], reader.weight.abs().amax(dim=0))
                    writer /= scale if writer.ndim == 1 else scale[:, None]
                    reader.weight *= scale
    return changed


def _readers(layer: Any) -> tuple[nn.Linear, ...]:
    return layer.attn.Wo, layer.mlp.Wo, layer.mlp.Wi, layer.attn.Wqkv


def _scale(inputs: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """What each channel is divided by; their geometric mean is 1."""
    ratio = inputs.clamp(min=_LEAST) ** _SHARE / weights.clamp(min=_LEAST) ** (1 - _SHARE)
    return ratio / ratio.log().mean().exp()


def _largest_inputs(tagger: Tagger, readers: Sequence[nn.Linear], windows: Sequence[Sequence[int]]) -> dict[nn.Module, torch.Tensor]:
    """The largest absolute value of each input of each multiplication. Shape of each: (inputs,)"""
    found: dict[nn.Module, torch.Tensor] = {one: torch.zeros(one.in_features) for one in readers}

    def look(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        found[module] = torch.maximum(found[module], inputs[0].abs().flatten(end_dim=-2).amax(dim=0))

    hooks = [one.register_forward_pre_hook(look) for one in readers]
    try:
        with torch.no_grad():
            for window in windows:
                ids = torch.tensor([list(window)])
                tagger.encoder(input_ids=ids, attention_mask=torch.ones_like(ids))
    finally:
        for hook in hooks:
            hook.remove()
    return found
