"""The table of speeds in docs/performance.md, everything in one run on the same texts: python benchmarks/speed.py [--articles N] [--texts FILE]

Against transformers' pipeline stands an encoder of AraBERT base's shape with random weights, made here: weights decide what is found, not how fast. Each row
is timed several times, in turns with what it is compared with, so that a machine that slows down slows both; the ratio is of the middle times.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from news import TEXTS, read_articles
from speed_camel import camel_of
from speed_model import make_tagger, save_for_transformers
from transformers import pipeline as open_pipeline
from transformers.utils import logging

from hadath import Document, Predictor
from hadath.inference.bench import processor
from hadath.inference.loading import load_parts
from hadath.inference.runtime import OnnxRuntime, open_session
from hadath.models import folder as names
from hadath.models.tags import Tags

BATCH = 32
STRIDE = 64  # without one the pipeline cuts a text off at the end of its first window


@dataclass(frozen=True)
class Row:
    """One line of the table: what was run, against what, and how many times as fast it must be."""

    what: str
    against: str
    bar: float


ROWS = (
    Row("int8", "pipeline", 3.5),
    Row("full precision", "pipeline", 1.5),
    Row("embedded default, all layers", "pipeline", 80.0),
    Row("int8", "CAMeL Tools", 4.0),
    Row("embedded default, all layers", "bare onnxruntime loop", 0.75),
)


def bare_loop(graph: Path, predictor: Predictor, texts: Sequence[str]) -> Callable[[], object]:
    """What the graph alone can do: the texts' own pieces in full windows without padding or overlap, run batch by batch with all of onnxruntime's threads."""
    import onnxruntime

    size = predictor.spec.window
    pieces = np.concatenate([one.ids for one in predictor.encode(texts)]).astype(np.int64)
    rows = pieces[: len(pieces) // size * size].reshape(-1, size)
    batches = [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]
    if len(pieces) % size:
        batches.append(pieces[None, -(len(pieces) % size) :])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    masked = any(one.name == "attention_mask" for one in open_session(graph).get_inputs())

    def run() -> None:
        for batch in batches:
            session.run(None, {"input_ids": batch, "attention_mask": np.ones_like(batch)} if masked else {"input_ids": batch})

    return run


def same_tags(pipeline: Any, predictor: Predictor, texts: Sequence[str]) -> tuple[int, int, int]:
    """At how many pieces of texts that fit a window the predictor's likeliest tag is the pipeline's, how many there are, and in how many texts they differ.

    The pieces differ where a text has control characters: transformers drops them, and here every word keeps its place.
    """
    alike = every = other = 0
    names = Tags(predictor.spec.scheme.entities).names
    for text, tags in zip(texts, pipeline(list(texts), batch_size=BATCH, ignore_labels=[]), strict=True):
        ours = [names[tag] for tag in predictor.logits(predictor.encode([text]))[0]["entities"].argmax(-1)]
        theirs = [one["entity"] for one in tags]
        if len(ours) != len(theirs):
            other += 1
            continue
        every += len(ours)
        alike += sum(a == b for a, b in zip(ours, theirs, strict=True))
    return alike, every, other


def in_turns(works: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Seconds of each piece of work, one after the other and over again."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            found[name].append(time.perf_counter() - began)
            print(f"  {name}: {found[name][-1]:.1f} s", flush=True)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=500)
    options.add_argument("--texts", type=Path, default=TEXTS, help="plain text, a blank line between articles; .xz or not")
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--layers", type=int, default=12, help="of the encoder in AraBERT's shape; fewer only to try the script out")
    options.add_argument("--pieces", type=int, default=64_000)
    options.add_argument("--model", type=Path, default=names.DEFAULT, help="in place of the model that ships with hadath")
    chosen = options.parse_args()
    if not chosen.texts.exists():
        raise SystemExit(f"the texts are not here: {chosen.texts}; name others with --texts")
    texts = read_articles(chosen.texts, chosen.articles)
    words = sum(len(one.split()) for one in texts)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as place:
        folder = make_tagger(Path(place) / "arabert", texts, layers=chosen.layers, pieces=chosen.pieces)
        beside = save_for_transformers(folder)
        pipeline = open_pipeline("token-classification", model=str(beside), device=-1)
        spec, tokenizer, small = load_parts(folder)
        full = Predictor(spec, tokenizer, OnnxRuntime(folder / names.GRAPH))
        default = Predictor.load(chosen.model)
        runs: dict[str, Callable[[], object]] = {
            "pipeline": lambda: pipeline(texts, batch_size=BATCH, stride=STRIDE, aggregation_strategy="simple"),
            "full precision": lambda: _through(full, texts),
            "int8": lambda: _through(Predictor(spec, tokenizer, small), texts),
            "embedded default, all layers": lambda: [one.to_line() for one in default.stream(texts)],
            "bare onnxruntime loop": bare_loop(chosen.model / names.GRAPH_INT8, default, texts),
        }
        for name, work in runs.items():
            if name != "pipeline":
                work()  # to warm up
        pipeline(texts[:2])
        camel = camel_of(beside, texts, BATCH)
        if not isinstance(camel, str):
            runs["CAMeL Tools"] = camel
        short = [text for text, one in zip(texts, full.encode(texts), strict=True) if 0 < len(one.ids) <= spec.window - 2][:50]
        alike, every, other = same_tags(pipeline, full, short)
        seconds = {name: statistics.median(found) for name, found in in_turns(runs, chosen.repeats).items()}
    print(f"\n{len(texts)} articles, {words:,} words; {processor()}; {len(os.sched_getaffinity(0))} threads; {_versions()}")
    print(f"full precision gives the pipeline's tag at {alike} of {every} pieces of {len(short) - other} articles that fit a window")
    print(f"articles left out there, since control characters make their pieces differ: {other}\n")
    print("| what | words/s | against | its words/s | ratio | at least | holds |\n| --- | --- | --- | --- | --- | --- | --- |")
    for row in ROWS:
        if row.against not in seconds:
            print(f"| {row.what} | | {row.against} | | left out: {camel} | {row.bar} | |")
            continue
        ratio = seconds[row.against] / seconds[row.what]
        rates = (f"{words / seconds[one]:,.0f}" for one in (row.what, row.against))
        print(f"| {row.what} | {next(rates)} | {row.against} | {next(rates)} | {ratio:.2f} | {row.bar} | {'yes' if ratio >= row.bar else 'no'} |")


def _through(predictor: Predictor, texts: Sequence[str]) -> list[Document]:
    return list(predictor.stream(texts))


def _versions() -> str:
    return ", ".join(f"{one} {version(one)}" for one in ("onnxruntime", "torch", "transformers", "tokenizers", "numpy"))


if __name__ == "__main__":
    main()
