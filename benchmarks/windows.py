"""What the context of a window is worth: python benchmarks/windows.py

The annotated news of ../shared/data, most of it shorter than a window, is joined to texts of eight documents each, which are tagged with windows of various
context; the figures are F1 in percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from hadath import Document, Predictor
from hadath.inference import windows
from hadath.training.corpora import read_dev
from hadath.training.evaluation import evaluate

NEWS = Path(__file__).parents[2] / "shared" / "data" / "news"
TOGETHER = 8
SHARES = {"1/4": 4, "1/8": 8, "1/12": 12, "1/16": 16, "1/24": 24, "1/32": 32, "none": 1_000_000}
LAYERS = ("entities", "nominals", "triggers", "sentence_labels")


def joined(documents: Sequence[Document]) -> Document:
    """Several documents as one, without ids and arguments."""
    text = ""
    layers: dict[str, list[Any]] = {"sentences": [], "entities": [], "events": []}
    for one in documents:
        for name, spans in layers.items():
            spans += [replace(span, start=span.start + len(text), end=span.end + len(text)) for span in getattr(one, name) or ()]
        text += one.text + "\n"
    return Document(
        documents[0].id,
        text,
        sentences=tuple(layers["sentences"]),
        entities=tuple(replace(one, id=None) for one in layers["entities"]),
        events=tuple(replace(one, id=None, arguments=None, reported_by=None) for one in layers["events"]),
    )


def main() -> None:
    if not NEWS.is_dir():
        raise SystemExit(f"the corpora are not here: {NEWS}")
    every = read_dev([str(NEWS / f"{name}.jsonl") for name in ("dev", "dev_more")])
    gold = [joined(every[at : at + TOGETHER]) for at in range(0, len(every), TOGETHER)]
    predictor = Predictor.load()
    encoded = predictor.encode([one.text for one in gold])
    pieces = sum(len(one.ids) for one in encoded)
    print("| context on each side, of a window | pieces run, of the text's | " + " | ".join(LAYERS) + " |\n|" + " --- |" * (2 + len(LAYERS)))
    for name, share in SHARES.items():
        with mock.patch.object(windows, "_CONTEXT", share):
            plans = [windows.plan_windows(len(one.ids), one.sentence_pieces, one.first, predictor.spec.window - 2) for one in encoded]
            report = evaluate(gold, predictor.predict(gold), predictor.spec.scheme, bootstrap=0)
        run = sum(window.end - window.start for plan in plans for window in plan)
        print(f"| {name} | {run / pieces:.2f} | " + " | ".join(f"{100 * report.layers[one].micro.f1:.1f}" for one in LAYERS) + " |", flush=True)


if __name__ == "__main__":
    main()
