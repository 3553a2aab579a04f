"""What is written of a document, in each format: its mentions and events one by one, or as others see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..models.documents import Document
from .conll import HEADER, to_conll
from .html import Page
from .pretty import pretty

FORMATS = ("jsonl", "csv", "conll", "parquet", "html", "pretty")
COLUMNS = ("doc", "date", "layer", "id", "start", "end", "text", "label", "asserted", "score")


@dataclass(frozen=True, slots=True)
class View:
    """How documents look in the formats that a writer writes.

    Args:
        formats: Their names, as a user is told them: csv, parquet and html, and those of `lines`.
        columns: Of a table (csv, parquet).
        rows: Its rows of one document, of as many values as there are columns; None where one does not apply.
        lines: One document in a format of text, with the ends of its lines: by the format's name, the function of the document, whether there is colour,
            and the width of the screen.
        page: Begins a page with a title (html).
        heads: What a format of text begins with.
        kinds: Of the columns that are no strings, the type as parquet calls it.
        resumable: Whether its JSON lines say of which document they are, in order, so that a run which broke off can be gone on with.
    """

    formats: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Callable[[Document], Iterable[tuple[Any, ...]]]
    lines: Mapping[str, Callable[[Document, bool, int | None], str]]
    page: Callable[[str], Page]
    heads: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    resumable: bool = False


def rows(document: Document) -> Iterator[tuple[Any, ...]]:
    """The document as rows of `COLUMNS`, one a mention: its entities, its events, then each label of each sentence.

    A value that does not apply is None. A document with an error is one row, of the layer "error", with the error as its text.
    """
    doc, date = document.id, document.date
    if document.error is not None:
        yield (doc, date, "error", None, None, None, document.error, None, None, None)
    for one in document.entities or ():
        yield (doc, date, "entity", one.id, one.start, one.end, one.text, one.label, None, one.score)
    for event in document.events or ():
        yield (doc, date, "event", event.id, event.start, event.end, event.text, event.label, event.asserted, event.score)
    for sentence in document.sentences or ():
        for said in sentence.labels or ():
            text = document.text[sentence.start : sentence.end]
            yield (doc, date, "sentence", None, sentence.start, sentence.end, text, said.label, None, said.score)


MENTIONS = View(
    FORMATS,
    COLUMNS,
    rows,
    {
        "jsonl": lambda document, _, __: document.to_line() + "\n",
        "conll": lambda document, _, __: to_conll(document),
        "pretty": lambda document, colour, width: pretty(document, colour=colour, width=width) + "\n\n",
    },
    Page,
    heads={"conll": HEADER},
    kinds={"start": "int64", "end": "int64", "asserted": "bool", "score": "double"},
    resumable=True,
)
