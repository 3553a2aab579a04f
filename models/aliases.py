"""Other names of one and the same: a list that ships with the package, and one's own files on top of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .errors import DataError, HadathError, nearest
from .names import Words, without_epithets, words_of
from .yaml_file import read_yaml

_KEYS = ("name", "label", "others")


@dataclass(frozen=True)
class Alias:
    """One that has several names: `name` is what it is called in records, `others` what else it is called, `labels` how its mentions are labelled."""

    name: str
    labels: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aliases:
    """Names to who bears them, by label.

    A name is found in whatever way it is spelt (`words_of`). Of two entries with one name and label, the later is found, so that a user's own file
    wins over the shipped one.
    """

    entries: tuple[Alias, ...] = ()
    _found: Mapping[tuple[str, Words], Alias] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {(label, words_of(name)): one for one in self.entries for label in one.labels for name in (one.name, *one.others)}
        object.__setattr__(self, "_found", names)

    def find(self, label: str, words: Words) -> Alias | None:
        """The entry that a mention of this label names with these words, if there is one; with more behind them that is no part of a name, too."""
        found = self._found.get((label, words))
        if found is None:
            found = next((self._found[label, one] for one in without_epithets(words) if (label, one) in self._found), None)
        return found

    def spelled(self, entry: Alias) -> list[Words]:
        """The words of all names of an entry."""
        return [words_of(name) for name in (entry.name, *entry.others)]

    def __add__(self, other: Aliases) -> Aliases:
        return Aliases((*self.entries, *other.entries))

    @classmethod
    def load(cls, path: str | Path) -> Aliases:
        """Reads a list from a YAML file: entries with ``name``, ``label`` (one or several) and ``others``.

        Raises:
            DataError: The file cannot be read or is no such list; with the file and the entry.
        """
        data = read_yaml(path)
        if not isinstance(data, list):
            raise DataError(f"a list of aliases is a list of entries with {', '.join(_KEYS)}, got {type(data).__name__}", path)
        try:
            return cls(tuple(_entries(data)))
        except DataError as fault:
            raise DataError(fault.reason, path) from None

    def check(self, labels: Sequence[str]) -> None:
        """Makes sure that a scheme has the labels of all entries.

        Raises:
            HadathError: An entry has another.
        """
        for one in self.entries:
            for label in one.labels:
                if label not in labels:
                    raise HadathError(f'the alias "{one.name}" has the label "{label}", which the scheme does not follow; {nearest(label, labels)}')


def _entries(data: list[Any]) -> Iterator[Alias]:
    taken: dict[tuple[str, Words], str] = {}
    for number, one in enumerate(data, 1):
        if not isinstance(one, Mapping):
            raise DataError(f"entry {number} is a mapping of {', '.join(_KEYS)}, got {one!r}")
        for key in one:
            if key not in _KEYS:
                raise DataError(f'entry {number} has no key "{key}"; {nearest(str(key), _KEYS)}')
        name = one.get("name")
        if not isinstance(name, str) or not words_of(name):
            raise DataError(f'entry {number} needs a "name", got {name!r}')
        labels = _texts(one.get("label"), f'entry {number} ("{name}"): label')
        others = _texts(one.get("others", []), f'entry {number} ("{name}"): others')
        if not labels:
            raise DataError(f'entry {number} ("{name}") needs a "label", one of the scheme\'s or a list of them')
        for other in dict.fromkeys((name, *others)):
            for label in labels:
                bearer = taken.setdefault((label, words_of(other)), name)
                if bearer != name:
                    raise DataError(f'entry {number}: "{other}" is a name of both "{bearer}" and "{name}"; leave it out of one of them')
        yield Alias(name, labels, others)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) and words_of(one) for one in several):
        raise DataError(f"{where} is a word or a list of words, got {value!r}")
    return tuple(several)


@cache
def shipped_aliases() -> Aliases:
    """The list that ships with the package.

    Raises:
        HadathError: It is not there.
    """
    path = Path(__file__).parent.parent / "configs" / "aliases" / "news.yaml"
    if not path.is_file():
        raise HadathError("the shipped list of aliases was not found; install hadath again")
    return Aliases.load(path)
