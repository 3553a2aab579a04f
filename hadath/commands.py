"""What each command does with its arguments."""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .bench_command import read_layers_option
from .models.errors import HadathError
from .tagging import check_resumable, choose_format, find_texts, write_tagged

if TYPE_CHECKING:
    from .models.documents import Document


def predict(options: argparse.Namespace) -> int:
    """Tags texts from files, folders, standard input or the command line."""
    from .inference.floors import parse_floors, read_floors
    from .inference.predictor import Predictor
    from .inference.unfinished import check_same, read_done
    from .inference.views import MENTIONS

    min_score = parse_floors(options.min_score)
    layers = read_layers_option(options.layers)
    form = choose_format(options, MENTIONS.formats, "pretty")
    found = find_texts(options)
    done = None
    if options.resume:
        check_resumable(options.output, form)
        done = read_done(options.output, found)
    predictor = Predictor.load(options.model, device=options.device, threads=options.threads)
    read_floors(min_score, predictor.spec.scheme)
    if done is not None and done.last:
        check_same(done, predictor.predict(done.last, min_score=min_score, layers=layers), strict=options.device == "cpu")
    return write_tagged(options, form, predictor.stream(found, min_score=min_score, layers=layers), MENTIONS, done)


def train(options: argparse.Namespace) -> None:
    """Trains what the config says."""
    from .training.settings import build_settings, read_settings

    data = read_settings(options.config, options.set)
    if data.get("kind", "tagger") == "sentences-tfidf":
        from .training.baseline_run import train_baseline
        from .training.config import BaselineConfig

        print(train_baseline(build_settings(BaselineConfig, data, options.config)))
        return
    from .training.config import TrainConfig

    config = build_settings(TrainConfig, data, options.config)  # before torch is imported: a fault in a config is told at once
    from .training.train import train as run

    print(run(config))


def average(options: argparse.Namespace) -> None:
    """Averages the weights of finished runs."""
    from .training.average import average as run

    print(run([Path(one) for one in options.runs], Path(options.output)))


def pretrain(options: argparse.Namespace) -> None:
    """Pretrains an encoder."""
    from .training.pretrain_config import PretrainConfig
    from .training.settings import load_settings

    config = load_settings(PretrainConfig, options.config, options.set)
    from .training.pretrain import pretrain as run

    print(run(config))


def evaluate(options: argparse.Namespace) -> None:
    """Scores a model, a tagger or the baseline, as it is shipped."""
    from .inference.predictor import Predictor
    from .training.baseline_run import is_baseline, load_baseline
    from .training.corpora import read_coarse, read_dev
    from .training.evaluation import evaluate as score
    from .training.tables import markdown, table

    if options.bootstrap < 0:
        raise HadathError(f"--bootstrap is a number of resamplings, such as 1000, or 0 for no intervals; got {options.bootstrap}")
    if options.json and not Path(options.json).parent.is_dir():
        raise HadathError(f"{options.json} cannot be written: there is no folder {Path(options.json).parent}; make it first")
    model: Any
    if options.model != "-" and is_baseline(Path(options.model)):
        model, scheme = load_baseline(Path(options.model))
    else:
        model = Predictor.load(None if options.model == "-" else options.model)
        scheme = model.spec.scheme
    coarse = None if options.coarse is None else read_coarse(options.coarse)
    gold = read_dev(options.data, options.tags_column, scheme if coarse is None else None)
    predicted = model.predict(gold)
    report = score(gold, predicted, scheme, coarse=coarse, word_aligned=options.tags_column is not None, bootstrap=options.bootstrap)
    print(markdown(report) if options.markdown else table(report))
    if options.json:
        Path(options.json).write_text(json.dumps(report.to_dict(), ensure_ascii=False, indent=1, default=float) + "\n", encoding="utf-8")


def export(options: argparse.Namespace) -> None:
    """Writes the ONNX graphs of a model folder."""
    from .inference.loading import find_model
    from .training.corpora import read_dev
    from .training.export import export as run
    from .training.parity import check_int8, report

    if not options.max_drop >= 0:
        raise HadathError(f"--max-drop is a number of points of F1, 0 or more, got {options.max_drop}")
    folder, data = find_model(options.model), read_dev(options.data)
    for name, parity in run(folder, [one.text for one in data], int8=not options.no_int8).items():
        print(f"{name}: largest difference of a logit {parity.largest:.2g}, {parity.changed} of {parity.texts} texts tagged differently from torch")
    if data and not options.no_int8:
        changes = check_int8(folder, data, options.max_drop)
        if changes:
            print(report(changes))


def convert(options: argparse.Namespace) -> None:
    """Turns annotated files into documents."""
    from .inference.conll import read_conll
    from .inference.sources import refuse_overwriting
    from .inference.writers import open_writer
    from .models.scheme import load_scheme
    from .training.markup import read_marked

    for source, output in itertools.product(options.sources, (options.output, options.dev)):
        refuse_overwriting(source, output)
    scheme = load_scheme(options.scheme)
    documents: list[Document] = []
    for path in options.sources:
        documents += read_conll(path) if Path(path).suffix.lower() in (".conll", ".bio", ".iob") else read_marked(path, scheme)
    dev = documents[4::5] if options.dev else []
    chosen = {id(one) for one in dev}
    for path, some in ((options.output, [one for one in documents if id(one) not in chosen]), (options.dev, dev)):
        if path:
            with open_writer(path, "jsonl") as writer:
                for one in some:
                    writer.write(one)
            print(f"{path}: {len(some)} documents")
