"""A record and its parts as plain values, and the values of mentions in documents."""

import json

import pytest

from hadath.models.documents import Document, Event, Mention
from hadath.models.errors import DataError
from hadath.models.records import EventRecord, Part
from hadath.models.values import Value

TEXT = "قتل ثلاثة في حلب أمس."


def test_a_record_tells_all_it_has_and_no_more():
    day = Value("date", start="2018-04-10", end="2018-04-10")
    record = EventRecord(
        "a-1",
        "R1",
        "KILL",
        (Event(0, 3, "قتل", "KILL", id="E1", score=0.5),),
        ((0, 21),),
        date=Part("أمس", "DATE", ((17, 20),), value=day),
        places=(Part("مدينة حلب", "GPE", ((13, 16),), "N1"),),
        counts=(Part("ثلاثة", "CARDINAL", ((4, 9),), value=Value("count", low=3, high=3)),),
        codes={"ace": "Life.Die", "acled": None},
        score=0.5,
        published="2018-04-11",
    )
    assert json.loads(json.dumps(record.to_json())) == {
        "document": "a-1",
        "published": "2018-04-11",
        "id": "R1",
        "label": "KILL",
        "asserted": True,
        "date": {"name": "أمس", "label": "DATE", "value": {"kind": "date", "start": "2018-04-10", "end": "2018-04-10"}, "mentions": [[17, 20]]},
        "places": [{"entity": "N1", "name": "مدينة حلب", "label": "GPE", "mentions": [[13, 16]]}],
        "actors": [],
        "recipients": [],
        "counts": [{"name": "ثلاثة", "label": "CARDINAL", "value": {"kind": "count", "low": 3, "high": 3}, "mentions": [[4, 9]]}],
        "instruments": [],
        "reported_by": [],
        "reports": [],
        "triggers": [{"id": "E1", "start": 0, "end": 3, "text": "قتل", "asserted": True}],
        "sentences": [[0, 21]],
        "codes": {"ace": "Life.Die", "acled": None},
        "score": 0.5,
    }
    bare = EventRecord("a-1", "R1", "KILL", (Event(0, 3, "قتل", "KILL", asserted=False),), asserted=False).to_json()
    assert not {"date", "score", "published"} & set(bare)
    assert bare["triggers"] == [{"start": 0, "end": 3, "text": "قتل", "asserted": False}]


def _document(value):
    return {"id": "1", "text": TEXT, "entities": [{"start": 4, "end": 9, "label": "CARDINAL", "value": value}]}


@pytest.mark.parametrize(
    "value",
    [Value("count", low=3, high=3), Value("count", low=26, approximate=True), Value("money", low=0.5, high=0.5, currency="USD"), None],
    ids=lambda one: "none" if one is None else one.kind,
)
def test_the_value_of_a_mention_comes_back_as_it_went(value):
    document = Document("1", TEXT, entities=(Mention(4, 9, "ثلاثة", "CARDINAL", value=value),))
    assert Document.from_json(json.loads(document.to_line())) == document
    assert ("value" in document.to_json()["entities"][0]) is (value is not None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (3, "entities[0]: a value is a JSON object with a kind"),
        ({"low": 3}, "entities[0]: a value is a JSON object with a kind"),
        ({"kind": "count", "lo": 3}, 'entities[0]: a value has no "lo": did you mean "low"?'),
        ({"kind": "count", "low": "3"}, "entities[0]: \"low\" of a value is a int, got '3'"),
    ],
)
def test_a_value_that_is_none_is_refused_with_its_place(value, reason):
    with pytest.raises(DataError) as fault:
        Document.from_json(_document(value))
    assert fault.value.reason.startswith(reason)
