"""The fixtures of the tests of whole runs. What they need of the extra train is imported when they are used."""

from __future__ import annotations

from functools import partial

import pytest


@pytest.fixture(scope="module")
def data(helpers, tmp_path_factory):
    """A few of the project's documents: enough for several steps, few enough to be measured in no time."""
    from .tiny_runs import lines

    folder = tmp_path_factory.mktemp("data")
    helpers.write_jsonl(folder / "train.jsonl", lines(helpers.QUICKSTART / "train.jsonl", 0, 8))
    helpers.write_jsonl(folder / "dev.jsonl", lines(helpers.QUICKSTART / "dev.jsonl", 0, 3))
    return folder


@pytest.fixture
def quick(monkeypatch):
    """Trainings without what takes most of the time."""
    from .tiny_runs import leave_out_the_rest

    leave_out_the_rest(monkeypatch)


@pytest.fixture
def config(tiny_encoder, data, tmp_path):
    """Makes the config of a tiny run, with changes."""
    from .tiny_runs import tiny_config

    return partial(tiny_config, tiny_encoder, data, tmp_path / "runs")
