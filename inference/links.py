"""Links and mail addresses in raw texts: they are pointers, and what seems to be a day or a name inside is part of none."""

from __future__ import annotations

import re

# With a scheme or www, up to a blank, a quotation mark or what is not written in addresses: Arabic that touches a link is the text's again, unless a slash
# or a per cent sign leads on to it
_LINK = re.compile(
    r"(?:https?://|ftp://|www\.)[^\s\"'«»“”<>()\[\]؀-ۿ]+(?:(?<=[/_=-])[^\s\"'«»“”<>()\[\]،؛]+)?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)


def find_links(text: str) -> list[tuple[int, int]]:
    """Where links and mail addresses stand.

    Returns:
        Half-open code points, in order.
    """
    if "://" not in text and "@" not in text and "www." not in text.lower():
        return []
    return [match.span() for match in _LINK.finditer(text)]


def inside(links: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch lies within one of them."""
    return any(begin <= start and end <= stop for begin, stop in links)
