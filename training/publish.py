"""From a trained tagger to what others use: the model folder with its graphs and its card, and the report of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from ..inference.loading import load_parts
from ..inference.predictor import Predictor
from ..models import folder as names
from ..models.documents import Document
from ..models.errors import HadathError
from ..models.spec import TaggerSpec
from ..models.storage import save_tagger
from ..models.tagger import Tagger
from .calibration import fit
from .card import write_card
from .config import TrainConfig
from .evaluation import Report, evaluate
from .export import export
from .parity import check_int8
from .report import write_report


def publish(
    run: Path,
    config: TrainConfig,
    tagger: Tagger,
    spec: TaggerSpec,
    tokenizer: Tokenizer,
    dev: Sequence[Document],
    history: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> Path:
    """Makes `model/` of a trained tagger, complete with graphs and card, and the report of its run.

    Where the 8-bit graph costs a layer too much F1 on dev, the full-precision one alone is kept, and the report says so.

    Returns:
        The model folder.
    """
    folder = run / "model"
    save_tagger(tagger, spec, folder)
    tokenizer.save(str(folder / names.TOKENIZER))
    exported = export(folder, [one.text for one in dev[:50]])
    graphs = {name: {key: value for key, value in vars(parity).items() if key != "example"} for name, parity in exported.items()}
    _fit(folder, spec, dev)
    try:
        int8: Any = {name: round(change.micro.points, 2) for name, change in check_int8(folder, dev, config.max_drop).items()}
    except HadathError as fault:
        int8 = str(fault).splitlines()[0]
        print(fault, flush=True)
        _fit(folder, spec, dev)
    report, calibration = _evaluate(folder, dev)
    facts = {**facts, "graphs": graphs, "int8": int8, "calibration": calibration}
    write_report(run, report, history, facts)
    write_card(folder, config, report, facts)
    return folder


def _fit(folder: Path, spec: TaggerSpec, dev: Sequence[Document]) -> None:
    """Fits openness, temperatures and thresholds on dev, to what the graph says that predicts, and not to what torch had said."""
    _, tokenizer, runtime = load_parts(folder)
    predictor = Predictor(spec, tokenizer, runtime)
    texts = predictor.encode([one.text for one in dev])
    fit(spec, texts, predictor.logits(texts), dev, predictor.pairs).save(folder)


def _evaluate(folder: Path, dev: Sequence[Document]) -> tuple[Report, dict[str, list[float]]]:
    """Scores the model as it is shipped; and by layer the expected calibration error, 0 to 1, before the temperatures were fitted and after."""
    spec, tokenizer, runtime = load_parts(folder)
    report = evaluate(dev, Predictor(spec, tokenizer, runtime).predict(dev), spec.scheme, bootstrap=1000)
    before = evaluate(dev, Predictor(replace(spec, temperatures={}), tokenizer, runtime).predict(dev), spec.scheme, examples=0)
    both = {name: (before.layers[name].calibration, after.calibration) for name, after in report.layers.items() if name in before.layers}
    return report, {name: [round(one["ece"], 4) for one in pair if one] for name, pair in both.items() if all(pair)}
