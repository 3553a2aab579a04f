"""Distillation: learning from how sure another tagger is of every label, on text that nobody annotated.

The teacher reads the text as it stands; of what its student reads, pieces may be hidden (`masked`), so that the student learns to tell from the words around
what the teacher knew from the word itself.

Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015; the hidden pieces are the noise of Xie et al., "Unsupervised data
augmentation for consistency training", 2020.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    def losses(self, logits: Mapping[str, torch.Tensor], batch: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """How far a student is from the teacher, as a Kullback-Leibler divergence, in nats a word (event types: a row and type).

        Whether a trigger is asserted, and how many proclitics a mention leaves out, counts by how likely the teacher finds a trigger or a mention there.

        Args:
            logits: The student's, by head. Shape: (batch_size, seq_len, size)
            batch: `soft` and `plain_ids`, the pieces before any was hidden, shape (batch_size, seq_len); `attention_mask`.

        Returns:
            By head; nothing if no row is for the teacher. Arguments are not taught.
        """
        rows = (batch["soft"] > 0).any(dim=1)
        if not rows.any():
            return {}
        with torch.no_grad():
            answers = self.tagger(batch["plain_ids"][rows], batch["attention_mask"][rows])
        taught = {name: values.float() for name, values in answers.items()}
        said = {name: values[rows].float() for name, values in logits.items() if name in taught and name != "arguments"}
        soft = batch["soft"][rows]
        first, inner = soft == FIRST, soft > 0
        found: dict[str, torch.Tensor] = {}
        begins: dict[str, torch.Tensor] = {}
        for name in _SPANS:
            if name in said:
                truth = (taught[name][first] / self.temperatures.get(name, 1.0)).softmax(dim=-1)
                begins[name] = truth[:, OUTSIDE + 1 : OUTSIDE + 1 + truth.shape[1] // 2].sum(dim=-1)
                found[name] = _divergence(said[name][first], truth).mean()
        if "proclitics" in said:
            either = 1 - torch.stack([1 - one for one in begins.values()]).prod(dim=0)
            found["proclitics"] = _weighted(_divergence(said["proclitics"][first], taught["proclitics"][first].softmax(dim=-1)), either)
        if "asserted" in said:
            yes, no = taught["asserted"][first], said["asserted"][first]
            truth = torch.cat([yes, torch.zeros_like(yes)], dim=-1).softmax(dim=-1)
            found["asserted"] = _weighted(_divergence(torch.cat([no, torch.zeros_like(no)], dim=-1), truth), begins["triggers"])
        if "sentences" in said:
            found["sentences"] = _any_of_divergence(said["sentences"], taught["sentences"], inner, self.temperatures.get("sentences", 1.0))
        return found


def _divergence(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """KL(truth, softmax of logits), over the last axis."""
    return functional.kl_div(logits.log_softmax(dim=-1), truth, reduction="none").sum(dim=-1)


def _weighted(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1e-6)


def _any_of_divergence(said: torch.Tensor, taught: torch.Tensor, inner: torch.Tensor, temperature: float) -> torch.Tensor:
    """The divergence of whether a row reports a type, which it does if at least one of its pieces says so (noisy or). Shapes: (rows, seq_len, types)"""
    # -log P(none says so), kept off zero, where the logarithm of the contrary has no end
    none, true = (functional.softplus(one).masked_fill(~inner[..., None], 0.0).sum(dim=1).clamp(min=1e-6) for one in (said, taught))
    yes, odds = torch.log(-torch.expm1(-none)), torch.log(torch.expm1(true)).clamp(max=20.0)
    truth = torch.sigmoid(odds / temperature)  # the temperature is one of the union's odds, as in prediction
    return functional.kl_div(torch.stack([yes, -none], dim=-1), torch.stack([truth, 1 - truth], dim=-1), reduction="none").sum(dim=-1).mean()


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
