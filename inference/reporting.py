"""Who says so: an event that stands in somebody's clause of saying, accusing or denying carries who that is, so that a claim is not read as a fact.

By the words and signs of the sentence (`clauses.py`); no grammar is parsed. A trigger of saying with an actor governs

* what follows it, from ``إن`` on where there is one, up to the end of the sentence or of the quotation, the next trigger of saying, a clause that opens
  with ``فيما``, ``لكن``, ``من جهته``, or one in which the actor goes on to do something else (``ندد بالهجوم، ودعا …``);
* what precedes it, where it comes behind ``كما``, ``وفق ما``, ``على ما`` or a quotation; ``بحسب X`` and ``X: «…»`` need no trigger at all.

The innermost wins. A noun (``تصريحات``) governs only with ``أن`` behind it. A trigger without an actor has the last speaker's, where its verb has no
subject of its own and the form of the speaker's verb (``وأضاف أن``, ``مضيفا``), as its source and its actor; else it governs nothing. A trigger of
saying is itself reported where it stands inside the clause of another, not where it is set beside it.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..models.documents import Argument, Document, Event, Mention
from ..models.names import is_origin, words_of
from ..models.scheme import Scheme
from ..models.sentences import split_sentences
from . import clauses

# Sentences that a speaker is remembered for
_BACK = 2


def who_says(document: Document, scheme: Scheme) -> Document:
    """Gives every event in a clause of saying the id of the mention that vouches for it.

    Args:
        document: With mentions, events and their arguments; ids of what the arguments point at. Where mentions are joined (`join_mentions`), a source is
            known again under another name.
        scheme: Says which triggers report, which roles are of actors, which labels are followed.

    Returns:
        The document with `reported_by` of its events set anew, None where the text itself says it, with the actors of those verbs of saying whose
        subject is in the verb alone (``واتهموا``), and with mentions of sources that had none (``بحسب مصادر طبية``). A document whose events were not annotated is returned as it is.
    """
    if document.events is None:
        return document
    reader = _Reader(document, scheme)
    for start, end in split_sentences(document.text):
        reader.read(start, end)
    role = next((one for one in scheme.roles if scheme.kinds.get(one) == "actor"), None)
    told: dict[int, Event] = {}
    for at, one in enumerate(reader.events):
        said, speaker = reader.said.get(at), reader.carried.get(at)
        found = one if one.reported_by == said else one.with_source(said)
        if role is not None and speaker is not None and one.arguments is not None:
            others = (argument for argument in one.arguments if scheme.kinds.get(argument.role) != "actor")
            found = replace(found, arguments=(*others, Argument(role, speaker)))
        told[id(one)] = found
    told_of = replace(document, events=tuple(told[id(one)] for one in document.events))
    if not reader.added:
        return told_of
    return replace(told_of, entities=tuple(sorted((*(document.entities or ()), *reader.added), key=lambda one: (one.start, one.end))))


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Who spoke last in the words of the text itself: the mention, the form of its verbs, and where that was."""

    source: str
    form: str
    at: int
    sentence: int


class _Reader:
    """Goes through a document sentence by sentence. `said` maps events, by their place in `events`, to the ids of their sources."""

    def __init__(self, document: Document, scheme: Scheme) -> None:
        self.text = document.text
        self.scheme = scheme
        self.events: Sequence[Event] = sorted(document.events or (), key=lambda one: (one.start, one.end))
        self.starts = [one.start for one in self.events]
        entities = document.entities or ()
        self.mentions = {one.id: one for one in entities if one.id is not None}
        self.followed = sorted((one for one in entities if one.label in scheme.followed and one.id is not None), key=lambda one: (one.start, one.end))
        self.mention_starts = [one.start for one in self.followed]
        self.places = {label for role, kind in scheme.kinds.items() if kind == "place" for label in scheme.fillers.get(role, ())}
        self.added: list[Mention] = []  # sources that no mention covers
        self.said: dict[int, str] = {}
        self.speaker: _Speaker | None = None
        self.actors: dict[int, str | None] = {}  # of the events asked for so far; the last speaker for a trigger of saying without one
        self.carried: dict[int, str] = {}  # of those, who the last speaker was
        self.sentence = 0
        self.open_until = 0  # the end of a quotation that began in an earlier sentence,
        self.open_by = ""  # and whose it is

    def read(self, start: int, end: int) -> None:
        """Finds the sources of one sentence's events."""
        self.sentence += 1
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        if first == last:
            return
        if self.open_until > start:
            self._govern(start, min(end, self.open_until), self.open_by, first, last)
        within = clauses.quoted(self.text, start, end)
        bounds = [at for at in clauses.openers(self.text, start, end) if not clauses.inside(within, at)]
        signs = list(self._signs(start, end, first, last))
        attributed = {trigger for _, _, _, trigger in signs if trigger is not None}
        attributed |= {at for at in range(first, last) if self._is_carrier(at)}
        reports = [at for at in range(first, last) if self.events[at].label in self.scheme.reporting and at not in attributed]
        self._title_line(start, end, first, last)
        for number, at in enumerate(reports):
            following = reports[number + 1] if number + 1 < len(reports) else None
            quoted = self.starts[at] < self.open_until or clauses.inside(within, self.starts[at])
            if not quoted and self._actor(at) is None:
                self._carry_on(at, start, end, last)
            elif not quoted:
                self._take_from_clause_before(at, start, end, last)
            self._report(at, following, start, end, bounds, first, last)
            if not quoted:
                self._note(at)
        for at in attributed:
            self.said.pop(at, None)
            if self._actor(at) is None and clauses.speaks_to_them(self.text, self.events[at].end):
                self._take_from_noun_before(at)
        for begin, stop, source, _ in signs:
            if self.text[start:begin].strip(' و"«“،') == "":
                until = min(
                    [self.events[one].start for one in reports if self.events[one].start > stop] + [one for one in bounds if one > stop] + [end]
                )
                self._govern(stop, until, source, first, last, over=False)
            elif (clause_end := clauses.goes_on_within(self.text, begin, stop)) is not None and (
                nearest := bisect_left(self.starts, begin, first, last) - 1
            ) >= first:
                self._govern(self.starts[nearest], min([one for one in bounds if one > stop] + [clause_end, end]), source, first, last, over=False)
            else:
                edges = [self.events[one].start for one in reports if self.events[one].start < begin and self._actor(one)]
                self._govern(max([start, *edges]), begin, source, first, last, over=False)
        if signs and (self.speaker is None or self.speaker.sentence < self.sentence):
            *_, source, trigger = signs[-1]
            form = clauses.form_of_name(self.mentions[source].text) if trigger is None else clauses.form(self.events[trigger].text)
            self.speaker = None if form is None else _Speaker(source, form, last - 1, self.sentence)

    def _carry_on(self, at: int, start: int, end: int, last: int) -> None:
        """Gives a trigger of saying without an actor the one who spoke last (``وأضاف أن``), where its verb has no subject of its own and agrees."""
        event, speaker, text = self.events[at], self.speaker, self.text
        if speaker is None or clauses.form(event.text) != speaker.form or clauses.is_noun(text, event.start, event.end):
            return
        participle = clauses.is_participle(text, event.start, event.end)
        if clauses.begins(text, start, event.start):
            near = self.sentence - speaker.sentence <= _BACK
        else:
            near = participle or clauses.joins(text, event.start)
            near = near and speaker.sentence == self.sentence and not any(self._interrupts(one) for one in range(speaker.at + 1, at))
        following = self.starts[at + 1] if at + 1 < last else None
        if near and (
            participle or clauses.subject_is_before(event.text) or clauses.without_subject(text, self._behind_hearer(event.end), end, following)
        ):
            self.actors[at] = self.carried[at] = speaker.source

    def _take_from_clause_before(self, at: int, start: int, end: int, last: int) -> None:
        """Puts the subject of the clause right before in the place of one from further back: ``أعلن الجيش …، وبث التلفزيون صورا، وقال إن``."""
        event, text = self.events[at], self.text
        known = self.mentions[str(self._actor(at))]
        bound = clauses.clause_before(text, start, event.start)
        if bound is None or known.start >= bound.start():
            return
        following = self.starts[at + 1] if at + 1 < last else None
        one = bisect_left(self.mention_starts, bound.end())
        if one >= len(self.followed) or self.followed[one].start != bound.end() or not clauses.without_subject(text, event.end, end, following):
            return
        subject = self._named(one)
        verb = bisect_left(self.starts, bound.start("verb"))
        does = verb >= at or self.starts[verb] > bound.end() or self._actor(verb) == subject.id
        if does and clauses.form(bound["verb"]) == clauses.form(event.text) and not self._same(str(known.id), str(subject.id)):
            self.actors[at] = self.carried[at] = str(subject.id)

    def _take_from_noun_before(self, at: int) -> None:
        """Who a relative clause says was spoken to is who spoke: ``ضابط تحدثت إليه وكالة``."""
        before = bisect_left(self.mention_starts, self.starts[at]) - 1
        if before >= 0 and self.text[self.followed[before].end : self.starts[at]].isspace():
            self.actors[at] = self.carried[at] = str(self.followed[before].id)

    def _behind_hearer(self, end: int) -> int:
        """The end of a verb of saying and of the one it is said to, if that is what follows (``قال لوكالة رويترز``)."""
        begin = clauses.addressed(self.text, end)
        at = bisect_left(self.mention_starts, end if begin is None else begin)
        if begin is None or at >= len(self.followed) or not clauses.leads_to(self.text, begin, self.followed[at].start):
            return end
        return self.followed[at].end

    def _interrupts(self, at: int) -> bool:
        """Whether an event has another actor than the last speaker and may so be what the sentence goes on from."""
        by = self._actor(at)
        theirs = at not in self.said or self.events[at].label in self.scheme.reporting
        return theirs and by is not None and self.speaker is not None and not self._same(self.speaker.source, by)

    def _note(self, at: int) -> None:
        """Remembers who spoke, where the text itself says so; nobody where the subject of the verb is not marked."""
        event, source = self.events[at], self._actor(at)
        if at in self.said or clauses.is_noun(self.text, event.start, event.end) or clauses.behind_which(self.text, event.start):
            return
        if source is None and clauses.is_participle(self.text, event.start, event.end):
            return
        form = clauses.form(event.text)
        self.speaker = None
        if source is None or form is None or clauses.takes_up(self.text, event.start) or clauses.passes_on(event.text):
            return
        one = self.mentions[source]
        if form != "p" and (one.label in self.scheme.nominals or one.label in self.scheme.titles) and clauses.several(one.text):
            form = "p"
        self.speaker = _Speaker(source, form, at, self.sentence)

    def _report(self, at: int, following: int | None, start: int, end: int, bounds: list[int], first: int, last: int) -> None:
        """What one trigger of saying governs, up to the one that follows."""
        event, text = self.events[at], self.text
        source = self._actor(at)
        beside = clauses.is_added(text, event.start) or event.text.startswith("ال") or clauses.is_participle(text, event.start, event.end)
        if at in self.said and (beside or clauses.takes_up(text, event.start) or self._same(self.said[at], source)):
            del self.said[at]
        for one in range(at + 1, last):  # whatever was the outer source's ends here
            self.said.pop(one, None)
        if source is None or clauses.takes_up(text, event.start):
            return
        until = end if following is None else self.events[following].start
        stop = min([one for one in bounds if event.end <= one < until and not self._is_put_between(at, one)] + [until])
        if clauses.relative(text, event.start, event.end):
            noun = self.events[at - 1] if at > first else event
            if noun.label not in self.scheme.reporting and "،" not in text[noun.end : event.start]:
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
            *(one for one in (self._actor(outer) for outer in range(first, at) if self.events[outer].label in self.scheme.reporting) if one),
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
        return clauses.is_put_between(self.text, bound) and (at + 1 == len(self.events) or self.starts[at + 1] > bound)

    def _beginning(self, at: int, stop: int, last: int) -> int | None:
        """Where what is said begins; None if the trigger governs nothing that follows."""
        event = self.events[at]
        that = clauses.that(self.text, event.end, stop)
        if clauses.is_noun(self.text, event.start, event.end):
            return that
        if that is not None:
            between = [one.start for one in self.events[at + 1 : last] if one.start < that]
            if not between or clauses.is_aside(self.text, event.end, between[0]):
                return that
        return event.end

    def _resumed(self, begin: int, stop: int, sources: list[str], at: int, last: int, *, that: bool) -> int:
        """Where a source, this or an outer one, goes on within the stretch to do something else: the saying has ended."""
        for index in range(at + 1, last):
            one = self.events[index]
            if one.start >= stop:
                break
            by = self._actor(index)
            if one.start < begin or not any(self._same(source, by) for source in sources):
                continue
            added = (
                clauses.is_added(self.text, one.start) and not one.text.startswith("ي") and (not that or clauses.behind_comma(self.text, one.start))
            )
            if added or clauses.is_participle(self.text, one.start, one.end):
                return one.start
        return stop

    def _govern(self, start: int, end: int, source: str, first: int, last: int, *, over: bool = True) -> None:
        """Marks the events of a stretch as said by a source; without `over` only those that nobody says yet, and no trigger of saying."""
        for at in range(max(first, bisect_left(self.starts, start, first, last)), last):
            if self.starts[at] >= end:
                break
            if over or (at not in self.said and self.events[at].label not in self.scheme.reporting):
                self.said[at] = source

    def _is_carrier(self, at: int) -> bool:
        event = self.events[at]
        if event.label not in self.scheme.reporting:
            return False
        return clauses.carries(self.text, event.start, event.end) or clauses.speaks_to_them(self.text, event.end)

    def _signs(self, start: int, end: int, first: int, last: int) -> list[tuple[int, int, str, int | None]]:
        """``بحسب X`` and its like: where the sign begins, where the source ends, the source, and the trigger of saying that stands between, if one does."""
        out: list[tuple[int, int, str, int | None]] = []
        for begin, stop, verb in clauses.attributions(self.text, start, end):
            at = bisect_left(self.starts, stop, first, last)
            trigger = self.events[at] if at < last and self.events[at].label in self.scheme.reporting else None
            if trigger is not None and clauses.leads_to(self.text, stop, trigger.start) and (verb or not self._source(stop, trigger.start)):
                source = self._actor(at)
                if source is not None:
                    out.append((begin, max(trigger.end, self._end_of(source, trigger.end)), source, at))
            elif not verb:
                found = self._source(stop, end) or self._unmarked(stop, end)
                if found is not None:
                    out.append((begin, found.end, str(found.id), None))
        return out

    def _end_of(self, source: str, at: int) -> int:
        one = self.mentions[source]
        return one.end if at <= one.start < at + 80 else at

    def _source(self, start: int, end: int) -> Mention | None:
        """The mention right behind the sign of a source: the name rather than the title before it."""
        at = bisect_left(self.mention_starts, start)
        if at >= len(self.followed) or self.followed[at].start >= end or not clauses.leads_to(self.text, start, self.followed[at].start):
            return None
        words = words_of(self.followed[at].text)
        if len(words) == 1 and is_origin(words[0]) and self.text[start : self.followed[at].start].strip(' لـ"«“('):
            return None  # of media of some country: the adjective is not the source
        return self._named(at)

    def _unmarked(self, start: int, end: int) -> Mention | None:
        """The words right behind the sign of a source, where no mention is, as a mention of their own."""
        place = clauses.unmarked_source(self.text, start, end) if self.scheme.nominals else None
        if place is None:
            return None
        at = bisect_left(self.mention_starts, start)
        stop = min(place[1], self.followed[at].start) if at < len(self.followed) else place[1]
        if stop <= place[0]:
            return None
        words = self.text[place[0] : stop].rstrip()
        number = next(one for one in itertools.count(len(self.added) + 1) if f"S{one}" not in self.mentions)
        name = f"ا{words}" if self.text[place[0] - 1] == words[0] == "ل" else None  # ``للشرطة``, which a mention has without its first letter
        found = Mention(place[0], place[0] + len(words), words, self.scheme.nominals[0], id=f"S{number}", name=name)
        self.added.append(found)
        self.mentions[found.id] = found
        return found

    def _named(self, at: int) -> Mention:
        one = self.followed[at]
        while at + 1 < len(self.followed) and one.label in self.scheme.titles and not self.text[one.end : self.followed[at + 1].start].strip(" ،,"):
            at += 1
            if self.followed[at].label not in (one.label, self.scheme.titles[one.label]):
                break
            one = self.followed[at]
        return one

    def _title_line(self, start: int, end: int, first: int, last: int) -> None:
        """``X: …`` at the beginning of a sentence; a place before a colon may be where the report comes from, unless a quotation follows."""
        at = bisect_left(self.mention_starts, start)
        if at >= len(self.followed) or self.text[start : self.followed[at].start].strip(' "«“#'):
            return
        one = self._named(at)
        rest = self.text[one.end : min(end, one.end + 6)].lstrip(' "»”')
        if rest.startswith(":") and (one.label not in self.places or rest[1:].lstrip()[:1] in ("«", "“", '"')):
            self._govern(one.end, end, str(one.id), first, last)

    def _actor(self, at: int) -> str | None:
        """The first mention that is the actor of an event, of a trigger of saying that which stands nearest; the last speaker where this has none."""
        if at not in self.actors:
            event = self.events[at]
            found = [one.target for one in event.arguments or () if self.scheme.kinds.get(one.role) == "actor" and one.target in self.mentions]
            if found and event.label in self.scheme.reporting:
                found = self._speakers(event, [self.mentions[one] for one in found])
            self.actors[at] = found[0] if found else None
        return self.actors[at]

    def _speakers(self, event: Event, actors: list[Mention]) -> list[str]:
        """Who of the actors of a trigger of saying may have said it: not who passed it on, nor, where there is another, who is named by a sign of a source.

        Of a verb the nearest comes first: behind it, where its subject stands, or else before it; of several that are joined the first. A participle has the
        subject of the sentence.
        """
        found = [one for one in actors if not clauses.news_from(self.text, one.start) and not clauses.passed_on_by(self.text, one.start)]
        if len(found) > 1:
            found = [one for one in found if not clauses.attributed(self.text, one.start)] or found
        if len(found) < 2 or clauses.is_participle(self.text, event.start, event.end):
            return [str(one.id) for one in found]
        behind = [one for one in found if one.start >= event.end]
        if not behind:
            at = len(found) - 1
            while at and self.text[found[at - 1].end : found[at].start].strip(" ،") == "و":
                at -= 1
            behind = found[at:]
        return [str(one.id) for one in behind]

    def _same(self, one: str, other: str | None) -> bool:
        """Whether two mentions are of one and the same."""
        if other is None or one == other:
            return one == other
        return self.mentions[one].entity is not None and self.mentions[one].entity == self.mentions[other].entity
