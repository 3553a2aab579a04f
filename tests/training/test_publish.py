"""What is published of a trained tagger: its graphs if they are as good, its calibration, its card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs the extra train")

from hadath import Predictor
from hadath.inference.loading import load_tokenizer
from hadath.models.spec import TaggerSpec
from hadath.models.storage import load_tagger
from hadath.training import export
from hadath.training.config import TrainConfig
from hadath.training.publish import publish
from hadath.training.settings import build_settings


@pytest.fixture
def published(tiny_model: Path, helpers: Any, tmp_path: Path) -> Any:
    """Publishes the small tagger with what it says itself as the dev documents."""
    dev = Predictor.load(tiny_model, threads=1).predict(helpers.quickstart_texts()[:3])
    config = build_settings(
        TrainConfig,
        {"name": "run", "corpora": [{"name": "own", "files": ["train.jsonl"], "layers": {"entities": {}}}], "dev": ["dev.jsonl"]},
    )

    def run() -> Path:
        spec = TaggerSpec.load(tiny_model)
        (tmp_path / "run").mkdir()
        return publish(tmp_path / "run", config, load_tagger(tiny_model, spec), spec, load_tokenizer(tiny_model), dev, [], {"steps": 1, "seconds": 1})

    return run


def test_the_card_and_the_report_tell_the_calibration(published: Any) -> None:
    folder = published()
    facts = json.loads((folder.parent / "report.json").read_text(encoding="utf-8"))["facts"]
    assert {"entities", "triggers"} <= set(facts["calibration"])
    before, after = facts["calibration"]["entities"]
    assert 0 <= after <= 1
    # the dev documents are what the tagger says: all is right, so scores below 1 are too low, and a temperature raises them
    assert after < before
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"| entities | {100 * before:.1f} | {100 * after:.1f} |" in card


def test_a_costly_8_bit_graph_is_not_published(published: Any, helpers: Any, tiny_model: Path, monkeypatch: Any, capsys: Any) -> None:
    size = TaggerSpec.load(tiny_model).heads["entities"].size
    monkeypatch.setattr(export, "quantise", lambda full, small: helpers.turn_heads(full, small, size))
    folder = published()
    assert sorted(one.name for one in (folder / "onnx").iterdir() if "int8" in one.name) == []
    facts = json.loads((folder.parent / "report.json").read_text(encoding="utf-8"))["facts"]
    assert "was taken away" in facts["int8"]
    assert facts["int8"] in capsys.readouterr().out
