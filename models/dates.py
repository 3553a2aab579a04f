"""Arabic dates as intervals of the calendar, seen from the day of the article.

Own code on the tables of `calendar_words`. dateparser was tried and refused: of twenty-one ordinary expressions it reads eight (no ``فجر الجمعة``, no
``حزيران/يونيو``, no ``الأربعاء الماضي``, no ``قبل ثلاثة أيام``), gives a moment where a month or a year is meant, takes up to a millisecond for each and brings
four more packages. Hijri dates go through hijridate (see `calendars`).

What is decided here, where the text leaves it open:

* A bare weekday, or a date without a year, is the latest such day up to the day of the article; with المقبل the next one after it, with الماضي the latest
  before it. Where ``المقررة``, ``بحلول`` and their like stand right before it, it lies ahead. A date without a year that comes again within two months is that one:
  ``12 حزيران`` on the third of June is nine days off and not a year ago. A weekday beside day and month tells the year, one beside ``أمس`` or ``اليوم``
  corrects an article's date that is a day off.
* Two dates are taken from the first to the last: ``عامي 2009 و2013`` is 2009 to 2013.
* ``قبل`` with a length is as exact as its unit: ``قبل شهرين`` is a month, ``قبل عامين`` a year. ``منذ`` reaches to the article's day, ``خلال`` and ``الماضية`` that
  length back from it, ``المقبلة`` forward. A length alone is no date, and years that are not counted (``منذ سنوات``) are none either.
* ``اليوم نفسه`` and ``الشهر التالي`` are seen from the date mentioned before them, where that lies in one such day or month.
* Where ``أمس الجمعة`` corrects the article's day, ``أمس`` in the rest of the article is that Friday too (`written_on`).
* In a report that goes through days long past, a bare weekday is the next one after the day before it (`inference/mention_values.py`).
* A time without a day is one of the article's day, and marked as approximate. Zones are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, lru_cache

from .calendar_words import ABOUT, PREPOSITIONS, Token, lex
from .calendars import Interval, days, third_of, unit_of
from .date_parts import Parts, is_said, take
from .date_placing import lay, place
from .numerals import fold

# fmt: off
# Minutes of the day from the first to the last; from 1440 on they lie in the next day
_PARTS = {
    "dawn": (180, 359), "morning": (360, 719), "forenoon": (360, 719), "noon": (720, 899), "afternoon": (720, 1079), "asr": (900, 1079),
    "evening": (1080, 1439), "night": (1200, 1799), "midnight": (1380, 1499), "early": (0, 359), "daytime": (360, 1079),
}
# fmt: on
_NIGHTS = ("night", "midnight")
_AFTER_NOON = ("noon", "afternoon", "asr", "evening")
_SCHEDULED = re.compile(r"(?:(?:ال|لل)?(?:مقرر|مزمع|مرتقب)ه?(?:\s+\w+){0,2}|(?<!\w)و?بحلول)\s*$")


# What is seen from the date mentioned before it, as `fold` spells it; the unit, then whether it is the same or the next one
_SAME_UNIT = re.compile(
    r"(?<!\w)(?:(?P<same>نفس|ذات) )?(?:ال|لل)(?P<unit>يوم|اسبوع|شهر|عام|سنه)(?!\w)(?P<which> (?:(?:نفس|ذات|عين)ها?|التاليه?)(?!\w))?"
)
_OF_WHICH = re.compile(r"\s*(?:الذي|التي)(?!\w)")
_UNITS = {"يوم": "day", "اسبوع": "week", "شهر": "month", "عام": "year", "سنه": "year"}


def read_date(text: str, day: str | None, before: str = "") -> tuple[Interval, bool] | None:
    """Reads a date.

    Args:
        text: The mention, raw.
        day: The day of the article, ISO 8601; None, or anything else, where it is not known.
        before: What stands before the mention in its sentence, raw.

    Returns:
        The interval, and whether its bounds are approximate; None where the text says no date or the article's day is needed for it.
    """
    pieces = _pieces(text)
    if pieces is None:
        return None
    outer = fold(before)
    found = _outer().search(outer)
    preposition = next((one.preposition for one in pieces if one.preposition), _prepositions().get(found["word"] or "") if found else None)
    about = any(one.about for one in pieces) or bool(found and found["about"])
    if _SCHEDULED.search(outer) and pieces[0].relative is None:
        pieces = [replace(one, relative=1) if _floats(one) else one for one in pieces]
    try:
        placed = _chain(pieces, day_of(day), preposition)
    except (ValueError, OverflowError):  # a day that no calendar has, or one beyond the year 9999
        return None
    return None if placed is None else (placed[0], placed[1] or about)


def read_again(text: str, start: str | None, end: str | None, before: str = "", after: str = "") -> tuple[Interval, bool] | None:
    """Reads a date that is seen from another: ``مساء اليوم نفسه``, ``17 من الشهر ذاته``, ``العام التالي``.

    Args:
        text: The mention, raw.
        start: Of the date mentioned before it, ISO 8601.
        end: Of that date.
        before: What stands before the mention in its sentence, raw.
        after: What stands behind it, raw.

    Returns:
        As `read_date`; None too where the text is no such date, or where the other date does not lie in one such unit.
    """
    folded = " ".join(fold(text).split())
    found, first, last = _SAME_UNIT.search(folded), day_of(start), day_of(end)
    if found is None or first is None or last is None or bool(found["same"]) == bool(found["which"]):
        return None
    unit, following = _UNITS[found["unit"]], (found["which"] or "").startswith(" التالي")
    try:
        if unit_of(first, unit) != unit_of(last, unit):
            return None
    except (ValueError, OverflowError):
        return None
    rest = folded[: found.start()], folded[found.end() :]
    if any(token.kind == "relative" for part in rest for token in lex(part)):
        return None  # نفس الشهر من العام الماضي says its year itself
    outer = _outer().search(fold(before))
    if (outer and outer["word"]) or _OF_WHICH.match(fold(after)):
        return None  # منذ reaches to the article's day; في اليوم نفسه الذي is the day of what follows
    seen = "غدا" if following and unit == "day" else f"ال{found['unit']} المقبل" if following else f"هذا ال{found['unit']}"
    return read_date(seen.join(rest), first.isoformat())


def written_on(texts: Iterable[str], day: str | None) -> str | None:
    """The day that the dates of an article are seen from.

    Args:
        texts: Its dates, raw.
        day: The day it bears, ISO 8601. Pages often bear the day after the one they were written on.

    Returns:
        The day that those agree on that have both ``أمس`` or ``اليوم`` and a weekday; else `day`.
    """
    anchor = day_of(day)
    if anchor is None:
        return day
    found = set()
    for text in texts:
        piece = _only(text)
        if piece is not None and _tells_weekday(piece):
            near = place(piece, anchor)
            if near is not None:
                found.add(near.start.date() - timedelta(days=piece.step or 0))
    return found.pop().isoformat() if len(found) == 1 else day


def _tells_weekday(piece: Parts) -> bool:
    """Whether it is a day so many from the article's, with its weekday and nothing else."""
    return piece.step is not None and piece.weekday is not None and piece.month is None and piece.day is None and piece.relative is None


def lone_weekday(text: str) -> int | None:
    """The weekday that a date names with nothing that says which, at most a time of day beside it; 1 is Monday. None of any other date."""
    piece = _only(text)
    return piece.weekday if piece is not None and piece.said() <= {"weekday", "part", "minute"} else None


def is_dated_weekday(text: str) -> bool:
    """Whether a date is a weekday with its day and month."""
    piece = _only(text)
    return piece is not None and {"weekday", "day", "month"} <= piece.said()


def _only(text: str) -> Parts | None:
    pieces = _pieces(text)
    return pieces[0] if pieces is not None and len(pieces) == 1 else None


@lru_cache(maxsize=4096)
def _pieces(text: str) -> list[Parts] | None:
    """Kept, since a few hundred expressions make most of the dates of news; none is changed later."""
    return read_pieces(lex(fold(text)))


@cache
def _prepositions() -> dict[str, str]:
    return {fold(word): name for name, words in PREPOSITIONS.items() for word in words.split()}


@cache
def _outer() -> re.Pattern[str]:
    about = "|".join(fold(one) for one in ABOUT.split("|"))
    return re.compile(rf"(?:(?<!\w)[وف]?(?P<word>{'|'.join(_prepositions())}))?(?P<about>(?:(?:^|\s+)[بل]?(?:{about}))*)\s*$")


@lru_cache(maxsize=64)
def day_of(text: str | None) -> date | None:
    """The day of an ISO 8601 date, a time behind it not looked at; None where it is none such as 2018-04-11."""
    start = (text or "")[:10]
    try:
        found = date.fromisoformat(start)
    except ValueError:
        return None
    return found if found.isoformat() == start else None  # from Python 3.11 on, other forms are read too


def _floats(piece: Parts) -> bool:
    """Whether the piece is a day or month that comes back every week or year, with nothing that says which."""
    comes_back = piece.weekday is not None or piece.month is not None or piece.hijri is not None
    return comes_back and piece.year is None and piece.step is None and piece.unit is None and piece.relative != 0


def _chain(pieces: list[Parts], anchor: date | None, preposition: str | None) -> tuple[Interval, bool] | None:
    """Places each piece and takes all from the first to the last; what comes back every week or year is seen from its neighbour."""
    ahead = pieces[0].relative == 1
    placed: list[tuple[Interval, bool]] = []
    for piece in pieces if ahead else reversed(pieces):
        seen = anchor
        if placed and _floats(piece):
            piece, seen = replace(piece, relative=1 if ahead else None), placed[-1][0].start.date()
        one = _place(piece, seen, preposition)
        if one is None:
            return None
        placed.append(one)
    whole = Interval(min(one.start for one, _ in placed), max(one.end for one, _ in placed), all(one.timed for one, _ in placed))
    if whole.timed != any(one.timed for one, _ in placed):
        whole = days(whole.start.date(), whole.end.date())
    if preposition == "since" and anchor is not None and whole.start.date() <= anchor:
        whole = Interval(whole.start, max(whole.end, days(anchor).within(0, 1439 if whole.timed else 0).end), whole.timed)
    return whole, any(approximate for _, approximate in placed)


def _place(piece: Parts, anchor: date | None, preposition: str | None) -> tuple[Interval, bool] | None:
    base, approximate = place(piece, anchor), False
    if base is None and (piece.span is not None or piece.loose is not None):
        if anchor is None or (base := lay(piece, anchor, preposition)) is None:
            return None
        approximate = piece.span is not None and piece.span.low != piece.span.high
    elif base is None and anchor is not None and piece == Parts(part=piece.part, minute=piece.minute, about=piece.about):
        base, approximate = days(anchor), True
    if base is None:
        return None
    if piece.edge == "day":
        base = days(base.end.date())
    elif piece.edge is not None:
        base, approximate = third_of(base, piece.edge), True
    if base.start.date() == base.end.date():
        if piece.minute is not None:
            minute = _on_the_clock(piece.minute, piece.part)
            base = base.within(minute, minute)
        elif piece.part is not None:
            base = base.within(*_PARTS[piece.part])
    return base, approximate


def _on_the_clock(minute: int, part: str | None) -> int:
    """The minute of the day, where the part of the day tells morning from afternoon."""
    hour = minute // 60
    if part in ("early", "dawn", "morning") and hour == 12:
        return minute - 720
    later = part in _AFTER_NOON and hour < (10 if part == "noon" else 12)
    if later or (part == "night" and 6 <= hour < 12) or (part in ("night", "evening") and hour == 12):
        return minute + 720
    return minute


def read_pieces(tokens: Sequence[Token]) -> list[Parts] | None:
    """The dates that a text says, in order; None where the tokens make none.

    ``من 3 إلى 5 مايو``, ``السبت والأحد`` and ``2011-2014`` have two pieces. One that says less than the one behind it means the same month and year.
    """
    tokens = _one_night(_one_calendar(list(tokens)))
    pieces, at = [Parts()], 0
    while at < len(tokens):
        if tokens[at].kind in ("to", "dash", "and"):
            pieces.append(Parts())
            at += 1
            continue
        width = take(pieces[-1], tokens, at)
        if not width:
            return None
        at += width
    said = [one for one in pieces if one.says() or one.loose]
    if not said:
        return None
    for left, right in zip(said[-2::-1], said[:0:-1], strict=True):
        _share(left, right)
    return said


def _one_calendar(tokens: list[Token]) -> list[Token]:
    """Where a day is given by two calendars, the one of the months we write; elsewhere the word between is silent."""
    for at, token in enumerate(tokens):
        if token.kind == "equals":
            sides = tokens[:at], tokens[at + 1 :]
            moon = [any(one.kind in ("hijri", "hijri era") for one in side) for side in sides]
            if moon == [True, False]:
                return [one for one in sides[0] if one.kind in ("weekday", "part", "day")] + sides[1]
            return sides[0] if moon == [False, True] else _one_calendar(sides[0] + sides[1])
    return tokens


def _one_night(tokens: list[Token]) -> list[Token]:
    """The night from one weekday to the next is the night of the first."""
    places = [at for at, token in enumerate(tokens) if token.kind == "weekday"]
    if len(places) != 2 or not any(token.kind == "part" and token.value in _NIGHTS for token in tokens[: places[0]]):
        return tokens
    adjacent = all(token.kind in ("to", "dash", "and") for token in tokens[places[0] + 1 : places[1]])
    return tokens[: places[0] + 1] + tokens[places[1] + 1 :] if adjacent else tokens


def _share(left: Parts, right: Parts) -> None:
    """Gives the left piece the month and year that only the right one says."""
    if left.day is not None and left.month is None and left.hijri is None and left.unit is None:
        for name in ("month", "hijri", "year", "unit", "relative", "era"):
            if not is_said(getattr(left, name)):
                setattr(left, name, getattr(right, name))
    elif left.month is not None and left.year is None and left.relative is None and right.month is not None:
        if right.year is not None:
            left.year = right.year - int((left.month, left.day or 1) > (right.month, right.day or 31))
        left.relative = right.relative if left.year is None else None
    elif (left.weekday is not None and left.relative is None and left.step is None and left.month is None) or (
        left.span is not None and left.relative is None and right.span is not None
    ):
        left.relative = right.relative
    elif left.decade is not None and left.century is None:
        left.century, left.unit, left.relative = right.century, right.unit, right.relative
