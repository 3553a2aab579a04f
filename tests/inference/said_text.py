"""Documents for tests of who says what, out of marked text.

``{S who:word}`` is a trigger of saying and its actor, ``{who:word}`` another event and who says it (``-`` nobody), ``{who<actor:word}`` one with an actor of its
own; ``[LABEL name:text]`` a mention.
"""

from __future__ import annotations

import re

from hadath.models.documents import Argument, Document, Event, Mention
from hadath.models.scheme import load_scheme

SCHEME = load_scheme("news")
_MARK = re.compile(r"\[(?P<label>\w+) (?P<name>\w+):(?P<text>[^\]]+)\]|\{(?P<says>S )?(?P<who>[\w-]+)(?:<(?P<actor>\w+))?:(?P<word>[^}]+)\}")


def marked(text: str) -> tuple[Document, list[str | None]]:
    """A document with mentions and events, and the name of who says each event; for ``{S who:…}`` who is the actor, and ``{S a<b:…}`` is b's, said by a."""
    plain, at = "", 0
    mentioned = set(re.findall(r"\[\w+ (\w+):", text))
    mentions: dict[str, Mention] = {}
    events: list[Event] = []
    meant: list[str | None] = []
    for mark in _MARK.finditer(text):
        plain += text[at : mark.start()]
        at = mark.end()
        if mark["label"]:
            mentions[mark["name"]] = Mention(len(plain), len(plain) + len(mark["text"]), mark["text"], mark["label"], id=mark["name"])
            plain += mark["text"]
            continue
        actor = mark["actor"] or (mark["who"] if mark["says"] else None)
        arguments = (Argument("ACTOR", actor),) if actor is not None and actor in mentioned else ()
        label = SCHEME.reporting[0] if mark["says"] else "KILL"
        events.append(Event(len(plain), len(plain) + len(mark["word"]), mark["word"], label, id=f"E{len(events)}", arguments=arguments))
        meant.append(None if mark["who"] == "-" or (mark["says"] and not mark["actor"]) else mark["who"])
        plain += mark["word"]
    return Document("case", plain + text[at:], entities=tuple(mentions.values()), events=tuple(events)), meant
