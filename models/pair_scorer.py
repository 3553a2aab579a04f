"""The head that scores pairs: whether a mention is an argument of a trigger, and in which role."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from .pairs import feature_sizes, fillable
from .scheme import Scheme

_FORBIDDEN = -1e4
_LEAST = -1e4


class PairScorer(nn.Module):
    """A feed-forward layer over what the encoder says of the trigger, of the mention's first and of its last word, and over the pair's features; and a
    second one over what else stands to choose from.

    Both sides are projected once for each span, so that a pair costs little more than an addition; their product beside their sum is what a biaffine
    layer (Dozat and Manning, 2017) would see, at low rank. The second layer sees, beside the pair, the largest of each number over all pairs of its
    trigger and over all of its mention: whoever is nearest is not the actor if another pair is a better one.

    Args:
        scheme: Its roles, and who may fill them.
        states: Numbers that each piece gives.
        hidden: Width of the layer.
        rank: Of the product.
        pooled: Numbers of a pair that are compared with those of others.
        dropout: Of the layer's values.
    """

    allowed: torch.Tensor

    def __init__(self, scheme: Scheme, states: int, *, hidden: int = 256, rank: int = 64, pooled: int = 64, dropout: float = 0.1) -> None:
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
        self.summary = nn.Linear(hidden, pooled)
        self.of_itself = nn.Linear(pooled, hidden)
        self.of_trigger = nn.Linear(pooled, hidden, bias=False)
        self.of_mention = nn.Linear(pooled, hidden, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 1 + len(scheme.roles))
        self.register_buffer("allowed", torch.from_numpy(fillable(scheme)), persistent=False)

    def forward(self, triggers: torch.Tensor, mentions: torch.Tensor, pairs: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """The logits of no role and of each role.

        Args:
            triggers: Of each trigger the numbers of its first piece. Shape: (triggers, states)
            mentions: Of each mention those of the first pieces of its first and of its last word. Shape: (mentions, 2 * states)
            pairs: Which trigger and which mention: of a line all that may be arguments, for each is judged among the others. Shape: (pairs, 2)
            features: Of `pairs.candidate_pairs`. Shape: (pairs, features)

        Returns:
            Shape: (pairs, 1 + roles)
        """
        of_trigger, of_mention = pairs[:, 0], pairs[:, 1]
        factor = self.trigger_factor(triggers)[of_trigger] * self.mention_factor(mentions)[of_mention]
        hidden = self.trigger(triggers)[of_trigger] + self.mention(mentions)[of_mention] + self.product(factor)
        for column, table in enumerate(self.features):
            hidden = hidden + table(features[:, column])
        hidden = functional.gelu(hidden)
        summary = self.summary(hidden)
        among_trigger = self.of_trigger(_largest(summary, of_trigger, len(triggers)))[of_trigger]
        among_mention = self.of_mention(_largest(summary, of_mention, len(mentions)))[of_mention]
        hidden = hidden + functional.gelu(self.of_itself(summary) + among_trigger + among_mention)
        logits: torch.Tensor = self.out(self.dropout(hidden))
        return logits.masked_fill(~self.allowed[features[:, 1]], _FORBIDDEN)


def _largest(values: torch.Tensor, owners: torch.Tensor, count: int) -> torch.Tensor:
    """The largest of each column over the rows of each owner; of an owner without rows a number below all. Shape: (count, columns)"""
    start = values.new_full((count, values.shape[1]), _LEAST)
    return start.scatter_reduce(0, owners[:, None].expand(-1, values.shape[1]), values, "amax")
