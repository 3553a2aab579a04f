"""The command that makes event records of articles."""

from __future__ import annotations

import argparse

from .tagging import choose_format, find_texts, write_tagged


def events(options: argparse.Namespace) -> int:
    """Tags texts and writes their events, a row each: who did what to whom, where and when, and who says so."""
    from .inference.event_view import FORMATS, events_view
    from .inference.floors import parse_floors, read_floors
    from .inference.predictor import Predictor
    from .inference.records import link, read_aliases
    from .models.aliases import Aliases

    min_score = parse_floors(options.min_score)
    form = choose_format(options, FORMATS, "table")
    found = find_texts(options)
    if options.aliases is not None:
        Aliases.load(options.aliases)  # a fault in it is told before the model is opened
    predictor = Predictor.load(options.model, device=options.device, threads=options.threads)
    scheme = predictor.spec.scheme
    read_floors(min_score, scheme)
    aliases = read_aliases(options.aliases, scheme)
    linked = (link(one, scheme, aliases=aliases) for one in predictor.stream(found, min_score=min_score))
    return write_tagged(options, form, linked, events_view(scheme))
