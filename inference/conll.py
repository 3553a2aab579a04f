"""Documents as columns, one word a line, and back: the format of word-tagged corpora."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal

from ..models.documents import Document, Event, Mention, Sentence
from ..models.errors import DataError, nearest
from ..models.tags import spans_to_tags
from ..models.words import split_words

COLUMNS = ("word", "start", "end", "entity", "trigger")
HEADER = f"# global.columns = {' '.join(COLUMNS)}\n"
_TAG = re.compile(r"O|_|(?P<prefix>[BIESLU])-(?P<label>\S+)")
_LAYERS = (("entities", "entity"), ("events", "trigger"))  # the layers of a document and their columns
_Row = tuple[str, Mapping[str, str]]  # a word, its tag by layer
_COMMENT = re.compile(r"#\s*(?P<key>[\w.]+)\s*=\s*(?P<value>.*)")


def to_conll(document: Document) -> str:
    """Writes a document as the columns word, start, end, entity tag and trigger tag, with tabs between.

    Offsets are those of the raw text and tags are IOB2; a layer that was not annotated has ``_``. A mention that begins or ends inside a word cuts it
    into two rows, so its offsets are those of its first and last row. Of two mentions of one layer that overlap, the later stands in a comment. A blank
    line follows each sentence.
    """
    lines = [f"# id = {_line(document.id)}"]
    lines += [
        f"# {key} = {_line(value)}" for key, value in (("date", document.date), ("source", document.source), ("error", document.error)) if value
    ]
    if document.error is not None:
        return "\n".join(lines) + "\n\n"
    marks: list[Mention | Event] = [*(document.entities or ()), *(document.events or ())]
    words = _cut(split_words(document.text), chain.from_iterable((one.start, one.end) for one in marks))
    layers = (("entity", document.entities), ("trigger", document.events))
    columns = []
    for name, layer in layers:
        tags, lost = _tags(layer, words)
        columns.append(tags)
        lines += [f"# overlaps = {one.start} {one.end} {name} {_line(one.label)}" for one in lost]
    inside = {at for one in marks for at in range(one.start + 1, one.end)}
    breaks = sorted(one.start for one in document.sentences or () if one.start not in inside)  # a blank line would end a mention
    blank, at = True, 0
    for (start, end), *tags in zip(words, *columns, strict=True):
        while at < len(breaks) and breaks[at] <= start:
            at += 1
            if not blank:
                lines.append("")
                blank = True
        lines.append("\t".join((document.text[start:end], str(start), str(end), *tags)))
        blank = False
    return "\n".join(lines) + "\n\n"


def read_conll(path: str | Path, *, column: int | str | None = None, layer: Literal["entities", "events"] | None = None) -> Iterator[Document]:
    """Reads a file of two or more columns, one word a line, a blank line behind each sentence; columns stand apart by tabs, or else by spaces.

    The words (first column) are joined by single spaces, and mentions are whole words. A document begins at ``# id = ...``, ``# newdoc id = ...`` or
    ``-DOCSTART-``; in a file without any of these each sentence is a document of its own, called after the file and its line.

    Without `column` and `layer`, the columns that ``# global.columns = ...`` calls ``entity`` and ``trigger``, as `to_conll` does, are read, each into
    its layer; in a file that names neither, the last column is the entities.

    Args:
        path: The file, UTF-8.
        column: The column of the tags: a number, counted from 0, negative from the right, or a name that ``# global.columns = ...`` gives.
            The last, if only `layer` is given. Tags are IOB1, IOB2, BIOES or BILOU; a column of ``_`` alone is a layer that was not annotated.
        layer: Where the mentions go; to the entities, if only `column` is given. As events they count as asserted.

    Raises:
        DataError: A row with too few columns, or another number than the row above, an illegal tag, a column that is not there; with file and line.
    """
    path = Path(path)
    ident, date, started = "", None, False
    sentences: list[list[_Row]] = [[]]
    names: list[str] = []
    asked: dict[str, int | str] = {} if column is None and layer is None else {layer or "entities": -1 if column is None else column}
    wide = first = 0

    def finish() -> Iterator[Document]:
        kept = [one for one in sentences if one]
        if kept:
            yield _document(ident or f"{path.stem}:{first}", date, kept)
        sentences[:] = [[]]

    for number, line in _read(path):
        said = _COMMENT.fullmatch(line) if "\t" not in line else None
        key = {"id": "id", "newdoc": "id", "date": "date", "global.columns": "columns"}.get(said["key"] if said else "")
        if said and key == "columns":
            names = said["value"].split()
        elif said and key == "date":
            date = said["value"]
        elif (said and key == "id") or line.startswith(("# newdoc", "-DOCSTART-")):
            yield from finish()
            ident, date, started = line.partition("=")[2].strip(), None, True
        elif not line.strip(" \t"):
            if started:
                sentences.append([])
            else:
                yield from finish()
        elif not (line.startswith("#") and "\t" not in line and len(line.split()) != wide):
            cells = line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))
            if len(cells) < 2 or not cells[0].strip():
                raise DataError(f"a row is a word and at least one column, got {line[:60]!r}", path, number)
            if sentences[-1] and len(cells) != wide:
                raise DataError(f"has {len(cells)} columns, the row above has {wide}", path, number)
            wide = len(cells)
            if not any(sentences):
                first = number
            wanted: Mapping[str, int | str] = asked or {layer: name for layer, name in _LAYERS if name in names} or {"entities": -1}
            sentences[-1].append((cells[0], {one: _cell(cells, place, names, path, number) for one, place in wanted.items()}))
    yield from finish()


def _read(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with open(path, "rb") as lines:
            for number, raw in enumerate(lines, 1):
                try:
                    yield number, raw.decode("utf-8").removeprefix("\ufeff" if number == 1 else "").rstrip("\r\n")
                except UnicodeDecodeError as fault:
                    raise DataError(f"not UTF-8 at byte {fault.start} of the line; save the file as UTF-8", path, number) from None
    except OSError as fault:
        raise DataError(f"cannot be read: {fault.strerror or fault}", path) from None


def _cell(cells: Sequence[str], column: int | str, names: list[str], path: Path, number: int) -> str:
    if isinstance(column, str):
        if column not in names:
            hint = nearest(column, names) if names else "the file names none; a line # global.columns = word tag would, or give a number"
            raise DataError(f'no column is called "{column}"; {hint}', path, number)
        column = names.index(column)
    if not -len(cells) <= column < len(cells):
        raise DataError(f"has no column {column}; it has {len(cells)}, counted from 0", path, number)
    tag = cells[column].strip()
    if not _TAG.fullmatch(tag):
        raise DataError(f'"{tag}" is no tag; a tag is O, or B-, I-, E-, S-, L- or U- and a label', path, number)
    return tag


def _document(ident: str, date: str | None, sentences: Sequence[Sequence[_Row]]) -> Document:
    text, bounds = "", []
    spans: dict[str, list[tuple[int, int, str]]] = {layer: [] for layer, _ in _LAYERS}
    for sentence in sentences:
        begin = len(text) + (1 if text else 0)
        places: list[tuple[int, int]] = []
        for word, _ in sentence:
            text += f" {word}" if text else word
            places.append((len(text) - len(word), len(text)))
        bounds.append(Sentence(begin, len(text)))
        for layer, found in spans.items():
            tags = [tags.get(layer, "_") for _, tags in sentence]
            found += [(places[first][0], places[last - 1][1], label) for first, last, label in _spans(tags)]
    marked = {layer for sentence in sentences for _, tags in sentence for layer, tag in tags.items() if tag != "_"}
    entities = tuple(Mention(a, b, text[a:b], label) for a, b, label in spans["entities"]) if "entities" in marked else None
    events = tuple(Event(a, b, text[a:b], label) for a, b, label in spans["events"]) if "events" in marked else None
    return Document(ident, text, date=date, sentences=tuple(bounds), entities=entities, events=events)


def _spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """First word, one past the last, label. Reads every tag scheme, since B, S and U always begin a mention, E, L, S and U always end one, and I after
    another label begins one in IOB1."""
    out: list[tuple[int, int, str]] = []
    begun: tuple[int, str] | None = None
    for at, tag in enumerate([*tags, "O"]):
        found = _TAG.fullmatch(tag)
        prefix, label = (found["prefix"], found["label"]) if found else (None, None)
        if begun and (prefix is None or prefix in "BSU" or label != begun[1]):
            out.append((begun[0], at, begun[1]))
            begun = None
        if label and begun is None:
            begun = (at, label)
        if begun and prefix and prefix in "ESLU":
            out.append((begun[0], at + 1, begun[1]))
            begun = None
    return out


def _cut(words: Sequence[tuple[int, int]], bounds: Iterable[int]) -> list[tuple[int, int]]:
    cuts = set(bounds)
    out: list[tuple[int, int]] = []
    for start, end in words:
        points = [start, *(at for at in range(start + 1, end) if at in cuts), end]
        out += zip(points, points[1:], strict=False)  # noqa: RUF007
    return out


def _tags(layer: Sequence[Mention | Event] | None, words: Sequence[tuple[int, int]]) -> tuple[list[str], list[Mention | Event]]:
    if layer is None:
        return ["_"] * len(words), []
    spans, lost, past = [], [], 0
    for one in sorted(layer, key=lambda one: (one.start, one.end)):
        if one.start < past:
            lost.append(one)
            continue
        past = one.end
        # words are cut at every mention's ends, so none reaches over one
        first, last = bisect_left(words, (one.start, 0)), bisect_left(words, (one.end, 0))
        if first < last:
            spans.append((first, last, one.label))
    return spans_to_tags(spans, len(words)), lost


def _line(text: str) -> str:
    return " ".join(text.split())
