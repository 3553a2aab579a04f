"""The model card, written from the run: what it was trained on, how well it does, what it does badly, how to make it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..models import folder as names
from .config import TrainConfig
from .evaluation import Report
from .settings import dump_settings
from .tables import markdown

# A label with less than this F1 on dev is named as a weakness
_WEAK = 0.7


def write_card(folder: Path, config: TrainConfig, report: Report, facts: Mapping[str, Any]) -> None:
    """Writes `README.md` into a model folder."""
    corpora = [
        f"| {one.name} | {', '.join(Path(path).name for path in one.files)} | {', '.join(_layers(one))} | {one.licence or 'not stated'} |"
        for one in config.corpora
    ]
    averaged = facts.get("averaged", ())
    weak = [
        f"{label} ({layer}, {100 * score.f1:.0f} on {score.gold} in dev)"
        for layer, found in report.layers.items()
        for label, score in found.labels.items()
        if score.gold and score.f1 < _WEAK
    ]
    lines = [
        "---",
        "language: ar",
        *([f"license: {config.licence}"] if config.licence else []),
        "library_name: hadath",
        "tags: [token-classification, event-extraction, named-entity-recognition, arabic, news]",
        "---",
        f"# {config.name}",
        "",
        "Marks entities, event triggers and event types in Arabic news, at exact places in the untouched text.",
        "",
        "```python",
        "from hadath import Predictor",
        "",
        'predictor = Predictor.load("THIS FOLDER")',
        'document = predictor("سيطر الجيش على مدينة البوكمال.")',
        "```",
        "",
        "## Trained on",
        "",
        *([f"The mean of the weights of {len(averaged)} runs ({', '.join(averaged)}) that began alike.", ""] if averaged else []),
        f"Encoder: `{config.encoder}`, normalisation `{config.normalisation}`, windows of {config.window} pieces. {facts.get('steps')} steps in {facts.get('seconds')} s of one machine.",
        "",
        "| corpus | files | layers | licence |",
        "|---|---|---|---|",
        *corpora,
        "",
        *_distilled(config),
        "## How well it does",
        "",
        f"On {', '.join(Path(path).name for path in config.dev)}, the documents on which the epoch, the thresholds and the temperatures were chosen; F1 on exact character spans,"
        " of the graph that predicts, with 95% bootstrap intervals.",
        "",
        markdown(report),
        "",
        *_calibration(facts.get("calibration", {})),
        "## Known weaknesses",
        "",
        f"Labels under {100 * _WEAK:.0f} F1 on dev: {'; '.join(weak)}." if weak else f"No label is under {100 * _WEAK:.0f} F1 on dev.",
        "Trained on written news in Standard Arabic; dialect, poetry and social media were seen little or not at all. A claim in the text is tagged as the text tells it: nothing here checks"
        " whether it is true.",
        "",
        "## To make it again",
        "",
        "Put these settings, all that were in force, into a file and give it to `hadath train`:",
        "",
        "```yaml",
        dump_settings(config).rstrip(),
        "```",
        "",
    ]
    (folder / names.CARD).write_text("\n".join(lines), encoding="utf-8")


def _distilled(config: TrainConfig) -> list[str]:
    if config.distil is None:
        return []
    texts = ", ".join(Path(path).name for path in config.distil.text)
    named = " and ".join(f"`{one}`" for one in config.distil.models)
    several = "another tagger says" if len(config.distil.models) == 1 else f"{len(config.distil.models)} other taggers say, in the mean,"
    return [f"And, by distillation, on what {several} ({named}) of {config.distil.paragraphs} paragraphs of {texts}.", ""]


def _calibration(errors: Mapping[str, Sequence[float]]) -> list[str]:
    if not errors:
        return []
    rows = [f"| {name.replace('_', ' ')} | {100 * before:.1f} | {100 * after:.1f} |" for name, (before, after) in errors.items()]
    head = "Expected calibration error of the scores on the same documents, in points, before the temperatures were fitted and with them:"
    return [head, "", "| layer | before | after |", "|---|---:|---:|", *rows, ""]


def _layers(corpus: Any) -> list[str]:
    spans = [name for name in ("entities", "triggers", "sentences") if getattr(corpus.layers, name) is not None]
    return spans + ["arguments"] * corpus.layers.arguments
