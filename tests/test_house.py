"""The house: imports run training -> inference -> models, the rooms have no bare names, and what a prediction needs is free of torch."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("models", "inference", "training")
FILES = [path for room in ROOMS for path in sorted((ROOT / room).glob("*.py"))]
# What only training and the torch runtime use; they lie with what they are about, and prediction does not import them
TORCH = {"models/tagger.py", "models/pair_scorer.py", "models/storage.py", "inference/torch_runtime.py"}
HEAVY = {"torch", "transformers", "datasets", "sklearn", "pydantic", "safetensors", "accelerate", "gensim", "matplotlib"}


def _imports(path: Path) -> list[tuple[int, str]]:
    """The level and the name of every import statement of a file, wherever it stands."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(0, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.level, node.module)] if node.module else [(node.level, alias.name) for alias in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_imports_run_one_way(path: Path) -> None:
    room = ROOMS.index(path.parent.name)
    for level, name in _imports(path):
        top = name.split(".")[0]
        assert level <= 2, f"imports from above the package: {name}"
        if level == 0:
            assert top != "hadath", f"inside the package imports are relative: {name}"
        if level == 2:
            assert top in ROOMS, f"a room imports the front door: {name}"
            assert ROOMS.index(top) < room, f"{path.parent.name} imports {top}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/*.py")) + sorted(ROOT.glob("tests/*/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_have_no_bare_names(path: Path) -> None:
    assert not {name.split(".")[0] for level, name in _imports(path) if level == 0} & {*ROOMS, "configs"}


@pytest.mark.parametrize("path", [one for one in FILES if one.parent.name != "training"], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_prediction_is_free_of_torch(path: Path) -> None:
    if f"{path.parent.name}/{path.name}" not in TORCH:
        assert not {name.split(".")[0] for level, name in _imports(path) if level == 0} & HEAVY
