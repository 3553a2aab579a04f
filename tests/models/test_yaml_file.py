"""YAML as users write it: what is no YAML is told with its file, and a key that is given twice is no YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from hadath import DataError
from hadath.models.yaml_file import read_yaml


def _file(folder: Path, raw: bytes) -> Path:
    path = folder / "x.yaml"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a: 1\nb: 2\na: 3", "not YAML: .*the key a is given twice"),
        (b"x: {y: 1, y: 2}", "not YAML: the key y is given twice"),
        (b"yes: 1\ntrue: 2", "not YAML: the key true is given twice"),
        (b"a: [", "not YAML"),
        (b"\xff\xfe", "not YAML"),
        (b"a: 2024-13-45", "not YAML"),
        (b"[" * 5000, "not YAML"),
    ],
)
def test_what_is_no_yaml_is_told(tmp_path: Path, raw: bytes, said: str) -> None:
    with pytest.raises(DataError, match=rf"x\.yaml: {said}"):
        read_yaml(_file(tmp_path, raw))


def test_what_only_looks_like_a_key_twice(tmp_path: Path) -> None:
    raw = b"base: &b {a: 1}\nx: {y: {z: &mid {<<: *b, a: 2}}}\ntop: {<<: *mid, a: 3}\n1: a\n'1': b\n"
    found = read_yaml(_file(tmp_path, raw))
    assert (found["top"], found["x"]["y"]["z"]) == ({"a": 3}, {"a": 2})
    assert (found[1], found["1"]) == ("a", "b")


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.yaml: cannot be read: No such file or directory; look elsewhere$"):
        read_yaml(tmp_path / "none.yaml", hint="look elsewhere")
