"""Running a tagger with torch: in training's own evaluation, and on GPUs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
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

    chunks = 24  # sorted by length among more texts, a batch has less padding

    def __init__(self, tagger: Tagger, pad: int, *, pieces: int = 16_384, bf16: bool = False) -> None:
        self.tagger, self.pad, self.pieces, self.bf16 = tagger, pad, pieces, bf16
        self.pairs = None if tagger.arguments is None else TorchPairs(tagger)
        self.workers = 0 if self._device.type == "cpu" else 1  # a GPU works on while the next texts are made ready

    def run(self, windows: Sequence[np.ndarray], outputs: Sequence[str] | None = None, pool: Executor | None = None) -> Iterator[Logits]:
        return _when_asked(partial(self._run, windows, outputs) if pool is None else pool.submit(self._run, windows, outputs).result)

    @property
    def _device(self) -> torch.device:
        return next(self.tagger.parameters()).device

    def _run(self, windows: Sequence[np.ndarray], outputs: Sequence[str] | None) -> list[Logits]:
        found: list[Logits] = [{} for _ in windows]
        training = self.tagger.training
        self.tagger.eval()
        try:
            with torch.inference_mode(), torch.autocast(self._device.type, torch.bfloat16, enabled=self.bf16):
                for batch in self._batches(windows):
                    ids, mask = self._padded([windows[one] for one in batch])
                    states: Any = self.tagger.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
                    answers = {name: head(states) for name, head in self.tagger.heads.items() if outputs is None or name in outputs}
                    arrays = {name: values.float().cpu().numpy() for name, values in answers.items()}
                    for row, one in enumerate(batch):
                        found[one] = {name: values[row, : len(windows[one])] for name, values in arrays.items()}
        finally:
            self.tagger.train(training)
        return found

    def _padded(self, windows: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor | None]:
        """A batch on the device, and its mask; none where all are of one length, which leaves the device its fastest attention."""
        lengths = np.array([len(one) for one in windows])
        ids = np.full((len(windows), lengths.max()), self.pad, np.int64)
        for row, one in enumerate(windows):
            ids[row, : len(one)] = one
        mask = None if lengths.min() == lengths.max() else torch.from_numpy((np.arange(lengths.max()) < lengths[:, None]).astype(np.int64))
        return self._move(torch.from_numpy(ids)), None if mask is None else self._move(mask)

    def _move(self, values: torch.Tensor) -> torch.Tensor:
        return values.to(self._device) if self._device.type == "cpu" else values.pin_memory().to(self._device, non_blocking=True)

    def _batches(self, windows: Sequence[np.ndarray]) -> Iterator[list[int]]:
        """Windows to run together: sorted by length, of at most so many pieces."""
        batch: list[int] = []
        for one in sorted(range(len(windows)), key=lambda index: len(windows[index])):
            if batch and len(windows[one]) * (len(batch) + 1) > self.pieces:
                yield batch
                batch = []
            batch.append(one)
        if batch:
            yield batch


def _when_asked(answers: Callable[[], list[Logits]]) -> Iterator[Logits]:
    yield from answers()


class TorchPairs:
    """The tagger's scorer of pairs.

    Args:
        tagger: A tagger that has one; is put into evaluation mode while it runs, and back.
    """

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger

    def __call__(self, triggers: np.ndarray, mentions: np.ndarray, pairs: np.ndarray, features: np.ndarray) -> np.ndarray:
        scorer: Any = self.tagger.arguments
        device = next(self.tagger.parameters()).device
        training = scorer.training
        scorer.eval()
        try:
            with torch.inference_mode():
                scores: torch.Tensor = scorer(*(torch.from_numpy(one).to(device) for one in (triggers, mentions, pairs, features)))
        finally:
            scorer.train(training)
        return scores.float().cpu().numpy()


def load_torch_runtime(folder: Path, spec: TaggerSpec, device: str) -> TorchRuntime:
    """The runtime of a saved tagger on a torch device; bfloat16 on GPUs."""
    tagger = load_tagger(folder, spec).to(device)
    return TorchRuntime(tagger, spec.pieces.pad, bf16=torch.device(device).type == "cuda")
