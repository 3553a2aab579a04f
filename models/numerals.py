"""Arabic numbers, in digits and in words, as exact amounts: ``ثلاث عشرة``, ``16 ألفا و250``, ``مليون ونصف المليون``, ``عشرات الآلاف``.

Own code, because the kept libraries do not carry news: pyarabic's text2number reads ``مائتين`` as 0, ``نصف مليون`` as a million, ``200 ألف`` as 1000 and
knows no ``عشرات``; num2words only writes. All is read in a folded spelling (`fold`), so that a missing hamza, a ه for a ة, vowels or another keyboard's
digits change nothing.

A vague plural is the range from twice its unit to just under the next one: ``عشرات`` 20 to 99, ``مئات`` 200 to 999, ``عشرات الآلاف`` 20,000 to 99,999;
``بضعة`` and ``عدة`` are 3 to 9. After a number a plural is the plain unit (``ثلاثة آلاف``). ``ألفا`` before its noun is the dual (``ألفا قتيل``), with
tanwin (``ألفاً``) one thousand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from .normalise import normalise

_UNITS = (
    "صفر|واحد واحدة أحد إحدى|اثنان اثنين اثنا اثني اثنتان اثنتين اثنتا اثنتي الاثنين|ثلاثة ثلاث|أربعة أربع|خمسة خمس|ستة ست|سبعة سبع|"
    "ثمانية ثماني ثمان|تسعة تسع|عشرة عشر"
)
_TENS = "عشر ثلاث أربع خمس ست سبع ثمان تسع"
_HUNDREDS = "مئة مائة مية|مئت مائت ميت|ثلاث|أربع|خمس|ست|سبع|ثمان ثماني|تسع"
_SCALES = {
    10**3: ("ألف", "آلاف ألوف آلافا", "ألف"),
    10**6: ("مليون", "ملايين", "مليون"),
    10**9: ("مليار بليون", "مليارات بلايين", "مليار بليون"),
    10**12: ("تريليون ترليون", "تريليونات ترليونات", "تريليون ترليون"),
}
_FRACTIONS = {"نصف": (1, 2), "ثلث": (1, 3), "ربع": (1, 4), "خمس": (1, 5), "ثلثا": (2, 3), "ثلثي": (2, 3), "ثلثين": (2, 3)}
_VAGUE = {"بضعة": (3, 9), "بضع": (3, 9), "عدة": (3, 9), "نيف": (1, 9)}
_TOKEN = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+(?:[.,،٫٬][0-9]+)*|[^\W\d_]+|[^\w\s]")
_GROUPS = re.compile(r"[0-9]{1,3}(?:[.,،٬ ][0-9]{3})+")
_DIGITS = 15  # more is no number of anything that news counts
_TANWIN = re.compile("اً|ًا")


class Amount(NamedTuple):
    """A number as a range; both ends equal where it is exact, no upper end where it is open."""

    low: Fraction
    high: Fraction | None

    def times(self, factor: int) -> Amount:
        """A vague amount fills its last place too: 3 to 9, a hundred times, is 300 to 999."""
        if self.high is None or self.low == self.high:
            return Amount(self.low * factor, None if self.high is None else self.high * factor)
        return Amount(self.low * factor, (self.high + 1) * factor - 1)

    def plus(self, other: Amount) -> Amount:
        return Amount(self.low + other.low, None if self.high is None or other.high is None else self.high + other.high)


def exactly(number: int | Fraction) -> Amount:
    return Amount(Fraction(number), Fraction(number))


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str  # unit, ten, hundred, scale, dual, plural (of a scale), tens (عشرات), hundreds (مئات), fraction, quarters
    amount: Amount
    scale: int = 1


class _Characters(dict[int, str]):
    """The news normalisation of each character met so far, ة as ه. Without the way back it is ten times as fast on a mention."""

    def __missing__(self, code: int) -> str:
        self[code] = new = normalise(chr(code)).text.replace("ة", "ه")
        return new


_CHARACTERS = _Characters()


def fold(raw: str) -> str:
    """The spelling in which words of numbers and dates are compared: the news normalisation, ة as ه, no alif of tanwin."""
    return _TANWIN.sub("", raw).translate(_CHARACTERS)


@cache
def _table() -> dict[str, _Word]:
    table: dict[str, _Word] = {}

    def put(words: str, kind: str, amount: Amount, scale: int = 1) -> None:
        for word in words.split():
            table.setdefault(fold(word), _Word(kind, amount, scale))

    for number, words in enumerate(_UNITS.split("|")):
        put(words, "unit", exactly(number))
    put("ثنتان ثنتين اتنين", "unit", exactly(2))
    for number, stem in enumerate(_TENS.split(), 2):
        put(f"{stem}ون {stem}ين", "ten", exactly(10 * number))
    for number, words in enumerate(_HUNDREDS.split("|"), 1):
        endings = ("",) if number == 1 else ("ان", "ين", "ا", "ي") if number == 2 else ("مئة", "مائة", "مية")
        put(" ".join(word + ending for word in words.split() for ending in endings), "hundred", exactly(100 * number))
    for scale, (one, many, stems) in _SCALES.items():
        put(one, "scale", exactly(1), scale)
        put(many, "plural", Amount(Fraction(2), Fraction(9)), scale)
        put(" ".join(stem + ending for stem in stems.split() for ending in ("ان", "ين", "ا", "ي")), "dual", exactly(2), scale)
    for word, (above, below) in _FRACTIONS.items():
        put(word, "fraction", exactly(Fraction(above, below)))
    put("أرباع", "quarters", exactly(Fraction(1, 4)))
    for word, (low, high) in _VAGUE.items():
        put(word, "unit", Amount(Fraction(low), Fraction(high)))
    put("عشرات", "tens", Amount(Fraction(20), Fraction(99)), 10)
    put("مئات مائات", "hundreds", Amount(Fraction(200), Fraction(999)), 100)
    put("عديد", "unit", Amount(Fraction(3), None))
    return table


def tokens_of(folded: str) -> list[str]:
    """Numbers, words and signs of a folded text; a number parts from a word it is written together with."""
    return _TOKEN.findall(re.sub(r"(?<=[^\W\d_])(?=[0-9])", " ", folded))


def is_number(token: str) -> bool:
    """Whether the token is digits or a word of numbers, with or without its proclitics."""
    return token[:1].isdecimal() or _look_up(token)[0] is not None


def joins_number(token: str) -> bool:
    """Whether the token is a و with a word of numbers."""
    return all(_look_up(token))


def scale_in(tokens: Sequence[str]) -> int:
    """The last thousand, million or more among the tokens; 1 without one."""
    scales = [word.scale for token in tokens if (word := _look_up(token)[0]) is not None and word.kind in ("scale", "plural")]
    return scales[-1] if scales else 1


def _look_up(token: str) -> tuple[_Word | None, bool]:
    """The word of numbers that a token is, and whether a و is before it."""
    table = _table()
    if (found := table.get(token)) is not None:
        return found, False
    joined = len(token) > 2 and token[0] == "و"
    rest = token[1:] if joined else token
    for prefix in ("", "ال", "لل", "ل", "ب", "بال"):
        if rest.startswith(prefix) and (found := table.get(rest[len(prefix) :])) is not None:
            return found, joined
    return None, joined


def read_digits(token: str, whole: bool) -> Fraction | None:
    """The number that a token of digits is.

    Args:
        token: Folded: 0 to 9 with signs of decimals and thousands.
        whole: Whether it counts something, so that ``1.200`` is twelve hundred and not a decimal.
    """
    if sum(map(str.isdecimal, token)) > _DIGITS:
        return None
    if _GROUPS.fullmatch(token) and not token.startswith("0") and (whole or token.count(".") > 1 or "." not in token):
        return Fraction(re.sub("[^0-9]", "", token))
    plain = re.sub("[,،٫]", ".", token)
    return Fraction(plain) if plain.count(".") <= 1 and re.fullmatch("[0-9.]+", plain) else None


def read_number(tokens: Sequence[str], start: int = 0, *, whole: bool = True) -> tuple[Amount, int] | None:
    """Reads the number that begins at a token, as far as it goes.

    Args:
        tokens: Of a folded text, from `tokens_of`.
        start: Where to begin.
        whole: See `read_digits`.

    Returns:
        The amount and the index behind its last token; None where no number begins.
    """
    total: Amount | None = None  # what is closed by a scale
    group: Amount | None = None  # what stands below the next scale
    last = 0  # the scale that closed last
    kept = (total, start)  # where the number ends if what follows a و turns out to be another number
    at, spoken = start, False
    while at < len(tokens):
        token, width = tokens[at], 1
        joined = token == "و" and at + 1 < len(tokens)
        if joined:
            token, width = tokens[at + 1], 2
        if token[:1].isdecimal():
            after = _look_up(tokens[at + width])[0] if at + width < len(tokens) else None
            number = read_digits(token, whole and not (after is not None and after.scale > 1 and "." in token))
            if number is None or group is not None or (total is not None and not (joined and number < last)):
                break
            kept, group, at, spoken = (total, at), exactly(number), at + width, False
            continue
        word, prefixed = _look_up(token)
        joined = joined or prefixed
        if word is None:
            break
        if word.kind in ("scale", "plural", "dual"):
            if group is not None:
                if word.kind == "dual" and not token.endswith("ا"):
                    break
                if last and word.scale >= last:
                    total, group, at = kept[0], None, kept[1]
                    break
                closed = group.times(word.scale)
            elif total is not None and not joined and word.kind != "dual" and last < word.scale:
                closed, total = total.times(word.scale), None
            elif total is None or (joined and word.scale < last):
                closed = word.amount.times(word.scale) if word.kind != "scale" else exactly(word.scale)
            else:
                break
            total, group, last = closed if total is None else total.plus(closed), None, word.scale
        elif word.kind == "fraction" and joined and (total is not None or group is not None):
            if group is None and total is not None:
                total = total.plus(Amount(word.amount.low * last, word.amount.low * last))
                following = _look_up(tokens[at + width])[0] if at + width < len(tokens) else None
                width += int(following is not None and following.kind == "scale" and following.scale == last)
            elif group is not None:
                group = group.plus(word.amount)
        else:
            new = _join(group, word, joined, spoken)
            if new is None or (group is None and total is not None and not joined):
                break
            if group is None:
                kept = (total, at)
            group = new
        at, spoken = at + width, True
    if group is not None:
        total = group if total is None else total.plus(group)
    return (total, at) if total is not None and at > start else None


def _join(group: Amount | None, word: _Word, joined: bool, spoken: bool) -> Amount | None:
    """The number below a scale with one more word; None where the word begins another number. Digits take no words but scales."""
    if group is None:
        return None if word.kind == "quarters" else word.amount
    if not spoken or group.high is None:
        return None
    low, rest = group.low, group.low % 100
    if word.kind == "quarters" and low == 3 and not joined:
        return exactly(Fraction(3, 4))
    if word.kind in ("tens", "hundreds") or (word.kind == "hundred" and word.amount.low == 100):
        several = 3 <= low < 10 or low < group.high < 100  # بضع مئات, عشرات المئات
        return group.times(10 if word.kind == "tens" else 100) if several and not joined else None
    if word.kind == "ten":
        fits = joined and (1 <= rest < 10 or (rest == 0 and low >= 100))
    elif word.kind != "unit":
        fits = False
    elif word.amount.low != word.amount.high:  # عشرين ونيف
        fits = joined and low >= 20 and low % 10 == 0
    else:
        fits = joined and rest == 0 and low >= 100
        fits = fits or (word.amount.low == 10 and not joined and 1 <= rest < 10)  # ثلاثة عشر
    return group.plus(word.amount) if fits else None
