"""Mentions of one and the same in an article get one id and one name, by rules that can be read: no model, no weights, no outside knowledge but a list.

Precision goes before recall: where two could be meant, none is taken. In order:

* people: `people.py`. Titles belong to the name beside them, last names to the only full name that they fit.
* organisations, places, peoples: `groups.py`. Class nouns may be missing, names may be cut short, acronyms are taken up where they are introduced.
* common nouns: those with an article stand for the only name that begins with them, or for what the text has just called so.

What counts as the same word is in `models/names.py`; names that no rule could guess are in ``configs/aliases/news.yaml`` and in the user's own list.
"""

from __future__ import annotations

from dataclasses import replace

from ..models.aliases import Alias, Aliases, shipped_aliases
from ..models.documents import Document, Mention
from ..models.names import shown
from ..models.scheme import Scheme
from .groups import Beginnings, join_names, join_nouns
from .joining import NAME, NOUN, PERSON, TITLE, Joining
from .people import join_people

# Whose words name an entity, the best first
_NAMING = {PERSON: 0, NAME: 1, TITLE: 2, NOUN: 3}


def join_mentions(document: Document, scheme: Scheme, aliases: Aliases | None = None) -> Document:
    """Gives every mention that is followed through the text the id and the name of what it is a mention of.

    Args:
        document: With its mentions, of a person's or a model's making.
        scheme: Says which labels are followed, which are titles and which common nouns.
        aliases: Other names of one and the same; the shipped list if None. ``shipped_aliases() + Aliases.load(path)`` puts one's own on top.

    Returns:
        The document with `entity` and `name` of its mentions set: ids ``N1``, ``N2``, … in order of first mention, the name the list's or else the
        fullest in the text. Mentions of other labels have neither. A document whose mentions were not annotated is returned as it is.
    """
    if document.entities is None:
        return document
    joining = Joining(document, scheme, shipped_aliases() if aliases is None else aliases)
    join_people(joining)
    beginnings = Beginnings(joining)
    join_names(joining, beginnings)
    join_nouns(joining, beginnings)
    ids, names = _named(joining)
    found = {id(one): ids[at] for at, one in enumerate(joining.mentions)}

    def told(mention: Mention) -> Mention:
        entity = found.get(id(mention))
        name = None if entity is None else names.get(entity)
        return mention if (mention.entity, mention.name) == (entity, name) else mention.with_entity(entity, name)

    return replace(document, entities=tuple(map(told, document.entities)))


def _named(joining: Joining) -> tuple[list[str], dict[str, str]]:
    """The id of each mention, and the name of each id."""
    roots = [joining.find(node) for node in joining.owner]
    numbers: dict[int, str] = {}
    best: dict[str, tuple[int, int, int]] = {}
    known: dict[str, Alias] = {}
    for at, root in enumerate(roots):
        name = numbers.setdefault(root, f"N{len(numbers) + 1}")
        one = joining.mentions[at]
        kind = joining.kind_of[one.label]
        rank = (_NAMING[kind], -len(joining.words[at]), at)
        best[name] = min(best.get(name, rank), rank)
        alias = joining.forms[one.label, joining.words[at]].alias
        if alias is not None and kind == joining.kind_of[joining.mentions[best[name][2]].label]:
            known.setdefault(name, alias)
    return [numbers[root] for root in roots], {name: known[name].name if name in known else _whole(joining, rank[2]) for name, rank in best.items()}


def _whole(joining: Joining, at: int) -> str:
    """A mention's words for showing, with the article that ``لل`` took from it; of a common noun also whose it is (``مقاتلون من حزب الله``)."""
    one: Mention = joining.mentions[at]
    name = shown(one.text)
    whose = joining.whose(at)
    if whose is not None:
        return shown(joining.text[one.start : whose.end])
    words = joining.words[at]
    if name.startswith("ل") and words and words[0].startswith("ال") and joining.text[max(one.start - 1, 0) : one.start] == "ل":
        return ("ال" + name) if words[0].startswith("الل") else "ال" + name[1:]
    return name
