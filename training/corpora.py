"""Corpora with labels of their own, read into documents and the tags they allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from ..models.documents import Document, Event, Mention, read_jsonl
from ..models.errors import DataError, HadathError, nearest
from ..models.scheme import Scheme
from ..models.tags import Reading, Tags
from ..models.yaml_file import read_yaml
from .config import CorpusSettings, LayerReadingSettings, SwapSettings
from .markup import read_marked
from .rows import Known, read_judged, read_words
from .swapping import swapped


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
        arguments: Its events say which mentions are their arguments, in the scheme's own roles.
        silent: Sentence labels of the scheme that it does not give: where it does not, nothing is known.
        soft: It is annotated with nothing; another tagger says what there is (`training.distil`).
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
    arguments: bool = False
    soft: bool = False


def load_corpus(settings: CorpusSettings, scheme: Scheme, seed: int = 0) -> Corpus:
    """Reads a corpus and checks every label in it.

    Args:
        settings: Of the corpus.
        scheme: What its labels read as.
        seed: Decides which names its copies have, if it has any (`swap`).

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
    known: Known = {name: one.labels for name, one in readings.items()} | ({} if sentences is None else {"sentences": sentences})
    if layers.arguments:
        if not scheme.roles:
            raise HadathError(
                f'corpus "{settings.name}": "layers.arguments" is true, and the scheme has no roles; add "roles" to it, or set it to false'
            )
        known = {**known, "arguments": scheme.roles}
    documents: list[Document] = []
    judged: dict[str, frozenset[str]] = {}
    for path in settings.files:
        if settings.format == "documents":
            found: Iterable[Document] = read_jsonl(path, check_labels(known))
        elif settings.format == "marked":
            found = read_marked(path, scheme, check_labels(known))
        elif settings.format == "words":
            found = read_words(path, {name: one.column for name in inventory if (one := getattr(layers, name))}, known)
        else:
            found = read_judged(path, (layers.sentences.column if layers.sentences else None) or "labels", known, judged)
        documents += found
    if not documents:
        raise HadathError(f'corpus "{settings.name}" holds no documents: {", ".join(settings.files)}')
    weight = settings.weight
    if settings.swap:
        documents = _with_swapped(settings.name, documents, settings.swap, readings["entities"], seed)
        weight /= 1 + settings.swap.copies
    return Corpus(settings.name, documents, readings, sentences, judged, layers.asserted, settings.word_aligned, weight, silent, layers.arguments)


def _with_swapped(corpus: str, documents: Sequence[Document], settings: SwapSettings, reading: Reading, seed: int) -> list[Document]:
    for label in settings.labels:
        if label not in reading.labels:
            raise HadathError(f'corpus "{corpus}", swap: it has no entity label "{label}"; {nearest(label, reading.labels)}')
    copies = (swapped(documents, settings.labels, settings.share, np.random.default_rng((seed, copy))) for copy in range(settings.copies))
    return [*documents, *chain.from_iterable(copies)]


def _reading(corpus: str, layer: str, settings: LayerReadingSettings, labels: tuple[str, ...]) -> Reading:
    tags = Tags(labels)
    own: Mapping[str, str | list[str]] = {one: one for one in labels} if settings.labels is None else settings.labels
    names = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in own.items()}
    unmarked = labels if settings.unmarked == "all" else tuple(settings.unmarked)
    for one in (*unmarked, *(name for several in names.values() for name in several)):
        if one not in labels:
            raise HadathError(f'corpus "{corpus}", {layer}: the scheme has no label "{one}"; {nearest(one, labels)}')
    return Reading(tags, names, unmarked)


def labels_of(scheme: Scheme) -> Known:
    """The labels of a scheme by layer."""
    return {"entities": scheme.entities, "triggers": scheme.triggers, "arguments": scheme.roles, "sentences": scheme.sentence_labels}


def check_labels(known: Known) -> Callable[[Document], None]:
    """A check of documents, for `read_jsonl`: raises DataError at a label that is not known; a layer that is not named is not looked at."""

    def check(document: Document) -> None:
        spans: dict[str, Sequence[Mention | Event]] = {"entities": document.entities or (), "triggers": document.events or ()}
        for layer, several in spans.items():
            for one in several if layer in known else ():
                if one.label not in known[layer]:
                    raise DataError(f'document "{document.id}": {one.text!r} has the label "{one.label}"; {nearest(one.label, known[layer])}')
        for event in document.events or () if "arguments" in known else ():
            for argument in event.arguments or ():
                if argument.role not in known["arguments"]:
                    raise DataError(
                        f'document "{document.id}": {event.text!r} has an argument in the role "{argument.role}"; {nearest(argument.role, known["arguments"])}'
                    )
        for sentence in document.sentences or () if "sentences" in known else ():
            for label in sentence.labels or ():
                if label.label not in known["sentences"]:
                    raise DataError(f'document "{document.id}": a sentence has the label "{label.label}"; {nearest(label.label, known["sentences"])}')

    return check


def read_dev(paths: Sequence[str], column: str | None = None, scheme: Scheme | None = None) -> list[Document]:
    """The documents of several files, to be scored on.

    Args:
        paths: Files in the document format, or word-tagged ones.
        column: For word-tagged files, the key of their entity tags.
        scheme: Whose labels they must have; None: any.

    Raises:
        DataError: A file cannot be read, or has a label that the scheme lacks; with file and line.
        HadathError: The files hold no documents.
    """
    known = None if scheme is None else labels_of(scheme)
    found: list[Document] = []
    for path in paths:
        found += read_jsonl(path, check_labels(known or {})) if column is None else read_words(path, {"entities": column}, known)
    if paths and not found:
        raise HadathError(f"there are no documents in {', '.join(paths)}")
    return found


def read_sentences(path: str, column: str | None = None) -> list[str]:
    """The sentences of a labelled file; arguments and errors as in `read_dev`.

    Raises:
        HadathError: Its documents name no sentences.
    """
    found = [document.text[one.start : one.end] for document in read_dev([path], column) for one in document.sentences or ()]
    if not found:
        raise HadathError(
            f"{path} names no sentences; its documents need the layer sentences, or the key of their tags (--tags-column, or `column` in a config)"
        )
    return found


def read_coarse(path: str | Path) -> dict[str, str | list[str]]:
    """What each entity label of a scheme is called in a corpus with other labels: one name, several, or [] for none; from a YAML file.

    Raises:
        DataError: The file cannot be read, or is no such mapping.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise DataError(f"holds {type(data).__name__}, not a mapping of labels to labels, such as GPE: LOC", path)
    for key, value in data.items():
        if not isinstance(value, str) and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise DataError(f'"{key}" reads as a label or a list of labels, got {type(value).__name__} {str(value)[:40]!r}', path)
    return {str(key): value for key, value in data.items()}
