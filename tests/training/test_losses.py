"""Losses against probabilities that are counted out one by one, and against logits for which they can be worked out by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="losses need torch (extra train)")

import torch

from hadath.training.losses import TaggerLoss, any_of_loss, class_loss, disagreement, marginal_loss

ALL = [True, True, True]


def _softmax(row: np.ndarray) -> np.ndarray:
    odds = np.exp(row - row.max())
    return odds / odds.sum()


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 2


# Spans: the tags a word may have


@pytest.mark.parametrize("seed", range(8))
def test_marginal_loss_is_that_of_all_sequences_that_are_allowed(seed: int) -> None:
    chooser = np.random.default_rng(seed)
    words, tags = 4, 3
    logits = _random(seed, 1, words, tags)
    allowed = np.array([ALL, *[row for row in itertools.product([False, True], repeat=tags) if any(row)]])
    sets = chooser.integers(0, len(allowed), words)
    sets[chooser.integers(words)] = 2  # of one word at least something is known
    probabilities = np.array([_softmax(row) for row in logits[0].numpy()])
    total = 0.0
    for sequence in itertools.product(range(tags), repeat=words):
        if all(allowed[one, tag] for one, tag in zip(sets, sequence, strict=True)):
            total += math.prod(probabilities[at, tag] for at, tag in enumerate(sequence))
    found = marginal_loss(logits, torch.from_numpy(sets)[None], torch.from_numpy(allowed))
    assert float(found) == pytest.approx(-math.log(total) / (sets > 0).sum(), rel=1e-4)


def test_marginal_loss_of_one_allowed_tag_is_cross_entropy() -> None:
    logits, gold = _random(1, 2, 5, 4), torch.tensor([[0, 1, 2, 3, 1], [3, 3, 0, 2, 1]])
    allowed = torch.cat([torch.ones(1, 4, dtype=torch.bool), torch.eye(4, dtype=torch.bool)])
    expected = torch.nn.functional.cross_entropy(logits.reshape(-1, 4), gold.reshape(-1))
    assert float(marginal_loss(logits, gold + 1, allowed)) == pytest.approx(float(expected), rel=1e-5)


def test_the_gradient_draws_towards_what_is_allowed_in_the_proportions_that_are_believed() -> None:
    logits = torch.tensor([[[2.0, 1.0, 0.0], [5.0, -1.0, 3.0]]], requires_grad=True)
    marginal_loss(logits, torch.tensor([[1, 0]]), torch.tensor([ALL, [False, True, True]])).backward()
    believed = _softmax(np.array([2.0, 1.0, 0.0]))
    inside = believed * [0, 1, 1] / believed[1:].sum()
    assert logits.grad is not None
    assert logits.grad[0, 0].numpy() == pytest.approx(believed - inside, abs=1e-6)
    assert logits.grad[0, 1].tolist() == [0.0, 0.0, 0.0]


def test_where_nothing_is_known_there_is_neither_loss_nor_gradient() -> None:
    logits = _random(2, 2, 3, 3).requires_grad_()
    losses = [
        marginal_loss(logits, torch.zeros(2, 3, dtype=torch.long), torch.tensor([ALL, [True, False, False]])),
        class_loss(logits, torch.full((2, 3), -1)),
        any_of_loss(logits, torch.full((2, 3), -1), torch.zeros(0, 0, dtype=torch.long)),
        any_of_loss(logits, torch.zeros(2, 3, dtype=torch.long), torch.full((1, 3), -1)),
    ]
    for loss in losses:
        assert loss.item() == 0.0
        (gradient,) = torch.autograd.grad(loss, logits)
        assert not gradient.any()


def test_allowing_all_tags_by_name_costs_nothing_but_counts_as_known() -> None:
    logits = torch.zeros(1, 2, 3)
    allowed = torch.tensor([ALL, ALL, [True, False, False]])
    assert float(marginal_loss(logits, torch.tensor([[1, 2]]), allowed)) == pytest.approx(math.log(3) / 2)
    assert float(marginal_loss(logits, torch.tensor([[0, 2]]), allowed)) == pytest.approx(math.log(3))


def test_a_tag_that_is_ruled_out_by_far_keeps_a_finite_loss() -> None:
    logits = torch.tensor([[[90.0, -90.0, -90.0]]], requires_grad=True)
    loss = marginal_loss(logits, torch.tensor([[1]]), torch.tensor([ALL, [False, True, False]]))
    loss.backward()
    assert loss.item() == pytest.approx(180)
    assert logits.grad is not None
    assert logits.grad[0, 0].tolist() == pytest.approx([1, -1, 0])


# Values: a class, or yes and no


@pytest.mark.parametrize("size", [2, 4])
def test_class_loss_counts_the_pieces_that_have_a_value(size: int) -> None:
    logits, values = _random(3, 2, 3, size), [[-1, 0, 1], [size - 1, -1, -1]]
    picked = [_softmax(logits[b, t].numpy())[values[b][t]] for b in range(2) for t in range(3) if values[b][t] >= 0]
    assert float(class_loss(logits, torch.tensor(values))) == pytest.approx(-np.log(picked).mean(), rel=1e-5)


def test_class_loss_of_one_output_is_that_of_yes_and_no() -> None:
    logits = torch.tensor([[[math.log(3)], [math.log(3)], [7.0], [0.0]]])  # 3/4, 3/4, no matter, 1/2
    found = class_loss(logits, torch.tensor([[1, 0, -1, 0]]))
    assert float(found) == pytest.approx(-(math.log(3 / 4) + math.log(1 / 4) + math.log(1 / 2)) / 3, rel=1e-6)


# Event types of paragraphs


@pytest.mark.parametrize("seed", range(6))
def test_any_of_loss_counts_out_which_pieces_say_so(seed: int) -> None:
    chooser = np.random.default_rng(seed)
    logits = _random(seed, 2, 5, 3)
    paragraph = np.array([[0, 0, 0, 1, 1], [-1, 2, 2, -1, 2]])
    labels = chooser.integers(-1, 2, (3, 3))
    labels[0, 0] = 1
    says = 1 / (1 + np.exp(-logits.numpy()))
    parts = []
    for row, label in itertools.product(range(3), range(3)):
        if labels[row, label] < 0:
            continue
        own = says[..., label][paragraph == row]
        at_least_one = sum(
            math.prod(p if on else 1 - p for p, on in zip(own, pattern, strict=True))
            for pattern in itertools.product([False, True], repeat=len(own))
            if any(pattern)
        )
        parts.append(-math.log(at_least_one if labels[row, label] == 1 else 1 - at_least_one))
    found = any_of_loss(logits, torch.from_numpy(paragraph), torch.from_numpy(labels))
    assert float(found) == pytest.approx(np.mean(parts), rel=1e-4)


def test_any_of_loss_has_the_gradient_of_its_formula() -> None:
    logits = _random(7, 1, 4, 2).float().requires_grad_()
    paragraph, labels = torch.tensor([[0, 0, 1, -1]]), torch.tensor([[1, 0], [-1, 1]])
    any_of_loss(logits, paragraph, labels).backward()
    plain = logits.detach().double().requires_grad_()
    says = plain.sigmoid()[0]
    some = 1 - torch.stack([(1 - says[:2]).prod(0), 1 - says[2]])
    some[1, 1] = says[2, 1]
    (-(some[0, 0].log() + (1 - some[0, 1]).log() + some[1, 1].log()) / 3).backward()
    assert logits.grad is not None
    assert plain.grad is not None
    assert logits.grad.numpy() == pytest.approx(plain.grad.numpy(), abs=1e-5)
    assert not logits.grad[0, 3].any()
    assert float(logits.grad[0, 2, 0]) == 0.0


def test_any_of_loss_stays_exact_where_probabilities_vanish_or_reach_one() -> None:
    # all but sure of no, where it is yes: the loss is -log of a sum of two tiny probabilities, and both pieces are drawn up alike
    logits = torch.full((1, 2, 1), -40.0, requires_grad=True)
    loss = any_of_loss(logits, torch.zeros(1, 2, dtype=torch.long), torch.tensor([[1]]))
    loss.backward()
    assert loss.item() == pytest.approx(40 - math.log(2), rel=1e-6)
    assert logits.grad is not None
    assert logits.grad.flatten().tolist() == pytest.approx([-0.5, -0.5], rel=1e-4)
    # sure of yes, where it is yes, and where it is no
    for gold, expected, slope in ((1, 0.0, 0.0), (0, 400.0, 1.0)):
        logits = torch.full((1, 2, 1), 200.0, requires_grad=True)
        loss = any_of_loss(logits, torch.zeros(1, 2, dtype=torch.long), torch.tensor([[gold]]))
        loss.backward()
        assert loss.item() == pytest.approx(expected)
        assert logits.grad is not None
        assert logits.grad.flatten().tolist() == [slope, slope]


def test_any_of_loss_adds_up_in_full_precision() -> None:
    # 300 pieces at -6: in bfloat16 the sum of their softplus would stop growing long before
    logits = torch.full((1, 300, 1), -6.0, dtype=torch.bfloat16)
    loss = any_of_loss(logits, torch.zeros(1, 300, dtype=torch.long), torch.tensor([[0]]))
    assert loss.item() == pytest.approx(300 * math.log1p(math.exp(-6)), rel=1e-5)


# The sum of the layers

HALF = {  # a batch of which every part can be worked out where all logits are 0
    "entities": torch.tensor([[1, 0, 2]]),
    "asserted": torch.tensor([[-1, 1, -1]]),
    "proclitics": torch.tensor([[2, -1, -1]]),
    "paragraph": torch.tensor([[0, 0, -1]]),
    "labels": torch.tensor([[1, 0]]),
}
SETS = torch.tensor([ALL, [True, True, False], [False, False, True]])
ZEROS = {"entities": torch.zeros(1, 3, 3), "asserted": torch.zeros(1, 3, 1), "proclitics": torch.zeros(1, 3, 4), "sentences": torch.zeros(1, 3, 2)}
BY_HAND = {
    "entities": (math.log(3 / 2) + math.log(3)) / 2,
    "asserted": math.log(2),
    "proclitics": math.log(4),
    "sentences": -(math.log(3 / 4) + math.log(1 / 4)) / 2,
}


def test_each_head_has_its_loss_and_its_weight() -> None:
    weights = {"entities": 2.0, "asserted": 0.5, "proclitics": 0.0}  # sentences: not named, so 1
    found = TaggerLoss({"entities": SETS}, weights)(ZEROS, HALF)
    expected = {name: value * weights.get(name, 1.0) for name, value in BY_HAND.items()}
    assert {name: float(value) for name, value in found.items()} == pytest.approx(expected)


def test_layers_that_a_batch_knows_nothing_of_give_zero() -> None:
    batch = {
        **{name: torch.full((1, 3), -1) for name in ("asserted", "proclitics", "paragraph")},
        "entities": torch.zeros(1, 3, dtype=torch.long),
        "labels": torch.zeros(0, 0, dtype=torch.long),
    }
    found = TaggerLoss({"entities": SETS}, {})(ZEROS, batch)
    assert {name: float(value) for name, value in found.items()} == dict.fromkeys(ZEROS, 0.0)


def test_two_span_layers_keep_their_own_tables_and_go_where_the_loss_goes() -> None:
    loss = TaggerLoss({"entities": SETS, "triggers": torch.tensor([[True, True], [False, True]])}, {})
    found = loss({"entities": ZEROS["entities"], "triggers": torch.zeros(1, 3, 2)}, {**HALF, "triggers": torch.tensor([[1, 1, 0]])})
    assert {name: float(value) for name, value in found.items()} == pytest.approx({"entities": BY_HAND["entities"], "triggers": math.log(2)})
    assert not list(loss.parameters())
    assert {table.device.type for table in loss.to("meta").buffers()} == {"meta"}


# Arguments


def test_the_loss_of_pairs_is_that_of_their_roles() -> None:
    logits = torch.tensor([[0.0, 0.0, 0.0], [math.log(2), 0.0, 0.0]])
    found = TaggerLoss({}, {"arguments": 0.5})({"arguments": logits}, {"roles": torch.tensor([2, 0])})
    assert float(found["arguments"]) == pytest.approx(0.5 * (math.log(3) + math.log(2)) / 2)


def test_a_batch_without_pairs_has_no_loss_of_arguments() -> None:
    states = _random(8, 2, 3, 8).requires_grad_()  # what the tagger gives where it was handed no pairs
    loss = TaggerLoss({}, {})({"arguments": states}, {"roles": torch.zeros(0, dtype=torch.long)})["arguments"]
    assert loss.item() == 0.0
    (gradient,) = torch.autograd.grad(loss, states)
    assert not gradient.any()


# Two passes


def test_disagreement_is_the_mean_divergence_both_ways() -> None:
    first, second = _random(3, 4, 3), _random(4, 4, 3)
    p, q = (np.array([_softmax(row) for row in one.numpy()]) for one in (first, second))
    both = ((p * np.log(p / q)).sum(-1) + (q * np.log(q / p)).sum(-1)) / 2
    assert float(disagreement(first, second, classes=True)) == pytest.approx(both.mean(), rel=1e-5)
    yes, other = (1 / (1 + np.exp(-one.numpy())) for one in (first, second))
    both = sum((a * np.log(a / b) + b * np.log(b / a)) / 2 for a, b in ((yes, other), (1 - yes, 1 - other)))
    assert float(disagreement(first, second, classes=False)) == pytest.approx(both.mean(), rel=1e-5)
    assert float(disagreement(first, first, classes=True)) == 0.0


def test_passes_are_compared_where_something_is_known() -> None:
    first = {"entities": _random(5, 2, 3, 3), "asserted": _random(6, 2, 3, 1), "sentences": _random(7, 2, 3, 2)}
    second = {name: value.clone() for name, value in first.items()}
    batch = {
        "input_ids": torch.zeros(2, 3, dtype=torch.long),
        "entities": torch.tensor([[0, 2, 0], [1, 0, 0]]),
        "asserted": torch.tensor([[-1, 1, -1], [-1, -1, -1]]),
        "paragraph": torch.tensor([[-1, 0, 0], [1, -1, -1]]),
        "labels": torch.tensor([[1, -1], [-1, 0]]),
    }
    loss = TaggerLoss({"entities": torch.ones(3, 3, dtype=torch.bool)}, {"asserted": 0.5})
    for name, row, column in (("entities", 0, 0), ("asserted", 1, 2), ("sentences", 1, 1)):
        second[name][row, column] += 1.0  # nothing is known there
    second["sentences"][0, 1, 1] += 1.0
    second["sentences"][1, 0, 0] += 1.0
    assert float(loss.apart(first, second, batch)) == 0.0
    second["asserted"][0, 1] += 1.0
    a, b = (float(torch.sigmoid(one["asserted"][0, 1, 0])) for one in (first, second))
    assert float(loss.apart(first, second, batch)) == pytest.approx(0.5 * (b - a) / 2, rel=1e-5)
    second["asserted"][0, 1] -= 1.0
    second["sentences"][0, 2, 0] += 1.0
    a, b = (float(torch.sigmoid(one["sentences"][0, 2, 0])) for one in (first, second))
    assert float(loss.apart(first, second, batch)) == pytest.approx((b - a) / 2 / 3, rel=1e-5)  # of the three that were asked about
    empty = {"roles": torch.zeros(0, dtype=torch.long), "input_ids": batch["input_ids"]}
    for nothing in (torch.zeros(0, 3), torch.randn(2, 5, 3)):  # no pairs, and what the head gives then: its states at every piece
        assert float(loss.apart({"arguments": nothing}, {"arguments": nothing + 1}, empty)) == 0.0
