"""Which place a common word gives an event: sentences by hand, ``{word>place}`` an event and the place it gets, ``{word}`` one that gets none."""

from __future__ import annotations

import re

import pytest

from hadath.inference.entities import join_mentions
from hadath.inference.place_words import events_within, places_meant
from hadath.inference.places import places_of
from hadath.inference.records import build_records, link
from hadath.models.documents import Argument, Document, Event, Mention
from hadath.models.scheme import load_scheme

SCHEME = load_scheme("news")
_MARK = re.compile(r"\[(?P<label>\w+) (?P<name>[^\]]+)\]|\{(?P<says>S )?(?P<word>[^}>]+)(?:>(?P<place>[^}]+))?\}")

# fmt: off
CASES = {
    "the object": "دخل الجيش [GPE مدينة النهر]. وأعلن {تحرير>مدينة النهر} المدينة بالكامل.",
    "with a preposition": "دخل الجيش [GPE مدينة النهر]. ثم {اشتبك>مدينة النهر} الطرفان بالمدينة.",
    "behind a lam": "دخل الجيش [GPE مدينة النهر]. وجاء {اقتحام>مدينة النهر} الجيش للمدينة فجرا.",
    "the name without its class noun, which stands elsewhere": "[GPE النهر] قديمة. و{قصف>مدينة النهر} الطيران وسط المدينة. و[GPE مدينة النهر] كبيرة.",
    "the last that is called so": "من [GPE مدينة النهر] إلى [GPE مدينة التل]. و{قصف>مدينة التل} الطيران وسط المدينة.",
    "each its own class noun": "في [GPE بلدة النهر] من [GPE محافظة التل] {اشتباكات} امتدت. و{قتل>بلدة النهر} خمسة في البلدة، و{جرح>محافظة التل} عشرة في المحافظة.",
    "the event behind the word": "دخل الجيش [GPE مدينة النهر]. ودارت في أحياء المدينة {اشتباكات>مدينة النهر} عنيفة.",
    "an event further behind": "دخل الجيش [GPE مدينة النهر]. وفي أحياء المدينة القريبة من الجسر دارت {اشتباكات}.",
    "not beyond a comma": "دخل الجيش [GPE مدينة النهر]. و{انسحب} الباقون، ولم تعد المدينة كما كانت.",
    "not beyond a sentence": "دخل الجيش [GPE مدينة النهر]. و{انسحب} الباقون. وبقيت المدينة.",
    "the nearest before": "دخل الجيش [GPE مدينة النهر]. و{أعلن} أنه {قتل>مدينة النهر} خمسة في المدينة.",
    "not that of a report": "دخل الجيش [GPE مدينة النهر]. و{S قال} محافظ المدينة إن الهدوء عاد.",
    "another named place between": "دخل الجيش [GPE مدينة النهر]. و{قصف} الطيران [FAC جسر التل] قرب المدينة.",
    "an adjective makes it another": "دخل الجيش [GPE مدينة النهر]. و{قصف} الطيران المدينة القديمة.",
    "no place is called so": "دخل الجيش [GPE النهر]. و{قصف} الطيران المدينة.",
    "named only later": "{قصف} الطيران المدينة. وتقع [GPE مدينة النهر] في الجنوب.",
    "part of a name": "دخل الجيش [GPE مدينة النهر]. و{قصف} الطيران [FAC مستشفى المدينة].",
    "without the article": "دخل الجيش [GPE مدينة النهر]. و{قصف} الطيران مدينة أخرى.",
    "once for an event": "[GPE مدينة النهر] في [GPE محافظة التل]. و{قصف>مدينة النهر} الطيران المدينة وريف المحافظة.",
}
# fmt: on


def marked(text: str) -> tuple[Document, dict[str, str | None]]:
    plain, at = "", 0
    mentions, events, meant = [], [], {}
    for number, mark in enumerate(_MARK.finditer(text)):
        plain += text[at : mark.start()]
        at = mark.end()
        word = mark["name"] or mark["word"]
        start, end = len(plain), len(plain) + len(word)
        plain += word
        if mark["name"]:
            mentions.append(Mention(start, end, word, mark["label"], id=f"T{number}"))
        else:
            events.append(Event(start, end, word, SCHEME.reporting[0] if mark["says"] else "ATTACK", id=f"E{number}", arguments=()))
            meant[word] = mark["place"]
    document = Document("case", plain + text[at:], entities=tuple(mentions), events=tuple(events))
    return join_mentions(document, SCHEME), meant


@pytest.mark.parametrize("case", CASES)
def test_the_place_that_a_word_gives(case: str) -> None:
    document, meant = marked(CASES[case])
    found = places_meant(document, SCHEME, places_of(document, SCHEME))
    assert {one.text: found[one.start].name if one.start in found else None for one in document.events or ()} == meant
    entities = {one.name: one.entity for one in document.entities or ()}
    for one in found.values():
        assert document.text[one.start : one.end] == one.text
        assert one.entity == entities[one.name]


def test_an_event_with_a_place_of_its_own_gets_no_other() -> None:
    document, _ = marked("دخل الجيش [GPE مدينة النهر]. و{قصف} الطيران المدينة من [GPE جبل التل].")
    [event] = document.events or ()
    hill = (document.entities or ())[-1]
    placed = Document(
        "case",
        document.text,
        entities=document.entities,
        events=(Event(event.start, event.end, event.text, event.label, id="E", arguments=(Argument("PLACE", str(hill.id)),)),),
    )
    assert len(places_meant(document, SCHEME, places_of(document, SCHEME))) == 1
    assert places_meant(placed, SCHEME, places_of(placed, SCHEME)) == {}


def test_records_show_the_name_and_point_at_the_word() -> None:
    document, _ = marked(CASES["the object"])
    [record] = build_records(link(document, SCHEME), SCHEME)
    [place] = record.places
    [(start, end)] = place.mentions
    assert (place.name, document.text[start:end]) == ("مدينة النهر", "المدينة")


@pytest.mark.parametrize("missing", ["events", "entities"])
def test_documents_without_layers(missing: str) -> None:
    document, _ = marked(CASES["the object"])
    bare = document.without(missing)
    assert places_meant(bare, SCHEME, places_of(bare, SCHEME)) == {}


def test_events_whose_arguments_nobody_annotated_get_none() -> None:
    document, _ = marked(CASES["the object"])
    events = tuple(Event(one.start, one.end, one.text, one.label) for one in document.events or ())
    assert places_meant(Document("case", document.text, entities=document.entities, events=events), SCHEME, places_of(document, SCHEME)) == {}


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("معارك في النهر قُتل فيها خمسة.", True),
        ("معارك في النهر، قُتل خلالها خمسة.", True),
        ("معارك في النهر. ثم قُتل فيها خمسة.", False),
        ("معارك في النهر ثم قُتل خمسة.", False),
        ("معارك في النهر قُتل فيهم خمسة.", False),
        ("معارك في النهر " + "طويلة جدا " * 8 + "قُتل فيها خمسة.", False),
    ],
)
def test_what_happened_in_an_event_happened_where_it_did(text: str, placed: bool) -> None:
    place = Mention(text.index("النهر"), text.index("النهر") + 5, "النهر", "GPE", id="T1")
    battle = Event(0, 5, "معارك", "CLASH", id="E1", arguments=(Argument("PLACE", "T1"),))
    dead = Event(text.index("قُتل"), text.index("قُتل") + 4, "قُتل", "KILL", id="E2", arguments=())
    document = link(Document("a", text, entities=(place,), events=(battle, dead)), SCHEME)
    _, kill = build_records(document, SCHEME)
    assert [one.name for one in kill.places] == (["النهر"] if placed else [])


def test_a_word_of_its_own_comes_before_the_event_around() -> None:
    text = "في مدينة التل. معارك في النهر قُتل فيها خمسة في المدينة."
    words = {"T1": "مدينة التل", "T2": "النهر"}
    places = tuple(Mention(text.index(one), text.index(one) + len(one), one, "GPE", id=name) for name, one in words.items())
    battle = Event(text.index("معارك"), text.index("معارك") + 5, "معارك", "CLASH", id="E1", arguments=(Argument("PLACE", "T2"),))
    dead = Event(text.index("قُتل"), text.index("قُتل") + 4, "قُتل", "KILL", id="E2", arguments=())
    _, kill = build_records(link(Document("a", text, entities=places, events=(battle, dead)), SCHEME), SCHEME)
    assert [one.name for one in kill.places] == ["مدينة التل"]


def test_it_keeps_a_place_of_its_own_and_a_report_gets_none() -> None:
    text = "معارك في النهر قُتل فيها قال فيها"
    events = [
        Event(0, 5, "معارك", "CLASH"),
        Event(15, 19, "قُتل", "KILL", arguments=(Argument("PLACE", "T1"),)),
        Event(25, 28, "قال", "STATEMENT", arguments=()),
    ]
    assert events_within(Document("a", text, entities=(), events=tuple(events)), SCHEME) == {}
