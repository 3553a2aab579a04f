"""The label scheme: which labels each layer has, and what they are called elsewhere. It is data; nothing else in the code names a label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import DataError, HadathError, nearest
from .yaml_file import read_yaml

_LAYERS = ("entities", "nominals", "triggers", "roles", "sentence_labels")
_LINKS = ("values", "titles", "followed", "reporting")
_KEYS = (*_LAYERS, *_LINKS)
# What a role can be in an event record, and what a value can be read as
ROLE_KINDS = ("actor", "recipient", "place", "time", "instrument", "count")
VALUE_KINDS = ("date", "count", "percent", "money")


@dataclass(frozen=True)
class Scheme:
    """The labels of each layer, in a fixed order (the order of the heads' outputs).

    `descriptions` maps a label or role to its sentence; `codes` maps a trigger label to its codes in other schemes (plover, cameo, ace, acled), each
    None, one code or a list. `nominals` are the entity labels for common-noun mentions, which a score reports apart from the names.

    How the layers hang together, for event records: `fillers`, the entity labels that may fill a role (all where it names none); `kinds`, the part
    (of ROLE_KINDS) that a role has in a record; `values`, what (of VALUE_KINDS) the mentions of an entity label are read as; `titles`, a title's label
    and that of the name it stands before; `followed`, the entity labels whose mentions are joined over an article; `reporting`, the triggers whose
    actor vouches for what stands in their clause.
    """

    entities: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    sentence_labels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    nominals: tuple[str, ...] = ()
    descriptions: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fillers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    followed: tuple[str, ...] = ()
    reporting: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: str | Path) -> Scheme:
        """Reads a scheme from a YAML file.

        Raises:
            DataError: The file cannot be read or is no scheme; with the file and the reason.
        """
        data = read_yaml(path)
        try:
            return cls.from_dict(data)
        except DataError as fault:
            raise DataError(fault.reason, path) from None

    @classmethod
    def from_dict(cls, data: Any) -> Scheme:
        """Builds a scheme from plain values: each layer a list of labels, or a mapping from label to a sentence (triggers: to their codes; roles: to
        description, kind and labels).

        Raises:
            DataError: An unknown key, a wrong type, a label named twice.
        """
        if not isinstance(data, Mapping):
            raise DataError(f"a scheme is a mapping with some of {', '.join(_KEYS)}, got {type(data).__name__}")
        for key in data:
            if key not in _KEYS:
                raise DataError(f'a scheme has no key "{key}"; {nearest(key, _KEYS)}')
        descriptions: dict[str, str] = {}
        codes: dict[str, Mapping[str, Any]] = {}
        layers: dict[str, tuple[str, ...]] = {}
        roles = data.get("roles")
        details = {str(name): said for name, said in roles.items() if isinstance(said, Mapping)} if isinstance(roles, Mapping) else {}
        plain = {name: _description(str(name), said) for name, said in roles.items()} if isinstance(roles, Mapping) else roles
        for key in _LAYERS:
            layers[key] = _labels(key, plain if key == "roles" else data.get(key), descriptions, codes)
        for label in layers["nominals"]:
            if label not in layers["entities"]:
                raise DataError(f'nominals names "{label}", which is no entity label; {nearest(label, layers["entities"])}')
        if not any(layers[key] for key in ("entities", "triggers", "sentence_labels")):
            raise DataError("a scheme needs labels in at least one of entities, triggers, sentence_labels")
        known = {"entities": layers["entities"], "triggers": layers["triggers"]}
        return cls(
            descriptions=descriptions,
            codes=codes,
            fillers={
                role: _several(f"roles: {role}: labels", said["labels"], known["entities"]) for role, said in details.items() if "labels" in said
            },
            kinds={role: _one_of(f"roles: {role}: kind", said["kind"], ROLE_KINDS) for role, said in details.items() if "kind" in said},
            values={key: _one_of(f"values: {key}", kind, VALUE_KINDS) for key, kind in _pairs("values", data, known["entities"]).items()},
            titles={key: _one_of(f"titles: {key}", name, known["entities"]) for key, name in _pairs("titles", data, known["entities"]).items()},
            followed=_several("followed", data.get("followed") or [], known["entities"]),
            reporting=_several("reporting", data.get("reporting") or [], known["triggers"]),
            **layers,
        )

    def to_dict(self) -> dict[str, Any]:
        """The scheme as plain values; `from_dict` reads them back."""
        out: dict[str, Any] = {}
        for key in _LAYERS:
            labels: tuple[str, ...] = getattr(self, key)
            said: dict[str, Any] = {label: self.descriptions.get(label) for label in labels} if key != "nominals" else {}
            if key == "triggers":
                said |= {label: dict(self.codes[label]) for label in labels if label in self.codes}
            if key == "roles":
                said = {role: self._role(role) for role in labels}
            if any(value is not None for value in said.values()):
                out[key] = said
            elif labels:
                out[key] = list(labels)
        links = {"values": dict(self.values), "titles": dict(self.titles), "followed": list(self.followed), "reporting": list(self.reporting)}
        return out | {key: value for key, value in links.items() if value}

    def _role(self, role: str) -> Any:
        """A role as plain values: its sentence alone where that is all there is."""
        found: dict[str, Any] = {"kind": self.kinds[role]} if role in self.kinds else {}
        if role in self.fillers:
            found["labels"] = list(self.fillers[role])
        said = self.descriptions.get(role)
        return ({"description": said} if said is not None else {}) | found if found else said


def _description(role: str, said: Any) -> Any:
    if not isinstance(said, Mapping):
        return said
    for key in said:
        if key not in ("description", "kind", "labels"):
            raise DataError(f'roles: "{role}" has no key "{key}"; {nearest(str(key), ("description", "kind", "labels"))}')
    return said.get("description")


def _several(where: str, value: Any, known: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise DataError(f"{where} is a list of labels, got {type(value).__name__}")
    return tuple(_one_of(where, one, known) for one in value)


def _one_of(where: str, value: Any, known: Sequence[str]) -> str:
    if value not in known:
        raise DataError(f'{where} names "{value}", which is not known there; {nearest(str(value), known)}')
    return str(value)


def _pairs(key: str, data: Mapping[str, Any], known: Sequence[str]) -> dict[str, Any]:
    value = data.get(key) or {}
    if not isinstance(value, Mapping):
        raise DataError(f"{key} is a mapping from an entity label, got {type(value).__name__}")
    return {_one_of(key, one, known): other for one, other in value.items()}


def _labels(key: str, value: Any, descriptions: dict[str, str], codes: dict[str, Mapping[str, Any]]) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, Mapping):
        for label, said in value.items():
            if isinstance(said, Mapping) and key == "triggers":
                codes[str(label)] = dict(said)
            elif isinstance(said, str):
                descriptions[str(label)] = said
            elif said is not None:
                raise DataError(f'{key}: "{label}" has {said!r}; it takes a sentence{" or a mapping of codes" if key == "triggers" else ""}')
        names: Sequence[Any] = list(value)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        names = value
    else:
        raise DataError(f"{key} is a list or a mapping of labels, got {type(value).__name__}")
    for name in names:
        if not isinstance(name, str) or not name or any(c.isspace() for c in name):
            raise DataError(f"{key}: a label is a word without spaces, got {name!r}")
    if len(set(names)) < len(names):
        raise DataError(f"{key} names a label twice: {', '.join(sorted({n for n in names if list(names).count(n) > 1}))}")
    return tuple(names)


def load_scheme(name: str) -> Scheme:
    """A shipped scheme by its name, or one from a YAML file.

    Raises:
        HadathError: There is neither.
    """
    folder = Path(__file__).parent.parent / "configs" / "schemes"
    if not folder.is_dir():  # a checkout, where the rooms lie beside one another, and an install are laid out alike; this is neither
        raise HadathError("the shipped schemes were not found; install hadath again")
    shipped = {one.stem: one for one in folder.glob("*.yaml")}
    if name in shipped:
        return Scheme.load(shipped[name])
    if Path(name).exists():
        return Scheme.load(name)
    raise HadathError(f'there is no scheme "{name}": neither a file nor a shipped one; {nearest(name, shipped)}')
