"""What 8 bits cost is counted label by label, and past a limit the graph is refused."""

from __future__ import annotations

import shutil

import pytest

pytest.importorskip("torch", reason="training needs the extra train")

from hadath import Document, HadathError, Mention, Predictor
from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.training.parity import check_int8, compare_f1, report

SCHEME = Scheme(entities=("PER", "ORG", "LOC"))
TEXT = "aa bb cc dd"


def document(*labels):
    """The four words, each with a label or none."""
    marks = [Mention(3 * at, 3 * at + 2, TEXT[3 * at : 3 * at + 2], label) for at, label in enumerate(labels) if label]
    return Document("d", TEXT, entities=tuple(marks))


def test_the_change_of_every_label_by_hand():
    gold = [document("PER", "ORG", "ORG", "PER")]
    full = [document("PER", "ORG", "ORG", None)]  # PER: 1 of 1 said, of 2: 2/3; ORG: 1
    small = [document("PER", "ORG", "LOC", "PER")]  # PER: 1; ORG: 1 of 1 said, of 2: 2/3; LOC: 0 of 1
    [layer] = compare_f1(gold, full, small, SCHEME).values()
    found = {label: (one.gold, round(one.full, 2), round(one.small, 2), round(one.points, 2)) for label, one in layer.labels.items()}
    assert found == {"PER": (2, 66.67, 100, 33.33), "ORG": (2, 100, 66.67, -33.33), "LOC": (0, 0, 0, 0)}
    assert (layer.micro.gold, round(layer.micro.full, 2), round(layer.micro.small, 2)) == (4, round(600 / 7, 2), 75)
    lines = report({"entities": layer}).splitlines()
    assert lines[1].split() == ["entities", "4", "85.71", "75.00", "-10.71"]
    assert [line.split()[-1] for line in lines[2:]] == ["+33.33", "-33.33", "+0.00"]


def test_a_costly_graph_is_taken_away(tiny_model, helpers, tmp_path):
    """The gold is what the full-precision graph says, and in place of the 8-bit one stands a graph that is wrong."""
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    full, small = folder / "onnx" / "model.onnx", folder / "onnx" / "model.int8.onnx"
    small.unlink()
    gold = Predictor.load(folder, threads=1).predict(helpers.quickstart_texts()[:3])
    shutil.copy(full, small)
    same = check_int8(folder, gold, max_drop=0)  # no difference, no cost
    assert {name: change.micro.points for name, change in same.items()} == dict.fromkeys(same, 0)
    assert same["entities"].micro.full == 100
    helpers.turn_heads(full, small, TaggerSpec.load(folder).heads["entities"].size)
    changes = check_int8(folder, gold, max_drop=100)
    assert changes["entities"].micro.small < 50
    assert small.exists()
    with pytest.raises(HadathError, match=r"costs more than 0.5 points of F1 \(.*entities \d.*--max-drop") as caught:
        check_int8(folder, gold)
    assert report(changes) in str(caught.value)
    assert not small.exists()
    assert Predictor.load(folder, threads=1).predict(gold) == gold
