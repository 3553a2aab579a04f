"""The course of every command that tags texts: find them, hand them on one by one, write what came of them, and say what could not be done."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .models.errors import HadathError, nearest
from .stopping import ends_on_sigterm, telling_what_is_kept

if TYPE_CHECKING:
    from .inference.unfinished import Done
    from .inference.views import View
    from .models.documents import Document


def choose_format(options: argparse.Namespace, formats: Sequence[str], terminal: str) -> str:
    """The format to write: the one asked for, or by the output's ending, or for a terminal `terminal` and for a pipe JSON lines.

    Raises:
        HadathError: It is none of `formats`.
    """
    form = options.format or _format_of(options.output, terminal)
    if form not in formats:
        raise HadathError(f'no output format is called "{form}"; {nearest(form, formats)}')
    return str(form)


def check_resumable(output: str | None, form: str) -> None:
    """Checks that --resume can go on with an output.

    Raises:
        HadathError: It is no file of JSON lines.
    """
    from .inference.unfinished import resumable

    if output is None or output == "-" or not resumable(output, form):
        raise HadathError("--resume goes on with a file of JSON lines that is not packed; name it with --output, such as out.jsonl")


def find_texts(options: argparse.Namespace) -> Iterator[Document]:
    """The texts to tag, as they come. What cannot be read is told at once, by the call itself, before a model is opened."""
    from .inference.readers import read_texts
    from .models.documents import Document

    if options.text and not options.sources:
        raise HadathError(f"--text takes the texts as arguments: hadath {options.command} --text 'قال الجيش …'")
    if options.text:
        return (Document(str(index), text) for index, text in enumerate(options.sources))
    columns = {"text_column": options.text_column, "id_column": options.id_column, "date_column": options.date_column}
    skip = None if options.output == "-" else options.output  # what an earlier run wrote into a folder is no source
    read = read_texts(options.sources or ["-"], format=options.input_format, skip=skip, encoding=options.encoding, **columns)
    return (item.document() for item in read)


def write_tagged(options: argparse.Namespace, form: str, documents: Iterable[Document], view: View, after: Done | None = None) -> int:
    """Writes documents as they are tagged.

    Args:
        options: Of the command.
        form: One of the view's formats.
        documents: Tagged, or with an error.
        view: What is written of each.
        after: What an earlier run left, to go on behind it.

    Returns:
        The exit code.
    """
    from .inference.runtime import short_turns
    from .inference.writers import open_writer

    if not options.sources and sys.stdin is not None and sys.stdin.isatty():
        print("hadath: reading standard input; end it with Ctrl-D on a line of its own, or stop with Ctrl-C", file=sys.stderr)
    seen = options.output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if seen and form == "table" else None  # sentences wrap anywhere, a table does not
    failed = after.failed if after else 0
    write = open_writer(options.output or "-", form, colour=seen and "NO_COLOR" not in os.environ, width=width, keep=True, after=after, view=view)
    with ends_on_sigterm(), short_turns(), telling_what_is_kept(options.output, form, view.resumable), write as writer:
        for document in _progress(documents, not options.quiet and not seen, after.documents if after else 0):
            failed += document.error is not None
            writer.write(document)
    if failed:
        print(f"hadath: {failed} texts could not be tagged; their records carry the key error", file=sys.stderr)
    return 1 if failed else 0


def _progress(documents: Iterable[Document], show: bool, done: int) -> Iterable[Document]:
    from tqdm import tqdm

    bar: Iterable[Document] = tqdm(documents, unit=" texts", disable=not show, initial=done, file=sys.stderr, mininterval=0.5)
    return bar


def _format_of(output: str | None, terminal: str) -> str:
    if output is None or output == "-":
        return terminal if sys.stdout.isatty() else "jsonl"
    name = Path(output.lower())
    ending = name.with_suffix("").suffix if name.suffix in (".gz", ".xz") else name.suffix
    return {".json": "jsonl", ".txt": terminal, ".htm": "html", "": "jsonl"}.get(ending, ending.removeprefix("."))
