"""Documents out: one writer, six formats. A file appears under its name when it is whole, or not at all."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ..models.documents import Document
from ..models.errors import DataError, HadathError, MissingExtra, nearest
from .sources import PACKED
from .unfinished import Done, PartFile, part_of, resumable
from .views import COLUMNS, FORMATS, MENTIONS, View, rows

__all__ = ["COLUMNS", "FORMATS", "Writer", "open_writer", "rows"]
_BATCH = 4096  # rows of a parquet row group: a few hundred kilobytes


class Writer:
    """Writes documents one by one; made by `open_writer`.

    As a context manager it closes at the end of the block, and leaves no file where the block failed, or a part (see `open_writer`).
    """

    def __init__(
        self, put: Callable[[Document], None], finish: Callable[[], None], keep: Callable[[bool], None], stop: Callable[[], None] | None = None
    ) -> None:
        self._put, self._finish, self._keep, self._stop = put, finish, keep, stop
        self._open = True

    def write(self, document: Document) -> None:
        """Writes a document."""
        if not self._open:
            raise ValueError("the writer is closed")
        self._put(document)

    def close(self) -> None:
        """Ends the file and gives it its name. A second call does nothing."""
        if not self._open:
            return
        try:
            self._finish()
        except BaseException:
            self.discard()
            raise
        self._open = False
        self._keep(True)

    def discard(self) -> None:
        """Drops what was written; of a stream, only what was to follow."""
        if self._open:
            self._open = False
            self._keep(False)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        elif self._stop is not None and not issubclass(kind, Exception):
            self._open = False
            self._stop()
        else:
            self.discard()


def open_writer(
    target: str | Path | IO[str],
    format: str,
    *,
    colour: bool = False,
    width: int | None = None,
    title: str = "hadath",
    keep: bool = False,
    after: Done | None = None,
    view: View = MENTIONS,
) -> Writer:
    """Opens a writer.

    Args:
        target: A file, ``"-"`` for standard output, or an open text stream, which stays open. Streams are flushed after each document. A file is written
            beside its name and renamed when it is whole, replacing one that was there; the endings .gz and .xz compress it (parquet has its own way).
        format: ``"jsonl"``, a document a line; ``"csv"``, the rows of `rows`; ``"conll"``, a word a line; ``"parquet"``, the rows of csv as a table;
            ``"html"``, one page; ``"pretty"``, for a terminal.
        colour: For a terminal (pretty, table): whether to use colour.
        width: For a terminal: columns to wrap at.
        title: For html: the title of the page.
        keep: Keeps what was written before the run broke off as a part, the file's name with ``.part`` behind it: in JSONL that is not packed the whole
            lines, whatever happened, a ``kill -9`` too; in other formats the finished documents, where a user stopped the run.
        after: Go on behind what an earlier run left (`unfinished.read_done`); takes `keep` and JSONL that is not packed.
        view: What is written of a document; its mentions and events by default.

    Raises:
        HadathError: An unknown format, or parquet to a stream, or `after` with another format.
        DataError: The file cannot be written, or another run is writing it or was broken off and left a part.
        MissingExtra: Parquet without pyarrow.
    """
    if format not in view.formats:
        raise HadathError(f'no writer for the format "{format}"; {nearest(format, view.formats)}')
    if isinstance(target, (str, Path)) and str(target) != "-":
        path = Path(os.path.realpath(target))  # a link keeps pointing where it does
        if not path.parent.is_dir():
            raise DataError(f"cannot be written: there is no folder {path.parent}; make it first", target)
        if path.is_dir():
            raise DataError("cannot be written: it is a folder; name a file in it", target)
        # What is no plain file (a pipe, /dev/null) must not be replaced by one.
        plain = path.is_file() or not path.exists()
        goes_on = keep and plain and view.resumable and resumable(path, format)
        if after is not None and not goes_on:
            raise HadathError(f"only a file of JSON lines that is not packed can be gone on with (--resume); {target} is none")
        part = path.with_name(f".{path.name}.{os.getpid()}.part") if plain else path
        try:
            if goes_on:
                lines = PartFile(path, after)
                return Writer(lambda document: lines.write(view.lines[format](document, False, None)), _nothing, lines.settle)
            if format == "parquet":
                put, finish, close = _parquet(part, view)
            else:
                file = PACKED.get(path.suffix.lower(), open)(part, "wt", encoding="utf-8", errors="backslashreplace", newline="")
                put, finish = _encode(file, format, view, colour, width, title)
                close = file.close
        except OSError as fault:
            raise DataError(f"cannot be written: {fault.strerror or fault}", target) from None
        return Writer(
            put,
            finish,
            lambda whole: _settle(close, part, path, whole),
            (lambda: _stop(finish, close, part, part_of(path))) if keep and part != path else None,
        )
    if after is not None:
        raise HadathError("--resume goes on with a file; name it with --output")
    if format == "parquet":
        raise HadathError("parquet is no text and cannot go to a stream; name a file")
    if isinstance(target, (str, Path)):
        sys.stdout.flush()
        inner = getattr(sys.stdout, "buffer", None)
        # UTF-8 whatever the terminal's own encoding is, and lone surrogates as escapes.
        stream: Any = io.TextIOWrapper(inner, encoding="utf-8", errors="backslashreplace", newline="") if inner else sys.stdout
        leave = stream.detach if inner else stream.flush
    else:
        stream, leave = target, target.flush
    put, finish = _encode(stream, format, view, colour, width, title)

    def put_now(document: Document) -> None:
        put(document)
        stream.flush()

    return Writer(put_now, finish, lambda _: _nothing(leave()))


def _encode(file: Any, format: str, view: View, colour: bool, width: int | None, title: str) -> tuple[Callable[[Document], None], Callable[[], None]]:
    """How a text format writes a document, and its end; writes its beginning."""
    if format == "csv":
        table = csv.writer(file, lineterminator="\n")
        table.writerow(view.columns)
        return lambda document: table.writerows([_csv(value) for value in row] for row in view.rows(document)), _nothing
    if format == "html":
        form = view.page(title)
        file.write(form.head())
        return lambda document: _nothing(file.write(form.article(document))), lambda: _nothing(file.write(form.tail()))
    write = view.lines[format]
    file.write(view.heads.get(format, ""))
    return lambda document: _nothing(file.write(write(document, colour, width))), _nothing


def _parquet(path: Path, view: View) -> tuple[Callable[[Document], None], Callable[[], None], Callable[[], None]]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("writing parquet", "tables") from None
    schema = arrow.schema([(name, arrow.type_for_alias(view.kinds.get(name, "string"))) for name in view.columns])
    table = parquet.ParquetWriter(path, schema)
    held: list[tuple[Any, ...]] = []

    def flush() -> None:
        columns = list(zip(*held, strict=True)) or [()] * len(view.columns)
        arrays = [arrow.array([_utf8(value) for value in column], field.type) for column, field in zip(columns, schema, strict=True)]
        table.write_batch(arrow.record_batch(arrays, schema=schema))
        held.clear()

    def put(document: Document) -> None:
        held.extend(view.rows(document))
        if len(held) >= _BATCH:
            flush()

    return put, flush, table.close


def _settle(close: Callable[[], None], part: Path, path: Path, whole: bool) -> None:
    try:
        with nullcontext() if whole else suppress(Exception):
            close()
        if part != path and whole:
            os.replace(part, path)  # noqa: PTH105
    finally:
        if part != path:
            part.unlink(missing_ok=True)


def _stop(finish: Callable[[], None], close: Callable[[], None], part: Path, kept: Path) -> None:
    """Ends a file that a user stopped: what is finished stays, marked as a part."""
    try:
        finish()
        close()
        os.replace(part, kept)  # noqa: PTH105
    finally:
        part.unlink(missing_ok=True)


def _csv(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _utf8(value: Any) -> Any:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _nothing(_: object = None) -> None:
    return None
