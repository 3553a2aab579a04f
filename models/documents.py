"""The one document type: gold, predictions and training data have the same shape.

Offsets are half-open code points of the raw text, always ``text[start:end] == span.text``.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from .errors import DataError
from .json_line import json_line
from .values import Value


@dataclass(frozen=True, slots=True)
class Mention:
    """A labelled span of the entity layer.

    `entity` is the id of what is mentioned, shared by all its mentions in the document, and `name` what it is called at its fullest; None where mentions
    were not joined, or where this one is of nothing that is followed through a text. `value` is what a date, a count, a percentage or a sum of money is
    worth; None where that is not known or was not asked.
    """

    start: int
    end: int
    text: str
    label: str
    id: str | None = None
    score: float | None = None
    entity: str | None = None
    name: str | None = None
    value: Value | None = None

    # Written out, since `dataclasses.replace` takes five times as long, and every mention of an archive passes here.
    def with_entity(self, entity: str | None, name: str | None) -> Mention:
        """The mention as one of an entity."""
        return Mention(self.start, self.end, self.text, self.label, self.id, self.score, entity, name, self.value)

    def with_value(self, value: Value | None) -> Mention:
        """The mention with what it is worth."""
        return Mention(self.start, self.end, self.text, self.label, self.id, self.score, self.entity, self.name, value)


@dataclass(frozen=True, slots=True)
class Argument:
    """A mention's part in an event: `target` is the id of the mention (or, where the scheme allows it, of another event)."""

    role: str
    target: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A trigger with its type. `arguments` is None where arguments were not annotated.

    `reported_by` is the id of the mention that vouches for the event, in whose clause of saying, accusing or denying it stands; None where the text
    says it itself.
    """

    start: int
    end: int
    text: str
    label: str
    asserted: bool = True
    id: str | None = None
    score: float | None = None
    arguments: tuple[Argument, ...] | None = None
    reported_by: str | None = None

    def with_source(self, reported_by: str | None) -> Event:
        """The event as one that a mention vouches for."""
        return Event(self.start, self.end, self.text, self.label, self.asserted, self.id, self.score, self.arguments, reported_by)


@dataclass(frozen=True, slots=True)
class SentenceLabel:
    """An event type that a sentence reports."""

    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (in some corpora a paragraph) and the event types it reports; None where they were not annotated."""

    start: int
    end: int
    labels: tuple[SentenceLabel, ...] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text and what is marked in it.

    `date` is the day it was published, such as ``"2018-04-11"``; a `datetime.date` becomes one. A layer that is None was not annotated; an empty one was, and
    nothing is there. `extra` holds the user's further keys, carried through untouched. `error` says why a text could not be tagged; such a document has no
    layers.
    """

    id: str
    text: str
    date: str | None = None
    source: str | None = None
    sentences: tuple[Sentence, ...] | None = None
    entities: tuple[Mention, ...] | None = None
    events: tuple[Event, ...] | None = None
    error: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.date is not None and not isinstance(self.date, str):
            if not isinstance(self.date, datetime.date):
                raise TypeError(
                    f"the date of a document is a day such as '2018-04-11' or a datetime.date, got {type(self.date).__name__} {self.date!r}"
                )
            object.__setattr__(self, "date", self.date.isoformat())

    def to_json(self) -> dict[str, Any]:
        """The document as plain JSON values, keys in the order of the format; absent layers are left out."""
        out: dict[str, Any] = {"id": self.id}
        if self.date is not None:
            out["date"] = self.date
        if self.source is not None:
            out["source"] = self.source
        out.update(self.extra)
        out["text"] = self.text
        if self.sentences is not None:
            out["sentences"] = [_sentence_json(one) for one in self.sentences]
        if self.entities is not None:
            out["entities"] = [_mention_json(one) for one in self.entities]
        if self.events is not None:
            out["events"] = [_event_json(one) for one in self.events]
        if self.error is not None:
            out["error"] = self.error
        return out

    def to_line(self) -> str:
        """The document as one line of JSON, without the newline. Lone surrogates, which UTF-8 cannot hold, are written as escapes."""
        return json_line(self.to_json())

    @classmethod
    def from_json(cls, data: Any) -> Document:
        """Builds a document from the JSON values of the format.

        Raises:
            DataError: A key is missing, has the wrong type, or a span does not match the text. Without file and line; `read_jsonl` adds them.
        """
        if not isinstance(data, dict):
            raise DataError(f"a document is a JSON object with id and text, got {_kind(data)}")
        text = _get(data, "text", str, "the document")
        name = data.get("id")
        if isinstance(name, int) and not isinstance(name, bool):
            name = str(name)
        if not isinstance(name, str):
            raise DataError(f'the document needs an "id" (a string), got {_kind(name)}')
        known = {"id", "date", "source", "text", "sentences", "entities", "events", "error"}
        return cls(
            id=name,
            text=text,
            date=_optional(data, "date", str, "the document"),
            source=_optional(data, "source", str, "the document"),
            sentences=_layer(data, "sentences", lambda one, where: _sentence(one, text, where)),
            entities=_layer(data, "entities", lambda one, where: _mention(one, text, where)),
            events=_layer(data, "events", lambda one, where: _event(one, text, where)),
            error=_optional(data, "error", str, "the document"),
            extra={key: value for key, value in data.items() if key not in known},
        )._checked()

    def _checked(self) -> Document:
        spans: tuple[Mention | Event, ...] = (*(self.entities or ()), *(self.events or ()))
        targets: set[str] = set()
        for one in spans:
            if one.id in targets:
                raise DataError(f'the id "{one.id}" stands twice; an id names one entity or event of its document, give the other one its own')
            if one.id is not None:
                targets.add(one.id)
        mentions = {one.id for one in self.entities or ()}
        for event in self.events or ():
            for argument in event.arguments or ():
                if argument.target not in targets:
                    raise DataError(
                        f'event {event.id or event.text!r}: argument {argument.role} points at "{argument.target}", which is no entity or event of this document'
                    )
            if event.reported_by is not None and event.reported_by not in mentions:
                raise DataError(f'event {event.id or event.text!r}: reported_by points at "{event.reported_by}", which is no entity of this document')
        return self

    def without(self, *layers: str) -> Document:
        """The document with the named layers (sentences, entities, events) taken off.

        Where an argument of an event points at what is gone, the event's arguments go too: they count as not annotated.
        """
        absent: dict[str, Any] = dict.fromkeys(layers)
        left = replace(self, **absent)
        if "entities" not in layers or left.events is None:
            return left
        gone = {one.id for one in self.entities or ()}
        events = (
            replace(one, arguments=None if any(a.target in gone for a in one.arguments or ()) else one.arguments, reported_by=None)
            for one in left.events
        )
        return replace(left, events=tuple(events))


def read_jsonl(path: str | Path, check: Callable[[Document], None] | None = None) -> Iterator[Document]:
    """Reads documents, one JSON object a line.

    Args:
        path: The file.
        check: Looks at each document and raises a DataError with the reason alone; file and line are put to it here.

    Raises:
        DataError: With file, line and reason.
    """
    try:
        with open(path, "rb") as lines:
            for number, raw in enumerate(lines, 1):
                if not raw.strip():
                    continue
                try:
                    document = Document.from_json(json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8")))
                    if check is not None:
                        check(document)
                except UnicodeDecodeError as fault:
                    raise DataError(f"not UTF-8 at byte {fault.start} of the line; save the file as UTF-8", path, number) from None
                except json.JSONDecodeError as fault:
                    raise DataError(f"not JSON: {fault.msg} at column {fault.colno}", path, number) from None
                except (ValueError, RecursionError) as fault:  # a number of thousands of digits, brackets in brackets without end
                    raise DataError(f"not JSON that can be read: {fault}", path, number) from None
                except DataError as fault:
                    raise DataError(fault.reason, path, number) from None
                yield document
    except OSError as fault:
        raise DataError(f"cannot be read: {fault.strerror or fault}", path) from None


def write_jsonl(documents: Iterable[Document], file: IO[str]) -> int:
    """Writes documents, one JSON object a line, and returns how many."""
    count = 0
    for document in documents:
        file.write(document.to_line() + "\n")
        count += 1
    return count


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"{type(value).__name__} {str(value)[:40]!r}"


def _lean(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}


def _span_json(span: Mention | Event) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text, "label": span.label}


def _sentence_json(sentence: Sentence) -> dict[str, Any]:
    out: dict[str, Any] = {"start": sentence.start, "end": sentence.end}
    if sentence.labels is not None:
        out["labels"] = [one.label if one.score is None else {"label": one.label, "score": one.score} for one in sentence.labels]
    return out


def _mention_json(mention: Mention) -> dict[str, Any]:
    value = None if mention.value is None else mention.value.to_json()
    return _lean({"id": mention.id, **_span_json(mention), "score": mention.score, "entity": mention.entity, "name": mention.name, "value": value})


def _event_json(event: Event) -> dict[str, Any]:
    out = _lean({"id": event.id, **_span_json(event), "asserted": event.asserted, "score": event.score, "reported_by": event.reported_by})
    if event.arguments is not None:
        out["arguments"] = [_lean({"role": a.role, "target": a.target, "score": a.score}) for a in event.arguments]
    return out


def _get(data: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise DataError(f'{where} needs "{key}" ({kind.__name__}), got {_kind(value)}')
    return value


def _optional(data: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    return None if data.get(key) is None else _get(data, key, kind, where)


def _score(data: Mapping[str, Any], where: str) -> float | None:
    value = data.get("score")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise DataError(f'{where} has "score" {value!r}; a score is a number from 0 to 1')
    return float(value)


def _layer(data: Mapping[str, Any], key: str, build: Any) -> tuple[Any, ...] | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise DataError(f'"{key}" is a list of objects, got {_kind(value)}')
    return tuple(build(one, f"{key}[{index}]") for index, one in enumerate(value))


def _offsets(data: Mapping[str, Any], text: str, where: str) -> tuple[int, int]:
    start, end = _get(data, "start", int, where), _get(data, "end", int, where)
    if not 0 <= start <= end <= len(text):
        raise DataError(
            f"{where} has start {start} and end {end}; they must lie in 0 to {len(text)}, the length of the text in code points, and start before end"
        )
    return start, end


def _labelled(data: Mapping[str, Any], text: str, where: str) -> dict[str, Any]:
    start, end = _offsets(data, text, where)
    if start == end:
        raise DataError(f"{where} is empty: start and end are both {start}")
    said = data.get("text", text[start:end])
    if said != text[start:end]:
        raise DataError(
            f"{where} says {said!r}, but text[{start}:{end}] is {text[start:end]!r}; offsets count code points, not bytes or UTF-16 units"
        )
    return {
        "start": start,
        "end": end,
        "text": said,
        "label": _get(data, "label", str, where),
        "id": _optional(data, "id", str, where),
        "score": _score(data, where),
    }


def _mention(data: Mapping[str, Any], text: str, where: str) -> Mention:
    said = _labelled(data, text, where)
    return Mention(**said, entity=_optional(data, "entity", str, where), name=_optional(data, "name", str, where), value=_value(data, where))


def _value(data: Mapping[str, Any], where: str) -> Value | None:
    try:
        return None if data.get("value") is None else Value.from_json(data["value"])
    except DataError as fault:
        raise DataError(f"{where}: {fault.reason}") from None


def _event(data: Mapping[str, Any], text: str, where: str) -> Event:
    asserted = True if data.get("asserted") is None else _get(data, "asserted", bool, where)
    arguments = _layer(data, "arguments", _argument)
    reported_by = _optional(data, "reported_by", str, where)
    return Event(**_labelled(data, text, where), asserted=asserted, arguments=arguments, reported_by=reported_by)


def _argument(data: Mapping[str, Any], where: str) -> Argument:
    return Argument(_get(data, "role", str, where), _get(data, "target", str, where), _score(data, where))


def _sentence(data: Mapping[str, Any], text: str, where: str) -> Sentence:
    start, end = _offsets(data, text, where)
    labels = data.get("labels")
    if labels is None:
        return Sentence(start, end)
    if not isinstance(labels, list):
        raise DataError(f'{where} has "labels" {_kind(labels)}; it is a list of labels')
    return Sentence(start, end, tuple(_sentence_label(one, where) for one in labels))


def _sentence_label(data: Any, where: str) -> SentenceLabel:
    if isinstance(data, str):
        return SentenceLabel(data)
    if not isinstance(data, dict):
        raise DataError(f'{where}: a label is a string or an object with "label" and "score", got {_kind(data)}')
    return SentenceLabel(_get(data, "label", str, where), _score(data, where))
