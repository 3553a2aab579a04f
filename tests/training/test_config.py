"""Configs: every shipped one opens and says the truth, and no setting is there for nothing."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("pydantic", reason="configs need the extra train")

from hadath.models.scheme import Scheme
from hadath.models.spec import heads_of
from hadath.training.config import (
    BaselineConfig,
    CorpusSettings,
    DistilSettings,
    LayerReadingSettings,
    LayersSettings,
    LossSettings,
    SwapSettings,
    TrainConfig,
)
from hadath.training.pretrain_config import (
    EncoderSettings,
    GeneratorSettings,
    LabelledFile,
    PretrainConfig,
    SkipGramSettings,
    TextCorpus,
    TokenizerSettings,
)
from hadath.training.settings import Settings, dump_settings, load_settings, read_settings

ROOT = Path(__file__).parents[2]
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))


def _kind(path: Path) -> type[Settings]:
    """The class that the command in a config's first line fills."""
    command = path.read_text(encoding="utf-8").split("\n")[0].split()[2]
    if command == "pretrain":
        return PretrainConfig
    return BaselineConfig if read_settings(path).get("kind") == "sentences-tfidf" else TrainConfig


# The shipped configs


def test_there_are_configs_of_every_kind() -> None:
    assert {_kind(path) for path in CONFIGS} == {TrainConfig, BaselineConfig, PretrainConfig}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_first_line_is_the_command(path: Path) -> None:
    first, second, *_ = path.read_text(encoding="utf-8").split("\n")
    assert first in (f"# hadath train configs/{path.name}", f"# hadath pretrain configs/{path.name}")
    assert second.startswith("# ")
    assert second.endswith(".")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_config_is_valid_and_named_after_its_file(path: Path) -> None:
    config = load_settings(_kind(path), path)
    assert config.name == path.stem  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_config_survives_being_written_and_read(path: Path, tmp_path: Path) -> None:
    kind = _kind(path)
    config = load_settings(kind, path)
    (tmp_path / "config.yaml").write_text(dump_settings(config), encoding="utf-8")
    assert load_settings(kind, tmp_path / "config.yaml") == config


def _named_labels(corpus: dict[str, Any], layer: str) -> set[str]:
    reading = (corpus.get("layers") or {}).get(layer) or {}
    unmarked = reading.get("unmarked") or []
    values = (reading.get("labels") or {}).values()
    return {*([] if unmarked == "all" else unmarked), *(one for value in values for one in ([value] if isinstance(value, str) else value))}


@pytest.mark.parametrize("path", [one for one in CONFIGS if _kind(one) is TrainConfig], ids=lambda path: path.stem)
def test_every_label_a_shipped_config_names_is_in_its_scheme(path: Path) -> None:
    data = read_settings(path)
    scheme = yaml.safe_load((ROOT / "configs" / "schemes" / f"{data.get('scheme', 'news')}.yaml").read_text(encoding="utf-8"))
    inventory = {"entities": "entities", "triggers": "triggers", "sentences": "sentence_labels"}
    for corpus in data["corpora"]:
        for layer, key in inventory.items():
            if (corpus.get("layers") or {}).get(layer) is not None:
                assert scheme.get(key), f"{corpus['name']}: the scheme has no {key}"
                assert _named_labels(corpus, layer) <= set(scheme[key]), corpus["name"]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_files_that_belong_to_the_checkout_are_in_it(path: Path) -> None:
    data = read_settings(path)
    files = [one for corpus in data.get("corpora", ()) for one in corpus.get("files", ())] + data.get("dev", []) + data.get("train", [])
    own = [one for one in files if not one.startswith("../")]
    assert all(any(ROOT.glob(one)) for one in own), own
    assert own == files or path.stem != "quickstart"


def test_a_base_of_a_shipped_config_is_under_it() -> None:
    names = ("default", "default-distilled", "arabert-news")
    default, distilled, large = (load_settings(TrainConfig, ROOT / "configs" / f"{name}.yaml") for name in names)
    assert (large.corpora, large.dev) == (default.corpora, default.dev) == (distilled.corpora, distilled.dev)
    assert (large.encoder, large.window) != (default.encoder, default.window)
    assert default.distil is None
    assert distilled.distil is not None
    assert distilled.distil.models == [f"{default.runs}/{default.name}-{one}/model" for one in "ed"]
    steps = [load_settings(PretrainConfig, ROOT / "configs" / f"pretrain-{name}.yaml") for name in ("small", "replaced", "restored")]
    for before, further in itertools.pairwise(steps):
        assert further.start == f"{before.runs}/{before.name}/encoder"
        assert further.encoder == before.encoder


# No setting without a use

# Where each group is used: the files, and what an object of it is called there. `kind` and the layers that are looped over are below.
USES: dict[type[Settings], tuple[tuple[str, ...], set[str]]] = {
    TrainConfig: (("training/train.py", "training/publish.py", "training/card.py"), {"config"}),
    CorpusSettings: (("training/corpora.py", "training/train.py", "training/card.py"), {"settings", "one"}),
    LayersSettings: (("training/corpora.py",), {"layers"}),
    LayerReadingSettings: (("training/corpora.py",), {"settings", "sentences", "one"}),
    SwapSettings: (("training/corpora.py",), {"settings", "swap"}),
    DistilSettings: (("training/distil.py", "training/train.py"), {"settings", "distil"}),
    BaselineConfig: (("training/baseline_run.py",), {"config"}),
    PretrainConfig: (("training/pretrain.py",), {"config"}),
    TextCorpus: (("training/pretrain.py",), {"one"}),
    LabelledFile: (("training/pretrain.py",), {"one"}),
    TokenizerSettings: (("training/pretrain.py",), {"tokenizer"}),
    EncoderSettings: (("training/small_encoder.py", "training/pretrain.py"), {"shape", "encoder"}),
    GeneratorSettings: (("training/small_encoder.py", "training/pretrain.py"), {"shape", "generator"}),
    SkipGramSettings: (("training/pretrain.py",), {"skip"}),
}
ELSEWHERE = {
    TrainConfig: {"kind"},  # read from the plain data, before the class is chosen: see the command
    BaselineConfig: {"kind"},
    DistilSettings: {"model"},  # by way of `models`
    LayersSettings: {"entities", "triggers"},  # by getattr, over the scheme's span layers
}


def _read(files: tuple[str, ...], names: set[str]) -> set[str]:
    """The attributes that the files read of anything called by one of the names, be it a variable or an attribute itself."""
    found = set()
    for file in files:
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                owner = node.value
                called = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else None
                if called in names:
                    found.add(node.attr)
    return found


@pytest.mark.parametrize("kind", USES, ids=lambda kind: kind.__name__)
def test_every_setting_is_read(kind: type[Settings]) -> None:
    files, names = USES[kind]
    assert set(kind.model_fields) - _read(files, names) == ELSEWHERE.get(kind, set())


def test_every_group_of_settings_is_looked_at() -> None:
    groups = {one for kind in (TrainConfig, BaselineConfig, PretrainConfig) for one in _groups(kind)}
    assert groups == {*USES, LossSettings}


def _groups(kind: Any) -> set[type[Settings]]:
    if isinstance(kind, type) and issubclass(kind, Settings):
        return {kind, *(one for field in kind.model_fields.values() for one in _groups(field.annotation))}
    return {one for inner in getattr(kind, "__args__", ()) for one in _groups(inner)}


def test_every_loss_is_that_of_a_head() -> None:
    heads = heads_of(Scheme(entities=("A",), triggers=("B",), roles=("D",), sentence_labels=("C",)), arguments=True)
    assert set(LossSettings.model_fields) == set(heads)


@pytest.mark.parametrize("kind", [*USES, LossSettings], ids=lambda kind: kind.__name__)
def test_every_setting_has_its_sentence(kind: type[Settings]) -> None:
    for name, field in kind.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
