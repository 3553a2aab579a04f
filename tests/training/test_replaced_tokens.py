"""Replaced-token detection: what the generator puts into a batch, and what the encoder is asked about it."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("torch", reason="pretraining needs the extra train")

import torch

from hadath.training.pretrain import Masker
from hadath.training.pretrain_config import EncoderSettings, GeneratorSettings
from hadath.training.replaced_tokens import ReplacedTokens
from hadath.training.small_encoder import encoder_config
from hadath.training.text_corpus import SPECIAL

ENCODER = encoder_config(EncoderSettings(layers=2, width=32, heads=2, feed_forward=48), 90, 64)
GENERATOR = encoder_config(GeneratorSettings(layers=2, width=16, heads=2, feed_forward=24), 90, 64)


def test_the_encoder_judges_what_the_generator_put_there():
    torch.manual_seed(0)
    model = ReplacedTokens(ENCODER, GENERATOR, weight=50.0).eval()
    batch = Masker(0.2, 90, all_hidden=True)(list(torch.randint(len(SPECIAL), 90, (3, 20))))
    put = batch["labels"].clone()
    put[::2] = (put[::2] - len(SPECIAL) + 1) % (90 - len(SPECIAL)) + len(SPECIAL)  # every other one is another piece

    def guess(hidden, labels):
        assert torch.equal(labels, batch["labels"])
        assert hidden.shape == (len(labels), 16)
        return torch.tensor(1.5), torch.nn.functional.one_hot(put, 90).float()  # sure of one piece at each place

    model._guess = guess
    seen = []
    model.model.register_forward_pre_hook(lambda _, args, named: seen.append(named["input_ids"]), with_kwargs=True)
    found = model(**batch)
    [read] = seen
    expected = batch["input_ids"].reshape(-1).clone()
    expected[batch["positions"]] = put
    assert torch.equal(read.reshape(-1), expected)
    replaced = torch.zeros(60)
    replaced[batch["positions"][::2]] = 1
    scores = model.discriminator(model.model(input_ids=read).last_hidden_state).reshape(-1)
    judging = torch.nn.functional.binary_cross_entropy_with_logits(scores, replaced)
    torch.testing.assert_close(found["loss"], 1.5 + 50 * judging)
    torch.testing.assert_close(found["parts"], torch.stack([torch.tensor(1.5), judging])[None].detach())


def test_the_generator_draws_pieces_as_likely_as_it_holds_them():
    torch.manual_seed(0)
    model = ReplacedTokens(ENCODER, GENERATOR, weight=50.0).eval()
    with torch.no_grad():
        model.bias[7], model.bias[9] = 20.0, 20.0 + math.log(3)  # so likely that the others are not drawn, and 9 three times as often as 7
    seen = []
    model.model.register_forward_pre_hook(lambda _, args, named: seen.append(named["input_ids"]), with_kwargs=True)
    batch = Masker(0.5, 90, all_hidden=True)(list(torch.randint(len(SPECIAL), 90, (100, 60))))
    loss = model(**batch)["loss"]
    drawn = seen[0].reshape(-1)[batch["positions"]]
    assert set(drawn.tolist()) == {7, 9}
    assert (drawn == 9).float().mean().item() == pytest.approx(0.75, abs=0.03)
    loss.backward()
    assert all(one.grad is not None for one in model.parameters())


def test_the_encoder_restores_only_what_was_replaced():
    torch.manual_seed(0)
    model = ReplacedTokens(ENCODER, GENERATOR, weight=50.0, restore=2.0).eval()
    batch = Masker(0.2, 90, all_hidden=True)(list(torch.randint(len(SPECIAL), 90, (3, 20))))
    put = batch["labels"].clone()
    put[::3] = (put[::3] - len(SPECIAL) + 1) % (90 - len(SPECIAL)) + len(SPECIAL)
    model._guess = lambda hidden, labels: (torch.tensor(1.5), torch.nn.functional.one_hot(put, 90).float())
    found = model(**batch)
    corrupted = batch["input_ids"].reshape(-1).clone()
    corrupted[batch["positions"]] = put
    states = model.model(input_ids=corrupted.view(3, 20)).last_hidden_state.reshape(60, -1)[batch["positions"][::3]]
    scores = model.restorer(states) @ model.model.embeddings.tok_embeddings.weight.T + model.bias
    restored = torch.nn.functional.cross_entropy(scores, batch["labels"][::3])
    generator, judging, measured = found["parts"][0]
    torch.testing.assert_close(measured, restored.detach())
    torch.testing.assert_close(found["loss"].detach(), generator + 50 * judging + 2 * measured)
    put[:] = batch["labels"]  # the generator was right everywhere: there is nothing to restore
    assert model(**batch)["parts"][0, 2] == 0
