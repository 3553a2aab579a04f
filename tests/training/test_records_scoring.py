"""Records against gold, counted by hand."""

import pytest

from hadath.models.documents import Document, Event, Mention
from hadath.models.errors import DataError
from hadath.models.records import EventRecord, Part
from hadath.models.values import Value
from hadath.training.records_scoring import score_records

TEXT = "هاجم الجيش مدينة النهر يوم السبت ثم انسحب الجيش من التل."
ARMY, TOWN, DAY, AGAIN, HILL = ((TEXT.index(w), TEXT.index(w) + len(w)) for w in ("الجيش", "مدينة النهر", "السبت", "الجيش من", "التل"))


def gold(*records):
    spans = ((*ARMY, "ORG", "N1"), (*TOWN, "GPE", "N2"), (AGAIN[0], AGAIN[0] + 5, "ORG", "N1"), (*HILL, "LOC", "N3"))
    entities = tuple(Mention(start, end, TEXT[start:end], label, entity=name) for start, end, label, name in spans)
    return Document("g", TEXT, entities=entities, extra={"records": list(records)})


ATTACK = {"label": "ATTACK", "date": {"start": "2018-04-07", "end": "2018-04-07"}, "place": ["N2"], "actors": ["N1"]}
LEAVE = {"label": "WITHDRAW", "date": None, "place": ["N3"], "actors": ["N1"]}


def part(*mentions, label="ORG"):
    return Part("x", label, mentions)


def record(label, day=None, places=(), actors=()):
    date = None if day is None else Part("x", "DATE", (DAY,), value=Value("date", start=day, end=day))
    trigger = Event(0, 4, "هاجم", label)
    return EventRecord("p", "R1", label, (trigger,), date=date, places=tuple(places), actors=tuple(actors))


def whole(records, *said):
    found = score_records([gold(*said)], [records]).whole
    return found.correct, found.gold, found.predicted


def test_right_in_all_four():
    right = record("ATTACK", "2018-04-07T18:00", [part(TOWN)], [part(ARMY)])
    assert whole([right], ATTACK) == (1, 1, 1)
    assert whole([right, right], ATTACK) == (1, 1, 2)  # one gold record is found once
    assert whole([], ATTACK, LEAVE) == (0, 2, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        record("CLASH", "2018-04-07", [part(TOWN)], [part(ARMY)]),
        record("ATTACK", "2018-04-08", [part(TOWN)], [part(ARMY)]),
        record("ATTACK", None, [part(TOWN)], [part(ARMY)]),
        record("ATTACK", "2018-04-07", [], [part(ARMY)]),
        record("ATTACK", "2018-04-07", [part(TOWN), part(HILL)], [part(ARMY)]),
        record("ATTACK", "2018-04-07", [part(TOWN)], [part((0, 4))]),  # words that are no entity of the gold
        record("ATTACK", "2018-04-07", [part(TOWN)], [part(ARMY, HILL)]),  # two entities taken for one
    ],
)
def test_wrong_in_one(wrong):
    assert whole([wrong], ATTACK) == (0, 1, 1)


def test_entities_are_known_by_overlapping_words():
    """A mention found too long or too short, another mention of the same entity, and one entity taken for two."""
    town, other = (TOWN[0] + 6, TOWN[1]), (AGAIN[0], AGAIN[1])
    assert whole([record("ATTACK", "2018-04-07", [part(town)], [part(other)])], ATTACK) == (1, 1, 1)
    assert whole([record("ATTACK", "2018-04-07", [part(TOWN)], [part(ARMY), part(other)])], ATTACK) == (1, 1, 1)


def test_parts_alone_and_types():
    found = score_records(
        [gold(ATTACK, LEAVE)], [[record("ATTACK", "2018-04-08", [part(TOWN)]), record("WITHDRAW", None, [part(HILL)], [part(ARMY)])]]
    )
    assert (found.whole.correct, found.whole.f1) == (1, 0.5)
    assert {name: score.correct for name, score in found.parts.items()} == {"label": 2, "date": 1, "place": 2, "actors": 1}
    assert {label: score.f1 for label, score in found.labels.items()} == {"ATTACK": 0.0, "WITHDRAW": 1.0}
    assert found.lines()[2] == "| type, date, place, actors | 50.0 | 50.0 | 50.0 | 1 of 2 |"


def test_articles_are_added_up():
    one = record("WITHDRAW", None, [part(HILL)], [part(ARMY)])
    found = score_records([gold(LEAVE), gold(ATTACK)], [[one], [one]])
    assert (found.whole.correct, found.whole.gold, found.whole.predicted) == (1, 2, 2)


@pytest.mark.parametrize("extra", [{}, {"records": "x"}, {"records": [1]}, {"records": [{"date": None}]}])
def test_gold_without_records_is_refused(extra):
    with pytest.raises(DataError, match=r'"g" has no "records" .*hadath\.training\.articles'):
        score_records([Document("g", TEXT, extra=extra)], [[]])
