"""Finding a model folder and opening what is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tokenizers import Tokenizer

from ..models import folder as names
from ..models.errors import HadathError, MissingExtra, nearest
from ..models.pairs import feature_sizes
from ..models.spec import TaggerSpec
from .runtime import OnnxRuntime, Runtime


def find_model(model: str | Path | None) -> Path:
    """The folder of a model.

    Args:
        model: A folder; a name on the hub, ``owner/name``, which is downloaded; None is the model that ships with the package.

    Raises:
        HadathError: There is none.
    """
    if model is None:
        if not (names.DEFAULT / names.SPEC).exists():
            raise HadathError("this copy of hadath holds no default model; name a model folder, or install a release")
        return names.DEFAULT
    path = Path(model)
    if _is(path.is_dir):
        return path
    if isinstance(model, str) and re.fullmatch(r"[\w.-]+/[\w.-]+", model) and not _is(path.exists) and not model.startswith("."):
        if _is(path.parent.is_dir):  # a slip in the name of a folder here must not become a request to the network
            near = nearest(path.name, sorted(one.name for one in path.parent.iterdir() if _is(one.is_dir)))
            raise HadathError(
                f'there is no model folder "{model}": the folder {path.parent} holds no "{path.name}"{f"; {near}" if near.startswith("did") else "."} '
                f"For the name on the hub, run it where no folder is called {path.parent}"
            )
        return _download(model)
    raise HadathError(f'there is no model folder "{model}"; it takes a folder that "hadath train" wrote, or a name on the hub such as owner/name')


def load_parts(model: str | Path | None, *, device: str = "cpu", threads: int = 0) -> tuple[TaggerSpec, Tokenizer, Runtime]:
    """Opens a model: what it is, its tokenizer, and what runs it."""
    if threads < 0:
        raise HadathError(f"threads (--threads) is a number of CPU threads, 1 or more, or 0 for one a core; got {threads}")
    folder = find_model(model)
    spec = TaggerSpec.load(folder)
    tokenizer = load_tokenizer(folder)
    _check_fit(folder, spec, tokenizer)
    return spec, tokenizer, _runtime(folder, spec, device, threads)


def load_tokenizer(folder: Path) -> Tokenizer:
    """Reads the tokenizer of a model folder.

    Raises:
        HadathError: It is not there, or damaged.
    """
    path = folder / names.TOKENIZER
    if not path.exists():
        raise HadathError(f"{folder} has no {names.TOKENIZER}; copy the model folder again")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as fault:  # tokenizers raises bare Exception
        raise HadathError(f"{path} is damaged: {fault}; copy the model folder again") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _check_fit(folder: Path, spec: TaggerSpec, tokenizer: Tokenizer) -> None:
    """Refuses numbers that the graph would stumble over in the middle of a run: pieces that there are not, a window past the encoder's positions."""
    size = tokenizer.get_vocab_size()
    for name, piece in asdict(spec.pieces).items():
        if piece >= size:
            raise HadathError(f"{folder / 'hadath.json'} is damaged: piece {name} is {piece}, the tokenizer has {size}; copy the model folder again")
    try:
        most = json.loads((folder / names.ENCODER_CONFIG).read_text(encoding="utf-8"))["max_position_embeddings"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # an encoder without them, or what torch, which needs the file, will tell
        return
    if isinstance(most, int) and spec.window > most:
        raise HadathError(f"{folder / 'hadath.json'} is damaged: window {spec.window} is past the {most} positions of the encoder")


def _is(check: Callable[[], bool]) -> bool:
    """What a path is asked; no for a name too long for the system, and in a folder that may not be entered."""
    try:
        return check()
    except (OSError, ValueError):
        return False


def _runtime(folder: Path, spec: TaggerSpec, device: str, threads: int) -> Runtime:
    graphs = [folder / names.GRAPH_INT8, folder / names.GRAPH]
    if device == "cpu":
        for graph in graphs:
            if graph.exists():
                pairs = folder / names.PAIRS_GRAPH if "arguments" in spec.heads else None
                if pairs is not None and not pairs.exists():
                    raise HadathError(f"{folder} has no {names.PAIRS_GRAPH}; copy the model folder again, or make it anew with: hadath export MODEL")
                return _fitting(OnnxRuntime(graph, threads, pairs), graph, spec)
    if not (folder / names.WEIGHTS).exists():
        if device != "cpu":
            raise HadathError(
                f'{folder} has no {names.WEIGHTS}, which device "{device}" needs (the model that ships has its graph for the CPU alone); '
                'use device "cpu", or the folder of a model that you trained'
            )
        raise HadathError(f"{folder} has neither {names.GRAPH} nor {names.WEIGHTS}; copy the model folder again")
    try:
        from .torch_runtime import load_torch_runtime
    except ImportError:
        what = f'device "{device}"' if device != "cpu" else f"{folder}, which has no ONNX graph (hadath export makes one),"
        raise MissingExtra(what, "train") from None
    try:
        return load_torch_runtime(folder, spec, device)
    except (RuntimeError, AssertionError) as fault:  # torch has no class of its own for a device it does not have
        reason = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
        raise HadathError(f'device "{device}" cannot be used: {reason}; cpu always works') from None


def _fitting(runtime: OnnxRuntime, graph: Path, spec: TaggerSpec) -> OnnxRuntime:
    """The runtime, if its graphs are of the sizes of the spec."""
    sizes = {name: head.size for name, head in spec.heads.items()}
    wrong = [name for name in {**sizes, **runtime.outputs} if runtime.outputs.get(name) != sizes.get(name)]
    if runtime.outputs.keys() != sizes.keys() or any(isinstance(runtime.outputs[name], int) for name in wrong):
        raise HadathError(
            f"{graph} does not fit hadath.json (heads: {', '.join(wrong)}); copy the model folder again, or make the file anew with: hadath export MODEL"
        )
    if runtime.pairs is not None:
        states, scheme = sizes["arguments"], spec.scheme
        needs = {"triggers": states, "mentions": 2 * states, "pairs": 2, "features": len(feature_sizes(scheme)), "roles": 1 + len(scheme.roles)}
        if runtime.pairs.sizes != needs:
            raise HadathError(
                f"{graph.parent.parent / names.PAIRS_GRAPH} does not fit hadath.json (arguments); copy the model folder again, "
                "or make the file anew with: hadath export MODEL"
            )
    return runtime


def _download(name: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError
    except ImportError:
        raise MissingExtra(f'downloading "{name}"', "train") from None
    try:  # a name that the hub does not allow is a ValueError
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors", "onnx/*", "README.md"]))
    except (RepositoryNotFoundError, HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as fault:
        reason = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
        raise HadathError(f'"{name}" is no folder here, and as a name on the hub it could not be fetched: {reason}') from None
