"""Self-training: texts that a tagger is sure of, with what it says of them, to be learnt from like an annotated corpus.

Source: the idea is that of Yarowsky (1995); choosing whole paragraphs by their least certain word keeps what is left unmarked trustworthy too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ..inference.predictor import Predictor
from ..models.decoding import log_softmax
from ..models.documents import Document

# Paragraphs of news, neither headlines nor whole articles on one line
_SHORTEST, _LONGEST = 60, 700
_BATCH = 500


def sample_paragraphs(documents: Iterable[str], count: int, seed: int) -> list[str]:
    """Paragraphs drawn at random, each once, in the order of the text.

    Args:
        documents: Texts, a paragraph a line.
        count: How many.
        seed: Decides which.
    """
    chooser = np.random.default_rng(seed)
    kept: list[tuple[int, str]] = []
    seen: set[int] = set()
    met = 0
    for document in documents:
        for line in re.split(r"\s*\n\s*", document):
            mark = hash(line)
            if not _SHORTEST <= len(line) <= _LONGEST or mark in seen:
                continue
            seen.add(mark)
            # reservoir sampling: the text is read once, whatever its length
            if met < count:
                kept.append((met, line))
            elif (at := int(chooser.integers(met + 1))) < count:
                kept[at] = (met, line)
            met += 1
    return [line for _, line in sorted(kept)]


def self_labels(predictor: Predictor, texts: Sequence[str], *, certainty: float) -> Iterator[Document]:
    """The texts that a tagger is sure of, as it tags them, without scores.

    Args:
        predictor: The tagger.
        texts: The texts.
        certainty: Least probability of the likeliest tag, on each span layer, of the least certain word of a text. 0 to 1.

    Yields:
        Documents, in order; those of the others are left out.
    """
    rest = iter(enumerate(texts))
    while batch := list(islice(rest, _BATCH)):
        encoded = predictor.encode([text for _, text in batch])
        logits = predictor.logits(encoded)
        sure = []
        for text, one in zip(encoded, logits, strict=True):
            layers = [one[layer][text.first] / predictor.spec.temperatures.get(layer, 1.0) for layer in ("entities", "triggers") if layer in one]
            likeliest = [log_softmax(at_words).max(axis=1) for at_words in layers if len(at_words)]
            sure.append(bool(likeliest) and float(np.exp(np.min(likeliest))) >= certainty)
        chosen = [Document(f"self-{number}", text) for (number, text), one in zip(batch, sure, strict=True) if one]
        yield from map(_plain, predictor.predict(chosen))


def _plain(document: Document) -> Document:
    """The document as if it had been annotated."""
    return replace(
        document,
        sentences=tuple(
            replace(one, labels=None if one.labels is None else tuple(replace(label, score=None) for label in one.labels))
            for one in document.sentences or ()
        ),
        entities=None if document.entities is None else tuple(replace(one, score=None) for one in document.entities),
        events=None
        if document.events is None
        else tuple(
            replace(one, score=None, arguments=None if one.arguments is None else tuple(replace(a, score=None) for a in one.arguments))
            for one in document.events
        ),
    )
