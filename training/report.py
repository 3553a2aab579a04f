"""The report of a run: figures as JSON and as a table, and pictures of what is better seen than read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .evaluation import Report
from .tables import markdown, table


def write_report(run: Path, report: Report, history: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> None:
    """Writes `report.json`, `report.md`, `history.json` and the pictures into a run folder, and prints the table."""
    data = {"facts": dict(facts), "dev": report.to_dict()}
    (run / "report.json").write_text(json.dumps(data, ensure_ascii=False, indent=1, default=float) + "\n", encoding="utf-8")
    (run / "history.json").write_text(json.dumps(list(history), indent=1, default=float) + "\n", encoding="utf-8")
    learning_curves(history, run / "learning-curves.png")
    pictures = ["![learning curves](learning-curves.png)"]
    for layer in ("entities", "triggers"):
        if confusion(report, layer, run / f"confusion-{layer}.png"):
            pictures.append(f"![{layer}: what is taken for what](confusion-{layer}.png)")
    (run / "report.md").write_text("\n\n".join([markdown(report), *pictures]) + "\n", encoding="utf-8")
    print(table(report), flush=True)


def learning_curves(history: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draws the training loss of each head and the scores on dev, by epoch."""
    figure, (left, right) = _figure(1, 2, (11, 4))
    for key in sorted({name for row in history for name in row if name.startswith("loss_")}):
        rows = [row for row in history if key in row]
        left.plot([row["epoch"] for row in rows], [row[key] for row in rows], label=key.removeprefix("loss_"))
    for key in sorted({name for row in history for name in row if name.startswith("eval_") and name.endswith("_f1")}):
        rows = [row for row in history if key in row]
        right.plot([row["epoch"] for row in rows], [100 * row[key] for row in rows], marker=".", label=key[len("eval_") : -len("_f1")])
    for axes, title in ((left, "training loss"), (right, "F1 on dev, %")):
        axes.set_title(title)
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    figure.savefig(path, dpi=120)


def confusion(report: Report, layer: str, path: Path) -> bool:
    """Draws which labels are taken for which on the same span; tells whether there was anything to draw."""
    pairs = report.errors.get(layer, {}).get("confusion", [])
    counts = {(one["gold"], one["predicted"]): one["count"] for one in pairs} if isinstance(pairs, list) else {}
    labels = sorted({name for pair in counts for name in pair})
    if not labels:
        return False
    figure, ((axes,),) = _figure(1, 1, (2 + 0.4 * len(labels), 2 + 0.4 * len(labels)), squeeze=False)
    wrong = [[0 if gold == said else counts.get((gold, said), 0) for said in labels] for gold in labels]
    axes.imshow(wrong, cmap="Reds")
    axes.set_xticks(range(len(labels)), labels, rotation=90)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("gold")
    axes.set_title(f"{layer}: right span, which label (agreements in grey)")
    for y, gold in enumerate(labels):
        for x, said in enumerate(labels):
            if counts.get((gold, said)):
                axes.text(x, y, counts[gold, said], ha="center", va="center", fontsize=7, color="grey" if x == y else "black")
    figure.savefig(path, dpi=120)
    return True


def _figure(rows: int, columns: int, size: tuple[float, float], *, squeeze: bool = True) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # no pyplot: nothing global, no window, no display needed
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=squeeze)
