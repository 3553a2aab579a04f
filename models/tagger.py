"""The tagger: one encoder, and on its states one linear head a layer, all read piece by piece.

A word is read at its first piece. A sentence has no state of its own: each piece says how likely it is that it reports an event type, and the sentence
reports what at least one of its pieces reports (noisy or). So every output belongs to a piece, long texts can be cut into windows anywhere, and a
paragraph's labels are the union of its sentences' by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from .spec import HeadSpec


class Tagger(nn.Module):
    """An encoder with its heads.

    Args:
        encoder: Any encoder of transformers that maps `input_ids` and `attention_mask` to `last_hidden_state`.
        heads: The heads by name.
        width: Width of the encoder's states.
        dropout: Share of the states' values set to zero in training.
    """

    def __init__(self, encoder: nn.Module, heads: Mapping[str, HeadSpec], width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: _head(width, head) for name, head in heads.items()})

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> dict[str, torch.Tensor]:
        """The logits of every head at every piece.

        Args:
            input_ids: Shape: (batch_size, seq_len)
            attention_mask: 1 for pieces, 0 for padding. Shape: (batch_size, seq_len)

        Returns:
            By head. Shape: (batch_size, seq_len, size)
        """
        states: Any = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        states = self.dropout(states)
        return {name: head(states) for name, head in self.heads.items()}


def _head(width: int, spec: HeadSpec) -> nn.Linear:
    head = nn.Linear(width, spec.size)
    nn.init.normal_(head.weight, std=0.02)
    nn.init.constant_(head.bias, spec.start)
    return head
