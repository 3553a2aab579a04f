"""Floors by layer and label: the narrowest counts, and a name that is none is told."""

import pytest

from hadath.inference.floors import Floors, parse_floors, read_floors
from hadath.models.errors import HadathError
from hadath.models.scheme import Scheme

SCHEME = Scheme(entities=("PER", "ORG"), triggers=("KILL", "ASK"), sentence_labels=("FIGHT",), roles=("ACTOR",))


@pytest.mark.parametrize(
    ("said", "entities", "triggers", "arguments", "sentences"),
    [
        (0.0, [0, 0], [0, 0], [0], [0]),
        (0.5, [0.5, 0.5], [0.5, 0.5], [0.5], [0.5]),
        ({}, [0, 0], [0, 0], [0], [0]),
        ({"entities": 0.5, "KILL": 0.7}, [0.5, 0.5], [0.7, 0], [0], [0]),
        ({"all": 0.2, "triggers": 0.4, "ORG": 0.1, "ACTOR": 1}, [0.2, 0.1], [0.4, 0.4], [1], [0.2]),
        ({"sentences": 0.3, "FIGHT": 0}, [0, 0], [0, 0], [0], [0]),
    ],
)
def test_the_narrowest_counts(said, entities, triggers, arguments, sentences):
    floors = read_floors(said, SCHEME)
    assert floors.of("entities", SCHEME.entities).tolist() == entities
    assert floors.of("triggers", SCHEME.triggers).tolist() == triggers
    assert floors.of("arguments", SCHEME.roles).tolist() == arguments
    assert floors.of("sentences", SCHEME.sentence_labels).tolist() == sentences


def test_no_floor():
    assert Floors().of("entities", ("PER",)).tolist() == [0]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("KIL", 'did you mean "KILL"'), ("entity", 'did you mean "entities"'), ("x", "it takes entities, triggers, arguments, sentences")],
)
def test_a_name_that_is_none(name, hint):
    with pytest.raises(HadathError, match=f'names "{name}".*{hint}'):
        read_floors({name: 0.5}, SCHEME)


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability(score):
    with pytest.raises(ValueError, match=r"0 to 1"):
        read_floors(score, SCHEME)
    with pytest.raises(ValueError, match=r"min_score of PER is a probability, 0 to 1"):
        read_floors({"PER": score}, SCHEME)


def test_the_command_line():
    assert parse_floors([]) == {}
    assert parse_floors(["0.5", "entities=0.6", "KILL=1", "0.4"]) == {"all": 0.4, "entities": 0.6, "KILL": 1.0}
    for said in ("", "x", "entities=", "=0.5", "1.5", "KILL=-1", "nan"):
        with pytest.raises(HadathError, match=r"--min-score is a probability, 0 to 1"):
            parse_floors([said])
