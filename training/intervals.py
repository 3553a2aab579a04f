"""How far a score may be off by the luck of which documents were in the test: percentile intervals by resampling documents.

Documents, not spans, are drawn, because the mentions of one text resemble each other; drawing spans would promise too much.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_CHUNK = 4_000_000  # drawn counts held at a time, 32 MB


def bootstrap_f1(counts: ArrayLike, samples: int = 1000, seed: int = 0) -> NDArray[np.float64]:
    """The micro F1 of resampled document collections.

    Args:
        counts: Correct, gold and predicted of each document, summed over labels.

            *Shape:* ``(documents, 3)``
        samples: How many collections to draw, each as large as the original, with replacement.
        seed: The same seed and counts give the same draw.

    Returns:
        One F1 a collection, 0.0 where it has neither gold nor predicted.

        *Shape:* ``(samples,)``

    Raises:
        ValueError: No documents, no samples, or another shape.
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != 3 or not len(table) or samples < 1:
        raise ValueError(f"needs counts of shape (documents, 3), at least one document and one sample; got shape {table.shape}, samples={samples}")
    rng = np.random.default_rng(seed)
    size = len(table)
    out = np.empty(samples)
    step = max(1, _CHUNK // size)
    for start in range(0, samples, step):
        stop = min(start + step, samples)
        # How often each document is drawn; one matrix product then sums all collections at once.
        drawn = rng.multinomial(size, np.full(size, 1 / size), size=stop - start)
        correct, gold, predicted = (drawn @ table).T
        both = gold + predicted
        out[start:stop] = np.divide(2 * correct, both, out=np.zeros_like(both), where=both > 0)
    return out


def f1_interval(counts: ArrayLike, samples: int = 1000, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """The percentile interval of the micro F1.

    Args:
        counts: As in `bootstrap_f1`.

            *Shape:* ``(documents, 3)``
        samples: As in `bootstrap_f1`; a thousand give a steady second digit.
        seed: As in `bootstrap_f1`.
        level: The share of the drawn collections inside the interval.

    Returns:
        Lower and upper end, 0 to 1. With few documents the interval is too narrow; with one it is a point.
    """
    tail = 50 * (1 - level)
    low, high = np.percentile(bootstrap_f1(counts, samples, seed), [tail, 100 - tail])
    return float(low), float(high)
