"""Annotating by hand in the running text: documents written as marked text, one sentence a line.

::

    # id: example-1
    # date: 2017-11-09
    [CAPTURE e1:سيطر] [ORG t1:الجيش السوري] على [GPE t2:مدينة البوكمال]، ونفى ناشطون [WITHDRAW! e2:انسحاب] [ORG t3:داعش].
    > e1 ACTOR=t1 PLACE=t2
    > e2 ACTOR=t3
    = COERCE ASSAULT

A mark is ``[LABEL id:text]``; the id may be left out, and ``!`` behind a trigger's label says that it is not asserted. A line ``>`` gives an event its
arguments (an id may stand in any sentence of the document), a line ``=`` the labels of the sentence above it (``=`` alone: none). A blank line ends the
document. Square brackets of the text itself are written ``\\[`` and ``\\]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ..models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel
from ..models.errors import DataError, nearest
from ..models.scheme import Scheme

_MARK = re.compile(r"\\([\[\]])|\[(?P<label>\w+)(?P<open>!?)(?: (?P<id>\w+))?:(?P<text>(?:\\[\[\]]|[^\[\]\\]|\\(?![\[\]]))+)\]|[\[\]]")
_ESCAPED = re.compile(r"\\([\[\]])")


def read_marked(path: str | Path, scheme: Scheme, check: Callable[[Document], None] | None = None) -> Iterator[Document]:
    """Reads documents from a file of marked text.

    Raises:
        DataError: A label or role that the scheme lacks, an unknown id, a bracket left open; with file and line.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").split("\n")
    except OSError as fault:
        raise DataError(f"cannot be read: {fault.strerror or fault}", path) from None
    except UnicodeDecodeError as fault:
        raise DataError(f"not UTF-8 at byte {fault.start}; save the file as UTF-8", path) from None
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append((number, line.rstrip()))
        elif block:
            if any(not one.lstrip().startswith("# ") for _, one in block):
                document = _Builder(path, scheme).document(block)
                if check is not None:
                    try:
                        check(document)
                    except DataError as fault:
                        raise DataError(fault.reason, path, block[0][0]) from None
                yield document
            block = []


class _Builder:
    """One document in the making."""

    def __init__(self, path: str | Path, scheme: Scheme) -> None:
        self.path, self.scheme = path, scheme
        self.head: dict[str, str] = {}
        self.text = ""
        self.sentences: list[Sentence] = []
        self.entities: list[Mention] = []
        self.events: list[Event] = []
        self.arguments: dict[str, list[Argument]] = {}
        self.targets: list[tuple[int, str]] = []
        self.heads: dict[str, int] = {}

    def document(self, block: list[tuple[int, str]]) -> Document:
        for number, whole in block:
            line = whole.lstrip()
            if line.startswith("# "):
                key, _, value = line[2:].partition(":")
                self.head[key.strip()] = value.strip()
            elif line.startswith(">"):
                self._arguments(line[1:].split(), number)
            elif line.startswith("="):
                self._labels(line[1:].split(), number)
            else:
                self._sentence(line, number, len(whole) - len(line))
        if "id" not in self.head:
            raise DataError('the document has no line "# id: NAME"', self.path, block[0][0])
        known = self._ids()
        for number, target in self.targets:
            if target not in known:
                raise DataError(f'"{target}" is the id of no mark of this document', self.path, number)
        for name, number in self.heads.items():
            if name not in {one.id for one in self.events}:
                raise DataError(f'"{name}" is an entity; a line > begins with the id of an event', self.path, number)
        events = tuple(Event(e.start, e.end, e.text, e.label, e.asserted, e.id, None, tuple(self.arguments.get(e.id or "", ()))) for e in self.events)
        extra = {key: value for key, value in self.head.items() if key not in ("id", "date", "source")}
        return Document(
            id=self.head["id"],
            text=self.text,
            date=self.head.get("date"),
            source=self.head.get("source"),
            sentences=tuple(self.sentences),
            entities=tuple(self.entities),
            events=events,
            extra=extra,
        )

    def _ids(self) -> set[str | None]:
        spans: list[Mention | Event] = [*self.entities, *self.events]
        return {one.id for one in spans}

    def _sentence(self, line: str, number: int, indent: int) -> None:
        if self.text:
            self.text += "\n"
        begin, at = len(self.text), 0
        for mark in _MARK.finditer(line):
            self.text += line[at : mark.start()]
            at = mark.end()
            if mark[1]:
                self.text += mark[1]
            elif mark["label"]:
                self._mark(mark, number)
            else:
                raise DataError(
                    f"a bracket at column {indent + mark.start() + 1} is no mark; a mark is [LABEL id:text], a bracket of the text is \\[ or \\]",
                    self.path,
                    number,
                )
        self.text += line[at:]
        self.sentences.append(Sentence(begin, len(self.text)))

    def _mark(self, mark: re.Match[str], number: int) -> None:
        start, label, text = len(self.text), mark["label"], _ESCAPED.sub(r"\1", mark["text"])
        self.text += text
        if text != text.strip():
            raise DataError(f"the mark {text!r} begins or ends with a space", self.path, number)
        name = mark["id"]
        if name is not None and name in self._ids():
            raise DataError(f'the id "{name}" is used twice in this document', self.path, number)
        if label in self.scheme.triggers:
            self.events.append(Event(start, len(self.text), text, label, not mark["open"], name or f"_E{len(self.events) + 1}"))
        elif label in self.scheme.entities:
            if mark["open"]:
                raise DataError(f"{label}! is not asserted, but {label} is an entity label; only triggers take !", self.path, number)
            self.entities.append(Mention(start, len(self.text), text, label, name or f"_T{len(self.entities) + 1}"))
        else:
            raise DataError(f'the scheme has no label "{label}"; {nearest(label, (*self.scheme.entities, *self.scheme.triggers))}', self.path, number)

    def _arguments(self, words: list[str], number: int) -> None:
        if not words:
            raise DataError("a line > names an event and its arguments: > e1 ACTOR=t1", self.path, number)
        found = self.arguments.setdefault(words[0], [])
        self.targets.append((number, words[0]))
        self.heads.setdefault(words[0], number)
        for word in words[1:]:
            role, _, target = word.partition("=")
            if role not in self.scheme.roles or not target:
                raise DataError(f'"{word}" is no argument: ROLE=id, roles {", ".join(self.scheme.roles)}', self.path, number)
            found.append(Argument(role, target))
            self.targets.append((number, target))

    def _labels(self, labels: list[str], number: int) -> None:
        if not self.sentences or self.sentences[-1].labels is not None:
            raise DataError("a line = gives the labels of the sentence above it, once", self.path, number)
        for label in labels:
            if label not in self.scheme.sentence_labels:
                raise DataError(f'the scheme has no sentence label "{label}"; {nearest(label, self.scheme.sentence_labels)}', self.path, number)
        last = self.sentences[-1]
        self.sentences[-1] = Sentence(last.start, last.end, tuple(SentenceLabel(one) for one in labels))
