"""A document for reading in a terminal: sentence by sentence, safe where Arabic and Latin letters meet."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..models.documents import Document, Event, Mention, Sentence
from .terminal import ANY, POP, RIGHT, clean, code_of, paint, wrap


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, from `start` to `end`, that the same `marks` cover from end to end; those with the earlier start come first."""

    start: int
    end: int
    marks: tuple[Mention | Event, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or a line outside all sentences, cut into pieces, with the events whose triggers begin in it."""

    sentence: Sentence
    pieces: list[Piece]
    events: list[Event]


def layout(document: Document) -> Iterator[Passage]:
    """The passages of a document with what lies in them: one sweep, since a text may be one long line or thousands of short ones."""
    found = passages(document)
    starts = [one.start for one in found]
    events: dict[int, list[Event]] = {}
    for event in document.events or ():
        events.setdefault(bisect_right(starts, event.start) - 1, []).append(event)
    marks, at = _in_order(marks_of(document)), 0
    held: list[Mention | Event] = []  # what has begun and may reach into this passage
    for number, one in enumerate(found):
        held = [mark for mark in held if mark.end > one.start]
        while at < len(marks) and marks[at].start < one.end:
            if marks[at].end > one.start:
                held.append(marks[at])
            at += 1
        yield Passage(one, _cut(held, one.start, one.end), [event for event in events.get(number, ()) if event.start < one.end])


def passages(document: Document) -> list[Sentence]:
    """The sentences of a document in order, with the lines of whatever text lies outside them, so that nothing of the text is left out.

    A passage begins at the end of the one before it where the two would overlap.
    """
    out: list[Sentence] = []
    at = 0
    for one in sorted(document.sentences or (), key=lambda one: (one.start, one.end)):
        out += _lines(document.text, at, one.start)
        if max(at, one.start) < one.end:
            out.append(Sentence(max(at, one.start), one.end, one.labels))
        at = max(at, one.end)
    return [*out, *_lines(document.text, at, len(document.text))]


def marks_of(document: Document) -> list[Mention | Event]:
    """The entities, then the events."""
    return [*(document.entities or ()), *(document.events or ())]


def pieces(document: Document, start: int, end: int) -> list[Piece]:
    """Cuts ``text[start:end]`` wherever a mention or trigger begins or ends; marks that touch or overlap are cut at each other's ends."""
    return _cut(_in_order([one for one in marks_of(document) if one.start < end and one.end > start]), start, end)


def _in_order(marks: list[Mention | Event]) -> list[Mention | Event]:
    return sorted(marks, key=lambda one: (one.start, -one.end))


def _cut(marks: Sequence[Mention | Event], start: int, end: int) -> list[Piece]:
    """The pieces of a stretch; `marks` are in order and all touch it. Only the marks open at a cut are looked at there."""
    cuts = sorted({start, end, *(max(start, one.start) for one in marks), *(min(end, one.end) for one in marks)})
    out: list[Piece] = []
    open_: list[Mention | Event] = []
    at = 0
    for a, b in itertools.pairwise(cuts):
        while at < len(marks) and marks[at].start <= a:
            open_.append(marks[at])
            at += 1
        open_ = [one for one in open_ if one.end > a]
        out.append(Piece(a, b, tuple(open_)))
    return out


def pretty(document: Document, *, colour: bool, width: int | None = None) -> str:
    """Writes a document for a terminal.

    Each sentence has its marks as ``[LABEL:text]``, a trigger that is not asserted as ``[LABEL!:text]``; below it stand its labels, then its events
    with their arguments. Runs of either direction are isolated, so that labels do not scramble the Arabic. Control characters of the text, which could
    drive the terminal, are shown as U+FFFD.

    Args:
        document: What to show.
        colour: Whether to use colour; whether the terminal takes it is for the caller to know.
        width: Columns to wrap sentences at. None leaves them whole.

    Returns:
        Lines, without a newline at the end.
    """
    head = "  ".join(f"{ANY}{clean(one)}{POP}" for one in (document.id, document.date, document.source) if one)
    lines = [paint(head, "1", colour)]
    if document.error is not None:
        return "\n".join([*lines, f"  error: {clean(document.error)}"])
    names = {one.id: one.text for one in marks_of(document) if one.id is not None}
    for passage in layout(document):
        lines += [f"{RIGHT}{line}{POP}" for line in wrap(_words(document.text, passage, colour), width)]
        if passage.sentence.labels:
            lines.append("  = " + "  ".join(paint(clean(one.label), code_of(one.label), colour) + _score(one) for one in passage.sentence.labels))
        lines += [_event(one, names, colour) for one in passage.events]
    return "\n".join(lines)


def _lines(text: str, start: int, end: int) -> Iterator[Sentence]:
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield Sentence(start, start + len(line))
        start += len(line)


def _words(whole: str, passage: Passage, colour: bool) -> Iterator[str]:
    """The words of a passage as they are shown; a mark with the spaces inside it, and what is glued to it, is one."""
    word = ""
    start, end = passage.sentence.start, passage.sentence.end
    for piece in passage.pieces:
        text = clean(whole[piece.start : piece.end])
        if not piece.marks:
            first, *rest = text.split(" ")
            word += first
            for one in rest:
                if word:
                    yield word
                word = one
            continue
        style = ";".join(_style(one) for one in piece.marks)
        for mark in piece.marks:
            if max(mark.start, start) == piece.start:
                open_ = "!" if isinstance(mark, Event) and not mark.asserted else ""
                word += f"[{ANY}{paint(clean(mark.label) + open_, code_of(mark.label), colour)}{POP}:"
        word += paint(text, style, colour)
        word += "]" * sum(min(mark.end, end) == piece.end for mark in piece.marks)
    if word:
        yield word


def _event(event: Event, names: dict[str, str], colour: bool) -> str:
    parts = [f"{ANY}{clean(event.text)}{POP}", paint(clean(event.label), code_of(event.label), colour) + _score(event)]
    parts.append("asserted" if event.asserted else "not asserted")
    for one in event.arguments or ():
        parts.append(f"{clean(one.role)}={ANY}{clean(names.get(one.target, one.target))}{POP}{_score(one)}")
    return "  - " + "  ".join(parts)


def _score(one: object) -> str:
    score = getattr(one, "score", None)
    return "" if score is None else f" {score:.2f}"


def _style(mark: Mention | Event) -> str:
    return f"{'1;4' if isinstance(mark, Event) else '1'};{code_of(mark.label)}"
