"""The saved folder's files, by name, and where the model that ships with the package lies."""

from __future__ import annotations

from pathlib import Path

SPEC = "hadath.json"  # only a tagger's folder has it
WEIGHTS = "model.safetensors"
ENCODER_CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
CARD = "README.md"
GRAPH = "onnx/model.onnx"
GRAPH_INT8 = "onnx/model.int8.onnx"
PAIRS_GRAPH = "onnx/arguments.onnx"

DEFAULT = Path(__file__).parent / "default"
DEFAULT_ENCODER = Path(__file__).parent / "encoder"
EMBEDDED = "embedded"


def encoder_source(name: str) -> str:
    """Where an encoder is loaded from: ``embedded`` is the small one that ships with the package, anything else a folder or a name on the hub."""
    return str(DEFAULT_ENCODER) if name == EMBEDDED else name
