"""The front door: a short list of names, and nothing heavy behind it until it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

import hadath

HEAVY = ("torch", "transformers", "datasets", "sklearn", "pydantic", "safetensors", "accelerate", "gensim", "matplotlib", "onnx", "onnxscript")
BLOCK = f"import sys\nfor name in {(*HEAVY, 'pyarrow', 'pandas', 'huggingface_hub')!r}: sys.modules[name] = None\n"


def run(code, *arguments):
    """A process of its own; warnings are errors there too."""
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_the_public_names():
    assert sorted(hadath.__all__) == [
        "Argument",
        "DataError",
        "Document",
        "Event",
        "EventRecord",
        "EventTable",
        "HadathError",
        "Mention",
        "MissingExtra",
        "Predictor",
        "Scheme",
        "Sentence",
        "SentenceLabel",
        "events",
        "read_jsonl",
        "write_jsonl",
    ]
    for name in hadath.__all__:
        assert getattr(hadath, name).__doc__, f"{name} has no docstring"


def test_importing_is_light():
    """Neither what training needs nor, before a model is opened, what runs one."""
    done = run("import sys, json, hadath, hadath.cli; print(json.dumps(sorted({one.split('.')[0] for one in sys.modules})))")
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert "numpy" in loaded
    assert not loaded & {*HEAVY, "onnxruntime", "pyarrow", "pandas", "huggingface_hub", "tqdm"}


def test_a_prediction_without_the_extras(tiny_model):
    done = run(
        BLOCK
        + """
from hadath import Document, Predictor
from hadath.cli import main
text = "سيطر الجيش السوري على مدينة البوكمال."
document = Predictor.load(sys.argv[1], threads=1)(text)
assert document.entities and all(text[one.start : one.end] == one.text for one in document.entities)
raise SystemExit(main(["predict", "--quiet", "--model", sys.argv[1], "--threads", "1", "--text", text]))
""",
        tiny_model,
    )
    assert done.returncode == 0, done.stderr
    assert hadath.Document.from_json(json.loads(done.stdout)).entities


COMMANDS = (
    ["train", "configs/quickstart.yaml"],
    ["pretrain", "configs/pretrain-small.yaml"],
    ["evaluate", "MODEL", "data/quickstart/dev.jsonl"],
    ["export", "MODEL"],
)


@pytest.mark.parametrize("missing", ["everything", "torch"])
def test_commands_without_the_extra_name_the_pip_command(tiny_model, helpers, missing):
    """Also where pydantic is there, which many other packages bring along."""
    commands = [[str(tiny_model) if word == "MODEL" else word for word in one] for one in COMMANDS]
    if missing == "torch":
        commands = [one for one in commands if one[0] != "evaluate"]  # on the graph, it needs no torch
    block = BLOCK if missing == "everything" else "import sys\nfor name in ('torch', 'transformers'): sys.modules[name] = None\n"
    code = f"""
import json, os
from hadath.cli import main
os.chdir({str(helpers.ROOT)!r})
for command in {commands!r}:
    print(main(command))
"""
    done = run(block + code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2"] * len(commands)
    lines = done.stderr.splitlines()
    assert len(lines) == len(commands)
    assert all(
        one.startswith("hadath: ") and one.endswith('run: pip install "hadath[train]" (in a checkout: pip install ".[train]")') for one in lines
    ), lines
