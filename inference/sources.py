"""Where texts come from: files by their endings, folders, compressed files, standard input."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import os
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISDIR
from typing import IO, Any

from ..models.errors import DataError, HadathError, nearest

FORMATS = ("txt", "lines", "jsonl", "csv", "tsv", "parquet")
_ENDINGS = {".txt": "txt", ".jsonl": "jsonl", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet"}
PACKED: Mapping[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open}
DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)
UTF_8 = "utf-8"
# What stands in UTF-8 for bytes that are not in a source's encoding: a byte that is never UTF-8, so that they cost their row and no more
codecs.register_error("hadath-foreign", lambda fault: ("\udcff", getattr(fault, "end", 0)))


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or standard input (`path` is None): what it holds, the name that ids are made of, the encoding of its characters, and whether the caller named
    it or it was found in a folder."""

    path: Path | None
    format: str
    name: str
    encoding: str = UTF_8
    named: bool = True

    def open(self, stdin: IO[bytes] | IO[str] | None) -> AbstractContextManager[Any]:
        """The source's bytes; those of a text in another encoding as UTF-8, where they can be read in it."""
        opened: AbstractContextManager[Any]
        if self.path is None:
            stream = sys.stdin if stdin is None else stdin
            opened = nullcontext(getattr(stream, "buffer", stream))
        else:
            opened = PACKED.get(self.path.suffix.lower(), open)(self.path, "rb")
        return opened if self.encoding == UTF_8 else _as_utf_8(opened, self.encoding)

    def undecodable(self, byte: int, where: str = "") -> str:
        """The error of a text that is not in the source's encoding, `byte` being the first place where it is not, of the text as UTF-8."""
        if self.encoding != UTF_8:
            return f"not {self.encoding}{where and f' in {where}'}; say with --encoding (encoding=) what it is in"
        return f"not UTF-8 at byte {byte}{where and f' of {where}'}; save the file as UTF-8, or say what it is in with --encoding (encoding=), such as windows-1256"

    def place(self, number: int | None) -> str:
        return f"{self.path or 'stdin'}" + ("" if number is None else f":{number}")


class _Utf8:
    """Decoded text as the bytes of UTF-8; what could not be decoded is no UTF-8 either, for who reads it to tell."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def __iter__(self) -> Iterator[bytes]:
        return (line.encode(UTF_8, "surrogateescape") for line in self._text)

    def read(self) -> bytes:
        return self._text.read().encode(UTF_8, "surrogateescape")


@contextmanager
def _as_utf_8(opened: AbstractContextManager[Any], encoding: str) -> Iterator[_Utf8]:
    with opened as stream:
        text = io.TextIOWrapper(stream, encoding, errors="hadath-foreign", newline="\n")
        try:
            yield _Utf8(text)
        finally:
            text.detach()  # it would close what others opened


def _checked(encoding: str) -> str:
    """The encoding's name as Python has it.

    Raises:
        HadathError: There is none of that name, or it is no encoding of text.
    """
    try:
        "x".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):  # a NUL in the name is a ValueError
        raise HadathError(
            f'no text encoding is called "{encoding}" (--encoding, encoding=); Arabic files are in utf-8, windows-1256, iso-8859-6 or utf-16'
        ) from None


def find_sources(sources: Sequence[str | Path], format: str | None, skip: str | Path | None = None, encoding: str = UTF_8) -> list[Source]:
    """Every file that `sources` stand for, in order, but for the file `skip` where it lies in a folder.

    Raises:
        TypeError: `sources` is one string or path.
        DataError: A file is not there, cannot be read or has an unknown ending; a folder has nothing to read; a file is `skip` itself.
        HadathError: An unknown `format` or `encoding`, or parquet from standard input.
    """
    encoding = _checked(encoding)
    if isinstance(sources, (str, Path)):
        raise TypeError(f"sources is a list of files, folders and '-', got {sources!r}; pass [{str(sources)!r}]")
    if format is not None and format not in FORMATS:
        raise HadathError(f'no reader for the format "{format}" (--input-format, format=); {nearest(format, FORMATS)}')
    found = [replace(one, encoding=encoding) for source in sources for one in _find(source, format, skip)]
    # Files of one name in several folders would give several texts one id; such files go by their whole path.
    seen = Counter(one.name for one in found)
    return [one if seen[one.name] == 1 or one.path is None else replace(one, name=str(one.path)) for one in found]


def _find(source: str | Path, format: str | None, skip: str | Path | None) -> Iterator[Source]:
    if str(source) == "-":
        if format == "parquet":
            raise HadathError("parquet cannot be read from standard input, it is not read from front to back; give the file")
        yield Source(None, format or "lines", "stdin")
        return
    if not str(source).strip():
        raise DataError("an empty name is no file or folder; for the current folder write . and for standard input -")
    path = Path(source)
    if _is_folder(path):
        files = [one for one in sorted(path.rglob("*")) if one.is_file() and not any(part.startswith(".") for part in one.relative_to(path).parts)]
        if skip is not None:
            left_out = os.path.realpath(skip)
            files = [one for one in files if os.path.realpath(one) != left_out]
        taken = [(one, kind) for one in files if (kind := _kind_of(one)) and format in (None, kind, "lines" if kind == "txt" else None)]
        if not taken:
            raise DataError(
                f"the folder holds no file to read; the endings are {', '.join(_ENDINGS)}, the text ones also with {' or '.join(PACKED)}", path
            )
        for one, kind in taken:
            yield Source(one, format or kind, str(_bare(one.relative_to(path)).as_posix()), named=False)
        return
    refuse_overwriting(path, skip)
    if not os.access(path, os.R_OK):
        raise DataError("cannot be read: permission denied", path)
    chosen = format or _kind_of(path)
    if chosen is None:
        raise DataError(
            f'unknown ending "{path.suffix}"; known are {", ".join(_ENDINGS)}; or say what it holds with --input-format (format=): {", ".join(FORMATS)}',
            path,
        )
    yield Source(path, chosen, _bare(path).name)


def refuse_overwriting(path: str | Path, output: str | Path | None) -> None:
    """Makes sure that a file that is read is not the one that will be written.

    Raises:
        DataError: It is.
    """
    if output is not None and os.path.realpath(path) == os.path.realpath(output):
        raise DataError("is read and written at once, which would lose it; name another file to write (--output)", path)


def _is_folder(path: Path) -> bool:
    """Whether it is a folder, or else a file.

    Raises:
        DataError: It is neither.
    """
    try:
        return S_ISDIR(path.stat().st_mode)
    except PermissionError:
        raise DataError("cannot be read: permission denied", path) from None
    except (OSError, ValueError):  # also a name too long for the system, or with a NUL: a text where a file is due
        near = nearest(path.name, _names(path.parent))
        hint = f"{near} To" if near.startswith("did") else "to"
        said = " ".join(str(path).splitlines())
        said = said if len(said) <= 200 else f"{said[:100]}…"
        raise DataError(f"no such file or folder; {hint} tag this text itself: hadath predict --text '...'", said) from None


def _names(folder: Path) -> list[str]:
    try:
        return [one.name for one in folder.iterdir()]
    except (OSError, ValueError):
        return []


def _bare(path: Path) -> Path:
    path = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return path.with_suffix("") if path.suffix.lower() in _ENDINGS else path


def _kind_of(path: Path) -> str | None:
    inner = path.with_suffix("") if path.suffix.lower() in PACKED else path
    kind = _ENDINGS.get(inner.suffix.lower())
    return None if kind == "parquet" and inner != path else kind  # parquet compresses by itself
