"""Sources that a sign alone names: those that no mention covers get one, and are followed through the article as others are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hadath.inference.attributions import with_sources
from hadath.inference.records import build_records, link
from hadath.inference.reporting import who_says
from hadath.models.documents import Document

from .said_text import SCHEME, marked


@pytest.mark.parametrize(
    ("text", "source", "name"),
    [
        ("بحسب مصادر طبية، {-:قتل} خمسة في [GPE a:صنعاء].", "مصادر طبية", None),
        ("{-:قتل} خمسة، وفقا للشرطة.", "لشرطة", "الشرطة"),
        ("{-:قتل} خمسة، حسب وسائل الإعلام الرسمية. ثم وصل [PER a:حداد].", "وسائل الإعلام الرسمية", None),
        ("{-:قتل} خمسة، بحسب شهود عيان.", "شهود عيان", None),
        ("{-:قتل} خمسة، نقلا عن مصدر عسكري في المدينة.", "مصدر عسكري", None),
        ("{-:قتل} خمسة، بحسب مسؤولين [NORP a:سوريين].", "مسؤولين", None),
        ("{-:قتل} خمسة، حسب وسائل إعلام [NORP b:سعودية].", "وسائل إعلام", None),
        ("بحسب مصادر فلسطينية وطبية {-:قتل} خمسة.", "مصادر فلسطينية وطبية", None),
        ("وفق مصادر في المدينة {-:قتل} خمسة.", "مصادر", None),
        ("بحسب الاهالي {-:قتل} خمسة.", "الاهالي", None),
        ("بحسب مصدر رفيع المستوى، {-:قتل} خمسة.", "مصدر رفيع المستوى", None),
        ("بحسب المصادر ينتمي من {-:قتلوا} إلى المدينة.", "المصادر", None),
    ],
)
def test_a_source_that_is_no_mention_becomes_one(text: str, source: str, name: str | None) -> None:
    document, _ = marked(text)
    known = with_sources(document, SCHEME)
    said = who_says(known, SCHEME)
    [event] = said.events or ()
    [new] = [one for one in said.entities or () if one.id == event.reported_by]
    assert (new.text, new.label, new.name) == (source, "NOM", name)
    assert document.text[new.start : new.end] == source
    assert [one for one in said.entities or () if one is not new] == list(document.entities or ())
    assert list(said.entities or ()) == sorted(said.entities or (), key=lambda one: one.start)
    assert Document.from_json(known.to_json()) == replace(known, events=document.events)
    assert with_sources(said, SCHEME) == who_says(said, SCHEME) == said


@pytest.mark.parametrize(
    "text",
    [
        "وفقا للاتفاق، {-:قتل} خمسة.",
        "{-:قتل} خمسة، بحسب\n\nمصادر طبية.",
        "بحسب قولهم {-:قتل} خمسة.",
        "مصادر طبية في المدينة {-:قتل} فيها خمسة.",
        "وفق تعبيره، {-:قتل}.",
    ],
)
def test_what_is_no_source_stays_none(text: str) -> None:
    document, _ = marked(text)
    assert who_says(document, SCHEME) == document


def test_a_source_is_one_through_the_article_and_a_second_time_changes_nothing() -> None:
    document, _ = marked("بحسب مصادر طبية، {-:قتل} خمسة في [GPE a:حلب]. و{-:جرح} ستة، بحسب المصادر.")
    once = link(document, SCHEME)
    [one, other] = [event.reported_by for event in once.events or ()]
    known = {mention.id: mention for mention in once.entities or ()}
    assert known[str(one)].entity == known[str(other)].entity is not None
    assert link(once, SCHEME) == once
    assert [[part.name for part in record.reported_by] for record in build_records(once, SCHEME)] == [["مصادر طبية"], ["مصادر طبية"]]


def test_ids_of_added_sources_are_nobody_elses_and_layers_that_are_missing_stay_so() -> None:
    document, _ = marked("بحسب مصادر طبية، {-:قتل} خمسة.")
    [event] = document.events or ()
    taken = with_sources(replace(document, events=(replace(event, id="S1"),)), SCHEME)
    assert [one.id for one in taken.entities or ()] == ["S2"]
    assert with_sources(replace(document, entities=None), SCHEME).entities is None
    assert with_sources(replace(document, events=None), SCHEME).entities == ()
