"""Replaced-token detection: a small generator fills masked places, and the encoder, the discriminator, tells at every piece whether it stood there (ELECTRA).

Asked for, it also says which piece did, where it was another (corrective language modelling, COCO-LM).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import ModernBertConfig, ModernBertModel

from .small_encoder import compile_encoder


class ReplacedTokens(nn.Module):
    """The encoder under `model`, with the generator it learns beside. Both read the same embeddings, as wide as the encoder.

    Args:
        encoder: Shape of the encoder.
        generator: Shape of the generator.
        weight: Of the encoder's loss beside the generator's.
        restore: Weight of guessing, by the encoder, the piece that was replaced; 0 leaves it out.

    Source: Clark et al., "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators", 2020; Meng et al., "COCO-LM: Correcting and
    Contrasting Text Sequences for Language Model Pretraining", 2021, for the last, here without its copying: only what was replaced is asked for.
    """

    accepts_loss_kwargs = False  # as `PositionsMaskedLM`

    def __init__(self, encoder: ModernBertConfig, generator: ModernBertConfig, weight: float, restore: float = 0.0) -> None:
        super().__init__()
        self.weight, self.restore = weight, restore
        self.model = ModernBertModel(encoder)
        self.generator = ModernBertModel(generator)
        self.generator.embeddings.tok_embeddings = nn.Identity()  # it is given what it reads
        self.narrow = nn.Linear(encoder.hidden_size, generator.hidden_size, bias=False)
        self.widen = _to_table(generator.hidden_size, encoder.hidden_size)
        self.bias = nn.Parameter(torch.zeros(encoder.vocab_size))
        self.restorer = _to_table(encoder.hidden_size, encoder.hidden_size) if restore else None
        self.discriminator = nn.Sequential(nn.Linear(encoder.hidden_size, encoder.hidden_size), nn.GELU(), nn.Linear(encoder.hidden_size, 1))

    def forward(
        self, input_ids: torch.Tensor, positions: torch.Tensor, labels: torch.Tensor, dice: torch.Tensor, **_: Any
    ) -> dict[str, torch.Tensor]:
        """The losses, in nats.

        Args:
            input_ids: With [MASK] at the places to fill. Shape: (batch_size, seq_len)
            positions: Indices of these places in the flattened batch. Shape: (guesses,)
            labels: The pieces that stood there. Shape: (guesses,)
            dice: Evenly between 0 and 1: choose the pieces that the generator puts there. Shape: (guesses,)

        Returns:
            `loss`, the weighted sum; `parts`, the mean cross-entropy of a guessed piece (generator), that of every piece (discriminator) and, if asked
            for, that of a replaced piece (restored), shape (1, 2) or (1, 3).
        """
        table = self.model.embeddings.tok_embeddings.weight
        hidden = self.generator(inputs_embeds=self.narrow(functional.embedding(input_ids, table))).last_hidden_state
        generator_loss, probabilities = self._guess(hidden.reshape(-1, hidden.shape[-1])[positions], labels)
        sampled = torch.searchsorted(probabilities.cumsum(-1), dice[:, None]).squeeze(-1).clamp(max=len(table) - 1)
        corrupted = input_ids.reshape(-1).index_copy(0, positions, sampled)
        other = (sampled != labels).float()
        replaced = torch.zeros(corrupted.shape, device=corrupted.device).index_copy(0, positions, other)
        states = self.model(input_ids=corrupted.view_as(input_ids)).last_hidden_state
        losses = [generator_loss, functional.binary_cross_entropy_with_logits(self.discriminator(states).reshape(-1).float(), replaced)]
        weights = [1.0, self.weight]
        if self.restorer is not None:
            losses.append(self._restore(states.reshape(-1, states.shape[-1])[positions], labels, other))
            weights.append(self.restore)
        parts = torch.stack(losses)
        return {"loss": (parts * parts.new_tensor(weights)).sum(), "parts": parts.detach()[None]}

    def compile_parts(self) -> None:
        """Compiles the two encoders and the guesses, as `PositionsMaskedLM.compile_parts` does."""
        for one in (self.model, self.generator):
            compile_encoder(one)
        self._guess = torch.compile(self._guess)  # type: ignore[method-assign]
        self._restore = torch.compile(self._restore)  # type: ignore[method-assign]

    def _guess(self, hidden: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores = self._scores(self.widen, hidden)
        return functional.cross_entropy(scores, labels), scores.detach().softmax(-1)

    def _restore(self, hidden: torch.Tensor, labels: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        assert self.restorer is not None
        each = functional.cross_entropy(self._scores(self.restorer, hidden), labels, reduction="none")
        return (each * other).sum() / other.sum().clamp(min=1)  # masked, not picked out: the compiled step keeps its shape

    def _scores(self, head: nn.Module, hidden: torch.Tensor) -> torch.Tensor:
        return functional.linear(head(hidden), self.model.embeddings.tok_embeddings.weight, self.bias).float()


def _to_table(width: int, table_width: int) -> nn.Sequential:
    """What turns a hidden state into a vector to be compared with every piece's embedding."""
    return nn.Sequential(nn.Linear(width, table_width), nn.GELU(), nn.LayerNorm(table_width))
