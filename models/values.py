"""The value of a mention: a date as an ISO 8601 interval, a count, a share or an amount of money as a range.

Dates and numbers are read by the project's own tables (`dates`, `quantities`), Hijri dates through hijridate; which libraries were tried and why they were
refused stands in those modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from .dates import read_again, read_date
from .errors import DataError, nearest
from .quantities import read_quantity

Kind = Literal["date", "count", "percent", "money"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Value:
    """What a mention says, in numbers.

    Args:
        kind: "date", "count", "percent" or "money".
        start: Of a date: the first day (``2018-04-11``), or the first minute where a time of day is said (``2018-04-11T18:00``).
        end: Of a date: the last day or minute, included.
        low: Of a number: the least it may be. A percentage is 25 for a quarter.
        high: Of a number: the most; None where it is open; equal to `low` where the number is exact.
        approximate: The text says "about", or the bounds are a convention (``مطلع العام``, ``الأيام الماضية``).
        currency: Of money: the ISO 4217 code; None where the text does not say whose coin it is.
    """

    kind: str
    start: str | None = None
    end: str | None = None
    low: int | float | None = None
    high: int | float | None = None
    approximate: bool = False
    currency: str | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object without the keys that say nothing."""
        return {name: value for name in _NAMES if (value := getattr(self, name)) is not None and value is not False}

    @classmethod
    def from_json(cls, data: Any) -> Value:
        """The value that `to_json` wrote.

        Raises:
            DataError: It is no object, a key is unknown or has the wrong type.
        """
        if not isinstance(data, Mapping) or data.get("kind") not in KINDS:
            raise DataError(f"a value is a JSON object with a kind, one of {', '.join(KINDS)}; got {data!r}")
        for key, value in data.items():
            if key not in _TYPES:
                raise DataError(f'a value has no "{key}": {nearest(key, _TYPES)}')
            if not isinstance(value, _TYPES[key]) or (isinstance(value, bool) and key != "approximate"):
                raise DataError(f'"{key}" of a value is a {_TYPES[key][0].__name__}, got {value!r}')
        return cls(**data)


_NAMES = tuple(one.name for one in fields(Value))
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("kind", "start", "end", "currency"), (str,)),
    **dict.fromkeys(("low", "high"), (int, float)),
    "approximate": (bool,),
}


def read_value(text: str, kind: str, *, date: str | None = None, before: str = "", after: str = "", earlier: Value | None = None) -> Value | None:
    """Reads the value of a mention.

    Args:
        text: The mention, raw.
        kind: What it is: "date", "count", "percent" or "money".
        date: The day of the article, ISO 8601; a time behind it is not looked at. Without one, or with one that is no date, relative dates have no value.
        before: Up to 40 characters that stand before the mention in its sentence, raw: ``نحو``, ``أكثر من``, ``قبل``, ``منذ`` are found there.
        after: Up to 40 characters that stand behind it in its sentence, raw: ``شخصا على الأقل``.
        earlier: The date mentioned before it, which ``اليوم نفسه`` and ``الشهر التالي`` are seen from.

    Returns:
        None where the text says no value that is known. No string raises an error.

    Raises:
        ValueError: `kind` is none of the four.
    """
    if kind not in KINDS:
        raise ValueError(f'a value of the kind "{kind}" is unknown: {nearest(kind, KINDS)}')
    if kind == "date":
        read = read_date(text, date, before)
        if read is None and earlier is not None and not earlier.approximate:
            read = read_again(text, earlier.start, earlier.end, before, after)
        return None if read is None else Value(kind, *read[0].iso(), approximate=read[1])
    number = read_quantity(text, kind, before, after)
    return None if number is None else Value(kind, None, None, *number)
