"""Pretraining the small encoder on packed text, from a config, in stages that are each done once.

The folder of the run holds the tokenizer, the encoded corpora, the skip-gram vectors, the checkpoints, the curve and, at the end, `encoder/`, which
`AutoModel` and every tagger config can load. The same command goes on where it was interrupted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import nn
from torch.utils.data import Dataset
from transformers import AutoModel, EvalPrediction, Trainer, set_seed

from ..models import folder as names
from ..models.errors import HadathError
from .batches import dice_of
from .corpora import read_sentences
from .duplicates import Sentences
from .optimizers import muon_with_adamw
from .pretrain_config import EncoderSettings, PretrainConfig
from .replaced_tokens import ReplacedTokens
from .runs import find_files, open_run
from .small_encoder import PositionsMaskedLM, encoder_config, grow, wrap_tokenizer
from .text_corpus import MASK, SPECIAL, encode_corpus, read_documents, skip_gram_vectors, train_tokenizer
from .trainer import WholeBatches, train_on

# What may change between two calls of the same run: how long it goes on, how it is run and what is written, not what it learns from
_FREE = ("steps", "decay", "save_every", "log_every", "compile", "bf16", "accumulate", "half", "keep_of_start")


class Blocks(Dataset):
    """Corpora of packed ids as blocks of one length; a weight above or below 1 repeats or thins out a corpus's blocks.

    Args:
        corpora: Arrays of ids with their weights.
        length: Pieces in a block.
        seed: Chooses the blocks of a thinned corpus.
    """

    def __init__(self, corpora: list[tuple[np.ndarray, float]], length: int, seed: int) -> None:
        chooser = np.random.default_rng(seed)
        self.length = length
        self.arrays = [ids for ids, _ in corpora]
        where: list[np.ndarray] = []
        for index, (ids, weight) in enumerate(corpora):
            count = len(ids) // length
            whole, rest = divmod(weight, 1.0)
            chosen = np.concatenate([np.tile(np.arange(count), int(whole)), np.sort(chooser.permutation(count)[: round(count * rest)])])
            where.append(np.stack([np.full(len(chosen), index), chosen], axis=1))
        self.where = np.concatenate(where)

    def __len__(self) -> int:
        return len(self.where)

    def __getitem__(self, index: int) -> torch.Tensor:
        array, block = self.where[index]
        ids = self.arrays[array][block * self.length : (block + 1) * self.length]
        return torch.from_numpy(ids.astype(np.int64))


class Masker:
    """Makes a batch of blocks and hides a fixed number of pieces in it, so that every step has tensors of the same shape.

    Which ones, the batch itself decides. The held-out blocks have the same pieces hidden at every evaluation.

    Args:
        share: Share of the pieces to guess.
        vocabulary: Number of pieces.
        all_hidden: Each of them is masked, for a generator to fill; otherwise one in ten is left and one in ten another piece.
    """

    def __init__(self, share: float, vocabulary: int, all_hidden: bool = False) -> None:
        self.share, self.vocabulary, self.all_hidden = share, vocabulary, all_hidden

    def __call__(self, blocks: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """Batches blocks.

        Returns:
            `input_ids`, shape (blocks, length); `positions`, indices into the flattened batch, and `labels`, the pieces that stood there, both of
            shape (guesses,); for a generator `dice` of that shape, numbers between 0 and 1.
        """
        ids = torch.stack(blocks)
        chance = dice_of(ids)
        flat = ids.reshape(-1).clone()
        guesses = max(1, int(len(flat) * self.share))
        positions = torch.randperm(len(flat), generator=chance)[:guesses].sort().values
        labels = flat[positions].clone()
        dice = torch.rand(guesses, generator=chance)
        if self.all_hidden:
            flat[positions] = MASK
            return {"input_ids": flat.view_as(ids), "positions": positions, "labels": labels, "dice": dice}
        flat[positions[dice < 0.8]] = MASK
        replaced = positions[(dice >= 0.8) & (dice < 0.9)]
        flat[replaced] = torch.randint(len(SPECIAL), self.vocabulary, (len(replaced),), generator=chance)
        return {"input_ids": flat.view_as(ids), "positions": positions, "labels": labels}


class _Pretrainer(Trainer):
    """The Trainer, with evaluation by the loss alone, and Muon where the config asks for it."""

    optimizer: torch.optim.Optimizer | None

    def __init__(self, *, muon_rate: float | None, **others: Any) -> None:
        super().__init__(**others)
        self._muon_rate = muon_rate

    def create_optimizer(self, *args: Any, **kwargs: Any) -> torch.optim.Optimizer:
        if self.optimizer is None:
            model: Any = self.model
            self.optimizer = muon_with_adamw(model, rate=self.args.learning_rate, muon_rate=self._muon_rate, weight_decay=self.args.weight_decay)
        return self.optimizer

    def prediction_step(self, model: nn.Module, inputs: dict[str, Any], prediction_loss_only: bool, ignore_keys: list[str] | None = None) -> Any:
        with torch.no_grad(), self.compute_loss_context_manager():
            found = model(**self._prepare_inputs(inputs))
        parts = found.get("parts")
        return found["loss"].detach().float(), parts, parts  # the Trainer measures predictions only where there are labels


def _parts(found: EvalPrediction) -> dict[str, float]:
    """The means of the losses of `ReplacedTokens` over the batches of an evaluation."""
    means = found.predictions.mean(0).tolist()
    return dict(zip(("generator_loss", "discriminator_loss", "restored_loss")[: len(means)], means, strict=True))


def pretrain(config: PretrainConfig) -> Path:
    """Runs a pretraining, or what is left of it.

    Returns:
        The folder of the encoder.

    Raises:
        HadathError: The run folder holds a run of another config or text; a corpus cannot be read.
    """
    files = [*(one.path for one in config.corpora), *(one.path for one in config.leave_out)]
    if config.start:
        start = Path(names.encoder_source(config.start))
        files += [str(start / names.WEIGHTS), str(start / names.TOKENIZER)]
    find_files(files)
    run = open_run(Path(config.runs) / config.name, config, files, free=_FREE)
    set_seed(config.seed)
    labelled = [sentence for one in config.leave_out for sentence in read_sentences(one.path, one.column)]
    leave_out = Sentences(labelled) if labelled else None
    tokenizer = _tokenizer(config, run, leave_out)
    size = tokenizer.get_vocab_size()
    arrays = [encode_corpus(one.path, tokenizer, run / f"ids-{index}.bin", leave_out) for index, one in enumerate(config.corpora)]
    vectors = _vectors(config, run, arrays, size)
    kept = max(1, config.held_out // len(arrays)) * config.sequence
    held = Blocks([(ids[-kept:], 1.0) for ids in arrays], config.sequence, config.seed)
    blocks = Blocks([(ids[:-kept], one.weight) for ids, one in zip(arrays, config.corpora, strict=True)], config.sequence, config.seed)
    batch = config.tokens_per_step // config.sequence
    if len(blocks) < batch:
        raise HadathError(
            f"the text leaves {len(blocks)} blocks of {config.sequence} pieces to learn from, and a step takes {batch}; give more text, or lower held_out or"
            " tokens_per_step"
        )
    model = _model(config, size, vectors)
    replaced = config.objective == "replaced"
    if config.compile:
        model.compile_parts()
    trainer = _Pretrainer(
        model=model,
        args=_arguments(config, run),
        train_dataset=blocks,
        eval_dataset=held,
        data_collator=Masker(config.masked, size, all_hidden=replaced),
        compute_metrics=_parts if replaced else None,
        muon_rate=config.muon_rate,
    )
    train_on(trainer, run)
    measured = trainer.evaluate()
    return _save(config, run, trainer, tokenizer, measured)


def _tokenizer(config: PretrainConfig, run: Path, leave_out: Sentences | None) -> Tokenizer:
    path = run / "tokenizer.json"
    ready = str(Path(names.encoder_source(config.start)) / names.TOKENIZER) if config.start else config.tokenizer.path
    if ready and not path.exists():
        try:
            tokenizer = Tokenizer.from_file(ready)
        except Exception as fault:  # tokenizers raises bare Exception
            key, kind = ("start", "the folder of an encoder") if config.start else ("tokenizer.path", "a tokenizer.json, or null to train one")
            raise HadathError(f"{key}: {ready} cannot be read: {fault}; it takes {kind}") from None
        if any(tokenizer.token_to_id(one) != number for number, one in enumerate(SPECIAL)):
            raise HadathError(f"{ready}: its first pieces are not {', '.join(SPECIAL)}; take one that hadath pretrain has trained")
        tokenizer.save(str(path))
    if not path.exists():
        limit = config.tokenizer.documents
        documents = chain.from_iterable(islice(read_documents(one.path), limit) for one in config.corpora)
        texts = (one for one in documents if leave_out is None or not leave_out.stand_in(one))
        train_tokenizer(texts, size=config.tokenizer.size, min_frequency=config.tokenizer.min_frequency).save(str(path))
    return Tokenizer.from_file(str(path))


def _vectors(config: PretrainConfig, run: Path, arrays: list[np.ndarray], size: int) -> np.ndarray | None:
    skip = config.skip_gram
    if skip is None or config.start:
        return None
    path = run / "vectors.npy"
    if not path.exists():
        vectors = skip_gram_vectors(
            arrays,
            vocabulary=size,
            width=config.encoder.width,
            pieces=skip.pieces,
            epochs=skip.epochs,
            window=skip.window,
            seed=config.seed,
            threads=torch.get_num_threads(),
        )
        np.save(path, vectors)
    vectors = np.load(path)
    return (vectors - vectors.mean(0)) / vectors.std() * skip.scale


def _model(config: PretrainConfig, size: int, vectors: np.ndarray | None) -> PositionsMaskedLM | ReplacedTokens:
    positions = config.encoder.positions
    shape = encoder_config(config.encoder, size, positions)
    model: PositionsMaskedLM | ReplacedTokens
    if config.objective == "replaced":
        model = ReplacedTokens(shape, encoder_config(config.generator, size, positions), config.generator.weight, config.generator.restore)
    else:
        model = PositionsMaskedLM(shape)
    with torch.no_grad():
        if config.start:
            model.model.load_state_dict(_start(config.start, config.encoder, size))
        elif vectors is not None:
            model.model.embeddings.tok_embeddings.weight.copy_(torch.from_numpy(vectors))
    return model


def _start(name: str, shape: EncoderSettings, size: int) -> dict[str, torch.Tensor]:
    """The weights of a finished encoder, which must have the shape that is asked for, or fewer layers."""
    try:
        encoder = AutoModel.from_pretrained(names.encoder_source(name), dtype=torch.float32)
    except (OSError, ValueError, KeyError, SafetensorError) as fault:
        raise HadathError(f'start: the encoder "{name}" cannot be loaded: {" ".join(str(fault).split())[:200]}') from None
    found = encoder.config
    layers = min(shape.layers, int(getattr(found, "num_hidden_layers", 0))) or shape.layers
    wanted = encoder_config(shape.model_copy(update={"layers": layers}), size, shape.positions)
    keys: tuple[str, ...] = ("model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    keys = (*keys, "max_position_embeddings", "layer_types", "rope_parameters", "attention_bias", "mlp_bias", "norm_bias")
    differ = [f"{key} {getattr(found, key, None)}, not {getattr(wanted, key)}" for key in keys if getattr(found, key, None) != getattr(wanted, key)]
    if differ:
        raise HadathError(f'start: the encoder "{name}" has another shape than `encoder` says, or more layers: {"; ".join(differ)}')
    return grow(encoder.state_dict(), layers, shape.layers)


def _arguments(config: PretrainConfig, run: Path) -> WholeBatches:
    return WholeBatches(
        output_dir=str(run / "checkpoints"),
        max_steps=config.steps,
        per_device_train_batch_size=config.tokens_per_step // config.sequence,
        per_device_eval_batch_size=max(1, min(config.tokens_per_step // config.sequence, config.held_out // 2)),
        gradient_accumulation_steps=config.accumulate,
        learning_rate=config.rate,
        weight_decay=config.weight_decay,
        max_grad_norm=config.clip,
        lr_scheduler_type="warmup_stable_decay",
        lr_scheduler_kwargs={"num_decay_steps": config.decay, "decay_type": "linear", "min_lr_ratio": 0.02},
        warmup_steps=config.warm_up,
        use_cpu=not torch.cuda.is_available(),
        bf16=config.bf16,
        eval_strategy="steps",
        eval_steps=config.save_every,
        save_steps=config.save_every,
        save_total_limit=2,
        logging_steps=config.log_every,
        report_to="none",  # `train_on` adds TensorBoard
        seed=config.seed,
        dataloader_drop_last=True,
        remove_unused_columns=False,
        label_names=["labels"],
    )


def _save(config: PretrainConfig, run: Path, trainer: Trainer, tokenizer: Tokenizer, measured: Mapping[str, float]) -> Path:
    out = run / "encoder"
    model: Any = trainer.model
    encoder = model.model
    weights = encoder.state_dict()
    if config.start and config.keep_of_start:
        # Wortsman et al., "Robust fine-tuning of zero-shot models", 2022: what was learnt last and what it was learnt from, at once
        before = _start(config.start, config.encoder, tokenizer.get_vocab_size())
        weights = {name: torch.lerp(value, before[name].to(value.device), config.keep_of_start) for name, value in weights.items()}
    weights = {name: value.half() if config.half else value for name, value in weights.items()}
    encoder.save_pretrained(out, state_dict=weights)
    wrap_tokenizer(tokenizer, config.encoder.positions).save_pretrained(out)
    (run / "curve.json").write_text(json.dumps(trainer.state.log_history, indent=1), encoding="utf-8")
    seen = trainer.state.global_step * config.tokens_per_step * config.accumulate
    summary = {
        "steps": trainer.state.global_step,
        "pieces_seen": seen,
        "held_out_loss": measured["eval_loss"],  # of what was learnt, before any of the start is mixed in
        **({"held_out_perplexity": math.exp(measured["eval_loss"])} if config.objective == "masked" else {}),
        "parameters": sum(p.numel() for p in model.model.parameters()),
    }
    (run / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    return out
