"""Smoothing changes nothing in full precision, and evens the channels out."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="export needs torch (extra train)")

import torch

from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.models.storage import load_tagger, new_tagger
from hadath.models.tagger import Tagger
from hadath.training.smoothing import _largest_inputs, _readers, smoothed

WINDOWS = [[2, *range(10 + at, 40 + at), 3] for at in range(0, 60, 7)]


def _uneven(tagger: Tagger) -> Tagger:
    """With channels that are a hundred times as large as others, as a trained encoder has them."""
    with torch.no_grad():
        for layer in tagger.encoder.layers:  # type: ignore[union-attr]
            layer.mlp_norm.weight[3] *= 100
            layer.mlp.Wi.weight[-5] *= 100
    return tagger


def _ratios(tagger: Tagger) -> list[float]:
    readers = [one for layer in tagger.encoder.layers for one in _readers(layer)[:3]]  # type: ignore[union-attr]
    largest = _largest_inputs(tagger, readers, WINDOWS)
    return [float(one.max() / one.median()) for one in largest.values()]


def test_the_tagger_says_the_same_and_its_channels_are_alike(tiny_model: Path) -> None:
    tagger = _uneven(load_tagger(tiny_model, TaggerSpec.load(tiny_model)))
    before = {name: value.clone() for name, value in tagger.state_dict().items()}
    changed = smoothed(tagger, WINDOWS)
    ids = torch.tensor([WINDOWS[0]])
    with torch.no_grad():
        first, second = tagger(ids, torch.ones_like(ids)), changed(ids, torch.ones_like(ids))
    for name, values in first.items():
        assert (values - second[name]).abs().max() <= 1e-4 * values.abs().max(), name
    assert all((value == before[name]).all() for name, value in tagger.state_dict().items())  # the tagger itself is left alone
    uneven, even = _ratios(tagger), _ratios(changed)
    assert max(even) < max(uneven) / 3


def test_an_encoder_of_another_build_is_left_as_it_is(tiny_arabert: Path) -> None:
    tagger = new_tagger(str(tiny_arabert), TaggerSpec(Scheme(entities=("PER",))))
    assert smoothed(tagger, WINDOWS) is tagger


def test_without_text_nothing_is_measured(tiny_model: Path) -> None:
    tagger = load_tagger(tiny_model, TaggerSpec.load(tiny_model))
    assert smoothed(tagger, []) is tagger
