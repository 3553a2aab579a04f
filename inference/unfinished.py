"""An output that is not whole yet: its name, its lines, which are whole at every moment, and how a later run goes on with it."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..models.documents import Document
from ..models.errors import DataError, HadathError
from .sources import PACKED

try:
    import fcntl
except ImportError:  # not on Windows; there two runs at once are not told
    fcntl = None  # type: ignore[assignment]

# Documents at the end of an unfinished output that are tagged again, to see that the same model goes on
PROBES = 8


def part_of(path: str | Path) -> Path:
    """Where an output lies until it is whole: beside its name, marked as a part. A link keeps pointing where it does."""
    real = Path(os.path.realpath(path))
    return real.with_name(real.name + ".part")


def left_of(output: str | Path) -> Path:
    """Where lies what an earlier run left of an output: the part, or the output itself if that once was whole, or nothing."""
    part = part_of(output)
    return part if part.exists() else Path(os.path.realpath(output))


def whole_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines of an output with their numbers, but for a last one that was being written when the run was killed."""
    for number, line in enumerate(file, 1):
        if line.endswith(b"\n"):
            yield number, line


def resumable(path: str | Path, format: str) -> bool:
    """Whether a run that writes this file can be gone on with: JSONL that is not packed, where each line says which text it answers."""
    return format == "jsonl" and Path(path).suffix.lower() not in PACKED


@dataclass(frozen=True)
class Done:
    """What an unfinished output holds.

    Args:
        path: The file that holds it: the part, or the output itself if that once was whole.
        documents: How many.
        failed: How many of them could not be tagged.
        whole: Bytes up to the end of the last whole line.
        size: Bytes of the file; what lies behind `whole` was torn off.
        last: The last ones that carry no error.
    """

    path: Path
    documents: int = 0
    failed: int = 0
    whole: int = 0
    size: int = 0
    last: tuple[Document, ...] = ()


def read_done(output: str | Path, documents: Iterator[Document]) -> Done:
    """Reads what an earlier run left of `output`, and takes as many texts from `documents`.

    Args:
        output: The JSONL file that the run was to write.
        documents: The texts to tag, from the first one on.

    Raises:
        DataError: What is there was not made of these texts, or is no output of JSON lines.
    """
    path = left_of(output)
    if not path.exists():
        return Done(part_of(output))
    count = failed = whole = 0
    last: deque[Document] = deque(maxlen=PROBES)
    with path.open("rb") as file:
        for number, line in whole_lines(file):
            found = _document(line, path, number)
            asked = next(documents, None)
            if asked is None:
                raise DataError("holds more documents than there are texts; --resume goes on with the texts of the first run, in their order", path)
            if (found.id, found.text) != (asked.id, asked.text):
                what = f'the text is "{asked.id}"' if found.id != asked.id else "that one's text is another now"
                raise DataError(
                    f'was made of other texts: the document is "{found.id}", {what}; give --resume the texts of the first run, '
                    "in their order, or another --output",
                    path,
                    number,
                )
            count += 1
            failed += found.error is not None
            whole += len(line)
            if found.error is None:
                last.append(found)
        size = os.fstat(file.fileno()).st_size
    return Done(path, count, failed, whole, size, tuple(last))


def check_same(done: Done, again: list[Document], *, strict: bool = True) -> None:
    """Checks that the documents at the end of an unfinished output say what the model says of their texts now.

    Args:
        done: The output.
        again: Its last documents, tagged anew.
        strict: One that differs is enough to refuse; else more than half of them, for machines whose sums are not the same each time.

    Raises:
        DataError: They do not: another model, or other options, wrote them.
    """
    other = [one.id for one, new in zip(done.last, again, strict=True) if _marks(one) != _marks(new)]
    refuse_others(done.path, "tagged", other, len(done.last), strict=strict)


def refuse_others(path: Path, how: str, other: Sequence[str], of: int, *, strict: bool) -> None:
    """Refuses an output of which too many of the last documents read otherwise now.

    Args:
        path: What holds it.
        how: What was done with its documents: tagged, written.
        other: The ids of those that read otherwise.
        of: How many were looked at.
        strict: See `check_same`.

    Raises:
        DataError: They are too many.
    """
    if len(other) > (0 if strict else of / 2):
        raise DataError(
            f'was {how} by another model or with other options ("{other[0]}" reads otherwise now); give --resume those of the first run, '
            "or another --output",
            path,
        )


class PartFile:
    """JSON lines on their way to a file, in a part beside it; each is on disk, whole, when `write` returns.

    Args:
        output: The file that the part becomes when it is whole.
        after: Go on behind what is there; without it the part must not exist yet.

    Raises:
        DataError: A part is there already, or another run is writing it or has.
        OSError: It cannot be written.
    """

    def __init__(self, output: str | Path, after: Done | None = None) -> None:
        self.path, self.part = Path(os.path.realpath(output)), part_of(output)
        self.good = 0 if after is None else after.whole
        changed = DataError("has changed since it was read; another run has written it", self.path)
        if after is not None and after.path == self.path:
            if not self.path.exists() or self.path.stat().st_size != after.size:
                raise changed
            os.replace(self.path, self.part)  # noqa: PTH105  # no longer whole
        try:
            fresh = os.O_EXCL if after is None else 0
            self._file = os.fdopen(os.open(self.part, os.O_RDWR | os.O_CREAT | fresh | getattr(os, "O_BINARY", 0), 0o666), "r+b", buffering=0)
        except FileExistsError:
            raise DataError(
                "holds what a run that has not ended wrote; go on with it: the same command with --resume. To begin anew, remove it", self.part
            ) from None
        try:
            self._lock()
            size = os.fstat(self._file.fileno()).st_size
            if after is not None and size != after.size:
                if not size:  # made by the line above
                    self.part.unlink()
                raise changed
            self._file.truncate(self.good)
            self._file.seek(self.good)
        except BaseException:
            self._file.close()
            raise

    def _lock(self) -> None:
        """Held by the open file, so that a process that is killed leaves none behind."""
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DataError("is being written by another run; wait for it, or give another --output", self.part) from None
            except OSError:  # a file system without locks
                return

    def write(self, line: str) -> None:
        """Writes a line."""
        raw = memoryview(line.encode("utf-8", "backslashreplace"))
        size = len(raw)
        while raw:
            raw = raw[self._file.write(raw) :]
        self.good += size

    def settle(self, whole: bool) -> None:
        """Ends the file: under its own name, or as a part that ends with the last whole line; an empty part is removed."""
        with self._file:
            if whole:
                os.fsync(self._file.fileno())
                os.replace(self.part, self.path)  # noqa: PTH105
                return
            with suppress(OSError):
                self._file.truncate(self.good)
                os.fsync(self._file.fileno())
            if not self.good:
                self.part.unlink(missing_ok=True)


def _document(line: bytes, path: Path, number: int) -> Document:
    try:
        return Document.from_json(json.loads(line))
    except (ValueError, RecursionError, HadathError) as fault:
        raise DataError(f"is no output that --resume can go on with: {fault}", path, number) from None


def _marks(document: Document) -> object:
    """What the model found, without the scores, whose last digits are the machine's."""
    entities = None if document.entities is None else [(one.start, one.end, one.label) for one in document.entities]
    events = None
    if document.events is not None:
        events = [
            (one.start, one.end, one.label, one.asserted, None if one.arguments is None else [(arg.role, arg.target) for arg in one.arguments])
            for one in document.events
        ]
    return entities, events, None if document.sentences is None else [[said.label for said in one.labels or ()] for one in document.sentences]
