"""Muon together with AdamW: every parameter once, one schedule for both, a state that comes back."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from hadath.training.optimizers import Together, muon_with_adamw


class Small(nn.Module):
    """An embedding, a layer with a matrix and a norm, and a head: the names are what tells them apart."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList([nn.ModuleDict({"inside": nn.Linear(8, 8), "norm": nn.LayerNorm(8)})])
        self.head = nn.Linear(8, 20)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        layer = self.encoder.layers[0]
        states = self.embed(ids)
        return self.head(states + layer["norm"](layer["inside"](states)))


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, seed: int) -> float:
    ids = torch.randint(20, (16,), generator=torch.Generator().manual_seed(seed))
    loss = nn.functional.cross_entropy(model(ids), (ids * 7 + 3) % 20)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


@pytest.fixture
def model() -> Small:
    torch.manual_seed(0)
    return Small()


def _optimizer(model: nn.Module) -> torch.optim.Optimizer:
    return muon_with_adamw(model, rate=1e-2, muon_rate=2e-2, weight_decay=0.1)


def test_every_parameter_is_in_one_group(model: Small) -> None:
    optimizer = _optimizer(model)
    held = [id(one) for group in optimizer.param_groups for one in group["params"]]
    assert sorted(held) == sorted(id(one) for one in model.parameters())
    inner = [one for group in optimizer.parts[0].param_groups for one in group["params"]]
    assert [id(one) for one in inner] == [id(model.encoder.layers[0]["inside"].weight)]
    decays = {id(one): group["weight_decay"] for group in optimizer.param_groups for one in group["params"]}
    assert all(decays[id(one)] == (0.1 if one.ndim > 1 else 0.0) for one in model.parameters())


def test_without_a_rate_of_its_own_it_is_adamw(model: Small) -> None:
    optimizer = muon_with_adamw(model, rate=1e-2, muon_rate=None, weight_decay=0.1)
    assert type(optimizer) is torch.optim.AdamW
    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(list(model.parameters()))


def test_it_learns(model: Small) -> None:
    optimizer = _optimizer(model)
    before = {name: value.clone() for name, value in model.named_parameters()}
    losses = [_step(model, optimizer, seed) for seed in range(150)]
    assert sum(losses[-10:]) < 0.2 * sum(losses[:10])
    assert all(not torch.equal(before[name], value) for name, value in model.named_parameters())


def test_a_schedule_reaches_both_also_after_loading(model: Small) -> None:
    optimizer = _optimizer(model)
    _step(model, optimizer, 0)
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    _step(model, optimizer, 1)
    schedule.step()
    rates = [group["lr"] for part in optimizer.parts for group in part.param_groups]
    assert rates == pytest.approx([1e-2, 0.5e-2, 0.5e-2])


def test_going_on_from_a_saved_state_changes_nothing(model: Small) -> None:
    optimizer = _optimizer(model)
    for seed in range(5):
        _step(model, optimizer, seed)
    other = copy.deepcopy(model)
    again = _optimizer(other)
    assert isinstance(again, Together)
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for seed in range(5, 10):
        assert _step(model, optimizer, seed) == _step(other, again, seed)
    for one, two in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, two)


def test_a_closure_is_called_once(model: Small) -> None:
    optimizer = _optimizer(model)
    calls = []
    assert optimizer.step(lambda: calls.append(1) or 0.5) == 0.5
    assert calls == [1]
