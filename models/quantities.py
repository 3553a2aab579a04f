"""Counts, shares and amounts of money as ranges: what the number is, and what the words around it make of it.

``أكثر من 25`` begins at 26, ``ما لا يقل عن 12`` at 12; both are open upwards. A share or an amount has no next number, so that ``أكثر من 85 في المئة``
begins at 85. ``أقل من 10`` ends at 9, ``لا يزيد على 50`` at 50; both begin at 0. ``نحو`` and its like leave the number and mark it as approximate. A scale
behind a range belongs to both its ends (``بين 3 و5 ملايين``); ``بين`` before a number without another end is no range (``بين عشرات الشبان والشرطة``).
Behind the number there may be a noun; a noun alone is two when it is a dual (``قتيلان``). A bound may stand behind what is counted too: ``14 شخصا على الأقل``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from .currencies import find_coin
from .numerals import Amount, exactly, fold, is_number, joins_number, read_number, scale_in, tokens_of

# What bounds a number, tried in this order; in the folded spelling, before the number or, where that is said, behind it
_BOUNDS = {
    "at most": r"(?:ما )?ل[امن] (?:[يت]تجاوز|[يت]تعدي?|[يت]فو?ق|[يت]زي?د (?:عن|علي))|علي الاكثر|(?:كحد|بحد) اقصي",
    "at least": r"(?:ما )?ل[امن] [يت]قل عن|علي الاقل|(?:كحد|بحد) ادني",
    "above": r"(?:اكثر|ازيد) من|(?:ما )?[يت](?:زيد|ربو) (?:عن|علي)|(?:ما )?[يت]?تجاوزت?|(?:ما )?[يت]فوق|فاقت?|فوق",
    "below": r"(?:اقل|ادني) من|(?:ما )?دون|[يت]قل عن",
    "about": r"نحو|حوالي|قرابه|زهاء|(?:ما )?(?:[يت]قارب|[يت]ناهز|[يت]قرب من)|(?:في |ب)حدود|تقريبا?|(?<!من )(?:ما بين|بين)",
}
# What bounds a number from behind it
_BOUNDS_BEHIND = {
    "at most": r"علي الاكثر|(?:كحد|بحد) اقصي|(?:او |ف)اقل(?! من)",
    "at least": r"علي الاقل|(?:كحد|بحد) ادني|(?:او |ف)اكثر(?! من)|فما فوق",
    "about": r"تقريبا?",
}
# Up to two words of what is counted, then the bound. Where some of them are singled out (بينهم طفل على الأقل, نصفهم تقريبا) the bound is theirs
_COUNTED = r"(?P<counted>(?:(?:^| )(?!بين|منه|ومن|ضمن|احد|نصف|ثلث|ربع|معظم|اغلب|غالب)[^\W\d_]+){0,2}?)"
_TO = ("الي", "حتي", "-", "–", "—", "او")
_PER_CENT = re.compile(r"\s*(?:[%٪]|(?:في |ب)ا?ل?(?:مئه|مائه|ميه)(?!\w))")
_PER_MILLE = re.compile(r"\s*(?:‰|(?:في |ب)الالف(?!\w))")
_OTHER_END = re.compile(r"(?:^|\s)(?<!من )بين (\S+(?: \S+)?) و$")
_DUAL = re.compile(r"(?!ال)\w{3,}(?:ين|ان)")
_PLACES = 4


class Reading(NamedTuple):
    """A number as read: its ends (no upper end: open), whether it is about that, and the code of its coin."""

    low: int | float | None
    high: int | float | None
    approximate: bool = False
    currency: str | None = None


def read_quantity(text: str, kind: str, before: str = "", after: str = "") -> Reading | None:
    """Reads a count, a share or an amount of money.

    Args:
        text: The mention, raw.
        kind: "count", "percent" (25 for a quarter) or "money".
        before: What stands before it in its sentence, raw.
        after: What stands behind it in its sentence, raw.

    Returns:
        None where no number is said.
    """
    inner, outer, rest = (" ".join(fold(one).split()) for one in (text, before, after))
    bounds, inner = _bounds_of(inner, outer)
    between = "between" in bounds and _other_end_in(rest)
    if bounds <= {"about"}:
        bounds |= _bounds_behind(rest)
    share = Fraction(1)
    if kind == "percent":
        inner, marks = _PER_CENT.subn(" ", inner)
        inner, mille = _PER_MILLE.subn(" ", inner)
        share = Fraction(1, 10) if mille else Fraction(1 if marks else 100)
    tokens = tokens_of(inner)
    sign = -1 if kind != "count" and len(tokens) > 1 and tokens[0] in "-−" and tokens[1][0].isdecimal() else 1
    code, dual = None, False
    if kind == "money" and (coin := find_coin(tokens)) is not None:
        code, places, dual = coin
        tokens = [token for index, token in enumerate(tokens) if index not in places]
        alone = not any(map(is_number, tokens))
        amount = exactly(2 if dual else 1) if alone else _range_of(tokens, True, between)
    else:
        amount = _range_of(tokens, kind != "percent", between)
        if amount is None and kind == "count" and len(tokens) == 1 and _DUAL.fullmatch(tokens[0]):
            amount = exactly(2)
    if amount is None or (kind == "money" and dual and amount.low != 2 and not tokens):
        return None
    if share == 100 and not (amount.low == amount.high and amount.low < 1):
        share = Fraction(1)  # a number without a sign of per cent is one; a half without one is half of the whole
    if sign < 0 and amount.low == amount.high:
        amount = exactly(-amount.low)
    if kind == "count" and (other := _OTHER_END.search(outer)) and (first := read_number(tokens_of(other[1]))):
        low = first[0].low * (scale_in(tokens) if scale_in(tokens_of(other[1])) == 1 else 1)
        amount = Amount(low, amount.high) if amount.high is not None and low < amount.high else amount
    return _bounded(Amount(amount.low * share, None if amount.high is None else amount.high * share), kind, bounds, code)


def _bounded(amount: Amount, kind: str, bounds: set[str], code: str | None) -> Reading:
    low, high = amount.low, amount.high
    counts = kind == "count" and low.denominator == 1
    if "at most" in bounds:
        low = Fraction(0)
    elif "below" in bounds:
        low, high = Fraction(0), amount.low - 1 if counts and amount.low >= 1 else amount.low
    elif "at least" in bounds or "above" in bounds:
        exact = amount.low == amount.high
        low, high = amount.low + (1 if counts and exact and "above" in bounds and "at least" not in bounds else 0), None
    return Reading(_plain(low), None if high is None else _plain(high), "about" in bounds, code)


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else round(float(number), _PLACES)


def _other_end_in(after: str) -> bool:
    """Whether another number follows: at once or behind what is counted (``بين 750 مترا وألفي متر``)."""
    tokens = [*tokens_of(after)[:4], ""]
    return any(joins_number(one) or (one in (*_TO, "و") and is_number(other)) for one, other in itertools.pairwise(tokens))


def _bounds_behind(after: str) -> set[str]:
    """The bound that stands behind what is counted. One with a number on its other side is that number's: ``14 قتيلا، على الأقل ثلاثة منهم أطفال``."""
    found = _pattern_behind().match(after)
    if found is None or any(map(is_number, tokens_of(found["counted"]))) or any(map(is_number, tokens_of(after[found.end() :])[:1])):
        return set()
    return {(found.lastgroup or "").replace("_", " ")}


def _groups_of(bounds: Mapping[str, str]) -> str:
    return "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in bounds.items())


@cache
def _pattern_behind() -> re.Pattern[str]:
    return re.compile(rf"{_COUNTED}(?:^|[\s،,\"»”)]+)(?:{_groups_of(_BOUNDS_BEHIND)})(?!\w)")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Before the mention, at its beginning, and behind the number."""
    every, behind = _groups_of(_BOUNDS), _groups_of(_BOUNDS_BEHIND)
    return re.compile(rf"(?<!\w)[وف]?[بلك]?(?:{every})$"), re.compile(rf"[وف]?[بلك]?(?:{every})(?:\s+|(?=[0-9]))"), re.compile(rf"\s(?:{behind})$")


def _bounds_of(inner: str, outer: str) -> tuple[set[str], str]:
    """The bounds that stand right before the number, one behind the other, in the mention or before it, and the mention without them."""
    bounds: set[str] = set()
    before, ahead, behind = _patterns()
    while True:
        if (found := ahead.match(inner)) or (found := behind.search(inner)):
            inner = (inner[: found.start()] + " " + inner[found.end() :]).strip()
        elif found := before.search(outer):
            outer = outer[: found.start()].rstrip()
        else:
            return bounds, inner
        bounds.add("between" if found[0].strip().endswith("بين") else (found.lastgroup or "").replace("_", " "))


def _range_of(tokens: Sequence[str], whole: bool, between: bool) -> Amount | None:
    """The number or range that the tokens begin with; None if there is none, or another number behind it."""
    start = next((index for index, token in enumerate(tokens) if token[0].isalnum() and token not in ("من", "ال")), len(tokens))
    first = read_number(tokens, start, whole=whole)
    if first is None:
        return None
    low, at = first
    rest = [token for token in tokens[at:] if token[0].isalnum() or token in _TO]
    if rest and joins_number(rest[0]):
        rest[:1] = ["و", rest[0][1:]]
    if len(rest) > 1 and rest[0] in (*_TO, "و") and (second := read_number(rest, 1, whole=whole)):
        high, at = second
        scale = 1 if scale_in(tokens[start : first[1]]) > 1 else scale_in(rest[:at])
        if low.low < 1000 and low.low * scale <= high.low:
            low = low.times(scale)
        if high.low <= low.low or any(map(is_number, rest[at:])):
            return None
        return Amount(low.low, high.high)
    if any(map(is_number, rest)):
        return None
    return Amount(low.low, None) if between else low
