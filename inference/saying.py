"""Who speaks: the document as `reporting.py` goes through it, and the actor of a trigger of saying, which its arguments name or the sentence before does."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import dataclass

from ..models.documents import Document, Event, Mention
from ..models.scheme import Scheme
from . import clauses, word_forms

# Sentences that a speaker is remembered for
_BACK = 2


class Told:
    """A document's text, its events in order, and those of its mentions that may speak, in order.

    Args:
        document: With mentions, events and their arguments.
        scheme: Says which triggers report, which roles are of actors, which labels are followed.
    """

    def __init__(self, document: Document, scheme: Scheme) -> None:
        self.text = document.text
        self.scheme = scheme
        self.events: Sequence[Event] = sorted(document.events or (), key=lambda one: (one.start, one.end))
        self.starts = [one.start for one in self.events]
        entities = document.entities or ()
        self.mentions = {one.id: one for one in entities if one.id is not None}
        self.followed = sorted((one for one in entities if one.label in scheme.followed and one.id is not None), key=lambda one: (one.start, one.end))
        self.mention_starts = [one.start for one in self.followed]

    def reports(self, at: int) -> bool:
        """Whether an event is a trigger of saying."""
        return self.events[at].label in self.scheme.reporting

    def span(self, at: int) -> tuple[int, int]:
        """Where an event's trigger begins and ends."""
        return self.events[at].start, self.events[at].end

    def named(self, at: int) -> Mention:
        """A mention that may speak, by its number: the name rather than the title before it."""
        one, titles = self.followed[at], self.scheme.titles
        while at + 1 < len(self.followed) and one.label in titles and not self.text[one.end : self.followed[at + 1].start].strip(" ،,"):
            at += 1
            if self.followed[at].label not in (one.label, titles[one.label]):
                break
            one = self.followed[at]
        return one

    def same(self, one: str, other: str | None) -> bool:
        """Whether two mentions are of one and the same."""
        if other is None or one == other:
            return one == other
        return self.mentions[one].entity is not None and self.mentions[one].entity == self.mentions[other].entity


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Who spoke last in the words of the text itself: the mention, the form of its verbs, and where that was."""

    source: str
    form: str
    at: int
    sentence: int


class Speakers:
    """Who does what an event tells, asked for in the order of the text. Events go by their place in `Told.events`, mentions by their ids.

    `found` has the actors of those triggers of saying whose arguments do not name them, or name others too.
    """

    def __init__(self, told: Told) -> None:
        self._told = told
        self._text = told.text
        self._actors: dict[int, str | None] = {}  # of the events asked for so far
        self._last: _Speaker | None = None
        self._before: _Speaker | None = None  # who spoke before one whom only a sign names
        self._sentence = 0
        self.found: dict[int, tuple[str, ...]] = {}

    def next_sentence(self) -> None:
        """Goes on; a speaker is remembered for some sentences."""
        self._sentence += 1

    def actor(self, at: int) -> str | None:
        """The first mention that is the actor of an event, of a trigger of saying that which stands nearest, or what was found before it."""
        if at not in self._actors:
            event, told = self._told.events[at], self._told
            named = [one.target for one in event.arguments or () if told.scheme.kinds.get(one.role) == "actor" and one.target in told.mentions]
            if named and told.reports(at):
                several = named
                named = self._who_said(event, [told.mentions[one] for one in several])
                if named and len(named) < len(several):
                    self.found[at] = tuple(named)
            self._actors[at] = named[0] if named else None
        return self._actors[at]

    def look_back(self, at: int, start: int, end: int, last: int, said: Container[int]) -> None:
        """Finds the actor of a trigger of saying in what stands before it, where the words tell that it is not its own.

        Args:
            at: The trigger.
            start: Of its sentence.
            end: Of its sentence.
            last: Where the next sentence's events begin.
            said: The events that are known to be somebody's words.
        """
        following = self._told.starts[at + 1] if at + 1 < last else None
        if self.actor(at) is None:
            found = self._last_speaker(at, start, end, following, said)
        else:
            found = self._of_clause_before(at, start, end, following)
        if found is not None:
            self._settle(at, found)

    def ask_noun_before(self, at: int) -> None:
        """Who a relative clause says was spoken to is who spoke: ``ضابط تحدثت إليه وكالة``."""
        told = self._told
        before = bisect_left(told.mention_starts, told.starts[at]) - 1
        if before < 0 or not self._text[told.followed[before].end : told.starts[at]].isspace():
            return
        one, titles = told.followed[before], told.scheme.titles
        if one.label in (*told.scheme.nominals, *titles, *titles.values()):
            self._settle(at, str(one.id))

    def _settle(self, at: int, actor: str) -> None:
        self._actors[at] = actor
        self.found[at] = (actor,)

    def note(self, at: int, said: Container[int]) -> None:
        """Remembers who spoke, where the text itself says so; nobody where the subject of the verb is not marked."""
        event, source, text = self._told.events[at], self.actor(at), self._text
        if at in said or clauses.is_noun(text, event.start, event.end) or clauses.behind_which(text, event.start):
            return
        if source is None and clauses.is_participle(text, event.start, event.end):
            return
        form = word_forms.form(event.text)
        self._last = self._before = None
        if source is None or form is None or clauses.takes_up(text, event.start) or word_forms.passes_on(event.text):
            return
        one, scheme = self._told.mentions[source], self._told.scheme
        if form != "p" and (one.label in scheme.nominals or one.label in scheme.titles) and word_forms.several(one.text):
            form = "p"
        self._last = _Speaker(source, form, at, self._sentence)

    def note_sign(self, source: str, trigger: int | None, last: int) -> None:
        """Remembers whom a sign names (``بحسب X``), with the trigger that is a part of it, where its sentence has no speaker."""
        if self._last is None or self._last.sentence < self._sentence:
            self._before = self._last
            form = word_forms.form_of_name(self._told.mentions[source].text) if trigger is None else word_forms.form(self._told.events[trigger].text)
            self._last = None if form is None else _Speaker(source, form, last - 1, self._sentence)

    def _last_speaker(self, at: int, start: int, end: int, following: int | None, said: Container[int]) -> str | None:
        """The one who spoke last (``وأضاف أن``), where the verb has no subject of its own and agrees."""
        event, text = self._told.events[at], self._text
        form = word_forms.form(event.text)
        speaker = next((one for one in (self._last, self._before) if one is not None and one.form == form), None)
        if speaker is None or clauses.is_noun(text, event.start, event.end):
            return None
        participle = clauses.is_participle(text, event.start, event.end)
        if clauses.begins(text, start, event.start):
            near = self._sentence - speaker.sentence <= _BACK
        else:
            near = participle or clauses.joins(text, event.start)
            near = near and speaker.sentence == self._sentence
            near = near and not any(self._interrupts(one, speaker, said) for one in range(speaker.at + 1, at))
        alone = participle or word_forms.subject_is_before(event.text)
        return speaker.source if near and (alone or clauses.without_subject(text, self._behind_hearer(event.end), end, following)) else None

    def _of_clause_before(self, at: int, start: int, end: int, following: int | None) -> str | None:
        """The subject of the clause right before, in the place of one from further back: ``أعلن الجيش …، وبث التلفزيون صورا، وقال إن``."""
        event, text, told = self._told.events[at], self._text, self._told
        known = told.mentions[str(self.actor(at))]
        clause = clauses.clause_before(text, start, event.start)
        if clause is None or known.start >= clause.start():
            return None
        one = bisect_left(told.mention_starts, clause.end())
        if one >= len(told.followed) or told.followed[one].start != clause.end() or not clauses.without_subject(text, event.end, end, following):
            return None
        subject = str(told.named(one).id)
        verb = bisect_left(told.starts, clause.start("verb"))
        does = verb >= at or told.starts[verb] > clause.end() or self.actor(verb) == subject
        return subject if does and word_forms.form(clause["verb"]) == word_forms.form(event.text) and not told.same(str(known.id), subject) else None

    def _behind_hearer(self, end: int) -> int:
        """The end of a verb of saying and of the one it is said to, if that is what follows (``قال لوكالة رويترز``)."""
        begin = clauses.addressed(self._text, end)
        at = bisect_left(self._told.mention_starts, end if begin is None else begin)
        if begin is None or at >= len(self._told.followed) or not clauses.leads_to(self._text, begin, self._told.followed[at].start):
            return end
        return self._told.followed[at].end

    def _interrupts(self, at: int, speaker: _Speaker, said: Container[int]) -> bool:
        """Whether an event has another actor than the last speaker and may so be what the sentence goes on from."""
        by = self.actor(at)
        theirs = at not in said or self._told.reports(at)
        return theirs and by is not None and not self._told.same(speaker.source, by)

    def _who_said(self, event: Event, actors: list[Mention]) -> list[str]:
        """Who of the actors of a trigger of saying may have said it: not who passed it on, nor, where there is another, who is named by a sign of a source.

        Of a verb the nearest comes first: behind it, where its subject stands, or else before it; of several that are joined the first. A participle has the
        subject of the sentence.
        """
        text = self._text
        found = [one for one in actors if not clauses.news_from(text, one.start) and not clauses.passed_on_by(text, one.start)]
        if len(found) > 1:
            found = [one for one in found if not clauses.attributed(text, one.start)] or found
        if len(found) < 2 or clauses.is_participle(text, event.start, event.end):
            return [str(one.id) for one in found]
        behind = [one for one in found if one.start >= event.end]
        if not behind:
            at = len(found) - 1
            while at and text[found[at - 1].end : found[at].start].strip(" ،") == "و":
                at -= 1
            behind = found[at:]
        return [str(one.id) for one in behind]
