"""Texts in: files, folders and standard input as a stream of items, whatever they hold.

A bad row becomes an item that carries its error, and the rest goes on; what a user must mend before anything runs is raised at once, by the call itself.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from pathlib import Path
from typing import IO, Any

from ..models.documents import Document
from ..models.errors import DataError, MissingExtra, nearest
from .sources import DAMAGED, UTF_8, Source, find_sources

_LAYERS = ("sentences", "entities", "events", "error")
_TABLES = ("csv", "tsv", "parquet")
_FIELD = 1 << 26  # characters of one field: above any article, below what a quote that is never closed would swallow


@dataclass(frozen=True, slots=True)
class Item:
    """One text as it was found.

    `text` is the raw value, a string unless there is an `error`. `extra` holds the row's further keys, as plain JSON values. `place` says where it was
    found, such as ``news.csv:17``.
    """

    id: str
    text: Any
    date: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    place: str = ""

    def document(self, **layers: Any) -> Document:
        """The item as a document, with `layers` (sentences, entities, events, error) if they are given; a ``source`` of `extra` becomes its source."""
        extra = dict(self.extra)
        source = extra.pop("source", None)
        if source is not None and not isinstance(source, str):
            source = json.dumps(source, ensure_ascii=False)
        text = self.text if isinstance(self.text, str) else ""
        return Document(self.id, text, date=self.date, source=source, extra=extra, **{"error": self.error, **layers})


@dataclass(frozen=True, slots=True)
class _Columns:
    text: str
    id: str
    date: str


_Row = tuple[int, Any, str | None]  # line or row number, the row, what is wrong with it


def read_texts(
    sources: Sequence[str | Path],
    *,
    format: str | None = None,
    text_column: str = "text",
    id_column: str = "id",
    date_column: str = "date",
    skip: str | Path | None = None,
    encoding: str = UTF_8,
    stdin: IO[bytes] | IO[str] | None = None,
) -> Iterator[Item]:
    """Reads texts, one after the other, in constant memory.

    Args:
        sources: Files, folders (read recursively, in order of name, files of a known ending only, hidden ones left out) and ``"-"`` for standard input.
        format: txt, lines, jsonl, csv, tsv or parquet, instead of what the ending says. ``"txt"`` is one text a file, ``"lines"`` one text a line
            (blank lines are skipped; the default for standard input). In folders it picks the files of that ending.
        text_column: The key or column that holds the text.
        id_column: The one that holds the id; a row without one is called after its file and line, ``news:17``.
        date_column: The one that holds the date.
        skip: The file that will be written: left out of folders, where an earlier run may have left it, and refused as a source.
        encoding: Of the characters in files and standard input, parquet apart, such as ``"windows-1256"``.
        stdin: A binary stream (or a text stream over one) to read for ``"-"``; by default the standard input of the process.

    Returns:
        One item per text, in order. Texts are as the file has them, also their line ends; only a byte order mark is taken off. In JSONL the layers
        entities, events and sentences, and an error, are left out: they are predicted anew. A further key named like one of the format (``text``,
        ``id``, ...) is kept with an underscore behind it.

    Raises:
        TypeError: `sources` is one string or path.
        DataError: A file is not there or has an unknown ending, a folder has nothing to read, a header lacks a column. A table in a folder that lacks
            one is an item with its error, if there is anything else to read, and another table where the column was asked for by name.
        HadathError: An unknown `format` or `encoding`, or parquet from standard input.
        MissingExtra: Parquet without pyarrow.
    """
    columns = _Columns(text_column, id_column, date_column)
    found = find_sources(sources, format, skip, encoding)
    unfit: dict[Path, DataError] = {}
    for one in found:
        if one.path is not None and one.format in _TABLES:
            try:
                _check_header(one, columns)
            except DataError as fault:
                if one.named:
                    raise
                unfit[one.path] = fault
    asked = columns != _Columns("text", "id", "date")  # a name that no table has is a slip, whatever else there is to read
    tables = [one for one in found if not asked or one.format in _TABLES]
    if unfit and all(one.path in unfit for one in tables):
        raise next(iter(unfit.values()))
    return _items(found, columns, stdin, unfit)


def _check_header(source: Source, columns: _Columns) -> None:
    try:
        if source.format == "parquet":
            next(_parquet(source.path, columns), None)
        else:
            with source.open(None) as stream:
                next(_table(stream, source, columns), None)
    except (*DAMAGED, UnicodeError) as fault:
        raise DataError(f"cannot be read: {fault}", source.path) from None


def _check_columns(header: Sequence[str], columns: _Columns, path: Path | None) -> None:
    for option, asked, must in (
        ("text_column", columns.text, True),
        ("id_column", columns.id, columns.id != "id"),
        ("date_column", columns.date, columns.date != "date"),
    ):
        if asked in header or not must:
            continue
        near = nearest(asked, header)
        hint = f"; {near}" if near.startswith("did") else "."
        raise DataError(
            f'has no column "{asked}"; its columns are {", ".join(header) or "none"}{hint} Choose one with --{option.replace("_", "-")} ({option}=)',
            path or "stdin",
        )


def _items(sources: Sequence[Source], columns: _Columns, stdin: IO[bytes] | IO[str] | None, unfit: Mapping[Path, DataError]) -> Iterator[Item]:
    for source in sources:
        if source.path is not None and source.path in unfit:
            yield Item(f"{source.name}:1", None, error=unfit[source.path].reason, place=source.place(1))
            continue
        last: int | None = None
        try:
            if source.format == "parquet":
                for last, row, error in _parquet(source.path, columns):
                    yield _item(source, last, row, error, columns)
                continue
            with source.open(stdin) as stream:
                if source.format == "txt":
                    yield _whole(stream, source)
                    continue
                rows = _table if source.format in ("csv", "tsv") else _lines
                for last, row, error in rows(stream, source, columns):
                    yield _item(source, last, row, error, columns)
        except UnicodeError as fault:  # an encoding whose text cannot even begin: utf-16 without a mark of its order
            error = f"cannot be read as {source.encoding}: {getattr(fault, 'reason', fault)}; try another --encoding (encoding=), such as utf-16-le"
            yield Item(f"{source.name}:1", None, error=error, place=source.place(None))
        except (*DAMAGED, DataError) as fault:
            if isinstance(fault, DataError) and source.path is None:  # of files the header was looked at before; they have changed since
                raise
            number = None if last is None else last + 1
            gone = last is None and source.path is not None and not source.path.exists()
            error = "the file is gone; it was there when the run began" if gone else f"the file is damaged from here on: {fault}"
            yield Item(f"{source.name}:{number or 1}", None, error=error, place=source.place(number))


def _whole(stream: IO[bytes], source: Source) -> Item:
    raw = stream.read()
    try:
        return Item(source.name, raw.decode("utf-8").removeprefix("\ufeff"), place=source.place(None))
    except UnicodeDecodeError as fault:
        return Item(source.name, None, error=source.undecodable(fault.start), place=source.place(None))


def _unmarked(stream: IO[bytes]) -> Iterator[bytes]:
    for number, raw in enumerate(stream):
        yield raw.removeprefix(b"\xef\xbb\xbf") if number == 0 else raw


def _lines(stream: IO[bytes], source: Source, columns: _Columns) -> Iterator[_Row]:
    for number, raw in enumerate(_unmarked(stream), 1):
        if not raw.strip():
            continue
        try:
            line = raw.decode("utf-8")
            row = (
                {columns.text: line.removesuffix("\n").removesuffix("\r")} if source.format == "lines" else json.loads(line, parse_constant=_nothing)
            )
        except UnicodeDecodeError as fault:
            yield number, None, source.undecodable(fault.start, "the line")
        except json.JSONDecodeError as fault:
            yield number, None, f"not JSON: {fault.msg} at column {fault.colno}"
        except (ValueError, RecursionError) as fault:  # a number of thousands of digits, a thousand brackets
            yield number, None, f"not JSON that can be read: {fault}"
        else:
            if isinstance(row, dict):
                yield number, {key: value for key, value in row.items() if key not in _LAYERS}, None
            else:
                yield number, None, f"a row is a JSON object, this is a {type(row).__name__}"


def _table(stream: IO[bytes], source: Source, columns: _Columns) -> Iterator[_Row]:
    csv.field_size_limit(_FIELD)
    # Decoded line by line, with marks for bad bytes, so that one costs one row; the csv reader itself joins the lines of a quoted field. Strict: without
    # it, a stray quote would silently change the text.
    lines = (raw.decode("utf-8", "surrogateescape") for raw in _unmarked(stream))
    reader = csv.reader(lines, delimiter="," if source.format == "csv" else "\t", strict=True)
    try:
        header = next(reader, None)
    except csv.Error as fault:
        raise DataError(f"the header is not {source.format}: {fault}", source.path or "stdin", 1) from None
    if header is None:  # an empty file has no rows
        return
    first = ",".join(header)
    if _foreign(first):
        raise DataError(source.undecodable(_byte(first), "the header"), source.path or "stdin", 1)
    _check_columns(header, columns, source.path)
    while True:
        number = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield number, None, f"not {source.format}: {fault} (a quote inside a quoted field is written twice)"
            continue
        if not fields:
            continue
        bad = [name for name, value in zip(header, fields, strict=False) if _foreign(value)]
        if bad:
            value = dict(zip(header, fields, strict=False))[bad[0]]
            yield number, None, source.undecodable(_byte(value), f'the column "{bad[0]}"')
        elif len(fields) > len(header):
            yield number, None, f"has {len(fields)} fields, the header has {len(header)}; a field with the separator in it needs quotes"
        else:
            yield number, dict(zip(header, fields, strict=False)), None


def _nothing(name: str) -> None:
    """NaN and Infinity, which JSON does not know and tables write for an empty cell."""


def _foreign(value: str) -> bool:
    return not value.isascii() and any("\udc80" <= char <= "\udcff" for char in value)


def _byte(value: str) -> int:
    """Of a foreign value, the first byte that is not UTF-8."""
    before = next(at for at, char in enumerate(value) if _foreign(char))
    return len(value[:before].encode("utf-8", "surrogateescape"))


def _parquet(path: Path | None, columns: _Columns) -> Iterator[_Row]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("reading parquet", "tables") from None
    try:
        file = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError) as fault:
        raise DataError(f"not parquet: {fault}", path) from None
    with file:
        _check_columns(file.schema_arrow.names, columns, path)
        number = 0
        try:
            for batch in file.iter_batches(batch_size=256):
                for index in range(batch.num_rows):
                    number += 1
                    try:
                        row = batch.slice(index, 1).to_pylist()[0]  # one by one: a string that is not UTF-8 fails where it becomes Python's
                    except (ValueError, OverflowError) as fault:
                        yield number, None, f"a value cannot be read: {fault}"
                    else:
                        yield number, row, None
        except arrow.ArrowException as fault:
            raise OSError(str(fault)) from None


def _item(source: Source, number: int, row: dict[str, Any] | None, error: str | None, columns: _Columns) -> Item:
    name, place = f"{source.name}:{number}", source.place(number)
    if row is None:
        return Item(name, None, error=error, place=place)
    rest = dict(row)
    text, ident, day = rest.pop(columns.text, None), rest.pop(columns.id, None), rest.pop(columns.date, None)
    if columns.text not in row:
        near = nearest(columns.text, row)
        hint = f"; {near} C" if near.startswith("did") else "; c"
        error = f'has no "{columns.text}"; its keys are {", ".join(row) or "none"}{hint}hoose one with --text-column (text_column=)'
    elif not isinstance(text, str):
        error = f'"{columns.text}" is {"null" if text is None else "a " + type(text).__name__}; a text is a string'
    for column, value in ((columns.id, ident), (columns.date, day)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float, Day))):
            error = error or f'"{column}" is a {type(value).__name__}; it is a string or a number'
    known = ("id", "date", "text", *_LAYERS)
    extra = {f"{key}_" if key in known else key: value for key, value in rest.items()}
    return Item(_word(ident) or name, text, _word(day) or None, _plain(extra), error, place)


def _word(value: Any) -> str:
    if isinstance(value, Day):  # a datetime is one too
        return value.isoformat()
    return str(value) if isinstance(value, (str, int, float)) and value == value else ""


def _plain(extra: dict[str, Any]) -> dict[str, Any]:
    """Tables hold dates, decimals and bytes, which JSON does not."""
    try:
        json.dumps(extra, allow_nan=False)
        return extra
    except (TypeError, ValueError):
        said = json.dumps(extra, default=lambda value: value.hex() if isinstance(value, bytes) else str(value))
        return dict(json.loads(said, parse_constant=_nothing))
