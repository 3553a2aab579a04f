"""Sources that stand beside what they say, with no verb of saying: ``بحسب X``, ``وفق ما ذكر X``, ``X: …``."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from dataclasses import dataclass, replace

from ..models.documents import Document, Mention
from ..models.names import is_origin, words_of
from ..models.scheme import Scheme
from ..models.sentences import split_sentences
from . import clauses
from .saying import Speakers, Told


@dataclass(frozen=True, slots=True)
class Attribution:
    """A sign of a source.

    Args:
        start: Where the sign begins.
        end: Where the source ends.
        source: The id of its mention.
        trigger: The trigger of saying that stands between, if one does, by its place in `Told.events`.
    """

    start: int
    end: int
    source: str
    trigger: int | None = None


class Attributions:
    """Finds them, sentence by sentence."""

    def __init__(self, told: Told, speakers: Speakers) -> None:
        self._told = told
        self._text = told.text
        self._speakers = speakers
        kinds, fillers = told.scheme.kinds, told.scheme.fillers
        self._places = {label for role, kind in kinds.items() if kind == "place" for label in fillers.get(role, ())}

    def within(self, start: int, end: int, first: int, last: int) -> list[Attribution]:
        """Those of a sentence, whose events are those from `first` on before `last`."""
        told, text, out = self._told, self._text, []
        for begin, stop, verb in clauses.attributions(text, start, end):
            at = bisect_left(told.starts, stop, first, last)
            trigger = told.events[at] if at < last and told.reports(at) else None
            if trigger is not None and clauses.leads_to(text, stop, trigger.start) and (verb or not self.named_behind(stop, trigger.start)):
                source = self._speakers.actor(at)
                if source is not None:
                    out.append(Attribution(begin, max(trigger.end, self._end_of(source, trigger.end)), source, at))
            elif not verb:
                found = self.named_behind(stop, end)
                if found is not None:
                    out.append(Attribution(begin, found.end, str(found.id)))
        return out

    def before_colon(self, start: int, end: int) -> Mention | None:
        """``X: …`` at the beginning of a sentence; a place before a colon may be where the report comes from, unless a quotation follows."""
        told, text = self._told, self._text
        at = bisect_left(told.mention_starts, start)
        if at >= len(told.followed) or text[start : told.followed[at].start].strip(' "«“#'):
            return None
        one = told.named(at)
        rest = text[one.end : min(end, one.end + 6)].lstrip(' "»”')
        says = rest.startswith(":") and (one.label not in self._places or rest[1:].lstrip()[:1] in ("«", "“", '"'))
        return one if says else None

    def _end_of(self, source: str, at: int) -> int:
        one = self._told.mentions[source]
        return one.end if at <= one.start < at + 80 else at

    def named_behind(self, start: int, end: int) -> Mention | None:
        """The mention right behind the sign of a source."""
        told = self._told
        at = bisect_left(told.mention_starts, start)
        if at >= len(told.followed) or told.followed[at].start >= end or not clauses.leads_to(self._text, start, told.followed[at].start):
            return None
        words = words_of(told.followed[at].text)
        if len(words) == 1 and is_origin(words[0]) and self._text[start : told.followed[at].start].strip(' لـ"«“('):
            return None  # of media of some country: the adjective is not the source
        return told.named(at)


def with_sources(document: Document, scheme: Scheme) -> Document:
    """Gives the sources that only a sign names (``بحسب مصادر طبية``), and that taggers leave unmarked, mentions of their own.

    Args:
        document: With mentions and events; one without either is returned as it is.
        scheme: Says what a common noun's label is; where it has none, there is none to give.

    Returns:
        The document with such mentions among its own, in the sentences that have events. A second time changes nothing.
    """
    if document.entities is None or not document.events or not scheme.nominals:
        return document
    told = Told(document, scheme)
    finder = Attributions(told, Speakers(told))
    marked = sorted((one.start, one.end) for one in document.entities)
    known = {one.id for one in document.entities} | {one.id for one in document.events}
    ids = (one for one in map("S{}".format, itertools.count(1)) if one not in known)
    added = []
    for start, end in split_sentences(document.text):
        if bisect_left(told.starts, start) == bisect_left(told.starts, end):
            continue
        for _, stop, verb in clauses.attributions(document.text, start, end):
            span = None if verb or finder.named_behind(stop, end) else clauses.unmarked_source(document.text, stop, end)
            if span is None:
                continue
            at = bisect_left(marked, (span[0], 0))
            until = min(span[1], marked[at][0]) if at < len(marked) else span[1]
            words = document.text[span[0] : until].rstrip()
            if words and not (at and marked[at - 1][1] > span[0]):
                cut = document.text[span[0] - 1] == words[0] == "ل"  # a mention leaves out the first letter of ``للشرطة``
                name = f"ا{words}" if cut else None
                added.append(Mention(span[0], span[0] + len(words), words, scheme.nominals[0], id=next(ids), name=name))
    if not added:
        return document
    return replace(document, entities=tuple(sorted((*document.entities, *added), key=lambda one: (one.start, one.end))))
