"""Layers a caller asks for, and the heads that these need: the others are not run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..models.documents import Document
from ..models.errors import nearest
from ..models.spec import TaggerSpec

# What each layer is called by callers, in the document, and where the scheme has its labels; "triggers" is the head's name for the layer of events
LAYERS = ("entities", "events", "sentences")
_ALIASES = {"triggers": "events"}
_LABELS = {"entities": "entities", "events": "triggers", "sentences": "sentence_labels"}


def read_layers(layers: Sequence[str] | None) -> tuple[str, ...]:
    """The layers asked for, by their names in the document; all if None.

    Raises:
        TypeError: One string in place of a list of them.
        ValueError: None, or a name that is no layer.
    """
    if layers is None:
        return LAYERS
    if isinstance(layers, str):
        raise TypeError(f'layers is a list of names, such as ["entities"], got the string {layers!r}')
    asked = [_ALIASES.get(name, name) for name in layers]
    for name in asked:
        if name not in LAYERS:
            near = nearest(name, (*LAYERS, *_ALIASES))
            raise ValueError(f'no layer is called "{name}"; {near + " " if near.startswith("did") else ""}layers: {", ".join(LAYERS)}')
    if not asked:
        raise ValueError(f"layers is empty: there would be nothing to look for; it takes some of {', '.join(LAYERS)}, or None for all")
    return tuple(name for name in LAYERS if name in asked)


def narrowed(spec: TaggerSpec, layers: Sequence[str]) -> TaggerSpec:
    """The spec of a tagger that has these layers and no others; its heads are those that need be run."""
    absent: dict[str, Any] = {_LABELS[name]: () for name in LAYERS if name not in layers}
    return replace(spec, scheme=replace(spec.scheme, **absent)) if absent else spec


def only(document: Document, layers: Sequence[str]) -> Document:
    """The document without the layers that were not asked for."""
    absent: dict[str, Any] = {name: None for name in LAYERS if name not in layers}
    return replace(document, **absent) if absent else document
