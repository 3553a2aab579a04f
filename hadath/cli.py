"""The command line: thin doors over functions one can import."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .models.errors import HadathError


def _pretrain(options: argparse.Namespace) -> None:
    from .training.pretrain import pretrain
    from .training.pretrain_config import PretrainConfig
    from .training.settings import load_settings

    print(pretrain(load_settings(PretrainConfig, options.config, options.set)))


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(prog="hadath", description="Reads Arabic news: entities, event triggers and event types at exact places in the text.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("pretrain", help="pretrain a small encoder on plain text")
    one.add_argument("config", help="YAML file")
    one.add_argument("--set", action="append", default=[], metavar="a.b=c", help="change a setting of the file")
    one.set_defaults(run=_pretrain)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Returns:
        The exit code: 0, or 2 for a fault of what was given.
    """
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except HadathError as fault:
        print(f"hadath: {fault}", file=sys.stderr)
        return 2
    return 0
