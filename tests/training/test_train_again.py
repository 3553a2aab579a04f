"""Training: a run can be repeated, taken up again from the middle, made longer; its best epoch is kept."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training needs the extra train")

import torch
from safetensors.torch import load_file

from hadath import HadathError
from hadath.training import train as module

from .tiny_runs import checkpoints, history, same


def interrupt_in_epoch(monkeypatch, number):
    """Interrupts a training in the middle of an epoch, counted from 0."""
    original = module.TaggerTrainer.compute_loss

    def compute_loss(self, *args, **kwargs):
        if (self.state.epoch or 0) > number + 0.4:
            raise KeyboardInterrupt
        return original(self, *args, **kwargs)

    monkeypatch.setattr(module.TaggerTrainer, "compute_loss", compute_loss)


def test_two_runs_of_one_config_are_the_same(quick, config, tmp_path):
    one = module.train(config(epochs=2)).parent
    other = module.train(config(epochs=2, runs=str(tmp_path / "again"))).parent
    assert history(one) == history(other)
    assert same(one / "model" / "model.safetensors", other / "model" / "model.safetensors")
    third = module.train(config(runs=str(tmp_path / "seed"), seed=2, max_steps=1)).parent
    assert history(third)[0]["loss"] != history(one)[0]["loss"]


def test_the_loss_falls(quick, config):
    run = module.train(config(epochs=8, dropout=0.0)).parent
    losses = [row["loss"] for row in history(run) if "loss" in row]
    assert sum(losses[-4:]) < 0.7 * sum(losses[:4])


def test_an_interrupted_run_ends_as_one_that_was_not(quick, config, monkeypatch, tmp_path):
    whole = module.train(config()).parent
    with monkeypatch.context() as patch:
        interrupt_in_epoch(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            module.train(config(runs=str(tmp_path / "cut")))
    cut = tmp_path / "cut" / "tiny"
    assert len(checkpoints(cut)) == 1
    assert not (cut / "model").exists()
    assert module.train(config(runs=str(tmp_path / "cut"))).parent == cut
    assert [one.name for one in checkpoints(cut)] == [one.name for one in checkpoints(whole)]
    assert same(checkpoints(cut)[-1] / "model.safetensors", checkpoints(whole)[-1] / "model.safetensors")
    assert same(cut / "model" / "model.safetensors", whole / "model" / "model.safetensors")
    losses = [[(row["step"], row["loss"]) for row in history(run) if "loss" in row] for run in (cut, whole)]
    assert losses[0] == losses[1]


def test_patience_lasts_over_an_interruption(quick, config, monkeypatch, tmp_path):
    """Two epochs in a row without a better score end a run, also if it was interrupted between them."""
    monkeypatch.setattr(module, "_measure", lambda *_: {"score": next(scores)})
    scores = iter([0.5, 0.4, 0.3, 0.2, 0.1])
    settings = config(epochs=5, patience=2)
    with monkeypatch.context() as patch:
        interrupt_in_epoch(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            module.train(settings)
    for _ in range(2):  # the second call finds that there is nothing left to do
        run = module.train(settings).parent
        assert [row["eval_score"] for row in history(run) if "eval_score" in row] == [0.5, 0.4, 0.3]


def test_the_best_epoch_is_kept(quick, config, monkeypatch):
    scores = iter([0.1, 0.9, 0.2, 0.3])
    monkeypatch.setattr(module, "_measure", lambda *_: {"score": next(scores)})
    run = module.train(config(epochs=4)).parent
    best, last = checkpoints(run)
    tensors = load_file(run / "model" / "model.safetensors")
    for checkpoint, equal in ((best, True), (last, False)):
        heads = {name: value for name, value in load_file(checkpoint / "model.safetensors").items() if name.startswith("heads.")}
        assert heads
        assert all(torch.equal(value, tensors[name]) for name, value in heads.items()) == equal


@pytest.mark.parametrize("limit", [{"max_steps": 4}, {"epochs": 1}])
def test_a_finished_run_called_again_says_the_same(quick, config, limit):
    run = module.train(config(**limit)).parent
    before = load_file(run / "model" / "model.safetensors"), history(run), [one.name for one in checkpoints(run)]
    module.train(config(**limit))
    after = load_file(run / "model" / "model.safetensors"), history(run), [one.name for one in checkpoints(run)]
    assert all(torch.equal(value, after[0][name]) for name, value in before[0].items())
    steps = [[row["step"] for row in rows if "loss" in row] for rows in (before[1], after[1])]
    assert steps[0] == steps[1]
    assert before[2] == after[2]


def test_a_run_can_be_made_longer_but_not_another(quick, config):
    run = module.train(config(max_steps=3)).parent
    module.train(config(max_steps=5))
    assert [row["step"] for row in history(run) if "loss" in row] == [1, 2, 3, 4, 5]
    with pytest.raises(HadathError, match=r"holds a run with other settings \(batch, rate\)"):
        module.train(config(rate=0.1, batch=2))
