"""The small encoder that is pretrained here: ModernBERT's block, its tokenizer as transformers holds it, and its masked-language modelling."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import ModernBertConfig, ModernBertForMaskedLM, ModernBertModel, PreTrainedTokenizerFast

from .pretrain_config import EncoderSettings, GeneratorSettings
from .text_corpus import CLS, PAD, SEP

_PUT_OUT = ("attn.Wo.weight", "mlp.Wo.weight")


def encoder_config(shape: EncoderSettings | GeneratorSettings, size: int, positions: int) -> ModernBertConfig:
    """The config of an encoder.

    Args:
        shape: Its layers and widths.
        size: Number of pieces.
        positions: Longest window, in pieces.
    """
    return ModernBertConfig(
        vocab_size=size,
        hidden_size=shape.width,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        max_position_embeddings=positions,
        layer_types=["full_attention"] * shape.layers,
        rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": 10_000.0}},
        pad_token_id=PAD,
        bos_token_id=CLS,
        cls_token_id=CLS,
        eos_token_id=SEP,
        sep_token_id=SEP,
    )


def grow(weights: Mapping[str, torch.Tensor], layers: int, wanted: int) -> dict[str, torch.Tensor]:
    """The weights of an encoder with more layers that says what this one says: copies of its layers, spread between them, which add nothing yet.

    What a copy puts out, after attention and after the feed-forward, is multiplied by zeros, which learn from the first step on.

    Args:
        weights: The encoder's state.
        layers: Its layers.
        wanted: Those of the one to be made, as many or more.

    Source: Wu et al., "LLaMA Pro: Progressive LLaMA with Block Expansion", 2024.
    """
    more = wanted - layers
    copied = Counter(math.ceil((one + 1) * layers / more) - 1 for one in range(more))
    order = [(layer, bool(again)) for layer in range(layers) for again in range(1 + copied[layer])]
    grown = {name: value for name, value in weights.items() if not name.startswith("layers.")}
    for number, (layer, added) in enumerate(order):
        start = f"layers.{layer}."
        for name, value in weights.items():
            if name.startswith(start):
                part = name.removeprefix(start)
                grown[f"layers.{number}.{part}"] = torch.zeros_like(value) if added and part in _PUT_OUT else value.clone()
        if number:  # before the first layer stands the norm of the embeddings
            grown.setdefault(f"layers.{number}.attn_norm.weight", torch.ones_like(weights["final_norm.weight"]))
    return grown


def wrap_tokenizer(tokenizer: Tokenizer, positions: int) -> PreTrainedTokenizerFast:
    """A tokenizer of `text_corpus.train_tokenizer` as transformers saves and loads it.

    Args:
        tokenizer: The tokenizer.
        positions: Longest window, in pieces, of the encoder it belongs to.
    """
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=positions,
    )


def compile_encoder(encoder: ModernBertModel) -> None:
    """Compiles an encoder; on a CPU with attention written out, which the compiler fuses (a quarter of a step): a GPU has a faster one of its own."""
    if not torch.cuda.is_available():  # the Trainer moves the model later
        encoder.set_attn_implementation("eager")
    encoder.compile()


class PositionsMaskedLM(ModernBertForMaskedLM):
    """Masked-language modelling with the softmax taken only where a piece must be guessed."""

    accepts_loss_kwargs = False  # the loss is a mean: the Trainer must divide it by the batches of a step, which `**_` would talk it out of

    def forward(self, input_ids: torch.Tensor, positions: torch.Tensor, labels: torch.Tensor, **_: Any) -> dict[str, torch.Tensor]:
        """The mean cross-entropy, in nats, over the guessed pieces.

        Args:
            input_ids: Shape: (batch_size, seq_len)
            positions: Shape: (guesses,)
            labels: Shape: (guesses,)
        """
        hidden = self.model(input_ids=input_ids).last_hidden_state
        return {"loss": self._guess(hidden.reshape(-1, hidden.shape[-1])[positions], labels)}

    def compile_parts(self) -> None:
        """Compiles the encoder and the loss, each by itself: the positions between them are looked up as they come.

        The softmax over the vocabulary, passed over once instead of four times, is a quarter of a step on a CPU.
        """
        compile_encoder(self.model)
        self._guess = torch.compile(self._guess)  # type: ignore[method-assign]

    def _guess(self, hidden: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(self.decoder(self.head(hidden)).float(), labels)
