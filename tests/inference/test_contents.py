"""What a statement, an accusation or a denial tells of: from trigger to trigger, and from record to record."""

from __future__ import annotations

import re

from hadath.inference.contents import contents, records_told_of
from hadath.inference.event_page import event_page
from hadath.inference.event_table import columns, row
from hadath.inference.event_text import events_text
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
    events = sorted(document.events or (), key=lambda one: one.start)
    found = contents(document.text, events, SCHEME)
    words = {events[at].text: [events[one].text for one in told] for at, told in found.items()}
    assert words == {"نفى": ["انسحاب"], "أضاف": ["الغارات", "قتلت"], "اتهم": ["قصف"]}


def test_what_takes_up_the_clause_before_tells_of_its_event() -> None:
    text = "اتهم الجيش الحزب بالقصف، وهو ما نفاه الحزب. ونفى الحزب."
    events = [
        Event(0, 4, "اتهم", "ACCUSE"),
        Event(18, 22, "قصف", "SHELLING"),
        Event(text.index("نفاه"), text.index("نفاه") + 4, "نفاه", "REJECT"),
        Event(text.index("نفى"), text.index("نفى") + 3, "نفى", "REJECT"),
    ]
    assert contents(text, events, SCHEME) == {2: [1]}


def test_two_events_of_one_word_are_two() -> None:
    by = Argument("ACTOR", "T1")
    events = [Event(0, 3, "نفى", "KILL"), Event(0, 3, "نفى", "REJECT", arguments=(by,))]
    events += [Event(5, 9, "قصفت", label, reported_by="T1") for label in ("SHELLING", "DESTROY")]
    assert contents("نفى، قصفت", events, SCHEME) == {1: [2, 3]}


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
    assert records_told_of([[0], [1, 2]], {0: [0, 1, 2]}) == [[1], []]


def test_tables_and_pages_show_what_was_said() -> None:
    document = linked()
    records = build_records(document, SCHEME)
    table = events_text(document, records, colour=False)
    [denied] = [line for line in table.splitlines() if "REJECT" in line]
    assert "انسحاب" in denied
    page = event_page(SCHEME).article(document)
    card = page[page.index('<h3><bdi dir="ltr" class="chip">REJECT') :]
    line = card[card.index("what</bdi></dt><dd>") : card.index("</dl>")]
    target = re.search(r'<a href="#([^"]+)"><bdi>انسحاب', line)
    assert target is not None
    assert f'id="{target[1]}"' in page
