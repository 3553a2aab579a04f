"""The event records of the project's own articles against those written by hand, and what they cost over plain tagging.

    python benchmarks/articles.py [--half seen|unseen] [--model FOLDER] [--speed]

Reads data/quickstart/articles. Two tables: records made from the mentions, events and arguments of hand, which shows the rules alone, and records made
from what the model finds in the text. --speed times the way to JSON lines, of tagged documents and of records, on the same texts, turn about: on these articles,
in which every seventh word tells of an event, and on the news of ../shared/data as it comes, if it is there.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from news import TEXTS, read_articles

from hadath import Document, Predictor, events
from hadath.inference.event_table import EventTable
from hadath.inference.event_view import events_view
from hadath.inference.records import link
from hadath.inference.runtime import short_turns
from hadath.inference.views import MENTIONS, View
from hadath.models.scheme import Scheme, load_scheme
from hadath.training.articles import load_articles
from hadath.training.records_scoring import score_records

ARTICLES = Path(__file__).parent.parent / "data" / "quickstart" / "articles"
COPIES, TURNS = 60, 5
NEWS, DAY = 200, "2018-06-13"


def _bare(document: Document) -> Document:
    """The document as annotated but for what the rules are to find."""
    entities = tuple(replace(one, entity=None, name=None) for one in document.entities or ())
    return replace(document, entities=entities, events=tuple(replace(one, reported_by=None) for one in document.events or ()), extra={})


def _scores(title: str, gold: list[Document], documents: list[Document], scheme: Scheme) -> list[str]:
    table: EventTable = events(documents, scheme=scheme)
    records = {one.id: [record for record in table if record.document == one.id] for one in gold}
    return [f"{title}: {len(gold)} articles", "", *score_records(gold, [records[one.id] for one in gold]).lines(), ""]


def _speed(title: str, predictor: Predictor, texts: list[Document], scheme: Scheme) -> list[str]:
    records = events_view(scheme)
    ways: dict[str, tuple[View, Callable[[Document], Document]]] = {
        "tagging": (MENTIONS, lambda one: one),
        "tagging and records": (records, lambda one: link(one, scheme)),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(TURNS + 1):
        for name, (view, change) in ways.items():
            begin = time.perf_counter()
            size = sum(len(view.lines["jsonl"](change(one), False, None)) for one in predictor.stream(texts))
            if turn and size:  # the first turn warms up
                taken[name].append(time.perf_counter() - begin)
    middle = {name: statistics.median(seconds) for name, seconds in taken.items()}
    lines = [f"{title}: {len(texts)} articles, {sum(len(one.text.split()) for one in texts)} words, {TURNS} turns:"]
    lines += [f"  {name}: {len(texts) / seconds:.1f} articles a second" for name, seconds in middle.items()]
    return [*lines, f"  records leave {middle['tagging'] / middle['tagging and records']:.2f} of the speed"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--half", choices=("seen", "unseen"), default="seen", help="unseen: the articles never looked at while the rules were made")
    options.add_argument("--model", help="a model folder; default: the one that ships with hadath")
    options.add_argument("--speed", action="store_true", help="time it instead")
    chosen = options.parse_args()
    predictor = Predictor.load(chosen.model)
    scheme = predictor.spec.scheme if predictor.spec.scheme.kinds else load_scheme("news")
    gold = [Document.from_json(one) for one in load_articles([ARTICLES / chosen.half], scheme)]
    texts = [Document(one.id, one.text, date=one.date) for one in gold]
    if chosen.speed:
        with short_turns():  # as `hadath predict` and `hadath events` do
            print("\n".join(_speed("the project's own", predictor, texts * COPIES, scheme)))
            if TEXTS.exists():
                news = [Document(str(number), text, date=DAY) for number, text in enumerate(read_articles(TEXTS, NEWS))]
                print("\n".join(_speed("news as it comes", predictor, news, scheme)))
        return
    lines = _scores("from mentions, events and arguments of hand", gold, [_bare(one) for one in gold], scheme)
    print("\n".join([*lines, *_scores("from the text alone", gold, predictor.predict(texts), scheme)]))


if __name__ == "__main__":
    main()
