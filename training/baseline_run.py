"""Training and using the scikit-learn baseline as a run of its own: its folder, its report."""

from __future__ import annotations

import json
from pathlib import Path

from ..models import folder as names
from ..models.scheme import Scheme, load_scheme
from .baseline import SentenceBaseline
from .config import BaselineConfig
from .corpora import read_dev
from .evaluation import evaluate
from .runs import open_run
from .tables import markdown, table


def train_baseline(config: BaselineConfig) -> Path:
    """Trains the baseline and reports it on dev.

    Returns:
        The model folder, for `hadath evaluate`.
    """
    scheme = load_scheme(config.scheme)
    documents, dev = read_dev(config.train, scheme=scheme), read_dev(config.dev, scheme=scheme)
    run = open_run(Path(config.runs) / config.name, config, [*config.train, *config.dev])
    model = SentenceBaseline(seed=config.seed).fit(documents, scheme)
    folder = run / "model"
    model.save(folder)
    (folder / "scheme.json").write_text(json.dumps(scheme.to_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    report = evaluate(dev, model.predict(dev), scheme, bootstrap=1000)
    (run / "report.json").write_text(json.dumps(report.to_dict(), ensure_ascii=False, indent=1, default=float) + "\n", encoding="utf-8")
    (run / "report.md").write_text(markdown(report) + "\n", encoding="utf-8")
    print(table(report), flush=True)
    return folder


def is_baseline(folder: Path) -> bool:
    """Whether a folder holds a baseline rather than a tagger."""
    return (folder / "scheme.json").exists() and not (folder / names.SPEC).exists()


def load_baseline(folder: Path) -> tuple[SentenceBaseline, Scheme]:
    """A saved baseline and its scheme."""
    return SentenceBaseline.load(folder), Scheme.from_dict(json.loads((folder / "scheme.json").read_text(encoding="utf-8")))
