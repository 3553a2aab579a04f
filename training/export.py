"""Writing a tagger as an ONNX graph, in full precision and in 8-bit integers, and checking that both say what torch says."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..inference.encoding import Encoder
from ..inference.loading import load_tokenizer
from ..inference.predictor import Predictor
from ..inference.runtime import OnnxRuntime, Runtime
from ..inference.torch_runtime import TorchRuntime
from ..models import folder as names
from ..models.documents import Document
from ..models.errors import HadathError
from ..models.spec import TaggerSpec
from ..models.storage import load_tagger
from ..models.tagger import Tagger
from .fused import fused
from .pair_graph import write_pair_graph
from .quiet import quiet
from .smoothing import smoothed
from .tracing import trace

_SAMPLE = (
    "أعلن الجيش السوري، الخميس، سيطرته على مدينة البوكمال بعد معارك مع تنظيم الدولة الإسلامية.",
    "وقالت وكالة الأنباء إن 14 شخصا قتلوا في غارات جوية؛ فيما نفى متحدث باسم التحالف ذلك.",
    "اتفاق",
)


@dataclass(frozen=True)
class Parity:
    """How far a graph is from torch.

    Args:
        largest: Largest difference of a logit.
        changed: Texts whose mentions, events or sentence labels differ.
        texts: Texts compared.
        example: The text of the largest difference.
    """

    largest: float
    changed: int
    texts: int
    example: str


class _Flat(nn.Module):
    """The tagger with its outputs in a tuple, as the exporter wants them."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(self.tagger(input_ids, attention_mask).values())


class _FlatFused(nn.Module):
    """The same on an encoder in fused operators."""

    def __init__(self, encoder: nn.Module, heads: nn.ModuleDict) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, heads

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, ...]:
        states = self.encoder(input_ids)
        return tuple(head(states) for head in self.heads.values())


def export(folder: Path, texts: Sequence[str] = (), *, int8: bool = True, tolerance: float = 1e-3) -> dict[str, Parity]:
    """Writes `onnx/` into a model folder.

    Args:
        folder: A model folder with weights.
        texts: Texts to compare on; a few of our own if none are given.
        int8: Also write the 8-bit graph, which prediction prefers.
        tolerance: Largest difference of a logit allowed in full precision.

    Returns:
        By file name, how far the graph is from torch.

    Raises:
        HadathError: The full-precision graph cannot be run or differs from torch: names the text. No graph is left behind then, nor an older one.
    """
    spec = TaggerSpec.load(folder)
    tagger = load_tagger(folder, spec)
    full, small, pairs = folder / names.GRAPH, folder / names.GRAPH_INT8, folder / names.PAIRS_GRAPH
    full.parent.mkdir(exist_ok=True)
    for old in (full, small, pairs):  # of other weights, perhaps, and prediction would take the 8-bit one
        old.unlink(missing_ok=True)
    texts = list(texts) or list(_SAMPLE)
    ask = _asker(folder, spec)
    reference = ask(TorchRuntime(tagger, spec.pieces.pad), texts)
    scored = None
    try:
        if tagger.arguments is not None:
            write_pair_graph(tagger.arguments, pairs, tolerance=tolerance)
            scored = pairs
        write_graph(tagger, spec, full)
        found = {full.name: _compare(reference, ask(OnnxRuntime(full, pairs=scored), texts), texts)}
        parity = found[full.name]
        if not parity.largest <= tolerance:  # not a number is not within the tolerance either
            raise HadathError(f"the ONNX graph differs from torch by {parity.largest:.2g} (allowed {tolerance:g}) on the text: {parity.example!r}")
    except BaseException:
        for one in (full, pairs):
            one.unlink(missing_ok=True)
        raise
    if int8:
        try:
            _write_int8(tagger, folder, spec, texts, small)
            found[small.name] = _compare(reference, ask(OnnxRuntime(small, pairs=scored), texts), texts)
            if not np.isfinite(found[small.name].largest):
                raise HadathError(f"the 8-bit graph gives no numbers on the text: {found[small.name].example!r}; export without it: --no-int8")
        except BaseException:
            small.unlink(missing_ok=True)
            raise
    return found


def write_graph(tagger: Tagger, spec: TaggerSpec, path: Path) -> None:
    """Traces the tagger into one graph, from `input_ids`, int64 (batch, pieces), to the logits of each head by its name.

    All rows of a batch have one length. An encoder that `fused` does not know keeps transformers' own operators and a second input, `attention_mask`.
    """
    ids = torch.randint(5, 20, (2, 12))
    dynamic = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    encoder = fused(tagger.encoder)
    module, inputs = (_Flat(tagger), ("input_ids", "attention_mask")) if encoder is None else (_FlatFused(encoder, tagger.heads), ("input_ids",))
    trace(module, (ids, torch.ones_like(ids))[: len(inputs)], path, inputs=inputs, outputs=list(spec.heads), dynamic=dynamic)


def _write_int8(tagger: Tagger, folder: Path, spec: TaggerSpec, texts: Sequence[str], small: Path) -> None:
    encoder = Encoder(load_tokenizer(folder), spec.normalisation, spec.pieces.unk)
    windows = [[spec.pieces.cls, *one.ids[: spec.window - 2].tolist(), spec.pieces.sep] for one in encoder.encode(texts)]
    with tempfile.TemporaryDirectory() as place:
        graph = Path(place) / "smoothed.onnx"
        write_graph(smoothed(tagger, windows), spec, graph)
        quantise(graph, small)


def quantise(full: Path, small: Path) -> None:
    """Writes the graph with 8-bit weights, one scale a channel, the table of embeddings too.

    The heads, a hundredth of the weights, stay in full precision: between their small logits and the answer stands no layer that would even errors out.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as place, quiet():
        prepared = Path(place) / "prepared.onnx"
        quant_pre_process(str(full), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(
            str(prepared),
            str(small),
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            nodes_to_exclude=_heads(onnx.load(str(prepared)).graph),
        )


def _heads(graph: Any) -> list[str]:
    """The names of the multiplications that make the outputs, each with nothing but a bias behind it."""
    made_by = {output: node for node in graph.node for output in node.output}
    found = []
    for output in graph.output:
        node = made_by[output.name]
        while node.op_type == "Add":
            node = next(made_by[one] for one in node.input if one in made_by)
        found.append(node.name)
    return found


Answer = tuple[list[dict[str, np.ndarray]], list[Document]]


def _asker(folder: Path, spec: TaggerSpec) -> Callable[[Runtime, Sequence[str]], Answer]:
    tokenizer = load_tokenizer(folder)

    def ask(runtime: Runtime, texts: Sequence[str]) -> Answer:
        predictor = Predictor(spec, tokenizer, runtime)
        with np.errstate(invalid="ignore"):  # a broken graph may say what is no number; the comparison tells
            return predictor.logits(predictor.encode(texts)), predictor.predict(list(texts))

    return ask


def _compare(reference: Answer, other: Answer, texts: Sequence[str]) -> Parity:
    differences = [np.max([np.abs(a[name] - b[name]).max(initial=0.0) for name in a]) for a, b in zip(reference[0], other[0], strict=True)]
    changed = [index for index, (a, b) in enumerate(zip(reference[1], other[1], strict=True)) if _marks(a) != _marks(b)]
    worst = int(np.argmax(differences))
    return Parity(float(differences[worst]), len(changed), len(texts), texts[worst])


def _marks(document: Document) -> object:
    spans = [(m.start, m.end, m.label) for m in document.entities or ()]
    events = [(e.start, e.end, e.label, e.asserted, [(a.role, a.target) for a in e.arguments or ()]) for e in document.events or ()]
    return spans, events, [[one.label for one in s.labels or ()] for s in document.sentences or ()]
