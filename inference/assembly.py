"""From logits to a document: decode each layer, leave proclitics out, put the spans into the raw text, give events their arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..models.decoding import WordSpan, any_of, decode, sigmoid
from ..models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel
from ..models.spec import TaggerSpec
from ..models.tags import OUTSIDE
from ..models.words import skip_choices
from .arguments import read_arguments
from .encoding import Encoded
from .floors import Floors
from .links import find_links, is_part
from .quotes import with_whole_pairs
from .runtime import ScorePairs

# Decoded spans with their places in the raw text
_Placed = list[tuple[WordSpan, tuple[int, int]]]


def assemble(
    spec: TaggerSpec,
    texts: Sequence[Encoded],
    logits: Sequence[Mapping[str, np.ndarray]],
    documents: Sequence[Document],
    floors: Floors,
    pairs: ScorePairs | None = None,
) -> list[Document]:
    """Builds the tagged documents.

    Args:
        spec: Of the tagger.
        texts: The encoded texts.
        logits: For each text the logits of the heads that were run, at every piece. Shape: (pieces, size)
        documents: What is known of the texts; their layers are replaced.
        floors: What to leave out.
        pairs: Scores pairs of a trigger and a mention; without it, events have no arguments.
    """
    placed: dict[str, list[_Placed]] = {}
    links = [find_links(one.text) for one in documents]
    for layer, labels in (("entities", spec.scheme.entities), ("triggers", spec.scheme.triggers)):
        if layer in spec.heads:
            floor = floors.of(layer, labels)
            at_words = [one[layer][text.first] for text, one in zip(texts, logits, strict=True)]
            temperature = spec.temperatures.get(layer, 1.0)
            bias = np.zeros(spec.heads[layer].size, np.float32)
            bias[OUTSIDE] = -spec.openness.get(layer, 0.0) / temperature
            decoded = decode(at_words, temperature=temperature, bias=bias)
            placed[layer] = [
                _place(text, with_whole_pairs(text, [span for span in spans if span.score >= floor[span.label]]), one, pointers)
                for text, spans, one, pointers in zip(texts, decoded, logits, links, strict=True)
            ]
    found = None
    if pairs is not None and "arguments" in spec.heads and len(placed) == 2:
        triggers, mentions = ([[span for span, _ in several] for several in placed[layer]] for layer in ("triggers", "entities"))
        found = read_arguments(spec, pairs, texts, logits, triggers, mentions)
    least = floors.of("arguments", spec.scheme.roles)
    kinds = spec.scheme.sentence_labels
    limits = np.maximum([spec.thresholds.get(label, 0.5) for label in kinds], floors.of("sentences", kinds))
    tagged = []
    for index, (text, one, document) in enumerate(zip(texts, logits, documents, strict=True)):
        entities = events = None
        if "entities" in placed:
            entities = tuple(
                Mention(*place, document.text[slice(*place)], spec.scheme.entities[span.label], f"T{number}", _round(span.score))
                for number, (span, place) in enumerate(placed["entities"][index], 1)
            )
        if "triggers" in placed:
            events = tuple(
                Event(
                    *place,
                    document.text[slice(*place)],
                    spec.scheme.triggers[span.label],
                    _asserted(text, span, one),
                    f"E{number}",
                    _round(span.score),
                    None if found is None else _arguments(spec, found[index][number - 1], least),
                )
                for number, (span, place) in enumerate(placed["triggers"][index], 1)
            )
        sentences = tuple(_sentences(spec, text, one, limits))
        tagged.append(Document(document.id, document.text, document.date, document.source, sentences, entities, events, extra=document.extra))
    return tagged


def sentence_scores(spec: TaggerSpec, text: Encoded, logits: Mapping[str, np.ndarray]) -> np.ndarray:
    """The probability of each event type in each sentence. Shape: (sentences, labels)"""
    starts = text.sentence_pieces
    ends = np.append(starts[1:], len(text.ids))
    scores = np.zeros((len(starts), len(spec.scheme.sentence_labels)), np.float32)
    full = ends > starts  # a sentence of nothing but invisible characters has no pieces and reports nothing
    if full.any():
        temperature = spec.temperatures.get("sentences", 1.0)
        odds = any_of(logits["sentences"], starts[full]).astype(np.float64).clip(1e-7, 1 - 1e-7)
        scores[full] = sigmoid((np.log(odds) - np.log1p(-odds)) / temperature)
    return scores


def _place(text: Encoded, spans: Sequence[WordSpan], logits: Mapping[str, np.ndarray], links: list[tuple[int, int]]) -> _Placed:
    """Each span with its place in the raw text, the proclitics of its first word left outside; none inside a link.

    Several words may have been made of one raw cluster (a ligature such as U+FDFA, a link, an emoji sequence); of spans that meet in one, the most
    certain is kept.
    """
    placed: _Placed = []
    for span in spans:
        skip = 0
        if "proclitics" in logits:
            score = logits["proclitics"][text.first[span.first]]
            most = min(skip_choices(text.word(span.first)), len(score) - 1)
            skip = int(score[: most + 1].argmax()) if most else 0
        place = text.raw_span(span.first, span.last, skip)
        if links and is_part(links, *place):
            continue
        if placed and place[0] < placed[-1][1][1]:
            if span.score <= placed[-1][0].score:
                continue
            placed.pop()
        placed.append((span, place))
    return placed


def _asserted(text: Encoded, span: WordSpan, logits: Mapping[str, np.ndarray]) -> bool:
    return bool(logits["asserted"][text.first[span.first], 0] >= 0)


def _arguments(spec: TaggerSpec, found: Sequence[tuple[int, int, float]], least: np.ndarray) -> tuple[Argument, ...]:
    return tuple(Argument(spec.scheme.roles[role], f"T{mention + 1}", _round(score)) for mention, role, score in found if score >= least[role])


def _sentences(spec: TaggerSpec, text: Encoded, logits: Mapping[str, np.ndarray], limits: np.ndarray) -> list[Sentence]:
    if "sentences" not in spec.heads:
        return [Sentence(start, end) for start, end in text.sentences]
    labels = spec.scheme.sentence_labels
    found = []
    for (start, end), scores in zip(text.sentences, sentence_scores(spec, text, logits), strict=True):
        given = np.flatnonzero(scores >= limits)
        found.append(Sentence(start, end, tuple(SentenceLabel(labels[one], _round(float(scores[one]))) for one in given)))
    return found


def _round(score: float) -> float:
    return round(min(max(score, 0.0), 1.0), 4)
