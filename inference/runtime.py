"""Running the graph: onnxruntime here, torch in `torch_runtime`; the predictor sees no difference."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..models.errors import HadathError

Logits = dict[str, np.ndarray]


# Stands for an answer that was given out
_GIVEN: Future[Logits] = Future()
# Seconds after which Python takes its lock from a thread that others wait for; five thousandths by default, in which two or three windows could be run
_TURN = 1e-4


class Runtime(Protocol):
    """Maps windows of pieces to logits.

    `pairs` scores pairs of a trigger and a mention, if the tagger was taught arguments. `workers` is how many threads it can use beside the caller's,
    and `chunks` how many chunks of text it wants at once.
    """

    @property
    def pairs(self) -> ScorePairs | None: ...

    @property
    def workers(self) -> int: ...

    @property
    def chunks(self) -> int: ...

    def run(self, windows: Sequence[np.ndarray], outputs: Sequence[str] | None = None, pool: Executor | None = None) -> Iterator[Logits]:
        """The logits of each window, in order.

        Args:
            windows: Piece ids with the special ones. Shape of each: (pieces,)
            outputs: The heads that are wanted; the others are not computed. All if None.
            pool: Threads that run the windows, beginning at once; the caller's may run some too where it would wait for them. Without, they are run
                in the caller's thread as the answers are asked for.

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
        threads: Windows that are run at once, one of them in the caller's thread while it waits; one for each core if 0.
        pairs: The ``.onnx`` file of the scorer of pairs, if there is one.
    """

    chunks = 1

    def __init__(self, path: Path, threads: int = 0, pairs: Path | None = None) -> None:
        self._session = open_session(path)
        self.pairs = None if pairs is None else OnnxPairs(pairs)
        self.outputs = {one.name: one.shape[-1] for one in self._session.get_outputs()}  # a size that the graph leaves open is no int
        self._masked = any(one.name == "attention_mask" for one in self._session.get_inputs())  # graphs in fused operators have none
        self.workers = (threads or _cores()) - 1  # with the caller's, which decodes and lends a hand where it would wait, one for each core

    def run(self, windows: Sequence[np.ndarray], outputs: Sequence[str] | None = None, pool: Executor | None = None) -> Iterator[Logits]:
        names = list(self.outputs if outputs is None else outputs)
        if pool is None or len(windows) < 2:
            return (self._one(ids, names) for ids in windows)
        return self._answers([pool.submit(self._one, ids, names) for ids in windows], windows, names)

    def _answers(self, started: list[Future[Logits]], windows: Sequence[np.ndarray], names: list[str]) -> Iterator[Logits]:
        """What the threads find, in order. While it is waited for, the caller's thread runs windows itself, from the end, where no other has begun."""
        own: dict[int, Logits] = {}
        last = len(started)
        for index in range(len(started)):
            while not started[index].done() and last > index + 1:
                last -= 1
                if started[last].cancel():
                    own[last] = self._one(windows[last], names)
            if index in own:
                yield own.pop(index)
            else:
                yield started[index].result()
                started[index] = _GIVEN  # what was given out is not held

    def _one(self, ids: np.ndarray, names: list[str]) -> Logits:
        batch = ids.astype(np.int64)[None]
        feeds = {"input_ids": batch, "attention_mask": np.ones_like(batch)} if self._masked else {"input_ids": batch}
        return {name: np.asarray(output)[0] for name, output in zip(names, self._session.run(names, feeds), strict=True)}


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
    # onnxruntime joins an addition and the layer norm behind it, and its joint operator takes several times what the two take apart
    apart = ["SkipLayerNormFusion"]
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=apart)
    except Exception as fault:  # onnxruntime has a dozen classes for a file it cannot read, all direct children of Exception
        raise HadathError(
            f"{path} cannot be run: {str(fault).splitlines()[0]}; copy the model folder again, or make the file anew with: hadath export MODEL"
        ) from None


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


@contextmanager
def short_turns() -> Iterator[None]:
    """Makes Python's threads take shorter turns while the block runs, so that none of a runtime's waits for the caller's while this decodes.

    It is a setting of the whole process: for programs, not for a library to do behind its caller's back.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _TURN) + 1e-7)
    try:
        yield
    finally:
        sys.setswitchinterval(before + 1e-7)  # cut to whole microseconds, of which the float may be a hair short
