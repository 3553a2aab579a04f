"""Every code block of the README is run, or checked as far as it can be without training."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from hadath import Document
from hadath.cli import parser
from hadath.models.folder import DEFAULT

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)


def _blocks(language: str) -> list[str]:
    found = [code for name, code in BLOCKS if name == language]
    assert found, f"the README has no block of {language or 'commands'}"
    return found


def test_nothing_is_left_to_fill_in_and_links_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert "@@" not in text
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert "://" in link or (path.parent / link).exists(), f"{path.name}: {link}"


@pytest.mark.parametrize("code", _blocks("python"))
def test_python_blocks_run(code: str) -> None:
    assert (DEFAULT / "hadath.json").exists(), "the model that ships with the package is missing"
    exec(compile(code, "README.md", "exec"), {})


def test_json_blocks_are_documents() -> None:
    for code in _blocks("json"):
        document = Document.from_json(json.loads(code))
        assert Document.from_json(json.loads(document.to_line())) == document


def test_yaml_blocks_are_corpora() -> None:
    pytest.importorskip("pydantic")
    from hadath.training.config import CorpusSettings
    from hadath.training.settings import build_settings

    for code in _blocks("yaml"):
        for one in yaml.safe_load(code):
            build_settings(CorpusSettings, one)


def _commands() -> list[str]:
    lines = [line for code in _blocks("") for line in code.splitlines()]
    return [line.split("   #")[0].strip() for line in lines if line.strip()]


@pytest.mark.parametrize("line", _commands())
def test_commands_exist(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    elif words[0] == "hadath":
        if ">" in words:
            words = words[: words.index(">")]
        options = parser().parse_args(words[1:])
        config = getattr(options, "config", None)
        assert config is None or (ROOT / config).exists()
    else:
        assert words[:2] == ["pip", "install"]
