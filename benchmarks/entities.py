"""What rules read from articles annotated by hand, on their mentions, events and arguments: entities of a document (B³) and who says so.

    python benchmarks/entities.py [--half seen|unseen|both] [--misses]

Reads data/quickstart/articles. `seen` was looked at while the rules were made, `unseen` was not. The rows below the first show what does without rules:
every mention alone, and mentions joined where label and words are the same. --misses lists what went wrong, which is for `seen` alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hadath import Document
from hadath.inference.entities import join_mentions
from hadath.inference.reporting import who_says
from hadath.models.scheme import Scheme, load_scheme
from hadath.training.articles import load_articles
from hadath.training.clusters_scoring import Cubed, b_cubed, reported_by
from hadath.training.scoring import Score

ARTICLES = Path(__file__).parent.parent / "data" / "quickstart" / "articles"
HALVES = ("seen", "unseen")


def _gold(half: str, scheme: Scheme) -> list[Document]:
    return [Document.from_json(one) for one in load_articles([ARTICLES / half], scheme)]


def _bare(document: Document) -> Document:
    """The document without what the rules are to find."""
    entities = tuple(replace(one, entity=None, name=None) for one in document.entities or ())
    return replace(document, entities=entities, events=tuple(replace(one, reported_by=None) for one in document.events or ()))


def _by_words(document: Document) -> Document:
    return replace(document, entities=tuple(replace(one, entity=f"{one.label} {one.text}") for one in document.entities or ()))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(score: Cubed | Score) -> list[str]:
    return [f"{100 * value:.1f}" for value in (score.precision, score.recall, score.f1)]


def _table(half: str, scheme: Scheme, gold: list[Document], found: list[Document]) -> Iterator[str]:
    bare = [_bare(one) for one in gold]
    rows: dict[str, Cubed | Score] = {
        "entities, B³": b_cubed(gold, found, scheme.followed),
        "entities, B³, every mention alone": b_cubed(gold, bare, scheme.followed),
        "entities, B³, same label and words": b_cubed(gold, [_by_words(one) for one in bare], scheme.followed),
        "who says so": reported_by(gold, found)[0],
    }
    yield _line([f"{half}: {len(gold)} articles, {sum(len(one.events or ()) for one in gold)} events", "precision, %", "recall, %", "F1, %"])
    yield _line(["---"] * 4)
    yield from (_line([title, *_cells(score)]) for title, score in rows.items())
    yield _line(["who says so or nobody, share of all events", "", "", f"{100 * reported_by(gold, found)[1].precision:.1f}"])


def _misses(gold: list[Document], found: list[Document]) -> Iterator[str]:
    for one, other in zip(gold, found, strict=True):
        names = {mention.id: mention.name for mention in other.entities or ()}
        for mention, mine in zip(one.entities or (), other.entities or (), strict=True):
            together = {m.id for m in one.entities or () if m.entity == mention.entity is not None}
            joined = {m.id for m in other.entities or () if m.entity == mine.entity is not None}
            if mine.entity is not None and together != joined:
                yield f"{one.id} {mention.id} {mention.text}: {mine.name}; joined {sorted(map(str, joined))}, gold {sorted(map(str, together))}"
        for event, told in zip(one.events or (), other.events or (), strict=True):
            if event.reported_by != told.reported_by:
                yield f"{one.id} {event.id} {event.text}: {names.get(told.reported_by)}; gold {names.get(event.reported_by)}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--half", choices=(*HALVES, "both"), default="both")
    options.add_argument("--misses", action="store_true", help="list what went wrong; only with --half seen")
    chosen = options.parse_args()
    if chosen.misses and chosen.half != "seen":
        raise SystemExit("--misses would show the unseen articles, and a rule made after that is not tested by them; give --half seen with it")
    scheme = load_scheme("news")
    for half in HALVES if chosen.half == "both" else (chosen.half,):
        gold = _gold(half, scheme)
        found = [who_says(join_mentions(_bare(one), scheme), scheme) for one in gold]
        print("\n".join([*_table(half, scheme, gold, found), *(_misses(gold, found) if chosen.misses else ()), ""]))


if __name__ == "__main__":
    main()
