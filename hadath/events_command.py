"""The command that makes event records of articles."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .models.errors import HadathError
from .tagging import check_resumable, choose_format, find_texts, write_tagged

if TYPE_CHECKING:
    from .models.documents import Document


def events(options: argparse.Namespace) -> int:
    """Tags texts and writes their events, a row each: who did what to whom, where and when, and who says so."""
    from .inference.event_view import FORMATS, events_view
    from .inference.floors import parse_floors, read_floors
    from .inference.predictor import Predictor
    from .inference.records import link, read_aliases
    from .inference.unfinished_records import check_same_records, read_done_records
    from .models.aliases import Aliases

    min_score = parse_floors(options.min_score)
    form = choose_format(options, FORMATS, "table")
    odd = _Odd()
    found = _dated(find_texts(options), options.date, odd)
    left = None
    if options.resume:
        check_resumable(options.output, form)
        left = read_done_records(options.output, found)
        found = left.rest
    if options.aliases is not None:
        Aliases.load(options.aliases)  # a fault in it is told before the model is opened
    predictor = Predictor.load(options.model, device=options.device, threads=options.threads)
    scheme = predictor.spec.scheme
    read_floors(min_score, scheme)
    aliases = read_aliases(options.aliases, scheme)
    view = events_view(scheme)

    def linked(documents: Iterable[Document]) -> Iterator[Document]:
        return (link(one, scheme, aliases=aliases) for one in predictor.stream(documents, min_score=min_score))

    if left is not None and left.last:
        again = [view.lines["jsonl"](one, False, None) for one in linked([one for one, _ in left.last])]
        check_same_records(left, again, strict=options.device == "cpu")
    code = write_tagged(options, form, linked(found), view, left.done if left else None)
    if odd.count:
        print(
            f'hadath: {odd.count} articles have a date that is no day such as 2018-04-11, the first "{odd.first}"; '
            "what they say of yesterday or of Saturday was not reckoned from it",
            file=sys.stderr,
        )
    return code


@dataclass(slots=True)
class _Odd:
    """Dates that are no days: how many, and the first."""

    count: int = 0
    first: str = ""


def _dated(documents: Iterator[Document], day: str | None, odd: _Odd) -> Iterator[Document]:
    """Documents with a day, which what is said of yesterday or of Saturday is reckoned from. Takes down in `odd` the dates that are no days."""
    from .models.dates import day_of

    if day is not None and (day_of(day) is None or day != day[:10]):
        raise HadathError(f'--date is a day such as 2018-04-11, got "{day}"')

    def each() -> Iterator[Document]:
        for one in documents:
            if one.date and day_of(one.date) is None:
                odd.count += 1
                odd.first = odd.first or one.date
            yield one if one.date or day is None else replace(one, date=day)

    return each()
