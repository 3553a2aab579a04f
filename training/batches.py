"""Examples into batches: which, in what order, joined and padded to one length."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Sampler

from .examples import UNKNOWN
from .joined import join_some

# What padding holds: the set of all tags, and no value
_BLANK = {"entities": 0, "triggers": 0, "asserted": UNKNOWN, "proclitics": UNKNOWN, "paragraph": UNKNOWN, "soft": 0}


def dice_of(ids: torch.Tensor) -> torch.Generator:
    """Dice that a batch itself decides: the loader makes a batch ahead, so that those of the process would fall otherwise in a run that is taken up again."""
    return torch.Generator().manual_seed(zlib.crc32(ids.numpy().tobytes()))


class Collator:
    """Joins some examples, pads them into a batch, and hides some of their pieces.

    Args:
        pad: The padding piece.
        mask: The piece to hide others behind.
        hidden: Share of the pieces to hide, those that frame a window apart.
        joined: Share of the examples to append to the one before them.
        window: Most pieces of what was joined.
    """

    def __init__(self, pad: int, mask: int | None = None, hidden: float = 0.0, *, joined: float = 0.0, window: int = 0) -> None:
        if joined and not window:
            raise ValueError("examples are joined up to a window: give its size too")
        self.pad, self.mask, self.hidden, self.joined, self.window = pad, mask, hidden, joined, window

    def __call__(self, examples: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Batches examples.

        Returns:
            `input_ids`, `attention_mask` and the values of the heads, shape (batch_size, seq_len); `paragraph`, the rows of `labels`; `labels`, shape
            (paragraphs, labels); where examples have any, `pairs`, each with its row of the batch before it, shape (pairs, 4 + features), and `roles`.
            Where examples have `soft`, it too, and `plain_ids`, the pieces before some were hidden.
        """
        if self.joined:
            examples = join_some(examples, self.joined, self.window, dice_of(torch.tensor([piece for one in examples for piece in one["input_ids"]])))
        length = max(len(one["input_ids"]) for one in examples)
        batch: dict[str, torch.Tensor] = {}
        for name, blank in {"input_ids": self.pad, **_BLANK}.items():
            if name in examples[0]:
                values = np.full((len(examples), length), blank, np.int64)
                for row, one in enumerate(examples):
                    values[row, : len(one[name])] = one[name]
                batch[name] = torch.from_numpy(values)
        lengths = torch.tensor([len(one["input_ids"]) for one in examples])
        batch["attention_mask"] = (torch.arange(length)[None] < lengths[:, None]).long()
        if "soft" in batch:
            batch["plain_ids"] = batch["input_ids"].clone()
        if self.mask is not None and self.hidden:
            chance = dice_of(batch["input_ids"])
            places = torch.arange(length)[None]
            inner = (places > 0) & (places < lengths[:, None] - 1)
            batch["input_ids"][inner & (torch.rand(batch["input_ids"].shape, generator=chance) < self.hidden)] = self.mask
        rows: list[list[int]] = []
        for row, one in enumerate(examples):
            where = batch["paragraph"][row] >= 0
            batch["paragraph"][row, where] += len(rows)
            rows += one["labels"]
        width = max((len(one) for one in rows), default=0)
        batch["labels"] = torch.tensor(rows, dtype=torch.long).reshape(len(rows), width)
        if "pairs" in examples[0]:
            several = [np.array(one["pairs"], np.int64) for one in examples]
            numbered = [np.insert(one, 0, row, axis=1) for row, one in enumerate(several) if one.size]
            if numbered:
                batch["pairs"] = torch.from_numpy(np.concatenate(numbered))
            batch["roles"] = torch.tensor([role for one in examples for role in one["roles"]], dtype=torch.long)
        return batch


class CorpusSampler(Sampler[int]):
    """The order of an epoch: of each corpus as many examples as its weight says, those of like length close together, batches shuffled.

    Args:
        lengths: Pieces of every example.
        corpora: First example of each corpus, one past its last, and its weight.
        batch: Examples in a batch.
        seed: With the number of the epoch it decides the order, so that a resumed run goes on as it would have.
    """

    def __init__(self, lengths: Sequence[int], corpora: Sequence[tuple[int, int, float]], batch: int, seed: int) -> None:
        self.lengths, self.corpora, self.batch, self.seed = np.asarray(lengths), list(corpora), batch, seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return sum(self._size(*one) for one in self.corpora)

    @staticmethod
    def _size(start: int, end: int, weight: float) -> int:
        """Examples of a corpus in an epoch; at least one, so that a small weight on a small corpus does not silence it."""
        return max(round((end - start) * weight), min(1, end - start))

    def __iter__(self) -> Iterator[int]:
        chooser = np.random.default_rng((self.seed, self.epoch))
        chosen: list[np.ndarray] = []
        for start, end, weight in self.corpora:
            left = self._size(start, end, weight)
            while left > 0:
                some = start + chooser.permutation(end - start)[:left]
                chosen.append(some)
                left -= len(some)
        order = chooser.permutation(np.concatenate(chosen))
        batches: list[np.ndarray] = []
        for begin in range(0, len(order), 50 * self.batch):
            group = order[begin : begin + 50 * self.batch]
            group = group[np.argsort(self.lengths[group], kind="stable")]
            batches += [group[at : at + self.batch] for at in range(0, len(group), self.batch)]
        short = [one for one in batches if len(one) < self.batch]
        full = [one for one in batches if len(one) == self.batch]
        for index in chooser.permutation(len(full)):
            yield from full[index].tolist()
        for one in short:
            yield from one.tolist()
