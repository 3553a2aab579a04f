"""What of two collections of documents is scored: layers, variants, errors with examples, calibration. Counting itself is in `scoring`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..models.documents import Document, Event, Mention
from ..models.errors import HadathError, nearest
from ..models.scheme import Scheme
from .intervals import f1_interval
from .scoring import OUTCOMES, Outcome, Score, Span, classify, count, expected_calibration_error, macro, rename, unique, variants, widen

LAYERS = ("entities", "nominals", "triggers", "arguments", "sentence_labels")

# What a document says of each layer it is read for: one entry a unit that can be annotated or not, None where it was not.
_UNITS: dict[str, Callable[[Document], Sequence[object]]] = {
    "entities": lambda document: [document.entities],
    "triggers": lambda document: [document.events],
    "arguments": lambda document: [None] if document.events is None or document.entities is None else [one.arguments for one in document.events],
    "sentence_labels": lambda document: [None] if document.sentences is None else [one.labels for one in document.sentences],
}


@dataclass(frozen=True)
class LayerReport:
    """The scores of one layer.

    Attributes:
        documents: How many documents were scored; those whose gold lacks the layer were not.
        labels: Exact span and label, a score a label: all labels of the scheme in its order, then others that occur.
        variants: Other ways to match. entities, nominals, triggers: strict, boundary, partial, type (`scoring.variants`); triggers also
            "asserted": span, label and assertedness.
        interval: 95% bootstrap interval of the micro F1, if asked for.
        calibration: ece, predictions, mean_score, accuracy of the predictions that carry a score; None if none does.
        asserted: For triggers: accuracy of `asserted` over the triggers whose span and label are right, how many those are, and on them the score
            of the class that is rare and therefore hidden by an accuracy, "not asserted".
    """

    documents: int
    labels: Mapping[str, Score]
    variants: Mapping[str, Score]
    interval: tuple[float, float] | None = None
    calibration: Mapping[str, float] | None = None
    asserted: Mapping[str, Any] | None = None

    @property
    def micro(self) -> Score:
        """Over the summed counts of all labels."""
        return sum(self.labels.values(), Score())

    @property
    def macro(self) -> dict[str, float]:
        """The mean over the labels that occur in the gold or in the predictions: precision, recall, f1, and their number, labels."""
        return macro(self.labels.values())

    def to_dict(self) -> dict[str, Any]:
        """The layer as plain JSON values."""
        return {
            "documents": self.documents,
            "micro": self.micro.to_dict(),
            "interval": None if self.interval is None else list(self.interval),
            "macro": self.macro,
            "labels": {label: score.to_dict() for label, score in self.labels.items()},
            "variants": {name: score.to_dict() for name, score in self.variants.items()},
            "calibration": None if self.calibration is None else dict(self.calibration),
            "asserted": None if self.asserted is None else dict(self.asserted),
        }


@dataclass(frozen=True)
class Report:
    """What `evaluate` found.

    Attributes:
        documents: How many pairs were compared.
        failed: How many predictions say that their text could not be tagged; scored as if they marked nothing.
        layers: The scored layers, by name, of LAYERS.
        not_predicted: Layers that the gold has and no prediction carries; not scored.
        errors: For "entities" (names and nominals together, so that one taken for the other shows) and "triggers": counts by kind
            (`scoring.classify`), examples by kind, and confusion, the (gold label, predicted label) of same spans by number.
        left_out: What was not scored: gold mentions that no target of `coarse` names and predicted ones that it maps to nothing, by label; mentions
            and triggers that fell on one word with an earlier one (merged); predicted labelled sentences that start in no labelled gold entry.
    """

    documents: int
    failed: int
    layers: Mapping[str, LayerReport]
    not_predicted: tuple[str, ...]
    errors: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values; a layer that was not scored has no key."""
        head = {"documents": self.documents, "failed": self.failed, "not_predicted": list(self.not_predicted)}
        layers = {name: layer.to_dict() for name, layer in self.layers.items()}
        return {**head, **layers, "errors": {name: dict(found) for name, found in self.errors.items()}, "left_out": dict(self.left_out)}


def evaluate(
    gold: Sequence[Document],
    predicted: Sequence[Document],
    scheme: Scheme,
    *,
    coarse: Mapping[str, str | Sequence[str]] | None = None,
    word_aligned: bool = False,
    bootstrap: int = 0,
    seed: int = 0,
    examples: int = 10,
) -> Report:
    """Compares predictions with gold on exact character spans.

    A layer that is None in a gold document is not scored there. A gold entry of `sentences` may be a paragraph: its predicted labels are the union
    of those of the predicted sentences that start inside it.

    Args:
        gold: The truth.
        predicted: The same texts, in the same order, tagged.
        scheme: Gives the order of the labels, and which entity labels are nominals and so reported apart.
        coarse: For a corpus with labels of its own: each entity label of the scheme to the corpus's label, to several (see `scoring.rename`), or to
            none (``[]``, or no key). Predicted mentions are renamed or dropped, gold labels that no target names are left out; nothing is reported as
            nominal.
        word_aligned: Widens mentions and triggers of both sides to whitespace-delimited words first, for corpora that keep clitics inside words.
        bootstrap: How many resamplings of the documents stand behind the intervals; 0 for no intervals.
        seed: For the resampling and the choice of examples.
        examples: How many examples at most of each kind of error.

    Returns:
        The report.

    Raises:
        HadathError: The two sides differ in number, ids or texts, or `coarse` names a label that the scheme lacks.
    """
    _check(gold, predicted)
    reader = _Reader(scheme, coarse, word_aligned)
    pages: dict[str, list[_Page]] = {}
    errors: dict[str, dict[str, Any]] = {}
    not_predicted = []
    for name in _UNITS:
        pairs = _scored(_UNITS[name], gold, predicted)
        if pairs is None:
            not_predicted.append(name)
        elif pairs:
            pages[name] = [reader.read(name, *pair) for pair in pairs]
            if name in ("entities", "triggers"):
                errors[name] = _errors(pages[name], examples, seed)
    if "entities" in pages and reader.nominals:
        mixed = pages["entities"]
        pages["entities"] = [page.only(lambda label: label not in reader.nominals) for page in mixed]
        pages["nominals"] = [page.only(lambda label: label in reader.nominals) for page in mixed]
    layers = {name: _layer(name, pages[name], reader.order[name], bootstrap, seed) for name in LAYERS if name in pages}
    failed = sum(one.error is not None for one in predicted)
    return Report(len(gold), failed, layers, tuple(not_predicted), errors, reader.left_out())


class _Page(NamedTuple):
    # The spans of one layer of one document, without repetitions.
    document: Document
    gold: list[Span]
    predicted: list[Span]

    def only(self, keep: Callable[[str], bool]) -> _Page:
        return _Page(self.document, [one for one in self.gold if keep(one.label)], [one for one in self.predicted if keep(one.label)])


def _check(gold: Sequence[Document], predicted: Sequence[Document]) -> None:
    if len(gold) != len(predicted):
        raise HadathError(
            f"{len(gold)} gold documents but {len(predicted)} predicted; they are compared by position, so give one prediction a gold document"
        )
    for index, (one, other) in enumerate(zip(gold, predicted, strict=True)):
        if one.id != other.id:
            raise HadathError(f'document {index}: the gold one is "{one.id}", the predicted one "{other.id}"; give both sides in the same order')
        if one.text != other.text:
            at = next((i for i, (a, b) in enumerate(zip(one.text, other.text, strict=False)) if a != b), min(len(one.text), len(other.text)))
            raise HadathError(
                f'document {index}, "{one.id}": the texts differ from character {at} on; offsets compare only in the same, untouched text'
            )


def _scored(
    units: Callable[[Document], Sequence[object]], gold: Sequence[Document], predicted: Sequence[Document]
) -> list[tuple[Document, Document]] | None:
    # The pairs whose gold has the layer; none of them where no gold has it, None where the gold has it and no prediction carries it.
    def carries(document: Document) -> bool | None:
        found = units(document)
        return any(one is not None for one in found) if found else None  # None: nothing there that could tell

    says = [carries(one) for one in gold]
    if True not in says:
        return []
    pairs = [(one, other) for one, other, said in zip(gold, predicted, says, strict=True) if said is not False]
    answers = {carries(other) for _, other in pairs if other.error is None}
    return None if False in answers and True not in answers else pairs


class _Reader:
    # Turns documents into the spans to compare, and counts what is lost on the way.
    def __init__(self, scheme: Scheme, coarse: Mapping[str, str | Sequence[str]] | None, word_aligned: bool) -> None:
        for label in coarse or ():
            if label not in scheme.entities:
                raise HadathError(f'coarse maps "{label}", which is no entity label of the scheme; {nearest(label, scheme.entities)}')
        self.targets = None if coarse is None else {label: (to,) if isinstance(to, str) else tuple(to) for label, to in coarse.items()}
        self.word_aligned = word_aligned
        self.nominals = scheme.nominals if coarse is None else ()
        named = scheme.entities if self.targets is None else tuple(dict.fromkeys(label for to in self.targets.values() for label in to))
        self.order = {"entities": tuple(label for label in named if label not in self.nominals), "nominals": self.nominals}
        self.order.update(triggers=scheme.triggers, arguments=scheme.roles, sentence_labels=scheme.sentence_labels)
        self.lost: Counter[tuple[str, str]] = Counter()

    def read(self, layer: str, gold: Document, predicted: Document) -> _Page:
        return _Page(gold, *getattr(self, "_" + layer)(gold, predicted))

    def left_out(self) -> dict[str, Any]:
        named = {side: {label: self.lost[at, label] for at, label in sorted(self.lost) if at == side} for side in ("gold", "predicted")}
        return {**named, "merged": self.lost["merged", ""], "sentences": self.lost["sentences", ""]}

    def _entities(self, gold: Document, predicted: Document) -> tuple[list[Span], list[Span]]:
        truth, guess = _labelled(gold.entities), _labelled(predicted.entities)
        if self.targets is None:
            return self._aligned(gold.text, truth), self._aligned(gold.text, guess)
        truth = self._aligned(gold.text, self._known("gold", truth, self.order["entities"]))
        guess = self._aligned(gold.text, self._known("predicted", guess, [label for label, to in self.targets.items() if to]))
        return truth, unique(rename(guess, truth, self.targets))

    def _triggers(self, gold: Document, predicted: Document) -> tuple[list[Span], list[Span]]:
        return self._aligned(gold.text, _labelled(gold.events)), self._aligned(gold.text, _labelled(predicted.events))

    def _arguments(self, gold: Document, predicted: Document) -> tuple[list[Span], list[Span]]:
        # An event without annotated arguments says nothing about those that a prediction gives it.
        unsaid = {(one.start, one.end) for one in gold.events or () if one.arguments is None}
        return self._filled(gold, unsaid), self._filled(predicted, unsaid)

    def _filled(self, document: Document, unsaid: set[tuple[int, int]]) -> list[Span]:
        if document.entities is None:  # taken off; the arguments point nowhere
            return []
        marks: list[Mention | Event] = [*(document.entities or ()), *(document.events or ())]
        places = {mark.id: span for mark, span in zip(marks, self._wide(document.text, _labelled(marks)), strict=True)}
        out = []
        for event in document.events or ():
            if (event.start, event.end) not in unsaid:
                (trigger,) = self._wide(document.text, _labelled([event]))
                for one in event.arguments or ():
                    if one.target not in places:
                        raise HadathError(
                            f'document "{document.id}": argument {one.role} of {event.text!r} points at "{one.target}", which is no entity or event of it'
                        )
                    filler = places[one.target]
                    out.append(Span(filler.start, filler.end, one.role, one.score, of=(trigger.label, trigger.start, trigger.end)))
        return unique(out)

    def _sentence_labels(self, gold: Document, predicted: Document) -> tuple[list[Span], list[Span]]:
        truth: list[Span] = []
        guess: dict[tuple[int, int, str], Span] = {}
        said = [one for one in predicted.sentences or () if one.labels]
        used = set()
        for entry in gold.sentences or ():
            if entry.labels is None:
                continue
            truth += [Span(entry.start, entry.end, one.label) for one in entry.labels]
            inside = [index for index, one in enumerate(said) if entry.start <= one.start < entry.end]
            used.update(inside)
            for label in (label for index in inside for label in said[index].labels or ()):
                span = Span(entry.start, entry.end, label.label, label.score)
                kept = guess.setdefault(span[:3], span)
                if (span.score or 0.0) > (kept.score or 0.0):  # a label of the union is as sure as the surest sentence
                    guess[span[:3]] = span
        self.lost["sentences", ""] += len(said) - len(used)
        return unique(truth), unique(guess.values())

    def _known(self, side: str, spans: Iterable[Span], labels: Sequence[str]) -> list[Span]:
        spans = list(spans)
        self.lost.update((side, one.label) for one in spans if one.label not in labels)
        return [one for one in spans if one.label in labels]

    def _wide(self, text: str, spans: list[Span]) -> list[Span]:
        return widen(text, spans) if self.word_aligned else spans

    def _aligned(self, text: str, spans: list[Span]) -> list[Span]:
        out = unique(self._wide(text, unique(spans)), by_place=self.word_aligned)
        self.lost["merged", ""] += len(unique(spans)) - len(out)
        return out


def _labelled(marks: Iterable[Mention | Event] | None) -> list[Span]:
    return [Span(one.start, one.end, one.label, one.score, getattr(one, "asserted", True)) for one in marks or ()]


def _layer(name: str, pages: Sequence[_Page], order: Sequence[str], bootstrap: int, seed: int) -> LayerReport:
    met = {one.label for page in pages for side in (page.gold, page.predicted) for one in side}
    labels = (*order, *sorted(met.difference(order)))
    rows = {label: row for row, label in enumerate(labels)}
    counts = np.stack([count(page.gold, page.predicted, rows) for page in pages])  # (documents, labels, 3)
    scores = {label: Score(*total) for label, total in zip(labels, counts.sum(axis=0).tolist(), strict=True)}
    totals: dict[str, Score] = {}
    if name not in ("arguments", "sentence_labels"):
        for page in pages:
            for kind, score in variants(page.gold, page.predicted).items():
                totals[kind] = totals.get(kind, Score()) + score
    asserted = None
    if name == "triggers":
        totals["asserted"], asserted = _asserted(pages, totals["strict"])
    interval = f1_interval(counts.sum(axis=1), bootstrap, seed) if bootstrap else None
    return LayerReport(len(pages), scores, totals, interval, _calibration(pages), asserted)


def _asserted(pages: Sequence[_Page], strict: Score) -> tuple[Score, dict[str, Any]]:
    said = Counter[tuple[bool, bool]]()
    for page in pages:
        truth = {(one.place, one.label): one.asserted for one in page.gold}
        said.update((truth[one.place, one.label], one.asserted) for one in page.predicted if (one.place, one.label) in truth)
    right, both = said[True, True] + said[False, False], said.total()
    negative = Score(said[False, False], said[False, False] + said[False, True], said[False, False] + said[True, False])
    found = {"accuracy": right / both if both else 0.0, "triggers": both, "not_asserted": negative.to_dict()}
    return Score(right, strict.gold, strict.predicted), found


def _calibration(pages: Sequence[_Page]) -> dict[str, float] | None:
    scores, correct = [], []
    for page in pages:
        truth = {(one.place, one.label) for one in page.gold}
        for one in page.predicted:
            if one.score is not None:
                scores.append(one.score)
                correct.append((one.place, one.label) in truth)
    if not scores:
        return None
    size = len(scores)
    return {
        "ece": expected_calibration_error(scores, correct),
        "predictions": size,
        "mean_score": sum(scores) / size,
        "accuracy": sum(correct) / size,
    }


def _errors(pages: Sequence[_Page], examples: int, seed: int) -> dict[str, Any]:
    found: dict[str, list[tuple[Document, Outcome]]] = {kind: [] for kind in OUTCOMES}
    confusion: Counter[tuple[str, str]] = Counter()
    for page in pages:
        for outcome in classify(page.gold, page.predicted):
            found[outcome.kind].append((page.document, outcome))
            if outcome.kind in ("correct", "type") and outcome.gold and outcome.predicted:
                confusion[outcome.gold.label, outcome.predicted.label] += 1
    draw = random.Random(seed)
    shown = {}
    for kind in OUTCOMES[1:]:
        # Drawn from all documents and put back in order; the first ones alone would show the errors of two or three texts.
        picked = sorted(draw.sample(range(len(found[kind])), min(examples, len(found[kind]))))
        shown[kind] = [_example(*found[kind][index]) for index in picked]
    pairs = sorted(confusion.items(), key=lambda item: (-item[1], item[0]))
    return {
        "counts": {kind: len(items) for kind, items in found.items()},
        "confusion": [{"gold": truth, "predicted": guess, "count": number} for (truth, guess), number in pairs],
        "examples": shown,
    }


def _example(document: Document, outcome: Outcome) -> dict[str, Any]:
    sides = [one for one in (outcome.gold, outcome.predicted) if one is not None]
    start, end = max(0, min(one.start for one in sides) - 40), max(one.end for one in sides) + 40

    def plain(span: Span | None) -> dict[str, Any] | None:
        return None if span is None else {"start": span.start, "end": span.end, "text": document.text[span.start : span.end], "label": span.label}

    return {"document": document.id, "gold": plain(outcome.gold), "predicted": plain(outcome.predicted), "context": document.text[start:end]}
