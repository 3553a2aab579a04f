"""What a number counts, ``مدنيا`` of ``26 مدنيا``: a scheme's counts are of victims, of weapons and of those who took part alike, and the number does not say of which."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from ..models.documents import Mention

# Between a number and what it counts
_GAP = r"[\"”»)]?\s+(?:على\s+الأقل\s+)?(?:من\s+)?[\"«“(]?"
_MENTION_NEXT = re.compile(_GAP)
# Taggers leave these unmarked, as they say no more of anybody than that he was hit
_NOUN_NEXT = re.compile(
    rf"{_GAP}((?:ال)?(?:قتيل|جريح|شهيد|مصاب|شخص|أسير|معتقل)(?:اً?|ًا)?|(?:ال)?(?:قتلى|جرحى|شهداء|ضحية|ضحايا|أشخاص|إصابات?|مصاب[وي]ن|وفيات|وفاة)|[آا]خر[وي]ن)(?!\w)"
)


def counted_by(end: int, mentions: Sequence[Mention], starts: Sequence[int], text: str) -> tuple[int, int] | None:
    """The place of the words that a number counts, right behind it; None where none stand there.

    Args:
        end: Where the number ends.
        mentions: Of the document, in order.
        starts: Where they begin.
        text: Of the document.
    """
    at = bisect_left(starts, end)
    if at < len(mentions) and mentions[at].value is None and _MENTION_NEXT.fullmatch(text, end, mentions[at].start):
        return mentions[at].start, mentions[at].end
    noun = _NOUN_NEXT.match(text, end)
    return None if noun is None else noun.span(1)
