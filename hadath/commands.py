"""What each command does with its arguments."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .models.errors import HadathError, nearest
from .stopping import ends_on_sigterm, telling_what_is_kept

if TYPE_CHECKING:
    from .models.documents import Document


def predict(options: argparse.Namespace) -> int:
    """Tags texts from files, folders, standard input or the command line."""
    from .inference.floors import parse_floors, read_floors
    from .inference.predictor import Predictor
    from .inference.readers import read_texts
    from .inference.unfinished import check_same, read_done, resumable
    from .inference.writers import FORMATS, open_writer
    from .models.documents import Document

    min_score = parse_floors(options.min_score)
    form = options.format or _format_of(options.output)
    if form not in FORMATS:
        raise HadathError(f'no output format is called "{form}"; {nearest(form, FORMATS)}')
    if options.text and not options.sources:
        raise HadathError("--text takes the texts as arguments: hadath predict --text 'قال الجيش …'")

    found: Iterator[Document]
    if options.text:
        found = (Document(str(index), text) for index, text in enumerate(options.sources))
    else:  # before the model is opened: what cannot be read is told at once
        columns = {"text_column": options.text_column, "id_column": options.id_column, "date_column": options.date_column}
        skip = None if options.output == "-" else options.output  # what an earlier run wrote into a folder is no source
        found = (item.document() for item in read_texts(options.sources or ["-"], format=options.input_format, skip=skip, **columns))
    done = None
    if options.resume:
        if options.output in (None, "-") or not resumable(options.output, form):
            raise HadathError("--resume goes on with a file of JSON lines that is not packed; name it with --output, such as out.jsonl")
        done = read_done(options.output, found)
    predictor = Predictor.load(options.model, device=options.device, threads=options.threads)
    read_floors(min_score, predictor.spec.scheme)
    if done is not None and done.last:
        check_same(done, predictor.predict(done.last, min_score=min_score), strict=options.device == "cpu")
    if not options.sources and sys.stdin is not None and sys.stdin.isatty():
        print("hadath: reading standard input; end it with Ctrl-D on a line of its own, or stop with Ctrl-C", file=sys.stderr)
    colour = options.output is None and sys.stdout.isatty() and not _no_colour()
    failed = done.failed if done else 0
    write = open_writer(options.output or "-", form, colour=colour, keep=True, after=done)
    with ends_on_sigterm(), telling_what_is_kept(options.output, form), write as writer:
        show = not options.quiet and not (options.output is None and sys.stdout.isatty())
        for document in _progress(predictor.stream(found, min_score=min_score), show, done.documents if done else 0):
            failed += document.error is not None
            writer.write(document)
    if failed:
        print(f"hadath: {failed} texts could not be tagged; their records carry the key error", file=sys.stderr)
    return 1 if failed else 0


def _progress(documents: Iterable[Document], show: bool, done: int) -> Iterable[Document]:
    from tqdm import tqdm

    bar: Iterable[Document] = tqdm(documents, unit=" texts", disable=not show, initial=done, file=sys.stderr, mininterval=0.5)
    return bar


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

    for name, parity in run(find_model(options.model), [one.text for one in read_dev(options.data)], int8=not options.no_int8).items():
        print(f"{name}: largest difference of a logit {parity.largest:.2g}, {parity.changed} of {parity.texts} texts tagged differently from torch")


def convert(options: argparse.Namespace) -> None:
    """Turns annotated files into documents."""
    from .inference.conll import read_conll
    from .inference.writers import open_writer
    from .models.scheme import load_scheme
    from .training.markup import read_marked

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


def _format_of(output: str | None) -> str:
    if output is None or output == "-":
        return "pretty" if sys.stdout.isatty() else "jsonl"
    name = Path(output.lower())
    ending = name.with_suffix("").suffix if name.suffix in (".gz", ".xz") else name.suffix
    return {".json": "jsonl", ".txt": "pretty", ".htm": "html", "": "jsonl"}.get(ending, ending.removeprefix("."))


def _no_colour() -> bool:
    import os

    return "NO_COLOR" in os.environ
