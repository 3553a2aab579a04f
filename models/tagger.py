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

from .pair_scorer import PairScorer
from .spec import HeadSpec


class Tagger(nn.Module):
    """An encoder with its heads.

    Args:
        encoder: Any encoder of transformers that maps `input_ids` and `attention_mask` to `last_hidden_state`.
        heads: The heads by name.
        width: Width of the encoder's states.
        dropout: Share of the states' values set to zero in training.
        arguments: Scores pairs on what the head `arguments` says of their pieces.
    """

    def __init__(
        self, encoder: nn.Module, heads: Mapping[str, HeadSpec], width: int, dropout: float = 0.1, arguments: PairScorer | None = None
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: _head(width, head) for name, head in heads.items()})
        self.arguments = arguments

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, pairs: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        """The logits of every head at every piece.

        Args:
            input_ids: Shape: (batch_size, seq_len)
            attention_mask: 1 for pieces, 0 for padding. Shape: (batch_size, seq_len)
            pairs: In training: of each pair the row of the batch, the pieces of the trigger and of the mention's first and last word, and its
                features. Shape: (pairs, 4 + features)

        Returns:
            By head. Shape: (batch_size, seq_len, size). With `pairs`, `arguments` are the logits of their roles. Shape: (pairs, 1 + roles)
        """
        states: Any = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        states = self.dropout(states)
        outputs = {name: head(states) for name, head in self.heads.items()}
        if pairs is not None and self.arguments is not None:
            outputs["arguments"] = self._score(self.arguments, outputs["arguments"], pairs)
        return outputs

    @staticmethod
    def _score(scorer: PairScorer, states: torch.Tensor, pairs: torch.Tensor) -> torch.Tensor:
        """The logits of the pairs' roles. Pairs that name the same pieces are of one trigger, or of one mention."""
        triggers, of_trigger = torch.unique(pairs[:, :2], dim=0, return_inverse=True)
        mentions, of_mention = torch.unique(pairs[:, [0, 2, 3]], dim=0, return_inverse=True)
        row, first, last = mentions.T
        both = torch.cat([states[row, first], states[row, last]], dim=-1)
        logits: torch.Tensor = scorer(states[triggers[:, 0], triggers[:, 1]], both, torch.stack([of_trigger, of_mention], dim=1), pairs[:, 4:])
        return logits


def _head(width: int, spec: HeadSpec) -> nn.Linear:
    head = nn.Linear(width, spec.size)
    nn.init.normal_(head.weight, std=0.02)
    nn.init.constant_(head.bias, spec.start)
    return head
