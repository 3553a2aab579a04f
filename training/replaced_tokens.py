"""Replaced-token detection: a small generator fills masked places, and the encoder, the discriminator, tells at every piece whether it stood there (ELECTRA)."""

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

    Source: Clark et al., "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators", 2020.
    """

    accepts_loss_kwargs = False  # as `PositionsMaskedLM`

    def __init__(self, encoder: ModernBertConfig, generator: ModernBertConfig, weight: float) -> None:
        super().__init__()
        self.weight = weight
        self.model = ModernBertModel(encoder)
        self.generator = ModernBertModel(generator)
        self.generator.embeddings.tok_embeddings = nn.Identity()  # it is given what it reads
        self.narrow = nn.Linear(encoder.hidden_size, generator.hidden_size, bias=False)
        self.widen = nn.Sequential(nn.Linear(generator.hidden_size, encoder.hidden_size), nn.GELU(), nn.LayerNorm(encoder.hidden_size))
        self.bias = nn.Parameter(torch.zeros(encoder.vocab_size))
        self.discriminator = nn.Sequential(nn.Linear(encoder.hidden_size, encoder.hidden_size), nn.GELU(), nn.Linear(encoder.hidden_size, 1))

    def forward(
        self, input_ids: torch.Tensor, positions: torch.Tensor, labels: torch.Tensor, dice: torch.Tensor, **_: Any
    ) -> dict[str, torch.Tensor]:
        """The two losses, in nats.

        Args:
            input_ids: With [MASK] at the places to fill. Shape: (batch_size, seq_len)
            positions: Indices of these places in the flattened batch. Shape: (guesses,)
            labels: The pieces that stood there. Shape: (guesses,)
            dice: Evenly between 0 and 1: choose the pieces that the generator puts there. Shape: (guesses,)

        Returns:
            `loss`, the weighted sum; `parts`, the mean cross-entropy of a guessed piece (generator) and that of every piece (discriminator), shape (1, 2).
        """
        table = self.model.embeddings.tok_embeddings.weight
        hidden = self.generator(inputs_embeds=self.narrow(functional.embedding(input_ids, table))).last_hidden_state
        generator_loss, probabilities = self._guess(hidden.reshape(-1, hidden.shape[-1])[positions], labels)
        sampled = torch.searchsorted(probabilities.cumsum(-1), dice[:, None]).squeeze(-1).clamp(max=len(table) - 1)
        corrupted = input_ids.reshape(-1).index_copy(0, positions, sampled)
        replaced = torch.zeros(corrupted.shape, device=corrupted.device).index_copy(0, positions, (sampled != labels).float())
        states = self.model(input_ids=corrupted.view_as(input_ids)).last_hidden_state
        discriminator_loss = functional.binary_cross_entropy_with_logits(self.discriminator(states).reshape(-1).float(), replaced)
        losses = torch.stack([generator_loss, discriminator_loss])
        return {"loss": generator_loss + self.weight * discriminator_loss, "parts": losses.detach()[None]}

    def compile_parts(self) -> None:
        """Compiles the two encoders and the guess, as `PositionsMaskedLM.compile_parts` does."""
        for one in (self.model, self.generator):
            compile_encoder(one)
        self._guess = torch.compile(self._guess)  # type: ignore[method-assign]

    def _guess(self, hidden: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores = functional.linear(self.widen(hidden), self.model.embeddings.tok_embeddings.weight, self.bias).float()
        return functional.cross_entropy(scores, labels), scores.detach().softmax(-1)
