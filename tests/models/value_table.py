"""The table of expressions with their values, ``values.tsv``: each worked out by hand from the calendar and the rules of the modules' docstrings.

A line is kind, expression, date of the article, expected value and remark, parted by tabs. Words before and behind the mention stand outside its brackets
(``نحو [40]``, ``[40] شخصا على الأقل``). A value is written as ``2018-04-01/2018-04-07``, ``2018-04-11``, ``26..`` (open), ``3..9``, ``500 USD``, with ``~`` for approximate, or none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from hadath.models.values import Value, read_value

_ROW = re.compile(r"(?P<about>~?)(?P<low>[^/. ]+(?:\.[0-9]+)?)(?:(?P<range>\.\.|/)(?P<high>[^ ]*))?(?: (?P<currency>[A-Z]{3}))?")


class Row(NamedTuple):
    """One expression with its expected value."""

    line: int
    kind: str
    before: str
    text: str
    date: str | None
    expected: Value | None
    after: str = ""

    def read(self) -> Value | None:
        return read_value(self.text, self.kind, date=self.date, before=self.before, after=self.after)


def read_table(path: Path = Path(__file__).parent / "values.tsv") -> list[Row]:
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        kind, expression, date, expected, _ = line.split("\t")
        before, bracket, rest = expression.rpartition("[")
        text, _, after = rest.partition("]") if bracket else (expression, "", "")
        rows.append(Row(number, kind, before, text, date or None, _value(kind, expected), after))
    return rows


def _value(kind: str, written: str) -> Value | None:
    if written == "none":
        return None
    found = _ROW.fullmatch(written)
    assert found is not None, f"not a value: {written}"
    about, low, high = bool(found["about"]), found["low"], found["low"] if found["range"] is None else found["high"]
    if kind == "date":
        return Value(kind, low, high, approximate=about)
    return Value(kind, low=_number(low), high=_number(high) if high else None, approximate=about, currency=found["currency"])


def _number(written: str) -> int | float:
    return float(written) if "." in written else int(written)
