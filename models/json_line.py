"""Plain values as a line of JSON: documents and event records are written as such."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson


def json_line(data: Mapping[str, Any]) -> str:
    """Plain values as one line of JSON, without the newline.

    Lone surrogates, which UTF-8 cannot hold, are written as escapes. Numbers that JSON does not have (NaN) become null.
    """
    with suppress(TypeError):  # what it does not take: surrogates, integers beyond 64 bits, keys that are numbers
        return orjson.dumps(data).decode()
    finite = _finite(data)
    line = json.dumps(finite, ensure_ascii=False, separators=(",", ":"))
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(finite, ensure_ascii=True, separators=(",", ":"))
    return line


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
