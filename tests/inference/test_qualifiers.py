"""What the text adds to counts, places and persons, and what it does not."""

from __future__ import annotations

import re
import time

import pytest

from hadath.inference.event_table import columns, described, row
from hadath.inference.qualifiers import counted_by, lies
from hadath.inference.records import build_records, link
from hadath.models.documents import Argument, Document, Event, Mention
from hadath.models.records import EventRecord
from hadath.models.scheme import load_scheme

SCHEME = load_scheme("news")


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("مقتل <26> [مدنيا] في غارة", "مدنيا"),
        ("مقتل <70> من [الحوثيين]", "من الحوثيين"),
        ("مقتل <20> على الأقل من [المسلحين]", "من المسلحين"),
        ("إصابة <20> شخصا على الأقل", "شخصا"),
        ("<30> إصابة في القصف", "إصابة"),
        ("مقتل <5> اشخاص", "اشخاص"),
        ("إطلاق <60> [صاروخا] على المدينة", "صاروخا"),
        ("مقتل <14> شخصا", "شخصا"),
        ("سقوط <10> قتلى", "قتلى"),
        ("إصابة <3> آخرين بجروح", "آخرين"),
        ("إصابة «<3>» «جرحى»", "جرحى"),
        ("مقتل <عشرات> القتلى", "القتلى"),
        ("مقتل <14> في [حلب]", None),
        ("مقتل <14>، [الجيش] نفى", None),
        ("بلغ <14>", None),
        ("مقتل <14> شخصان", None),
        ("بين <14> و[جنود]", None),
    ],
)
def test_what_a_number_counts(text: str, counted: str | None) -> None:
    plain = re.sub(r"[<>\[\]]", "", text)
    end = re.sub(r"[<\[\]]", "", text).index(">")
    found = re.search(r"\[(.+)\]", text)
    mentions = [] if found is None else [Mention(plain.index(found[1]), plain.index(found[1]) + len(found[1]), found[1], "NOM")]
    place = counted_by(end, mentions, [one.start for one in mentions], plain)
    assert (None if place is None else plain[slice(*place)]) == counted


def test_a_number_counts_no_day() -> None:
    text = "مقتل 14 الاثنين"
    record = record_of(text, {"T1": ("14", "CARDINAL"), "T2": ("الاثنين", "DATE")}, [("COUNT", "T1"), ("TIME", "T2")])
    assert [(one.name, one.qualifier) for one in record.counts] == [("14", None)]


def test_a_record_names_what_its_counts_count_as_it_names_its_parties() -> None:
    text = "قُتل 80 عنصرا من داعش و31 من القوات."
    words = {"T1": ("80", "CARDINAL"), "T2": ("عنصرا", "NOM"), "T3": ("داعش", "ORG"), "T4": ("31", "CARDINAL"), "T5": ("القوات", "NOM")}
    record = record_of(text, words, [("COUNT", "T1"), ("RECIPIENT", "T2"), ("COUNT", "T4"), ("RECIPIENT", "T5")])
    assert [(one.name, one.qualifier) for one in record.counts] == [("80", "عنصرا من داعش"), ("31", "من القوات")]
    assert [text[slice(*one["qualifier_at"])] for one in record.to_json()["counts"]] == ["عنصرا من داعش", "من القوات"]
    assert [one.qualifier for one in record.recipients] == [None, None]
    assert all("qualifier" not in one for one in record.to_json()["recipients"])


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("دمرت مستودعات قرب ", "قرب"),
        ("انسحبوا إلى مشارف ", "إلى مشارف"),
        ("تقدموا نحو ", "نحو"),
        ("تقدموا من ", "من"),
        ("على المخيم شمالي ", "شمالي"),
        ("في البلدة شمال شرقي ", "شمال شرقي"),
        ("على بعد 20 كلم غرب ", "20 كلم غرب"),
        ("على تخوم ", "تخوم"),
        ("استعادوا القسم الأكبر من ", "القسم الأكبر من"),
        ("اشتباكات في أحياء ", "أحياء"),
        ("بالقرب من ", "بالقرب من"),
        ("قتلوا وقرب ", "قرب"),
        ("على بعد 20 كلم من ", "20 كلم من"),
        ("في احياء ", "احياء"),
        ("في كل من ", None),
        ("في عدد من ", None),
        ("قتل 26 من ", None),
        ("على مخيم عشوائي للفارين شمالي ", "مخيم عشوائي للفارين شمالي"),
        ("على قرية قرب ", "قرية قرب"),
        ("إلى مخيم شرق ", "إلى مخيم شرق"),
        ("على المخيم شرق ", "شرق"),
        ("في مدرسة ", None),
        ("سيطر على ", None),
        ("في ", None),
        ("وصل ل", None),
        ("مقرب ", None),
        ("زمن ", None),
        ("", None),
    ],
)
def test_how_something_lies_to_a_place(before: str, said: str | None) -> None:
    place = lies(before + "المدينة", len(before))
    assert (None if place is None else before[slice(*place)]) == said


def record_of(text: str, words: dict[str, tuple[str, str]], roles: list[tuple[str, str]], label: str = "KILL") -> EventRecord:
    mentions = tuple(Mention(text.index(one), text.index(one) + len(one), one, kind, id=name) for name, (one, kind) in words.items())
    trigger = text.split(maxsplit=1)[0]
    event = Event(0, len(trigger), trigger, label, id="E1", arguments=tuple(Argument(*one) for one in roles))
    [record] = build_records(link(Document("a", text, entities=mentions, events=(event,)), SCHEME), SCHEME)
    return record


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("مقتل 26 مدنيا، بينهم تسعة أطفال، في القصف", "مدنيا، بينهم تسعة أطفال"),
        ("مقتل 26 مدنيا بينهم تسعة أطفال", "مدنيا بينهم تسعة أطفال"),
        ("مقتل 26 مدنيا من بينهم نحو تسعة أطفال", "مدنيا"),
        ("مقتل 26 مدنيا من حلب بينهم تسعة أطفال", "مدنيا"),
        ("مقتل 26 مدنيا، ضمنهم نحو تسعة أطفال", "مدنيا، ضمنهم نحو تسعة أطفال"),
        ("مقتل 26 مدنيا، بينهم أطفال، وجرح تسعة", "مدنيا"),
    ],
)
def test_a_share_is_told_with_the_count_that_it_is_of(text: str, counted: str) -> None:
    words = {"T1": ("26", "CARDINAL"), "T2": ("مدنيا", "NOM"), "T3": ("تسعة", "CARDINAL"), "T4": ("أطفال", "NOM")}
    count, *_ = record_of(text, words, [("COUNT", "T1"), ("RECIPIENT", "T2"), ("COUNT", "T3")]).counts
    assert count.qualifier == counted
    assert count.qualifier_at is not None
    assert text[slice(*count.qualifier_at)] == counted


def test_blanks_without_end_cost_no_time() -> None:
    text = "مقتل 26 مدنيا" + " " * 20_000 + "، بينهم تسعة"
    begin = time.process_time()
    [count] = record_of(text, {"T1": ("26", "CARDINAL"), "T2": ("مدنيا", "NOM")}, [("COUNT", "T1"), ("RECIPIENT", "T2")]).counts
    assert count.qualifier == "مدنيا"
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("roles", [[("ACTOR", "T1"), ("ACTOR", "T2")], [("ACTOR", "T2")], [("ACTOR", "T1")]])
@pytest.mark.parametrize("text", ["زار قائد الفيلق سامي حداد المدينة", "زار سامي حداد، قائد الفيلق، المدينة"])
def test_an_office_is_told_of_whoever_holds_it(text: str, roles: list[tuple[str, str]]) -> None:
    record = record_of(text, {"T1": ("قائد الفيلق", "OCC"), "T2": ("سامي حداد", "PER")}, roles, "MEET")
    assert [(one.name, one.qualifier) for one in record.actors] == [("سامي حداد", "قائد الفيلق")]


def test_a_place_is_not_qualified_by_another() -> None:
    words = {"T1": ("مناطق", "LOC"), "T2": ("ريف حلب", "LOC")}
    record = record_of("قصف مناطق من ريف حلب", words, [("PLACE", "T1"), ("PLACE", "T2")], "SHELLING")
    assert [described("places", one) for one in record.places] == ["مناطق", "ريف حلب"]


def test_a_person_goes_with_the_office_and_a_place_with_where_it_was() -> None:
    text = "زار قائد الفيلق اللواء سامي حداد المقاتلين قرب البوكمال"
    words = {
        "T1": ("قائد الفيلق", "OCC"),
        "T2": ("اللواء", "OCC"),
        "T3": ("سامي حداد", "PER"),
        "T4": ("المقاتلين", "NOM"),
        "T5": ("البوكمال", "GPE"),
    }
    record = record_of(text, words, [("ACTOR", "T3"), ("ACTOR", "T4"), ("PLACE", "T5")], "MEET")
    assert [(one.name, one.qualifier) for one in record.actors] == [("سامي حداد", "قائد الفيلق"), ("المقاتلين", None)]
    assert [(one.name, one.qualifier) for one in record.places] == [("البوكمال", "قرب")]
    flat = dict(zip(columns(SCHEME), row(record, columns(SCHEME)), strict=True))
    assert (flat["actors"], flat["actors_qualifiers"]) == ("سامي حداد | المقاتلين", "قائد الفيلق | -")
    assert (flat["places_qualifiers"], flat["recipients_qualifiers"]) == ("قرب", None)
    assert described("actors", record.actors[0]) == "سامي حداد (قائد الفيلق)"
    assert described("places", record.places[0]) == "قرب البوكمال"


def test_a_site_that_is_a_mention_is_a_part_of_its_own() -> None:
    words = {"T1": ("مخيم النور", "FAC"), "T2": ("حلب", "GPE")}
    record = record_of("قصف مخيم النور شمالي حلب", words, [("PLACE", "T1"), ("PLACE", "T2")], "SHELLING")
    assert [described("places", one) for one in record.places] == ["مخيم النور", "شمالي حلب"]
    record = record_of("قصف مخيم صغير شمالي حلب", {"T2": ("حلب", "GPE")}, [("PLACE", "T2")], "SHELLING")
    assert [described("places", one) for one in record.places] == ["مخيم صغير شمالي حلب"]


def test_a_place_that_is_named_once_without_is_the_place_itself() -> None:
    text = "قصفوا محيط البوكمال ثم قلب مدينة البوكمال"
    words = {"T1": ("البوكمال", "GPE"), "T2": ("مدينة البوكمال", "GPE")}
    record = record_of(text, words, [("PLACE", "T1"), ("PLACE", "T2")], "SHELLING")
    assert [(one.name, one.qualifier, len(one.mentions)) for one in record.places] == [("مدينة البوكمال", None, 2)]
