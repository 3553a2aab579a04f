"""Running the graph: onnxruntime here, torch in `torch_runtime`; the predictor sees no difference."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..models.errors import HadathError

Logits = dict[str, np.ndarray]


class Runtime(Protocol):
    """Maps windows of pieces to logits; `pairs` scores pairs of a trigger and a mention, if the tagger was taught arguments."""

    pairs: ScorePairs | None

    def run(self, windows: Sequence[np.ndarray]) -> Iterator[Logits]:
        """The logits of each window, in order.

        Args:
            windows: Piece ids with the special ones. Shape of each: (pieces,)

        Yields:
            By head, float32. Shape: (pieces, size)
        """
        ...


class ScorePairs(Protocol):
    """`models.pair_scorer.PairScorer`, on arrays."""

    def __call__(self, triggers: np.ndarray, mentions: np.ndarray, pairs: np.ndarray, features: np.ndarray) -> np.ndarray: ...


class OnnxPairs:
    """The graph of pairs.

    Args:
        path: The ``.onnx`` file.
    """

    def __init__(self, path: Path) -> None:
        self._session = open_session(path)
        self.sizes = {one.name: one.shape[-1] for one in (*self._session.get_inputs(), *self._session.get_outputs())}

    def __call__(self, triggers: np.ndarray, mentions: np.ndarray, pairs: np.ndarray, features: np.ndarray) -> np.ndarray:
        given = {"triggers": triggers, "mentions": mentions, "pairs": pairs, "features": features}
        return np.asarray(self._session.run(None, given)[0])


class OnnxRuntime:
    """The graph on the CPU.

    Each window is run alone: no padding is computed, and what stands in one window can never touch the numbers of another, which batches of a
    dynamically quantised graph do not promise. The windows are spread over threads instead.

    Args:
        path: The ``.onnx`` file.
        threads: Windows that are run at once; all cores if 0.
        pairs: The ``.onnx`` file of the scorer of pairs, if there is one.
    """

    def __init__(self, path: Path, threads: int = 0, pairs: Path | None = None) -> None:
        self._session = open_session(path)
        self.pairs = None if pairs is None else OnnxPairs(pairs)
        self._names = [one.name for one in self._session.get_outputs()]
        self.outputs = {one.name: one.shape[-1] for one in self._session.get_outputs()}  # a size that the graph leaves open is no int
        self._threads = threads or _cores()
        self._pool: ThreadPoolExecutor | None = None

    def run(self, windows: Sequence[np.ndarray]) -> Iterator[Logits]:
        if self._threads == 1 or len(windows) < 2:
            yield from map(self._one, windows)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="hadath")
        yield from self._pool.map(self._one, windows)

    def _one(self, ids: np.ndarray) -> Logits:
        batch = ids.astype(np.int64)[None]
        outputs = self._session.run(None, {"input_ids": batch, "attention_mask": np.ones_like(batch)})
        return {name: np.asarray(output)[0] for name, output in zip(self._names, outputs, strict=True)}


def open_session(path: Path) -> Any:
    """A graph, on the CPU and on one thread: those who use it spread their work over threads themselves.

    Raises:
        HadathError: The file cannot be run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # onnxruntime has a dozen classes for a file it cannot read, all direct children of Exception
        raise HadathError(
            f"{path} cannot be run: {str(fault).splitlines()[0]}; copy the model folder again, or make the file anew with: hadath export MODEL"
        ) from None


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1
