"""What a date, a count, a share or a sum of money is worth, as an annotator writes it: ``2017-11``, ``20..99``, ``~40``, ``5000000USD``."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from typing import Any

from ..models.errors import DataError

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MONEY = re.compile(r"(?P<amount>[\d.]+)(?P<currency>[A-Z]{3})")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def read_value(written: str, kind: str) -> dict[str, Any]:
    """A value as plain JSON.

    Args:
        written: A number or a day, month or year; ``a..b`` for a range, one side of which may be left out; ``~`` before what is said to be about so
            much; the currency's three letters behind money.
        kind: date, count, percent or money.

    Returns:
        kind, and start and end of a date (both days included) or low and high of a number; a side that is open is left out.

    Raises:
        DataError: It reads as no such value; without file and line.
    """
    out: dict[str, Any] = {"kind": kind}
    about, rest = written.startswith("~"), written.removeprefix("~")
    if kind == "money":
        found = _MONEY.fullmatch(rest)
        if found is None:
            raise DataError(f'"{written}" is no sum of money; write the amount and the currency\'s three letters, such as 5000000USD')
        rest, out["currency"] = found["amount"], found["currency"]
    first, dots, last = rest.partition("..")
    low, high = ("start", "end") if kind == "date" else ("low", "high")
    read: Callable[[str, bool], Any] = _day if kind == "date" else _number
    if first:
        out[low] = read(first, False)
    if last or not dots:
        out[high] = read(last if dots else first, True)
    if low in out and high in out and out[low] > out[high]:
        raise DataError(f'"{written}" ends before it begins')
    if about:
        out["approximate"] = True
    return out


def _number(written: str, _: bool) -> int | float:
    if not _NUMBER.fullmatch(written):
        raise DataError(f'"{written}" is no number; write 40, ~40, 20..99 or 26..')
    return float(written) if "." in written else int(written)


def _day(written: str, last: bool) -> str:
    found = _DATE.fullmatch(written)
    if found is None:
        raise DataError(f'"{written}" is no date; write 2017, 2017-11, 2017-11-09 or two of them with .. between')
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    try:
        day = int(found[3]) if found[3] else calendar.monthrange(year, month)[1] if last else 1
        return datetime.date(year, month, day).isoformat()
    except ValueError as fault:
        raise DataError(f'"{written}" is no date: {fault}') from None
