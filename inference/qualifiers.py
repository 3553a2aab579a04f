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

Span = tuple[int, int]
# Between a number and what it counts
_GAP = r"[\"”»)]?\s+(?:على\s+الأقل\s+)?(?P<of>من\s+)?[\"«“(]?"
_MENTION_NEXT = re.compile(_GAP)
# Taggers leave these unmarked, as they say no more of anybody than that he was hit
_NOUN_NEXT = re.compile(
    rf"{_GAP}(?P<noun>(?:ال)?(?:قتيل|جريح|شهيد|مصاب|شخص|أسير|معتقل|مفقود)(?:اً?|ًا)?|(?:ال)?(?:قتلى|جرحى|شهداء|أسرى|ضحية|ضحايا|[أا]شخاص|[إا]صاب(?:ة|ات)|قتيلة|مصابة"
    r"|مصاب[وي]ن|معتقل[وي]ن|مفقود[وي]ن|وفيات|وفاة)|[آا]خر[وي]ن)(?!\w)"
)
_SHARE_NEXT = re.compile(rf"(?:\s{{0,3}}[،,])?\s{{1,3}}{OF_THEM}")
_ABOUT = re.compile(r"(?:\w+\s+)?")
# Before a place; في, على and ب say no more than that it is one, and من after words of number is not whence
_SIDE = r"(?:ال)?(?:شمال|جنوب|شرق|غرب)ي?(?:\s+(?:ال)?(?:شرق|غرب)ي?)?"
_FAR = r"\d+\s*(?:كلم|كم|كيلومتر(?:اً?|ات)?|ميلا?|[أا]ميال)"
_BESIDE = (
    rf"(?:{_FAR}\s+(?:(?:[إا]لى|من|عن)\s+)?{_SIDE}|{_FAR}|{_SIDE}|(?:بال)?قرب|قريبا|مقربة|بجوار|جوار|محيط|مشارف|تخوم|[أا]طراف|ضواحي|وسط|داخل|خارج|حول|قبالة"
    r"|مداخل|مدخل|حدود|[أا]حياء|[أا]نحاء|معظم|غالبية|كامل|القسم\s+ال[أا]كبر|[أا]جزاء|مناطق|سواحل|ساحل|[أا]جواء|سماء)"
)
_FROM = (
    "".join(rf"(?<!\b{word} )" for word in ("كل", "بكل", "عدد", "العديد", "الكثير", "أكثر", "اكثر", "أقل", "بعض", "أي", "واحد", "واحدة"))
    + r"(?<!\d )من"
)
# What was hit may go without a mention where it has no name: ``على مخيم عشوائي للفارين شمالي البوكمال``
_SITE = r"(?:مخيم|قرية|بلدة|مزرعة|قاعدة|معسكر|مقر|موقع|حاجز|سوق|مدرسة|مستشفى|مسجد|منزل|مبنى|مصنع|حقل|جسر|مستودع)(?:\s+(?!ال|[وف]\w)\w+){0,3}?\s+"
_LIES = re.compile(
    rf"(?<!\w)[وف]?(?P<words>(?:(?:[إا]لى|{_FROM}|نحو|باتجاه|صوب|عبر)\s+)?(?:{_SITE}(?=[بل]?{_BESIDE}))?(?:[بل]?{_BESIDE}\s+(?:(?:من|في|عن)\s+)?){{0,2}})$"
)
_BEFORE = 80  # characters before a place that are looked at


class Qualifiers:
    """Gives the parts of a document's records what the text adds to them.

    Args:
        document: With joined mentions.
        scheme: Says which labels are titles, and of whom.
    """

    def __init__(self, document: Document, scheme: Scheme) -> None:
        self._text = document.text
        mentions = sorted(document.entities or (), key=lambda one: one.start)
        self._values = {one.start: one for one in mentions if one.label in scheme.values}
        self._nominals = {one.start for one in mentions if one.label in scheme.nominals}
        self._mentions = [one for one in mentions if one.label not in scheme.values]
        self._starts = [one.start for one in self._mentions]
        self._titles: dict[str, Mention] = {}  # by the entity of a person, the longest
        people = {one.entity for one in mentions if one.label in scheme.titles.values()}
        for one in mentions:
            if one.label in scheme.titles and one.entity is not None and one.entity in people:
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
            span = next((one for one in found if one is not None), None)
            return part if span is None else self._with_counted(part, span, names)
        if name == PLACES:
            lying = [self._unmarked(lies(self._text, start)) for start, _ in part.mentions]
            span = lying[0] if None not in lying else None  # where it is named once without, it is the place itself
        else:
            title = self._titles.get(part.entity or "")
            span = None if title is None else (title.start, title.end)
        return part if span is None else replace(part, qualifier=shown(self._text[slice(*span)]), qualifier_at=span)

    def _unmarked(self, span: Span | None) -> Span | None:
        """The part of a span that stands behind the mentions in it: what is a mention is a part of its own."""
        if span is None:
            return None
        at = bisect_left(self._starts, span[1])
        start = max(span[0], self._mentions[at - 1].end) if at else span[0]
        words = self._text[start : span[1]].lstrip()
        return None if start > span[0] and words in ("", "من", "في", "عن") else (span[1] - len(words), span[1])

    def _with_counted(self, part: Part, span: Span, names: Mapping[int, str]) -> Part:
        """A count with what it counts, as the record calls that, and what is said of a part of them, ``، بينهم تسعة أطفال``: that is no count of its own."""
        start, end = span
        name = names.get(start) if start in self._nominals else None
        words = name or shown(self._text[start:end])
        if name is not None and self._text.startswith(name, start):
            end = max(end, start + len(name))
        share = self._share(end)
        if share is not None:
            between = self._text[end:share]
            words, end = words + (" " if between[0].isspace() else "") + shown(between), share
        return replace(part, qualifier=words, qualifier_at=(start, end))

    def _share(self, end: int) -> int | None:
        """The end of what is said of a part of those who were counted."""
        found = _SHARE_NEXT.match(self._text, end)
        about = None if found is None else _ABOUT.match(self._text, found.end())
        if found is None or about is None:
            return None
        number = self._values.get(found.end()) or self._values.get(about.end())
        if number is None:
            return None
        counted = counted_by(number.end, self._mentions, self._starts, self._text)
        return number.end if counted is None else counted[1]


def counted_by(end: int, mentions: Sequence[Mention], starts: Sequence[int], text: str) -> Span | None:
    """The words that a number counts, right behind it (``مدنيا``, ``من الحوثيين``); None where none stand there.

    Args:
        end: Where the number ends.
        mentions: Of the document, in order, without dates and numbers.
        starts: Where they begin.
        text: Of the document.
    """
    at = bisect_left(starts, end)
    gap = _MENTION_NEXT.fullmatch(text, end, starts[at]) if at < len(mentions) else None
    if gap is not None:
        return starts[at] if gap["of"] is None else gap.start("of"), mentions[at].end
    noun = _NOUN_NEXT.match(text, end)
    return None if noun is None else noun.span("noun")


def lies(text: str, start: int) -> Span | None:
    """The words before a named place that say how something lies to it: ``شمالي``, ``إلى مشارف``, ``نحو``."""
    found = _LIES.search(text, max(start - _BEFORE, 0), start)
    words = "" if found is None else found["words"].rstrip()
    return None if found is None or not words else (found.start("words"), found.start("words") + len(words))
