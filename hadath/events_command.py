"""The command that makes event records of articles."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .models.errors import HadathError
from .tagging import choose_format, find_texts, write_tagged

if TYPE_CHECKING:
    from .models.documents import Document


def events(options: argparse.Namespace) -> int:
    """Tags texts and writes their events, a row each: who did what to whom, where and when, and who says so."""
    from .inference.event_view import FORMATS, events_view
    from .inference.floors import parse_floors, read_floors
    from .inference.predictor import Predictor
    from .inference.records import link, read_aliases
    from .models.aliases import Aliases

    min_score = parse_floors(options.min_score)
    form = choose_format(options, FORMATS, "table")
    found = _dated(find_texts(options), options.date)
    if options.aliases is not None:
        Aliases.load(options.aliases)  # a fault in it is told before the model is opened
    predictor = Predictor.load(options.model, device=options.device, threads=options.threads)
    scheme = predictor.spec.scheme
    read_floors(min_score, scheme)
    aliases = read_aliases(options.aliases, scheme)
    linked = (link(one, scheme, aliases=aliases) for one in predictor.stream(found, min_score=min_score))
    return write_tagged(options, form, linked, events_view(scheme))


def _dated(documents: Iterator[Document], day: str | None) -> Iterator[Document]:
    """Documents with a day, which what is said of yesterday or of Saturday is reckoned from."""
    if day is None:
        return documents
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        raise HadathError(f'--date is a day such as 2018-04-11, got "{day}"') from None
    return (one if one.date else replace(one, date=day) for one in documents)
