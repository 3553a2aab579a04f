"""Roles that the words of a sentence rule out, whatever the scorer of pairs says of them.

* Right behind a verb in the plural (``باغتوا القوات``) stands no subject of it, nor of the next one that is joined to it (``واستعادوا المدينة``): such a verb
  agrees in number with one that went before.
* It is not done to what stands between ``أن`` and a verb that has its object behind it (``أن قاذفات دمرت مستودعات``): that is who or what did it.
* A day that stands on the other side of ``ثم`` is not when it was: that word says that it was later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..models.decoding import WordSpan
from ..models.pairs import RIGHT_BEHIND, Pairs
from .encoding import Encoded
from .word_forms import goes_on_in_plural, has_object, subject_is_before

# As words are normalised
_THAT = frozenset(("ان", "وان", "بان", "لان", "فان"))
_SIGNS = frozenset("،,.؛;:!؟?()")
_CLAUSE = 14  # words from أن to its verb at most
_THEN = frozenset(("ثم", "وثم"))


class Spots:
    """Which words the pairs of several texts are of."""

    def __init__(
        self, texts: Sequence[Encoded], triggers: Sequence[Sequence[WordSpan]], mentions: Sequence[Sequence[WordSpan]], pairs: Pairs
    ) -> None:
        self.pairs = pairs
        self.owners = [(text, at) for text, several in enumerate(triggers) for at in range(len(several))]  # of the triggers, in order
        self._texts, self._triggers, self._mentions = texts, triggers, mentions
        self._begins = np.cumsum([0, *(len(several) for several in mentions)])

    def mention(self, pair: int) -> int:
        """The number of a pair's mention in its text."""
        return int(self.pairs.mention[pair] - self._begins[self.owners[self.pairs.trigger[pair]][0]])

    def verb(self, pair: int) -> str:
        """The last word of a pair's trigger."""
        text, at = self.owners[self.pairs.trigger[pair]]
        return self._texts[text].word(self._triggers[text][at].last - 1)

    def verb_and_next(self, pair: int) -> tuple[str, str]:
        """The last word of a pair's trigger and the word behind it; empty at the end of the text."""
        text, at = self.owners[self.pairs.trigger[pair]]
        behind = self._triggers[text][at].last
        return self.verb(pair), self._texts[text].word(behind) if behind < len(self._texts[text].words) else ""

    def is_between_that_and_verb(self, pair: int) -> bool:
        """Whether ``أن`` opens the clause that a pair's trigger ends, with the mention between and neither a sign nor another trigger."""
        text, at = self.owners[self.pairs.trigger[pair]]
        trigger, mention = self._triggers[text][at], self._mentions[text][self.mention(pair)]
        begin = self._triggers[text][at - 1].last if at else 0
        for word in range(trigger.first - 1, max(begin, trigger.first - _CLAUSE) - 1, -1):
            said = self._texts[text].word(word)
            if said in _THAT:
                return word < mention.first < trigger.first
            if said in _SIGNS:
                return False
        return False

    def between(self, pair: int) -> Iterator[str]:
        """The words between a pair's trigger and its mention."""
        text, at = self.owners[self.pairs.trigger[pair]]
        one, other = self._triggers[text][at], self._mentions[text][self.mention(pair)]
        return map(self._texts[text].word, range(min(one.last, other.last), max(one.first, other.first)))


def _objects_that_act(acting: np.ndarray, spots: Spots) -> list[int]:
    """Of the pairs of a trigger and its actor those whose mention is the object of that verb, or of the one that it is joined to."""
    where = spots.pairs.features[:, 2]
    objects = {int(spots.pairs.mention[pair]) for pair in np.flatnonzero(where == RIGHT_BEHIND).tolist() if subject_is_before(spots.verb(pair))}
    near = [pair for pair in acting.tolist() if where[pair] <= RIGHT_BEHIND and int(spots.pairs.mention[pair]) in objects]
    return [pair for pair in near if (subject_is_before if where[pair] == RIGHT_BEHIND else goes_on_in_plural)(spots.verb(pair))]


def _subjects_that_suffer(suffering: np.ndarray, spots: Spots) -> list[int]:
    """Of the pairs of a trigger and whom it was done to those whose mention is the subject of the verb: it stands between ``أن`` and it, and an object behind it."""
    return [pair for pair in suffering.tolist() if spots.is_between_that_and_verb(pair) and has_object(*spots.verb_and_next(pair))]


def _days_before_then(dated: np.ndarray, spots: Spots) -> list[int]:
    """Of the pairs of a trigger and its day those with ``ثم`` between."""
    return [pair for pair in dated.tolist() if not _THEN.isdisjoint(spots.between(pair))]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is ruled out.

    Args:
        kind: The kind of role.
        impossible: Of the pairs that have such a role those that cannot have it.
        none: Whether they may have no role at all then.
    """

    kind: str
    impossible: Callable[[np.ndarray, Spots], list[int]]
    none: bool = True


RULES = (Rule("actor", _objects_that_act), Rule("recipient", _subjects_that_suffer, none=False), Rule("time", _days_before_then))
