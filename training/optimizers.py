"""Muon for the matrices of an encoder's layers with AdamW for everything else, as one optimizer that a Trainer can drive, save and resume."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn


class Together(torch.optim.Optimizer):
    """Several optimizers, each with its own parameters, stepped as one.

    The groups are the parts' own, so that a schedule of learning rates reaches every part.

    Args:
        parts: The optimizers.
    """

    def __init__(self, *parts: torch.optim.Optimizer) -> None:
        self.parts = parts
        super().__init__([group for part in parts for group in part.param_groups], {})

    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step of every part."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for part in self.parts:
            part.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        return {"parts": [part.state_dict() for part in self.parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        for part, state in zip(self.parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        # loading makes new groups: take hold of them again
        self.param_groups = [group for part in self.parts for group in part.param_groups]


def muon_with_adamw(model: nn.Module, *, rate: float, muon_rate: float | None, weight_decay: float) -> torch.optim.Optimizer:
    """The optimizer of a pretraining.

    Args:
        model: Its matrices whose names have ``.layers.`` in them are those of the layers.
        rate: AdamW's learning rate.
        muon_rate: Muon's, the spectral norm of a step; None gives the matrices of the layers to AdamW too.
        weight_decay: On matrices only.

    Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
    """
    named = [(name, one) for name, one in model.named_parameters() if one.requires_grad]
    inner = [one for name, one in named if one.ndim == 2 and ".layers." in name] if muon_rate is not None else []
    taken = {id(one) for one in inner}
    rest = [one for _, one in named if id(one) not in taken]
    adamw = torch.optim.AdamW(
        [
            {"params": [one for one in rest if one.ndim > 1], "weight_decay": weight_decay},
            {"params": [one for one in rest if one.ndim < 2], "weight_decay": 0.0},
        ],
        lr=rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    if muon_rate is None:
        return adamw
    return Together(torch.optim.Muon(inner, lr=muon_rate, weight_decay=weight_decay, momentum=0.95, nesterov=True), adamw)
