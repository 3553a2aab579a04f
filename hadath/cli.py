"""The command line: thin doors over functions one can import. Each command imports what it needs, so that prediction starts without torch."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from . import bench_command, commands, corpus_commands, events_command
from .models.errors import HadathError, MissingExtra, nearest
from .stopping import Terminated


class _Parser(argparse.ArgumentParser):
    """One that takes no option by half its name: `--date` of another command would be read as `--date-column`."""

    def __init__(self, **others: Any) -> None:
        super().__init__(allow_abbrev=False, **others)


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = _Parser(prog="hadath", description="Reads Arabic news: entities, event triggers and event types at exact places in the text.")
    top.add_argument("--version", action="store_true", help="print the version and stop")
    every = top.add_subparsers(dest="command", metavar="COMMAND")

    one = every.add_parser("predict", help="tag texts", description="Tags texts, files, folders or standard input.")
    _add_texts(one, "pretty, jsonl, csv, conll, parquet, html", "pretty")
    resume = "go on where an earlier run of the same command was broken off (JSONL output)"
    one.add_argument("--resume", action="store_true", help=resume)
    one.add_argument("--layers", metavar="A,B", help="only these of entities, events, sentences: the others are not computed")
    one.set_defaults(run=commands.predict)

    said = "Tags articles and writes their events, a row each: who did what to whom, where and when, and who says so."
    one = every.add_parser("events", help="write the events of articles, a row each", description=said)
    _add_texts(one, "table, jsonl, csv, parquet, html", "table")
    one.add_argument(
        "--date", metavar="DAY", help="the day of articles that name none, such as 2018-04-11; yesterday and Saturday are reckoned from it"
    )
    one.add_argument("--resume", action="store_true", help=resume)
    one.add_argument("--aliases", metavar="FILE", help="YAML: further names of one and the same, on top of those that ship with hadath")
    one.set_defaults(run=events_command.events)

    one = every.add_parser("train", help="train from a config")
    one.add_argument("config", help="YAML file")
    one.add_argument("--set", action="append", default=[], metavar="a.b=c", help="change a setting of the file")
    one.set_defaults(run=commands.train)

    one = every.add_parser("average", help="average the weights of runs that began alike (same seed, other shuffle)")
    one.add_argument("runs", nargs="+", help="finished run folders of hadath train")
    one.add_argument("--output", "-o", required=True, help="the run folder to make")
    one.set_defaults(run=commands.average)

    one = every.add_parser("pretrain", help="pretrain a small encoder on plain text")
    one.add_argument("config", help="YAML file")
    one.add_argument("--set", action="append", default=[], metavar="a.b=c", help="change a setting of the file")
    one.set_defaults(run=commands.pretrain)

    one = every.add_parser("evaluate", help="score a model on labelled documents")
    one.add_argument("model", help="a model folder; - for the one that ships with hadath")
    one.add_argument("data", nargs="+", help="JSONL files in the document format, or word-tagged with --tags-column")
    one.add_argument(
        "--tags-column", metavar="KEY", help="the data are word-tagged: the key of their entity tags; mentions are compared as whole words"
    )
    one.add_argument("--coarse", metavar="FILE", help="YAML: for data with other labels, what each entity label of the model is called there")
    one.add_argument("--bootstrap", type=int, default=1000, metavar="N", help="resamplings behind the 95%% intervals; 0: none")
    one.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    one.add_argument("--json", metavar="FILE", help="also write the whole report, with examples of errors")
    one.set_defaults(run=commands.evaluate)

    one = every.add_parser("export", help="write a model's ONNX graphs and check them against torch")
    one.add_argument("model", help="a model folder")
    one.add_argument("data", nargs="*", help="JSONL documents to check on, labelled to see what 8 bits cost; default: a few sentences")
    one.add_argument("--no-int8", action="store_true", help="only the full-precision graph")
    one.add_argument(
        "--max-drop", type=float, default=0.5, metavar="POINTS", help="most micro F1 of a layer that the 8-bit graph may lose on DATA; default: 0.5"
    )
    one.set_defaults(run=commands.export)

    one = every.add_parser("bench", help="measure how fast a model tags here")
    one.add_argument("model", nargs="?", default="-", help="a model folder; - for the one that ships with hadath (the default)")
    one.add_argument("files", nargs="*", help="texts to measure on; default: articles that come with hadath")
    _add_encoding(one)
    one.add_argument("--text-column", default="text", help="the column or key that holds the text")
    one.add_argument("--layers", metavar="A,B", help="only these of entities, events, sentences")
    one.add_argument("--repeats", type=int, default=5, metavar="N", help="passes over the texts, after one to warm up; default: 5")
    one.add_argument("--device", default="cpu", help="cpu, or a torch device such as cuda (extra train)")
    one.add_argument("--threads", type=int, default=0, help="CPU threads; default: one a core")
    one.add_argument("--json", metavar="FILE", help="also write all figures as JSON")
    one.set_defaults(run=bench_command.bench)

    one = every.add_parser("convert", help="turn marked text or CoNLL into documents")
    one.add_argument("sources", nargs="+", help="files of marked text (.txt) or CoNLL (.conll)")
    one.add_argument("--scheme", default="news", help="a shipped scheme's name or a YAML file, for marked text")
    one.add_argument("--output", "-o", required=True, help="the JSONL file to write")
    one.add_argument("--dev", metavar="FILE", help="write every fifth document here instead")
    one.set_defaults(run=commands.convert)

    one = every.add_parser("check-data", help="count the sentences of labelled files that stand in plain text")
    one.add_argument("data", nargs="+", help="labelled JSONL files, such as test splits")
    one.add_argument("--text", nargs="+", required=True, metavar="FILE", help="plain text that a model is trained on: .txt, .txt.xz or .txt.gz")
    one.add_argument("--tags-column", metavar="KEY", help="the data are word-tagged: the key of their entity tags")
    one.set_defaults(run=corpus_commands.check_data)

    one = every.add_parser("self-label", help="tag plain text and keep what the model is sure of, to train on")
    one.add_argument("model", help="a model folder; - for the one that ships with hadath")
    one.add_argument("text", nargs="+", help="plain text: one paragraph a line, a blank line between documents; .txt, .txt.xz or .txt.gz")
    one.add_argument("--output", "-o", required=True, help="the JSONL file to write")
    one.add_argument("--paragraphs", type=int, default=20_000, metavar="N", help="paragraphs drawn at random; default: 20000")
    one.add_argument("--certainty", type=float, default=0.5, metavar="P", help="least probability of the likeliest tag of every word; default: 0.5")
    one.add_argument("--seed", type=int, default=1, help="decides which paragraphs are drawn")
    one.set_defaults(run=corpus_commands.self_label)
    return top


def _add_encoding(one: argparse.ArgumentParser) -> None:
    one.add_argument("--encoding", default="utf-8", metavar="NAME", help="of the characters in the files, such as windows-1256; default: utf-8")


def _add_texts(one: argparse.ArgumentParser, formats: str, terminal: str) -> None:
    """The arguments of a command that tags texts."""
    said = "files, folders, or - for standard input (the default: a text a line, unless --input-format says otherwise); with --text, the texts themselves"
    one.add_argument("sources", nargs="*", help=said)
    one.add_argument("--text", action="store_true", help="the arguments are texts, not files")
    one.add_argument("--model", help="a model folder or a name on the hub; default: the model that ships with hadath")
    one.add_argument("--output", "-o", help="the file to write, left out where its folder is read; default: standard output")
    said = f"{formats}; default: by the output's ending, else {terminal} on a terminal and jsonl in a pipe"
    one.add_argument("--format", "-f", help=said)
    one.add_argument(
        "--input-format",
        help="txt (a text a file), lines (a text a line), jsonl, csv, tsv or parquet; default: by each file's ending, and lines for standard input",
    )
    _add_encoding(one)
    one.add_argument("--text-column", default="text", help="the column or key that holds the text")
    one.add_argument("--id-column", default="id", help="the column or key that holds the id")
    one.add_argument("--date-column", default="date", help="the column or key that holds the day, such as 2018-04-11")
    one.add_argument(
        "--min-score",
        action="append",
        default=[],
        metavar="[NAME=]P",
        help="leave out what scores less, 0 to 1; with NAME= for a layer (entities, triggers, arguments, sentences) or a label; may be repeated",
    )
    one.add_argument("--device", default="cpu", help="cpu, or a torch device such as cuda (extra train)")
    one.add_argument("--threads", type=int, default=0, help="CPU threads; default: one a core")
    one.add_argument("--quiet", action="store_true", help="no progress on standard error")


def _refuse(top: argparse.ArgumentParser, command: str | None, unknown: Sequence[str]) -> None:
    """Ends with the usage of the command that an unknown argument was given to, and the option that it may have meant."""
    commands_ = next(one for one in top._actions if isinstance(one, argparse._SubParsersAction))
    one = commands_.choices[command] if command else top
    asked = unknown[0].partition("=")[0]
    hint = f"; {nearest(asked, [name for name in one._option_string_actions if name.startswith('--')])}" if asked.startswith("-") else ""
    one.error(f"unknown argument {unknown[0]}{hint}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Returns:
        The exit code: 0; 1 if some texts could not be tagged; 2 for a fault of what was given or of the machine; 130 if interrupted, 143 if terminated.
    """
    top = parser()
    options, unknown = top.parse_known_args(arguments)
    if unknown:
        _refuse(top, options.command, unknown)
    if options.version:
        from . import __version__

        print(f"hadath {__version__}")
        return 0
    if options.command is None:
        top.print_help()
        return 2
    try:
        try:
            return int(options.run(options) or 0)
        except ModuleNotFoundError as fault:
            # pydantic often comes with other packages, so the settings may open where torch is missing; prediction needs nothing of the extra
            if options.command in ("predict", "events", "bench") or not fault.name or fault.name.startswith("hadath"):
                raise
            raise MissingExtra(f'"hadath {options.command}" ({fault.name} is missing)', "train") from None
    except HadathError as fault:
        for line in str(fault).splitlines():
            print(f"hadath: {line}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        ended = isinstance(stop, Terminated)
        print("; ".join([f"hadath: {'terminated' if ended else 'interrupted'}", *stop.args]), file=sys.stderr)
        return 143 if ended else 130
    except BrokenPipeError:
        # the reader of our output went away (head, less): not a fault, but Python would say so once more at exit
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:  # a full disk, a folder that may not be written: the machine's fault or the caller's, not the program's
        place = "" if fault.filename is None else f"{fault.filename}: "
        reason = " ".join(str(fault.strerror or fault).split()) or type(fault).__name__
        print(f"hadath: {place}{reason}; check that the file, its permissions and the space on the disk are as they should be", file=sys.stderr)
        return 2
