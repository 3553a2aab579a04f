"""What the text adds to a part of a record: of a count what it counts (``26 مدنيا``), of a place how what happened lies to it (``قرب المدينة``), of a person the office.

A scheme's counts are of victims, of weapons and of those who took part alike, and its places are where something happened, was aimed at or came from; the number
and the name alone do not say which.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..models.documents import Document, Mention
from ..models.names import shown
from ..models.records import COUNTS, PLACES, Part
from ..models.scheme import Scheme
from .merging import OF_THEM

Place = tuple[int, int]
# Between a number and what it counts
_GAP = r"[\"”»)]?\s+(?:على\s+الأقل\s+)?(?:من\s+)?[\"«“(]?"
_MENTION_NEXT = re.compile(_GAP)
# Taggers leave these unmarked, as they say no more of anybody than that he was hit
_NOUN_NEXT = re.compile(
    rf"{_GAP}((?:ال)?(?:قتيل|جريح|شهيد|مصاب|شخص|أسير|معتقل)(?:اً?|ًا)?|(?:ال)?(?:قتلى|جرحى|شهداء|ضحية|ضحايا|أشخاص|إصابات?|مصاب[وي]ن|وفيات|وفاة)|[آا]خر[وي]ن)(?!\w)"
)
_SHARE_NEXT = re.compile(rf"\s*[،,]?\s+{OF_THEM}")
_ABOUT = re.compile(r"(?:\w+\s+)?")
# Before a place; في, على and ب say no more than that it is one
_SIDE = r"(?:ال)?(?:شمال|جنوب|شرق|غرب)ي?(?:\s+(?:ال)?(?:شرق|غرب)ي?)?"
_FAR = r"\d+\s*(?:كلم|كم|كيلومتر(?:ا|ات)?|ميلا?|أميال)\s+(?:(?:إلى|من|عن)\s+)?"
_BESIDE = (
    rf"(?:{_FAR}{_SIDE}|{_FAR}|{_SIDE}|(?:بال)?قرب|قريبا|مقربة|بجوار|جوار|محيط|مشارف|تخوم|أطراف|ضواحي|وسط|داخل|خارج|حول|قبالة|مداخل|مدخل|حدود|أحياء|أنحاء"
    r"|معظم|غالبية|كامل|القسم\s+الأكبر|أجزاء|مناطق|سواحل|ساحل|أجواء|سماء)"
)
_LIES = re.compile(rf"(?<!\w)(?:(?:إلى|الى|من|نحو|باتجاه|صوب|عبر)\s+)?(?:[بل]?{_BESIDE}\s+(?:(?:من|في)\s+)?){{0,2}}$")
_BEFORE = 60  # characters before a place that are looked at


class Qualifiers:
    """Gives the parts of a document's records what the text adds to them.

    Args:
        document: With joined mentions.
        scheme: Says which labels are titles, and of whom.
    """

    def __init__(self, document: Document, scheme: Scheme) -> None:
        self._text = document.text
        self._mentions = sorted(document.entities or (), key=lambda one: one.start)
        self._starts = [one.start for one in self._mentions]
        self._bearers = frozenset(scheme.titles.values())
        self._titles: dict[str, Mention] = {}  # by entity, the longest
        for one in self._mentions:
            if one.label in scheme.titles and one.entity is not None:
                known = self._titles.get(one.entity)
                if known is None or len(one.text) > len(known.text):
                    self._titles[one.entity] = one

    def add(self, name: str, parts: Sequence[Part], names: Mapping[int, str]) -> tuple[Part, ...]:
        """The parts of one list of a record.

        Args:
            name: Of the list, such as ``places``.
            parts: Its parts.
            names: What the record calls the mentions that its parts were read from, by where they begin.
        """
        return tuple(self._qualified(name, one, names) for one in parts)

    def _qualified(self, name: str, part: Part, names: Mapping[int, str]) -> Part:
        if name == COUNTS:
            found = (counted_by(end, self._mentions, self._starts, self._text) for _, end in part.mentions)
            place = next((one for one in found if one is not None), None)
        elif name == PLACES:
            lying = [lies(self._text, start) for start, _ in part.mentions]
            place = lying[0] if None not in lying else None  # where it is named once without, it is the place itself
        else:
            title = self._titles.get(part.entity or "") if part.label in self._bearers else None
            place = None if title is None else (title.start, title.end)
        if place is None:
            return part
        words = names.get(place[0]) or shown(self._text[slice(*place)])
        share = self._share(place[1]) if name == COUNTS else None
        if share is not None:  # it adds nothing to the count, and is no count of its own
            words, place = words + shown(self._text[place[1] : share]), (place[0], share)
        return replace(part, qualifier=words, qualifier_at=place)

    def _share(self, end: int) -> int | None:
        """The end of what is said of a part of those who were counted, ``، بينهم تسعة أطفال``."""
        found = _SHARE_NEXT.match(self._text, end)
        at = len(self._mentions) if found is None else bisect_left(self._starts, found.end())
        if (
            found is None
            or at == len(self._mentions)
            or self._mentions[at].value is None
            or not _ABOUT.fullmatch(self._text, found.end(), self._starts[at])
        ):
            return None
        counted = counted_by(self._mentions[at].end, self._mentions, self._starts, self._text)
        return self._mentions[at].end if counted is None else counted[1]


def counted_by(end: int, mentions: Sequence[Mention], starts: Sequence[int], text: str) -> Place | None:
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


def lies(text: str, start: int) -> Place | None:
    """The place of the words before a named place that say how something lies to it: ``شمالي``, ``إلى مشارف``, ``نحو``."""
    found = _LIES.search(text, max(start - _BEFORE, 0), start)
    words = "" if found is None else found[0].rstrip()
    return None if found is None or not words else (found.start(), found.start() + len(words))
