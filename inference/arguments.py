"""Which mention plays which part in which event: pairs out of decoded spans, scored by the second graph, read as arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ..models.decoding import WordSpan, log_softmax
from ..models.pairs import NO_ROLE, RIGHT_BEHIND, Pairs, Spans, candidate_pairs, whole_lines
from ..models.spec import TaggerSpec
from .clauses import goes_on_in_plural, subject_is_before
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

    A mention has at most one role in an event: the likeliest, if it is likelier than none (by the openness fitted on dev). Right behind a verb in the
    plural (``باغتوا القوات``) stands no subject of it, nor of the next one that is joined to it (``واستعادوا المدينة``): such a verb agrees in number with one that
    went before.

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
    owners = [(text, at) for text, several in enumerate(triggers) for at in range(len(several))]
    actor = [number for number, role in enumerate(spec.scheme.roles, 1) if spec.scheme.kinds.get(role) == "actor"]
    behind = pairs.features[:, 2] == RIGHT_BEHIND

    def verb(pair: int) -> str:
        text, at = owners[pairs.trigger[pair]]
        return texts[text].word(triggers[text][at].last - 1)

    objects = {int(pairs.mention[pair]) for pair in np.flatnonzero(behind).tolist() if subject_is_before(verb(pair))}
    acting = np.isin(roles, actor) & np.isin(pairs.mention, list(objects)) & (pairs.features[:, 2] <= RIGHT_BEHIND)
    for pair in np.flatnonzero(acting).tolist():
        if subject_is_before(verb(pair)) if behind[pair] else goes_on_in_plural(verb(pair)):
            weighed[pair, actor] = -np.inf
            roles[pair] = weighed[pair].argmax()
    begins = np.cumsum([0, *(len(several) for several in mentions)])
    for pair in np.flatnonzero(roles != NO_ROLE).tolist():
        text, at = owners[pairs.trigger[pair]]
        role = int(roles[pair])
        found[text][at].append((int(pairs.mention[pair] - begins[text]), role - 1, float(np.exp(chances[pair, role]))))
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
