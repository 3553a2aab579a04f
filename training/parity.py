"""What the 8-bit graph costs: the F1 of every label with it beside that with the full-precision one, on labelled documents, and a limit to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..inference.loading import load_tokenizer
from ..inference.predictor import Predictor
from ..inference.runtime import OnnxRuntime
from ..models import folder as names
from ..models.documents import Document
from ..models.errors import HadathError
from ..models.scheme import Scheme
from ..models.spec import TaggerSpec
from .evaluation import evaluate

MAX_DROP = 0.5


@dataclass(frozen=True)
class Change:
    """F1 of two graphs on the same gold, 0 to 100.

    Args:
        full: In full precision.
        small: In 8 bits.
        gold: How many the gold has.
    """

    full: float
    small: float
    gold: int

    @property
    def points(self) -> float:
        """What the 8-bit graph gains; below zero, what it loses."""
        return self.small - self.full


@dataclass(frozen=True)
class LayerChange:
    """The change of a layer, and of each of its labels that occurs in the gold or in a prediction."""

    micro: Change
    labels: Mapping[str, Change]


def compare_f1(gold: Sequence[Document], full: Sequence[Document], small: Sequence[Document], scheme: Scheme) -> dict[str, LayerChange]:
    """The change of every layer that the gold has and both predictions carry."""
    before, after = evaluate(gold, full, scheme, examples=0), evaluate(gold, small, scheme, examples=0)
    found = {}
    for name, layer in before.layers.items():
        if name in after.layers:
            other = after.layers[name]
            labels = {
                label: Change(100 * layer.labels[label].f1, 100 * score.f1, int(score.gold))
                for label, score in other.labels.items()
                if label in layer.labels and (score.gold or score.predicted or layer.labels[label].predicted)
            }
            found[name] = LayerChange(Change(100 * layer.micro.f1, 100 * other.micro.f1, int(other.micro.gold)), labels)
    return found


def check_int8(folder: Path, gold: Sequence[Document], max_drop: float = MAX_DROP) -> dict[str, LayerChange]:
    """Scores both graphs of a model folder, and takes the 8-bit one away if it costs too much.

    Args:
        folder: A model folder with both graphs.
        gold: Labelled documents.
        max_drop: Most points of micro F1 that a layer may lose.

    Returns:
        By layer, what changed.

    Raises:
        HadathError: A layer loses more. The 8-bit graph is gone then, and prediction runs in full precision.
    """
    spec, tokenizer = TaggerSpec.load(folder), load_tokenizer(folder)
    pairs = folder / names.PAIRS_GRAPH
    full, small = (
        Predictor(spec, tokenizer, OnnxRuntime(folder / name, pairs=pairs if pairs.exists() else None)).predict(list(gold))
        for name in (names.GRAPH, names.GRAPH_INT8)
    )
    changes = compare_f1(gold, full, small, spec.scheme)
    lost = {name: -change.micro.points for name, change in changes.items() if -change.micro.points > max_drop}
    if lost:
        (folder / names.GRAPH_INT8).unlink()
        said = ", ".join(f"{name} {points:.2f}" for name, points in lost.items())
        raise HadathError(
            f"the 8-bit graph costs more than {max_drop:g} points of F1 ({said}) and was taken away; "
            "the one in full precision stays. To allow more: --max-drop POINTS\n" + report(changes)
        )
    return changes


def report(changes: Mapping[str, LayerChange]) -> str:
    """The changes as a table: layer or label, how many in the gold, F1 in full precision and in 8 bits, the difference."""
    lines = [f"{'F1 in percent':<24} {'gold':>7} {'full':>7} {'int8':>7} {'change':>7}"]
    for name, layer in changes.items():
        for title, one in ((name.replace("_", " "), layer.micro), *((f"  {label}", change) for label, change in layer.labels.items())):
            lines.append(f"{title:<24} {one.gold:>7} {one.full:>7.2f} {one.small:>7.2f} {one.points:>+7.2f}")
    return "\n".join(lines)
