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
    except (yaml.YAMLError, ValueError, RecursionError) as fault:  # ValueError: bytes that are no UTF-8, a day that no calendar has
        raise DataError(f"not YAML: {' '.join(str(fault).split())}", path) from None


class _OnceLoader(yaml.SafeLoader):
    """The safe loader, to which a key that is given twice is a fault: YAML itself lets the second win without a word."""

    # before merges (<<) put other mappings' keys in
    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen: set[Any] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                value = self.construct_object(key)
                if value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"the key {key.value} is given twice", key.start_mark)
                seen.add(value)
        return node
