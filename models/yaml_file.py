"""Reading a YAML file that a user may have written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .errors import DataError


def read_yaml(path: str | Path) -> Any:
    """The plain values of a YAML file.

    Raises:
        DataError: The file cannot be read or is no YAML; with the file and the reason.
    """
    try:
        return yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as fault:
        raise DataError(f"cannot be read: {fault.strerror or fault}", path) from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise DataError(f"not YAML: {' '.join(str(fault).split())}", path) from None
