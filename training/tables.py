"""A report as tables, for a terminal and for Markdown. Rates are percentages; label names are Latin, so widths are plain character counts.

The examples of errors are Arabic sentences and stay in `Report.to_dict()`: a table that mixes directions cannot be read in a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .evaluation import Report
from .scoring import OUTCOMES, Score

_CONFUSIONS = 10


class _Table(NamedTuple):
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]  # the first cell names the row, the others are numbers


def table(report: Report) -> str:
    """The report as plain text: the scores, one table of labels a layer, ways to match, errors, confusions, and what was not scored."""
    blocks = []
    for one in _tables(report):
        widths = [max(len(row[column]) for row in (one.header, *one.rows)) for column in range(len(one.header))]
        lines = [_aligned(row, widths) for row in (one.header, *one.rows)]
        blocks.append("\n".join([one.title, lines[0], "  ".join("-" * width for width in widths), *lines[1:]]))
    blocks.append("\n".join(_notes(report)))
    return "\n\n".join(blocks) + "\n"


def markdown(report: Report) -> str:
    """The same tables in Markdown, each under its title in bold."""
    blocks = []
    for one in _tables(report):
        rule = "|" + "|".join(["---"] + ["---:"] * (len(one.header) - 1)) + "|"
        lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (one.header, *one.rows)]
        blocks.append("\n".join([f"**{one.title}**", "", lines[0], rule, *lines[1:]]))
    blocks.append("\n".join(f"* {note}" for note in _notes(report)))
    return "\n\n".join(blocks) + "\n"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]).rstrip()


def _percent(value: float) -> str:
    return f"{100 * value:.2f}"


def _counts(score: Score) -> list[str]:
    return [str(score.gold), str(score.predicted), _percent(score.precision), _percent(score.recall), _percent(score.f1)]


def _name(layer: str) -> str:
    return layer.replace("_", " ")


def _tables(report: Report) -> Iterator[_Table]:
    rates = ("gold", "predicted", "P", "R", "F1")
    overview = []
    for name, layer in report.layers.items():
        interval = "" if layer.interval is None else f"{_percent(layer.interval[0])}-{_percent(layer.interval[1])}"
        ece = "" if layer.calibration is None else _percent(layer.calibration["ece"])
        overview.append([_name(name), str(layer.documents), *_counts(layer.micro), interval, _percent(layer.macro["f1"]), ece])
    yield _Table("Scores (exact span and label, micro, in percent)", ("layer", "documents", *rates, "F1 95%", "macro F1", "ECE"), overview)
    for name, layer in report.layers.items():
        rows = [[label, *_counts(score)] for label, score in layer.labels.items() if score.gold or score.predicted]
        if len(rows) > 1:
            yield _Table(_name(name).capitalize(), ("label", *rates), rows)
    matched = {name: layer.variants for name, layer in report.layers.items() if layer.variants}
    if matched:
        kinds = list(dict.fromkeys(kind for found in matched.values() for kind in found))
        rows = [[_name(name), *(_percent(found[kind].f1) if kind in found else "" for kind in kinds)] for name, found in matched.items()]
        yield _Table("F1 by what must match", ("layer", *kinds), rows)
    if report.errors:
        rows = [[_name(name), *(str(found["counts"][kind]) for kind in OUTCOMES)] for name, found in report.errors.items()]
        yield _Table("Errors (entities with nominals)", ("layer", *OUTCOMES), rows)
    for name, found in report.errors.items():
        wrong = [one for one in found["confusion"] if one["gold"] != one["predicted"]][:_CONFUSIONS]
        if wrong:
            rows = [[f"{one['gold']} as {one['predicted']}", str(one["count"])] for one in wrong]
            yield _Table(f"Confused labels on same spans: {_name(name)}", ("gold as predicted", "count"), rows)


def _notes(report: Report) -> Iterator[str]:
    yield f"documents compared: {report.documents}"
    if report.failed:
        yield f"documents that could not be tagged, scored as empty: {report.failed}"
    if report.not_predicted:
        yield f"layers that no prediction carries, not scored: {', '.join(_name(one) for one in report.not_predicted)}"
    for layer in report.layers.values():
        if layer.asserted is not None:
            rare = layer.asserted["not_asserted"]["f1"]
            yield f"asserted right on {layer.asserted['triggers']} matched triggers: {_percent(layer.asserted['accuracy'])} (F1 of not asserted: {_percent(rare)})"
    for side in ("gold", "predicted"):
        counts = report.left_out[side]
        if counts:
            yield f"{side} mentions without a label to compare, not scored: {', '.join(f'{label} {number}' for label, number in counts.items())}"
    if report.left_out["merged"]:
        yield f"marks on the same word as an earlier one, not scored: {report.left_out['merged']}"
    if report.left_out["sentences"]:
        yield f"predicted labelled sentences that start in no labelled gold entry, not scored: {report.left_out['sentences']}"
