"""Links and mail addresses in raw texts: they are pointers, and what seems to be a day or a name in one is part of it."""

from __future__ import annotations

import re
from bisect import bisect_right

# In the letters of addresses, so that Arabic which touches a link is the text's again; each alternative begins at one place only of a long run
_LINK = re.compile(
    r"(?<![a-z0-9])(?:(?:https?|ftp)://|www\.)[a-z0-9_.~:/?#@!$&*+,;=%-]+|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    re.IGNORECASE | re.ASCII,
)
_ENDING = ".,;:!?"  # the sentence's


def find_links(text: str) -> list[tuple[int, int]]:
    """Where links and mail addresses stand.

    Returns:
        Half-open code points, in order.
    """
    if "://" not in text and "@" not in text and "www." not in text.lower():
        return []
    return [(match.start(), match.start() + len(match[0].rstrip(_ENDING))) for match in _LINK.finditer(text)]


def is_part(links: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch is a part of a link; a whole link, which a scheme may have a label for, is none.

    Args:
        links: As `find_links` gives them.
        start: Of the stretch.
        end: The same.
    """
    at = bisect_right(links, (start, len(links) and links[-1][1])) - 1
    return at >= 0 and end <= links[at][1] and links[at] != (start, end)
