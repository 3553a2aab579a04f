"""The command that measures speed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .models.errors import HadathError


def read_layers_option(said: str | None) -> tuple[str, ...] | None:
    """The layers of ``--layers a,b``.

    Raises:
        HadathError: A name that is no layer.
    """
    from .inference.layers import read_layers

    if said is None:
        return None
    try:
        return read_layers([one.strip() for one in said.split(",") if one.strip()])
    except ValueError as fault:
        raise HadathError(f"--layers: {fault}") from None


def bench(options: argparse.Namespace) -> None:
    """Prints how fast a model tags here."""
    from .inference.bench import bench as run
    from .inference.bench_texts import sample_articles
    from .inference.readers import read_texts

    if options.repeats < 1:
        raise HadathError(f"--repeats is a number of passes, 1 or more; got {options.repeats}")
    if options.json and not Path(options.json).parent.is_dir():
        raise HadathError(f"{options.json} cannot be written: there is no folder {Path(options.json).parent}; make it first")
    layers = read_layers_option(options.layers)
    if options.files:
        read = [item.document() for item in read_texts(options.files, text_column=options.text_column, encoding=options.encoding)]
        texts = [one.text for one in read if one.error is None and one.text.strip()]
        bad = [one for one in read if one.error is not None]
        if bad and texts:
            print(f"hadath: {len(bad)} texts are left out, such as {bad[0].id}: {bad[0].error}", file=sys.stderr)
        if not texts:
            raise HadathError("the files hold no text to measure on; name others, or none for articles that come with hadath")
    else:
        texts = sample_articles()
    model = None if options.model == "-" else options.model
    found = run(model, texts, repeats=options.repeats, threads=options.threads, device=options.device, layers=layers)
    print(found.table())
    if options.json:
        Path(options.json).write_text(found.to_json() + "\n", encoding="utf-8")
