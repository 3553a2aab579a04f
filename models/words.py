"""Words of a normalised text, and how many of a word's first letters may be proclitics outside a mention."""

from __future__ import annotations

import re
import unicodedata


def _ranges(low: int, high: int) -> str:
    """The letters, digits and combining marks of [low, high) as the inside of a character class."""
    out: list[list[int]] = []
    for code in range(low, high):
        char = chr(code)
        if char.isalnum() or unicodedata.category(char)[0] == "M":
            if out and out[-1][1] == code - 1:
                out[-1][1] = code
            else:
                out.append([code, code])
    return "".join(chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in out)


# Spelled out because \w knows no combining marks and counts the underscore. Characters beyond the first plane stand apart: the regular-expression
# engine keeps a table for the first plane only and walks through the rest, which a look at the plane spares at the end of every ordinary word.
_FIRST_PLANE = _ranges(0, 0x10000)
_BEYOND = _ranges(0x10000, 0x33480) + "\U000e0100-\U000e01ef"
_WORD = re.compile(rf"(?:[{_FIRST_PLANE}]+|(?=[\U00010000-\U0010ffff])[{_BEYOND}]+)+|\S")

# Before a number one digit is enough to leave behind (و3), the article counts too, and so do prepositions that papers write together with it (في7).
_BEFORE_NUMBER = re.compile(r"(?:[وف]?(?:[بلك]|لل|[بك]?ال)|[وف]|[وف]?(?:في|من|عن)|عل[ىي]|[إا]ل[ىي])(?=\d)")
# A conjunction, then a preposition or the س of the future, with two letters left. Before لل (a contracted ل + ال) only the first ل is one, and two
# letters must follow, since لل alone is no word.
_BEFORE_WORD = re.compile(r"[وف]?(?:ل(?=ل..)|ل(?=[^ل].)|[بك](?=..)|س(?=\D.))|[وف](?=..)", re.DOTALL)
_MOST = 3


def split_words(text: str) -> list[tuple[int, int]]:
    """Splits a normalised text into words.

    A word is a run of letters, digits and combining marks of any script, as long as possible (``F16`` and ``كوفيد19`` are whole); any other character
    that is no white space, the underscore too, is a word of its own (``5.3`` is three).

    Returns:
        Half-open code points of the given text, in order.
    """
    return [match.span() for match in _WORD.finditer(text)]


def skip_choices(word: str) -> int:
    """How many first letters of a word may be proclitics that stay outside a mention.

    The longest chain of و or ف, then ب, ل, ك or س (و + ب in ``وبالصواريخ``); before a number also the article or a preposition (``في7``). It looks at
    the letters alone, so it also counts the first letter of a word that merely begins like a proclitic (``وزير``): every number from 0 to the one
    returned is a choice, and the tagger makes it.

    Args:
        word: A word of a normalised text, as `split_words` cuts it.

    Returns:
        0, 1, 2 or 3. At least two characters remain behind the letters counted, or one digit.
    """
    match = _BEFORE_NUMBER.match(word) or _BEFORE_WORD.match(word)
    return min(match.end(), _MOST) if match else 0
