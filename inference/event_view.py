"""Linked documents as a writer writes their event records: a table for the terminal, JSON lines, rows, a page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..models.documents import Document
from ..models.json_line import json_line
from ..models.scheme import Scheme
from .event_page import event_page
from .event_table import columns, row
from .event_text import events_text
from .records import build_records
from .views import View

FORMATS = ("table", "csv", "jsonl", "parquet", "html")


def events_view(scheme: Scheme) -> View:
    """The view of event records.

    Formats are ``table``, for a terminal; ``jsonl``, a record a line; ``csv`` and ``parquet``, a row a record (`EventTable.to_rows`); ``html``. A
    document that could not be tagged is one line or row with its id and its error, in the key or column ``error``; one without events is none.

    Args:
        scheme: The labels of the documents, which `link` has linked.
    """
    names = columns(scheme)
    return View(
        FORMATS,
        (*names, "error"),
        partial(_rows, scheme, names),
        {"jsonl": partial(_lines, scheme), "table": partial(_table, scheme)},
        partial(event_page, scheme),
        kinds={"asserted": "bool", "score": "double"},
        resumable=True,
    )


def _rows(scheme: Scheme, names: tuple[str, ...], document: Document) -> Iterator[tuple[Any, ...]]:
    if document.error is not None:
        known = {"document": document.id, "published": document.date}
        yield (*(known.get(name) for name in names), document.error)
    for one in build_records(document, scheme):
        yield (*row(one, names), None)


def _lines(scheme: Scheme, document: Document, _: bool, __: int | None) -> str:
    found = [one.to_json() for one in build_records(document, scheme)]
    if document.error is not None:
        found.insert(0, {"document": document.id, "error": document.error})
    return "".join(json_line(one) + "\n" for one in found)


def _table(scheme: Scheme, document: Document, colour: bool, width: int | None) -> str:
    return events_text(document, build_records(document, scheme), colour=colour, width=width) + "\n\n"
