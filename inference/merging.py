"""Which events of an article are one happening. Plain rules over what is said of each; where they do not tell, the events stay apart: a row too many is seen
and put right more easily than two happenings in one row.

An event joins an earlier one of its type if

1. its type is no report, or it points back (see 3): each act of saying, accusing or denying is one of its own, but ``الاتهامات`` are those that were made;
2. nothing contradicts: see `_FIT`, by what a role is in a record;
3. something ties them: they share a place (not a landmark of both, see `places.landmarks_of`), an actor, a recipient or an exact number of three and more, and if
   both are somebody's deed, somebody did both: what ``مسلحون`` took, the army took back; or it is said of the earlier one in a relative clause,
   ``الحصار الذي تفرضه``; or the later one points back, as ``القصف`` does and ``قصف`` does not (see `_by_the_article`);
4. nobody else did the same at the same place between them: what the army took, lost and took again are two of its deeds, unless the later one points back;
5. where one is said to have happened and the other is planned, demanded or denied, they share a place or a recipient: ``نفى سقوط المدينة`` is of the fall of
   that town, but who fired today may threaten to fire again.

Lines that are repeated as they are, such as titles, tell of the same, and so do two words of a type that stand side by side, ``توقيع اتفاق``, ``وتابع قائلا``.
A title that names no doer, ``سيطرة فسقوط فاستعادة``, tells of none of several deeds that different doers did there: it does not say of which.

Of several that fit, it joins the one that shares the most, then the one of which the most is said (the article's subject rather than an aside), then the
nearest. One that only points back, with ``هذا``, joins the nearest that is told of in a word of its root, or else the nearest.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..models.documents import Document, Event, Mention
from ..models.names import bare, words_of
from ..models.scheme import Scheme
from ..models.values import Value
from .joining import RECENT
from .place_words import events_within, places_meant
from .places import Inside, landmarks_of, nesting, places_of

# Between a noun and the verb that is said of it: its adjectives, and which
_NEAR = 60
_OF_WHICH = re.compile(r"(?:\s+\w+){0,3}\s+(?:الذي|التي)\s+")
Key = str  # what identifies a filler: the entity, where mentions were joined, or else the mention
# What ties two events of a type; and what does where only one of them is said to have happened
_TIES = ("place", "actor", "recipient")
_TIES_ACROSS = ("place", "recipient")
_PLACE, _COUNT = "place", "count"
_TITLE = (20, 300)  # characters of a line that is repeated on purpose
_SELDOM = 3  # one and two are killed in many places on one day
# Before a number that is a part of one said before, with نحو or a noun between
OF_THEM = r"(?<!\w)[وف]?(?:بين|من|ضمن)(?:هم|هن|ها|هما)\s+"
_SHARE = re.compile(rf"{OF_THEM}(?:\w+\s+)?$")
# So many happenings of a type are looked back at: no article is about more, and a text of a thousand pages takes no longer for each of its events
_REACH = 40
_THIS = re.compile(r"(?<!\w)[وف]?[بلك]?(?:هذا|هذه|تلك|هذين|هاتين)\s+$")
# The letters that the patterns of words add to roots, and the article; what is left of هاجم, الهجوم and هجمات is one and the same
_ADDED = re.compile(r"^ال|[اأإآىئؤءويتمنة\W\u064b-\u0652]")
_MUCH = 1000  # more than is said of any
_ROOT = 2  # less than so many letters are of too many roots
# What one can count, in one; and what several are called: الهجوم is one of a series of هجمات, but القصف is what غارات were
_ONE = frozenset(("هجوم", "غارة", "ضربة", "تفجير", "انفجار", "عملية", "معركة", "مظاهرة", "تظاهرة"))
_SEVERAL = re.compile(r"(?:ال|ل)?(?:معارك|\w+ات(?:ه|ها|هم|هما)?)")


@dataclass(slots=True, eq=False)
class Draft:
    """Events taken to be one happening, and who fills each kind of role of theirs, in the order of the text."""

    events: list[Event]
    parts: dict[str, dict[Key, list[Mention]]] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)  # of the words that tell of it
    landmarks: set[Key] = field(default_factory=set)  # places that are only said to be beside

    def keys(self, kind: str) -> Collection[Key]:
        """Who fills a kind of role."""
        return self.parts.get(kind, {}).keys()

    def take(self, other: Draft) -> None:
        """Adds what another draft says."""
        self.events += other.events
        self.roots |= other.roots
        plain = {key for one in (self, other) for key in one.keys(_PLACE) if key not in one.landmarks}
        self.landmarks = (self.landmarks | other.landmarks) - plain
        for kind, fillers in other.parts.items():
            own = self.parts.setdefault(kind, {})
            for key, mentions in fillers.items():
                own.setdefault(key, []).extend(mentions)


_Fit = Callable[[Draft, Draft, Scheme, Inside], bool]


def merge(document: Document, scheme: Scheme) -> list[Draft]:
    """The happenings of a document, in the order of their first triggers.

    Args:
        document: With values and joined mentions, as `link` makes it.
        scheme: Says what each role is in a record, and which triggers are reports.
    """
    mentions = {one.id: one for one in document.entities or () if one.id is not None}
    events = sorted(document.events or (), key=lambda one: (one.start, one.end))
    places = places_of(document, scheme)
    inside, landmarks = nesting(places, document.text), landmarks_of(places, document.text)
    things, meant, within = _things(document, scheme), places_meant(document, scheme, places), events_within(document, scheme)

    def drafts() -> list[Draft]:
        found = [_draft(event, mentions, landmarks, things, document.text, scheme) for event in events]
        for draft in found:
            place = meant.get(draft.events[0].start)
            if place is not None and place.entity is not None:
                draft.parts[_PLACE] = {place.entity: [place]}
        at = {draft.events[0].start: draft for draft in found}
        for start, around in within.items():
            if _PLACE in at[around.start].parts and _PLACE not in at[start].parts:
                at[start].parts[_PLACE] = {key: list(several) for key, several in at[around.start].parts[_PLACE].items()}
                at[start].landmarks |= at[around.start].landmarks
        return found

    alone, title = drafts(), _title_end(document.text)
    doerless = {one.events[0].start for one in alone if one.events[0].end <= title and not one.keys("actor")}
    found = _joined(alone, document.text, scheme, inside)
    unclear = _unclear(found, doerless)
    return _joined(drafts(), document.text, scheme, inside, unclear) if unclear else found


def _joined(drafts: list[Draft], text: str, scheme: Scheme, inside: Inside, apart: Collection[int] = ()) -> list[Draft]:
    """Drafts of one event each, in order, joined where they tell of one happening; those that begin at the places `apart` join nothing."""
    found: list[Draft] = []
    told: dict[tuple[str, int, str] | None, Draft] = {}  # by the line
    repeated = _repeated(text)
    last: dict[str, list[Draft]] = {}  # by type, the nearest at the end
    before: Draft | None = None  # that which the event before was joined to
    for draft in drafts:
        [event] = draft.events
        line = _line(event, text, repeated)
        if event.start in apart:
            found.append(draft)
            before = None
            if line is not None:
                told.setdefault(line, draft)
            continue
        same = last.setdefault(event.label, [])
        host = told.get(line) or (before if before is not None and _side_by_side(before.events[-1], event, text) else None)
        host = host or _host(draft, same, text, scheme, inside)
        if host is None:
            host = draft
            found.append(draft)
        elif line in told and draft.parts.keys() <= host.parts.keys():
            host.events.append(event)  # who and what was said in the same words
        else:
            host.take(draft)
        if line is not None:
            told.setdefault(line, host)
        if host is not draft and host in same:
            same.remove(host)
        same.append(host)
        del same[:-_REACH]
        before = host
    return found


def _side_by_side(one: Event, other: Event, text: str) -> bool:
    """Whether two words of a type, not the same word twice, stand side by side."""
    between = text[one.end : other.start]
    return one.label == other.label and one.text != other.text and between.isspace() and "\n" not in between


def _unclear(found: list[Draft], doerless: Collection[int]) -> set[int]:
    """Of the places where a title's events without a doer begin, those that were joined to one of several deeds that different doers did there."""
    unclear: set[int] = set()
    for draft in found if doerless else ():
        mine = {one.start for one in draft.events}.intersection(doerless)
        if mine and any(one.events[0].label == draft.events[0].label and _anothers(draft, one) for one in found):
            unclear |= mine
    return unclear


def _title_end(text: str) -> int:
    """Where the title of a text ends: its first line, if more lines follow and it does not end as sentences do."""
    first, _, rest = text.partition("\n")
    return len(first) if rest.strip() and not first.rstrip().endswith((".", "؟", "!", "…")) else 0


def _things(document: Document, scheme: Scheme) -> dict[str, Key]:
    """What is not followed through an article, such as weapons and vehicles: ``الطائرة`` is the last that was called so, ``طائرة`` is another."""
    found: dict[str, Key] = {}
    last: dict[str, Key] = {}
    for one in document.entities or ():
        if one.id is not None and one.entity is None and one.label not in scheme.values:
            words = words_of(one.text)
            head = bare(words[0]) if words else one.text
            known = one.text.startswith("ال") and head in last
            found[one.id] = last[head] = last[head] if known else one.id
    return found


def _repeated(text: str) -> set[str]:
    """The lines that stand in a text more than once. Titles are repeated; longer lines, and such as are so short that it may be chance, are left out."""
    lines = [line for line in text.split("\n") if _TITLE[0] <= len(line) <= _TITLE[1]]
    return {line for line, count in Counter(lines).items() if count > 1} if len(set(lines)) < len(lines) else set()


def _line(event: Event, text: str, repeated: Collection[str]) -> tuple[str, int, str] | None:
    """The line that an event stands in, and where in it, if it is one of those that are repeated: they tell of nothing new."""
    if not repeated:
        return None
    begin = text.rfind("\n", max(event.start - _TITLE[1], 0), event.start) + 1
    line = text[begin : begin + _TITLE[1] + 1].split("\n", 1)[0]
    return (line, event.start - begin, event.label) if line in repeated else None


def _draft(event: Event, mentions: Mapping[str, Mention], landmarks: Collection[int], things: Mapping[str, str], text: str, scheme: Scheme) -> Draft:
    draft = Draft([event], roots=_root(event, text))
    for one in event.arguments or ():
        kind, mention = scheme.kinds.get(one.role), mentions.get(one.target)
        if kind is not None and mention is not None:
            key = mention.entity or _amount(mention) or things.get(one.target, one.target)
            draft.parts.setdefault(kind, {}).setdefault(key, []).append(mention)
            if kind == _PLACE and mention.start in landmarks:
                draft.landmarks.add(key)
    _leave_out_shares(draft, text)
    return draft


def _amount(mention: Mention) -> Key | None:
    """What two mentions of one number have in common: said twice, it is one count of a record."""
    value = mention.value
    return None if value is None or value.low is None else f"{value.low}..{value.high}"


def _leave_out_shares(draft: Draft, text: str) -> None:
    """Takes out the counts that are part of another, ``خمسة قتلى بينهم ثلاثة أطفال``."""
    counts = draft.parts.get(_COUNT, {})
    if len(counts) < 2:
        return
    shares = [key for key, mentions in counts.items() if all(_SHARE.search(text, max(one.start - 30, 0), one.start) for one in mentions)]
    for key in shares if len(shares) < len(counts) else ():
        del counts[key]


def _host(draft: Draft, others: list[Draft], text: str, scheme: Scheme, inside: Inside) -> Draft | None:
    [event] = draft.events
    points_back = _points_back(event, text)
    if event.label in scheme.reporting and not points_back:
        return None
    this = points_back and _THIS.search(text, max(event.start - 12, 0), event.start) is not None
    best: Draft | None = None
    most: tuple[int, float] = (-1, -1)
    own = {kind: draft.keys(kind) for kind in _TIES}
    undone = False  # another did the same since
    for other in reversed(others):
        if not points_back and _anothers(draft, other):
            undone = True
        elif undone and not set(draft.keys("actor")).isdisjoint(other.keys("actor")):
            continue
        shared = {kind: sum(key in other.keys(kind) for key in keys) if keys else 0 for kind, keys in own.items()}
        shared[_COUNT] = _same_counts(draft, other) if _COUNT in draft.parts else 0
        shared[_PLACE] -= len(_beside_both(draft, other)) if draft.landmarks else 0
        rank: tuple[int, float] | None = None
        if all(one.asserted != event.asserted for one in other.events):
            tied = any(shared[kind] for kind in _TIES_ACROSS)
        else:
            others_deed = not points_back and not shared["actor"] and bool(draft.keys("actor")) and bool(other.keys("actor"))
            tied = (any(shared.values()) and not others_deed) or any(_said_of(event, one, text) for one in other.events)
            if not tied and points_back and (_by_the_article(draft, other, scheme) or (this and _is_near(draft, other))):
                tied = True
                if this:  # the nearest, of its root if one is
                    rank = 0, math.inf if not draft.roots.isdisjoint(other.roots) else _MUCH
        if not tied:
            continue
        rank = rank or (sum(shared.values()), sum(len(other.keys(kind)) for kind in (*_TIES, "time")))
        if rank > most and all(fit(draft, other, scheme, inside) for fit in _FIT.values()):
            best, most = other, rank
    return best


def _anothers(draft: Draft, other: Draft) -> bool:
    """Whether another did the same at the same place."""
    ours, theirs = set(draft.keys("actor")), set(other.keys("actor"))
    return bool(ours) and bool(theirs) and ours.isdisjoint(theirs) and not set(draft.keys(_PLACE)).isdisjoint(other.keys(_PLACE))


def _by_the_article(draft: Draft, other: Draft, scheme: Scheme) -> bool:
    """Whether an event with the article, which shares nothing with another, may speak of it all the same.

    It does if it stands near, is told of in a word of its root or is of the same day; two of these if it brings a day or a name that the other does not have.
    One of several (``الهجوم``) is not the several (``هجمات``).
    """
    [event] = draft.events
    if _is_one(event.text) and all(_SEVERAL.fullmatch(one.text) for one in other.events):
        return False
    dated = any(one == another for one in _values(draft, "time") for another in _values(other, "time"))
    return _is_near(draft, other) + (not draft.roots.isdisjoint(other.roots)) + dated > _says_more(draft, other, scheme)


def _is_near(draft: Draft, other: Draft) -> bool:
    return draft.events[0].start - other.events[-1].end <= RECENT


def _says_more(draft: Draft, other: Draft, scheme: Scheme) -> bool:
    """Whether a draft tells when, or names where or who, and the other says nothing of that. How many may always be told later."""
    return any(_named(draft, kind, scheme) and not _named(other, kind, scheme) for kind in ("time", "place", "actor"))


def _is_one(word: str) -> bool:
    return word[2 if word.startswith("ال") else 1 :].split(" ", 1)[0] in _ONE


def _root(event: Event, text: str) -> set[str]:
    """About the root of the first word of a trigger: none if too little is left of it."""
    word = event.text.split(" ", 1)[0]
    left = _stripped(word[1:] if word.startswith("ل") and _points_back(event, text) else word)
    return {left} if len(left) >= _ROOT else set()


@lru_cache(maxsize=4096)
def _stripped(word: str) -> str:
    return _ADDED.sub("", word)


def _points_back(event: Event, text: str) -> bool:
    """Whether a trigger has the article: a noun that readers have met. After the preposition ل the article is a lam alone (``للقصف``)."""
    return event.text.startswith("ال") or (event.text.startswith("ل") and text[event.start - 1 : event.start] == "ل")


def _said_of(event: Event, noun: Event, text: str) -> bool:
    """Whether the trigger begins a relative clause of the noun."""
    return 0 < event.start - noun.end <= _NEAR and _OF_WHICH.fullmatch(text, noun.end, event.start) is not None


def _named(draft: Draft, kind: str, scheme: Scheme) -> set[Key]:
    """The fillers that are names. A common noun (``الطرفان``, ``مسلحون``) may mean anyone named elsewhere."""
    return {key for key, mentions in draft.parts.get(kind, {}).items() if any(one.label not in scheme.nominals for one in mentions)}


def _parties_fit(kind: str) -> _Fit:
    def fit(one: Draft, other: Draft, scheme: Scheme, _: Inside) -> bool:
        first, second = _named(one, kind, scheme), _named(other, kind, scheme)
        return first <= second or second <= first

    return fit


def _places_fit(one: Draft, other: Draft, _: Scheme, inside: Inside) -> bool:
    beside = _beside_both(one, other)
    first, second = ([key for key in each.keys(_PLACE) if key not in beside] for each in (one, other))
    return not first or not second or any(a == b or b in inside.get(a, ()) or a in inside.get(b, ()) for a in first for b in second)


def _beside_both(one: Draft, other: Draft) -> set[Key]:
    """The landmarks that two drafts share, if each has a place of its own, too: the same town is north of one and south of the other."""
    both = one.landmarks & other.landmarks
    return both if both and all(len(each.keys(_PLACE)) > len(both) for each in (one, other)) else set()


def _same_counts(one: Draft, other: Draft) -> int:
    """How many exact counts two drafts share, of those that are seldom the same by chance."""
    both = [one.parts[_COUNT][key][0].value for key in one.keys(_COUNT) if key in other.keys(_COUNT)]
    return sum(value is not None and value.low is not None and value.low == value.high and value.low >= _SELDOM for value in both)


def _dates_fit(one: Draft, other: Draft, _: Scheme, __: Inside) -> bool:
    return _meet(_values(one, "time"), _values(other, "time"), _days)


def _counts_fit(one: Draft, other: Draft, _: Scheme, __: Inside) -> bool:
    return _meet(_values(one, "count"), _values(other, "count"), _range)


# What must not contradict, by the kind of role. An instrument never does: a raid is flown with aircraft and fought with rifles.
_FIT: dict[str, _Fit] = {
    "actor": _parties_fit("actor"),  # of the two sides of a battle one sentence may name one; a name that the other does not have is another's deed
    "recipient": _parties_fit("recipient"),  # in the same way
    "place": _places_fit,  # the same place, or one that the article puts inside the other
    "time": _dates_fit,  # days that overlap: a month and a day in it, not Monday and Tuesday
    "count": _counts_fit,  # five killed and twelve killed are two happenings, more than ten and twelve may be one
}


def _values(draft: Draft, kind: str) -> list[Value]:
    return [one.value for mentions in draft.parts.get(kind, {}).values() for one in mentions if one.value is not None]


def _meet(first: list[Value], second: list[Value], bounds: Callable[[Value], tuple[str, str] | tuple[float, float]]) -> bool:
    """Whether some interval of each overlaps, or one side says nothing."""
    return not first or not second or any(_overlap(bounds(a), bounds(b)) for a in first for b in second)


def _overlap(one: tuple, other: tuple) -> bool:
    return bool(one[0] <= other[1] and other[0] <= one[1])


def _days(value: Value) -> tuple[str, str]:
    return (value.start or "")[:10], (value.end or "9999-12-31")[:10]


def _range(value: Value) -> tuple[float, float]:
    return float("-inf") if value.low is None else value.low, float("inf") if value.high is None else value.high
