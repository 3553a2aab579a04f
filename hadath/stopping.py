"""A run that ends before its time: asked to by a signal, or for want of space; what is finished is kept, and it is said where."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""


@contextmanager
def ends_on_sigterm() -> Iterator[None]:
    """Being asked to end is told like Ctrl-C, so that what is finished is kept."""

    def end(*_: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():  # signals are heard nowhere else
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def telling_what_is_kept(output: str | None, format: str, goes_on: bool = True) -> Iterator[None]:
    """Says where the finished documents lie of a run that was broken off.

    Args:
        output: The file that the run writes; None or ``-`` for standard output, which keeps itself.
        format: Of the file.
        goes_on: Whether the command knows --resume.
    """
    from .inference.unfinished import part_of, resumable

    try:
        yield
    except (KeyboardInterrupt, OSError) as fault:
        part = None if output in (None, "-") else part_of(str(output))
        goes_on = goes_on and resumable(str(output), format)
        if part is not None and part.is_file() and (goes_on or isinstance(fault, KeyboardInterrupt)):
            said = f"what was finished is in {part}" + ("; the same command with --resume goes on with it" if goes_on else "")
            if isinstance(fault, KeyboardInterrupt):
                raise type(fault)(said) from None
            print(f"hadath: {said}", file=sys.stderr)
        raise
