"""Who says so: an event that stands in somebody's clause of saying, accusing or denying carries who that is, so that a claim is not read as a fact.

By the words and signs of the sentence (`clauses.py`); no grammar is parsed. A trigger of saying with an actor (`saying.py`) governs

* what follows it, from ``إن`` on where there is one, up to the end of the sentence or of the quotation, the next trigger of saying, a clause that opens
  with ``فيما``, ``لكن``, ``من جهته``, or one in which the actor goes on to do something else (``ندد بالهجوم، ودعا …``);
* what precedes it, where it comes behind ``كما``, ``وفق ما``, ``على ما`` or a quotation; ``بحسب X`` and ``X: «…»`` (`attributions.py`) need no trigger at all.

The innermost wins. A noun (``تصريحات``) governs only with ``أن`` behind it. A trigger without an actor has the last speaker's, where its verb has no
subject of its own and the form of the speaker's verb (``وأضاف أن``, ``مضيفا``), as its source and its actor; else it governs nothing. A trigger of
saying is itself reported where it stands inside the clause of another, not where it is set beside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from ..models.documents import Argument, Document, Event
from ..models.scheme import Scheme
from ..models.sentences import split_sentences
from . import clauses
from .attributions import Attribution, Attributions
from .saying import Speakers, Told


def who_says(document: Document, scheme: Scheme) -> Document:
    """Gives every event in a clause of saying the id of the mention that vouches for it.

    Args:
        document: With mentions, events and their arguments; ids of what the arguments point at. Where mentions are joined (`join_mentions`), a source is
            known again under another name.
        scheme: Says which triggers report, which roles are of actors, which labels are followed.

    Returns:
        The document with `reported_by` of its events set anew, None where the text itself says it. Those verbs of saying whose subject is in the verb
        alone (``واتهموا``), or plainly another than the one annotated (``وبث التلفزيون صورا، وقال``), get the actor that the words before them name, in the
        place of any they had; of several, those who cannot have said it are left out (`Speakers`). A document whose events were not annotated is returned
        as it is.
    """
    if document.events is None:
        return document
    reader = _Reader(document, scheme)
    for start, end in split_sentences(document.text):
        reader.read(start, end)
    told: dict[int, Event] = {}
    for at, one in enumerate(reader.told.events):
        said, speakers = reader.said.get(at), reader.speakers.found.get(at)
        found = one if one.reported_by == said else one.with_source(said)
        told[id(one)] = found if speakers is None else _said_by(found, speakers, document.text, scheme)
    return replace(document, events=tuple(told[id(one)] for one in document.events))


def _said_by(event: Event, speakers: Sequence[str], text: str, scheme: Scheme) -> Event:
    """A trigger of saying with these actors and no others; who only heard it (``ضابط تحدثت إليه وكالة``) is whom it was said to."""
    role, hearer = (next((one for one in scheme.roles if scheme.kinds.get(one) == kind), None) for kind in ("actor", "recipient"))
    if role is None or event.arguments is None:
        return event
    heard = clauses.speaks_to_them(text, event.end)
    kept: list[Argument] = []
    for one in event.arguments:
        if scheme.kinds.get(one.role) != "actor" or one.target in speakers:
            kept.append(one)
        elif heard and hearer is not None:
            kept.append(Argument(hearer, one.target, one.score))
    known = {one.target for one in kept if scheme.kinds.get(one.role) == "actor"}
    return replace(event, arguments=(*kept, *(Argument(role, one) for one in speakers if one not in known)))


class _Reader:
    """Goes through a document sentence by sentence. `said` maps events, by their place in `Told.events`, to the ids of their sources."""

    def __init__(self, document: Document, scheme: Scheme) -> None:
        self.text = document.text
        self.told = Told(document, scheme)
        self.speakers = Speakers(self.told)
        self.attributions = Attributions(self.told, self.speakers)
        self.said: dict[int, str] = {}
        self.open_until = 0  # the end of a quotation that began in an earlier sentence,
        self.open_by = ""  # and whose it is

    def read(self, start: int, end: int) -> None:
        """Finds the sources of one sentence's events."""
        self.speakers.next_sentence()
        starts = self.told.starts
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if first == last:
            return
        if self.open_until > start:
            self._govern(start, min(end, self.open_until), self.open_by, first, last)
        within = clauses.quoted(self.text, start, end)
        bounds = [at for at in clauses.openers(self.text, start, end) if not clauses.inside(within, at)]
        signs = self.attributions.within(start, end, first, last)
        attributed = {one.trigger for one in signs if one.trigger is not None}
        attributed |= {at for at in range(first, last) if self.told.reports(at) and clauses.says_nothing(self.text, *self.told.span(at))}
        reports = [at for at in range(first, last) if self.told.reports(at) and at not in attributed]
        titled = self.attributions.before_colon(start, end)
        if titled is not None:
            self._govern(titled.end, end, str(titled.id), first, last)
        for number, at in enumerate(reports):
            following = reports[number + 1] if number + 1 < len(reports) else None
            quoted = starts[at] < self.open_until or clauses.inside(within, starts[at])
            if not quoted:
                self.speakers.look_back(at, start, end, last, self.said)
            self._report(at, following, start, end, bounds, first, last)
            if not quoted:
                self.speakers.note(at, self.said)
        for at in attributed:
            self.said.pop(at, None)
            if clauses.speaks_to_them(self.text, self.told.events[at].end):
                self.speakers.ask_noun_before(at)
        for sign in signs:
            self._attribute(sign, start, end, bounds, reports, first, last)
        if signs:
            self.speakers.note_sign(signs[-1].source, signs[-1].trigger, last)

    def _attribute(self, sign: Attribution, start: int, end: int, bounds: list[int], reports: list[int], first: int, last: int) -> None:
        """What the source that a sign names vouches for: what follows, at the beginning of a sentence or where nothing precedes, the clause it is put into, or
        else what precedes."""
        starts = self.told.starts
        behind = [one for one in bounds if one > sign.end]
        nearest = bisect_left(starts, sign.start, first, last) - 1
        if (nearest < first and sign.trigger is not None) or self.text[start : sign.start].strip(' و"«“،') == "":
            until = min([*(starts[one] for one in reports if starts[one] > sign.end), *behind, end])
            self._govern(sign.end, until, sign.source, first, last, over=False)
            return
        clause_end = clauses.goes_on_within(self.text, sign.start, sign.end)
        if clause_end is not None and nearest >= first:
            self._govern(starts[nearest], min([*behind, clause_end, end]), sign.source, first, last, over=False)
        else:
            edges = [starts[one] for one in reports if starts[one] < sign.start and self.speakers.actor(one)]
            self._govern(max([start, *edges]), sign.start, sign.source, first, last, over=False)

    def _report(self, at: int, following: int | None, start: int, end: int, bounds: list[int], first: int, last: int) -> None:
        """What one trigger of saying governs, up to the one that follows."""
        event, text = self.told.events[at], self.text
        source = self.speakers.actor(at)
        beside = clauses.is_added(text, event.start) or event.text.startswith("ال") or clauses.is_participle(text, event.start, event.end)
        if at in self.said and (beside or clauses.takes_up(text, event.start) or self.told.same(self.said[at], source)):
            del self.said[at]
        for one in range(at + 1, last):  # whatever was the outer source's ends here
            self.said.pop(one, None)
        if source is None or clauses.takes_up(text, event.start):
            return
        until = end if following is None else self.told.events[following].start
        stop = min([one for one in bounds if event.end <= one < until and not self._is_put_between(at, one)] + [until])
        if clauses.relative(text, event.start, event.end):
            noun = self.told.events[at - 1] if at > first else event
            if noun.label not in self.told.scheme.reporting and "،" not in text[noun.end : event.start]:
                self.said[at - 1] = source
            return
        quotation = clauses.quotation_before(text, start, event.start)
        if quotation is not None:
            self._govern(quotation, event.start, source, first, last, over=False)
        begin = self._beginning(at, stop, last)
        if begin is None:
            return
        sources = [
            source,
            *(one for one in (self.speakers.actor(outer) for outer in range(first, at) if self.told.reports(outer)) if one),
        ]
        stop = self._resumed(begin, stop, sources, at, last, that=begin > event.end)
        self._govern(begin, stop, source, at + 1, last)
        if following is not None and stop == until:  # a trigger of saying in the clause of this one
            self.said[following] = source
        beyond = (
            clauses.quotation_beyond(text, max(start, self.open_until + 1 if self.open_until < event.start else start), end) if stop == end else None
        )
        if beyond is not None and beyond[0] >= event.end:
            self.open_until, self.open_by = beyond[1], source

    def _is_put_between(self, at: int, bound: int) -> bool:
        """Whether what could open a clause only parts a trigger of saying from the rest of its own."""
        return clauses.is_put_between(self.text, bound) and (at + 1 == len(self.told.events) or self.told.starts[at + 1] > bound)

    def _beginning(self, at: int, stop: int, last: int) -> int | None:
        """Where what is said begins; None if the trigger governs nothing that follows."""
        event = self.told.events[at]
        that = clauses.that(self.text, event.end, stop)
        if clauses.is_noun(self.text, event.start, event.end):
            return that
        if that is not None:
            between = [one.start for one in self.told.events[at + 1 : last] if one.start < that]
            if not between or clauses.is_aside(self.text, event.end, between[0]):
                return that
        return event.end

    def _resumed(self, begin: int, stop: int, sources: list[str], at: int, last: int, *, that: bool) -> int:
        """Where a source, this or an outer one, goes on within the stretch to do something else: the saying has ended."""
        for index in range(at + 1, last):
            one = self.told.events[index]
            if one.start >= stop:
                break
            by = self.speakers.actor(index)
            if one.start < begin or not any(self.told.same(source, by) for source in sources):
                continue
            added = (
                clauses.is_added(self.text, one.start) and not one.text.startswith("ي") and (not that or clauses.behind_comma(self.text, one.start))
            )
            if added or clauses.is_participle(self.text, one.start, one.end):
                return one.start
        return stop

    def _govern(self, start: int, end: int, source: str, first: int, last: int, *, over: bool = True) -> None:
        """Marks the events of a stretch as said by a source; without `over` only those that nobody says yet, and no trigger of saying."""
        for at in range(max(first, bisect_left(self.told.starts, start, first, last)), last):
            if self.told.starts[at] >= end:
                break
            if over or (at not in self.said and not self.told.reports(at)):
                self.said[at] = source
