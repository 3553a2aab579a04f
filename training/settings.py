"""Configs as typed data: YAML fills pydantic models, and every fault is told at once, before anything is loaded."""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml

from ..models.errors import HadathError, MissingExtra, nearest
from ..models.yaml_file import read_yaml

try:
    from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
except ImportError:
    raise MissingExtra("training", "train") from None


# What a run may be called: a name, not a path that leads out of the folder of runs
NAME = r"^\w[\w.-]*$"


class Settings(BaseModel):
    """A group of settings: unknown keys are errors, and no value changes its type silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _expand(paths: list[str]) -> list[str]:
    """Each pattern as the files that fit it, by name. A name that is there is no pattern; a pattern that fits nothing stays, for `find_files` to tell."""
    # Path.glob takes no pattern that begins at the root, and Path.exists no name that is too long for the system
    found = (([path] if os.path.exists(path) else sorted(filter(os.path.isfile, glob.glob(path)))) or [path] for path in paths)  # noqa: PTH110, PTH207
    return list(dict.fromkeys(file for several in found for file in several))


# Paths of files, or patterns such as data/*.jsonl
Files = Annotated[list[str], Field(min_length=1), AfterValidator(_expand)]


S = TypeVar("S", bound=Settings)


def load_settings(kind: type[S], path: str | Path, overrides: Sequence[str] = ()) -> S:
    """Reads a YAML config.

    Args:
        kind: The settings class to fill.
        path: The YAML file. Relative paths inside it are taken as they are, from the folder the command runs in.
        overrides: Changes as ``a.b=value`` with a YAML value, applied over the file.

    Raises:
        HadathError: All faults of the file and the overrides, one a line, each with its key.
    """
    return build_settings(kind, read_settings(path, overrides), str(path))


def read_settings(path: str | Path, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """The plain values of a config: those of the file it names as `base` (a path beside it), under its own, under the overrides."""
    data = _read(Path(path), ())
    faults = []
    for change in overrides:
        try:
            _override(data, change)
        except HadathError as fault:
            faults.append(str(fault))
    if faults:
        raise HadathError("\n".join(faults))
    return data


def _read(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    data = _unshared(read_yaml(path, hint="the shipped ones lie in configs/"))
    if not isinstance(data, dict):
        raise HadathError(f"{path}: a config is a mapping of settings, got {type(data).__name__}")
    base = data.pop("base", None)
    if base is not None:
        above = (*above, path.resolve())
        under = path.parent / str(base)
        if under.resolve() in above:
            raise HadathError(f"{path}: it names itself as base" + (", by way of others" if len(above) > 1 else ""))
        data = {**_read(under, above), **data}
    return data


def told(settings: S, faults: Sequence[str]) -> S:
    """The settings, if a check of how they fit together found no faults; for use in pydantic's validators."""
    if faults:
        raise ValueError("; ".join(faults))
    return settings


def _unshared(value: Any) -> Any:
    """A copy in which no two places hold the same object, as they do behind a YAML alias: a change of one is no change of the other."""
    if isinstance(value, dict):
        return {key: _unshared(one) for key, one in value.items()}
    return [_unshared(one) for one in value] if isinstance(value, list) else value


def build_settings(kind: type[S], data: Mapping[str, Any], where: str = "config") -> S:
    """Fills settings from plain values; see `load_settings`."""
    try:
        return kind.model_validate(data)
    except ValidationError as fault:
        found: dict[str, list[str]] = {}
        for one in fault.errors(include_url=False):
            found.setdefault(_place(one, data), []).append(_explain(one, kind))
        lines = [(f'"{place}"' if place else "") + "; or".join(reasons).replace("; or:", "; or") for place, reasons in found.items()]
        lines = [line.removeprefix(": ") for line in lines]
        raise HadathError("\n".join(f"{where}: {line}" for line in lines)) from None


def dump_settings(settings: Settings) -> str:
    """The settings as YAML, defaults filled in; `load_settings` reads it back."""
    return yaml.safe_dump(settings.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=140)


def _override(data: dict[str, Any], change: str) -> None:
    key, equals, text = change.partition("=")
    if not equals or not key:
        raise HadathError(f'--set takes key=value, such as --set epochs=3, got "{change}"')
    at: Any = data
    *parents, last = key.split(".")
    try:
        value = yaml.safe_load(text)
        for name in parents:
            at = at[int(name)] if isinstance(at, list) else at.setdefault(name, {})
        if isinstance(at, list):
            at[int(last)] = value
        else:
            at[last] = value
    except (TypeError, AttributeError, ValueError, IndexError, yaml.YAMLError):
        raise HadathError(f'--set {change}: "{key}" leads to no setting that can hold that value') from None


def _place(error: Mapping[str, Any], data: Any) -> str:
    """The key of a fault, without the names pydantic puts in for the branches of a union."""
    parts = []
    for index, part in enumerate(error["loc"], 1):
        found = (part in data) if isinstance(data, Mapping) else isinstance(data, list) and isinstance(part, int)
        if found or (error["type"] == "missing" and index == len(error["loc"])):
            parts.append(str(part))
            data = data[part] if found else None
    return ".".join(parts)


def _explain(error: Mapping[str, Any], kind: type[BaseModel]) -> str:
    got = error.get("input")
    if error["type"] == "extra_forbidden":
        names = _names_at(kind, error["loc"][:-1])
        return f" is no setting; {nearest(str(error['loc'][-1]), names)}"
    if error["type"] == "missing":
        return " is missing"
    if error["type"] == "value_error":  # one of our own, a sentence already
        return f": {error['ctx']['error']}"
    hint = ""
    if error["type"] == "float_type" and isinstance(got, str):
        with contextlib.suppress(ArithmeticError):  # YAML takes 5e-4, without a point, for text
            hint = f"; write {Decimal(got):f}"
    return f": {error['msg'][:1].lower()}{error['msg'][1:]}, got {type(got).__name__} {str(got)[:60]!r}{hint}"


def _names_at(kind: Any, loc: Sequence[Any]) -> list[str]:
    """The names of the settings of the group at `loc`, through lists, mappings and optional groups."""
    for part in loc:
        if isinstance(part, int):  # a place in a list: `kind` is that of its items already
            continue
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found = kind.model_fields.get(str(part))
            kind = found.annotation if found else None
        kind = _group(kind)
    kind = _group(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _group(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    for inner in get_args(kind):
        found = _group(inner)
        if found is not None:
            return found
    return None
