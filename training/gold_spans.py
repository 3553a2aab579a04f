"""Arguments on the mentions and triggers of the gold, so that what the scorer of pairs can do is seen apart from what the spans before it miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..inference.arguments import read_arguments
from ..inference.encoding import Encoded
from ..inference.predictor import Predictor
from ..models.decoding import WordSpan
from ..models.documents import Argument, Document, Event, Mention
from ..models.errors import HadathError
from .examples import locate


def gold_span_arguments(predictor: Predictor, gold: Sequence[Document]) -> list[Document]:
    """The documents with their own mentions and events, and the arguments that a tagger gives these.

    Args:
        predictor: A tagger that was taught arguments.
        gold: Documents with ids on their mentions.

    Raises:
        HadathError: The tagger was not taught arguments.
    """
    score = predictor.pairs
    if score is None:
        raise HadathError("the model was not taught arguments; train one with layers.arguments: true")
    texts = predictor.encode([one.text for one in gold])
    scheme = predictor.spec.scheme
    mentions = [_located(text, one.entities or (), scheme.entities) for text, one in zip(texts, gold, strict=True)]
    triggers = [_located(text, one.events or (), scheme.triggers) for text, one in zip(texts, gold, strict=True)]
    found = read_arguments(
        predictor.spec,
        score,
        texts,
        predictor.logits(texts),
        [[span for span, _ in several] for several in triggers],
        [[span for span, _ in several] for several in mentions],
    )
    documents = []
    for document, ours, events, arguments in zip(gold, mentions, triggers, found, strict=True):
        given = {
            id(event): tuple(Argument(scheme.roles[role], str(ours[at][1].id), round(chance, 4)) for at, role, chance in several)
            for (_, event), several in zip(events, arguments, strict=True)
        }
        documents.append(replace(document, events=tuple(replace(one, arguments=given.get(id(one), ())) for one in document.events or ())))
    return documents


def _located(text: Encoded, spans: Sequence[Mention | Event], labels: Sequence[str]) -> list[tuple[WordSpan, Mention | Event]]:
    """The words of each span, in order; of two that share a word the first."""
    found: list[tuple[WordSpan, Mention | Event]] = []
    for one in sorted(spans, key=lambda span: span.start):
        place = locate(text, one.start, one.end)
        if place is not None and (not found or place[0] >= found[-1][0].last):
            found.append((WordSpan(place[0], place[1], labels.index(one.label), 1.0), one))
    return found
