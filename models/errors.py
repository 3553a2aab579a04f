"""The errors a user can cause. The command line prints them as one sentence and exits with 2, and does so with an OSError; nothing else is caught there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class HadathError(Exception):
    """A fault of what was given, not of the program: says what was wrong, what it got, what is allowed, what to do next."""


class DataError(HadathError):
    """A fault in a file of data, with the place.

    Args:
        reason: What is wrong there and what is allowed.
        path: The file.
        line: The line, counted from 1.
    """

    def __init__(self, reason: str, path: str | Path | None = None, line: int | None = None) -> None:
        self.reason, self.path, self.line = reason, path, line
        place = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(place + reason)


class MissingExtra(HadathError, ImportError):
    """A part of the package that needs an extra was used without it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f'{what} needs the extra "{extra}", which is not installed; run: pip install "hadath[{extra}]" (in a checkout: pip install ".[{extra}]")'
        )


def nearest(name: str, allowed: Iterable[str]) -> str:
    """A hint for a misspelt name: the nearest of `allowed`, or the list of them.

    Returns:
        A clause to put behind an error, such as ``did you mean "epochs"?``.
    """
    names = [str(one) for one in allowed]
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"allowed: {', '.join(names)}" if names else "nothing is allowed here"
