"""Fitting on dev what is not learnt: a temperature for each layer, so that a score is a probability, and a threshold for each sentence label."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..inference.assembly import Floors, assemble, sentence_scores
from ..inference.encoding import Encoded
from ..inference.runtime import ScorePairs
from ..models.documents import Document
from ..models.spec import TaggerSpec

_TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(4.0), 22))
_THRESHOLDS = np.arange(0.1, 0.91, 0.02)
_OPENNESS = np.arange(-1.5, 2.51, 0.125)
# A label with fewer paragraphs on dev than this gets the threshold that is best for all labels together
_ENOUGH = 15


def fit(
    spec: TaggerSpec,
    texts: Sequence[Encoded],
    logits: Sequence[Mapping[str, np.ndarray]],
    gold: Sequence[Document],
    pairs: ScorePairs | None = None,
) -> TaggerSpec:
    """The spec with temperatures and thresholds fitted on gold documents.

    The openness of a layer maximises its F1; a temperature minimises the log loss of the scores against whether what was found is right; a threshold
    maximises F1.

    Args:
        spec: Of the tagger.
        texts: The encoded gold documents.
        logits: What the tagger says of them.
        gold: The documents.
        pairs: Scores pairs, for a tagger that was taught arguments.
    """
    spec = replace(spec, openness={}, temperatures={}, thresholds={})
    layers = [layer for layer in ("entities", "triggers") if layer in spec.heads]
    dev = _Dev(texts, logits, gold, None)
    spec = replace(spec, openness={layer: _openness(spec, layer, dev) for layer in layers})
    temperatures: dict[str, float] = {layer: _span_temperature(spec, layer, dev) for layer in layers}
    if pairs is not None and "arguments" in spec.heads:  # on the spans as they are found
        dev = replace(dev, pairs=pairs)
        spec = replace(spec, openness={**spec.openness, "arguments": _openness(spec, "arguments", dev)})
        temperatures["arguments"] = _span_temperature(spec, "arguments", dev)
    if "sentences" in spec.heads and any(one.labels is not None for document in gold for one in document.sentences or ()):
        temperatures["sentences"] = _fitted(lambda t: _log_loss(*_paragraph_scores(_with(spec, "sentences", t), texts, logits, gold)))
        spec = _with(spec, "sentences", temperatures["sentences"])
        spec = replace(spec, thresholds=_thresholds(spec, *_paragraph_scores(spec, texts, logits, gold)))
    return replace(spec, temperatures={name: round(float(value), 4) for name, value in temperatures.items()})


@dataclass(frozen=True)
class _Dev:
    """The encoded gold documents, what the tagger says of them, and what scores their pairs where arguments are asked for."""

    texts: Sequence[Encoded]
    logits: Sequence[Mapping[str, np.ndarray]]
    gold: Sequence[Document]
    pairs: ScorePairs | None


def _found(spec: TaggerSpec, layer: str, dev: _Dev) -> tuple[np.ndarray, np.ndarray, int]:
    """Of everything that is found its score and whether it is right, and how many there are in the gold."""
    scores: list[float] = []
    right: list[bool] = []
    total = 0
    for found, true in zip(assemble(spec, dev.texts, dev.logits, dev.gold, Floors(), dev.pairs), dev.gold, strict=True):
        truth = _marks(true, layer)
        if truth is not None:
            said = {what for what, _ in truth}
            total += len(said)
            for what, score in _marks(found, layer) or ():
                scores.append(score)
                right.append(what in said)
    return np.array(scores), np.array(right), total


def _openness(spec: TaggerSpec, layer: str, dev: _Dev) -> float:
    """What to take off the logit of ``O``: of the values of highest F1 the middle one; nothing where dev says nothing about the layer."""

    def f1(openness: float) -> float:
        _, right, total = _found(replace(spec, openness={**spec.openness, layer: openness}), layer, dev)
        return 2 * float(right.sum()) / max(1, len(right) + total)

    values = np.array([f1(openness) for openness in _OPENNESS])
    return _middle(_OPENNESS, values) if values.max() > 0 else 0.0


def _with(spec: TaggerSpec, layer: str, temperature: float) -> TaggerSpec:
    return replace(spec, temperatures={**spec.temperatures, layer: float(temperature)})


def _span_temperature(spec: TaggerSpec, layer: str, dev: _Dev) -> float:
    def loss(temperature: float) -> float:
        scores, right, _ = _found(_with(spec, layer, temperature), layer, dev)
        return _log_loss(scores, right)

    return _fitted(loss)


def _fitted(loss: Callable[[float], float]) -> float:
    """The temperature of least loss; of equals, such as where nothing was found, the one that changes least."""
    return min(map(float, _TEMPERATURES), key=lambda one: (loss(one), abs(np.log(one))))


def _marks(document: Document, layer: str) -> list[tuple[Hashable, float]] | None:
    """What a document marks on a layer, with its scores; None where it is not annotated."""
    if layer == "entities":
        return None if document.entities is None else [((m.start, m.end, m.label), m.score or 0.0) for m in document.entities]
    if document.events is None:
        return None
    if layer == "triggers":
        return [((m.start, m.end, m.label), m.score or 0.0) for m in document.events]
    if document.entities is None or any(event.arguments is None for event in document.events):
        return None
    places = {one.id: (one.start, one.end) for one in document.entities}
    return [
        ((event.start, event.end, event.label, argument.role, places.get(argument.target)), argument.score or 0.0)
        for event in document.events
        for argument in event.arguments or ()
    ]


def _paragraph_scores(
    spec: TaggerSpec, texts: Sequence[Encoded], logits: Sequence[Mapping[str, np.ndarray]], gold: Sequence[Document]
) -> tuple[np.ndarray, np.ndarray]:
    """The scores of gold paragraphs (the highest of the sentences that begin inside) and the truth. Shape of both: (paragraphs, labels)"""
    labels = spec.scheme.sentence_labels
    scores, truth = [], []
    for text, one, document in zip(texts, logits, gold, strict=True):
        found = sentence_scores(spec, text, one)
        begins = np.array([start for start, _ in text.sentences])
        for paragraph in document.sentences or ():
            if paragraph.labels is not None:
                inside = (begins >= paragraph.start) & (begins < paragraph.end)
                scores.append(found[inside].max(axis=0) if inside.any() else np.zeros(len(labels)))
                given = {label.label for label in paragraph.labels}
                truth.append([label in given for label in labels])
    return np.array(scores), np.array(truth, bool)


def _log_loss(scores: np.ndarray, right: np.ndarray) -> float:
    clipped = np.clip(scores, 1e-4, 1 - 1e-4)
    return float(-np.where(right, np.log(clipped), np.log1p(-clipped)).mean()) if scores.size else 0.0


def _thresholds(spec: TaggerSpec, scores: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    shared = _best(scores, truth)
    labels = spec.scheme.sentence_labels
    return {label: round(_best(scores[:, [at]], truth[:, [at]]) if truth[:, at].sum() >= _ENOUGH else shared, 3) for at, label in enumerate(labels)}


def _best(scores: np.ndarray, truth: np.ndarray) -> float:
    """The threshold of highest F1; of several the middle one."""

    def f1(threshold: float) -> float:
        given = scores >= threshold
        return 2 * float((given & truth).sum()) / max(1.0, float(given.sum() + truth.sum()))

    return _middle(_THRESHOLDS, np.array([f1(threshold) for threshold in _THRESHOLDS]))


def _middle(tried: np.ndarray, values: np.ndarray) -> float:
    """What was tried with the highest value; of several the middle one, not their mean: between two peaks lies a valley."""
    highest = np.flatnonzero(values >= values.max() - 1e-12)
    return float(tried[highest[(len(highest) - 1) // 2]])
