"""What a statement, an accusation or a denial tells of: from trigger to trigger, and from record to record."""

from __future__ import annotations

from hadath.inference.contents import contents, records_told_of
from hadath.inference.event_table import columns, row
from hadath.inference.records import build_records, link
from hadath.models.documents import Argument, Document, Event, Mention
from hadath.models.scheme import load_scheme

SCHEME = load_scheme("news")
TEXT = "نفى ضابط تحدثت إليه سبوتنيك أي انسحاب، وأضاف أن الغارات قتلت ثلاثة. واتهم الجيش الحزب بالقصف."
MENTIONS = {"T1": ("ضابط", "NOM"), "T2": ("سبوتنيك", "ORG"), "T3": ("الجيش", "ORG"), "T4": ("الحزب", "ORG")}
EVENTS = {
    "نفى": ("REJECT", [("ACTOR", "T1")]),
    "تحدثت": ("STATEMENT", [("RECIPIENT", "T2")]),
    "انسحاب": ("WITHDRAW", []),
    "أضاف": ("STATEMENT", []),
    "الغارات": ("AIRSTRIKE", []),
    "قتلت": ("KILL", []),
    "اتهم": ("ACCUSE", [("ACTOR", "T3"), ("RECIPIENT", "T4")]),
    "قصف": ("SHELLING", [("ACTOR", "T4")]),
}


def linked() -> Document:
    mentions = tuple(Mention(TEXT.index(one), TEXT.index(one) + len(one), one, label, id=name) for name, (one, label) in MENTIONS.items())
    events = tuple(
        Event(TEXT.index(one), TEXT.index(one) + len(one), one, label, id=f"E{at}", arguments=tuple(Argument(*pair) for pair in roles))
        for at, (one, (label, roles)) in enumerate(EVENTS.items())
    )
    return link(Document("a", TEXT, entities=mentions, events=events), SCHEME)


def test_each_trigger_of_saying_has_what_stands_in_its_clause() -> None:
    document = linked()
    found = contents(document.text, document.events or (), SCHEME)
    words = {TEXT[at:].split()[0]: [one.text for one in told] for at, told in found.items()}
    assert words == {"نفى": ["انسحاب"], "أضاف": ["الغارات", "قتلت"], "اتهم": ["قصف"]}


def test_the_record_of_a_denial_leads_to_what_was_denied() -> None:
    records = build_records(linked(), SCHEME)
    by_word = {one.triggers[0].text: one for one in records}
    denied, said, accused = (by_word[one] for one in ("نفى", "أضاف", "اتهم"))
    assert denied.reports == (by_word["انسحاب"].id,)
    assert said.reports == (by_word["الغارات"].id, by_word["قتلت"].id)
    assert accused.reports == (by_word["قصف"].id,)
    assert by_word["تحدثت"].reports == by_word["قصف"].reports == ()
    assert denied.to_json()["reports"] == list(denied.reports)
    names = columns(SCHEME)
    assert dict(zip(names, row(said, names), strict=True))["reports"] == " | ".join(said.reports)
    assert dict(zip(names, row(by_word["قصف"], names), strict=True))["reports"] is None


def test_a_record_does_not_tell_of_itself_and_of_another_once() -> None:
    one, two, three = (Event(at, at + 1, "و", label) for at, label in ((0, "STATEMENT"), (2, "KILL"), (4, "KILL")))
    assert records_told_of({"R1": [one], "R2": [two, three]}, {0: [one, two, three]}) == {"R1": ("R2",), "R2": ()}
