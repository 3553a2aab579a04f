"""Distillation: learning from how sure another tagger, or the mean of several, is of every label, on text that nobody annotated.

The teacher reads the text as it stands; of what its student reads, pieces may be hidden (`masked`), so that the student learns to tell from the words around
what the teacher knew from the word itself.

Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015; the hidden pieces are the noise of Xie et al., "Unsupervised data
augmentation for consistency training", 2020.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from ..inference.loading import load_tokenizer
from ..models.documents import Document
from ..models.errors import HadathError
from ..models.spec import TaggerSpec
from ..models.storage import load_tagger
from ..models.tagger import Tagger
from ..models.tags import OUTSIDE
from .config import DistilSettings
from .corpora import Corpus
from .examples import FIRST
from .self_labels import sample_paragraphs
from .text_corpus import read_documents

_SPANS = ("entities", "triggers")


class Teacher:
    """A trained tagger that says of plain text what a student is to say.

    Args:
        tagger: Its answers are taken as they are, without dropout.
        temperatures: By head, what its logits are divided by.
    """

    def __init__(self, tagger: Tagger, temperatures: Mapping[str, float]) -> None:
        self.tagger = tagger.eval().requires_grad_(False)
        self.temperatures = dict(temperatures)

    @classmethod
    def load(cls, folder: Path, spec: TaggerSpec, tokenizer: Tokenizer) -> Teacher:
        """Opens a model folder.

        Args:
            folder: The folder.
            spec: Of the student.
            tokenizer: The student's.

        Raises:
            HadathError: It is no model folder, or has other labels or other pieces than the student.
        """
        own = TaggerSpec.load(folder)
        differ = [name for name in ("scheme", "normalisation", "proclitics", "pieces") if getattr(own, name) != getattr(spec, name)]
        if load_tokenizer(folder).get_vocab() != tokenizer.get_vocab():
            differ.append("tokenizer")
        if differ:
            raise HadathError(
                f"{folder} cannot teach this tagger: they differ in {', '.join(differ)}; name the folder of a tagger that was trained with the same scheme"
                " on the same encoder"
            )
        return cls(load_tagger(folder, own), own.temperatures)

    @torch.no_grad()
    def truths(self, ids: torch.Tensor, attention_mask: torch.Tensor, soft: torch.Tensor) -> dict[str, torch.Tensor]:
        """What the teacher finds how likely.

        Args:
            ids: Pieces. Shape: (rows, seq_len)
            attention_mask: Shape: (rows, seq_len)
            soft: The first pieces of words, their others, and what is neither. Shape: (rows, seq_len)

        Returns:
            Probabilities, by head: of each tag or number at the words' first pieces, shape (words, size); for `asserted` of yes and no, (words, 2); for
            `sentences` of yes and no, (rows, types, 2). Arguments are not taught.
        """
        first, inner = soft == FIRST, soft > 0
        found: dict[str, torch.Tensor] = {}
        for name, values in self.tagger(ids, attention_mask).items():
            temperature = self.temperatures.get(name, 1.0)
            if name == "sentences":
                # the temperature is one of the union's odds, as in prediction
                odds = torch.log(torch.expm1(_none_says(values.float(), inner))).clamp(max=20.0)
                found[name] = _yes_and_no(odds / temperature)
            elif name == "asserted":
                found[name] = _yes_and_no(values[first].float()[:, 0])
            elif name != "arguments":
                found[name] = (values[first].float() / (temperature if name in _SPANS else 1.0)).softmax(dim=-1)
        return found


class Teachers:
    """One or several teachers, of which the mean is true.

    Args:
        several: At least one.
    """

    def __init__(self, several: Sequence[Teacher]) -> None:
        self.several = list(several)

    def to(self, device: torch.device) -> Teachers:
        """Moves them all."""
        for one in self.several:
            one.tagger.to(device)
        return self

    def losses(self, *passes: Mapping[str, torch.Tensor], batch: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """How far a student is from its teachers, as a Kullback-Leibler divergence, in nats a word (event types: a row and type).

        Whether a trigger is asserted, and how many proclitics a mention leaves out, counts by how likely the teachers find a trigger or a mention there.

        Args:
            passes: The student's logits, by head, shape (batch_size, seq_len, size), of one pass over the batch or of several, whose losses are averaged.
            batch: `soft` and `plain_ids`, the pieces before any was hidden, shape (batch_size, seq_len); `attention_mask`.

        Returns:
            By head; nothing if no row is for the teachers. Arguments are not taught.
        """
        rows = (batch["soft"] > 0).any(dim=1)
        if not rows.any():
            return {}
        soft = batch["soft"][rows]
        answers = [one.truths(batch["plain_ids"][rows], batch["attention_mask"][rows], soft) for one in self.several]
        truths = {name: torch.stack([one[name] for one in answers]).mean(dim=0) for name in answers[0] if name in passes[0]}
        found = [self._losses({name: logits[name][rows].float() for name in truths}, truths, soft) for logits in passes]
        return {name: torch.stack([one[name] for one in found]).mean(dim=0) for name in found[0]}

    @staticmethod
    def _losses(said: Mapping[str, torch.Tensor], truths: Mapping[str, torch.Tensor], soft: torch.Tensor) -> dict[str, torch.Tensor]:
        first, inner = soft == FIRST, soft > 0
        begins = {name: truths[name][:, OUTSIDE + 1 : OUTSIDE + 1 + truths[name].shape[1] // 2].sum(dim=-1) for name in _SPANS if name in truths}
        found = {name: _divergence(said[name][first].log_softmax(dim=-1), truths[name]).mean() for name in begins}
        if "proclitics" in said:
            either = 1 - torch.stack([1 - one for one in begins.values()]).prod(dim=0)
            found["proclitics"] = _weighted(_divergence(said["proclitics"][first].log_softmax(dim=-1), truths["proclitics"]), either)
        if "asserted" in said:
            yes = said["asserted"][first][:, 0]
            found["asserted"] = _weighted(
                _divergence(functional.logsigmoid(torch.stack([yes, -yes], dim=-1)), truths["asserted"]), begins["triggers"]
            )
        if "sentences" in said:
            none = _none_says(said["sentences"], inner)
            found["sentences"] = _divergence(torch.stack([torch.log(-torch.expm1(-none)), -none], dim=-1), truths["sentences"]).mean()
        return found


def _divergence(said: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """KL(truth, said), over the last axis; `said` as logarithms."""
    return functional.kl_div(said, truth, reduction="none").sum(dim=-1)


def _weighted(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1e-6)


def _yes_and_no(odds: torch.Tensor) -> torch.Tensor:
    """The probabilities of yes and of no, on a new last axis."""
    return torch.sigmoid(torch.stack([odds, -odds], dim=-1))


def _none_says(logits: torch.Tensor, inner: torch.Tensor) -> torch.Tensor:
    """-log P(no piece of a row says that it reports a type), kept off zero, where the logarithm of the contrary has no end. Shape: (rows, types)"""
    return functional.softplus(logits).masked_fill(~inner[..., None], 0.0).sum(dim=1).clamp(min=1e-6)


def unlabelled(settings: DistilSettings, seed: int) -> Corpus:
    """Paragraphs of plain text, drawn at random, as a corpus of which only the teacher says anything."""
    documents: Iterable[str] = (document for path in settings.text for document in read_documents(path))
    texts = sample_paragraphs(documents, settings.paragraphs, seed)
    if not texts:
        raise HadathError(
            f"{', '.join(settings.text)}: no paragraph of a fitting length to distil from; paragraphs of 60 to 700 characters are taken"
        )
    documents_ = [Document(f"distil-{number}", text) for number, text in enumerate(texts)]
    return Corpus("distilled", documents_, {}, None, {}, asserted=False, word_aligned=False, weight=settings.weight, soft=True)
