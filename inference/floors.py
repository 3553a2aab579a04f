"""What scores too little to be given: one floor for all, or one for each layer or label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..models.errors import HadathError, nearest
from ..models.scheme import Scheme

# The layers that carry scores, and where a scheme has their labels
_LABELS = {"entities": "entities", "triggers": "triggers", "arguments": "roles", "sentences": "sentence_labels"}
ALL = "all"


@dataclass(frozen=True, slots=True)
class Floors:
    """Scores below which a mention, an event, an argument or a sentence label is left out.

    Args:
        names: By label, by layer (entities, triggers, arguments, sentences), or for ``all``; the narrower one counts.
    """

    names: Mapping[str, float] = field(default_factory=dict)

    def of(self, layer: str, labels: Sequence[str]) -> np.ndarray:
        """The floor of each label of a layer. Shape: (labels,)"""
        wide = self.names.get(layer, self.names.get(ALL, 0.0))
        return np.array([self.names.get(label, wide) for label in labels], np.float64)


def read_floors(min_score: float | Mapping[str, float], scheme: Scheme) -> Floors:
    """Floors as a caller says them.

    Args:
        min_score: One probability for everything, or one by label of the scheme, by layer, or for ``all``.
        scheme: Gives the labels.

    Raises:
        ValueError: A score outside 0 to 1.
        HadathError: A name that is neither a layer nor a label of the scheme.
    """
    names = dict(min_score) if isinstance(min_score, Mapping) else {ALL: min_score}
    if "events" in names:  # what documents call the layer
        names["triggers"] = names.pop("events")
    labels = [label for layer in _LABELS.values() for label in getattr(scheme, layer)]
    for name, score in names.items():
        if not 0 <= score <= 1:
            raise ValueError(f"min_score{'' if name == ALL else f' of {name}'} is a probability, 0 to 1, got {score}")
        if name not in (ALL, *_LABELS, *labels):
            near = nearest(name, [*_LABELS, *labels])
            hint = near if near.startswith("did") else f"it takes {', '.join(_LABELS)}, {ALL}, or a label of the model's scheme"
            raise HadathError(f'min_score (--min-score) names "{name}", which is no layer and no label; {hint}')
    return Floors(names)


def parse_floors(said: Sequence[str]) -> dict[str, float]:
    """Floors as the command line says them: ``0.5`` for all, ``entities=0.6`` for a layer, or ``LABEL=0.7``.

    Raises:
        HadathError: What is no probability.
    """
    found: dict[str, float] = {}
    for one in said:
        name, equals, value = one.rpartition("=")
        try:
            score = float(value)
        except ValueError:
            score = -1.0
        if not 0 <= score <= 1 or (equals and not name.strip()):
            raise HadathError(f"--min-score is a probability, 0 to 1, alone or behind a layer or label, such as 0.5 or entities=0.6; got {one}")
        found[name.strip() or ALL] = score
    return found
