"""News articles to measure on, with lengths as they come."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parents[2] / "shared" / "data" / "text" / "news.txt.xz"


def read_articles(path: Path, count: int) -> list[str]:
    """The first articles of a file of plain text, with a blank line between them."""
    found: list[str] = []
    lines: list[str] = []
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        for line in (*file_until(file, count), ""):
            if line.strip():
                lines.append(line)
            elif lines:
                found.append("".join(lines).rstrip("\n"))
                lines = []
    return found[:count]


def file_until(file: Any, count: int) -> Iterator[str]:
    """The lines of so many articles."""
    seen = 0
    blank = True
    for line in file:
        if line.strip():
            blank = False
        elif not blank:
            blank, seen = True, seen + 1
        yield line
        if seen == count:
            return
