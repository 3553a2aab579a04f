"""Our own normalisation, "news": one spelling for what Arabic newsrooms spell in many ways, each character by itself, with the way back.

The rules, in the order they win, and why:

* Tashkeel and Koranic marks (U+0610-061A, 064B-065F, 0670, 06D6-06ED) are deleted: news text has them by whim, and a vowelled name is the same name.
* Tatweel is deleted: it stretches a line and says nothing.
* Bidi controls, zero-width characters and variation selectors (U+061C, 200B-200F, 202A-202E, 2060-2069, FE00-FE0F, FEFF) and the soft hyphen are
  deleted: they are invisible and break words for every tokenizer.
* Lone surrogates become U+FFFD: no encoder of text takes them.
* Other control characters but newline, tab and carriage return become a space: they separate where they occur at all.
* NFKC, character by character over the BMP: old encodings leave presentation forms (U+FB50-FDFF, FE70-FEFF; ligatures of several letters), and wire
  copy has full-width Latin. A spacing accent, which NFKC makes a space with a mark, would split a word: an Arabic one is deleted like the mark it
  stands for, any other is left alone.
* أ إ آ ٱ become ا, and ى becomes ي: writers mix them, above all at the beginning and the end of words.
* Persian and Urdu ک ی ہ ھ become ك ي ه, as keyboards and fonts mix them; گ stays, since it is another sound.
* Arabic-Indic and extended digits become 0-9: one number, one spelling.
* Latin capitals become small where that is one character for one; Arabic has no case to keep them for. (İ, whose small form is two, stays.)

White space and newlines stay, one character for one. Nothing is composed over several characters: a و with a separate hamza above loses the hamza.
Doing it twice changes nothing more.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from .text import Aligned, CharacterMap

# fmt: off
_DELETED = (
    (0x0610, 0x061A), (0x061C, 0x061C), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED), (0x00AD, 0x00AD),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)
# fmt: on
_FOLDED = dict(zip("أإآٱىکیہھ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "اااايكيهه01234567890123456789", strict=True))
_ARABIC_FORMS = ((0xFB50, 0xFDFF), (0xFE70, 0xFEFF))


def normalise(raw: str) -> Aligned:
    """Normalises a raw text by the rules above.

    Args:
        raw: Any string: empty, with lone surrogates, a megabyte on one line.

    Returns:
        The normalised text with, for each of its characters, the half-open span of `raw` it came from. Its text may be empty.
    """
    return Aligned.identity(raw).translate(character_map())


@cache
def character_map() -> CharacterMap:
    """The rules as one map. Built on first use (tens of milliseconds): the import stays cheap."""
    changes = {code: new for code in range(0x10000) if (new := _settled(chr(code))) != chr(code)}
    return CharacterMap(changes)


def _settled(char: str) -> str:
    """What the rules make of a character, applied until they change nothing, so that a second normalisation has nothing to do."""
    while (new := "".join(map(_rule, char))) != char:
        char = new
    return char


@cache
def _deleted() -> frozenset[int]:
    return frozenset(code for first, last in _DELETED for code in range(first, last + 1))


def _rule(char: str) -> str:
    code = ord(char)
    if code in _deleted():
        return ""
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if unicodedata.category(char) == "Cc":
        return char if char in "\n\t\r" else " "
    if char in _FOLDED:
        return _FOLDED[char]
    if unicodedata.decomposition(char):
        plain = unicodedata.normalize("NFKC", char)
        if plain[0] == " " and len(plain) > 1:
            return "" if any(first <= code <= last for first, last in _ARABIC_FORMS) else char
        if plain != char:
            return plain
    lower = char.lower()
    if lower != char and len(lower) == 1 and unicodedata.name(char, "").startswith("LATIN"):
        return lower
    return char
