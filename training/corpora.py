"""Corpora with labels of their own, read into documents and the tags they allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from ..models.documents import Document, Event, Mention, Sentence, SentenceLabel, read_jsonl
from ..models.errors import DataError, HadathError, nearest
from ..models.scheme import Scheme
from ..models.tags import Reading, Tags, tags_to_spans
from .config import CorpusSettings, LayerReadingSettings
from .markup import read_marked

# Word-tagged sentences of one text are read together up to this many words, so that they have neighbours as they do in news
_WORDS_TOGETHER = 120


@dataclass(frozen=True)
class Corpus:
    """A corpus with the reading of each layer it has.

    Args:
        name: Its name.
        documents: Its texts, marked with its own labels.
        spans: The readings of the span layers it is annotated on, by layer (entities, triggers).
        sentences: For each of its sentence labels the labels of the scheme; None if it has no sentence layer.
        judged: By document id, the sentence labels that were asked about, where not all were.
        asserted: Its events say whether they are asserted.
        word_aligned: Its mentions are whole words.
        weight: How often its texts are seen in an epoch.
        silent: Sentence labels of the scheme that it does not give: where it does not, nothing is known.
    """

    name: str
    documents: list[Document]
    spans: Mapping[str, Reading]
    sentences: Mapping[str, tuple[str, ...]] | None
    judged: Mapping[str, frozenset[str]]
    asserted: bool
    word_aligned: bool
    weight: float
    silent: frozenset[str] = frozenset()


def load_scheme(name: str) -> Scheme:
    """A shipped scheme by its name, or one from a YAML file.

    Raises:
        HadathError: There is neither.
    """
    folder = Path(__file__).parent.parent / "configs" / "schemes"
    if not folder.is_dir():  # a checkout, where the rooms lie beside one another, and an install are laid out alike; this is neither
        raise HadathError("the shipped schemes were not found; install hadath again")
    shipped = {one.stem: one for one in folder.glob("*.yaml")}
    if name in shipped:
        return Scheme.load(shipped[name])
    if Path(name).exists():
        return Scheme.load(name)
    raise HadathError(f'there is no scheme "{name}": neither a file nor a shipped one; {nearest(name, shipped)}')


def load_corpus(settings: CorpusSettings, scheme: Scheme) -> Corpus:
    """Reads a corpus and checks every label in it.

    Raises:
        DataError: A file cannot be read, or a label is neither in the scheme nor in the corpus's reading; with file and line.
        HadathError: The reading names a label that the scheme lacks.
    """
    layers = settings.layers
    inventory = {"entities": scheme.entities, "triggers": scheme.triggers}
    readings = {name: _reading(settings.name, name, getattr(layers, name), labels) for name, labels in inventory.items() if getattr(layers, name)}
    sentences = None
    silent: frozenset[str] = frozenset()
    if layers.sentences:
        reading = _reading(settings.name, "sentences", layers.sentences, scheme.sentence_labels)
        sentences, silent = reading.labels, frozenset(reading.unmarked)
    documents: list[Document] = []
    judged: dict[str, frozenset[str]] = {}
    for path in settings.files:
        if settings.format == "documents":
            found: Iterable[Document] = read_jsonl(path)
        elif settings.format == "marked":
            found = read_marked(path, scheme)
        elif settings.format == "words":
            found = _read_words(path, {name: one.column for name in inventory if (one := getattr(layers, name))})
        else:
            found = _read_judged(path, (layers.sentences.column if layers.sentences else None) or "labels", judged)
        for document in found:
            _check(document, path, readings, sentences)
            documents.append(document)
    if not documents:
        raise HadathError(f'corpus "{settings.name}" holds no documents: {", ".join(settings.files)}')
    return Corpus(settings.name, documents, readings, sentences, judged, layers.asserted, settings.word_aligned, settings.weight, silent)


def _reading(corpus: str, layer: str, settings: LayerReadingSettings, labels: tuple[str, ...]) -> Reading:
    tags = Tags(labels)
    own: Mapping[str, str | list[str]] = {one: one for one in labels} if settings.labels is None else settings.labels
    names = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in own.items()}
    unmarked = labels if settings.unmarked == "all" else tuple(settings.unmarked)
    for one in (*unmarked, *(name for several in names.values() for name in several)):
        if one not in labels:
            raise HadathError(f'corpus "{corpus}", {layer}: the scheme has no label "{one}"; {nearest(one, labels)}')
    return Reading(tags, names, unmarked)


def _check(document: Document, path: str, readings: Mapping[str, Reading], sentences: Mapping[str, Any] | None) -> None:
    spans = {"entities": document.entities, "triggers": document.events}
    for layer, reading in readings.items():
        for mention in spans[layer] or ():
            if mention.label not in reading.labels:
                raise DataError(
                    f'document "{document.id}": {mention.text!r} has the label "{mention.label}"; {nearest(mention.label, reading.labels)}', path
                )
    for sentence in document.sentences or () if sentences is not None else ():
        for one in sentence.labels or ():
            if one.label not in (sentences or {}):
                raise DataError(f'document "{document.id}": a sentence has the label "{one.label}"; {nearest(one.label, sentences or ())}', path)


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


def _read_words(path: str, columns: Mapping[str, str | None]) -> Iterator[Document]:
    """Word-tagged sentences; those of one text that follow one another become one document, a sentence a line."""
    for name, group in groupby(_rows(path), key=lambda row: row[1].get("doc_id")):
        rows: list[tuple[int, dict[str, Any]]] = []
        words = 0
        for row in group:
            size = len(row[1].get("tokens") or ())
            if rows and words + size > _WORDS_TOGETHER:
                yield _joined(path, name, rows, columns)
                rows, words = [], 0
            rows.append(row)
            words += size
        if rows:
            yield _joined(path, name, rows, columns)


def _joined(path: str, name: Any, rows: Sequence[tuple[int, dict[str, Any]]], columns: Mapping[str, str | None]) -> Document:
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


def _read_judged(path: str, column: str, judged: dict[str, frozenset[str]]) -> Iterator[Document]:
    for number, row in _rows(path):
        text, labels, asked = row.get("text"), row.get(column), row.get("judged")
        if not isinstance(text, str) or not isinstance(labels, list) or not isinstance(asked, list):
            raise DataError(f'a judged sentence has "text", "{column}" and "judged" (the labels that were asked about)', path, number)
        name = f"{row.get('doc_id') or Path(path).stem}:{number}"
        judged[name] = frozenset(asked)
        yield Document(name, text, sentences=(Sentence(0, len(text), tuple(SentenceLabel(one) for one in labels)),))


def read_dev(paths: Sequence[str], column: str | None = None) -> list[Document]:
    """The documents of several files: in the document format or, where the key of their entity tags is given, word-tagged."""
    if column is None:
        return [document for path in paths for document in read_jsonl(path)]
    return [document for path in paths for document in _read_words(path, {"entities": column})]


def fingerprint(paths: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of each file, so that a run says what it was made from."""
    import hashlib

    return {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths}
