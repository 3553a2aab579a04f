"""How a run that writes event records goes on with what an earlier one left.

A document is some lines, or none, so lines do not tell how far the run had come; but they are in the order of the texts. The last document that has any may
be lacking some, so its lines are dropped, and the run goes on with that document.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from ..models.documents import Document
from ..models.errors import DataError
from .unfinished import PROBES, Done, left_of, part_of, refuse_others, whole_lines

# A document that has been read, and its records
_Block = tuple[Document, list[dict[str, Any]]]


@dataclass(frozen=True)
class DoneRecords:
    """What an unfinished output of records holds.

    Args:
        done: What the writer goes on behind; its documents are those before the one that the run goes on with, with records or without.
        rest: The texts still to be tagged.
        last: The last documents before them that have records and no error, with their records.
    """

    done: Done
    rest: Iterator[Document]
    last: tuple[_Block, ...] = ()


def read_done_records(output: str | Path, documents: Iterator[Document]) -> DoneRecords:
    """Reads what an earlier run left of `output`, and takes as many texts from `documents`.

    Args:
        output: The JSONL file that the run was to write.
        documents: The texts to tag, from the first one on.

    Raises:
        DataError: What is there was not made of these texts, or is no output of records.
    """
    path = left_of(output)
    if not path.exists():
        return DoneRecords(Done(part_of(output)), documents)
    count = failed = whole = 0
    last: deque[_Block] = deque(maxlen=PROBES)
    held: _Block | None = None  # the document whose lines are being read, and they
    begin = 0  # where they begin
    with path.open("rb") as file:
        for number, line in whole_lines(file):
            record = _record(line, path, number)
            if held is None or _begins(record) or record["document"] != held[0].id:
                if held is not None:
                    count, begin = count + 1, whole
                    if "error" in held[1][0]:
                        failed += 1
                    else:
                        last.append(held)
                skipped, asked = _next(documents, record, path, number)
                count += skipped
                held = asked, []
            held[1].append(record)
            whole += len(line)
        size = os.fstat(file.fileno()).st_size
    return DoneRecords(Done(path, count, failed, begin, size), documents if held is None else chain([held[0]], documents), tuple(last))


def check_same_records(found: DoneRecords, again: Sequence[str], *, strict: bool = True) -> None:
    """Checks that the last records of an unfinished output are those that are made of the same texts now.

    Args:
        found: What was read.
        again: The lines of its last documents, made anew.
        strict: As for `unfinished.check_same`.

    Raises:
        DataError: They are not: another model, or other options, wrote them.
    """
    other = [
        document.id
        for (document, records), lines in zip(found.last, again, strict=True)
        if _without_scores([json.loads(line) for line in lines.split("\n")[:-1]]) != _without_scores(records)
    ]
    refuse_others(found.done.path, "written", other, len(found.last), strict=strict)


def _record(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise DataError(f"is no output that --resume can go on with: {fault}", path, number) from None
    if not isinstance(found, dict) or not isinstance(found.get("document"), str):
        raise DataError('is no output that --resume can go on with: a line is a record, with the id of its "document"', path, number)
    return found


def _begins(record: Mapping[str, Any]) -> bool:
    """Whether a record is the first of its document: ids may come again, in files that each number their rows."""
    return record.get("id") == "R1" or "error" in record


def _next(documents: Iterator[Document], record: Mapping[str, Any], path: Path, number: int) -> tuple[int, Document]:
    """The next text that a record may be of, and how many came before it, which have no records."""
    for skipped, one in enumerate(documents):
        if one.id == record["document"] and _is_of(record, one):
            return skipped, one
    raise DataError(
        f'was made of other texts: none of those that are left is "{record["document"]}" with these words; give --resume the texts of the first run, '
        "in their order, or another --output",
        path,
        number,
    )


def _is_of(record: Mapping[str, Any], document: Document) -> bool:
    """Whether the triggers of a record stand in a document where it says so, or there is an error in both."""
    if "error" in record or document.error is not None:
        return "error" in record and document.error is not None
    try:
        return all(document.text[one["start"] : one["end"]] == one["text"] for one in record["triggers"])
    except (KeyError, TypeError):
        return False


def _without_scores(value: Any) -> Any:
    """The last digits of a score are the machine's."""
    if isinstance(value, dict):
        return {key: _without_scores(one) for key, one in value.items() if key != "score"}
    return [_without_scores(one) for one in value] if isinstance(value, list) else value
