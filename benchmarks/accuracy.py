"""The accuracy table of the README: the shipped model and the scikit-learn baseline, F1 on exact character spans with 95% bootstrap intervals.

    python benchmarks/accuracy.py [--model FOLDER] [--ner-model FOLDER]

Reads ../shared/data. The baseline is trained here, in about half a minute. --ner-model is a run of configs/small-ner.yaml; with it the ANERcorp test splits
are scored too, as published (damaged) and repaired.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from hadath import Document, Predictor
from hadath.training.baseline import SentenceBaseline
from hadath.training.corpora import read_coarse, read_dev
from hadath.training.evaluation import LayerReport, Report, evaluate
from hadath.training.gold_spans import gold_span_arguments

ROOT = Path(__file__).parent.parent
CONFIGS, DATA = ROOT / "configs", ROOT.parent / "shared" / "data"
NEWS = ("dev", "dev_more")
ROWS = {
    "entities (names, values)": ("entities", None),
    "nominals": ("nominals", None),
    "triggers (span and type)": ("triggers", None),
    "triggers with assertion": ("triggers", "asserted"),
    "arguments, on what is found": ("arguments", None),
    "arguments, on gold mentions and triggers": ("gold spans", None),
    "sentence labels": ("sentence_labels", None),
}
COARSE = {"aqmar": "four-classes", "caraner": "caraner"}


def _cell(layer: LayerReport | None, variant: str | None) -> str:
    if layer is None:
        return ""
    if variant:
        return f"{100 * layer.variants[variant].f1:.1f}"
    low, high = layer.interval or (0.0, 0.0)
    return f"{100 * layer.micro.f1:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _news(predictor: Predictor) -> list[str]:
    scheme = predictor.spec.scheme
    train = [one for name in ("train", "train_more", "train_wide") for one in read_dev([str(DATA / "news" / f"{name}.jsonl")])]
    baseline = SentenceBaseline().fit(train, scheme)
    reports: dict[tuple[str, str], Report] = {}
    found: dict[str, Mapping[str, LayerReport]] = {}
    for name in NEWS:
        gold = read_dev([str(DATA / "news" / f"{name}.jsonl")])
        reports["hadath", name] = evaluate(gold, predictor.predict(gold), scheme, bootstrap=1000)
        given = evaluate(gold, gold_span_arguments(predictor, gold), scheme, bootstrap=1000).layers["arguments"]
        found[name] = {**reports["hadath", name].layers, "gold spans": given}
        reports["tf-idf", name] = evaluate(gold, baseline.predict(gold), scheme, bootstrap=1000)
    heads = [f"{who}, {name}" for who in ("hadath", "tf-idf") for name in NEWS]
    lines = [_line(["F1, %", *heads]), _line(["---"] * (1 + len(heads)))]
    for title, (layer, variant) in ROWS.items():
        ours = [_cell(found[name].get(layer), variant) for name in NEWS]
        lines.append(_line([title, *ours, *(_cell(reports["tf-idf", name].layers.get(layer), variant) for name in NEWS)]))
    return lines


def _coarse(predictor: Predictor) -> list[str]:
    lines = [_line(["other corpora, coarse classes, whole words", "F1, %"]), _line(["---"] * 2)]
    for name, mapping in COARSE.items():
        gold = read_dev([str(DATA / "ner" / name / "dev.jsonl")], "ner_tags")
        coarse = read_coarse(CONFIGS / "coarse" / f"{mapping}.yaml")
        report = evaluate(gold, predictor.predict(gold), predictor.spec.scheme, coarse=coarse, word_aligned=True, bootstrap=1000)
        lines.append(_line([f"{name} dev", _cell(report.layers["entities"], None)]))
    return lines


def _ner(model: str) -> list[str]:
    predictor = Predictor.load(model)
    lines = [_line(["ANERcorp, CamelLab test, trained on its train split alone", "micro F1, %", "macro F1, %"]), _line(["---"] * 3)]
    for title, folder in (("as published (damaged)", "anercorp_camel"), ("repaired", "anercorp_camel_fixed")):
        gold: list[Document] = read_dev([str(DATA / "ner" / folder / "test.jsonl")], "ner_tags")
        report = evaluate(gold, predictor.predict(gold), predictor.spec.scheme, word_aligned=True, bootstrap=1000)
        layer = report.layers["entities"]
        lines.append(_line([title, _cell(layer, None), f"{100 * layer.macro['f1']:.1f}"]))
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", help="a model folder; default: the one that ships with hadath")
    options.add_argument("--ner-model", help="a model trained on ANERcorp alone")
    chosen = options.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the corpora are not here: {DATA}")
    predictor = Predictor.load(chosen.model)
    print("\n".join([*_news(predictor), "", *_coarse(predictor), *(["", *_ner(chosen.ner_model)] if chosen.ner_model else [])]))


if __name__ == "__main__":
    main()
