"""The fixtures that several rooms share. Tests are imported one by one (importlib mode), so the helpers come in by their path."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _load_helpers() -> ModuleType:
    pytest.importorskip("torch", reason="the tiny models need torch (extra train)")
    spec = importlib.util.spec_from_file_location("hadath_test_helpers", Path(__file__).with_name("helpers.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def helpers() -> ModuleType:
    """tests/helpers.py"""
    return _load_helpers()


@pytest.fixture(scope="session")
def tiny_encoder(helpers: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ModernBERT of two layers."""
    return helpers.make_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def tiny_arabert(helpers: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a BERT of two layers in the shape of AraBERT."""
    return helpers.make_arabert(tmp_path_factory.mktemp("arabert"))


@pytest.fixture(scope="session")
def tiny_model(helpers: ModuleType, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder on the tiny encoder, with both graphs. Do not write into it: copy it."""
    return helpers.make_model(tiny_encoder, tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def tiny_arabert_model(helpers: ModuleType, tiny_arabert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder on the tiny AraBERT, normalised as AraBERT is; without graphs, so that it runs in torch."""
    return helpers.make_model(tiny_arabert, tmp_path_factory.mktemp("model") / "arabert", normalisation="arabert", graphs=False)
