"""The predictor: raw texts in, documents out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from ..models.documents import Document
from ..models.spec import TaggerSpec
from .assembly import assemble
from .encoding import Encoded, Encoder
from .floors import Floors, read_floors
from .layers import narrowed, only, read_layers
from .runtime import Logits, Runtime, ScorePairs
from .windows import Window, plan_windows

# Texts are taken up in chunks of about this many characters: enough work for all threads, little enough to hold
_CHUNK = 30_000
# Chunks that are being run while the one before them is decoded
_AHEAD = 2
# A source that takes longer than this for a text, in seconds, is slow: all that is held is tagged and given out before it is asked again
_PATIENCE = 0.1


@dataclass(frozen=True, slots=True)
class _Started:
    """Texts whose windows are being run."""

    documents: list[Document]
    encoded: list[Encoded]
    logits: Iterator[Logits]


class Predictor:
    """Tags raw Arabic news.

    Args:
        spec: What the tagger is.
        tokenizer: Its tokenizer.
        runtime: Runs its graph.
    """

    def __init__(self, spec: TaggerSpec, tokenizer: Tokenizer, runtime: Runtime) -> None:
        self.spec = spec
        self._encoder = Encoder(tokenizer, spec.normalisation, spec.pieces.unk)
        self._runtime = runtime

    @property
    def pairs(self) -> ScorePairs | None:
        """What scores pairs of a trigger and a mention, if the tagger was taught arguments."""
        return self._runtime.pairs

    @classmethod
    def load(cls, model: str | Path | None = None, *, device: str = "cpu", threads: int = 0) -> Predictor:
        """Loads a tagger.

        Args:
            model: A model folder, or a name on the hub (the only case in which the network is used); None is the model that ships with the package.
            device: ``cpu`` runs the ONNX graph without torch; ``cuda`` or any other torch device needs the extra "train".
            threads: CPU threads; 0 is one for each core.

        Raises:
            HadathError: There is no such folder, or it is damaged or of a later version.
        """
        from .loading import load_parts

        return cls(*load_parts(model, device=device, threads=threads))

    def __call__(self, text: str, *, layers: Sequence[str] | None = None) -> Document:
        """Tags one text; for `layers` see `predict`.

        Raises:
            TypeError: `text` is no string.
        """
        if not isinstance(text, str):
            raise TypeError(f"a predictor takes one text, got {type(text).__name__}; for several use predict(texts)")
        return self.predict([text], layers=layers)[0]

    def predict(
        self, texts: Sequence[str | Document], *, min_score: float | Mapping[str, float] = 0.0, layers: Sequence[str] | None = None
    ) -> list[Document]:
        """Tags each text.

        Args:
            texts: Raw news texts, any length, not cleaned and not segmented; or documents, whose layers are made anew and whose other values stay.
            min_score: Leaves out mentions, events, arguments and sentence labels that score less. A probability, 0 to 1; or one by layer (entities,
                triggers, arguments, sentences), by label of the scheme, or for ``all``, of which the narrower one counts.
            layers: Some of entities, events (or triggers) and sentences; what only the others need is not computed, and they are None in the
                documents. Events have arguments only together with entities. All if None.

        Returns:
            One document per text, in order. Offsets are half-open code points of the raw text: ``text[m.start:m.end] == m.text``. Mentions of one
            layer never overlap and are in order of start. What is no text (None, NaN, bytes …) gives a document with `error` and no layers.

        Raises:
            TypeError: `texts` is one string; pass a list, or call the predictor with the string itself.
            ValueError: A `min_score` outside 0 to 1, or a name in `layers` that is none.
            HadathError: A `min_score` for what is no layer and no label.
        """
        if isinstance(texts, (str, bytes, Document)):
            raise TypeError(f"predict takes a list of texts, got one {type(texts).__name__}; write predictor(text) or predict([text])")
        return list(self.stream(texts, min_score=min_score, layers=layers))

    def stream(
        self, texts: Iterable[str | Document], *, min_score: float | Mapping[str, float] = 0.0, layers: Sequence[str] | None = None
    ) -> Iterator[Document]:
        """Tags texts as they come, holding about a hundred thousand characters at a time; otherwise as `predict`.

        While some are run, in threads, the next are taken up and made ready, and the ones before are decoded, both in the caller's thread, which also runs
        windows where it would have to wait for one. Where the
        source is slow nothing is held back: each text is given out before the next is waited for. If the source fails, what came before it is given
        out first. The threads end with the stream.

        Yields:
            One document per text, in order.
        """
        if isinstance(texts, (str, bytes, Document)):
            raise TypeError(f"stream takes an iterable of texts, got one {type(texts).__name__}")
        asked = read_layers(layers)
        spec, floors = narrowed(self.spec, asked), read_floors(min_score, self.spec.scheme)
        started: deque[_Started] = deque()
        source = _Chunks(texts, _CHUNK * self._runtime.chunks)
        with self._threads() as pool:
            for chunk in source:
                started.append(self._start(spec, chunk, pool))
                while len(started) > (0 if source.slow or pool is None else _AHEAD):
                    yield from (only(one, asked) for one in self._finish(spec, started.popleft(), floors))
            while started:
                yield from (only(one, asked) for one in self._finish(spec, started.popleft(), floors))
        if source.fault is not None:
            raise source.fault

    def encode(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]] | None] | None = None) -> list[Encoded]:
        """The texts as numbers; see `Encoder.encode`."""
        return self._encoder.encode(texts, sentences)

    def logits(self, texts: Sequence[Encoded]) -> list[Logits]:
        """The logits of each text at every piece, whatever its length.

        Returns:
            For each text, by head. Shape: (pieces, size)
        """
        with self._threads() as pool:
            return list(self._run(self.spec, texts, pool))

    def _run(self, spec: TaggerSpec, texts: Sequence[Encoded], pool: Executor | None) -> Iterator[Logits]:
        """Begins to run texts, and gives the logits of each as they are asked for."""
        plans = [plan_windows(len(text.ids), text.sentence_pieces, text.first, spec.window - 2) for text in texts]
        inputs = [
            np.concatenate([[spec.pieces.cls], text.ids[window.start : window.end], [spec.pieces.sep]]).astype(np.int32)
            for text, plan in zip(texts, plans, strict=True)
            for window in plan
        ]
        answers = self._runtime.run(inputs, list(spec.heads), pool)
        return (_join(spec, plan, answers) for plan in plans)

    def _start(self, spec: TaggerSpec, documents: list[Document], pool: Executor | None) -> _Started:
        encoded = self.encode([one.text for one in documents if one.error is None])
        return _Started(documents, encoded, self._run(spec, encoded, pool))

    def _finish(self, spec: TaggerSpec, chunk: _Started, floors: Floors) -> list[Document]:
        good = [one for one in chunk.documents if one.error is None]
        tagged = iter(assemble(spec, chunk.encoded, list(chunk.logits), good, floors, self.pairs))
        return [one if one.error is not None else next(tagged) for one in chunk.documents]

    @contextmanager
    def _threads(self) -> Iterator[Executor | None]:
        """The runtime's threads, if it wants any. They begin with the first window and end with the block; what was not begun by then is dropped."""
        if not self._runtime.workers:
            yield None
            return
        pool = ThreadPoolExecutor(self._runtime.workers, thread_name_prefix="hadath")
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


class _Chunks:
    """Takes up texts by the chunk.

    `slow` says whether the last text was long in coming, and `fault` why the source ended before its end.

    Args:
        texts: The source.
        size: Characters of a chunk, about.
    """

    def __init__(self, texts: Iterable[str | Document], size: int) -> None:
        self.slow = False
        self.fault: Exception | None = None
        self._texts, self._size = texts, size

    def __iter__(self) -> Iterator[list[Document]]:
        chunk: list[Document] = []
        size = count = 0
        source = iter(self._texts)
        while True:
            began = time.monotonic()
            try:
                text = next(source)
            except StopIteration:
                break
            except Exception as fault:
                self.fault = fault
                break
            self.slow = time.monotonic() - began > _PATIENCE
            chunk.append(as_document(text, count))
            count += 1
            size += len(chunk[-1].text) + 100
            if self.slow or size >= self._size:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk


def _join(spec: TaggerSpec, plan: Sequence[Window], answers: Iterator[Logits]) -> Logits:
    """The logits of a text, put together from its windows."""
    cores: list[Logits] = []
    for window in plan:
        core = slice(1 + window.core_start - window.start, 1 + window.core_end - window.start)
        cores.append({name: values[core] for name, values in next(answers).items()})
    if len(cores) == 1:
        return cores[0]
    return {name: np.concatenate([core[name] for core in cores] or [np.zeros((0, head.size), np.float32)]) for name, head in spec.heads.items()}


def as_document(text: Any, index: int) -> Document:
    """An untagged document of anything a caller hands in; what is no text becomes a document with `error`."""
    if isinstance(text, Document):
        return text if isinstance(text.text, str) else replace(text, text="", error=text.error or as_document(text.text, index).error)
    if isinstance(text, str):
        return Document(str(index), text)
    if isinstance(text, (bytes, bytearray)):
        return Document(str(index), "", error='the text is bytes; decode it first, such as raw.decode("utf-8")')
    return Document(str(index), "", error=f"the text is {type(text).__name__} {str(text)[:40]!r}, not a string")
