"""Further copies of a corpus in which other names of the same label stand in the places of its own, so that the words around a name are learnt from.

Source: Dai and Adel, "An analysis of simple data augmentation for named entity recognition", 2020 (mention replacement).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from ..models.documents import Document, Event, Mention, Sentence

_Mark = TypeVar("_Mark", Mention, Event)
_PROCLITICS = "وفبكل"


def swapped(documents: Sequence[Document], labels: Collection[str], share: float, dice: np.random.Generator) -> Iterator[Document]:
    """Documents with other mentions of the same documents in the places of theirs.

    A name that comes again in a text becomes the same other name each time. Each way of naming is drawn as often as any other, however many times it is
    mentioned, so that the rare ones are seen more. All layers move along; a mention that shares characters with a trigger or another mention stays as it is,
    and so does one behind the preposition ل, which swallows the alif of an article, or one that seems to begin with a proclitic (``بالسودان``, where mentions are
    whole words).

    Args:
        documents: With entities.
        labels: Of the mentions to swap.
        share: How many of the names of a text become others, 0 to 1.
        dice: Decides.
    """
    known = {(one.label, one.text) for document in documents for one in document.entities or ()}

    def plain(one: Mention) -> bool:
        rest = one.text[1:]
        return not (one.text[0] in _PROCLITICS and (rest.startswith(("ال", "لل")) or one.text.startswith("لل") or (one.label, rest) in known))

    free = [
        [one for one in _apart(document) if one.label in labels and plain(one) and document.text[one.start - 1 : one.start] != "ل"]
        for document in documents
    ]
    names = {label: sorted({one.text for several in free for one in several if one.label == label}) for label in labels}
    for document, mentions in zip(documents, free, strict=True):
        chosen: dict[tuple[str, str], str] = {}
        edits: list[tuple[int, int, str]] = []
        for one in mentions:
            key = (one.label, one.text)
            if key not in chosen:
                several = names[one.label]
                chosen[key] = several[dice.integers(len(several))] if dice.random() < share else one.text
            edits.append((one.start, one.end, chosen[key]))
        yield _edited(document, edits)


def _apart(document: Document) -> list[Mention]:
    """The mentions that share no character with any other or with a trigger, in the order of the text."""
    spans: list[Mention | Event] = sorted([*(document.entities or ()), *(document.events or ())], key=lambda one: (one.start, one.end))
    found, end = [], 0
    for at, one in enumerate(spans):
        following = spans[at + 1].start if at + 1 < len(spans) else len(document.text)
        if isinstance(one, Mention) and one.start >= end and one.end <= following:
            found.append(one)
        end = max(end, one.end)
    return found


def _edited(document: Document, edits: Sequence[tuple[int, int, str]]) -> Document:
    """The document with other text in some places, each span of it moved to where its own text is now."""
    parts: list[str] = []
    ends: list[int] = []  # of what was edited, in the old text
    shifts = [0]
    last = 0
    for start, end, text in edits:
        parts += [document.text[last:start], text]
        ends.append(end)
        shifts.append(shifts[-1] + len(text) - (end - start))
        last = end
    text = "".join([*parts, document.text[last:]])

    def moved(start: int, end: int) -> tuple[int, int]:
        # a span lies outside what was edited, holds it whole, or is it: so its start moves by the edits that ended before it, its end by its own too
        return start + shifts[bisect_left(ends, start + 1)], end + shifts[bisect_left(ends, end + 1)]

    def mark(one: _Mark) -> _Mark:
        start, end = moved(one.start, one.end)
        return replace(one, start=start, end=end, text=text[start:end])

    def sentence(one: Sentence) -> Sentence:
        start, end = moved(one.start, one.end)
        return replace(one, start=start, end=end)

    return replace(
        document,
        text=text,
        sentences=None if document.sentences is None else tuple(map(sentence, document.sentences)),
        entities=None if document.entities is None else tuple(map(mark, document.entities)),
        events=None if document.events is None else tuple(map(mark, document.events)),
    )
