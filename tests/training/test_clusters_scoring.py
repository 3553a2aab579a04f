"""B³ against examples worked by hand, the first from its paper, and the score of sources."""

from __future__ import annotations

import pytest

from hadath.models.documents import Document, Event, Mention
from hadath.training.clusters_scoring import Cubed, b_cubed, reported_by


def document(entities: str, label: str = "ORG") -> Document:
    """A document whose mentions, one letter each, are of the entities given; a dot is of none."""
    mentions = (Mention(at, at + 1, "م", label, id=f"T{at}", entity=None if one == "." else one) for at, one in enumerate(entities))
    return Document("a", "م" * len(entities), entities=tuple(mentions))


def test_the_example_of_the_paper() -> None:
    # Bagga and Baldwin: {1..5}, {6, 7}, {8..12}. Joining the first with the second is less bad than joining the first with the third.
    gold = document("aaaaabbccccc")
    first = b_cubed([gold], [document("xxxxxxxyyyyy")])
    # precision (5 * 5/7 + 2 * 2/7 + 5 * 1) / 12 = 16/21; all are together with their own: recall 1
    assert first.precision == pytest.approx(16 / 21)
    assert first.recall == 1
    second = b_cubed([gold], [document("xxxxxyyxxxxx")])
    assert second.precision == pytest.approx((10 * 0.5 + 2) / 12)
    assert second.f1 == pytest.approx(2 * (7 / 12) / (1 + 7 / 12))


def test_a_case_by_hand() -> None:
    # gold {0, 1, 2} {3} {4}; joined {0, 1} {2, 3} {4}
    got = b_cubed([document("aaabc")], [document("xxyyz")])
    assert got.precision == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)
    assert got.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert got.mentions == 5


def test_mentions_without_entity() -> None:
    # the last has none in gold and does not count; the first two were joined with nothing
    got = b_cubed([document("aab.")], [document("..xx")])
    assert got.precision == 1
    assert got.recall == pytest.approx((1 / 2 + 1 / 2 + 1) / 3)


def test_documents_are_apart_and_labels_can_be_left_out() -> None:
    gold, joined = [document("aa"), document("ab", "LOC")], [document("xx"), document("xx", "LOC")]
    assert b_cubed(gold, joined).precision == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert b_cubed(gold, joined, ["ORG"]).to_dict() == {"precision": 1, "recall": 1, "f1": 1, "mentions": 2}
    assert b_cubed([], []) == Cubed()
    assert Cubed().f1 == 0


def test_other_mentions_are_refused() -> None:
    with pytest.raises(ValueError, match="lacks the mention"):
        b_cubed([document("aa")], [document("x")])


def sourced(*sources: str | None) -> Document:
    """A document with two mentions of one entity (T0, T1) and one of another (T2), and events of these sources."""
    mentions = document("aab").entities
    events = (Event(at, at + 1, "م", "KILL", id=f"E{at}", reported_by=one) for at, one in enumerate(sources))
    return Document("a", "م" * 8, entities=mentions, events=tuple(events))


def test_sources() -> None:
    gold = sourced("T0", "T0", "T2", None, None)
    sources, events = reported_by([gold], [sourced("T1", "T2", None, None, "T0")])
    assert (sources.correct, sources.gold, sources.predicted) == (1, 3, 3)
    assert (events.correct, events.gold) == (2, 5)
    assert reported_by([gold], [gold])[1].precision == 1
    with pytest.raises(ValueError, match="lacks the event"):
        reported_by([gold], [sourced("T0")])
