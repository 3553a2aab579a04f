"""Event records as a table: one row a record, the same columns in every format.

* ``document``, ``published``: the article's id and day; ``record``: the record's id in it; ``label``: the type of event; ``asserted``
* ``start``, ``end``: the first and the last day, or minute, that it is placed in; ``date``: the words that say so
* ``places``, ``actors``, ``recipients``, ``counts``, ``instruments``, ``reported_by``: names, of counts the number: ``40``, ``~40`` about, ``20..99``, ``26..``
* ``reports``: the records of the same article that a statement, an accusation or a denial tells of
* ``triggers``: the words that tell of it
* ``plover``, ``cameo``, ``ace``, ``acled``, or what else the scheme has: codes; ``score``: of the surest trigger

Several are joined by `` | ``. A column with ``_qualifiers`` behind its name has, part by part, what the text adds to the column: to counts what they count
(``مدنيا``), to places how what happened lies to them (``قرب``), to persons the office; ``-`` for a part to which it adds nothing. A column with ``_at``
behind its name has the places in the text, ``start:end``, of what the column says; ``sentences_at`` those of the sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, overload

from ..models.documents import Document
from ..models.errors import HadathError
from ..models.records import COUNTS, PARTS, PLACES, EventRecord, Part
from ..models.scheme import Scheme, load_scheme
from ..models.values import Value
from .records import build_records, link, read_aliases

# Parts of a record that are lists; each is a column of names, and one of the places they were read from
LISTS = (*PARTS.values(), "reported_by")
# Of these, those whose parts the text may add something to (`qualifiers.py`)
_QUALIFIED = tuple(one for one in LISTS if one != PARTS["instrument"])
# How a part and what qualifies it are shown; of others in brackets
_SHOWN = {COUNTS: "{0} {1}", PLACES: "{1} {0}"}
JOIN = " | "
BETWEEN = " – "  # the first day of an interval and the last
# What parts of a record are called where it is read rather than computed with, in this order
HEADINGS = {
    "actors": "who",
    "recipients": "whom",
    "reports": "what",
    "places": "where",
    "counts": "how many",
    "instruments": "with",
    "reported_by": "says who",
}
_HEAD = ("document", "published", "record", "label", "asserted", "start", "end", "date", "date_at")


class EventTable(Sequence[EventRecord]):
    """The event records of several documents, in order; made by `events`.

    Args:
        records: The records.
        documents: The documents they were read from, linked; one that could not be tagged has its `error` and no records.
        scheme: Their labels.
    """

    def __init__(self, records: Iterable[EventRecord], documents: Iterable[Document], scheme: Scheme) -> None:
        self._records = list(records)
        self.documents = list(documents)
        self.columns = columns(scheme)

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, index: int) -> EventRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[EventRecord]: ...
    def __getitem__(self, index: int | slice) -> EventRecord | list[EventRecord]:
        return self._records[index]

    def __repr__(self) -> str:
        return f"<EventTable: {len(self)} records of {len(self.documents)} documents>"

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat row a record, by column: strings, `asserted` as a bool, `score` as a float, None where there is nothing to say.

        Several parties are joined by `` | `` in the order of the text. A column that ends in ``_at`` has the places that the column was read from, as
        ``start:end``, half-open code points of the raw text: a space between those of one party, `` | `` between parties.
        """
        return [dict(zip(self.columns, row(one, self.columns), strict=True)) for one in self]

    def to_frame(self) -> Any:
        """The rows as a pandas DataFrame.

        Raises:
            HadathError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise HadathError("a frame needs pandas, which is not installed; run: pip install pandas. to_rows() needs nothing") from None
        return pandas.DataFrame([row(one, self.columns) for one in self], columns=list(self.columns))


def events(documents: Iterable[Document], *, scheme: Scheme | None = None, aliases: str | Path | None = None) -> EventTable:
    """Who did what to whom, where and when, and who says so.

    Args:
        documents: Tagged documents, as `Predictor.predict` gives them. One without events, or with an error, has no records.
        scheme: The labels of the model that tagged them, ``predictor.spec.scheme``; by default those of the model that ships with hadath.
        aliases: A YAML file with further names of one and the same, on top of those that ship with hadath.

    Returns:
        A sequence of `EventRecord`; ``.to_frame()`` and ``.to_rows()`` give flat rows, ``.documents`` the documents with entities joined, values read, and
        sources of reports.

    Raises:
        TypeError: `documents` is one document, or holds what is no document.
        HadathError: The aliases cannot be read, or name a label that the scheme does not follow.
    """
    if isinstance(documents, (str, bytes, Document)):
        raise TypeError(f"events takes a list of documents, got one {type(documents).__name__}; write events([document])")
    scheme = scheme or load_scheme("news")
    known = read_aliases(aliases, scheme)
    linked = []
    for one in documents:
        if not isinstance(one, Document):
            raise TypeError(f"events takes tagged documents, got {type(one).__name__}; tag texts first: events(Predictor.load().predict(texts))")
        linked.append(link(one, scheme, aliases=known))
    return EventTable((record for one in linked for record in build_records(one, scheme)), linked, scheme)


def columns(scheme: Scheme) -> tuple[str, ...]:
    """The columns of a row; those of the other schemes' codes are as the scheme has them."""
    codes = dict.fromkeys(code for known in scheme.codes.values() for code in known)
    lists = [column for name in LISTS for column in (name, f"{name}_at", *([f"{name}_qualifiers"] if name in _QUALIFIED else ()))]
    return (*_HEAD, *lists, "reports", "triggers", "triggers_at", "sentences_at", *codes, "score")


def row(record: EventRecord, names: Sequence[str]) -> tuple[Any, ...]:
    """A record as a flat row of the named columns; see `EventTable.to_rows`."""
    when = record.date.value if record.date is not None else None
    flat: dict[str, Any] = {
        "document": record.document,
        "published": record.published,
        "record": record.id,
        "label": record.label,
        "asserted": record.asserted,
        "start": when.start if when else None,
        "end": when.end if when else None,
        "date": _joined([record.date]) if record.date else None,
        "date_at": _places([record.date]) if record.date else None,
        "reports": JOIN.join(record.reports) or None,
        "triggers": JOIN.join(one_line(one.text) for one in record.triggers),
        "triggers_at": JOIN.join(f"{one.start}:{one.end}" for one in record.triggers),
        "sentences_at": JOIN.join(f"{start}:{end}" for start, end in record.sentences) or None,
        "score": record.score,
    }
    for name in LISTS:
        parts: tuple[Part, ...] = getattr(record, name)
        flat[name], flat[f"{name}_at"] = _joined(parts), _places(parts)
        if any(one.qualifier for one in parts):
            flat[f"{name}_qualifiers"] = JOIN.join(_cell(one.qualifier or "-") for one in parts)
    codes = {name: JOIN.join(code) if isinstance(code, (list, tuple)) else code for name, code in record.codes.items()}
    return tuple(flat.get(name, codes.get(name)) for name in names)


def shown(part: Part) -> str:
    """A part in words: its name, of a number what it is worth."""
    said = None if part.value is None else _number(part.value)
    return one_line(part.name) if said is None else said


def described(name: str, part: Part) -> str:
    """A part of a list of a record, with what qualifies it: ``26 مدنيا``, ``قرب البوكمال``, ``قاسم سليماني (قائد فيلق القدس)``."""
    return _SHOWN.get(name, "{0} ({1})").format(shown(part), one_line(part.qualifier)) if part.qualifier else shown(part)


def interval(value: Value) -> str:
    """A date as it is shown: one day, or the first and the last."""
    return BETWEEN.join(dict.fromkeys(one for one in (value.start, value.end) if one is not None))


def one_line(text: str) -> str:
    """Text without line breaks, as a name may have one where the article breaks its line."""
    return " ".join(text.split())


def _joined(parts: Iterable[Part]) -> str | None:
    return JOIN.join(_cell(shown(one)) for one in parts) or None


def _cell(words: str) -> str:
    """Words without the sign that parts one from the next."""
    return one_line(words).replace(JOIN.strip(), "¦")


def _places(parts: Iterable[Part]) -> str | None:
    return JOIN.join(" ".join(f"{start}:{end}" for start, end in one.mentions) for one in parts) or None


def _number(value: Value) -> str | None:
    """``~40``, ``20..99``, ``26..``; None where it is no number."""
    if value.low is None and value.high is None:
        return None
    low, high = ("" if one is None else str(int(one) if one == int(one) else one) for one in (value.low, value.high))
    return ("~" if value.approximate else "") + (low if low == high else f"{low}..{high}") + (f" {value.currency}" if value.currency else "")
