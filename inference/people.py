"""Which mentions are of one person: titles with the names they stand before, last names with full names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ..models.names import Words, bare_words, is_definite, is_origin
from .joining import PERSON, TITLE, Form, Joining

# What may stand between a title and the name behind it, and between a name and the title in apposition to it
_NAME_FOLLOWS = re.compile(r"\s*[،,]?\s*(?:و?(?:ال)?(?:مدعو|يدعى)\s+)?[\"«“#]?")
_IN_BETWEEN = re.compile(r"\s*(?:في|لدى|ب|ل)\s*[\"«“]?")
_TITLE_FOLLOWS = re.compile(r"\s*[،,(]\s*")
_CLOSED = re.compile(r"\s*[،,.)؛:\n]|\s*$")
# Titles of several: the names behind them share the title, and none is the bearer
_SEVERAL = re.compile(r"ال\w{3,}ين$|(?:وزيرا|وزيري|رييسا|رييسي|وزراء?|روسا|قاده|زعما|نواب|اعضا|مسوولين|مسوولي|قياديين|قياديي|سفرا|امرا)$")
_SINGULAR = frozenset(("السلطين", "الامين"))  # what السلطان is spelled like in comparisons, and الأمين
_OTHERS = frozenset(("للرييس", "للملك", "للامير"))  # whose adviser or friend: the name behind may be either's
# Heads that many offices share: رئيس الوزراء الألماني is not الرئيس الألماني, نائب الوزير no النائب
_OF_MANY_OFFICES = frozenset(("رييس", "نايب", "امين"))
_MANY = 64


def join_people(joining: Joining) -> None:
    """Joins the mentions of each person.

    A title belongs to the name directly behind it (or in apposition before it), a last name to the only full name that it fits. Where it fits several, a
    title beside it decides, or that only one of them has been named so far, or nothing does. A title alone is of the person who has been given the same words as title, or more words of which it
    holds the first, if there is only one such person; a country's minister may go without his field.
    """
    titled = dict(_titled(joining))
    people = joining.of_kind(PERSON)
    _join_aliases(joining, people)
    unclear = _join_last_names(joining, people)
    first = {one.node: one.first for one in people}
    given: dict[int, list[Words]] = defaultdict(list)  # the titles of each person, as far as the names are clear
    for title, name in titled.items():
        if name not in unclear:
            given[joining.find(joining.owner[name])].append(joining.words[title])
    for name, fitting in unclear.items():
        named = {joining.find(one) for one in fitting if first[one] < name}  # the others had not been heard of yet
        if len(named) == 1:
            joining.owner[name] = named.pop()
    for title, name in titled.items():
        if name in unclear:
            fitting = [one for one in unclear[name] if any(_fits(joining.words[title], other) for other in given.get(joining.find(one), ()))]
            person = joining.only(fitting)
            if person is not None:
                joining.owner[name] = person
        joining.owner[title] = joining.owner[name]
    _join_titles(joining, titled)


def _titled(joining: Joining) -> Iterator[tuple[int, int]]:
    """Titles and the names that they belong to, as mentions."""
    mentions = joining.mentions
    kinds = [joining.kind_of[one.label] for one in mentions]
    name: int | None = None
    for at in range(len(mentions) - 1, -1, -1):  # from the end, so that of several titles in a row each finds the name behind the next
        if kinds[at] == PERSON:
            name = at
            continue
        if kinds[at] != TITLE:
            continue
        gap = joining.between(at)
        follows = at + 1 < len(mentions) and "\n" not in gap
        words = joining.words[at]
        several = any(_SEVERAL.match(word) and word not in _SINGULAR for word in words[:1]) or any(word in _OTHERS for word in words[1:])
        apposed = at > 0 and kinds[at - 1] == PERSON and joining.between(at - 1).isspace()  # جونسون وزير الخارجية، زعيم الحزب كوربن
        behind = (
            at > 0 and kinds[at - 1] == PERSON and _TITLE_FOLLOWS.fullmatch(joining.between(at - 1)) and _CLOSED.match(joining.text, mentions[at].end)
        )
        found = at - 1 if behind else None
        if follows and not several and _NAME_FOLLOWS.fullmatch(gap):
            if kinds[at + 1] == PERSON:
                found = at + 1
            elif kinds[at + 1] == TITLE and name is not None and not apposed and _chain(joining, kinds, at, name):
                found = name
        elif follows and not several and at + 2 < len(mentions) and kinds[at + 1] not in (PERSON, TITLE) and kinds[at + 2] == PERSON:
            found = at + 2 if _IN_BETWEEN.fullmatch(gap) and _NAME_FOLLOWS.fullmatch(joining.between(at + 1)) else found
        if found is not None:
            yield at, found


def _chain(joining: Joining, kinds: list[str], at: int, name: int) -> bool:
    """Whether nothing but titles stands between a title and a name."""
    return name - at < 4 and all(kinds[one] == TITLE and _NAME_FOLLOWS.fullmatch(joining.between(one)) for one in range(at, name))


def _join_aliases(joining: Joining, people: list[Form]) -> None:
    """Joins the names of one entry of the list; a last name of a known person only where no other bears it here."""
    known: dict[int, int] = {}
    for form in people:
        if form.alias is not None and len(form.words) > 1:
            joining.join(known.setdefault(id(form.alias), form.node), form.node)
    full = [one for one in people if len(one.words) > 1]
    others: dict[str, set[int]] = defaultdict(set)  # nodes as they are: what stands for them changes as the names below are joined
    for one in full:
        others[bare_words(one.words)[-1]].add(one.node)
    for form in people:
        if form.alias is not None and len(form.words) == 1:
            bearers = {joining.find(one) for one in others.get(bare_words(form.words)[-1], ())}
            own = known.get(id(form.alias))
            if own is None and bearers:
                form.alias = None  # in this article it is the name of somebody else
            elif own is None or bearers <= {joining.find(own)}:
                joining.join(known.setdefault(id(form.alias), form.node), form.node)


def _join_last_names(joining: Joining, people: list[Form]) -> dict[int, list[int]]:
    """Joins short names with the full names they fit; returns the mentions that fit several persons, with these.

    A short name is the last of the full one, or, once its bearer has been named in full, the first, or all but the last.
    """
    by_last: dict[str, list[Form]] = defaultdict(list)
    by_first: dict[str, list[Form]] = defaultdict(list)
    beginning: dict[Words, list[Form]] = defaultdict(list)  # two or more words, of the names that go on behind them
    unclear: dict[int, list[int]] = {}
    for form in sorted(people, key=lambda one: -len(one.words)):
        words = bare_words(form.words)
        if not words:
            continue
        longer = [one for one in by_last[words[-1]] if len(one.words) > len(words)]
        fitting = [one.node for one in longer[:_MANY] if _within(words, bare_words(one.words))]
        if not longer and len(words) == 1:  # a first name alone, once its bearer has been named in full
            fitting = [one.node for one in by_first[words[0]][:_MANY] if one.first < form.first]
        begun = [one for one in beginning[words] if one.first < form.first]
        fitting += [one.node for one in begun[:_MANY]]
        own = {joining.find(form.node)}
        if max(len(longer), len(begun)) > _MANY:
            fitting = []
        person = joining.only(fitting)
        if person is not None:
            if form.alias is None or joining.only([person, *own]) is not None or not _known(people, person, joining):
                joining.join(person, form.node)
        elif fitting:
            unclear |= dict.fromkeys(form.mentions, fitting)
        by_last[words[-1]].append(form)
        if len(words) > 1:
            by_first[words[0]].append(form)
        for length in range(2, min(len(words), 6)):
            if not words[length].startswith("و"):  # may be two names in one: سامي حداد وعلي صافي
                beginning[words[:length]].append(form)
    return unclear


def _known(people: list[Form], person: int, joining: Joining) -> bool:
    return any(one.alias is not None and joining.find(one.node) == person for one in people)


def _within(short: Words, full: Words) -> bool:
    """Whether the words of a short name occur in a full one in the same order, ending with its last."""
    rest = iter(full)
    return short[-1] == full[-1] and all(word in rest for word in short)


def _fits(short: Words, full: Words) -> bool:
    """Whether a title is another one or its first words."""
    return bare_words(full)[: len(short)] == bare_words(short) and (len(short) > 1 or short[0].startswith("ال") or short == full)


def _join_titles(joining: Joining, titled: dict[int, int]) -> None:
    """Joins the titles that stand alone."""
    bearers: dict[Words, list[tuple[int, int, Words]]] = defaultdict(list)  # by first words: node, first mention, words
    ends: dict[Words, list[tuple[int, int]]] = defaultdict(list)  # by first and last word: node, first mention
    for title in sorted(titled):
        words = joining.words[title]
        plain = bare_words(words)
        for length in range(1, min(len(plain), 8) + 1):
            bearers[plain[:length]].append((joining.owner[title], title, words))
        if len(plain) > 2:
            ends[plain[0], plain[-1]].append((joining.owner[title], title))
    alone = [(form, [at for at in form.mentions if at not in titled]) for form in joining.of_kind(TITLE)]
    alone = [(form, mentions) for form, mentions in alone if mentions]
    for form, mentions in alone:
        plain = bare_words(form.words)
        for length in range(1, min(len(plain), 8) + 1):
            bearers[plain[:length]].append((form.node, mentions[0], form.words))
        if len(plain) > 2:
            ends[plain[0], plain[-1]].append((form.node, mentions[0]))
    for form, mentions in alone:
        fitting = bearers.get(bare_words(form.words), []) if form.words else []
        same = [one for one in fitting if one[0] != form.node and len(one[2]) == len(form.words)]
        same = [one for one in same if len(form.words) > 1 or one[1] < mentions[0]]
        longer = [one for one in fitting if len(one[2]) > len(form.words) and one[1] < mentions[0] and _may_stand_for(form.words, one[2])]
        found = joining.only(one[0] for one in (same or longer)[:_MANY]) if is_definite(form.words) else None
        if found is None and not same and not longer and _is_office_of(form.words):
            found = joining.only(node for node, first in ends.get(bare_words(form.words), [])[:_MANY] if first < mentions[0])
        if found is not None and (not same or joining.only(one[0] for one in longer[:_MANY]) in (None, found)):
            joining.join(found, form.node)
        elif not is_definite(form.words):
            for at in mentions[1:]:  # of something new each time: a member of parliament, and another one
                joining.owner[at] = joining.node()


def _is_office_of(words: Words) -> bool:
    """Whether a title is one of a country's, its field left out: ``الوزير الألماني`` for ``وزير الخارجية الألماني``."""
    return (
        len(words) == 2
        and all(word.startswith("ال") for word in words)
        and is_origin(words[1])
        and not _SEVERAL.match(words[0])
        and bare_words(words)[0] not in _OF_MANY_OFFICES
    )


def _may_stand_for(short: Words, full: Words) -> bool:
    """Whether a title cut short can be meant for the full one: ``الوزير`` for ``وزير الخارجية``, but ``الرئيس`` not for ``رئيس الوزراء``."""
    return len(short) > 1 or full[0].startswith("ال") or short[0] != "الرييس"
