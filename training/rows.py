"""Corpora of rows: sentences of tagged words, and sentences that were judged for some labels, as documents."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from ..models.documents import Document, Event, Mention, Sentence, SentenceLabel
from ..models.errors import DataError, nearest
from ..models.tags import tags_to_spans

# By layer (entities, triggers, sentences) the labels that may occur
Known = Mapping[str, Collection[str]]

# Word-tagged sentences of one text are read together up to this many words, so that they have neighbours as they do in news
_WORDS_TOGETHER = 120


def _rows(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with open(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
                    except ValueError as fault:
                        raise DataError(f"not JSON in UTF-8: {fault}", path, number) from None
                    if not isinstance(row, dict):
                        raise DataError("a row is a JSON object", path, number)
                    yield number, row
    except OSError as fault:
        raise DataError(f"cannot be read: {fault.strerror or fault}", path) from None


def read_words(path: str, columns: Mapping[str, str | None], known: Known | None = None) -> Iterator[Document]:
    """Reads word-tagged sentences; those of one text that follow one another become one document, a sentence a line.

    Args:
        path: JSONL with `tokens`, tags and, where known, `doc_id`.
        columns: By layer the key of its tags; None is ``ner_tags``.
        known: By layer the labels that may occur; None: any.

    Raises:
        DataError: With file, line and reason.
    """
    for name, group in groupby(_rows(path), key=lambda row: row[1].get("doc_id")):
        rows: list[tuple[int, dict[str, Any]]] = []
        words = 0
        for row in group:
            tokens = row[1].get("tokens")
            size = len(tokens) if isinstance(tokens, list) else 0  # what it is instead is told where it is joined
            if rows and words + size > _WORDS_TOGETHER:
                yield _joined(path, name, rows, columns, known)
                rows, words = [], 0
            rows.append(row)
            words += size
        if rows:
            yield _joined(path, name, rows, columns, known)


def _joined(path: str, name: Any, rows: Sequence[tuple[int, dict[str, Any]]], columns: Mapping[str, str | None], known: Known | None) -> Document:
    text = ""
    sentences: list[Sentence] = []
    entities: list[Mention] = []
    events: list[Event] = []
    for number, row in rows:
        tokens = row.get("tokens")
        if not isinstance(tokens, list) or not all(isinstance(one, str) for one in tokens):
            raise DataError('"tokens" is a list of words', path, number)
        text += "\n" if text else ""
        starts = []
        begin = len(text)
        for token in tokens:
            token = token.strip()  # some corpora have tokens of nothing but a blank: they keep their tag and take no room
            text += " " if token and len(text) > begin else ""
            starts.append((len(text), len(text) + len(token)))
            text += token
        sentences.append(Sentence(begin, len(text)))
        for layer, column in columns.items():
            tags = row.get(column or "ner_tags")
            if not isinstance(tags, list) or len(tags) != len(tokens):
                raise DataError(f'"{column or "ner_tags"}" is a list of tags, as many as there are tokens ({len(tokens)})', path, number)
            for tag in tags:
                if tag != "O" and (not isinstance(tag, str) or tag[:2] not in ("B-", "I-") or len(tag) == 2):
                    raise DataError(f'"{column or "ner_tags"}" holds the tag {tag!r}; a tag is O, B-LABEL or I-LABEL (IOB2)', path, number)
                if tag != "O" and known is not None and tag[2:] not in known[layer]:
                    raise DataError(f'"{column or "ner_tags"}" has the label "{tag[2:]}"; {nearest(tag[2:], known[layer])}', path, number)
            for first, last, label in tags_to_spans(tags):
                real = [place for place in starts[first:last] if place[0] < place[1]]
                if not real:
                    continue
                start, end = real[0][0], real[-1][1]
                if layer == "entities":
                    entities.append(Mention(start, end, text[start:end], label))
                else:
                    events.append(Event(start, end, text[start:end], label))
    return Document(
        id=f"{Path(path).stem if name is None else name}-{rows[0][0]}",
        text=text,
        sentences=tuple(sentences),
        entities=tuple(entities) if "entities" in columns else None,
        events=tuple(events) if "triggers" in columns else None,
    )


def read_judged(path: str, column: str, known: Known | None, judged: dict[str, frozenset[str]]) -> Iterator[Document]:
    """Reads sentences that were each judged for some labels only.

    Args:
        path: JSONL with `text`, the labels given, and `judged`, those that were asked about.
        column: The key of the labels.
        known: The labels that may occur, under ``sentences``; None: any.
        judged: Takes in, by document id, the labels that were asked about.

    Raises:
        DataError: With file, line and reason.
    """
    for number, row in _rows(path):
        text, labels, asked = row.get("text"), row.get(column), row.get("judged")
        if (
            not isinstance(text, str)
            or not isinstance(labels, list)
            or not isinstance(asked, list)
            or not all(isinstance(one, str) for one in (*labels, *asked))
        ):
            raise DataError(f'a judged sentence has "text", "{column}" and "judged" (the labels that were asked about)', path, number)
        for one in (*labels, *asked):
            if known is not None and one not in known["sentences"]:
                raise DataError(f'"{column}" or "judged" names the label "{one}"; {nearest(one, known["sentences"])}', path, number)
        name = f"{row.get('doc_id') or Path(path).stem}:{number}"
        judged[name] = frozenset(asked)
        yield Document(name, text, sentences=(Sentence(0, len(text), tuple(SentenceLabel(one) for one in labels)),))
