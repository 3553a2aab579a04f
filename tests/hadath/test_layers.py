"""predict --layers: only what is asked for is in the output."""

from __future__ import annotations

import json

import pytest

from hadath.cli import main


@pytest.mark.parametrize(
    ("said", "layers"), [("entities", {"entities"}), ("triggers, sentences", {"events", "sentences"}), (None, {"entities", "events", "sentences"})]
)
def test_only_the_layers_asked_for_are_written(tiny_model, helpers, capsys, said, layers):
    option = [] if said is None else ["--layers", said]
    assert main(["predict", "--text", helpers.NEWS[0], "--model", str(tiny_model), "--format", "jsonl", "--quiet", *option]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {name for name in ("entities", "events", "sentences") if name in document} == layers


def test_a_wrong_layer_is_told(tiny_model, capsys):
    assert main(["predict", "--text", "قال", "--model", str(tiny_model), "--layers", "entitys"]) == 2
    assert 'did you mean "entities"' in capsys.readouterr().err
