"""Strings for a terminal: measured in columns, wrapped, coloured, and safe where Arabic and Latin letters meet."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator

RIGHT, ANY, POP = "\u2067", "\u2068", "\u2069"  # isolates: right to left, by the first strong letter, and their end
# Mid tones of the 256-colour table, legible on black and on white.
_COLOURS = (31, 32, 35, 64, 67, 71, 97, 100, 103, 130, 132, 136, 139, 161, 166, 173)


def wrap(words: Iterable[str], width: int | None) -> Iterator[str]:
    """Lines of words, as wide as the screen; a word that is wider has a line of its own. None leaves them in one line."""
    line: list[str] = []  # joined at its end: without a width a line may be the whole text
    used = 0
    for word in words:
        size = width_of(word)
        if line and width is not None and used + 1 + size > width:
            yield " ".join(line)
            line, used = [], 0
        used += size + (1 if line else 0)
        line.append(word)
    if line:
        yield " ".join(line)


def width_of(word: str) -> int:
    """Columns on the screen: no colour codes, no combining marks, no isolates; wide letters take two."""
    count, escape = 0, False
    for char in word:
        if escape or char == "\x1b":
            escape = char != "m"
        elif unicodedata.category(char) not in ("Mn", "Me", "Cf"):
            count += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return count


def code_of(label: str) -> str:
    """The colour of a label, always the same."""
    return f"38;5;{_COLOURS[zlib.crc32(label.encode('utf-8', 'replace')) % len(_COLOURS)]}"


def paint(text: str, style: str, colour: bool) -> str:
    """Text in a style, if there is to be colour."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text else text


def clean(text: str) -> str:
    """One line that leaves the terminal and its directions alone."""
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char.isspace():
        return " "
    if "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
        return ""  # would open or close what the isolates around it do
    return "\ufffd" if unicodedata.category(char) in ("Cc", "Cs") else char
