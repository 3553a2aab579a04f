"""Tracing a module into an ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..models.errors import HadathError
from .quiet import quiet


def trace(module: nn.Module, sample: tuple[torch.Tensor, ...], path: Path, *, inputs: Sequence[str], outputs: Sequence[str], dynamic: Any) -> None:
    """Writes the graph of a module, in evaluation mode.

    Args:
        module: The module.
        sample: An argument for each input.
        path: The ``.onnx`` file.
        inputs: The names of the graph's inputs.
        outputs: The names of its outputs.
        dynamic: Which axes of an input have any length; the same for every input.

    Raises:
        HadathError: torch exported nothing.
    """
    with quiet():
        program = torch.onnx.export(
            module.eval(),
            sample,
            dynamo=True,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=(dynamic,) * len(sample),
            verbose=False,
        )
    if program is None:
        raise HadathError("torch exported nothing; is onnxscript installed?")
    program.save(str(path), external_data=False)
