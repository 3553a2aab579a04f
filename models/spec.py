"""What a saved tagger is, beside its weights: scheme, heads, normalisation, window, temperatures, thresholds, versions (`hadath.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from . import folder as names
from .errors import HadathError
from .scheme import Scheme
from .tags import Tags

# 2: the head `arguments` and what else a scheme says of roles; a model of format 1 is read as one without
FORMAT = 2

# Numbers that each piece gives to the scoring of arguments (`models.pairs`)
ARGUMENT_STATES = 128

# Pieces that an encoder could read at once, at most: beyond it, what stands in the file is a slip
LARGEST_WINDOW = 65_536
_LARGE = 1000.0
_Kind = TypeVar("_Kind")

# Most proclitics a mention leaves out at its beginning: و + ب, ف + ل …
MOST_PROCLITICS = 3


@dataclass(frozen=True)
class HeadSpec:
    """A head: its number of outputs a piece, and the bias it starts from."""

    size: int
    start: float = 0.0


def heads_of(scheme: Scheme, *, proclitics: bool = True, arguments: bool = False) -> dict[str, HeadSpec]:
    """The heads that a scheme needs.

    Args:
        scheme: The labels.
        proclitics: Mentions may begin inside a word, behind its proclitics; without, they are whole words.
        arguments: Mentions are arguments of events.

    `entities` and `triggers` score tags at the first piece of a word, `asserted` the flag of a trigger at its first word, `proclitics` how many
    letters of a mention's first word stand before it, `sentences` the event types at every piece. `arguments` scores nothing: it is what a second graph
    reads to score pairs of a trigger and a mention.
    """
    heads: dict[str, HeadSpec] = {}
    if scheme.entities:
        heads["entities"] = HeadSpec(len(Tags(scheme.entities)))
    if scheme.triggers:
        heads["triggers"] = HeadSpec(len(Tags(scheme.triggers)))
        heads["asserted"] = HeadSpec(1)
    if heads and proclitics:
        heads["proclitics"] = HeadSpec(MOST_PROCLITICS + 1)
    if scheme.sentence_labels:
        # some hundred pieces share a paragraph: each must start out saying "almost surely not", or the union is certain of everything
        heads["sentences"] = HeadSpec(len(scheme.sentence_labels), start=-6.0)
    if arguments and scheme.roles and scheme.entities and scheme.triggers:
        heads["arguments"] = HeadSpec(ARGUMENT_STATES)
    return heads


@dataclass(frozen=True)
class Pieces:
    """The numbers of the special pieces: those that frame a window, fill a batch, and stand for a word that has none."""

    pad: int = 0
    unk: int = 1
    cls: int = 2
    sep: int = 3


@dataclass(frozen=True)
class TaggerSpec:
    """All that prediction needs to know beside the graph and the tokenizer.

    Args:
        scheme: The labels.
        normalisation: Name of the normalisation the encoder was trained on: news, arabert or none.
        proclitics: Mentions may begin behind a word's proclitics; False for a tagger of whole words.
        arguments: Events have arguments; False for a tagger that was not taught them.
        window: Most pieces the encoder reads at once, the two special ones included.
        openness: By layer of spans or arguments, what is taken off the logit of ``O`` (no mention, no role) for decoding, so that as much is found as
            is best for F1; fitted on dev.
        temperatures: By layer, what its logits are divided by; fitted on dev.
        thresholds: By sentence label, the probability from which it is given; fitted on dev.
        versions: The packages it was made with.
        pieces: The special ones.
    """

    scheme: Scheme
    normalisation: str = "news"
    proclitics: bool = True
    window: int = 256
    arguments: bool = False
    openness: Mapping[str, float] = field(default_factory=dict)
    temperatures: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, Any] = field(default_factory=dict)
    pieces: Pieces = Pieces()

    @property
    def heads(self) -> dict[str, HeadSpec]:
        """The heads by name, in the order of the graph's outputs."""
        return heads_of(self.scheme, proclitics=self.proclitics, arguments=self.arguments)

    def save(self, folder: Path) -> None:
        """Writes `hadath.json` into a folder."""
        data = {
            "format": FORMAT,
            "normalisation": self.normalisation,
            "proclitics": self.proclitics,
            "arguments": self.arguments,
            "window": self.window,
            "pieces": asdict(self.pieces),
            "heads": {name: head.size for name, head in self.heads.items()},
            "openness": dict(self.openness),
            "temperatures": dict(self.temperatures),
            "thresholds": dict(self.thresholds),
            "versions": dict(self.versions),
            "scheme": self.scheme.to_dict(),
        }
        (folder / names.SPEC).write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TaggerSpec:
        """Reads `hadath.json` from a folder.

        Raises:
            HadathError: It is not there, is not one, or was written by a later version.
        """
        path = folder / names.SPEC
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError:
            raise HadathError(
                f'{folder} is no model folder: it has no hadath.json; a model folder is what "hadath train" writes as RUN/model'
            ) from None
        except (ValueError, RecursionError) as fault:
            raise HadathError(f"{path} is damaged: {fault}; copy the model folder again") from None
        if not isinstance(data, dict) or not isinstance(data.get("format"), int):
            raise HadathError(f"{path} is damaged: it names no format; copy the model folder again")
        if data["format"] > FORMAT:
            raise HadathError(f"{path} has format {data['format']}, this version reads up to {FORMAT}; run: pip install --upgrade hadath")
        try:
            found = cls(
                scheme=Scheme.from_dict(data["scheme"]),
                normalisation=_of(str, data["normalisation"], "normalisation"),
                proclitics=_of(bool, data["proclitics"], "proclitics"),
                window=_whole(data["window"], "window", 0, LARGEST_WINDOW),
                arguments=_of(bool, data.get("arguments", False), "arguments"),
                openness=_numbers(data["openness"], "openness", -_LARGE, _LARGE),
                temperatures=_numbers(data["temperatures"], "temperatures", 1 / _LARGE, _LARGE),
                thresholds=_numbers(data["thresholds"], "thresholds", 0, 1),
                versions=dict(_of(dict, data["versions"], "versions")),
                pieces=Pieces(**{one.name: _whole(data["pieces"][one.name], f"pieces: {one.name}", 0, 2**31 - 1) for one in fields(Pieces)}),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, HadathError) as fault:
            said = f"it lacks {fault}" if isinstance(fault, KeyError) else " ".join(str(fault).split())
            raise HadathError(f"{path} is damaged: {said if len(said) < 300 else said[:300] + '…'}; copy the model folder again") from None
        if data.get("heads") != {name: head.size for name, head in found.heads.items()}:
            raise HadathError(f"{path} is damaged: its heads do not fit its scheme; copy the model folder again")
        if found.window < 8:
            raise HadathError(f"{path} is damaged: window {found.window} is too short")
        return found


def _of(kind: type[_Kind], value: Any, name: str) -> _Kind:
    if not isinstance(value, kind):
        raise ValueError(f"{name} is {type(value).__name__}, not {kind.__name__}")
    return value


def _number(value: Any, name: str, low: float, high: float) -> float:
    # written so that what is not a number of arithmetic (NaN) is refused too, and what is too large for a float is not made one
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{name} is {str(value)[:40]}, not a number from {low:g} to {high:g}")
    return float(value)


def _whole(value: Any, name: str, low: int, high: int) -> int:
    return int(_number(_of(int, value, name), name, low, high))


def _numbers(value: Any, name: str, low: float, high: float) -> dict[str, float]:
    return {str(key): _number(one, f"{name}: {key}", low, high) for key, one in _of(dict, value, name).items()}
