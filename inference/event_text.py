"""Event records as a table for a terminal, safe where Arabic and Latin letters meet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from ..models.documents import Document
from ..models.records import EventRecord, Part
from .event_table import HEADINGS, described, interval, one_line
from .terminal import ANY, POP, clean, code_of, paint, width_of, wrap

_GAP = "  "
# The widest that a column becomes where the screen does not say, and the narrowest that it is cut down to
_WIDE, _NARROW = 28, 5
_HEADS = ("event", "words", "when", *HEADINGS.values())


def events_text(document: Document, records: Sequence[EventRecord], *, colour: bool, width: int | None = None) -> str:
    """Writes the records of a document as a table.

    Columns that no record fills are left out. Each cell is isolated, so that a row of Arabic names keeps the order of its columns; cells that are too long
    go on in the next line.

    Args:
        document: The article, for the heading; one that could not be tagged shows its error.
        records: Its records.
        colour: Whether to use colour.
        width: Columns of the screen; None gives each column what it needs, up to a limit.

    Returns:
        Lines, without a newline at the end.
    """
    head = _GAP.join(f"{ANY}{clean(one)}{POP}" for one in (document.id, document.date, document.source) if one)
    lines = [paint(head, "1", colour)]
    if document.error is not None:
        return "\n".join([*lines, f"  error: {clean(document.error)}"])
    if not records:
        return "\n".join([*lines, "  no events"])
    words = {one.id: _words(one) for one in records}
    rows = [_HEADS, *(_cells(one, words) for one in records)]
    kept = [at for at in range(len(_HEADS)) if any(row[at] for row in rows[1:])]
    widths = _fit([max(max(map(width_of, row[at].split("\n"))) for row in rows) for at in kept], width)
    lines += _row(rows[0], kept, widths, "4", colour)
    for record, row in zip(records, rows[1:], strict=True):
        lines += _row(row, kept, widths, f"1;{code_of(record.label)}", colour)
    return "\n".join(lines)


def _row(row: Sequence[str], kept: Sequence[int], widths: Sequence[int], style: str, colour: bool) -> Iterator[str]:
    """The lines of a row, its first cell in a style; names stand below one another."""
    columns = [[line for name in row[at].split("\n") for line in _lines(name, size)] for at, size in zip(kept, widths, strict=True)]
    for cells in itertools.zip_longest(*columns, fillvalue=""):
        line = "  "
        for column, (text, size) in enumerate(zip(cells, widths, strict=True)):
            cell = f"{ANY}{paint(text, style, colour and not column)}{POP}" if text else ""
            line += cell + " " * (size - width_of(text) + len(_GAP))
        yield line.rstrip()


def _words(record: EventRecord) -> str:
    return clean(" / ".join(dict.fromkeys(one_line(one.text) for one in record.triggers)))


def _cells(record: EventRecord, words: Mapping[str, str]) -> tuple[str, ...]:
    """The cells of a record, with the words of all of the article's."""
    label = clean(record.label) + ("" if record.asserted else " (not asserted)")
    value = None if record.date is None else record.date.value
    when = interval(value) if value else one_line(record.date.name) if record.date else ""
    told = "\n".join(words[one] for one in record.reports if one in words)
    return (label, words[record.id], clean(when), *(told if name == "reports" else _names(name, getattr(record, name)) for name in HEADINGS))


def _names(name: str, parts: Sequence[Part]) -> str:
    return "\n".join(clean(described(name, one)) for one in parts)


def _lines(text: str, width: int) -> list[str]:
    """A cell's lines. A word that is wider than its column is cut, so that the columns beside it stay where they are."""
    words = [word[at : at + width] for word in text.split(" ") for at in range(0, max(len(word), 1), width)]
    return list(wrap(words, width)) or [""]


def _fit(needs: list[int], width: int | None) -> list[int]:
    """Widths of columns that fit the screen: the widest give way first."""
    widths = [min(one, _WIDE) for one in needs]
    if width is not None:
        room = width - 2 - len(_GAP) * (len(widths) - 1)
        while sum(widths) > room and max(widths) > _NARROW:
            widths[widths.index(max(widths))] -= 1
    return widths
