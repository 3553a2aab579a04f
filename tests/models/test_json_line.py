"""A line of JSON is JSON, whatever it holds."""

from __future__ import annotations

import json

import pytest

from hadath.models.json_line import json_line


def test_a_line_of_json_is_json_whatever_it_holds() -> None:
    strange = {"nan": float("nan"), "far": [float("inf"), 2**70], "half": "\ud800", 5: "خمسة"}
    read = json.loads(json_line(strange), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert read == {"nan": None, "far": [None, 2**70], "half": "\ud800", "5": "خمسة"}
    assert "خمسة" in json_line({"far": 2**70, "a": "خمسة"})  # readable, where UTF-8 can hold it
    assert json_line({"a": float("nan"), "b": 0.1}) == '{"a":null,"b":0.1}'
    assert json_line({"a": "\ud800"}).isascii()
