"""Whole articles annotated by hand: marked text with entities, values, who says it, and which mentions are of one happening.

::

    # id: example-1
    # date: 2017-11-09
    [STATEMENT s1:أعلن] [ORG army:الجيش السوري] [DATE d1=2017-11-09:الخميس] [CAPTURE c1:تحرير] [GPE town:مدينة البوكمال].
    > s1 ACTOR=army TIME=d1 -> c1
    > c1 A=army P=town
    = STATEMENT COERCE
    وجاءت [CAPTURE c2=c1:السيطرة] بعد معارك.
    * c1 date=2017-11-09

As in plain marked text (`training/markup.py`), with these differences. The name in an entity's mark is that of the entity, the same for all its mentions.
Dates and numbers carry their value (``d1=2017-11-09``, the name may be left out, ``=-`` for none). A trigger ``c2=c1`` is of the happening of c1. In a
line ``>`` a role may be cut to its first letters; its target is the mention of the entity nearest to the trigger in the same line, the name rather than
the title before it, or else the last one before that line; ``town.2`` is the second mention in the text. ``-> c1`` names the events that the trigger's
actor vouches for, ``by=town`` does so for a source without a trigger. A line ``*`` adds to the record of an event what the article says elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..models.documents import Document
from ..models.errors import DataError, nearest
from ..models.scheme import Scheme
from .article_records import make_records
from .article_values import read_value

_MARK = re.compile(r"\[(?P<label>\w+)(?P<open>!?)(?: (?P<name>\w+)?(?:=(?P<value>[^\s:\[\]]+))?)?:(?P<text>[^\[\]]+)\]|[\[\]]")
_BEFORE = re.compile(r"(?:^|[^\w\u064b-\u0652])[وفبلكس]{0,3}ـ?$")


def read_articles(path: str | Path, scheme: Scheme) -> Iterator[dict[str, Any]]:
    """Reads annotated articles, blank lines between them.

    Yields:
        Documents as plain JSON values, mentions with `entity` or `value`, events with `reported_by`, and `records`.

    Raises:
        DataError: What is annotated does not hold together; with file, line and reason.
    """
    block: list[tuple[int, str]] = []
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(f"cannot be read: {fault}", path) from None
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            article = _Article(scheme)
            for at, one in block:
                try:
                    article.read(one, at)
                except DataError as fault:
                    raise DataError(fault.reason, path, at) from None
            try:
                yield article.document()
            except DataError as fault:
                raise DataError(fault.reason, path, fault.line or block[0][0]) from None
            block = []


class _Article:
    """One article in the making. `marks` holds mentions and events in the order of the text, with the annotator's names beside the document's keys."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.head: dict[str, str] = {}
        self.text = ""
        self.sentences: list[dict[str, Any]] = []
        self.mentions: list[dict[str, Any]] = []
        self.events: dict[str, dict[str, Any]] = {}
        self.named: dict[str, list[dict[str, Any]]] = {}
        self.claims: list[tuple[int, str, list[str]]] = []
        self.added: list[tuple[int, str, list[str]]] = []

    def read(self, line: str, number: int) -> None:
        sign, rest = line[0], line[1:].split()
        if line.startswith("# "):
            key, _, value = line[2:].partition(":")
            self.head[key.strip()] = value.strip()
        elif sign in ">*":
            if not rest:
                raise DataError(f"a line {sign} begins with the name of an event")
            (self.claims if sign == ">" else self.added).append((number, rest[0], rest[1:]))
        elif sign == "=":
            if not self.sentences or "labels" in self.sentences[-1]:
                raise DataError("a line = gives the labels of the line of text above it, once")
            for label in rest:
                if label not in self.scheme.sentence_labels:
                    raise DataError(f'the scheme has no sentence label "{label}"; {nearest(label, self.scheme.sentence_labels)}')
            self.sentences[-1]["labels"] = rest
        else:
            self._text(line)

    def _text(self, line: str) -> None:
        self.text += "\n" if self.text else ""
        begin, at = len(self.text), 0
        for mark in _MARK.finditer(line):
            self.text += line[at : mark.start()]
            at = mark.end()
            if not mark["label"]:
                raise DataError(f"a bracket at column {mark.start() + 1} is no mark; a mark is [LABEL name=value:text]")
            self._mark(mark, line[at : at + 1])
        self.text += line[at:]
        self.sentences.append({"start": begin, "end": len(self.text)})

    def _mark(self, mark: re.Match[str], after: str) -> None:
        label, name, value, text = mark["label"], mark["name"], mark["value"], mark["text"]
        if not _BEFORE.search(self.text):
            raise DataError(f"the mark {text!r} begins inside a word; only the proclitics و ف ب ل ك س may stand before it")
        if text != text.strip(' «»".,،؛:()') or after.isalpha():
            raise DataError(f"the mark {text!r} begins or ends with a space or a sign, or ends inside a word")
        one: dict[str, Any] = {"start": len(self.text), "end": len(self.text) + len(text), "text": text, "label": label, "line": len(self.sentences)}
        self.text += text
        if label in self.scheme.triggers:
            name = name or f"_{len(self.events)}"
            if name in self.events or name in self.named:
                raise DataError(f'the name "{name}" is used twice; an event has its own')
            if value is not None and self.events.get(value, one)["label"] != label:
                raise DataError(f'"{name}" is {label} and cannot be of the happening of "{value}", which is {self.events[value]["label"]}')
            if value is not None and value not in self.events:
                raise DataError(f'"{name}" is of the happening of "{value}", which is no event before it')
            same = self.events[value]["same"] if value else name
            self.events[name] = one | {"id": f"E{len(self.events) + 1}", "asserted": not mark["open"], "arguments": [], "same": same}
            return
        if label not in self.scheme.entities:
            raise DataError(f'the scheme has no label "{label}"; {nearest(label, (*self.scheme.entities, *self.scheme.triggers))}')
        if mark["open"]:
            raise DataError(f"{label}! is not asserted, but {label} is an entity label; only triggers take !")
        one["id"] = f"T{len(self.mentions) + 1}"
        if label in self.scheme.values:
            if value is None or name in self.named:
                raise DataError(f"{label} {text!r} needs a name of its own and a value: [{label} n1=VALUE:{text}], =- where it has none")
            if value != "-":
                one["value"] = read_value(value, self.scheme.values[label])
        elif value is not None:
            raise DataError(f"{label} {text!r} takes no value")
        else:
            name = name or f"_{one['id']}"
            if name in self.events or any("entity" not in other for other in self.named.get(name, ())):
                raise DataError(f'the name "{name}" is that of an event or a value already')
            one["entity"] = (
                self.named[name][0]["entity"] if name in self.named else f"N{sum('entity' in several[0] for several in self.named.values()) + 1}"
            )
        if name:
            self.named.setdefault(name, []).append(one)
        self.mentions.append(one)

    def document(self) -> dict[str, Any]:
        if "id" not in self.head or "date" not in self.head:
            raise DataError('the article needs a line "# id: NAME" and a line "# date: YEAR-MONTH-DAY"')
        for number, name, words in self.claims:
            _located(self._claim, name, words, number)
        for number, name, words in self.claims:
            _located(self._reported, name, words, number)
        additions: dict[str, list[tuple[str, Any]]] = {}
        for number, name, words in self.added:
            event = _located(self._event, name, number)
            additions.setdefault(event["same"], []).extend(_located(self._addition, event, word, number) for word in words)
        for several in self.named.values():
            if len(several) == 1 and several[0]["label"] not in self.scheme.followed:
                several[0].pop("entity", None)
        records = make_records(self.scheme, self.events, {one["id"]: one for one in self.mentions}, additions)
        inner = ("line", "same")
        out = self.head | {"text": self.text, "sentences": self.sentences, "entities": [_without(one, *inner) for one in self.mentions]}
        out |= {"events": [_without(one, *inner) for one in self.events.values()], "records": records}
        Document.from_json(out)
        return out

    def _event(self, name: str) -> dict[str, Any]:
        if name not in self.events:
            raise DataError(f'"{name}" is no event of this article; {nearest(name, self.events)}')
        return self.events[name]

    def _claim(self, name: str, words: list[str]) -> None:
        event = self._event(name)
        for word in words[: words.index("->")] if "->" in words else words:
            if not word.startswith("by="):
                role, target = self._argument(event, word)
                argument = {"role": role, "target": target["id"]}
                if argument in event["arguments"]:
                    raise DataError(f'"{word}" says of "{name}" what was said before')
                event["arguments"].append(argument)

    def _reported(self, name: str, words: list[str]) -> None:
        event = self._event(name)
        for word in words:
            if word.startswith("by="):
                event["reported_by"] = self._target(event, word[3:])["id"]
        if "->" in words:
            by = next((one["target"] for one in event["arguments"] if self.scheme.kinds.get(one["role"]) == "actor"), None)
            if event["label"] not in self.scheme.reporting or by is None:
                raise DataError(f'"{name}" vouches for nothing: only {", ".join(self.scheme.reporting)} with an actor do')
            for other in words[words.index("->") + 1 :]:
                if "reported_by" in self._event(other):
                    raise DataError(f'two sources vouch for "{other}"; name the nearest')
                self._event(other)["reported_by"] = by

    def _argument(self, event: dict[str, Any], word: str) -> tuple[str, dict[str, Any]]:
        short, _, name = word.partition("=")
        roles = [one for one in self.scheme.roles if one.startswith(short)]
        if len(roles) != 1 or not name:
            raise DataError(f'"{word}" is no argument: ROLE=name, roles {", ".join(self.scheme.roles)}')
        target = self._target(event, name)
        allowed = self.scheme.fillers.get(roles[0], self.scheme.entities)
        if target["label"] not in allowed:
            raise DataError(f'"{word}": {target["label"]} cannot be {roles[0]}; allowed: {", ".join(allowed)}')
        return roles[0], target

    def _target(self, event: dict[str, Any], name: str) -> dict[str, Any]:
        base, _, which = name.partition(".")
        found = self.named.get(base)
        if not found:
            raise DataError(f'"{name}" is no mention of this article; {nearest(base, self.named)}')
        if which:
            if not which.isdigit() or not 0 < int(which) <= len(found):
                raise DataError(f'"{name}": the article has {len(found)} mentions of "{base}"')
            return found[int(which) - 1]
        near = [one for one in found if one["line"] == event["line"]]
        near = [one for one in near if not self._leads(one)] or near
        before = [one for one in found if one["line"] < event["line"]]
        return min(near, key=lambda one: abs(one["start"] - event["start"])) if near else before[-1] if before else found[0]

    def _leads(self, title: dict[str, Any]) -> bool:
        """Whether a title stands before another mention of its bearer."""
        rest = self.mentions[self.mentions.index(title) + 1 :][:1]
        return title["label"] in self.scheme.titles and any(one.get("entity") == title["entity"] and one["line"] == title["line"] for one in rest)

    def _addition(self, event: dict[str, Any], word: str) -> tuple[str, Any]:
        key, _, value = word.partition("=")
        return ("date", None if value == "-" else read_value(value, "date")) if key == "date" else self._argument(event, word)


def _located(step: Any, *given: Any) -> Any:
    *values, number = given
    try:
        return step(*values)
    except DataError as fault:
        raise DataError(fault.reason, None, number) from None


def _without(one: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in keys}
