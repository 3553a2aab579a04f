"""The predictor: raw texts in, documents out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from ..models.documents import Document
from ..models.spec import TaggerSpec
from .assembly import assemble
from .encoding import Encoded, Encoder
from .floors import Floors, read_floors
from .runtime import Logits, Runtime
from .windows import plan_windows

# Texts are taken up in chunks of about this many characters: enough work for all threads, little enough to hold
_CHUNK = 200_000


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

    def __call__(self, text: str) -> Document:
        """Tags one text.

        Raises:
            TypeError: `text` is no string.
        """
        if not isinstance(text, str):
            raise TypeError(f"a predictor takes one text, got {type(text).__name__}; for several use predict(texts)")
        return self.predict([text])[0]

    def predict(self, texts: Sequence[str | Document], *, min_score: float | Mapping[str, float] = 0.0) -> list[Document]:
        """Tags each text.

        Args:
            texts: Raw news texts, any length, not cleaned and not segmented; or documents, whose layers are made anew and whose other values stay.
            min_score: Leaves out mentions, events, arguments and sentence labels that score less. A probability, 0 to 1; or one by layer (entities,
                triggers, arguments, sentences), by label of the scheme, or for ``all``, of which the narrower one counts.

        Returns:
            One document per text, in order. Offsets are half-open code points of the raw text: ``text[m.start:m.end] == m.text``. Mentions of one
            layer never overlap and are in order of start. What is no text (None, NaN, bytes …) gives a document with `error` and no layers.

        Raises:
            TypeError: `texts` is one string; pass a list, or call the predictor with the string itself.
            ValueError: A `min_score` outside 0 to 1.
            HadathError: A `min_score` for what is no layer and no label.
        """
        if isinstance(texts, (str, bytes, Document)):
            raise TypeError(f"predict takes a list of texts, got one {type(texts).__name__}; write predictor(text) or predict([text])")
        return list(self.stream(texts, min_score=min_score))

    def stream(self, texts: Iterable[str | Document], *, min_score: float | Mapping[str, float] = 0.0) -> Iterator[Document]:
        """Tags texts as they come, holding a few hundred at a time; otherwise as `predict`.

        Yields:
            One document per text, in order.
        """
        if isinstance(texts, (str, bytes, Document)):
            raise TypeError(f"stream takes an iterable of texts, got one {type(texts).__name__}")
        floors = read_floors(min_score, self.spec.scheme)
        chunk: list[Document] = []
        size = 0
        for index, text in enumerate(texts):
            chunk.append(as_document(text, index))
            size += len(chunk[-1].text) + 100
            if size >= _CHUNK:
                yield from self._tag(chunk, floors)
                chunk, size = [], 0
        yield from self._tag(chunk, floors)

    def encode(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]] | None] | None = None) -> list[Encoded]:
        """The texts as numbers; see `Encoder.encode`."""
        return self._encoder.encode(texts, sentences)

    def logits(self, texts: Sequence[Encoded]) -> list[Logits]:
        """The logits of each text at every piece, whatever its length.

        Returns:
            For each text, by head. Shape: (pieces, size)
        """
        size = self.spec.window - 2
        plans = [plan_windows(len(text.ids), text.sentence_pieces, text.first, size) for text in texts]
        inputs = [
            np.concatenate([[self.spec.pieces.cls], text.ids[window.start : window.end], [self.spec.pieces.sep]]).astype(np.int32)
            for text, plan in zip(texts, plans, strict=True)
            for window in plan
        ]
        outputs = self._runtime.run(inputs)
        found: list[Logits] = []
        for plan in plans:
            cores: list[Logits] = []
            for window in plan:
                core = slice(1 + window.core_start - window.start, 1 + window.core_end - window.start)
                cores.append({name: values[core] for name, values in next(outputs).items()})
            found.append(
                {
                    name: np.concatenate([core[name] for core in cores] or [np.zeros((0, head.size), np.float32)])
                    for name, head in self.spec.heads.items()
                }
            )
        return found

    def _tag(self, documents: list[Document], floors: Floors) -> list[Document]:
        good = [one for one in documents if one.error is None]
        encoded = self.encode([one.text for one in good])
        tagged = iter(assemble(self.spec, encoded, self.logits(encoded), good, floors, self._runtime.pairs))
        return [one if one.error is not None else next(tagged) for one in documents]


def as_document(text: Any, index: int) -> Document:
    """An untagged document of anything a caller hands in; what is no text becomes a document with `error`."""
    if isinstance(text, Document):
        return text if isinstance(text.text, str) else replace(text, text="", error=text.error or as_document(text.text, index).error)
    if isinstance(text, str):
        return Document(str(index), text)
    if isinstance(text, (bytes, bytearray)):
        return Document(str(index), "", error='the text is bytes; decode it first, such as raw.decode("utf-8")')
    return Document(str(index), "", error=f"the text is {type(text).__name__} {str(text)[:40]!r}, not a string")
