"""Several examples in one window: corpora are of paragraphs, and articles, in which paragraphs follow one another, are what is read later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import torch

from .examples import UNKNOWN

_PLACES = 3  # the first columns of `pairs` are pieces; the others are features, which stay


def join_some(examples: Sequence[dict[str, Any]], share: float, window: int, chance: torch.Generator) -> list[dict[str, Any]]:
    """Appends some of the examples to the one before them.

    What stands at a piece stays with it, and so do pairs: there are none between a trigger of one example and a mention of another. What a teacher is
    asked about stays alone, since a row is either taught or annotated.

    Args:
        examples: As `ExampleMaker` makes them.
        share: Of the examples, those to append, where the window has room.
        window: Most pieces of an example, the special ones included.
        chance: Chooses.
    """
    groups: list[list[dict[str, Any]]] = []
    size = 0
    for one, dice in zip(examples, torch.rand(len(examples), generator=chance).tolist(), strict=True):
        length = len(one["input_ids"]) - 2
        taught = any(one.get("soft", ()))
        if groups and dice < share and size + length + 2 <= window and not taught and not any(groups[-1][0].get("soft", ())):
            groups[-1].append(one)
            size += length
        else:
            groups.append([one])
            size = length
    return [reduce(_join, group) for group in groups]


def _join(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    shift, rows = len(one["input_ids"]) - 2, len(one["labels"])
    joined = {name: [*values[:-1], *other[name][1:]] for name, values in one.items() if name not in ("labels", "pairs", "roles", "paragraph")}
    joined["paragraph"] = [*one["paragraph"][:-1], *_numbered(other["paragraph"][1:], rows)]
    joined["labels"] = [*one["labels"], *other["labels"]]
    if "pairs" in one:
        joined["pairs"] = [*one["pairs"], *([*(piece + shift for piece in pair[:_PLACES]), *pair[_PLACES:]] for pair in other["pairs"])]
        joined["roles"] = [*one["roles"], *other["roles"]]
    return joined


def _numbered(paragraph: Iterable[int], rows: int) -> list[int]:
    return [at if at == UNKNOWN else at + rows for at in paragraph]
