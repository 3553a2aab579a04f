"""The head that scores pairs: whether a mention is an argument of a trigger, and in which role."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from .pairs import feature_sizes, fillable
from .scheme import Scheme

_FORBIDDEN = -1e4


class PairScorer(nn.Module):
    """A feed-forward layer over what the encoder says of the trigger, of the mention's first and of its last word, and over the pair's features.

    Both sides are projected once for each span, so that a pair costs little more than an addition; their product beside their sum is what a biaffine
    layer (Dozat and Manning, 2017) would see, at low rank.

    Args:
        scheme: Its roles, and who may fill them.
        states: Numbers that each piece gives.
        hidden: Width of the layer.
        rank: Of the product.
        dropout: Of the layer's values.
    """

    allowed: torch.Tensor

    def __init__(self, scheme: Scheme, states: int, *, hidden: int = 256, rank: int = 64, dropout: float = 0.1) -> None:
        super().__init__()
        self.trigger = nn.Linear(states, hidden)
        self.mention = nn.Linear(2 * states, hidden, bias=False)
        self.trigger_factor = nn.Linear(states, rank)
        self.mention_factor = nn.Linear(2 * states, rank)
        self.product = nn.Linear(rank, hidden, bias=False)
        tables = [nn.Embedding(size, hidden) for size in feature_sizes(scheme)]
        for one in tables:
            nn.init.normal_(one.weight, std=0.1)
        self.features = nn.ModuleList(tables)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 1 + len(scheme.roles))
        self.register_buffer("allowed", torch.from_numpy(fillable(scheme)), persistent=False)

    def forward(self, triggers: torch.Tensor, mentions: torch.Tensor, pairs: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """The logits of no role and of each role.

        Args:
            triggers: Of each trigger the numbers of its first piece. Shape: (triggers, states)
            mentions: Of each mention those of the first pieces of its first and of its last word. Shape: (mentions, 2 * states)
            pairs: Which trigger and which mention. Shape: (pairs, 2)
            features: Of `pairs.candidate_pairs`. Shape: (pairs, features)

        Returns:
            Shape: (pairs, 1 + roles)
        """
        of_trigger, of_mention = pairs[:, 0], pairs[:, 1]
        factor = self.trigger_factor(triggers)[of_trigger] * self.mention_factor(mentions)[of_mention]
        hidden = self.trigger(triggers)[of_trigger] + self.mention(mentions)[of_mention] + self.product(factor)
        for column, table in enumerate(self.features):
            hidden = hidden + table(features[:, column])
        logits: torch.Tensor = self.out(self.dropout(functional.gelu(hidden)))
        return logits + (~self.allowed[features[:, 1]]).to(logits.dtype) * _FORBIDDEN
