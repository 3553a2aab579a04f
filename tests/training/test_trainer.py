"""Learning rates by depth, for encoders whose parameters are named differently; the trainer as it goes through epochs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the trainer needs torch (extra train)")

import torch

from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.models.storage import new_tagger
from hadath.training.batches import Collator, CorpusSampler
from hadath.training.losses import TaggerLoss
from hadath.training.trainer import Rates, TaggerTrainer, WholeBatches, parameter_groups

SPEC = TaggerSpec(Scheme(entities=("PER", "LOC"), sentence_labels=("ASSAULT",)))
RATE, WEIGHT_DECAY = 1e-3, 0.01
RATES = Rates(RATE, heads=10.0, layer_decay=0.5)

# By the beginning of a parameter's name, its rate: worked out for two layers. The longest beginning that fits counts.
BERT = {
    "heads.": 1e-2,
    "encoder.encoder.layer.1.": 1e-3,
    "encoder.encoder.layer.0.": 0.5e-3,
    "encoder.embeddings.": 0.25e-3,
    "encoder.pooler.": 1e-3,
}
MODERNBERT = {
    "heads.": 1e-2,
    "encoder.final_norm.": 1e-3,
    "encoder.layers.1.": 1e-3,
    "encoder.layers.0.": 0.5e-3,
    "encoder.embeddings.": 0.25e-3,
}


@pytest.fixture(params=["bert", "modernbert"])
def encoder(request: pytest.FixtureRequest) -> tuple[str, dict[str, float]]:
    if request.param == "bert":
        return str(request.getfixturevalue("tiny_arabert")), BERT
    return str(request.getfixturevalue("tiny_encoder")), MODERNBERT


def _by_name(model: Any, groups: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    settings = {id(one): (group["lr"], group["weight_decay"]) for group in groups for one in group["params"]}
    return {name: settings[id(one)] for name, one in model.named_parameters()}


def test_every_parameter_is_in_one_group_once(encoder: tuple[str, dict[str, float]]) -> None:
    tagger = new_tagger(encoder[0], SPEC)
    groups = parameter_groups(tagger, RATES, WEIGHT_DECAY)
    seen = Counter(id(one) for group in groups for one in group["params"])
    assert set(seen.values()) == {1}
    assert set(seen) == {id(one) for one in tagger.parameters()}
    assert len({(group["lr"], group["weight_decay"]) for group in groups}) == len(groups)


def test_rates_fall_from_the_heads_to_the_embeddings(encoder: tuple[str, dict[str, float]]) -> None:
    tagger = new_tagger(encoder[0], SPEC)
    found = _by_name(tagger, parameter_groups(tagger, RATES, WEIGHT_DECAY))
    told: Counter[str] = Counter()
    for name, (rate, _) in found.items():
        (begin,) = (one for one in encoder[1] if name.startswith(one))
        told[begin] += 1
        assert rate == pytest.approx(encoder[1][begin]), name
    assert set(told) == set(encoder[1])


def test_matrices_decay_and_vectors_do_not(encoder: tuple[str, dict[str, float]]) -> None:
    tagger = new_tagger(encoder[0], SPEC)
    found = _by_name(tagger, parameter_groups(tagger, RATES, WEIGHT_DECAY))
    for name, parameter in tagger.named_parameters():
        vector = name.endswith(".bias") or "norm" in name.lower()
        assert found[name][1] == (0.0 if vector else WEIGHT_DECAY), name
        assert vector == (parameter.ndim == 1), name


def test_without_decay_the_whole_encoder_has_one_rate(encoder: tuple[str, dict[str, float]]) -> None:
    tagger = new_tagger(encoder[0], SPEC)
    found = _by_name(tagger, parameter_groups(tagger, Rates(RATE), 0.0))
    assert set(found.values()) == {(RATE, 0.0)}


@pytest.mark.parametrize("factor", [0.0, 0.125])
def test_the_embeddings_may_have_a_rate_of_their_own(encoder: tuple[str, dict[str, float]], factor: float) -> None:
    tagger = new_tagger(encoder[0], SPEC)
    usual = _by_name(tagger, parameter_groups(tagger, RATES, WEIGHT_DECAY))
    found = _by_name(tagger, parameter_groups(tagger, replace(RATES, embeddings=factor), WEIGHT_DECAY))
    changed = {name for name in found if found[name] != usual[name]}
    assert changed == {name for name in found if "embed" in name}
    assert {found[name][0] for name in changed} == {RATE * factor}


# The trainer itself, on examples that say who they are


class _Listening(TaggerTrainer):
    """Writes down the second piece of every example, in the order they come."""

    heard: list[int]

    def compute_loss(self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, **others: Any) -> Any:
        self.heard = [*getattr(self, "heard", []), *inputs["input_ids"][:, 1].tolist()]
        return super().compute_loss(model, inputs, return_outputs, **others)


EXAMPLES = [
    {
        "input_ids": [2, 10 + one, *[40] * (one % 5), 3],
        "entities": [0, 1 + one % 2, *[0] * (one % 5), 0],
        "proclitics": [-1] * (3 + one % 5),
        "paragraph": [-1, 0, *[0] * (one % 5), -1],
        "labels": [[one % 2]],
    }
    for one in range(20)
]


def _trainer(encoder: Path, folder: Path, agreement: float = 0.0, **others: Any) -> _Listening:
    from datasets import Dataset
    from transformers import TrainingArguments

    torch.manual_seed(0)
    tags = torch.zeros(3, SPEC.heads["entities"].size, dtype=torch.bool)
    tags[0], tags[1, 0], tags[2, 1] = True, True, True
    scores = iter([0.5, 0.25, 0.75])
    return _Listening(
        model=new_tagger(str(encoder), SPEC),
        args=TrainingArguments(
            output_dir=str(folder),
            per_device_train_batch_size=4,
            learning_rate=RATE,
            weight_decay=WEIGHT_DECAY,
            eval_strategy="epoch",
            save_strategy="epoch",
            logging_steps=1,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            remove_unused_columns=False,
            label_names=["labels"],
            **others,
        ),
        train_dataset=Dataset.from_list(EXAMPLES),
        eval_dataset=Dataset.from_list(EXAMPLES[:1]),
        data_collator=Collator(0),
        loss=TaggerLoss({"entities": tags}, {"sentences": 0.5}),
        sampler=CorpusSampler([len(one["input_ids"]) for one in EXAMPLES], [(0, 20, 0.6)], 4, 3),
        measure=lambda: {"score": next(scores)},
        rates=RATES,
        agreement=agreement,
    )


def _order(epoch: int) -> list[int]:
    sampler = CorpusSampler([len(one["input_ids"]) for one in EXAMPLES], [(0, 20, 0.6)], 4, 3)
    sampler.set_epoch(epoch)
    return [10 + one for one in sampler]


def test_each_epoch_has_the_order_of_its_number_also_when_a_run_goes_on(tiny_encoder: Path, tmp_path: Path) -> None:
    whole = _trainer(tiny_encoder, tmp_path / "whole", num_train_epochs=3)
    whole.train()
    assert whole.heard == _order(0) + _order(1) + _order(2)
    assert _order(0) != _order(1)
    again = _trainer(tiny_encoder, tmp_path / "again", num_train_epochs=3)
    again.train(resume_from_checkpoint=str(tmp_path / "whole" / "checkpoint-6"))
    assert again.heard == _order(2)
    for one, other in zip(again.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_log_holds_each_layers_loss_and_they_add_up(tiny_encoder: Path, tmp_path: Path) -> None:
    trainer = _trainer(tiny_encoder, tmp_path, num_train_epochs=1)
    trainer.train()
    steps = [one for one in trainer.state.log_history if "loss" in one]
    assert len(steps) == 3
    for one in steps:
        assert one["loss_proclitics"] == 0.0
        assert one["loss_entities"] + one["loss_sentences"] == pytest.approx(one["loss"], abs=2e-4)
    assert [one["eval_score"] for one in trainer.state.log_history if "eval_score" in one] == [0.5]


def test_two_passes_are_drawn_together(tiny_encoder: Path, tmp_path: Path) -> None:
    apart = {}
    for weight in (0.001, 30.0):
        trainer = _trainer(tiny_encoder, tmp_path / f"{weight}", agreement=weight, max_steps=9)
        for one in trainer.model.modules():
            if isinstance(one, torch.nn.Dropout):
                one.p = 0.3
        trainer.train()
        steps = [one for one in trainer.state.log_history if "loss" in one]
        for one in steps:
            assert one["loss_entities"] + one["loss_sentences"] + one["loss_apart"] == pytest.approx(one["loss"], abs=2e-4)
        apart[weight] = [one["loss_apart"] / weight for one in steps]
    assert apart[30.0][0] == pytest.approx(apart[0.001][0], rel=0.05)
    assert sum(apart[30.0][-3:]) < 0.9 * sum(apart[0.001][-3:])


def test_the_losses_of_two_passes_are_averaged(tiny_encoder: Path, tmp_path: Path) -> None:
    trainer = _trainer(tiny_encoder, tmp_path, agreement=1e-9)
    batch = Collator(0)(EXAMPLES[:4])
    factors = iter([1.0, 2.0])

    def model(**given: Any) -> dict[str, torch.Tensor]:
        factor = next(factors)
        return {name: factor * values for name, values in trainer.model(**given).items()}

    trainer.model.eval()
    logits = trainer.model(batch["input_ids"], batch["attention_mask"])
    twice = {name: 2 * values for name, values in logits.items()}
    expected = sum(float(sum(trainer._loss(one, batch).values()).detach()) for one in (logits, twice)) / 2
    assert float(trainer.compute_loss(model, batch).detach()) == pytest.approx(expected, rel=1e-5)


def test_the_optimiser_has_the_groups_with_their_rates(tiny_encoder: Path, tmp_path: Path) -> None:
    trainer = _trainer(tiny_encoder, tmp_path, num_train_epochs=1)
    optimizer = trainer.create_optimizer()
    assert trainer.create_optimizer() is optimizer
    found = _by_name(trainer.model, optimizer.param_groups)
    assert found["heads.entities.weight"] == (pytest.approx(1e-2), WEIGHT_DECAY)
    assert found["encoder.embeddings.norm.weight"] == (pytest.approx(0.25e-3), 0.0)


def test_the_heads_learn_and_the_loss_falls(tiny_encoder: Path, tmp_path: Path) -> None:
    trainer = _trainer(tiny_encoder, tmp_path, max_steps=9)
    before = {name: one.detach().clone() for name, one in trainer.model.named_parameters()}
    trainer.train()
    losses = [one["loss"] for one in trainer.state.log_history if "loss" in one]
    assert sum(losses[-3:]) < sum(losses[:3])
    # what no example says anything of stays as it was, but for the decay of its matrix
    assert torch.equal(before["heads.proclitics.bias"], trainer.model.heads["proclitics"].bias)
    assert not torch.equal(before["heads.entities.bias"], trainer.model.heads["entities"].bias)


def test_batches_are_not_parted_over_gpus(tmp_path: Path) -> None:
    arguments = WholeBatches(output_dir=str(tmp_path), use_cpu=True)
    assert arguments.n_gpu <= 1
    arguments._n_gpu = 4  # as on a machine with four
    assert arguments.n_gpu == 1
    assert arguments.train_batch_size == arguments.per_device_train_batch_size
