"""Writing and reading a tagger's weights: safetensors only, with the encoder under its own prefix, so that `AutoModel` loads it from the same folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel

from . import folder as names
from .errors import HadathError
from .pair_scorer import PairScorer
from .spec import TaggerSpec
from .tagger import Tagger

# What the encoders of transformers call the dropout of their hidden states
_DROPOUTS = ("hidden_dropout_prob", "attention_probs_dropout_prob", "embedding_dropout", "mlp_dropout", "attention_dropout")


def new_tagger(encoder: str, spec: TaggerSpec, *, dropout: float = 0.1, encoder_dropout: float | None = None) -> Tagger:
    """A tagger on a pretrained encoder, with untrained heads.

    Args:
        encoder: A folder or a name on the hub, for `AutoModel.from_pretrained`; ``embedded`` is the small encoder that ships with the package.
        spec: Names the heads.
        dropout: Of the heads.
        encoder_dropout: Of the encoder's own states; None leaves what its config says.

    Raises:
        HadathError: The encoder cannot be loaded.
    """
    source = names.encoder_source(encoder)
    try:
        config = AutoConfig.from_pretrained(source)
        for key in _DROPOUTS if encoder_dropout is not None else ():
            if hasattr(config, key):
                setattr(config, key, encoder_dropout)
        model = AutoModel.from_pretrained(source, config=config, dtype=torch.float32)  # whatever they are kept in, weights learn in full precision
    except (OSError, ValueError, KeyError, SafetensorError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise HadathError(
            f'the encoder "{encoder}" cannot be loaded: {reason}; name a folder that holds one, or check the name and the network'
        ) from None
    return _tagger(model, spec, dropout)


def keep_heads(tagger: Tagger, spec: TaggerSpec, folder: Path) -> None:
    """Gives a new tagger the heads of another, to train them on.

    Args:
        tagger: On the other's encoder.
        spec: Of the new tagger.
        folder: The other's.

    Raises:
        HadathError: The folder is no tagger's, or its heads mean something else.
    """
    if not (folder / names.SPEC).is_file():
        raise HadathError(
            f'"heads: kept" trains a tagger on, and {folder} is none: it holds no {names.SPEC}; name a model folder, or set heads to new'
        )
    other = TaggerSpec.load(folder)
    differ = [name for name in ("scheme", "proclitics", "arguments") if getattr(other, name) != getattr(spec, name)]
    if differ:
        raise HadathError(
            f"the tagger in {folder} and the config differ in {', '.join(differ)}, so its heads cannot be trained on; set heads to new, or make them alike"
        )
    kept = load_tagger(folder, other)
    tagger.heads.load_state_dict(kept.heads.state_dict())
    if tagger.arguments is not None and kept.arguments is not None:
        tagger.arguments.load_state_dict(kept.arguments.state_dict())


def save_tagger(tagger: Tagger, spec: TaggerSpec, folder: Path) -> None:
    """Writes `config.json`, `model.safetensors` and `hadath.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder: Any = tagger.encoder
    prefix = encoder.base_model_prefix
    tensors = {f"{prefix}.{name}": value for name, value in encoder.state_dict().items()}
    tensors |= {f"heads.{name}": value for name, value in tagger.heads.state_dict().items()}
    if tagger.arguments is not None:
        tensors |= {f"arguments.{name}": value for name, value in tagger.arguments.state_dict().items()}
    encoder.config.save_pretrained(folder)
    save_file({name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}, folder / names.WEIGHTS, metadata={"format": "pt"})
    spec.save(folder)


def load_tagger(folder: Path, spec: TaggerSpec) -> Tagger:
    """Reads a tagger from its folder.

    Raises:
        HadathError: A file is missing, cut off, or does not fit the others.
    """
    try:
        config = AutoConfig.from_pretrained(folder)
        encoder = AutoModel.from_config(config)
        tensors = load_file(folder / names.WEIGHTS)
    except (OSError, ValueError, KeyError, SafetensorError) as fault:
        raise HadathError(f"{folder} is damaged: {' '.join(str(fault).split())[:200]}; copy the model folder again") from None
    tagger = _tagger(encoder, spec, 0.0)
    prefix = encoder.base_model_prefix + "."
    state = {("encoder." + name.removeprefix(prefix) if name.startswith(prefix) else name): value.float() for name, value in tensors.items()}
    if tagger.arguments is not None:
        # earlier scorers have one layer; a second of zeros adds nothing
        second = {name: value for name, value in tagger.arguments.state_dict().items() if name.startswith(("summary.", "of_"))}
        state = {f"arguments.{name}": torch.zeros_like(value) for name, value in second.items()} | state
    try:
        tagger.load_state_dict(state)
    except RuntimeError as fault:
        raise HadathError(
            f"{folder}: {names.WEIGHTS} does not fit hadath.json and config.json: {str(fault).splitlines()[-1].strip()}; copy the model folder again"
        ) from None
    return tagger.eval()


def _tagger(encoder: Any, spec: TaggerSpec, dropout: float) -> Tagger:
    heads = spec.heads
    pairs = PairScorer(spec.scheme, heads["arguments"].size, dropout=dropout) if "arguments" in heads else None
    return Tagger(encoder, heads, int(encoder.config.hidden_size), dropout, pairs)
