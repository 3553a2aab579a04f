"""Writing the scorer of pairs as a graph of its own, and checking that it says what torch says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..inference.runtime import OnnxPairs
from ..models.errors import HadathError
from ..models.pair_scorer import PairScorer
from .tracing import trace


def write_pair_graph(scorer: PairScorer, path: Path, *, tolerance: float = 1e-3) -> None:
    """Writes the graph.

    Args:
        scorer: The scorer of a tagger.
        path: The ``.onnx`` file.
        tolerance: Largest difference of a logit allowed.

    Raises:
        HadathError: The graph cannot be run or differs from torch; it is not left behind then.
    """
    scorer.eval()
    chance = torch.Generator().manual_seed(0)
    sample = _inputs(scorer, 5, 7, 11, chance)
    try:
        trace(scorer, sample, path, inputs=["triggers", "mentions", "pairs", "features"], outputs=["roles"], dynamic={0: torch.export.Dim.DYNAMIC})
        run = OnnxPairs(path)
        for sizes in ((1, 1, 1), (3, 2, 6), (40, 60, 500)):
            given = _inputs(scorer, *sizes, chance)
            with torch.inference_mode():
                expected = scorer(*given).numpy()
            difference = float(np.abs(run(*(one.numpy() for one in given)) - expected).max())
            if not difference <= tolerance:
                raise HadathError(f"the ONNX graph of arguments differs from torch by {difference:.2g} (allowed {tolerance:g})")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _inputs(scorer: PairScorer, triggers: int, mentions: int, pairs: int, chance: torch.Generator) -> tuple[torch.Tensor, ...]:
    states = scorer.trigger.in_features
    index = torch.stack([torch.randint(size, (pairs,), generator=chance) for size in (triggers, mentions)], dim=1)
    columns = [torch.randint(table.num_embeddings, (pairs,), generator=chance) for table in scorer.features if isinstance(table, torch.nn.Embedding)]
    return (
        torch.randn(triggers, states, generator=chance),
        torch.randn(mentions, 2 * states, generator=chance),
        index,
        torch.stack(columns, dim=1),
    )
