"""Sentences of a raw text, by rules: punctuation decides, and a few looks around each mark say when it does not.

Every rule looks at a bounded piece of text beside a mark, so the time grows with the length of the text and no line can make it stall.
"""

from __future__ import annotations

import re

_NEWLINES = "\n\r\x0b\x0c\x85\u2028\u2029"
_STOPS = ".!?؟…۔"
# What may stand between a mark and its neighbours without being seen: tashkeel, tatweel, joiners, bidi marks, variation selectors.
_UNSEEN = "\u00ad\u0300-\u036f\u0610-\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_PAIRS = {'"': '"', "«": "»", "“": "”“", "”": "”“", "„": "”“", "(": ")", "[": "]"}
_CLOSERS = "\"'»”“’)\\]"
_OPENERS = "\"'«“”‘([-–"
_LETTERS = "ء-غف-ي\u066e-\u066f\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufefc"

_BLANK = rf"[^\S{_NEWLINES}]"
_MARK = re.compile(rf'[{_NEWLINES}{_STOPS}"«»“”„()\[\]]')
_TAIL = re.compile(rf"[{_STOPS}{_CLOSERS}{_UNSEEN}]*")
_AHEAD = re.compile(rf"{_BLANK}{{0,8}}[{_UNSEEN}]{{0,8}}{_BLANK}{{0,8}}")
_LATE_CLOSER = re.compile(rf"{_BLANK}{{1,3}}[{_UNSEEN}]{{0,4}}(?:[»)\]]|(?P<quote>[\"“”])(?=\s|\Z))[{_STOPS}{_CLOSERS}{_UNSEEN}]*")
_NOT_STOPS = re.compile(rf"[{_CLOSERS}{_UNSEEN}]+")
_UNSEEN_RUN = re.compile(rf"[{_UNSEEN}]+")
_THREE_LETTERS = rf"(?:[{_LETTERS}][{_UNSEEN}]{{0,4}}){{3}}"
_GLUED_LEFT = re.compile(rf"{_THREE_LETTERS}\Z")
_GLUED_RIGHT = re.compile(_THREE_LETTERS)
_ADDRESS = re.compile(r"[./@_][^\s/@]*\Z")  # behind it a dot joins parts of an address
_NUMBERING = re.compile(r"\W{0,3}(?:\d{1,3}(?:\.\d{1,3}){0,3}|[^\W\d_])\W{0,3}")
_LETTER_RUN = re.compile(r"[^\W\d_]+(?![^\W\d_])")
_WORD = re.compile(r"[^\W_]")
_PAUSE_GOES_ON = re.compile(r"[a-zوف]|(?:لكن|ثم|أو|أم|بل|حتى|كما|مما|[إا]لخ|إلى)\b")

# Compared without tashkeel and tatweel. A single letter is an abbreviation too, and so are letters with dots between them (ج.م.ع).
_ABBREVIATION = re.compile(r"[وفل]د|و[أامص]|مج|دبليو|جيه|كيه|إتش|mrs?|ms|dr|st|prof|gen|col|lt|sgt|capt|gov|sen|rep|rev|vs|inc|ltd|jr|sr|dept|vol")
_BEFORE_NUMBER = re.compile(r"nos?|art|fig|pp|رقم")
_LETTER_NAME = re.compile(r"[أإا]ي|آي|بي|سي|دي|[إا]ف|جي|[إا]تش|جيه|كيه|[إا]ل|[إا]م|[إا]ن|[أا]و|كيو|[آا]ر|[إا]س|تي|يو|في|دبليو|[إا]كس|واي|زد")
_UNIT = re.compile("[مهق]")  # metres, AD, AH, BC: behind a number they may end a sentence

_SHORT = 150  # characters of a quotation that a stop inside may leave whole
_NEAR = 80  # characters from the stop to the end of the quotation
_FEW = 8  # words there
_PHRASE = 5  # words of a quotation that is part of its sentence although it ends in a stop


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Splits a raw text into sentences.

    A newline always ends a sentence; ``. ! ? ؟ … ۔`` end one before white space, with the quotes and brackets that they close. Not after
    initials, abbreviations, the number of a list item, nor inside a short quotation or bracket after which the sentence goes on. Two dots are a
    pause, as Arabic headlines use them, and so are three before a continuation. A full stop between two Arabic words with no space ends one too.

    Returns:
        Half-open code points of the text, in order, never empty nor overlapping, without white space around. They hold every character that is no
        white space.
    """
    spans: list[tuple[int, int]] = []
    start = pos = bare = 0  # of the open sentence; of the search; no letter or digit stands from start to bare
    line = 0  # how many spans lie before this line
    opened = -1  # where the quotation or bracket that is open began
    closing = ""

    def end_at(end: int) -> None:
        nonlocal start, bare
        piece = text[start:end]
        left, right = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        if left < right:
            if len(spans) > line and not _WORD.search(piece):
                spans[-1] = (spans[-1][0], right)  # marks alone are no sentence: they end the one before
            else:
                spans.append((left, right))
        start = bare = end

    while match := _MARK.search(text, pos):
        at = match.start()
        char = text[at]
        pos = at + 1
        if char in _NEWLINES:
            end_at(at)
            line, opened = len(spans), -1
            continue
        if char not in _STOPS:
            side = _side(text, at)
            if opened >= 0 and char in closing and side != "opens":
                opened = -1
            elif char in _PAIRS and side != "closes" and (opened < 0 or char == text[opened] or at - opened > _SHORT):
                opened, closing = at, _PAIRS[char]
            continue

        pos = _end(_TAIL, text, at)
        tail = text[at:pos]
        inside = opened
        if opened >= 0 and any(one in closing for one in tail):
            opened = -1
        after = text[pos : pos + 1]
        if after and not after.isspace():
            if _glued(text, at, pos, start):
                end_at(pos)
            continue
        late = _LATE_CLOSER.match(text, pos)
        if late and (late["quote"] is None or (opened >= 0 and late["quote"] in closing)):
            pos, opened = late.end(), -1
        found = _WORD.search(text, max(start, bare), at)
        bare = found.start() if found else at
        if not found:
            if len(spans) > line:
                end_at(pos)
        elif not (_quotation_goes_on(text, at, pos, inside, opened, closing) or _goes_on(text, at, pos, start, inside >= 0 > opened)):
            end_at(pos)
    end_at(len(text))
    return spans


def _end(pattern: re.Pattern[str], text: str, pos: int) -> int:
    match = pattern.match(text, pos)
    return match.end() if match else pos


def _side(text: str, at: int) -> str:
    """Which half of a pair a straight quotation mark is, as far as the characters beside it say. Papers forget many, so counting them is not enough."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    opens = not before or before.isspace() or before in "([«“:،"
    closes = not after.isalnum() and (not after or after not in "([«“\u200e\u200f")
    if text[at] != '"' or opens == closes:
        return "either"
    return "opens" if opens else "closes"


def _glued(text: str, at: int, pos: int, start: int) -> bool:
    """Whether a stop with no space behind ends a sentence: one mark between two Arabic words, as where a line break was lost."""
    if len(_UNSEEN_RUN.sub("", text[at : min(pos, at + 8)])) != 1 or not _GLUED_RIGHT.match(text, pos):
        return False
    left = text[max(start, at - 40) : at]
    right = text[pos : pos + 40].split(None, 1)[0]
    return bool(_GLUED_LEFT.search(left)) and not _ADDRESS.search(left) and "/" not in right and "@" not in right


def _quotation_goes_on(text: str, at: int, pos: int, inside: int, opened: int, closing: str) -> bool:
    """Whether a stop belongs to a short quotation or bracket after which the sentence goes on.

    `inside` is where the quotation around the stop began, `opened` where the one still open behind the stop did; -1 for none.
    """
    if inside < 0 or at - inside > _SHORT:
        return False
    if opened < 0:  # closed right behind the stop
        quoted = text[inside:at]
        return len(quoted.split()) <= _PHRASE and _resumes(text, pos, stopped=bool(_WORD.search(quoted)))
    near = text[pos : pos + _NEAR]
    end = min((near.index(one) for one in closing if one in near), default=-1)
    rest = near[: max(end, 0)]
    if end < 0 or _side(text, pos + end) == "opens" or len(rest.split()) > _FEW or any(one in _NEWLINES for one in rest):
        return False
    return _resumes(text, pos + end + 1, stopped=_UNSEEN_RUN.sub("", rest)[-1:] in tuple(_STOPS))


def _resumes(text: str, pos: int, *, stopped: bool) -> bool:
    """Whether the sentence around a quotation goes on behind it; if the quotation ended in a stop, و begins a new one."""
    ahead = _end(_AHEAD, text, pos)
    following = text[ahead : ahead + 1]
    return bool(following) and following not in _NEWLINES + _STOPS and not (stopped and following == "و")


def _goes_on(text: str, at: int, pos: int, start: int, quoted: bool) -> bool:
    """Whether a stop before white space ends nothing: an abbreviation, a pause, a mark that more marks follow."""
    ahead = _end(_AHEAD, text, pos)
    following = text[ahead : ahead + 16]
    if following[:1] in tuple("،؛,;:" + _STOPS):
        return True
    if text[at - 1] in "([":
        return True  # the (...) of a shortened quotation
    marks = _NOT_STOPS.sub("", text[at : min(pos, at + 16)])
    if marks == ".":
        return _abbreviated(text, at, start, following) or (text[at - 1].isascii() and text[at - 1].isalnum() and "a" <= following[:1] <= "z")
    if marks.strip(".…") or not following:
        return False
    if quoted:
        return not following.startswith("و")
    return marks == ".." or bool(_PAUSE_GOES_ON.match(following))


def _abbreviated(text: str, at: int, start: int, following: str) -> bool:
    if at - start < 20 and _NUMBERING.fullmatch(text, start, at):
        return True
    before = _UNSEEN_RUN.sub("", text[max(start, at - 30) : at]).split()
    if not before:
        return False
    word = before[-1].lstrip(_OPENERS).casefold()
    earlier = before[-2] if len(before) > 1 else ""
    if _UNIT.fullmatch(word) and earlier[-1:].isdigit():
        return False
    if (len(word) == 1 and word.isalpha()) or _ABBREVIATION.fullmatch(word):
        return True
    if _BEFORE_NUMBER.fullmatch(word):
        return following[:1].isdigit()
    if _LETTER_NAME.fullmatch(word):
        name = _LETTER_RUN.match(_UNSEEN_RUN.sub("", following))
        in_row = name is not None and (len(name[0]) == 1 or bool(_LETTER_NAME.fullmatch(name[0])))
        return in_row or (earlier[-1:] == "." and bool(_LETTER_NAME.fullmatch(earlier[:-1].lstrip(_OPENERS))))
    parts = word.split(".")
    return len(parts) > 1 and all(len(part) < 3 and part.isalpha() for part in parts)
