"""How the graph is run best, in one thread: python benchmarks/graph.py

The shape of the model that ships, with untrained heads, exported as transformers computes it and in fused operators, each in full precision and in 8 bits.
The second table says what it brings to run several windows of one length in a call, and by how much their neighbours then change a window's logits.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from hadath.inference.bench import processor
from hadath.inference.runtime import open_session
from hadath.models import folder as names
from hadath.models.spec import TaggerSpec
from hadath.models.storage import new_tagger
from hadath.training import export

LENGTHS = (16, 64, 128, 254)
TOGETHER = (1, 4, 16)
REPEATS = 15


def write_graphs(place: Path) -> dict[str, Any]:
    """Sessions of the four graphs by name."""
    spec = TaggerSpec.load(names.DEFAULT)
    tagger = new_tagger(names.EMBEDDED, spec).eval()
    found = {}
    for name, fused in (("transformers' operators", lambda encoder: None), ("fused operators", export.fused)):
        full, small = place / f"{name[:5]}.onnx", place / f"{name[:5]}.int8.onnx"
        with mock.patch.object(export, "fused", fused):
            export.write_graph(tagger, spec, full)
        export.quantise(full, small)
        found[name], found[f"{name}, int8"] = open_session(full), open_session(small)
    return found


def run(session: Any, ids: np.ndarray) -> list[np.ndarray]:
    """The logits of a batch without padding."""
    given = {one.name for one in session.get_inputs()}
    return session.run(None, {name: value for name, value in (("input_ids", ids), ("attention_mask", np.ones_like(ids))) if name in given})


def milliseconds(session: Any, ids: np.ndarray) -> float:
    """Processor time of a window, the middle of several."""
    spent = []
    for _ in range(REPEATS + 2):
        began = time.process_time()
        run(session, ids)
        spent.append(time.process_time() - began)
    return 1000 * statistics.median(spent[2:]) / len(ids)


def leak(session: Any, ids: np.ndarray) -> float:
    """The largest change of a logit of the first window by the others beside it."""
    return max(float(np.abs(a[0] - b[0]).max()) for a, b in zip(run(session, ids), run(session, ids[:1]), strict=True))


def main() -> None:
    dice = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as place:
        sessions = write_graphs(Path(place))
        size = TaggerSpec.load(names.DEFAULT).pieces
        texts = {length: dice.integers(size.sep + 1, 15_000, (max(TOGETHER), length)) for length in LENGTHS}
        print(f"{processor()}; milliseconds of processor time a window, median of {REPEATS}\n")
        print("| graph, one window a call | " + " | ".join(f"{one} pieces" for one in LENGTHS) + " |\n|" + " --- |" * (1 + len(LENGTHS)))
        for name, session in sessions.items():
            print(f"| {name} | " + " | ".join(f"{milliseconds(session, texts[one][:1]):.2f}" for one in LENGTHS) + " |")
        print("\n| fused operators, windows in a call | " + " | ".join(f"{one} pieces" for one in LENGTHS) + " | largest change of a logit |")
        print("|" + " --- |" * (2 + len(LENGTHS)))
        for name in ("fused operators", "fused operators, int8"):
            for several in TOGETHER:
                times = " | ".join(f"{milliseconds(sessions[name], texts[one][:several]):.2f}" for one in LENGTHS)
                print(f"| {name}, {several} | {times} | {max(leak(sessions[name], texts[one][:several]) for one in LENGTHS):.1g} |")


if __name__ == "__main__":
    main()
