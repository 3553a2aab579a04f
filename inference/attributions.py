"""Sources that stand beside what they say, with no verb of saying: ``بحسب X``, ``وفق ما ذكر X``, ``X: …``."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from dataclasses import dataclass

from ..models.documents import Mention
from ..models.names import is_origin, words_of
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
    """Finds them, sentence by sentence. `added` are mentions of sources that the document has no mention of; `Told.mentions` has them too."""

    def __init__(self, told: Told, speakers: Speakers) -> None:
        self._told = told
        self._text = told.text
        self._speakers = speakers
        kinds, fillers = told.scheme.kinds, told.scheme.fillers
        self._places = {label for role, kind in kinds.items() if kind == "place" for label in fillers.get(role, ())}
        self.added: list[Mention] = []

    def within(self, start: int, end: int, first: int, last: int) -> list[Attribution]:
        """Those of a sentence, whose events are those from `first` on before `last`."""
        told, text, out = self._told, self._text, []
        for begin, stop, verb in clauses.attributions(text, start, end):
            at = bisect_left(told.starts, stop, first, last)
            trigger = told.events[at] if at < last and told.reports(at) else None
            if trigger is not None and clauses.leads_to(text, stop, trigger.start) and (verb or not self._marked(stop, trigger.start)):
                source = self._speakers.actor(at)
                if source is not None:
                    out.append(Attribution(begin, max(trigger.end, self._end_of(source, trigger.end)), source, at))
            elif not verb:
                found = self._marked(stop, end) or self._unmarked(stop, end)
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

    def _marked(self, start: int, end: int) -> Mention | None:
        """The mention right behind the sign of a source."""
        told = self._told
        at = bisect_left(told.mention_starts, start)
        if at >= len(told.followed) or told.followed[at].start >= end or not clauses.leads_to(self._text, start, told.followed[at].start):
            return None
        words = words_of(told.followed[at].text)
        if len(words) == 1 and is_origin(words[0]) and self._text[start : told.followed[at].start].strip(' لـ"«“('):
            return None  # of media of some country: the adjective is not the source
        return told.named(at)

    def _unmarked(self, start: int, end: int) -> Mention | None:
        """The words right behind the sign of a source, where no mention is, as a mention of their own."""
        told = self._told
        place = clauses.unmarked_source(self._text, start, end) if told.scheme.nominals else None
        if place is None:
            return None
        at = bisect_left(told.mention_starts, start)
        stop = min(place[1], told.followed[at].start) if at < len(told.followed) else place[1]
        words = self._text[place[0] : stop].rstrip()
        if not words:
            return None
        number = next(one for one in itertools.count(len(self.added) + 1) if f"S{one}" not in told.mentions)
        name = f"ا{words}" if self._text[place[0] - 1] == words[0] == "ل" else None  # ``للشرطة``, which a mention has without its first letter
        found = Mention(place[0], place[0] + len(words), words, told.scheme.nominals[0], id=f"S{number}", name=name)
        self.added.append(found)
        told.mentions[str(found.id)] = found
        return found
