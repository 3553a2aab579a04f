"""Which named place a common word for one stands for, ``المدينة``, and which event it is the place of; and where that was in which something else happened,
``معارك قُتل فيها``. Where the words do not tell, nothing is said."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from ..models.documents import Document, Event, Mention
from ..models.names import place_noun, words_of
from ..models.scheme import Scheme
from ..models.sentences import split_sentences

# The word with its article; an adjective behind it may make it another place (المدينة القديمة)
_CLASSES = "مدينة|بلدة|قرية|محافظة|ولاية|ناحية|مديرية|قضاء|جزيرة|مخيم"
_WORD = re.compile(rf"(?<!\w)[وف]?(?:ب?(?=ال)|ل(?=ل))(?P<whole>ا?ل(?P<noun>{_CLASSES}))(?!\w)(?!\s+(?:ال|لل)\w)")
_ENDS = re.compile(r"[.؟!\n]")
_STOP = re.compile(r"[،,؛;:()\n«»\"“”]")
# Characters from a trigger to the word behind it, and from the word to a trigger behind it (في المدينة اشتباكات)
_FAR, _NEAR = 120, 12
# Behind a trigger, what happened in the course of the event told of right before it
_IN_IT = re.compile(r"\s+(?:في|خلال)(?:ه|ها|هما)(?!\w)")
_JUST_BEFORE = 60  # characters


def places_meant(document: Document, scheme: Scheme, places: Sequence[Mention]) -> dict[int, Mention]:
    """The places that a common word gives to events which have none of their own: ``تحرير المدينة``.

    Args:
        document: With joined mentions.
        scheme: Its labels.
        places: Its named places, in order (`places_of`).

    Returns:
        By where a trigger begins, the word as a mention of what it stands for.
    """
    words = list(_WORD.finditer(document.text)) if places and document.events else []
    if not words:
        return {}
    finder = _Finder(document, scheme, places)
    found: dict[int, Mention] = {}
    for word in words:
        start, end = word.span("whole")
        meant = finder.meant(words_of(word["noun"])[0], start)
        event = None if meant is None else finder.event(start, end)
        if meant is not None and event is not None:
            found.setdefault(event.start, Mention(start, end, document.text[start:end], meant.label, name=meant.name, entity=meant.entity))
    return found


def events_within(document: Document, scheme: Scheme) -> dict[int, Event]:
    """By where a trigger begins that has no place of its own, the event in the course of which it happened: ``معارك`` of ``معارك قُتل فيها``."""
    events = sorted(document.events or (), key=lambda one: (one.start, one.end))
    found = {}
    for before, one in itertools.pairwise(events):
        near = 0 <= one.start - before.end <= _JUST_BEFORE and _IN_IT.match(document.text, one.end) is not None
        if near and _placeless(one, scheme) and not _ENDS.search(document.text, before.end, one.start):
            found[one.start] = before
    return found


def _placeless(event: Event, scheme: Scheme) -> bool:
    """Whether an event that may have a place has none."""
    placed = any(scheme.kinds.get(one.role) == "place" for one in event.arguments or ())
    return not placed and event.arguments is not None and event.label not in scheme.reporting


class _Finder:
    def __init__(self, document: Document, scheme: Scheme, places: Sequence[Mention]) -> None:
        self.text, self.scheme, self.places = document.text, scheme, places
        self.place_starts = [one.start for one in places]
        self.events = sorted(document.events or (), key=lambda one: (one.start, one.end))
        self.event_starts = [one.start for one in self.events]
        self.sentences = split_sentences(document.text)
        classes: dict[str, set[str]] = {}  # by entity, what the article calls it
        for one in places:
            words = words_of(one.text)
            if place_noun(words)[0] is not None:
                classes.setdefault(str(one.entity), set()).add(words[0])
        self.called: dict[str, list[Mention]] = {}  # by class noun, the places that it is said of
        for one in places:
            for noun in classes.get(str(one.entity), ()):
                self.called.setdefault(noun, []).append(one)

    def meant(self, noun: str, at: int) -> Mention | None:
        """What a class noun stands for: the last place before it that the article calls so, there or elsewhere."""
        within = bisect_right(self.place_starts, at)
        if within and self.places[within - 1].end > at:  # it is part of a name
            return None
        called = self.called.get(noun, [])
        before = bisect_right(called, at, key=lambda one: one.start)
        return called[before - 1] if before else None

    def event(self, start: int, end: int) -> Event | None:
        """The event that a word is the place of: the last before it in its clause, or one right behind it; None if that has a place or is a report."""
        number = bisect_right(self.sentences, (start, len(self.text))) - 1
        begin, stop = self.sentences[number]
        at = bisect_left(self.event_starts, start)
        if at and self.event_starts[at - 1] >= begin and self._reaches(self.events[at - 1].end, start, _FAR):
            return self._without_place(self.events[at - 1])
        if at < len(self.events) and self.event_starts[at] < stop and self._reaches(end, self.event_starts[at], _NEAR):
            return self._without_place(self.events[at])
        return None

    def _reaches(self, start: int, end: int, most: int) -> bool:
        """Whether two words are of one clause, as far as signs tell, with no named place between."""
        named = bisect_left(self.place_starts, end) > bisect_left(self.place_starts, start)
        return 0 <= end - start <= most and not named and _STOP.search(self.text, start, end) is None

    def _without_place(self, event: Event) -> Event | None:
        return event if _placeless(event, self.scheme) else None
