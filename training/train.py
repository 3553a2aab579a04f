"""Training a tagger from a config, from the first file to the folder that a predictor loads."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from tokenizers import Tokenizer
from transformers import AutoTokenizer, EarlyStoppingCallback, set_seed

from ..inference.encoding import Encoder
from ..inference.predictor import Predictor
from ..inference.torch_runtime import TorchRuntime
from ..models import folder as names
from ..models.documents import Document
from ..models.errors import HadathError
from ..models.scheme import Scheme, load_scheme
from ..models.spec import Pieces, TaggerSpec
from ..models.storage import keep_heads, new_tagger
from .batches import Collator, CorpusSampler
from .config import TrainConfig
from .corpora import Corpus, load_corpus, read_dev
from .distil import Teacher, Teachers, unlabelled
from .evaluation import evaluate
from .examples import ExampleMaker
from .losses import TaggerLoss
from .publish import publish
from .runs import find_files, open_run, versions
from .trainer import Rates, TaggerTrainer, WholeBatches, train_on

# Gold layers whose F1, averaged, chooses the best epoch
_CHOOSING = ("entities", "triggers", "sentence_labels")


def train(config: TrainConfig) -> Path:
    """Trains a tagger, or goes on where an interrupted run of the same config stopped.

    The run folder holds config, versions, data fingerprints, checkpoints, metrics, the report and `model/`, which `Predictor.load` opens.

    Returns:
        The model folder.

    Raises:
        HadathError: A file, a label or the encoder is not what the config says; the folder holds another run.
    """
    began = time.monotonic()
    scheme = load_scheme(config.scheme)
    files = [path for one in config.corpora for path in one.files] + list(config.dev) + (config.distil.text if config.distil else [])
    find_files(files)
    corpora = [load_corpus(one, scheme, config.seed) for one in config.corpora]
    dev = read_dev(config.dev, config.dev_column, scheme)
    run = open_run(Path(config.runs) / config.name, config, files, free=("epochs", "max_steps", "log_every", "licence"))
    set_seed(config.seed)
    tokenizer, special, mask = _tokenizer(config.encoder)
    if config.masked and mask is None:
        raise HadathError(f'"masked" is {config.masked:g}, and the tokenizer of "{config.encoder}" has no piece that masks others; set it to 0')
    proclitics = any(one.spans and not one.word_aligned for one in corpora)
    arguments = any(one.arguments for one in corpora)
    spec = TaggerSpec(scheme, config.normalisation, proclitics, config.window, arguments, versions=versions(), pieces=special)
    teachers = None
    if config.distil:
        teachers = Teachers([Teacher.load(Path(one), spec, tokenizer) for one in config.distil.models]), config.distil.loss
        corpora.append(unlabelled(config.distil, config.seed))
    maker = ExampleMaker(spec, Encoder(tokenizer, config.normalisation, spec.pieces.unk), soft=teachers is not None)
    tagger = new_tagger(config.encoder, spec, dropout=config.dropout, encoder_dropout=config.encoder_dropout)
    if config.heads == "kept":
        keep_heads(tagger, spec, Path(names.encoder_source(config.encoder)))
    positions = getattr(tagger.encoder.config, "max_position_embeddings", None)
    if positions is not None and config.window > positions:
        raise HadathError(f'"window" {config.window} is longer than the encoder "{config.encoder}" reads at once, {positions} pieces; lower it')
    examples, ranges = _examples(maker, corpora, run)
    predictor = Predictor(spec, tokenizer, TorchRuntime(tagger, spec.pieces.pad))
    lengths = [len(one) for one in examples["input_ids"]]
    trainer = TaggerTrainer(
        model=tagger,
        args=_arguments(config, run),
        train_dataset=examples,
        eval_dataset=examples.select([]),  # the Trainer asks for one; `measure` reads the dev documents themselves
        data_collator=Collator(spec.pieces.pad, mask, config.masked, joined=config.joined, window=config.window),
        callbacks=[EarlyStoppingCallback(config.patience)] if config.patience else None,
        loss=TaggerLoss({name: torch.from_numpy(sets.table()) for name, sets in maker.sets.items()}, config.losses.model_dump()),
        sampler=CorpusSampler(lengths, ranges, config.batch, _shuffle(config)),
        measure=lambda: _measure(predictor, dev, scheme),
        rates=Rates(config.rate, config.head_rate, config.layer_decay, config.embedding_rate),
        teachers=teachers,
        agreement=config.agreement,
    )
    train_on(trainer, run)
    facts = {"seconds": round(time.monotonic() - began), "steps": trainer.state.global_step}
    return publish(run, config, tagger, spec, tokenizer, dev, trainer.state.log_history, facts)


def _measure(predictor: Predictor, dev: Sequence[Document], scheme: Scheme) -> dict[str, float]:
    report = evaluate(dev, predictor.predict(dev), scheme)
    scores = {f"{name}_f1": layer.micro.f1 for name, layer in report.layers.items()}
    chosen = [scores[f"{name}_f1"] for name in _CHOOSING if f"{name}_f1" in scores]
    return {**scores, "score": sum(chosen) / max(1, len(chosen))}


def _tokenizer(encoder: str) -> tuple[Tokenizer, Pieces, int | None]:
    """The encoder's tokenizer, the numbers of its special pieces, and of the one that masks others."""
    source = names.encoder_source(encoder)
    try:
        wrapped = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError, KeyError) as fault:
        raise HadathError(f'the tokenizer of the encoder "{encoder}" cannot be loaded: {" ".join(str(fault).split())[:200]}') from None
    tokenizer = getattr(wrapped, "backend_tokenizer", None)
    if tokenizer is None:
        raise HadathError(f'the encoder "{encoder}" has no fast tokenizer (tokenizer.json); hadath needs one')
    pieces = {"pad": wrapped.pad_token_id, "cls": wrapped.cls_token_id, "sep": wrapped.sep_token_id, "unk": wrapped.unk_token_id}
    mask = wrapped.mask_token_id
    if (Path(source) / names.SPEC).is_file():  # a tagger, whose folder says so in that file
        pieces = asdict(TaggerSpec.load(Path(source)).pieces)
        mask = next((one for name in ("[MASK]", "<mask>") if (one := tokenizer.token_to_id(name)) is not None), None)
    missing = [name for name, value in pieces.items() if value is None]
    if missing:
        raise HadathError(f'the tokenizer of "{encoder}" has no special pieces for {", ".join(missing)}')
    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy, Pieces(**pieces), mask


def _examples(maker: ExampleMaker, corpora: Sequence[Corpus], run: Path) -> tuple[Dataset, list[tuple[int, int, float]]]:
    rows: list[dict[str, Any]] = []
    ranges = []
    for corpus in corpora:
        start = len(rows)
        rows += maker.make(corpus)
        ranges.append((start, len(rows), corpus.weight))
        lost = maker.lost[corpus.name].lines()
        print(
            f"{corpus.name}: {len(corpus.documents)} documents, {len(rows) - start} windows" + (f"; not used: {', '.join(lost)}" if lost else ""),
            flush=True,
        )
    lost_by = {name: dict(one.counts) for name, one in maker.lost.items()}
    (run / "not-used.json").write_text(json.dumps(lost_by, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Dataset.from_list(rows), ranges


def _shuffle(config: TrainConfig) -> int:
    return config.seed if config.shuffle is None else config.shuffle


def _arguments(config: TrainConfig, run: Path) -> WholeBatches:
    return WholeBatches(
        output_dir=str(run / "checkpoints"),
        num_train_epochs=config.epochs,
        max_steps=config.max_steps,
        per_device_train_batch_size=config.batch,
        gradient_accumulation_steps=config.accumulate,
        learning_rate=config.rate,
        weight_decay=config.weight_decay,
        max_grad_norm=config.clip,
        lr_scheduler_type="linear",
        warmup_steps=config.warm_up,
        use_cpu=not torch.cuda.is_available(),
        bf16=config.bf16,
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        restore_callback_states_from_checkpoint=True,  # how much patience is left
        metric_for_best_model="eval_score",
        greater_is_better=True,
        logging_steps=config.log_every,
        report_to="none",  # `train_on` adds TensorBoard
        seed=_shuffle(config),
        remove_unused_columns=False,
        label_names=["labels"],
        disable_tqdm=False,
    )
