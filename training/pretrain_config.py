"""The settings of a pretraining, each with its sentence."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .settings import NAME, Settings, told


class TextCorpus(Settings):
    """Plain text: one paragraph a line, a blank line between documents; .txt, .txt.xz or .txt.gz."""

    path: str = Field(description="The file.")
    weight: float = Field(1.0, gt=0, description="How often its blocks are seen in an epoch: 0.5 is half of them, 2 is each of them twice.")


class LabelledFile(Settings):
    """Labelled sentences."""

    path: str = Field(description="The file: JSONL, documents with their sentences or tagged words.")
    column: str | None = Field(None, description="For tagged words: the key of their tags; null: the file holds documents.")


class TokenizerSettings(Settings):
    """The WordPiece vocabulary."""

    path: str | None = Field(None, description="A ready tokenizer.json; null trains one on the corpora.")
    size: int = Field(20_000, ge=300, le=65_536, description="Number of pieces.")
    min_frequency: int = Field(3, ge=1, description="A piece is made of what stands at least this often in the text.")
    documents: int | None = Field(None, description="Train the vocabulary on the first so many documents of each corpus; null: on all.")


class EncoderSettings(Settings):
    """A small ModernBERT: pre-norm, rotary positions, gated feed-forward, attention over the whole window in every layer."""

    layers: int = Field(4, ge=1, description="Number of layers.")
    width: int = Field(256, ge=16, description="Width of the hidden states; a multiple of 64 gives heads of 64.")
    heads: int = Field(4, ge=1, description="Attention heads; width / heads must be even, for the rotary positions.")
    feed_forward: int = Field(640, ge=16, description="Width of the gated feed-forward layer.")
    positions: int = Field(1024, ge=64, description="Longest window, in pieces, that the encoder is declared for.")


class GeneratorSettings(Settings):
    """The generator of replaced-token detection: a ModernBERT much smaller than the encoder, which reads and guesses with the encoder's embeddings."""

    layers: int = Field(2, ge=1, description="Number of layers.")
    width: int = Field(128, ge=16, description="Width of the hidden states.")
    heads: int = Field(2, ge=1, description="Attention heads; width / heads must be even.")
    feed_forward: int = Field(320, ge=16, description="Width of the gated feed-forward layer.")
    weight: float = Field(50.0, gt=0, description="Of the encoder's loss, a piece being replaced or not, beside the generator's.")
    restore: float = Field(
        0.0, ge=0, description="Weight of the encoder's guess which piece stood where another was put (COCO-LM); 0: it is not asked."
    )


class SkipGramSettings(Settings):
    """Skip-gram vectors of the pieces, from which the embeddings start."""

    pieces: int = Field(27_000_000, ge=1, description="Learn them from the first so many pieces, over all corpora in proportion.")
    epochs: int = Field(1, ge=1, description="Passes over them.")
    window: int = Field(4, ge=1, description="Pieces to either side that are predicted.")
    scale: float = Field(0.04, gt=0, description="Standard deviation the vectors are scaled to.")


class PretrainConfig(Settings):
    """A pretraining of the small encoder, by masked-language modelling or by replaced-token detection."""

    name: str = Field(pattern=NAME, description="Names the run folder: RUNS/name.")
    runs: str = Field("runs", description="Where run folders are made.")
    seed: int = Field(1, description="Of everything random.")
    corpora: list[TextCorpus] = Field(min_length=1, description="The text.")
    leave_out: list[LabelledFile] = Field(
        default_factory=list,
        description="Files to be scored on: a document of the text in which half a sentence of theirs or more stands is left out.",
    )
    held_out: int = Field(200, ge=1, description="Blocks kept out of training, on which the loss is measured.")
    tokenizer: TokenizerSettings = Field(TokenizerSettings(), description="The vocabulary.")
    encoder: EncoderSettings = Field(EncoderSettings(), description="The shape of the encoder.")
    start: str | None = Field(
        None,
        description="Folder of an encoder to start from, with its tokenizer, of that shape or of fewer layers, which are doubled; null: from the beginning.",
    )
    keep_of_start: float = Field(
        0.0, ge=0, lt=1, description="Share of the weights of `start` in the finished encoder, which is the mean of both, so weighed."
    )
    skip_gram: SkipGramSettings | None = Field(
        SkipGramSettings(), description="Where the embeddings start, if not from the encoder `start`; null: at random."
    )
    objective: Literal["masked", "replaced"] = Field(
        "masked", description="What is learnt: masked, the pieces that are hidden; replaced, which pieces a generator has put in place of others."
    )
    generator: GeneratorSettings = Field(GeneratorSettings(), description="Of the objective `replaced`.")
    sequence: int = Field(256, ge=16, description="Pieces in a block; documents are packed without padding.")
    tokens_per_step: int = Field(8192, ge=16, description="Pieces in an optimiser step, on each device, a multiple of `sequence`.")
    accumulate: int = Field(1, ge=1, description="Batches whose gradients are summed for one step.")
    masked: float = Field(
        0.2,
        gt=0,
        lt=1,
        description="Share of the pieces that must be guessed: 80% of them hidden, 10% replaced, 10% left; by a generator, all hidden.",
    )
    steps: int = Field(ge=1, description="Optimiser steps in all.")
    warm_up: int = Field(100, ge=0, description="Steps over which the rate rises.")
    decay: int = Field(ge=0, description="Last steps, over which the rate falls to nothing; between, it is constant, so a run can be prolonged.")
    rate: float = Field(2e-3, gt=0, description="Highest learning rate, of AdamW.")
    muon_rate: float | None = Field(
        None, gt=0, description="Highest learning rate of Muon, on the matrices of the layers; null: AdamW learns them too."
    )
    weight_decay: float = Field(0.01, ge=0, description="On matrices only.")
    clip: float = Field(1.0, gt=0, description="Largest norm of the gradient.")
    save_every: int = Field(500, ge=1, description="Steps between checkpoints.")
    log_every: int = Field(20, ge=1, description="Steps between lines of the log.")
    compile: bool = Field(True, description="torch.compile the encoder: slower to start, then faster.")
    bf16: bool = Field(True, description="Multiply in bfloat16.")
    half: bool = Field(False, description="Write the finished encoder's weights in 16 bits, half the size; checkpoints keep them in full.")

    @model_validator(mode="after")
    def _fits(self) -> PretrainConfig:
        shape, faults = self.encoder, []
        if self.tokens_per_step % self.sequence:
            faults.append(f"tokens_per_step {self.tokens_per_step} is no multiple of sequence {self.sequence}")
        for name, one in (("encoder", shape), ("generator", self.generator)):
            if one.width % (2 * one.heads):
                faults.append(f"{name}.width {one.width} must be a multiple of twice {name}.heads {one.heads}")
        if self.keep_of_start and not self.start:
            faults.append(f'keep_of_start is {self.keep_of_start:g}, and there is no "start"; name the encoder, or set it to 0')
        if self.start and self.tokenizer != TokenizerSettings():
            faults.append('"start" brings its own tokenizer; leave out the settings of "tokenizer"')
        if self.objective == "masked" and self.generator != GeneratorSettings():
            faults.append('"generator" is of the objective replaced, and the objective is masked; set it, or leave out "generator"')
        if self.sequence > shape.positions:
            faults.append(f"sequence {self.sequence} is longer than encoder.positions {shape.positions}")
        if self.warm_up + self.decay > self.steps:
            faults.append(f"warm_up {self.warm_up} and decay {self.decay} are more than the steps there are, {self.steps}")
        return told(self, faults)
