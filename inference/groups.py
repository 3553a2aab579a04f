"""Which mentions are of one organisation, place or group: class nouns, names cut short, acronyms, and common nouns that stand for a name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict

from ..models.names import Words, bare_words, group_name, is_acronym, is_definite, may_shorten, place_noun
from .joining import NAME, NOUN, RECENT, Form, Joining

_MANY = 64  # forms that begin with the same words; where there are more, a short form says nothing
_LONGEST = 8
_SPEAKERS = frozenset(("مصدر", "مصادر", "مسوول", "مسوولين", "شاهد", "شهود", "ناشط", "ناشطين", "ناشطات"))
# (واس) behind وكالة الأنباء السعودية, with at most an adjective between
_INTRODUCES = re.compile(r"\s*(?:ال\w+\s+)?(?:\(\s*[\"«“]?|[\"«“])")
_CLOSES = re.compile(r"[\"»”)]")


def join_names(joining: Joining, beginnings: Beginnings) -> None:
    """Joins the names of organisations, places and peoples.

    The same words are the same, whatever the label, if there are several; an entry of the list joins its names. A class noun may be missing
    (``مدينة البوكمال``, ``البوكمال``) unless the article has two places of that name, and so may the last words of a name that no other begins with.
    """
    names = joining.of_kind(NAME)
    _join_same(joining, names)
    _join_known(joining, names)
    _join_introduced(joining)
    _join_places(joining, names)
    _join_bodies(joining, names)
    for form in sorted(names, key=lambda one: -len(one.words)):
        if form.alias is not None:
            continue  # known to be whole: حزب الله is not cut from حزب الله العراقي
        found = joining.only(beginnings.longer(form.words, label=form.label, before=form.first if len(form.words) == 1 else None))
        if found is not None:
            joining.join(found, form.node)


def join_nouns(joining: Joining, names: Beginnings) -> None:
    """Joins common nouns with what they stand for.

    Only those that speak of something known do: ``التنظيم`` for the only name in the article, up to there, that begins with it, else for the last common
    noun that does (``مصدر عسكري``, ``المصدر``), and for what it stood for before where none has come since. The others are each of something new.
    """
    nouns = joining.of_kind(NOUN)
    known: dict[int, int] = {}
    for form in nouns:
        if form.alias is not None:
            joining.join(known.setdefault(id(form.alias), form.node), form.node)
        elif not is_definite(form.words):
            for at in form.mentions[1:]:
                joining.owner[at] = joining.node()
    earlier: dict[Words, list[tuple[int, int]]] = defaultdict(list)  # by first words: mention and whether it is longer, in order of the text
    mentions = {at: form for form in nouns for at in form.mentions}
    for at in sorted(mentions):
        noun = mentions[at]
        if is_definite(noun.words) and noun.alias is None:
            _join_noun(joining, at, noun, names, earlier)
        plain = bare_words(noun.words)
        for length in range(1, min(len(plain), _LONGEST) + 1):
            earlier[plain[:length]].append((at, len(plain)))


def _join_noun(joining: Joining, at: int, form: Form, names: Beginnings, earlier: dict[Words, list[tuple[int, int]]]) -> None:
    found = list(names.longer(form.words, before=at, whole=True))
    others = earlier.get(bare_words(form.words), [])
    if found:
        rivals = {joining.find(joining.owner[one]) for one, length in others[-_MANY:] if length > len(form.words)}
        name = joining.only([*found, *rivals])
        if name is not None:
            joining.join(name, joining.owner[at])
    elif others:
        last, length = others[-1]
        fits = length == len(form.words) or len(form.words) == 1 or may_shorten(form.words, joining.words[last])
        if at == form.first:
            if fits and not _is_of_others(joining, last, at):
                joining.join(joining.owner[last], joining.owner[at])
        elif fits and _is_new(joining.words[last], form.words):
            joining.owner[at] = joining.owner[last]
        else:
            joining.owner[at] = joining.owner[form.mentions[bisect_left(form.mentions, at) - 1]]


def _is_of_others(joining: Joining, last: int, at: int) -> bool:
    """Whether a common noun was somebody's, and is too far back for the definite noun to be theirs: ``المقاتلين`` are no longer ``مقاتلون من حزب الله``."""
    return joining.whose(last) is not None and joining.mentions[at].start - joining.mentions[last].end > RECENT


def _is_new(noun: Words, form: Words) -> bool:
    """Whether a common noun brings in another that a later definite one is of: one of more words (``مصادر محلية``), or one that speaks (``مصادر``).

    Of others in one word, the definite noun is as often one of before or of all: ``عسكريين`` between two mentions of ``العسكريين``.
    """
    return not is_definite(noun) and (len(noun) > len(form) or noun[0] in _SPEAKERS)


def _join_same(joining: Joining, names: list[Form]) -> None:
    same: dict[Words, int] = {}
    for form in names:
        if len(form.words) > 1:
            joining.join(same.setdefault(form.words, form.node), form.node)
        elif form.words:  # العراقي and عراقية under one label
            joining.join(same.setdefault((form.label, *bare_words(form.words)), form.node), form.node)


def _join_known(joining: Joining, names: list[Form]) -> None:
    known: dict[int, int] = {}
    for form in names:
        if form.alias is not None:
            joining.join(known.setdefault(id(form.alias), form.node), form.node)


def _join_introduced(joining: Joining) -> None:
    """Joins a name with the acronym that follows it in brackets or quotes."""
    seen: set[Words] = set()
    for at, (full, short) in enumerate(zip(joining.mentions, joining.mentions[1:], strict=False)):
        words, letters = joining.words[at], joining.words[at + 1]
        seen.add(words)
        if full.label != short.label or joining.kind_of[full.label] != NAME or len(letters) != 1 or len(words) < 2 or letters in seen:
            continue
        if _INTRODUCES.fullmatch(joining.between(at)) and _CLOSES.match(joining.after(at + 1)):
            aliased = joining.aliases.find(full.label, words), joining.aliases.find(short.label, letters)
            named = is_acronym(letters[0], words) or (place_noun(words)[0] is None and letters[0].isascii())
            if named and (None in aliased or aliased[0] is aliased[1]):
                joining.join(joining.owner[at], joining.owner[at + 1])


def _join_places(joining: Joining, names: list[Form]) -> None:
    """Joins places with and without class noun; where two of a name differ in kind (مدينة الحديدة, محافظة الحديدة) the bare name is the town's."""
    by_name: dict[Words, dict[str, int]] = defaultdict(dict)
    plain: dict[Words, int] = {}
    listed = {form.words for form in names if form.alias is not None}
    for form in names:
        kind, name = place_noun(form.words)
        if kind is not None:
            joining.join(by_name[name].setdefault(kind, form.node), form.node)
    for form in names:
        if form.words in by_name and place_noun(form.words)[0] is None:
            plain.setdefault(form.words, form.node)
    for name, kinds in by_name.items():
        if name in plain:
            roots = {joining.find(node) for node in kinds.values()}
            found = kinds.get("settlement")
            if found is None and len(roots) == 1 and name not in listed:  # صنعاء alone is the town, محافظة صنعاء is not
                found = next(iter(kinds.values()))
            if found is not None:
                joining.join(found, plain[name])


def _join_bodies(joining: Joining, names: list[Form]) -> None:
    """Joins organisations with and without class noun (حركة حماس, حماس)."""
    plain = {(form.label, form.words): form for form in names}
    for form in names:
        name = group_name(form.words)
        other = plain.get((form.label, name)) if name else None
        if other is not None and (form.alias is None or other.alias is None or form.alias is other.alias):
            joining.join(other.node, form.node)


class Beginnings:
    """The names of a document by their first words, those of the list's entries with all that these are called."""

    def __init__(self, joining: Joining) -> None:
        self._by_words: dict[Words, list[tuple[Words, Form]]] = defaultdict(list)
        listed: set[int] = set()
        for form in joining.of_kind(NAME):
            spelled = [form.words]
            if form.alias is not None and id(form.alias) not in listed:
                listed.add(id(form.alias))
                spelled += joining.aliases.spelled(form.alias)
            for words in dict.fromkeys(spelled):
                plain = bare_words(words)
                for length in range(1, min(len(plain), _LONGEST) + 1):
                    self._by_words[plain[:length]].append((words, form))

    def longer(self, short: Words, *, label: str | None = None, before: int | None = None, whole: bool = False) -> list[int]:
        """The nodes of names that a short form may stand for.

        Args:
            short: Its words.
            label: Of the names; None for any.
            before: Where the short form stands; names first mentioned later do not count.
            whole: Counts the names that are the short form itself, too.
        """
        found = self._by_words.get(bare_words(short), []) if short else []
        out = []
        for words, form in found if len(found) <= _MANY else ():
            fits = len(words) > len(short) and may_shorten(short, words)
            if (fits or (whole and len(words) == len(short))) and label in (None, form.label) and (before is None or form.first < before):
                out.append(form.node)
        return out
