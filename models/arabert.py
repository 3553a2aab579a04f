"""AraBERT v0.2's cleaning, "arabert", with the way back: what a model trained behind it must be given.

The text is what `ArabertPreprocessor("bert-base-arabertv02").preprocess` of the arabert package gives, character for character. No difference is known.
Its second URL pattern is left out: it asks for text behind the end of the text, so it never matches, and can take exponential time to find that out.
The patterns that were quadratic on long words are written to begin at the beginning of a word only, which finds the same matches.

Source: Antoun, Baly and Hajj, "AraBERT: Transformer-based Model for Arabic Language Understanding", 2020.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .text import Aligned, CharacterMap, to_codes

_LINK, _MAIL, _USER = " [رابط] ", " [بريد] ", " [مستخدم] "

# Each pattern stands beside a text without which it cannot match: looking for that first spares most texts the pattern.
_REPLACED = tuple(
    (needle, re.compile(pattern), new)
    for needle, pattern, new in (
        (".", r"(?:https?://.)?(?:www\.)?[-a-zA-Z0-9@:%._+~#=]{2,256}\.[a-z]{2,6}\b[-a-zA-Z0-9@:%_+.~#?&/=]*", _LINK),
        ("http", r"https?://[a-zA-Z0-9_\-./~?=%&]+", _LINK),
        ("www", r"www[a-zA-Z0-9_\-?=%&/.~]+", _LINK),
        # from the beginning of a word, or from right behind the name before
        (".com", r"(?:(?<![a-zA-Z])|(?<=\.com))[a-zA-Z]+\.com", _LINK),
        ("http", r"http\S*", _LINK),
        ("www", r"www\S*", _LINK),
        ("://", r"://", _LINK),
        ("@", r"(?<![\w-])[\w-]+@(?:[\w-]+\.)+[\w-]+", _MAIL),
        ("@", r"(?<!\S)\S[^\s@]*@\S+", _MAIL),
        ("@", r"@\w+", _USER),
        ("<br />", r"<br />", " "),  # before the other tags: it can leave a < without its >
    )
)
_DOMAIN = re.compile(r"\.[a-z]{2}")  # every match of the first URL pattern has one; most full stops do not
_ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
_TAG = re.compile(r"</?[^>]+>")

_LETTERS = ((0x0621, 0x063A), (0x0641, 0x064A))
_KEPT = (*_LETTERS, (0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0x5B, 0x5B), (0x5D, 0x5D))
_SPACED = "!\"#$%'()*+,.:;-<=·>?@\\^_`{|}~—٪٫٬’،؟୍“؛”ۚ»«–…‘ٱٲٳٴ"
_FURTHER_MARKS = range(0x0653, 0x0660)  # combining, but no tashkeel to the original, which sets them apart too


def clean(raw: str) -> Aligned:
    """Cleans a raw text as AraBERT v0.2's training text was.

    Entities of HTML are read, tags, tashkeel and tatweel dropped, links, mail addresses and user names replaced by [رابط] [بريد] [مستخدم], a character more
    than twice in a row cut to two, digits made 0-9, punctuation and numbers set apart by spaces, characters the model never saw made spaces, and runs of white
    space, line breaks too, made one space.

    Args:
        raw: Any string.

    Returns:
        The cleaned text with, for each of its characters, the half-open span of `raw` it came from. Its text may be empty.
    """
    text = Aligned.identity(raw)
    if "&" in raw:
        text = text.sub(_ENTITY, lambda match: html.unescape(match[0]))
    text = text.translate(_marks())
    for needle, pattern, new in _REPLACED:
        if needle in text.text and (needle != "." or _DOMAIN.search(text.text)):
            text = text.sub(pattern, new)
    if "<" in text.text:
        text = text.rewrite(_tags(text.text))
    text = _shorten(text).translate(_characters())
    return _squeeze(_part_numbers(text))


@cache
def _marks() -> CharacterMap:
    return CharacterMap(dict.fromkeys((0x0640, *range(0x064B, 0x0653)), ""))


@cache
def _characters() -> CharacterMap:
    """Digits, the spaces around punctuation, and the model's alphabet, outside which everything becomes a space."""
    changes = {code: chr(code) for first, last in _KEPT for code in range(first, last + 1)}
    changes |= {code: f" {chr(code)} " for code in (*map(ord, _SPACED), *_FURTHER_MARKS)}
    changes |= {0x0660 + digit: str(digit) for digit in range(10)}
    changes[ord("/")] = " - "  # the vocabulary has no slash
    return CharacterMap(changes, default=" ")


def _tags(text: str) -> Iterator[tuple[int, int, str]]:
    # up to the last >, or else each of many open < would look for one through the rest of the text
    for match in _TAG.finditer(text, 0, text.rfind(">") + 1):
        yield match.start(), match.end(), " "


def _shorten(text: Aligned) -> Aligned:
    """Cuts what stands more than twice in a row to two; the second takes in the rest. Digits are let be."""
    codes = to_codes(text.text)
    same = codes[1:] == codes[:-1]
    third = np.flatnonzero(same[1:] & same[:-1]) + 2
    if not third.size:
        return text
    kinds, which = np.unique(codes[third], return_inverse=True)
    third = third[np.array([not chr(code).isdecimal() for code in kinds], bool)[which]]
    keep = np.ones(len(codes), bool)
    keep[third] = False
    first = np.flatnonzero(keep)
    return text.pick(codes[first], first, np.append(first[1:], len(codes)) - 1)


def _part_numbers(text: Aligned) -> Aligned:
    """Puts spaces around and between a number and the Arabic letters that touch it."""
    codes = to_codes(text.text)
    kinds = _kinds()[codes]
    if not ((kinds[1:] != kinds[:-1]) & (kinds[1:] != 0) & (kinds[:-1] != 0)).any():
        return text
    bounds = np.concatenate(([0], np.flatnonzero(kinds[1:] != kinds[:-1]) + 1, [len(codes)]))  # run i lies from bounds[i] to bounds[i + 1]
    runs = kinds[bounds[:-1]]
    cut = np.zeros(len(bounds), bool)
    # A number before letters first; then letters before a number, where the first has not parted them already.
    for left, right in ((1, 2), (2, 1)):
        pairs = np.flatnonzero((runs[:-1] == left) & (runs[1:] == right) & ~cut[1:-1])
        for edge in range(3):
            cut[pairs + edge] = True
    at = bounds[cut]
    source = np.insert(np.arange(len(codes)), at, np.maximum(at - 1, 0))
    return text.pick(np.insert(codes, at, 0x20), source)


@cache
def _kinds() -> NDArray[np.uint8]:
    """1 for a digit, 2 for an Arabic letter, 0 for all others."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[0x30:0x3A] = 1
    for first, last in _LETTERS:
        kinds[first : last + 1] = 2
    return kinds


def _squeeze(text: Aligned) -> Aligned:
    """Makes each run of spaces one that points at all of the run, and none at the two ends. Spaces are all the white space that is left here."""
    codes = to_codes(text.text)
    blank = codes == 0x20
    words = np.flatnonzero(~blank)
    if not words.size:
        return text.pick(codes[:0], words)
    keep = ~blank
    keep[1:] |= blank[1:] & ~blank[:-1]
    keep[: words[0]] = False
    keep[words[-1] + 1 :] = False
    first = np.flatnonzero(keep)
    return text.pick(codes[first], first, np.append(first[1:] - 1, words[-1]))
