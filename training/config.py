"""The settings of a tagger's training, each with its sentence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .settings import NAME, Files, Settings, told

Labels = dict[str, str | list[str]]


class LayerReadingSettings(Settings):
    """How one layer of a corpus reads in the scheme."""

    column: str | None = Field(None, description="For words: the key that holds the tags. For judged: the key that holds the labels.")
    labels: Labels | None = Field(
        None,
        description="What each label of the corpus may be in the scheme: a label, several, or [] for none. null: the corpus uses the scheme's own labels.",
    )
    unmarked: list[str] | Literal["all"] = Field(
        default_factory=list, description="Labels of the scheme that the corpus never marks, or `all`: what it leaves unmarked may be one of these."
    )


class LayersSettings(Settings):
    """The layers a corpus is annotated on; one that is left out gives no loss."""

    entities: LayerReadingSettings | None = Field(None, description="Named and nominal mentions.")
    triggers: LayerReadingSettings | None = Field(None, description="Event triggers.")
    asserted: bool = Field(False, description="Triggers say whether the text asserts them.")
    arguments: bool = Field(False, description="Events say which mentions are their arguments, in the scheme's own roles and labels.")
    sentences: LayerReadingSettings | None = Field(None, description="Event types of sentences or paragraphs.")


class SwapSettings(Settings):
    """Copies of a corpus with other names of it in the places of its own."""

    labels: list[str] = Field(min_length=1, description="The corpus's own entity labels whose mentions are swapped, each for others of its label.")
    copies: int = Field(
        3, ge=1, description="How many copies stand beside the corpus; of all together an epoch sees as many texts as of the corpus alone."
    )
    share: float = Field(0.5, gt=0, le=1, description="How many of the names of a text are swapped.")


class CorpusSettings(Settings):
    """A corpus."""

    name: str = Field(description="Its name in logs and in the model's card.")
    files: Files = Field(description="Its files, all of one format; a pattern such as data/*.jsonl stands for all that fit it.")
    format: Literal["documents", "marked", "words", "judged"] = Field(
        "documents",
        description="documents: JSONL in the document format; marked: marked text; words: JSONL with tokens and tags; judged: JSONL with text, labels and the labels that were asked about.",
    )
    layers: LayersSettings = Field(description="What it is annotated with.")
    word_aligned: bool = Field(False, description="Its mentions are whole words, proclitics inside, so it says nothing about them.")
    weight: float = Field(1.0, gt=0, description="How often its texts are seen in an epoch: 0.5 is a new half each time, 2 is twice.")
    swap: SwapSettings | None = Field(None, description="Copies with other names in the places of its own; null: none.")
    licence: str = Field("", description="For the model's card.")

    @model_validator(mode="after")
    def _fits(self) -> CorpusSettings:
        layers = self.layers
        named = {name: getattr(layers, name) for name in ("entities", "triggers", "sentences") if getattr(layers, name) is not None}
        holds = {"words": ("entities", "triggers"), "judged": ("sentences",)}.get(self.format, tuple(named))
        faults = [
            f'layers.{name} is nothing that the format "{self.format}" holds; it holds {", ".join(holds)}' for name in named if name not in holds
        ]
        if layers.asserted and (layers.triggers is None or self.format == "words"):
            faults.append("layers.asserted needs triggers in a format that says it: documents or marked")
        if layers.arguments and (layers.triggers is None or layers.entities is None or self.format == "words"):
            faults.append("layers.arguments needs entities and triggers in a format that says it: documents or marked")
        if layers.arguments and any(one is not None and one.labels is not None for one in (layers.entities, layers.triggers)):
            faults.append(
                "layers.arguments is for a corpus that uses the scheme's own labels, without layers.entities.labels or layers.triggers.labels"
            )
        if self.format in ("documents", "marked"):
            faults += [f'layers.{name}.column is for the formats words and judged, not "{self.format}"' for name, one in named.items() if one.column]
        if self.swap and layers.entities is None:
            faults.append("swap needs layers.entities, of whose mentions it swaps some")
        if not named:
            faults.append("layers names no layer, so there is nothing to learn from it; it takes entities, triggers, sentences")
        return told(self, faults)


class LossSettings(Settings):
    """The weight of each layer's loss."""

    entities: float = Field(1.0, ge=0, description="Of the entity tags.")
    triggers: float = Field(1.0, ge=0, description="Of the trigger tags.")
    asserted: float = Field(0.5, ge=0, description="Of the asserted flag.")
    proclitics: float = Field(0.5, ge=0, description="Of the proclitics.")
    arguments: float = Field(1.0, ge=0, description="Of the arguments' roles.")
    sentences: float = Field(1.0, ge=0, description="Of the sentence labels.")


class DistilSettings(Settings):
    """Learning from what another tagger says of plain text."""

    model: str | Annotated[list[str], Field(min_length=1)] = Field(
        description="That tagger's model folder, of the same scheme, on the same pieces; or a list of several, whose mean is learnt from."
    )
    text: Files = Field(description="Files of one paragraph a line, a blank line between documents; .txt, .txt.xz or .txt.gz.")
    paragraphs: int = Field(20_000, ge=1, description="How many paragraphs are drawn from them.")
    weight: float = Field(0.2, gt=0, description="How often each is seen in an epoch: 0.2 is a new fifth each time.")
    loss: float = Field(1.0, gt=0, description="Weight of the loss on them, over those of `losses`.")

    @property
    def models(self) -> list[str]:
        """The model folders of all teachers."""
        return [self.model] if isinstance(self.model, str) else self.model


class TrainConfig(Settings):
    """Training a tagger."""

    kind: Literal["tagger"] = Field("tagger", description="What is trained.")
    name: str = Field(pattern=NAME, description="Names the run folder: RUNS/name.")
    runs: str = Field("runs", description="Where run folders are made.")
    seed: int = Field(1, description="Of everything random.")
    shuffle: int | None = Field(
        None, description="Of the order of examples and of dropout, if it is to differ from the seed: runs that begin alike can be averaged."
    )
    scheme: str = Field("news", description="A shipped scheme's name, or the path of a YAML file.")
    encoder: str = Field("embedded", description="A folder or a name on the hub; `embedded` is the small encoder that ships with the package.")
    heads: Literal["new", "kept"] = Field(
        "new", description="`new`: untrained ones. `kept`: the encoder is a tagger's folder, of the same scheme, and its heads are trained on."
    )
    normalisation: Literal["news", "arabert", "none"] = Field(
        "news", description="How texts are rewritten before the tokenizer; what the encoder was pretrained on."
    )
    window: int = Field(256, ge=16, description="Most pieces read at once, the two special ones included.")
    dropout: float = Field(0.1, ge=0, lt=1, description="Of the heads.")
    encoder_dropout: float | None = Field(None, ge=0, lt=1, description="Of the encoder's hidden states; null: as its own config says.")
    corpora: list[CorpusSettings] = Field(min_length=1, description="What it learns from.")
    distil: DistilSettings | None = Field(None, description="Plain text to learn from, with another tagger as the teacher; null: none.")
    dev: Files = Field(description="Documents on which the best epoch, thresholds and temperatures are chosen.")
    dev_column: str | None = Field(None, description="The key of the entity tags, if the dev files are word-tagged and not documents.")
    losses: LossSettings = Field(LossSettings(), description="Weights of the layers.")
    epochs: int = Field(10, ge=1, description="Passes over the corpora.")
    max_steps: int = Field(-1, description="Stop after so many optimiser steps; -1: after the epochs.")
    batch: int = Field(16, ge=1, description="Windows in a batch, on each device.")
    accumulate: int = Field(1, ge=1, description="Batches whose gradients are summed for one step.")
    rate: float = Field(5e-4, gt=0, description="Highest learning rate of the encoder's last layer and, times `head_rate`, of the heads.")
    head_rate: float = Field(2.0, gt=0, description="The heads' learning rate, as a multiple.")
    layer_decay: float = Field(1.0, gt=0, le=1, description="Each layer of the encoder learns by this factor slower than the one above it.")
    embedding_rate: float | None = Field(
        None,
        ge=0,
        description="The embeddings' learning rate, as a multiple of `rate`; null: as if they were a layer below the lowest, 0: they stay.",
    )
    masked: float = Field(
        0.0, ge=0, lt=1, description="Share of the pieces hidden behind the mask piece in training, so that the words around one are learnt from too."
    )
    joined: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Share of the texts of a batch that are read in one window with the one before, where there is room: articles are longer than paragraphs.",
    )
    agreement: float = Field(
        0.0, ge=0, description="Weight of how far two passes with different dropout are apart, beside the loss of both (R-Drop); 0: one pass."
    )
    warm_up: float = Field(0.06, ge=0, lt=1, description="Share of the steps over which the rate rises; then it falls to nothing.")
    weight_decay: float = Field(0.01, ge=0, description="AdamW's, on matrices only.")
    clip: float = Field(1.0, gt=0, description="Largest norm of the gradient.")
    patience: int = Field(0, ge=0, description="Stop after so many epochs without a better score on dev; 0: never.")
    bf16: bool = Field(False, description="Multiply in bfloat16.")
    max_drop: float = Field(
        0.5, ge=0, description="Most points of F1 on dev that a layer may lose to 8-bit weights; past it, the full-precision graph alone is kept."
    )
    log_every: int = Field(20, ge=1, description="Steps between lines of the log.")
    licence: str = Field("", description="Of the trained model, for its card.")


class BaselineConfig(Settings):
    """The scikit-learn baseline for sentence labels: character n-grams, one-vs-rest."""

    kind: Literal["sentences-tfidf"] = Field(description="What is trained.")
    name: str = Field(pattern=NAME, description="Names the run folder: RUNS/name.")
    runs: str = Field("runs", description="Where run folders are made.")
    seed: int = Field(1, description="Of everything random.")
    scheme: str = Field("news", description="A shipped scheme's name, or the path of a YAML file.")
    train: Files = Field(description="Documents it learns from.")
    dev: Files = Field(description="Documents it is scored on.")
