"""The folder of a run: what it was made from, and whether a second call may go on in it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Collection, Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from ..models.errors import HadathError
from ..models.yaml_file import read_yaml
from .settings import Settings, dump_settings

_PACKAGES = ("hadath", "torch", "transformers", "accelerate", "datasets", "tokenizers", "numpy", "scikit-learn", "onnx", "onnxruntime")


def _with_defaults(config: Settings, before: dict[str, Any]) -> dict[str, Any]:
    """The settings of an earlier run, with those that have come into being since: a run can be gone on with by a newer version."""
    try:
        return type(config).model_validate(before).model_dump(mode="json")
    except ValueError:
        return before


def open_run(folder: Path, config: Settings, files: Iterable[str] = (), *, free: Collection[str] = ()) -> Path:
    """Makes the folder of a run, or opens it again, and writes the resolved config, the versions and the fingerprints of its data into it.

    Args:
        folder: The folder.
        config: The config of the run.
        files: The files it learns from and is scored on.
        free: Settings that may differ from those the folder was made with.

    Raises:
        HadathError: The folder holds a run of another config or of other data: names the settings or files that differ.
    """
    path, data = folder / "config.yaml", folder / "data.json"
    now, prints = config.model_dump(mode="json"), fingerprint(files)
    if path.exists():
        before = _with_defaults(config, read_yaml(path) or {})
        differ = [key for key in {**before, **now} if before.get(key) != now.get(key) and key not in free]
        if differ:
            raise HadathError(f"{folder} holds a run with other settings ({', '.join(differ)}); give this one another name, or remove the folder")
    if data.exists():
        known = json.loads(data.read_text(encoding="utf-8"))
        changed = [key for key in {**known, **prints} if known.get(key) != prints.get(key)]
        if changed:
            raise HadathError(f"{folder} holds a run on other data (changed: {', '.join(changed)}); give this one another name, or remove the folder")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(dump_settings(config), encoding="utf-8")
    data.write_text(json.dumps(prints, indent=1) + "\n", encoding="utf-8")
    (folder / "versions.json").write_text(json.dumps(versions(), indent=1) + "\n", encoding="utf-8")
    return folder


def find_files(paths: Iterable[str]) -> None:
    """Makes sure that files are there, before any of them is read.

    Raises:
        HadathError: Names every one that is not.
    """
    missing = [path for path in dict.fromkeys(paths) if not os.path.isfile(path)]  # noqa: PTH113 - Path raises where a name is too long
    if missing:
        raise HadathError(
            "\n".join(f"{path}: there is no such file; paths in a config are taken from the folder the command runs in" for path in missing)
        )


def fingerprint(paths: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of each file, so that a run says what it was made from."""
    found = {}
    for path in paths:
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
        found[path] = digest.hexdigest()
    return found


def versions() -> dict[str, Any]:
    """The versions and the machine that a run's figures belong to."""
    found: dict[str, Any] = {"python": sys.version.split()[0], "machine": platform.machine(), "system": platform.system()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def last_checkpoint(run: Path) -> str | None:
    """The newest complete checkpoint of a run, or None."""
    found = [one for one in (run / "checkpoints").glob("checkpoint-*") if (one / "trainer_state.json").exists()]
    return str(max(found, key=lambda one: int(one.name.split("-")[1]))) if found else None
