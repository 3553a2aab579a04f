"""Where the places of an article lie: which it puts inside which, and which are only said to be beside another. Read off the words between two places."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from ..models.documents import Document, Mention
from ..models.names import Words, place_noun, words_of
from ..models.scheme import Scheme

Inside = Mapping[str, set[str]]  # by entity, the places that a place lies in
# Between two places of which the first lies in the second: في, ب, or a side of it, in the form that means within it (جنوبي سوريا, not جنوب سوريا)
_INSIDE = re.compile(r"\s+(?:في\s+|داخل\s+|ب|التابعة?\s+ل|(?:(?:شمال|جنوب)\s+)?(?:شمالي|جنوبي|شرقي|غربي|وسط)\s+)")
# Before a place that says where another one lies: a distance, wherever it stands; behind another place, its side and قرب
_SIDES = r"(?:ال)?(?:شمال|جنوب|شرق|غرب)ي?(?:\s+(?:ال)?(?:شرق|غرب)ي?)?"
_DISTANCE = re.compile(rf"(?:كلم|كم|كيلومتر(?:ا|ات)?|ميلا?|أميال)\s+(?:(?:إلى|من|عن)\s+)?{_SIDES}\s+(?:من\s+)?$")
_BESIDE = re.compile(rf"،?\s+(?:(?:بال)?قرب|خارج|{_SIDES})\s+(?:من\s+)?")
_AROUND = ("area", "district", "region")  # what a town of the same name lies in: مدينة الحديدة, محافظة الحديدة


def places_of(document: Document, scheme: Scheme) -> list[Mention]:
    """The named places of a document, in order."""
    labels = {label for role, kind in scheme.kinds.items() if kind == "place" for label in scheme.fillers.get(role, scheme.entities)}
    places = [one for one in document.entities or () if one.label in labels and one.label not in scheme.nominals and one.entity is not None]
    return sorted(places, key=lambda one: one.start)


def nesting(places: list[Mention], text: str) -> dict[str, set[str]]:
    """Which place the article puts inside which, read off what stands between two of them (``مديرية حيس جنوبي محافظة الحديدة``), or off their names."""
    found: dict[str, set[str]] = {}
    for one, other in itertools.pairwise(places):
        if one.entity != other.entity and _INSIDE.fullmatch(text, one.end, other.start):
            found.setdefault(str(one.entity), set()).add(str(other.entity))
    kinds: dict[Words, dict[str, str]] = {}
    for one in places:
        kind, name = place_noun(words_of(one.text))
        if kind is not None:
            kinds.setdefault(name, {}).setdefault(kind, str(one.entity))
    for same in kinds.values():
        around = {same[kind] for kind in _AROUND if kind in same}
        if "settlement" in same and around:
            found.setdefault(same["settlement"], set()).update(around)
    return found


def landmarks_of(places: list[Mention], text: str) -> set[int]:
    """Where places begin that tell where another one lies: ``بغداد`` in ``التاجي شمالي بغداد`` and in ``25 كلم غرب بغداد``."""
    return {
        one.start
        for last, one in zip([None, *places], places, strict=False)
        if _DISTANCE.search(text, max(one.start - 40, 0), one.start) or (last is not None and _BESIDE.fullmatch(text, last.end, one.start))
    }
