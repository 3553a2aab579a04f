"""What a number counts: by the mention behind it, by the words that casualties are told in, or not at all."""

from __future__ import annotations

import re

import pytest

from hadath.inference.counted import counted_by
from hadath.inference.records import build_records, link
from hadath.models.documents import Argument, Document, Event, Mention
from hadath.models.scheme import load_scheme
from hadath.models.values import Value

SCHEME = load_scheme("news")


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("مقتل <26> [مدنيا] في غارة", "مدنيا"),
        ("مقتل <70> من [الحوثيين]", "الحوثيين"),
        ("مقتل <20> على الأقل من [المسلحين]", "المسلحين"),
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


def test_a_number_does_not_count_a_number() -> None:
    day = Mention(3, 7, "2018", "DATE", value=Value("date", start="2018-01-01", end="2018-12-31"))
    assert counted_by(2, [day], [3], "14 2018") is None


def test_a_record_names_what_its_counts_count_as_it_names_its_parties() -> None:
    text = "قُتل 80 عنصرا من داعش و31 من القوات."
    words = {"T1": ("80", "CARDINAL"), "T2": ("عنصرا", "NOM"), "T3": ("داعش", "ORG"), "T4": ("31", "CARDINAL"), "T5": ("القوات", "NOM")}
    mentions = tuple(Mention(text.index(one), text.index(one) + len(one), one, label, id=name) for name, (one, label) in words.items())
    roles = (("COUNT", "T1"), ("RECIPIENT", "T2"), ("COUNT", "T4"), ("RECIPIENT", "T5"))
    kill = Event(0, 4, text[:4], "KILL", id="E1", arguments=tuple(Argument(*one) for one in roles))
    [record] = build_records(link(Document("a", text, entities=mentions, events=(kill,)), SCHEME), SCHEME)
    assert [(one.name, one.counted) for one in record.counts] == [("80", "عنصرا من داعش"), ("31", "القوات")]
    assert [text[slice(*one["counted_at"])] for one in record.to_json()["counts"]] == ["عنصرا", "القوات"]
    assert [one.counted for one in record.recipients] == [None, None]
    assert all("counted" not in one for one in record.to_json()["recipients"])
