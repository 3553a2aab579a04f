"""What the dates and numbers of a document are worth, read together: a date is seen from the one before it, and two ends make one range."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta

from ..models.dates import day_of, is_dated_weekday, lone_weekday, written_on
from ..models.documents import Document, Mention
from ..models.scheme import Scheme
from ..models.values import Value, read_value

# Characters before and behind a mention that its value may depend on (``أكثر من``, ``على الأقل``), not past the ends of its sentence
_AROUND = 40
# So many sentences on a date is still the one that اليوم نفسه is seen from
_NEAR = 1
# Two mentions that are the ends of one range: what stands before the first and between them
_BETWEEN = re.compile(r"(?:(?<!\w)(?<!من\s)(?:ما\s*)?بين|(?<!\w)الفترة\s+من)\s+$")
# A weekday with its date that lies so many days back, and no more, begins a report of days past
_PAST = (8, 61)
_AND = re.compile(r"\s+و\s*(?:(?:بين|حتى)\s+)?|\s+(?:إلى|الى|حتى)\s+|\s*[-–]\s*")


def with_values(document: Document, scheme: Scheme) -> Document:
    """The document with what each date and number is worth, in the order of the text, since ``اليوم نفسه`` is seen from the date before it.

    Both ends of ``بين أبريل 2015 ويوليو 2017`` are worth the whole of it.
    """
    text, bounds = document.text, sorted((one.start, one.end) for one in document.sentences or ())
    kinds = scheme.values
    mentions = sorted((one for one in document.entities or () if one.label in kinds), key=lambda one: one.start)
    day = written_on((one.text for one in mentions if kinds[one.label] == "date"), document.date)
    story = _Story(day)
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
            seen_from = story.day(mention.text) if kind == "date" else None
            value = read_value(mention.text, kind, date=seen_from or day, before=before, after=after, earlier=near)
        found[mention.start, mention.end] = value
        if kind == "date":
            earlier = (at, value)
            story.goes_on(mention.text, value)
    return replace(
        document, entities=tuple(one.with_value(found[one.start, one.end]) if one.label in kinds else one for one in document.entities or ())
    )


class _Story:
    """A report that goes through days past, one after another: behind ``الأربعاء 8 تشرين الثاني`` the Thursday is the 9th, whenever the paper came out.

    It begins with a weekday that bears its date and lies more than a week back, and ends with a day of the last week. The article's own weekday and the
    one before are left out: on those an agency reports today's news, between all that it looks back on.

    Args:
        written: The article's day, ISO 8601.
    """

    def __init__(self, written: str | None) -> None:
        self.written = day_of(written)
        self.last: date | None = None

    def day(self, text: str) -> str | None:
        """The day that a bare weekday is, if it is one of the report; else None."""
        weekday = lone_weekday(text) if self.last is not None else None
        if self.written is None or self.last is None or weekday is None or (self.written.isoweekday() - weekday) % 7 <= 1:
            return None
        found = self.last + timedelta(days=(weekday - self.last.isoweekday()) % 7)
        return found.isoformat() if found <= self.written else None

    def goes_on(self, text: str, value: Value | None) -> None:
        """Takes the next date of the text, with what it was found to be."""
        start, end = (None, None) if value is None else (day_of(value.start), day_of(value.end))
        if self.written is None or start is None or end is None:
            return
        back = (self.written - end).days
        begins = _PAST[0] <= back <= _PAST[1] and is_dated_weekday(text)
        if begins or self.day(text) is not None:
            self.last = end
        elif 0 <= back < _PAST[0] and start == end and lone_weekday(text) is None:
            self.last = None


def _is_range(text: str, before: str, mention: Mention, following: Mention) -> bool:
    return _BETWEEN.search(before) is not None and _AND.fullmatch(text, mention.end, following.start) is not None
