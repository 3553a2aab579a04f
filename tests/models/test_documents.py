import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest

from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel, read_jsonl, write_jsonl
from hadath.models.errors import DataError

TEXT = "زار وفد بغداد أمس.\nونفى الناطق ذلك."
FULL = Document(
    "a-1",
    TEXT,
    date="2019-03-02",
    source="wire",
    sentences=(Sentence(0, 18, (SentenceLabel("CONSULT", 0.5), SentenceLabel("REJECT"))), Sentence(19, 34, ()), Sentence(34, len(TEXT), None)),
    entities=(Mention(8, 13, "بغداد", "GPE", "T1", 0.25, "N1", "مدينة بغداد"), Mention(14, 17, "أمس", "DATE")),
    events=(
        Event(0, 3, "زار", "MEET", True, "E1", 1.0, (Argument("PLACE", "T1", 0.75), Argument("COUNT", "E2"))),
        Event(20, 23, "نفى", "REJECT", False, "E2", None, (), "T1"),
        Event(24, 30, "الناطق", "MEET", arguments=None),
    ),
    error="a reason",
    extra={"title": "عنوان", "tags": [1, {"deep": None}]},
)


def _file(folder: Path, *lines: str | bytes) -> Path:
    path = folder / "data.jsonl"
    path.write_bytes(b"".join((one.encode() if isinstance(one, str) else one) + b"\n" for one in lines))
    return path


@pytest.mark.parametrize(
    "document",
    [
        FULL,
        Document("bare", ""),
        Document("empty layers", "نص", sentences=(), entities=(), events=()),
        Document("none", "نص", error="", extra={"k": None}),
    ],
    ids=lambda one: one.id,
)
def test_every_field_comes_back_as_it_went(document: Document, tmp_path: Path) -> None:
    out = io.StringIO()
    assert write_jsonl([document, document], out) == 2
    assert list(read_jsonl(_file(tmp_path, out.getvalue()))) == [document, document]


def test_a_layer_that_is_not_annotated_is_left_out_and_one_that_is_empty_is_not() -> None:
    assert Document("1", "نص").to_json() == {"id": "1", "text": "نص"}
    assert Document("1", "نص", entities=()).to_json() == {"id": "1", "text": "نص", "entities": []}
    assert "labels" not in FULL.to_json()["sentences"][2]
    assert "arguments" not in FULL.to_json()["events"][2]
    assert FULL.to_json()["events"][1]["arguments"] == []


def test_who_is_mentioned_and_who_reports_it_are_said_where_they_are_known() -> None:
    mentions, events = FULL.to_json()["entities"], FULL.to_json()["events"]
    assert (mentions[0]["entity"], mentions[0]["name"]) == ("N1", "مدينة بغداد")
    assert not {"entity", "name"} & set(mentions[1])
    assert [one.get("reported_by") for one in events] == [None, "T1", None]
    assert "reported_by" not in events[0]
    nulls = Document.from_json(_with(entities=[{"start": 8, "end": 13, "label": "GPE", "entity": None, "name": None}]))
    assert nulls.entities == (Mention(8, 13, "بغداد", "GPE"),)


def test_a_label_without_a_score_is_a_plain_string() -> None:
    assert FULL.to_json()["sentences"][0]["labels"] == [{"label": "CONSULT", "score": 0.5}, "REJECT"]


def test_the_text_is_optional_in_a_span_and_asserted_is_true_by_default() -> None:
    found = Document.from_json({"id": "1", "text": TEXT, "events": [{"start": 0, "end": 3, "label": "MEET"}]})
    assert found.events == (Event(0, 3, "زار", "MEET", True),)


def test_an_id_may_be_a_number() -> None:
    assert Document.from_json({"id": 17, "text": ""}).id == "17"


def test_unknown_keys_are_carried() -> None:
    found = Document.from_json({"id": "1", "url": "https://example.org", "text": "نص", "rank": 3, "more": {"a": [1]}})
    assert found.extra == {"url": "https://example.org", "rank": 3, "more": {"a": [1]}}
    assert list(found.to_json()) == ["id", "url", "rank", "more", "text"]


def test_lone_surrogates_survive_a_line() -> None:
    document = Document("1", "قال \udc80 ثم \ud83d", entities=(Mention(4, 5, "\udc80", "GPE"),), extra={"title": "\udfff"})
    line = document.to_line()
    assert line.encode("utf-8")
    assert Document.from_json(json.loads(line)) == document


def test_arabic_is_written_readable() -> None:
    assert "بغداد" in FULL.to_line()


def test_a_text_with_line_ends_of_any_kind_is_one_line(tmp_path: Path) -> None:
    document = Document("1", "أول\nثان\rثالث\u2028رابع\x85خامس\x0b")
    assert list(read_jsonl(_file(tmp_path, document.to_line(), "", "  ", document.to_line()))) == [document] * 2


def test_a_byte_order_mark_before_the_first_line_is_no_fault(tmp_path: Path) -> None:
    assert list(read_jsonl(_file(tmp_path, b"\xef\xbb\xbf" + FULL.to_line().encode()))) == [FULL]


def _with(**keys: Any) -> dict[str, Any]:
    return {"id": "1", "text": TEXT, **keys}


def _entity(**keys: Any) -> dict[str, Any]:
    return _with(entities=[{"start": 8, "end": 13, "text": "بغداد", "label": "GPE", **keys}])


def _event(**keys: Any) -> dict[str, Any]:
    return _with(events=[{"id": "E1", "start": 0, "end": 3, "label": "MEET", **keys}])


FAULTS = [
    (b"\xff{}", "not UTF-8 at byte 0"),
    ("{", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ('{"id": ' + "9" * 5000 + ', "text": ""}', "not JSON"),
    ("[]", "JSON object with id and text, got list"),
    ("null", "got nothing"),
    ({"text": "نص"}, 'needs an "id" (a string), got nothing'),
    ({"id": True, "text": "نص"}, "got bool 'True'"),
    ({"id": 1.5, "text": "نص"}, "got float '1.5'"),
    ({"id": "1"}, 'the document needs "text" (str), got nothing'),
    ({"id": "1", "text": 5}, 'the document needs "text" (str), got int'),
    (_with(date=2019), 'needs "date" (str), got int'),
    (_with(source=["x"]), 'needs "source" (str), got list'),
    (_with(error=1), 'needs "error" (str), got int'),
    (_with(entities={}), '"entities" is a list of objects, got dict'),
    (_with(events=["زار"]), '"events" is a list of objects, got list'),
    (_with(sentences="x"), '"sentences" is a list of objects, got str'),
    (_entity(start=None), 'entities[0] needs "start" (int), got nothing'),
    (_entity(start=True), 'entities[0] needs "start" (int), got bool'),
    (_entity(end=13.0), 'entities[0] needs "end" (int), got float'),
    (_entity(start=-1), "entities[0] has start -1 and end 13"),
    (_entity(start=14), "start before end"),
    (_entity(end=1000), f"must lie in 0 to {len(TEXT)}"),
    (_entity(start=13), "entities[0] is empty: start and end are both 13"),
    (_entity(start=7), "says 'بغداد', but text[7:13] is ' بغداد'; offsets count code points"),
    (_entity(text=None), "says None"),
    (_entity(label=None), 'entities[0] needs "label" (str), got nothing'),
    (_entity(id=7), 'entities[0] needs "id" (str), got int'),
    (_entity(score=1.5), 'entities[0] has "score" 1.5; a score is a number from 0 to 1'),
    (_entity(score=True), 'has "score" True'),
    (_entity(score="0.5"), "has \"score\" '0.5'"),
    ('{"id": "1", "text": "نص", "entities": [{"start": 0, "end": 2, "label": "X", "score": NaN}]}', 'has "score" nan'),
    (_entity(entity=7), 'entities[0] needs "entity" (str), got int'),
    (_entity(name=["x"]), 'entities[0] needs "name" (str), got list'),
    (_event(reported_by=1), 'events[0] needs "reported_by" (str), got int'),
    (_event(reported_by="T9"), "event 'E1': reported_by points at \"T9\", which is no entity of this document"),
    (_event(reported_by="E1"), "event 'E1': reported_by points at \"E1\", which is no entity"),
    (_event(asserted="no"), 'events[0] needs "asserted" (bool), got str'),
    (_event(asserted=0), 'events[0] needs "asserted" (bool), got int'),
    (_event(arguments=[{"role": "PLACE"}]), 'arguments[0] needs "target" (str), got nothing'),
    (_event(arguments=[{"role": "PLACE", "target": "T9"}]), "event 'E1': argument PLACE points at \"T9\", which is no entity or event"),
    (_event(id=None, arguments=[{"role": "PLACE", "target": "E1"}]), "event 'زار': argument PLACE points at \"E1\""),
    (
        _with(entities=[{"id": "T1", "start": 0, "end": 3, "label": "X"}], events=[{"id": "T1", "start": 0, "end": 3, "label": "MEET"}]),
        'the id "T1" stands twice; an id names one entity or event',
    ),
    (_with(sentences=[{"start": 0, "end": 99}]), "sentences[0] has start 0 and end 99"),
    (_with(sentences=[{"start": 0, "end": 9, "labels": "AID"}]), 'sentences[0] has "labels" str'),
    (_with(sentences=[{"start": 0, "end": 9, "labels": [3]}]), "a label is a string or an object"),
    (_with(sentences=[{"start": 0, "end": 9, "labels": [{"label": "AID", "score": 2}]}]), 'has "score" 2'),
]


@pytest.mark.parametrize(("row", "reason"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_told_with_file_and_line(row: Any, reason: str, tmp_path: Path) -> None:
    line = row if isinstance(row, (str, bytes)) else json.dumps(row, ensure_ascii=False)
    path = _file(tmp_path, FULL.to_line(), "", line)
    documents = read_jsonl(path)
    assert next(documents) == FULL
    with pytest.raises(DataError) as fault:
        next(documents)
    assert str(fault.value).startswith(f"{path}:3: ")
    assert reason in fault.value.reason
    assert (fault.value.path, fault.value.line) == (path, 3)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.jsonl: cannot be read: No such file"):
        list(read_jsonl(tmp_path / "absent.jsonl"))


def test_layers_are_taken_off_by_name() -> None:
    bare = FULL.without("entities", "events")
    assert (bare.entities, bare.events, bare.sentences) == (None, None, FULL.sentences)
    assert FULL.without() == FULL


def test_arguments_go_with_the_entities_they_point_at() -> None:
    events = (
        Event(0, 3, TEXT[:3], "MEET", id="E1", arguments=(Argument("ACTOR", "T1"), Argument("TOPIC", "E2"))),
        Event(4, 7, TEXT[4:7], "MEET", id="E2", arguments=(Argument("TOPIC", "E1"),), reported_by="T1"),
        Event(8, 13, TEXT[8:13], "MEET", id="E3", arguments=()),
    )
    document = Document("1", TEXT, entities=(Mention(8, 13, TEXT[8:13], "GPE", "T1"),), events=events)
    bare = document.without("entities")
    assert [one.arguments for one in bare.events or ()] == [None, (Argument("TOPIC", "E1"),), ()]
    assert [one.reported_by for one in document.events or ()] == [None, "T1", None]
    assert [one.reported_by for one in bare.events or ()] == [None, None, None]
    assert Document.from_json(json.loads(bare.to_line())) == bare
    assert document.without("sentences") == document
    assert document.without("entities", "events").events is None


def test_ids_that_are_absent_are_not_the_same_id() -> None:
    spans = [{"start": 0, "end": 3, "label": "X"}, {"start": 4, "end": 7, "label": "X"}]
    assert len(Document.from_json(_with(entities=spans)).entities or ()) == 2


def test_a_day_may_be_a_date_and_nothing_else() -> None:
    assert Document("x", "قال", date=datetime.date(2024, 3, 6)).date == "2024-03-06"  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"a day such as '2018-04-11'.*got int 5"):
        Document("x", "قال", date=5)  # type: ignore[arg-type]
