"""Comparing Arabic names: the words of a name in one spelling, and what of them is an article, a class noun, an adjective.

What newsrooms spell in several ways becomes one spelling here, on top of `normalise`: ta marbuta, hamzas on their carriers, case endings of plurals and
duals, the genders of adjectives of belonging, ``عبد الله``/``عبدالله``. The result is for comparing, never for showing. The words in this file's own
lists are in that spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from .normalise import normalise

Words = tuple[str, ...]


class _Table(dict[int, str]):
    """What becomes of a character, found out when it is first met: `normalise` takes each by itself, and a call for a whole name costs more than a name."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self._change = change

    def __missing__(self, code: int) -> str:
        self[code] = self._change(chr(code))
        return self[code]


_CARRIERS = str.maketrans({"ة": "ه", "ؤ": "و", "ئ": "ي", "ء": None, "گ": "غ"})
_FOLDED = _Table(lambda char: normalise(char).text.translate(_CARRIERS))
_SEEN = _Table(lambda char: " " if char.isspace() or char in "_#" else char if normalise(char).text else "")
_NOT_WORD = re.compile(r"[\W_]+")
_PLURAL = re.compile(r"(?<=...)ون$")
_DUAL = re.compile(r"(?<=^ال...)ان$|(?<=^ال....)ان$|(?<=^ال.....)ان$")
_CONSTRUCT = re.compile(r"(?<=....)[وي]$")
_FEMININE = re.compile(r"(?<=...)يه$")
# Words that are one with the next, and words that are one with الله behind them
_JOINED = frozenset(("عبد", "ابو", "ابي", "ابا", "بن", "ابن", "ال"))
_OF_GOD = frozenset(("نصر", "فضل", "عطا", "خير", "سعد", "جاد", "ضيف", "جار", "فتح", "رزق", "عوض", "حمد", "جاب"))

# What stands before a place's own name. Nouns of one kind may take each other's place; nouns of two kinds name two places.
_PLACE_KINDS = {
    "settlement": "مدينه بلده قريه العاصمه ضاحي مستوطنه",
    "area": "محافظه ولاي اقليم مقاطعه اماره",
    "district": "مديري قضا ناحي معتمدي",
    "region": "منطقه قطاع",
    "state": "دوله جمهوري",
    "island": "جزيره",
    "river": "نهر",
    "hill": "جبل هضبه تله",
    "valley": "وادي",
    "lake": "بحيره",
    "quarter": "حي",
    "camp": "مخيم",
}
PLACE_NOUNS = {noun: kind for kind, nouns in _PLACE_KINDS.items() for noun in nouns.split()}
# What stands before an organisation's own name
GROUP_NOUNS = frozenset(
    (
        "تنظيم",
        "حركه",
        "جماعه",
        "جبهه",
        "ميليشيا",
        "ميليشيات",
        "مليشيا",
        "مليشيات",
        "حزب",
        "فصيل",
        "وكاله",
        "قناه",
        "شبكه",
        "صحيفه",
        "جريده",
        "موقع",
        "اذاعه",
        "مجله",
        "منظمه",
        "شركه",
        "مجموعه",
        "وزاره",
        "حلف",
    )
)
# What is said of a body behind its name, and is no part of it
_EPITHETS = frozenset(["المتطرف", "المتطرفه", "المتشدد", "المتشدده", "الارهابي", "الانقلابي", "المتمرد", "المتمرده", "المحظور", "المحظوره"])
_OF_AGENCIES = frozenset(("للانبا", "الحكومي"))  # and of a news agency, besides whose it is (``الرسمية``, ``التركية``)
_OWNED = frozenset(("موقع",))  # before several words, these are somebody's: موقع الجيش اليمني
_DIRECTIONS = frozenset(("شرقي", "غربي", "شمالي", "جنوبي", "شرق", "غرب", "شمال", "جنوب"))
_PREPOSITIONS = frozenset(("في", "من", "ب", "ل", "لدي", "عن", "علي", "الي", "باسم"))
# One body under two heads
_SAME_HEADS = {("القوات", "المسلحه"): "الجيش", ("قوات", "الجيش"): "الجيش"}


@lru_cache(maxsize=16384)
def words_of(text: str) -> Words:
    """The words of a name in one spelling, without quotes, brackets and other signs."""
    plain = text.translate(_FOLDED).replace("اميرك", "امريك")
    out: list[str] = []
    for word in _NOT_WORD.sub(" ", plain).split():
        word = _FEMININE.sub("ي", _DUAL.sub("ين", _PLURAL.sub("ين", word)))
        if out and out[-1] in _JOINED:
            out[-1] = ("ابو" if out[-1] in ("ابي", "ابا") else "بن" if out[-1] == "ابن" else out[-1]) + word
        elif out and word == "الله" and out[-1] in _OF_GOD:
            out[-1] += word
        else:
            out.append(word)
    if len(out) > 1 and _CONSTRUCT.search(out[0]) and out[1].startswith("ال") and out[0] not in PLACE_NOUNS and not out[0].startswith("ال"):
        out[0] = out[0][:-1] + "ين"  # موظفو and موظفي before what they belong to
    head = _SAME_HEADS.get((out[0], out[1])) if len(out) > 1 else None
    return (head, *out[2:]) if head else tuple(out)


def bare(word: str) -> str:
    """A word without the article."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


@lru_cache(maxsize=16384)
def bare_words(words: Words) -> Words:
    """Each word without the article."""
    return tuple(bare(word) for word in words)


def is_definite(words: Words) -> bool:
    """Whether a common noun speaks of something known: it has the article, or what it belongs to has (``قوات الأمن``)."""
    if not words:
        return False
    if words[0].startswith("ال") and len(words[0]) > 3:
        return True
    return len(words) > 1 and words[1] not in _PREPOSITIONS and words[1].startswith("ال")


def is_origin(word: str) -> bool:
    """Whether a word looks like an adjective of belonging (``السورية``, ``دولي``)."""
    return len(bare(word)) > 3 and word.endswith(("ي", "يين"))


def place_noun(words: Words) -> tuple[str | None, Words]:
    """The kind of the class noun before a place's own name (``مدينة البوكمال``), and that name; None and all words where there is none."""
    kind = PLACE_NOUNS.get(words[0]) if len(words) > 1 else None
    return (kind, words[1:]) if kind else (None, words)


def group_name(words: Words) -> Words | None:
    """An organisation's own name behind a class noun (``حركة حماس``); None where there is none, or only an adjective of belonging (``شركة سورية``)."""
    if len(words) < 2 or words[0] not in GROUP_NOUNS or (len(words) > 2 and words[0] in _OWNED):
        return None
    return None if len(words) == 2 and is_origin(words[1]) and not words[1].startswith("ال") else words[1:]


def without_epithets(words: Words) -> Iterator[Words]:
    """A body's name without what may be said behind it, a word less each time: ``تنظيم القاعدة`` of ``تنظيم القاعدة المتطرف``.

    A news agency may be said to be one (``للأنباء``) and to be somebody's (``التركية``). Of other bodies such words are part of the name: ``حزب الله
    العراقي``, ``الجيش السوري الحر``.
    """
    agency = words[:1] == ("وكاله",)
    while len(words) > 1 and (words[-1] in _EPITHETS or (agency and (words[-1] in _OF_AGENCIES or is_origin(words[-1])))):
        words = words[:-1]
        yield words


def may_shorten(short: Words, full: Words) -> bool:
    """Whether the first words of a name can stand for it.

    ``مجلس الأمن`` for ``مجلس الأمن الدولي``; not ``الجيش السوري`` for ``الجيش السوري الحر``, whose last word makes it another army, not ``كوريا`` for
    ``كوريا الشمالية``. Articles do not count (``الوكالة`` for ``وكالة الأنباء السعودية``).
    """
    rest = full[len(short) :]
    if not short or not rest or bare_words(short) != bare_words(full[: len(short)]):
        return False
    if len(short) == 1:
        return short[0].startswith("ال")
    if any(bare(word) in _DIRECTIONS for word in rest):
        return False
    first = rest[0]
    return not is_origin(short[-1]) or is_origin(first) or first in _PREPOSITIONS or (first[0] in "لب" and not first.startswith("ال"))


def is_acronym(letters: str, words: Words) -> bool:
    """Whether a word is made of the first letters of others (``قسد`` of ``قوات سوريا الديمقراطية``), small words left out where it leaves them out."""
    firsts = "".join(bare(word)[0] for word in words if word not in _PREPOSITIONS)
    plain = "".join(word[0] for word in words)
    return len(letters) > 1 and letters in (firsts, plain)


def shown(text: str) -> str:
    """A name as it stands in a text, for showing: without tatweel, tashkeel, invisible signs and line breaks, hashtags as words."""
    return " ".join(text.translate(_SEEN).split()).strip("\"'«»“”")
