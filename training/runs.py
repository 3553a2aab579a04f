"""The folder of a run: what it was made from, and whether a second call may go on in it."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Collection
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from ..models.errors import HadathError
from .settings import Settings, dump_settings

_PACKAGES = ("hadath", "torch", "transformers", "accelerate", "datasets", "tokenizers", "numpy", "scikit-learn", "onnx", "onnxruntime")


def open_run(folder: Path, config: Settings, *, free: Collection[str] = ()) -> Path:
    """Makes the folder of a run, or opens it again, and writes the resolved config and the versions into it.

    Args:
        folder: The folder.
        config: The config of the run.
        free: Settings that may differ from those the folder was made with.

    Raises:
        HadathError: The folder holds a run of another config: names the settings that differ.
    """
    path = folder / "config.yaml"
    now = yaml.safe_load(dump_settings(config))
    if path.exists():
        before = yaml.safe_load(path.read_text(encoding="utf-8"))
        differ = [key for key in {**before, **now} if before.get(key) != now.get(key) and key not in free]
        if differ:
            raise HadathError(f"{folder} holds a run with other settings ({', '.join(differ)}); give this one another name, or remove the folder")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(dump_settings(config), encoding="utf-8")
    (folder / "versions.json").write_text(json.dumps(versions(), indent=1) + "\n", encoding="utf-8")
    return folder


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
