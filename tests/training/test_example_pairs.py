"""Pairs of a trigger and a mention, from which arguments are learnt."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("pydantic", reason="corpora are described by configs (extra train)")

from hadath.models.documents import Argument, Document, Event, Mention, Sentence
from hadath.models.scheme import Scheme
from hadath.training.examples import ExampleMaker

from .letters import MARKED, OWN, SCHEME, TEXT, corpus_of, event_of, long_document, mention_of, new_maker

ROLES = replace(SCHEME, roles=("ACTOR", "PLACE"), fillers={"ACTOR": ("PER", "ORG"), "PLACE": ("GPE",)})  # a LOC fills none
ARMY, TOWN, BOMBED = (
    replace(mention_of(TEXT, "الجيش السوري", "ORG"), id="T1"),
    replace(mention_of(TEXT, "حلب", "GPE"), id="T2"),
    event_of(TEXT, "قصف", "ATTACK"),
)


def _taught(*arguments: Argument) -> Document:
    return replace(MARKED, entities=(TOWN, ARMY), events=(replace(BOMBED, id="E1", arguments=arguments),))


def _with_roles(document: Document, scheme: Scheme = ROLES, **options: Any) -> tuple[ExampleMaker, list[dict[str, Any]]]:
    maker = new_maker(scheme=scheme, arguments=True)
    return maker, list(maker.make(corpus_of(document, **{"arguments": True, "sentences": None, **options})))


def test_pairs_by_hand() -> None:
    maker, (example,) = _with_roles(_taught(Argument("PLACE", "T2"), Argument("ACTOR", "T1")))
    # the pieces of the trigger, of the mention's first and of its last word; ATTACK is 0, ORG 1 and GPE 2; behind the trigger, none and two words between
    # (a mention among them), no trigger, the same sentence
    assert example["pairs"] == [[1, 5, 10, 0, 1, 10, 0, 0, 2], [1, 16, 16, 0, 2, 12, 1, 0, 2]]
    assert example["roles"] == [1, 2]
    assert maker.lost["c"].lines() == []


@pytest.mark.parametrize(("arguments", "roles"), [((), [0, 0]), ((Argument("ACTOR", "T1"),), [1, 0]), ((Argument("PLACE", "T2"),), [0, 2])])
def test_a_mention_without_a_part_has_the_role_of_none(arguments: tuple[Argument, ...], roles: list[int]) -> None:
    _, (example,) = _with_roles(_taught(*arguments))
    assert example["roles"] == roles


def test_events_whose_arguments_are_not_annotated_say_nothing() -> None:
    text = "قصف علي ثم زار حلب"
    events = (
        replace(event_of(text, "قصف", "ATTACK"), id="E1"),
        replace(event_of(text, "زار", "MEET"), id="E2", arguments=(Argument("PLACE", "T2"),)),
    )
    document = Document("d", text, entities=(Mention(4, 7, "علي", "PER", "T1"), Mention(15, 18, "حلب", "GPE", "T2")), events=events)
    _, (example,) = _with_roles(document)
    # of the second event only; the first one stands between it and nothing
    assert [one[:3] for one in example["pairs"]] == [[9, 4, 4], [9, 12, 12]]
    assert example["roles"] == [0, 2]


@pytest.mark.parametrize(
    ("change", "options"),
    [({}, {"arguments": False}), ({"entities": None}, {}), ({"entities": ()}, {}), ({"events": None}, {}), ({"events": ()}, {}), ({}, {"spans": {}})],
)
def test_where_arguments_are_not_annotated_there_are_no_pairs(change: dict[str, Any], options: dict[str, Any]) -> None:
    _, (example,) = _with_roles(replace(_taught(), **change), **options)
    assert (example["pairs"], example["roles"]) == ([], [])


def test_a_tagger_that_is_not_taught_arguments_is_given_no_pairs() -> None:
    (example,) = new_maker(scheme=ROLES).make(corpus_of(_taught(Argument("ACTOR", "T1")), arguments=True))
    assert not {"pairs", "roles"} & set(example)


def test_pairs_have_the_sentences_that_prediction_finds() -> None:
    text = "قصف الجيش حلب. ثم زار علي دمشق."
    entities = tuple(replace(mention_of(text, part, "ORG"), id=part) for part in ("الجيش", "علي"))
    document = Document(
        "d",
        text,
        sentences=(Sentence(0, len(text), ()),),  # a paragraph
        entities=entities,
        events=(replace(event_of(text, "قصف", "ATTACK"), arguments=()), replace(event_of(text, "زار", "ATTACK"), arguments=())),
    )
    _, (example,) = _with_roles(document, sentences=OWN)
    # 2: the trigger's own sentence, 3: the next, 1: the one before
    assert [one[-1] for one in example["pairs"]] == [2, 3, 1, 2]


def test_an_argument_that_cannot_be_used_is_counted() -> None:
    text = "قصف الجيش نهر حلب\nثم دمشق زار وعاد"
    entities = (
        Mention(4, 9, "الجيش", "ORG", "T1"),
        Mention(10, 13, "نهر", "LOC", "T2"),
        Mention(14, 17, "حلب", "GPE", "T3"),
        Mention(10, 17, "نهر حلب", "GPE", "T5"),  # shares words with those before
        Mention(21, 25, "دمشق", "GPE", "T4"),
    )
    arguments = (
        Argument("PLACE", "T1"),  # an ORG is no PLACE
        Argument("PLACE", "T2"),  # a LOC fills none
        Argument("PLACE", "T3"),
        Argument("PLACE", "T4"),  # of another line
        Argument("PLACE", "T5"),
        Argument("ACTOR", "E2"),  # an event
    )
    events = (Event(0, 3, "قصف", "ATTACK", id="E1", arguments=arguments), Event(26, 29, "زار", "MEET", id="E2", arguments=()))
    maker, (example,) = _with_roles(Document("d", text, entities=entities, events=events))
    assert example["roles"] == [0, 2, 0]  # T1 and T3 with the first, T4 with the second
    assert dict(maker.lost["c"].counts) == {
        "entities that share a word with another": 1,
        "arguments of another line, too far off or in a role that their label does not fill": 5,
    }


def test_of_two_roles_of_a_mention_in_an_event_the_first_is_learnt_and_the_other_counted() -> None:
    open_to_all = replace(ROLES, fillers={})
    maker, (example,) = _with_roles(_taught(Argument("PLACE", "T1"), Argument("ACTOR", "T1"), Argument("PLACE", "T1")), open_to_all)
    assert example["roles"] == [2, 0]
    assert dict(maker.lost["c"].counts) == {"arguments of a mention that has another role in the event": 1}


@pytest.mark.parametrize("window", [48, 75, 200])
def test_a_pair_is_learnt_from_in_the_window_that_answers_for_its_trigger(window: int) -> None:
    scheme, seen = replace(ROLES, fillers={}), set()
    for seed in range(3):
        chooser = random.Random(seed)
        document = long_document(seed)
        entities = tuple(replace(one, id=f"T{at}") for at, one in enumerate(document.entities or ()))
        events = tuple(
            replace(one, arguments=tuple(Argument(chooser.choice(scheme.roles), m.id or "") for m in entities if abs(m.start - one.start) < 15))
            for one in document.events or ()
        )
        corpus = corpus_of(replace(document, entities=entities, events=events), arguments=True)
        makers = {size: new_maker(size, scheme, arguments=True) for size in (window, 2000)}
        cut, (one,) = (list(maker.make(corpus)) for maker in makers.values())

        def named(example: dict[str, Any]) -> list[tuple[int, ...]]:
            """The pairs with the pieces themselves, each of which occurs once in the text, in place of their numbers."""
            ids = example["input_ids"]
            return [(*(ids[at] for at in pair[:3]), *pair[3:], role) for pair, role in zip(example["pairs"], example["roles"], strict=True)]

        expected = [
            pair
            for example in cut
            for pair in named(one)
            if any(piece == pair[0] and number for piece, number in zip(example["input_ids"], example["triggers"], strict=True))
            and {pair[1], pair[2]} <= set(example["input_ids"])
        ]
        assert sorted(pair for example in cut for pair in named(example)) == sorted(expected)
        # and an argument that fell between two windows is told
        lost = sum(pair[-1] > 0 for pair in named(one)) - sum(pair[-1] > 0 for pair in expected)
        assert makers[window].lost["c"].counts["arguments that no window sees together with their trigger"] == lost
        assert len(set(expected)) == len(expected) <= len(named(one))
        seen |= {pair[-1] for pair in expected}
    assert seen == {0, 1, 2}
