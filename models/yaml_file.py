"""Reading a YAML file that a user may have written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .errors import DataError


def read_yaml(path: str | Path, *, hint: str = "") -> Any:
    """The plain values of a YAML file.

    Args:
        path: The file.
        hint: What to do where there is no such file, for the error.

    Raises:
        DataError: The file cannot be read, is no YAML or gives a key twice; with the file and the reason.
    """
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), _OnceLoader)  # noqa: S506, a SafeLoader
    except OSError as fault:
        raise DataError(f"cannot be read: {fault.strerror or fault}" + (f"; {hint}" if hint else ""), path) from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise DataError(f"not YAML: {' '.join(str(fault).split())}", path) from None


class _OnceLoader(yaml.SafeLoader):
    """The safe loader, to which a key that is given twice is a fault: YAML itself lets the second win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge"]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"the key {', '.join(twice)} is given twice", node.start_mark)
        return super().construct_mapping(node, deep)
