"""How many mentions of the labelled news get a value, how many rows of the table of expressions are right, and how fast that goes.

    python benchmarks/values.py [--without-value N]

Reads ../shared/data/news/train*.jsonl and tests/models/values.tsv. Documents without a date are read twice: without one, and as if written on 2018-04-11.
A length of time (``سبع سنوات``) says no date and has no value. --without-value lists the N most frequent mentions that have none.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hadath.models.documents import read_jsonl
from hadath.models.values import read_value

ROOT = Path(__file__).parent.parent
NEWS = ROOT.parent / "shared" / "data" / "news"
KINDS = {"DATE": "date", "CARDINAL": "count", "PERCENT": "percent", "MONEY": "money"}
BEFORE = 40
Case = tuple[str, str, str, str | None]


def _mentions() -> Iterator[Case]:
    """Kind, mention, what stands before it in its line, date of the article."""
    for path in sorted(NEWS.glob("train*.jsonl")):
        for document in read_jsonl(path):
            for one in document.entities or ():
                if one.label in KINDS:
                    before = document.text[max(0, one.start - BEFORE) : one.start].rpartition("\n")[2]
                    yield KINDS[one.label], one.text, before, document.date


def _share(cases: list[Case], fallback: str | None) -> tuple[str, list[str]]:
    """The cells of a row, and the mentions without a value."""
    found = [read_value(text, kind, date=date or fallback, before=before) for kind, text, before, date in cases]
    without = [case[1] for case, value in zip(cases, found, strict=True) if value is None]
    read = {case[1] for case, value in zip(cases, found, strict=True) if value is not None}
    distinct = {case[1] for case in cases}
    every = len(cases)
    return f"{every} | {100 * (every - len(without)) / every:.1f} | {len(distinct)} | {100 * len(read) / len(distinct):.1f}", without


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--without-value", type=int, default=0, metavar="N")
    chosen = options.parse_args()
    if not NEWS.is_dir():
        raise SystemExit(f"the corpora are not here: {NEWS}")
    cases = list(_mentions())
    rows = [(kind, [case for case in cases if case[0] == kind]) for kind in KINDS.values()]
    dates = rows.pop(0)[1]
    lines = ["| mentions of train | all | with a value, % | distinct | with a value, % |", "| --- | --- | --- | --- | --- |"]
    missing: Counter[str] = Counter()
    for title, some, fallback in (
        ("date, article dated", [case for case in dates if case[3]], None),
        ("date, article not dated", [case for case in dates if not case[3]], None),
        ("the same, as if on 2018-04-11", [case for case in dates if not case[3]], "2018-04-11"),
        *((kind, some, None) for kind, some in rows),
    ):
        cells, without = _share(some, fallback)
        lines.append(f"| {title} | {cells} |")
        if fallback or title != "date, article not dated":
            missing.update(without)
    start = time.process_time()
    for kind, text, before, date in cases:
        read_value(text, kind, date=date, before=before)
    lines += ["", f"{len(cases) / (time.process_time() - start):.0f} mentions a second of processor time", "", *_table()]
    lines += [f"{count} {text}" for text, count in missing.most_common(chosen.without_value)]
    print("\n".join(lines))


def _table() -> list[str]:
    """The rate of the table of expressions and its misses."""
    sys.path.insert(0, str(ROOT / "tests" / "models"))
    from value_table import read_table

    table = read_table()
    wrong = [(row, value) for row in table if (value := row.read()) != row.expected]
    rate = f"table of expressions: {len(table) - len(wrong)} of {len(table)} right, {100 * (1 - len(wrong) / len(table)):.1f}%"
    return [rate, *(f"  {row.text}: read as {value}, expected {row.expected}" for row, value in wrong)]


if __name__ == "__main__":
    main()
