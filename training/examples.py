"""From corpora to training examples: windows of pieces, each with what is allowed or known there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..inference.arguments import word_places
from ..inference.encoding import Encoded, Encoder
from ..inference.windows import plan_windows
from ..models.documents import Document, Event, Mention
from ..models.pairs import NO_ROLE, Spans, candidate_pairs, feature_sizes, fillable
from ..models.scheme import Scheme
from ..models.spec import MOST_PROCLITICS, TaggerSpec
from ..models.tags import AllowedSets, Tags, spans_to_tags
from .corpora import Corpus

UNKNOWN = -1

# What an example says of each piece in `soft`, if not 0: that a teacher is asked about it, and that it is a word's first and so says the word's tags
INNER, FIRST = 1, 2

# First word, one past the last, what stands there
Located = tuple[int, int, Mention | Event]


@dataclass
class Losses:
    """What could not be used as it was marked; said once, with the run."""

    counts: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        return [f"{count} {what}" for what, count in sorted(self.counts.items())]


class ExampleMaker:
    """Makes training examples.

    Args:
        spec: Of the tagger to be trained.
        encoder: Its encoder of texts.
        soft: Examples say which of their pieces a teacher is asked about.
    """

    def __init__(self, spec: TaggerSpec, encoder: Encoder, *, soft: bool = False) -> None:
        self.spec, self.encoder, self.soft = spec, encoder, soft
        self.sets = {layer: AllowedSets(Tags(labels)) for layer, labels in _span_layers(spec.scheme).items()}
        self.lost: dict[str, Losses] = {}

    def make(self, corpus: Corpus) -> Iterator[dict[str, Any]]:
        """The examples of a corpus.

        Yields:
            `input_ids`; `entities` and `triggers`, the number of the set of allowed tags; `asserted` and `proclitics`, the value or -1; `paragraph`, the
            index into `labels` or -1, all of one length; `labels`, for each paragraph in the window 1, 0 or -1 (unknown) for each event type; `pairs`, of
            each pair the pieces of the trigger and of the mention's first and last word and its features, and `roles`, 0 for none. With `soft`, also
            `soft`: `FIRST`, `INNER` or 0.
        """
        lost = self.lost.setdefault(corpus.name, Losses())
        for begin in range(0, len(corpus.documents), 500):
            documents = corpus.documents[begin : begin + 500]
            sentences = [None if one.sentences is None else [(s.start, s.end) for s in one.sentences] for one in documents]
            for document, text in zip(documents, self.encoder.encode([one.text for one in documents], sentences), strict=True):
                yield from self._windows(corpus, document, text, lost)

    def _windows(self, corpus: Corpus, document: Document, text: Encoded, lost: Losses) -> Iterator[dict[str, Any]]:
        marks, located = self._marks(corpus, document, text, lost)
        if self.soft:
            asked = np.zeros(len(text.ids), np.int64)
            if corpus.soft:
                asked[:] = INNER
                asked[text.first] = FIRST
            marks["soft"] = asked, 0
        pairs, roles = self._pairs(corpus, document, text, located, lost)
        paragraph, labels = self._paragraphs(corpus, document, text)
        cut = len(labels)
        split = roles != NO_ROLE
        for window in plan_windows(len(text.ids), text.sentence_pieces, text.first, self.spec.window - 2):
            core = slice(window.core_start, window.core_end)
            example: dict[str, Any] = {"input_ids": [self.spec.pieces.cls, *text.ids[window.start : window.end].tolist(), self.spec.pieces.sep]}
            for name, (values, blank) in marks.items():
                out = np.full(len(example["input_ids"]), blank, np.int64)
                out[1 + core.start - window.start : 1 + core.stop - window.start] = values[core]
                example[name] = out.tolist()
            whole = [one for one in range(len(labels)) if _within(paragraph == one, core)]
            cut -= len(whole)
            place = np.full(len(example["input_ids"]), UNKNOWN, np.int64)
            for index, one in enumerate(whole):
                place[1 - window.start + np.flatnonzero(paragraph == one)] = index
            example["paragraph"] = place.tolist()
            example["labels"] = [labels[one] for one in whole]
            if "arguments" in self.spec.heads:
                # a pair counts in the window that answers for its trigger
                seen = (
                    (pairs[:, 0] >= core.start)
                    & (pairs[:, 0] < core.stop)
                    & ((pairs[:, 1:3] >= window.start) & (pairs[:, 1:3] < window.end)).all(axis=1)
                )
                shift = np.array([1 - window.start] * 3 + [0] * (pairs.shape[1] - 3))
                split &= ~seen
                example["pairs"], example["roles"] = (pairs[seen] + shift).tolist(), roles[seen].tolist()
            yield example
        if split.any():
            lost.counts["arguments that no window sees together with their trigger"] += int(split.sum())
        if cut:
            lost.counts["paragraphs without sentence loss, since a window's edge cuts them"] += cut

    def _marks(
        self, corpus: Corpus, document: Document, text: Encoded, lost: Losses
    ) -> tuple[dict[str, tuple[np.ndarray, int]], dict[str, list[Located]]]:
        """By head the value at each piece, and the value that means nothing; by layer the mentions and where their words are."""
        located: dict[str, list[Located]] = {}
        pieces = len(text.ids)
        marks: dict[str, tuple[np.ndarray, int]] = {layer: (np.zeros(pieces, np.int64), 0) for layer in self.sets}
        marks |= {name: (np.full(pieces, UNKNOWN, np.int64), UNKNOWN) for name in ("asserted", "proclitics") if name in self.spec.heads}
        for layer, reading in corpus.spans.items():
            mentions: Sequence[Mention | Event] | None = document.entities if layer == "entities" else document.events
            if mentions is None or layer not in self.sets:
                continue
            spans = []
            taken = np.zeros(len(text.words), bool)
            for mention in mentions:
                found = locate(text, mention.start, mention.end)
                if found is None:
                    lost.counts[f"{layer} without a word"] += 1
                    continue
                first, last, skip, exact = found
                if taken[first:last].any():
                    lost.counts[f"{layer} that share a word with another"] += 1
                    continue
                taken[first:last] = True
                spans.append((first, last, mention.label))
                located.setdefault(layer, []).append((first, last, mention))
                if not exact:
                    lost.counts[f"{layer} whose end is inside a word"] += 1
                if "proclitics" in marks and not corpus.word_aligned:
                    if skip <= MOST_PROCLITICS:
                        marks["proclitics"][0][text.first[first]] = skip
                    else:
                        lost.counts[f"{layer} that begin deep inside a word"] += 1
                if corpus.asserted and isinstance(mention, Event):
                    marks["asserted"][0][text.first[first]] = int(mention.asserted)
            sets = {tag: self.sets[layer].add(reading.allowed(tag)) for tag in ("O", *(p + one for one in reading.labels for p in ("B-", "I-")))}
            tags = spans_to_tags(spans, len(text.words))
            marks[layer][0][text.first] = [sets[tag] for tag in tags]
        return marks, located

    def _pairs(
        self, corpus: Corpus, document: Document, text: Encoded, located: dict[str, list[Located]], lost: Losses
    ) -> tuple[np.ndarray, np.ndarray]:
        """The pairs of a document, of events whose arguments are annotated. Shapes: (pairs, 3 + features), (pairs,)"""
        scheme = self.spec.scheme
        empty = np.zeros((0, 3 + len(feature_sizes(scheme))), np.int64), np.zeros(0, np.int64)
        if not corpus.arguments or "arguments" not in self.spec.heads:
            return empty
        triggers, mentions = (sorted(located.get(layer, []), key=lambda one: one[0]) for layer in ("triggers", "entities"))
        t, m = (
            Spans.of([(first, last, labels.index(mention.label)) for first, last, mention in several])
            for several, labels in ((triggers, scheme.triggers), (mentions, scheme.entities))
        )
        (plain,) = self.encoder.encode([document.text])  # with the sentences that prediction finds: those of the gold may be whole paragraphs
        pairs = candidate_pairs(t, m, *word_places(plain), scheme)
        told: dict[tuple[int, str | None], int] = {}
        for at, (_, _, event) in enumerate(triggers):
            for argument in event.arguments or () if isinstance(event, Event) else ():
                role = 1 + scheme.roles.index(argument.role)
                if told.setdefault((at, argument.target), role) != role:
                    lost.counts["arguments of a mention that has another role in the event"] += 1
        roles = np.array(
            [told.pop((at, mentions[m][2].id), NO_ROLE) for at, m in zip(pairs.trigger.tolist(), pairs.mention.tolist(), strict=True)], np.int64
        )
        forbidden = ~fillable(scheme)[pairs.features[:, 1], roles]
        roles[forbidden] = NO_ROLE
        unused = len(told) + int(forbidden.sum())
        if unused:
            lost.counts["arguments of another line, too far off or in a role that their label does not fill"] += unused
        known = np.array([isinstance(event, Event) and event.arguments is not None for _, _, event in triggers], bool)
        columns = [text.first[t.first[pairs.trigger]], text.first[m.first[pairs.mention]], text.first[m.last[pairs.mention] - 1]]
        rows = np.concatenate([np.stack(columns, axis=1), pairs.features], axis=1)
        return rows[known[pairs.trigger]], roles[known[pairs.trigger]]

    def _paragraphs(self, corpus: Corpus, document: Document, text: Encoded) -> tuple[np.ndarray, list[list[int]]]:
        """The paragraph of each piece and, for each paragraph, what is known of each event type."""
        place = np.full(len(text.ids), UNKNOWN, np.int64)
        rows: list[list[int]] = []
        inventory = self.spec.scheme.sentence_labels
        if corpus.sentences is None or not inventory:
            return place, rows
        asked = corpus.judged.get(document.id)
        known = set(inventory) if asked is None else {one for label in asked for one in corpus.sentences.get(label, ())}
        bounds = np.append(text.sentence_pieces, len(text.ids))
        for index, sentence in enumerate(document.sentences or ()):
            if sentence.labels is None or bounds[index] == bounds[index + 1]:
                continue
            readings = [corpus.sentences[label.label] for label in sentence.labels]
            given = {names[0] for names in readings if len(names) == 1}
            # one of several: which, nobody says
            either = {one for names in readings if len(names) > 1 for one in names} - given
            place[bounds[index] : bounds[index + 1]] = len(rows)
            told = (known if asked is not None else known - corpus.silent | given) - either
            rows.append([int(one in given) if one in told else UNKNOWN for one in inventory])
        return place, rows


def locate(text: Encoded, start: int, end: int) -> tuple[int, int, int, bool] | None:
    """The words of a span of the raw text.

    Returns:
        First word, one past the last, how many characters of the first word stand before the span, and whether the span ends where a word does; None
        if there is no word in it.
    """
    starts, ends = text.aligned.starts, text.aligned.ends
    low = int(np.searchsorted(ends, start, side="right"))
    high = int(np.searchsorted(starts, end, side="left"))
    if low >= high:
        return None
    first = int(np.searchsorted(text.words[:, 1], low, side="right"))
    last = int(np.searchsorted(text.words[:, 0], high, side="left"))
    if first >= last:
        return None
    return first, last, max(0, low - int(text.words[first, 0])), int(text.words[last - 1, 1]) <= high


def _within(where: np.ndarray, core: slice) -> bool:
    at = np.flatnonzero(where)
    return bool(len(at)) and at[0] >= core.start and at[-1] < core.stop


def _span_layers(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    return {name: labels for name, labels in (("entities", scheme.entities), ("triggers", scheme.triggers)) if labels}
