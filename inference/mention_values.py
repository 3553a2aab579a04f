"""What the dates and numbers of a document are worth, read together: a date is seen from the one before it, and two ends make one range."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from dataclasses import replace

from ..models.dates import written_on
from ..models.documents import Document, Mention
from ..models.scheme import Scheme
from ..models.values import Value, read_value

# Characters before and behind a mention that its value may depend on (``أكثر من``, ``على الأقل``), not past the ends of its sentence
_AROUND = 40
# So many sentences on a date is still the one that اليوم نفسه is seen from
_NEAR = 1
# Two mentions that are the ends of one range: what stands before the first and between them
_BETWEEN = re.compile(r"(?:(?<!\w)(?<!من\s)(?:ما\s*)?بين|(?<!\w)الفترة\s+من)\s+$")
_AND = re.compile(r"\s+و\s*(?:(?:بين|حتى)\s+)?|\s+(?:إلى|الى|حتى)\s+|\s*[-–]\s*")


def with_values(document: Document, scheme: Scheme) -> Document:
    """The document with what each date and number is worth, in the order of the text, since ``اليوم نفسه`` is seen from the date before it.

    Both ends of ``بين أبريل 2015 ويوليو 2017`` are worth the whole of it.
    """
    text, bounds = document.text, sorted((one.start, one.end) for one in document.sentences or ())
    kinds = scheme.values
    mentions = sorted((one for one in document.entities or () if one.label in kinds), key=lambda one: one.start)
    day = written_on((one.text for one in mentions if kinds[one.label] == "date"), document.date)
    found: dict[tuple[int, int], Value | None] = {}
    earlier: tuple[int, Value | None] = 0, None  # the last date, and its sentence
    for mention, following in itertools.pairwise([*mentions, None]):
        if mention is None or (mention.start, mention.end) in found:
            continue
        kind = kinds[mention.label]
        at = bisect_right(bounds, (mention.start, len(text)))
        first, last = bounds[at - 1] if at else (0, len(text))
        before = text[max(mention.start - _AROUND, first) : mention.start]
        value = None
        if following is not None and kinds[following.label] == kind and following.end <= last and _is_range(text, before, mention, following):
            value = read_value(text[mention.start : following.end], kind, date=day, before=before)
            if value is not None:
                found[following.start, following.end] = value
        if value is None:
            after = text[mention.end : min(mention.end + _AROUND, last)]
            near = earlier[1] if at - earlier[0] <= _NEAR else None
            value = read_value(mention.text, kind, date=day, before=before, after=after, earlier=near)
        found[mention.start, mention.end] = value
        earlier = (at, value) if kind == "date" else earlier
    return replace(
        document, entities=tuple(one.with_value(found[one.start, one.end]) if one.label in kinds else one for one in document.entities or ())
    )


def _is_range(text: str, before: str, mention: Mention, following: Mention) -> bool:
    return _BETWEEN.search(before) is not None and _AND.fullmatch(text, mention.end, following.start) is not None
