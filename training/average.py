"""Averaging the weights of several runs that began alike.

Runs from the same encoder and the same untrained heads, which saw the examples in different orders, end in one valley; its middle is flatter, and better,
than their ends.

Source: Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time", 2022.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from ..inference.loading import load_tokenizer
from ..models.errors import HadathError
from ..models.scheme import load_scheme
from ..models.spec import TaggerSpec
from ..models.storage import load_tagger
from .config import TrainConfig
from .corpora import read_dev
from .publish import publish
from .settings import dump_settings, load_settings


def average(runs: Sequence[Path], out: Path) -> Path:
    """Makes a run folder whose model is the mean of others', with openness, temperatures and thresholds fitted anew on the dev files of the first.

    Args:
        runs: Finished run folders of `train`, two or more.
        out: The folder to make.

    Returns:
        The model folder.

    Raises:
        HadathError: A run is not finished, they differ in scheme, tokenizer, heads or seed, or the folder is there.
    """
    if len(runs) < 2:
        raise HadathError(f"averaging takes two finished runs or more, got {len(runs)}")
    if out.exists():
        raise HadathError(f"{out} is there already; name another folder, or remove it")
    for run in runs:
        if not (run / "report.json").exists():
            raise HadathError(
                f"{run} is no finished run of a tagger: it holds no report.json; give the folders that hold config.yaml, model/ and report.json"
            )
    configs = [load_settings(TrainConfig, run / "config.yaml") for run in runs]
    specs = [TaggerSpec.load(run / "model") for run in runs]
    for run, config, spec in zip(runs[1:], configs[1:], specs[1:], strict=True):
        differ = [name for name in ("encoder", "seed") if getattr(config, name) != getattr(configs[0], name)]
        differ += [name for name in ("scheme", "normalisation", "heads", "pieces") if getattr(spec, name) != getattr(specs[0], name)]
        if differ:
            raise HadathError(
                f"{run} and {runs[0]} differ in {', '.join(differ)}; only runs that began alike can be averaged (same seed, other shuffle)"
            )
    tagger = load_tagger(runs[0] / "model", specs[0])
    others = [load_tagger(run / "model", spec).state_dict() for run, spec in zip(runs[1:], specs[1:], strict=True)]
    state = tagger.state_dict()
    with torch.no_grad():
        for name, value in state.items():
            if value.is_floating_point():
                value.copy_(torch.stack([value, *(one[name] for one in others)]).mean(dim=0))
    config = configs[0].model_copy(update={"name": out.name})
    dev = read_dev(config.dev, config.dev_column, load_scheme(config.scheme))
    spec = replace(specs[0], openness={}, temperatures={}, thresholds={})
    reports = [json.loads((run / "report.json").read_text(encoding="utf-8"))["facts"] for run in runs]
    facts = {"averaged": [run.name for run in runs], **{key: sum(one.get(key, 0) for one in reports) for key in ("steps", "seconds")}}
    out.mkdir(parents=True)
    (out / "config.yaml").write_text(dump_settings(config), encoding="utf-8")
    return publish(out, config, tagger, spec, load_tokenizer(runs[0] / "model"), dev, [], facts)
