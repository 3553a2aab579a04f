"""The loss of each layer, over what a corpus says and nothing more."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn
from torch.nn import functional


def marginal_loss(logits: torch.Tensor, sets: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Minus the log-probability that a word's tag is one of those it may be, averaged over the words of which anything is known.

    Args:
        logits: Shape: (batch_size, seq_len, tags)
        sets: The number of each piece's set of allowed tags; 0 is the set of all, which says nothing. Shape: (batch_size, seq_len)
        allowed: The sets. Shape: (sets, tags), bool
    """
    where = sets > 0
    if not where.any():
        return logits.sum() * 0.0
    chosen = logits[where].float()
    inside = chosen.masked_fill(~allowed[sets[where]], float("-inf"))
    return (chosen.logsumexp(-1) - inside.logsumexp(-1)).mean()


def class_loss(logits: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over the pieces (or pairs) that have a value; with one output, of a yes or no.

    Args:
        logits: Shape: (batch_size, seq_len, size)
        values: The class, or -1 where none is known. Shape: (batch_size, seq_len)
    """
    where = values >= 0
    if not where.any():
        return logits.sum() * 0.0
    chosen, gold = logits[where].float(), values[where]
    if chosen.shape[-1] == 1:
        return functional.binary_cross_entropy_with_logits(chosen[:, 0], gold.float())
    return functional.cross_entropy(chosen, gold)


def any_of_loss(logits: torch.Tensor, paragraph: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy of the event types of paragraphs, where a paragraph has a type if at least one of its pieces does (noisy or).

    Args:
        logits: Shape: (batch_size, seq_len, labels)
        paragraph: For each piece the row of `labels` of its paragraph, or -1. Shape: (batch_size, seq_len)
        labels: 1, 0, or -1 where it is not known. Shape: (paragraphs, labels)
    """
    known = labels >= 0
    if not known.any():
        return logits.sum() * 0.0
    where = paragraph >= 0
    # -log P(no piece says so), summed over the pieces of each paragraph
    none = torch.zeros(labels.shape, dtype=torch.float32, device=logits.device)
    none = none.index_add(0, paragraph[where], functional.softplus(logits[where].float()))
    yes = -torch.log(-torch.expm1(-none.clamp(min=1e-30)))
    return torch.where(labels == 1, yes, none)[known].mean()


def disagreement(first: torch.Tensor, second: torch.Tensor, *, classes: bool) -> torch.Tensor:
    """How far two answers are apart: the mean of the Kullback-Leibler divergences both ways, averaged over rows (or over each yes or no of a row).

    Args:
        first: Logits. Shape: (rows, size)
        second: Logits. Shape: (rows, size)
        classes: The values of a row are classes of which one is true; else each is a yes or no of its own.
    """
    # (p - q) (log p - log q), summed over the classes, is the sum of both divergences; of a yes or no the logits' difference stands for that of the logs
    if classes:
        a, b = first.float().log_softmax(-1), second.float().log_softmax(-1)
        return ((a.exp() - b.exp()) * (a - b)).sum(-1).mean() / 2
    a, b = first.float(), second.float()
    return ((a.sigmoid() - b.sigmoid()) * (a - b)).mean() / 2


class TaggerLoss(nn.Module):
    """The weighted sum of the layers' losses.

    Args:
        allowed: By span layer, the sets of allowed tags. Shape: (sets, tags), bool
        weights: By head.
    """

    def __init__(self, allowed: Mapping[str, torch.Tensor], weights: Mapping[str, float]) -> None:
        super().__init__()
        self.layers = tuple(allowed)
        for name, table in allowed.items():
            self.register_buffer(name, table)
        self.weights = dict(weights)

    def forward(self, logits: Mapping[str, torch.Tensor], batch: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Each head's loss, weighted."""
        losses: dict[str, torch.Tensor] = {}
        for name, values in logits.items():
            if name in self.layers:
                loss = marginal_loss(values, batch[name], getattr(self, name))
            elif name == "sentences":
                loss = any_of_loss(values, batch["paragraph"], batch["labels"])
            elif name == "arguments":
                loss = class_loss(values, batch["roles"])
            else:
                loss = class_loss(values, batch[name])
            losses[name] = self.weights.get(name, 1.0) * loss
        return losses

    def apart(self, logits: Mapping[str, torch.Tensor], others: Mapping[str, torch.Tensor], batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """How far two passes over a batch are apart where something is known, in nats, weighted as the losses are (R-Drop).

        Source: Liang et al., "R-Drop: regularized dropout for neural networks", 2021.
        """
        total = torch.zeros((), device=batch["input_ids"].device)
        for name, values in logits.items():
            if name in self.layers:
                where = batch[name] > 0
            elif name == "sentences":
                asked = torch.cat([batch["labels"], batch["labels"].new_full((1, values.shape[-1]), -1)])  # the last row is that of no paragraph, -1
                where = asked[batch["paragraph"]] >= 0
            else:
                where = batch["roles" if name == "arguments" else name] >= 0
            if not where.any():  # a batch without pairs has states in place of their scores
                continue
            classes = name != "sentences" and values.shape[-1] > 1
            total = total + self.weights.get(name, 1.0) * disagreement(values[where], others[name][where], classes=classes)
        return total
