"""Running a tagger with torch: in training's own evaluation, and on GPUs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..models.spec import TaggerSpec
from ..models.storage import load_tagger
from ..models.tagger import Tagger
from .runtime import Logits


class TorchRuntime:
    """Runs a tagger in batches of windows of like length.

    Args:
        tagger: Is put into evaluation mode while it runs, and back.
        pad: The padding piece.
        pieces: Most pieces in a batch, padding included.
        bf16: Multiply in bfloat16.
    """

    def __init__(self, tagger: Tagger, pad: int, *, pieces: int = 16_384, bf16: bool = False) -> None:
        self.tagger, self.pad, self.pieces, self.bf16 = tagger, pad, pieces, bf16
        self.pairs = None if tagger.arguments is None else TorchPairs(tagger)

    def run(self, windows: Sequence[np.ndarray]) -> Iterator[Logits]:
        found: list[Logits | None] = [None] * len(windows)
        device = next(self.tagger.parameters()).device
        training = self.tagger.training
        self.tagger.eval()
        try:
            with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=self.bf16):
                for batch in self._batches(windows):
                    length = max(len(windows[one]) for one in batch)
                    ids = np.full((len(batch), length), self.pad, np.int64)
                    mask = np.zeros((len(batch), length), np.int64)
                    for row, one in enumerate(batch):
                        ids[row, : len(windows[one])] = windows[one]
                        mask[row, : len(windows[one])] = 1
                    outputs = self.tagger(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
                    arrays = {name: values.float().cpu().numpy() for name, values in outputs.items()}
                    for row, one in enumerate(batch):
                        found[one] = {name: values[row, : len(windows[one])] for name, values in arrays.items()}
        finally:
            self.tagger.train(training)
        yield from (one for one in found if one is not None)

    def _batches(self, windows: Sequence[np.ndarray]) -> Iterator[list[int]]:
        batch: list[int] = []
        for one in sorted(range(len(windows)), key=lambda index: len(windows[index])):
            if batch and len(windows[one]) * (len(batch) + 1) > self.pieces:
                yield batch
                batch = []
            batch.append(one)
        if batch:
            yield batch


class TorchPairs:
    """The tagger's scorer of pairs.

    Args:
        tagger: A tagger that has one; is put into evaluation mode while it runs, and back.
    """

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger

    def __call__(self, *arrays: np.ndarray) -> np.ndarray:
        scorer: Any = self.tagger.arguments
        device = next(self.tagger.parameters()).device
        training = scorer.training
        scorer.eval()
        try:
            with torch.inference_mode():
                scores: torch.Tensor = scorer(*(torch.from_numpy(one).to(device) for one in arrays))
        finally:
            scorer.train(training)
        return scores.float().cpu().numpy()


def load_torch_runtime(folder: Path, spec: TaggerSpec, device: str) -> TorchRuntime:
    """The runtime of a saved tagger on a torch device; bfloat16 on GPUs."""
    tagger = load_tagger(folder, spec).to(device)
    return TorchRuntime(tagger, spec.pieces.pad, bf16=torch.device(device).type == "cuda")
