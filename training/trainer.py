"""The Trainer of transformers, told how a tagger's loss, order of examples, learning rates and evaluation go."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors.torch import load_model
from torch import nn
from torch.utils.data import Sampler
from torch.utils.tensorboard import SummaryWriter
from transformers import Trainer, TrainerCallback, TrainerState, TrainingArguments
from transformers.integrations import TensorBoardCallback

from ..models import folder as names
from .distil import Teachers
from .losses import TaggerLoss
from .runs import last_checkpoint

_LAYER = re.compile(r"\.layers?\.(\d+)\.")


@dataclass(frozen=True)
class Rates:
    """How fast each part of a tagger learns.

    Args:
        base: Of the encoder's last layer, and of the scorer of arguments.
        heads: The heads' multiple of it.
        layer_decay: Factor from each layer to the one below.
        embeddings: The embeddings' multiple of `base`; None: they are one layer more below the lowest.
    """

    base: float
    heads: float = 1.0
    layer_decay: float = 1.0
    embeddings: float | None = None


class WholeBatches(TrainingArguments):
    """Arguments of a run whose batches hold indices into themselves (pairs, positions), which DataParallel would part from what they point at: a process
    uses one GPU, and ``torchrun`` starts one for each."""

    @property
    def n_gpu(self) -> int:
        return min(int(super().n_gpu), 1)


class TaggerTrainer(Trainer):
    """Trains a tagger.

    Args:
        loss: The loss of a batch.
        sampler: The order of the examples.
        measure: Scores the model as it stands, by name; called at each evaluation.
        rates: How fast each part learns.
        teachers: Say what is true of the rows that have `soft`; and the weight of the loss on them.
        agreement: Weight of how far two passes with different dropout are apart; with 0 there is one pass.
        others: Arguments of `transformers.Trainer`.
    """

    control: Any
    optimizer: torch.optim.Optimizer | None

    def __init__(
        self,
        *,
        loss: TaggerLoss,
        sampler: Sampler[int],
        measure: Callable[[], Mapping[str, float]],
        rates: Rates,
        teachers: tuple[Teachers, float] | None = None,
        agreement: float = 0.0,
        **others: Any,
    ) -> None:
        super().__init__(**others)
        self._loss = loss.to(self.args.device)
        self._sampler = sampler
        self._measure = measure
        self._rates = rates
        self._teachers = None if teachers is None else (teachers[0].to(self.args.device), teachers[1])
        self._agreement = agreement
        self._parts: dict[str, list[float]] = {}

    def compute_loss(self, model: nn.Module, inputs: dict[str, torch.Tensor], return_outputs: bool = False, **_: Any) -> Any:
        given = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"], "pairs": inputs.get("pairs")}
        passes: list[dict[str, torch.Tensor]] = [model(**given) for _ in range(2 if self._agreement else 1)]
        each = [self._loss(logits, inputs) for logits in passes]
        losses = {name: torch.stack([one[name] for one in each]).mean(dim=0) for name in each[0]}
        if self._agreement:
            losses["apart"] = self._agreement * self._loss.apart(passes[0], passes[1], inputs)
        if self._teachers is not None:
            teachers, weight = self._teachers
            # each loss is a mean over its own rows: a row weighs the same, whoever else is in the batch
            share = float((inputs["soft"] > 0).any(dim=1).float().mean())
            losses = {name: (1 - share) * value for name, value in losses.items()}
            for name, value in teachers.losses(*passes, batch=inputs).items():
                losses[f"{name}_taught"] = share * weight * self._loss.weights.get(name, 1.0) * value
        for name, value in losses.items():
            self._parts.setdefault(name, []).append(float(value.detach()))
        total = torch.stack(list(losses.values())).sum()
        return (total, passes[0]) if return_outputs else total

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        if "loss" in logs and self._parts:
            logs |= {f"loss_{name}": sum(values) / len(values) for name, values in self._parts.items()}
            self._parts.clear()
        super().log(logs, *args, **kwargs)

    def evaluate(self, *_: Any, metric_key_prefix: str = "eval", **__: Any) -> dict[str, float]:
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in self._measure().items()}
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def _get_train_sampler(self, *_: Any) -> Sampler[int]:
        return self._sampler

    def create_optimizer(self, *args: Any, **kwargs: Any) -> torch.optim.Optimizer:
        if self.optimizer is None:
            model: Any = self.model
            groups = parameter_groups(model, self._rates, self.args.weight_decay)
            self.optimizer = torch.optim.AdamW(groups, lr=self.args.learning_rate, betas=(0.9, 0.98), fused=True)
        return self.optimizer


class _OwnRate(TrainerCallback):
    """A run that is made longer goes on at the rate its own schedule has there, not at the one, next to nothing, with which the shorter had ended."""

    def on_train_begin(self, *_: Any, optimizer: Any = None, lr_scheduler: Any = None, **__: Any) -> None:
        for group, highest, share in zip(optimizer.param_groups, lr_scheduler.base_lrs, lr_scheduler.lr_lambdas, strict=True):
            group["lr"] = highest * share(lr_scheduler.last_epoch)


def train_on(trainer: Trainer, run: Path) -> None:
    """Trains from the newest checkpoint of a run; one that had come to its end is only loaded, since the Trainer would go on for another step."""
    checkpoint = last_checkpoint(run)
    if checkpoint:
        state = TrainerState.load_from_json(str(Path(checkpoint) / "trainer_state.json"))
        callbacks: Any = state.stateful_callbacks or {}
        control = callbacks.get("TrainerControl", {}).get("args", {})
        out_of_patience = control.get("should_training_stop", False) and state.global_step < state.max_steps
        if out_of_patience or 0 < trainer.args.max_steps <= state.global_step:
            trainer.state, model = state, cast(nn.Module, trainer.model)
            load_model(model, Path(state.best_model_checkpoint or checkpoint) / names.WEIGHTS)
            return
    trainer.add_callback(_OwnRate())
    # a writer of its own: the callback's would go into a folder with the machine's name, and what is logged behind the end into the current one
    trainer.add_callback(TensorBoardCallback(SummaryWriter(str(run / "tensorboard"))))
    trainer.train(resume_from_checkpoint=checkpoint)
    trainer.remove_callback(TensorBoardCallback)


def parameter_groups(model: nn.Module, rates: Rates, weight_decay: float) -> list[dict[str, Any]]:
    """The parameters by learning rate and weight decay: heads fastest, then the encoder from its last layer down to the embeddings.

    Args:
        model: A tagger.
        rates: How fast each part learns.
        weight_decay: On matrices; vectors (norms, biases) are left alone.
    """
    depths = [int(found[1]) for name, _ in model.named_parameters() if (found := _LAYER.search(name))]
    layers = max(depths, default=-1) + 1
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if name.startswith("arguments."):  # layers of their own, which a linear head's rate would throw about
            factor = 1.0
        elif not name.startswith("encoder."):
            factor = rates.heads
        elif found := _LAYER.search(name):
            factor = rates.layer_decay ** (layers - 1 - int(found[1]))
        elif "embed" not in name:  # a last norm above the layers
            factor = 1.0
        else:
            factor = rates.layer_decay**layers if rates.embeddings is None else rates.embeddings
        groups.setdefault((rates.base * factor, weight_decay if parameter.ndim > 1 else 0.0), []).append(parameter)
    return [{"params": several, "lr": lr, "weight_decay": decay} for (lr, decay), several in groups.items()]
