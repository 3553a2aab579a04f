"""Measuring a predictor where it will be used: how much it tags in a second, how long one article takes, and where the time goes."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from .assembly import assemble
from .floors import Floors
from .predictor import Predictor, as_document
from .runtime import short_turns

_START_UP = """
import sys, time
began = time.perf_counter()
from hadath import Predictor
Predictor.load(sys.argv[1] or None)(sys.argv[2])
spent = time.perf_counter() - began
from hadath.inference.bench import peak_memory
print(spent, peak_memory())
"""
_LATENCIES = 200


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing: the middle one, the least and the greatest."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Bench:
    """What was measured.

    Args:
        documents: Texts of a pass.
        words: Their words, as white space parts them.
        pieces: Their pieces, each counted once.
        repeats: Passes measured, after one to warm up.
        seconds: Of a pass over all texts, from raw text to lines of JSON.
        latency_p50: Seconds for one article by itself; half of them take less.
        latency_p95: Of twenty, nineteen take less.
        start_up: Seconds from the start of a fresh process's import to its first tagged sentence, three times.
        start_up_memory: Greatest memory of that process, bytes; 0 where the system does not tell.
        peak_memory: Greatest memory of the measuring process so far, bytes.
        shares: Of the time of one pass in one thread, by step: tokenise, run, decode, write.
        machine: Processor, threads, versions.
    """

    documents: int
    words: int
    pieces: int
    repeats: int
    seconds: Spread
    latency_p50: float
    latency_p95: float
    start_up: Spread
    start_up_memory: int
    peak_memory: int
    shares: dict[str, float]
    machine: dict[str, Any]

    def to_json(self) -> str:
        """All figures, rates included, as JSON."""
        rates = {f"{name}_per_second": getattr(self, name) / self.seconds.median for name in ("documents", "words", "pieces")}
        return json.dumps(asdict(self) | rates, indent=1)

    def table(self) -> str:
        """The figures for reading."""

        def rate(amount: int) -> str:
            middle, low, high = (amount / one for one in (self.seconds.median, self.seconds.greatest, self.seconds.least))
            return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"

        rows = [
            ("documents/s", rate(self.documents)),
            ("words/s", rate(self.words)),
            ("pieces/s", rate(self.pieces)),
            ("one article, p50", f"{1000 * self.latency_p50:.1f} ms"),
            ("one article, p95", f"{1000 * self.latency_p95:.1f} ms"),
            ("import, load, first sentence", f"{self.start_up.median:.2f} s ({self.start_up.least:.2f} to {self.start_up.greatest:.2f})"),
            ("memory of that process", _megabytes(self.start_up_memory)),
            ("peak memory of this process", _megabytes(self.peak_memory)),
            *((f"time in {name}", f"{100 * share:.0f} %") for name, share in self.shares.items()),
        ]
        head = f"{self.documents} documents, {self.words:,} words, {self.pieces:,} pieces; {self.repeats} passes; "
        return "\n".join([head + ", ".join(f"{key} {value}" for key, value in self.machine.items()), *(f"{a:<30}{b}" for a, b in rows)])


def bench(
    model: str | Path | None, texts: Sequence[str], *, repeats: int = 5, threads: int = 0, device: str = "cpu", layers: Sequence[str] | None = None
) -> Bench:
    """Measures a model on texts.

    Args:
        model: As for `Predictor.load`.
        texts: The texts, at least one with a word.
        repeats: Passes over all texts, after one to warm up.
        threads: As for `Predictor.load`.
        device: As for `Predictor.load`.
        layers: As for `Predictor.predict`.
    """
    predictor = Predictor.load(model, device=device, threads=threads)

    def whole() -> int:
        return sum(len(one.to_line()) for one in predictor.stream(texts, layers=layers))

    with short_turns():  # as `hadath predict` does
        seconds = timed(whole, repeats)
    alone = [timed(lambda text=text: predictor(text, layers=layers).to_line(), 1, warm_up=False)[0] for text in _spread_out(texts, _LATENCIES)]  # type: ignore[misc]
    start_ups = [_start_up(model, texts[0][:200]) for _ in range(3)]
    return Bench(
        documents=len(texts),
        words=sum(len(one.split()) for one in texts),
        pieces=sum(len(one.ids) for one in predictor.encode(texts)),
        repeats=repeats,
        seconds=Spread.of(seconds),
        latency_p50=statistics.median(alone),
        latency_p95=sorted(alone)[int(0.95 * (len(alone) - 1))],
        start_up=Spread.of([spent for spent, _ in start_ups]),
        start_up_memory=max(peak for _, peak in start_ups),
        peak_memory=peak_memory(),
        shares=shares(Predictor.load(model, device=device, threads=1), texts),
        machine={
            "device": device,
            "threads": threads or "one a core",
            "python": platform.python_version(),
            "onnxruntime": version("onnxruntime"),
            "numpy": version("numpy"),
            "processor": processor(),
        },
    )


def timed(work: Callable[[], object], repeats: int, *, warm_up: bool = True) -> list[float]:
    """Seconds that each of several calls took, after one that is not counted."""
    found = []
    for _ in range(repeats + warm_up):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found[warm_up:]


def shares(predictor: Predictor, texts: Sequence[str]) -> dict[str, float]:
    """Where the time of a pass goes when the steps follow one another in one thread. Shares of 1."""
    clock = [time.perf_counter()]

    def lap() -> None:
        clock.append(time.perf_counter())

    encoded = predictor.encode(texts)
    lap()
    logits = predictor.logits(encoded)
    lap()
    documents = [as_document(text, index) for index, text in enumerate(texts)]
    tagged = assemble(predictor.spec, encoded, logits, documents, Floors(), predictor.pairs)
    lap()
    for one in tagged:
        one.to_line()
    lap()
    steps = [after - before for before, after in pairwise(clock)]
    return {name: step / sum(steps) for name, step in zip(("tokenise", "run", "decode", "write"), steps, strict=True)}


def peak_memory() -> int:
    """The most memory this process has held, in bytes; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    # on Linux, where it was asked above, this would count what the parent held when it began the process
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def processor() -> str:
    """The processor's name, with its cores as the system counts them."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores"


def _start_up(model: str | Path | None, text: str) -> tuple[float, int]:
    """Seconds and bytes of a fresh process."""
    command = [sys.executable, "-c", _START_UP, "" if model is None else str(model), text]
    spent, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return float(spent), int(peak)


def _spread_out(texts: Sequence[str], most: int) -> Sequence[str]:
    return texts if len(texts) <= most else [texts[at * len(texts) // most] for at in range(most)]


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count else "not told by this system"
