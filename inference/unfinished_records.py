"""How a run that writes event records goes on with what an earlier one left.

A document is some lines, or none, so lines do not tell how far the run had come; but they are in the order of the texts. The last document that has any may
be lacking some, so its lines are dropped, and the run goes on with that document.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from ..models.documents import Document
from ..models.errors import DataError
from .unfinished import Done, part_of


@dataclass(frozen=True)
class DoneRecords:
    """What an unfinished output of records holds.

    Args:
        done: What the writer goes on behind; its documents are those before the one that the run goes on with, with records or without.
        rest: The texts still to be tagged.
        probe: The last document before them that has records and no error, and its records; None if there is none.
    """

    done: Done
    rest: Iterator[Document]
    probe: tuple[Document, list[dict[str, Any]]] | None


def read_done_records(output: str | Path, documents: Iterator[Document]) -> DoneRecords:
    """Reads what an earlier run left of `output`, and takes as many texts from `documents`.

    Args:
        output: The JSONL file that the run was to write.
        documents: The texts to tag, from the first one on.

    Raises:
        DataError: What is there was not made of these texts, or is no output of records.
    """
    part = part_of(output)
    path = part if part.exists() else Path(os.path.realpath(output))
    if not path.exists():
        return DoneRecords(Done(part), documents, None)
    count = failed = whole = 0
    probe: tuple[Document, list[dict[str, Any]]] | None = None
    held: tuple[Document, list[dict[str, Any]]] | None = None  # the document whose lines are being read, and they
    begin = 0  # where they begin
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):  # the run was killed while it wrote this one
                break
            record = _record(line, path, number)
            if held is None or record["document"] != held[0].id:
                if held is not None:
                    count, failed, begin = count + 1, failed + ("error" in held[1][0]), whole
                    probe = probe if "error" in held[1][0] else held
                skipped, asked = _next(documents, record["document"], path, number)
                count += skipped
                held = asked, []
            held[1].append(record)
            whole += len(line)
        size = os.fstat(file.fileno()).st_size
    return DoneRecords(Done(path, count, failed, begin, size), documents if held is None else chain([held[0]], documents), probe)


def check_same_records(found: DoneRecords, again: str) -> None:
    """Checks that the records of the probe are those that are made of its text now.

    Args:
        found: What was read, with a probe.
        again: The lines of that document, made anew.

    Raises:
        DataError: They are not: another model, or other options, wrote them.
    """
    assert found.probe is not None
    document, records = found.probe
    if _without_scores([json.loads(line) for line in again.splitlines()]) != _without_scores(records):
        raise DataError(
            f'was written by another model or with other options ("{document.id}" reads otherwise now); give --resume those of the first run, '
            "or another --output",
            found.done.path,
        )


def _record(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise DataError(f"is no output that --resume can go on with: {fault}", path, number) from None
    if not isinstance(found, dict) or not isinstance(found.get("document"), str):
        raise DataError('is no output that --resume can go on with: a line is a record, with the id of its "document"', path, number)
    return found


def _next(documents: Iterator[Document], name: str, path: Path, number: int) -> tuple[int, Document]:
    """The next text of a name, and how many came before it, which have no records."""
    for skipped, one in enumerate(documents):
        if one.id == name:
            return skipped, one
    raise DataError(
        f'was made of other texts: none of those that are left is "{name}"; give --resume the texts of the first run, in their order, or another --output',
        path,
        number,
    )


def _without_scores(value: Any) -> Any:
    """The last digits of a score are the machine's."""
    if isinstance(value, dict):
        return {key: _without_scores(one) for key, one in value.items() if key != "score"}
    return [_without_scores(one) for one in value] if isinstance(value, list) else value
