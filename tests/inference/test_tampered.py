"""A tampered hadath.json, at every place: the model opens and tags, or says in one sentence what is wrong; nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hadath import HadathError, Predictor
from hadath.models.folder import DEFAULT
from hadath.models.spec import FORMAT, TaggerSpec

DESCRIPTION = json.loads((DEFAULT / "hadath.json").read_text(encoding="utf-8"))
HUGE = 10**400
VALUES = [None, True, -1, 0, 0.5, HUGE, 1e308, float("inf"), float("nan"), "", "x" * 100_000, [], [1], {}, {"x": 1}, [[]] * 1000]


def places(value, at=()):
    """Every place in the description, the outermost first; of the long lists of labels the first two."""
    yield at
    if isinstance(value, dict):
        for key in list(value)[:: max(1, len(value) // 5)]:
            yield from places(value[key], (*at, key))
    elif isinstance(value, list):
        for index in range(min(2, len(value))):
            yield from places(value[index], (*at, index))


PLACES = [one for one in places(DESCRIPTION) if one and one[0] != "versions"]


def changed(at, *new):
    """The description with another value at a place, or without it."""
    data = json.loads(json.dumps(DESCRIPTION))
    inner = data
    for key in at[:-1]:
        inner = inner[key]
    if new:
        inner[at[-1]] = new[0]
    else:
        del inner[at[-1]]
    return data


def refusal(folder, data):
    """What is said of it, None if it opens."""
    (folder / "hadath.json").write_text(json.dumps(data), encoding="utf-8")
    try:
        TaggerSpec.load(folder)
    except HadathError as fault:
        said = str(fault)
        assert "\n" not in said
        assert len(said) < 800
        assert str(folder) in said
        return said
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tampered")


def test_the_description_itself_opens(folder):
    assert refusal(folder, DESCRIPTION) is None


@pytest.mark.parametrize("key", [one for one in DESCRIPTION if one != "arguments"])
def test_every_key_is_needed(folder, key):
    assert "is damaged" in refusal(folder, changed((key,)))


@pytest.mark.parametrize("key", DESCRIPTION["pieces"])
def test_every_piece_is_needed(folder, key):
    assert f"it lacks '{key}'" in refusal(folder, changed(("pieces", key)))


@pytest.mark.parametrize("at", PLACES, ids=lambda at: "/".join(map(str, at))[:60])
def test_another_value_anywhere(folder, at):
    refusal(folder, changed(at))
    refused = sum(refusal(folder, changed(at, value)) is not None for value in VALUES)
    if len(at) == 1:
        assert refused >= len(VALUES) - 4  # some of the values are sound ones for some key


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("format",), FORMAT + 1, "pip install --upgrade hadath"),
        (("format",), HUGE, "pip install --upgrade hadath"),
        (("window",), HUGE, "window is 1000"),
        (("window",), 256.5, "window is float, not int"),
        (("window",), float("nan"), "window is float, not int"),
        (("proclitics",), "no", "proclitics is str, not bool"),
        (("temperatures",), {"entities": 0}, "temperatures: entities is 0"),
        (("temperatures",), {"entities": float("nan")}, "temperatures: entities is nan"),
        (("openness",), {"entities": float("inf")}, "openness: entities is inf"),
        (("thresholds",), {"x": 2}, "thresholds: x is 2"),
        (("pieces", "cls"), -1, "pieces: cls is -1"),
    ],
)
def test_what_is_said_of_it(folder, at, value, said):
    assert said in refusal(folder, changed(at, value))


def test_a_thousand_brackets(folder):
    (folder / "hadath.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(HadathError, match="is damaged"):
        TaggerSpec.load(folder)


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [(("pieces", "cls"), 10_000_000, "piece cls is 10000000, the tokenizer has"), (("window",), 60_000, "window 60000 is past the")],
)
def test_numbers_past_the_end_of_the_model(tmp_path, at, value, said):
    """Each sound in itself, but not with what lies beside it: told when the model is opened, not in the middle of a run."""
    whole = Path(shutil.copytree(DEFAULT, tmp_path / "model"))
    (whole / "hadath.json").write_text(json.dumps(changed(at, value)), encoding="utf-8")
    with pytest.raises(HadathError, match=said):
        Predictor.load(whole)
