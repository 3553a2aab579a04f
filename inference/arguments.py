"""Which mention plays which part in which event: pairs out of decoded spans, scored by the second graph, read as arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ..models.decoding import WordSpan, log_softmax
from ..models.pairs import NO_ROLE, Pairs, Spans, candidate_pairs, whole_lines
from ..models.spec import TaggerSpec
from .argument_rules import RULES, Spots
from .encoding import Encoded
from .runtime import ScorePairs

# Pairs scored at once: each takes some kilobytes while it is scored, and a long text has very many
_AT_ONCE = 20_000

# By trigger: which mention, the number of the role, the score
Found = list[list[tuple[int, int, float]]]


def read_arguments(
    spec: TaggerSpec,
    score: ScorePairs,
    texts: Sequence[Encoded],
    logits: Sequence[Mapping[str, np.ndarray]],
    triggers: Sequence[Sequence[WordSpan]],
    mentions: Sequence[Sequence[WordSpan]],
) -> list[Found]:
    """The arguments of the events of several texts.

    A mention has at most one role in an event: the likeliest, if it is likelier than none (by the openness fitted on dev), and the words do not rule it out
    (`argument_rules.py`).

    Args:
        spec: Of the tagger.
        score: Scores pairs.
        texts: The encoded texts.
        logits: Of each text at every piece; the head `arguments` is read.
        triggers: Of each text, in order.
        mentions: The same.

    Returns:
        For each text and each of its triggers what was found, mentions in order.
    """
    found: list[Found] = [[[] for _ in several] for several in triggers]
    pairs, of_triggers, of_mentions = pair_up(spec, texts, logits, triggers, mentions)
    if not len(pairs):
        return found
    which = np.stack([pairs.trigger, pairs.mention], axis=1)
    parts = whole_lines(pairs.lines, _AT_ONCE)
    scores = np.concatenate([score(of_triggers, of_mentions, which[part], pairs.features[part]) for part in parts])
    chances = log_softmax(scores / spec.temperatures.get("arguments", 1.0))
    weighed = chances.copy()
    weighed[:, NO_ROLE] -= spec.openness.get("arguments", 0.0) / spec.temperatures.get("arguments", 1.0)
    roles = weighed.argmax(axis=1)
    spots = Spots(texts, triggers, mentions, pairs)
    for rule in RULES:
        numbers = [number for number, role in enumerate(spec.scheme.roles, 1) if spec.scheme.kinds.get(role) == rule.kind]
        for pair in rule.impossible(np.flatnonzero(np.isin(roles, numbers)), spots):
            weighed[pair, numbers if rule.none else [*numbers, NO_ROLE]] = -np.inf
            roles[pair] = weighed[pair].argmax()
    for pair in np.flatnonzero(roles != NO_ROLE).tolist():
        text, at = spots.owners[pairs.trigger[pair]]
        role = int(roles[pair])
        found[text][at].append((spots.mention(pair), role - 1, float(np.exp(chances[pair, role]))))
    return found


def pair_up(
    spec: TaggerSpec,
    texts: Sequence[Encoded],
    logits: Sequence[Mapping[str, np.ndarray]],
    triggers: Sequence[Sequence[WordSpan]],
    mentions: Sequence[Sequence[WordSpan]],
) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """The candidate pairs of several texts, and what their triggers and mentions look like to the scorer.

    Returns:
        The pairs, spans numbered through all texts; the states of the triggers, shape (triggers, states), and of the mentions, (mentions, 2 * states).
    """
    offsets = np.cumsum([0, *(len(text.words) for text in texts)])
    t, m = (
        Spans.of([(one.first + at, one.last + at, one.label) for at, several in zip(offsets, spans, strict=False) for one in several])
        for spans in (triggers, mentions)
    )
    places = [word_places(text) for text in texts]
    # lines of different texts get different numbers
    lines = np.concatenate([line + 1_000_000 * at for at, (line, _) in enumerate(places)] or [np.zeros(0, np.int64)])
    sentences = np.concatenate([sentence for _, sentence in places] or [np.zeros(0, np.int64)])

    def states(words: Sequence[Sequence[int]]) -> np.ndarray:
        gathered = [one["arguments"][text.first[at]] for text, one, at in zip(texts, logits, words, strict=True) if at]
        return np.concatenate(gathered or [np.zeros((0, spec.heads["arguments"].size))]).astype(np.float32, copy=False)

    of_triggers = states([[one.first for one in several] for several in triggers])
    first, last = (
        states([[one.first for one in several] for several in mentions]),
        states([[one.last - 1 for one in several] for several in mentions]),
    )
    return candidate_pairs(t, m, lines, sentences, spec.scheme), of_triggers, np.concatenate([first, last], axis=1)


def word_places(text: Encoded) -> tuple[np.ndarray, np.ndarray]:
    """The number of each word's line and sentence. Shapes: (words,)"""
    words = np.arange(len(text.words))
    sentences = np.searchsorted(text.sentence_words, words, side="right")
    begins = text.aligned.starts[text.words[:, 0]] if len(words) else np.zeros(0, np.int64)
    breaks = np.array([one.start() for one in re.finditer("\n", text.aligned.raw)], np.int64)
    return np.searchsorted(breaks, begins, side="left"), sentences
