"""Annotated articles to documents: ``python -m hadath.training.articles data/quickstart/articles/seen --output seen.jsonl``.

Every article of every file is looked at; one that does not hold together is told with file, line and reason, and nothing is written then.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..models.errors import DataError, HadathError
from ..models.scheme import Scheme
from .article_markup import read_articles


def load_articles(sources: Iterable[str | Path], scheme: Scheme) -> list[dict[str, Any]]:
    """The articles of files and folders (their ``.txt`` files, by name) as documents.

    Args:
        sources: Files of annotated articles, or folders with such files.
        scheme: Its labels and roles.

    Returns:
        Documents as plain JSON values, with entities, values, reports and records.

    Raises:
        DataError: Something does not hold together, an id stands twice, or a folder is empty; the faults of all files, one a line.
    """
    documents: dict[str, dict[str, Any]] = {}
    faults = []
    for path in (one for source in sources for one in _files(Path(source))):
        try:
            for document in read_articles(path, scheme):
                if document["id"] in documents:
                    raise DataError(f'the id "{document["id"]}" stands twice; an article has its own', path)
                documents[document["id"]] = document
        except DataError as fault:
            faults.append(str(fault))
    if faults:
        raise DataError("\n".join(faults))
    return list(documents.values())


def _files(source: Path) -> list[Path]:
    found = sorted(source.glob("*.txt")) if source.is_dir() else [source]
    if not found:
        raise DataError("the folder has no .txt file; name a folder with annotated articles, or a file", source)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 2 where something is wrong with the articles."""
    reading = argparse.ArgumentParser(prog="python -m hadath.training.articles", description="Check annotated articles and turn them into documents.")
    reading.add_argument("sources", nargs="+", help="files of annotated articles, or folders with them")
    reading.add_argument("--scheme", default="configs/schemes/news.yaml", help="a scheme's YAML file (default: %(default)s)")
    reading.add_argument("--output", help="where the documents go, one JSON object a line; without it the articles are only checked")
    given = reading.parse_args(arguments)
    try:
        documents = load_articles(given.sources, Scheme.load(given.scheme))
        if given.output:
            text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)
            Path(given.output).write_text(text, encoding="utf-8")
    except (HadathError, OSError) as fault:
        print(fault, file=sys.stderr)
        return 2
    mentions, events, records = (sum(len(one[key]) for one in documents) for key in ("entities", "events", "records"))
    print(f"{len(documents)} articles: {mentions} mentions, {events} events, {records} records")
    return 0


if __name__ == "__main__":
    sys.exit(main())
