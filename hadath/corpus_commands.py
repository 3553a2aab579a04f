"""The commands on plain text that training draws on."""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path

from .models.errors import HadathError


def check_data(options: argparse.Namespace) -> None:
    """Counts the sentences of labelled files that stand in plain text."""
    from tqdm import tqdm

    from .training.corpora import read_sentences
    from .training.duplicates import find_duplicates, report
    from .training.runs import find_files
    from .training.text_corpus import read_documents

    find_files([*options.data, *options.text])
    found = {}
    sentences = {path: read_sentences(path, options.tags_column) for path in options.data}
    texts = list(options.text)
    for path, several in sentences.items():
        stream = chain.from_iterable(read_documents(one) for one in texts)
        found[path] = find_duplicates(several, tqdm(stream, desc=f"looking for {Path(path).name}", unit=" documents", mininterval=1))
    print(report(found))


def self_label(options: argparse.Namespace) -> None:
    """Tags paragraphs of plain text and keeps those that the tagger is sure of, to be trained on."""
    from tqdm import tqdm

    from .inference.predictor import Predictor
    from .inference.sources import refuse_overwriting
    from .inference.writers import open_writer
    from .training.runs import find_files
    from .training.self_labels import sample_paragraphs, self_labels
    from .training.text_corpus import read_documents

    if not 0 <= options.certainty <= 1:
        raise HadathError(f"--certainty is a probability, 0 to 1, got {options.certainty}")
    if options.paragraphs < 1:
        raise HadathError(f"--paragraphs is a number of paragraphs, 1 or more, got {options.paragraphs}")
    find_files(options.text)
    for path in options.text:
        refuse_overwriting(path, options.output)
    predictor = Predictor.load(None if options.model == "-" else options.model)
    stream = chain.from_iterable(read_documents(one) for one in options.text)
    paragraphs = sample_paragraphs(tqdm(stream, desc="reading", unit=" documents", mininterval=1), options.paragraphs, options.seed)
    kept = 0
    with open_writer(options.output, "jsonl") as writer:
        shown = tqdm(total=len(paragraphs), desc="tagging", unit=" paragraphs", mininterval=1)
        for document in self_labels(predictor, paragraphs, certainty=options.certainty):
            writer.write(document)
            kept += 1
            shown.update(int(document.id.rpartition("-")[2]) + 1 - shown.n)
        shown.close()
    print(f"{options.output}: {kept} of {len(paragraphs)} paragraphs, of whose every word the tagger is sure")
