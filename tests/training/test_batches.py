"""Batches, written out by hand; the order of an epoch, by what it must contain."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="batches need torch (extra train)")

from hadath.training.batches import Collator, CorpusSampler

SHORT = {
    "input_ids": [2, 7, 3],
    "entities": [0, 4, 0],
    "asserted": [-1, 1, -1],
    "proclitics": [-1, 0, -1],
    "paragraph": [-1, 0, -1],
    "labels": [[1, 0]],
}
LONG = {
    "input_ids": [2, 5, 6, 8, 3],
    "entities": [0, 1, 2, 1, 0],
    "asserted": [-1, -1, 0, -1, -1],
    "proclitics": [-1, 2, -1, -1, -1],
    "paragraph": [-1, 0, 0, 1, -1],
    "labels": [[0, 0], [-1, 1]],
}
NONE = {**SHORT, "paragraph": [-1, -1, -1], "labels": []}


def _lists(batch: dict[str, Any]) -> dict[str, Any]:
    return {name: value.tolist() for name, value in batch.items()}


def test_a_batch_by_hand() -> None:
    assert _lists(Collator(pad=9)([SHORT, LONG, SHORT])) == {
        "input_ids": [[2, 7, 3, 9, 9], [2, 5, 6, 8, 3], [2, 7, 3, 9, 9]],
        "attention_mask": [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 1, 1, 0, 0]],
        "entities": [[0, 4, 0, 0, 0], [0, 1, 2, 1, 0], [0, 4, 0, 0, 0]],
        "asserted": [[-1, 1, -1, -1, -1], [-1, -1, 0, -1, -1], [-1, 1, -1, -1, -1]],
        "proclitics": [[-1, 0, -1, -1, -1], [-1, 2, -1, -1, -1], [-1, 0, -1, -1, -1]],
        "paragraph": [[-1, 0, -1, -1, -1], [-1, 1, 1, 2, -1], [-1, 3, -1, -1, -1]],
        "labels": [[1, 0], [0, 0], [-1, 1], [1, 0]],
    }


def test_examples_without_paragraphs_leave_the_numbers_of_the_others_right() -> None:
    batch = _lists(Collator(pad=0)([NONE, SHORT, NONE, LONG]))
    assert batch["paragraph"] == [[-1] * 5, [-1, 0, -1, -1, -1], [-1] * 5, [-1, 1, 1, 2, -1]]
    assert batch["labels"] == [[1, 0], [0, 0], [-1, 1]]


def test_a_batch_without_paragraphs_has_no_rows() -> None:
    batch = Collator(pad=0)([NONE, NONE])
    assert batch["labels"].shape[0] == 0
    assert (batch["paragraph"] == -1).all()


def test_only_the_heads_that_the_examples_have_are_padded() -> None:
    lean = {name: SHORT[name] for name in ("input_ids", "triggers", "paragraph", "labels") if name in SHORT} | {"triggers": [0, 1, 0]}
    assert set(Collator(pad=0)([lean])) == {"input_ids", "attention_mask", "triggers", "paragraph", "labels"}


def test_the_examples_are_left_as_they_were() -> None:
    before = {name: list(value) for name, value in SHORT.items()}
    Collator(pad=0)([LONG, SHORT])
    assert before == SHORT


# Joined examples


def test_two_examples_in_one_window_by_hand() -> None:
    pairs = [[2, 1, 3, 4, 1], [3, 1, 1, 0, 2]]
    one, other = ({**example, "pairs": pairs, "roles": [0, 5]} for example in (LONG, SHORT))
    before = copy.deepcopy([one, other])
    batch = _lists(Collator(pad=9, joined=0.999_999, window=6)([one, other, SHORT | {"pairs": [], "roles": []}]))
    assert [one, other] == before
    assert batch["input_ids"] == [[2, 5, 6, 8, 7, 3], [2, 7, 3, 9, 9, 9]]  # the third has no room
    assert batch["entities"] == [[0, 1, 2, 1, 4, 0], [0, 4, 0, 0, 0, 0]]
    assert batch["asserted"] == [[-1, -1, 0, -1, 1, -1], [-1, 1, -1, -1, -1, -1]]
    assert batch["proclitics"] == [[-1, 2, -1, -1, 0, -1], [-1, 0, -1, -1, -1, -1]]
    assert batch["paragraph"] == [[-1, 0, 0, 1, 2, -1], [-1, 3, -1, -1, -1, -1]]
    assert batch["labels"] == [[0, 0], [-1, 1], [1, 0], [1, 0]]
    assert batch["pairs"] == [[0, 2, 1, 3, 4, 1], [0, 3, 1, 1, 0, 2], [0, 5, 4, 6, 4, 1], [0, 6, 4, 4, 0, 2]]
    assert batch["roles"] == [0, 5, 0, 5]


def test_as_many_are_joined_as_is_asked_for_and_the_batch_decides_which() -> None:
    examples = [{**SHORT, "input_ids": [2, 10 + at, 3]} for at in range(400)]
    batch = Collator(pad=0, joined=0.3, window=64)(examples)
    assert len(batch["input_ids"]) / 400 == pytest.approx(0.7, abs=0.08)
    inner = batch["input_ids"][batch["input_ids"] >= 10]
    assert inner.tolist() == list(range(10, 410))
    again, other = (Collator(pad=0, joined=0.3, window=64)(some) for some in (examples, examples[::-1]))
    assert np.array_equal(again["input_ids"], batch["input_ids"])
    sizes = [one["attention_mask"].sum(1).tolist() for one in (again, other)]
    assert sizes[0] != sizes[1]  # examples of one length throughout: only the dice can part them otherwise


def test_what_a_teacher_is_asked_about_is_joined_to_nothing() -> None:
    taught = {**SHORT, "soft": [0, 2, 0], "paragraph": [-1, -1, -1], "labels": []}
    plain = {**SHORT, "soft": [0, 0, 0]}
    batch = Collator(pad=0, joined=0.999_999, window=64)([plain, plain, taught, taught, plain, plain])
    assert batch["plain_ids"].tolist() == batch["input_ids"].tolist() == [[2, 7, 7, 3], [2, 7, 3, 0], [2, 7, 3, 0], [2, 7, 7, 3]]
    assert batch["soft"].tolist() == [[0, 0, 0, 0], [0, 2, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0]]


def test_three_examples_with_pairs_and_context_that_answers_for_nothing() -> None:
    # the window of a long document: its first and last pieces are context, of which nothing is known
    inner = {**LONG, "asserted": [-1, -1, 1, -1, -1], "paragraph": [-1, -1, 0, -1, -1], "labels": [[1, 1]], "pairs": [[2, 2, 2, 7]], "roles": [3]}
    batch = _lists(Collator(pad=0, joined=0.999_999, window=64)([inner, inner, inner]))
    assert batch["input_ids"] == [[2, *[5, 6, 8] * 3, 3]]
    assert batch["asserted"] == [[-1, *[-1, 1, -1] * 3, -1]]
    assert batch["proclitics"] == [[-1, *[2, -1, -1] * 3, -1]]
    assert batch["paragraph"] == [[-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1]]
    assert batch["pairs"] == [[0, 2, 2, 2, 7], [0, 5, 5, 5, 7], [0, 8, 8, 8, 7]]
    assert batch["labels"] == [[1, 1]] * 3


def test_joining_needs_a_window() -> None:
    with pytest.raises(ValueError, match="window"):
        Collator(pad=0, joined=0.5)


# Masked pieces


def test_pieces_are_hidden_but_never_those_that_frame_a_window() -> None:
    example = {
        **SHORT,
        "input_ids": [2, *range(10, 110), 3],
        **{name: [-1] * 102 for name in ("entities", "asserted", "proclitics", "paragraph")},
        "labels": [],
    }
    shorter = {
        **example,
        **{name: example[name][:49] for name in ("entities", "asserted", "proclitics", "paragraph")},
        "input_ids": [2, *range(10, 57), 3],
    }
    batch = Collator(0, 4, 0.3)([example, shorter] * 50)
    plain = Collator(0)([example, shorter] * 50)
    changed = batch["input_ids"] != plain["input_ids"]
    assert (batch["input_ids"][changed] == 4).all()
    assert not (changed & (plain["input_ids"] < 10)).any()  # frames and padding
    share = changed.sum().item() / (plain["input_ids"] >= 10).sum().item()
    assert share == pytest.approx(0.3, abs=0.03)
    assert len({tuple(row) for row in changed[0::2].tolist()}) > 40  # each row has its own dice
    for name in set(plain) - {"input_ids"}:
        assert (batch[name] == plain[name]).all()


def test_the_same_batch_hides_the_same_pieces() -> None:
    one, other = Collator(0, 4, 0.5)([LONG, SHORT] * 20), Collator(0, 4, 0.5)([LONG, SHORT] * 20)
    assert (one["input_ids"] == other["input_ids"]).all()
    assert (one["input_ids"] == 4).any()


# Pairs


def test_pairs_are_given_the_row_of_their_example() -> None:
    one = {**SHORT, "pairs": [[1, 1, 1, 0, 5]], "roles": [2]}
    other = {**LONG, "pairs": [[1, 2, 3, 1, 6], [3, 2, 2, 0, 7]], "roles": [0, 1]}
    none = {**SHORT, "pairs": [], "roles": []}
    batch = _lists(Collator(pad=0)([none, other, none, one]))
    assert batch["pairs"] == [[1, 1, 2, 3, 1, 6], [1, 3, 2, 2, 0, 7], [3, 1, 1, 1, 0, 5]]
    assert batch["roles"] == [0, 1, 2]
    assert batch["input_ids"] == [[2, 7, 3, 0, 0], [2, 5, 6, 8, 3], [2, 7, 3, 0, 0], [2, 7, 3, 0, 0]]


def test_a_batch_whose_examples_have_no_pairs_has_none() -> None:
    batch = Collator(pad=0)([{**SHORT, "pairs": [], "roles": []}] * 2)
    assert "pairs" not in batch
    assert batch["roles"].tolist() == []


# The order of an epoch


def _sampler(corpora: list[tuple[int, int, float]], batch: int = 4, seed: int = 1) -> CorpusSampler:
    size = max(end for _, end, _ in corpora)
    return CorpusSampler(np.random.default_rng(0).integers(5, 250, size).tolist(), corpora, batch, seed)


def _orders(sampler: CorpusSampler, epochs: int) -> list[list[int]]:
    found = []
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        found.append(list(sampler))
    return found


@pytest.mark.parametrize(
    ("size", "weight", "expected"), [(10, 1.0, 10), (10, 0.5, 5), (10, 2.0, 20), (10, 2.5, 25), (10, 0.01, 1), (1, 0.1, 1), (0, 3.0, 0), (3, 0.5, 2)]
)
def test_a_corpus_is_seen_as_often_as_its_weight_says(size: int, weight: float, expected: int) -> None:
    sampler = _sampler([(0, size, weight), (size, size + 7, 1.0)])
    order = list(sampler)
    seen = Counter(one for one in order if one < size)
    assert seen.total() == expected
    assert len(order) == len(sampler) == expected + 7
    # no example a second time before every one was seen once
    assert not seen or set(seen.values()) <= {expected // size, expected // size + 1}
    assert sorted(one for one in order if one >= size) == list(range(size, size + 7))


def test_half_a_corpus_is_another_half_each_epoch() -> None:
    halves = [frozenset(order) for order in _orders(_sampler([(0, 40, 0.5)]), 6)]
    assert {len(one) for one in halves} == {20}
    assert len(set(halves)) == 6
    assert len(frozenset.union(*halves)) > 35  # 40 less 2^-6 of them, give or take


def test_seed_and_epoch_decide_the_order_and_nothing_else_does() -> None:
    corpora = [(0, 30, 1.0), (30, 50, 0.5)]
    first = _orders(_sampler(corpora), 3)
    again = _sampler(corpora)
    again.set_epoch(2)  # as a resumed run would, without having gone through the others
    np.random.seed(5)
    assert list(again) == first[2]
    assert list(again) == first[2]
    assert len({tuple(order) for order in first}) == 3
    assert _orders(_sampler(corpora, seed=2), 3) != first


@pytest.mark.parametrize(("size", "batch"), [(23, 4), (24, 4), (3, 4), (451, 2), (201, 1)])
def test_only_the_last_batch_is_short(size: int, batch: int) -> None:
    sampler = _sampler([(0, size, 1.0)], batch)
    for order in _orders(sampler, 4):
        assert sorted(order) == list(range(size))
        # within 50 batches examples go by length, so a batch spans little; a short batch in the middle would shift and mix those behind it
        if size <= 50 * batch:
            ranks = {one: rank for rank, one in enumerate(np.argsort(sampler.lengths, kind="stable").tolist())}
            for at in range(0, size, batch):
                lengths = sorted(sampler.lengths[order[at : at + batch]].tolist())
                low = min(ranks[one] for one in order[at : at + batch]) // batch * batch
                whole = np.sort(sampler.lengths)[low : low + batch].tolist()
                assert lengths == whole


def test_batches_are_even_in_length_and_their_order_is_not() -> None:
    sampler = _sampler([(0, 400, 1.0)], batch=8)
    order = list(sampler)
    batches = sampler.lengths[order].reshape(-1, 8)
    assert np.ptp(batches, axis=1).max() < 25  # of 245 pieces between the shortest and the longest
    assert np.abs(np.diff(batches.mean(axis=1))).max() > 50
