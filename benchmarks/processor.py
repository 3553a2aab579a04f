"""Whether another processor tags alike: python benchmarks/processor.py FILE.npz

Writes the logits and marks of the project's own dev texts, as the model that ships gives them here, into FILE.npz; if it is there already, says how far off it is. Run
it once on each machine, or once as it is and once under an emulator, such as (Debian's package qemu-user; a processor with AVX2 and no VNNI):

    qemu-x86_64 -cpu EPYC-Rome .venv/bin/python benchmarks/processor.py FILE.npz 2>/dev/null
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from hadath import Predictor
from hadath.inference.bench import processor
from hadath.models.documents import read_jsonl

TEXTS = Path(__file__).parent.parent / "data" / "quickstart" / "dev.jsonl"


def tag() -> dict[str, np.ndarray]:
    """By head and number of the text its logits; under ``marks`` those of all texts, as words that say text, place and label."""
    predictor = Predictor.load(threads=1)
    texts = [one.text for one in read_jsonl(TEXTS)]
    found = {f"{name}-{number}": values for number, one in enumerate(predictor.logits(predictor.encode(texts))) for name, values in one.items()}
    marks: list[str] = []
    for number, document in enumerate(predictor.predict(texts)):
        place = {one.id: f"{one.start} {one.end}" for one in document.entities or ()}
        marks += [f"{number} {one.start} {one.end} {one.label}" for one in document.entities or ()]
        for event in document.events or ():
            marks.append(f"{number} {event.start} {event.end} {event.label} {event.asserted}")
            marks += [f"{number} {event.start} {one.role} {place[one.target]}" for one in event.arguments or ()]
        marks += [f"{number} {one.start} {label.label}" for one in document.sentences or () for label in one.labels or ()]
    return {**found, "marks": np.array(marks)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", type=Path)
    file = options.parse_args().file
    found = tag()
    print(f"{processor()}: {len(found['marks'])} mentions, triggers, arguments and sentence labels")
    if not file.exists():
        with file.open("wb") as out:
            np.savez(out, **found)
        return
    other = dict(np.load(file))
    apart = defaultdict(list)
    for name, values in other.items():
        if name != "marks":
            apart[name.partition("-")[0]].append((values - found[name]).ravel())
    for name, several in apart.items():
        off = np.concatenate(several)
        print(f"  {name}: root mean square {np.sqrt((off**2).mean()):.3f}, most {np.abs(off).max():.2f}")
    same = len(set(found["marks"]) & set(other["marks"]))
    print(f"  the same: {same} of {len(found['marks'])} and {len(other['marks'])}")


if __name__ == "__main__":
    main()
