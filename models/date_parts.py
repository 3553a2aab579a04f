"""What one date says: from its tokens to a day, a month, a weekday, a time, a length, as far as each is said.

Nothing is placed in the calendar here, and what fits together in no way is no date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from .calendar_words import Token
from .numerals import Amount, exactly


@dataclass(slots=True)
class Parts:
    """One date as far as it is said."""

    year: int | None = None
    month: int | None = None
    hijri: int | None = None
    day: int | None = None
    weekday: int | None = None  # 1 is Monday
    step: int | None = None  # of days from the article's
    relative: int | None = None  # -1 past, 0 this, 1 next
    part: str | None = None  # of the day
    minute: int | None = None  # of the day
    edge: str | None = None
    unit: str | None = None  # with the article: الشهر
    loose: str | None = None  # without: شهر
    span: Amount | None = None
    span_unit: str | None = None
    season: int | None = None
    stretch: int | None = None  # of months
    index: int | None = None  # which of the stretches of a year or the weeks of a month; 0 is the last
    decade: int | None = None
    century: int | None = None
    feast: tuple[str, int, int, int] | None = None
    weekend: bool = False
    about: bool = False
    preposition: str | None = None
    era: bool = False  # Hijri

    def said(self) -> set[str]:
        """The names of what is said."""
        return {one.name for one in fields(self) if is_said(getattr(self, one.name))}

    def says(self) -> bool:
        return not self.said() <= {"about", "preposition", "loose"}


def is_said(slot: object) -> bool:
    return slot is not None and slot is not False


def take(piece: Parts, tokens: Sequence[Token], at: int) -> int:
    """Puts what begins at a token into the piece. How many tokens that were; 0 where they do not fit."""
    kind, value, _ = tokens[at]
    if kind == "unit":
        return _take_unit(piece, tokens, at)
    if kind == "number":
        return _take_number(piece, tokens, at)
    if kind in ("hour", "time", "decimal"):
        plain = kind == "time" or any(token.kind in ("part", "zone") for token in tokens)
        return _take_time(piece, tokens, at) if plain else 0
    if kind == "ordinal":
        return _take_ordinal(piece, tokens, at)
    if kind == "date":
        piece.year, piece.month, piece.day = value
    elif kind == "month":
        piece.month = piece.month or value  # the second name of a pair says the same
    elif kind == "hijri":
        piece.hijri = piece.hijri or value
    elif kind in ("weekday", "season", "decade", "feast") or (kind == "day" and piece.step is None):
        name = "step" if kind == "day" else kind
        if getattr(piece, name) is not None:
            return 0
        setattr(piece, name, value)
    elif kind == "tonight":
        piece.part = "night"
        piece.step = -1 if _kind(tokens, at + 1) == "relative" and tokens[at + 1].value == -1 else 0
        return 2 if _kind(tokens, at + 1) == "relative" else 1
    elif kind == "part":
        piece.part = piece.part or value
    elif kind == "relative":
        piece.relative = value
    elif kind == "edge":
        piece.edge = value
    elif kind == "weekend":
        piece.weekend, piece.relative = True, piece.relative if value is None else value
    elif kind == "stretch":
        following = _kind(tokens, at + 1)
        if following not in ("ordinal", "relative"):
            return 0
        piece.stretch, piece.index = value, tokens[at + 1].value if following == "ordinal" else 0
        if piece.index == 0 and at + 2 == len(tokens):  # الربع الماضي; in الربع الأخير من 2017 it is which of the four
            piece.relative = tokens[at + 1].value
        return 2 if 0 <= piece.index <= 12 // value else 0
    elif kind == "half" and _kind(tokens, at + 1) == "unit":
        return _take_span(piece, tokens, at + 2, exactly(Fraction(1, 2)), tokens[at + 1].value[0]) - at
    elif kind == "about":
        piece.about = True
    elif kind == "preposition":
        piece.preposition = value
    elif kind == "hijri era":
        piece.era = True
    elif kind != "zone":
        return 0
    return 1


def _kind(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].kind if 0 <= at < len(tokens) else ""


def _take_unit(piece: Parts, tokens: Sequence[Token], at: int) -> int:
    (unit, many), definite = tokens[at].value, tokens[at].definite
    following = _kind(tokens, at + 1)
    number = tokens[at + 1].value if following == "number" else None
    if unit == "hour" and many == "one" and following in ("number", "hour", "time", "decimal"):
        width = _take_time(piece, tokens, at + 1)
        return width + 1 if width else 0
    if unit == "century" and many == "one" and (following == "ordinal" or number is not None):
        piece.century = tokens[at + 1].value if number is None else int(number.low)
        return 2
    if unit == "year" and many == "one" and number is not None and (number.low >= 100 or definite) and number.low == number.high:
        piece.year = int(number.low) + (1900 if number.low < 100 else 0)
        return 2
    if many == "two":
        return _take_span(piece, tokens, at + 1, exactly(2), unit) - at
    if many == "several":
        last = at + 2 >= len(tokens)
        if number is not None and (definite or last):
            return _take_span(piece, tokens, at + 2, number, unit) - at
        if number is not None and unit in ("day", "year"):  # أيام 16 و17 مايو
            return 1
        return _take_span(piece, tokens, at + 1, Amount(Fraction(3), Fraction(9)), unit) - at
    if number is not None and number.low == number.high == 1 and not definite:
        return _take_span(piece, tokens, at + 2, number, unit) - at
    if following == "and" and _kind(tokens, at + 2) == "half" and not definite:
        return _take_span(piece, tokens, at + 1, exactly(1), unit) - at
    if definite:
        piece.unit = unit
    else:
        piece.loose = unit
    return 1


def _take_span(piece: Parts, tokens: Sequence[Token], at: int, count: Amount, unit: str) -> int:
    """A length, with the half that may follow it. The index behind it."""
    if _kind(tokens, at) == "and" and _kind(tokens, at + 1) == "half":
        count = count.plus(exactly(Fraction(1, 2)))
        at += 3 if _kind(tokens, at + 2) == "unit" and tokens[at + 2].value[0] == unit else 2
    piece.span, piece.span_unit = count, unit
    return at


def _take_number(piece: Parts, tokens: Sequence[Token], at: int) -> int:
    number: Amount = tokens[at].value
    if _kind(tokens, at + 1) == "unit":
        (unit, many), definite = tokens[at + 1].value, tokens[at + 1].definite
        clock = unit == "hour" and many == "one" and _kind(tokens, at + 2) in ("number", "hour", "time", "decimal")
        if not clock and (not definite or many != "one" or (_kind(tokens, at + 2) == "relative" and piece.day is None and unit == "hour")):
            return _take_span(piece, tokens, at + 2, number, unit) - at
    if number.high is None or number.low != number.high or number.low.denominator != 1:
        return 0
    if number.low <= 12 and _kind(tokens, at + 1) == "part" and not any(token.kind in ("month", "hijri") for token in tokens):
        return _take_time(piece, tokens, at)
    if number.low >= 1000 and piece.year is None:
        piece.year = int(number.low)
    elif 1 <= number.low <= 31 and piece.day is None:
        piece.day = int(number.low)
    else:
        return 0
    return 1


def _take_ordinal(piece: Parts, tokens: Sequence[Token], at: int) -> int:
    if piece.unit == "week":
        piece.unit, piece.index = None, tokens[at].value
    elif _kind(tokens, at + 1) == "unit" and not tokens[at + 1].definite:
        if tokens[at + 1].value != ("day", "one") or piece.day is not None:
            return 0
        piece.day = tokens[at].value
        return 2
    elif piece.day is None and piece.step is None and piece.weekend is False:
        piece.day = tokens[at].value
    else:
        return 0
    return 1


def _take_time(piece: Parts, tokens: Sequence[Token], at: int) -> int:
    """A time of day with its minutes, halves and quarters."""
    kind, value, _ = tokens[at]
    if kind == "number":
        number = int(value.low)
        minutes = number * 60 if number <= 24 else number // 100 * 60 + number % 100
    elif kind == "decimal":
        minutes = value[0] * 60 + value[1]
    else:
        minutes = value * (60 if kind == "hour" else 1)
    end = at + 1
    while _kind(tokens, end) in ("and", "less"):
        sign = 1 if tokens[end].kind == "and" else -1
        following, token = _kind(tokens, end + 1), tokens[min(end + 1, len(tokens) - 1)]
        minute = _kind(tokens, end + 2) == "unit" and tokens[end + 2].value[0] == "minute"
        if following in ("half", "stretch"):
            minutes += sign * (15 if token.value == 3 else 30)
        elif following == "number" and (minute or token.value.low < 1 or sign < 0):
            minutes += sign * int(token.value.low * (60 if token.value.low < 1 else 1))
        else:
            break
        end += 3 if minute else 2
    if not 0 <= minutes <= 1440:
        return 0
    piece.minute = minutes if piece.minute is None else piece.minute  # a second time is that of another zone
    return end - at
