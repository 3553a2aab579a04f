"""The scorer of pairs: what it may not say, among which others a pair is judged, and that training and prediction ask it alike."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the scorer needs torch (extra train)")

import torch
from safetensors.torch import load_file, save_file

from hadath.models.errors import HadathError
from hadath.models.pair_scorer import PairScorer
from hadath.models.pairs import feature_sizes
from hadath.models.scheme import Scheme
from hadath.models.spec import ARGUMENT_STATES, TaggerSpec
from hadath.models.storage import load_tagger, new_tagger, save_tagger

SCHEME = Scheme(entities=("A", "B", "C", "D"), triggers=("X", "Y"), roles=("R", "S", "T"), fillers={"R": ("A", "B"), "S": ("C",)})
# Of R, S and T, those that a label may not fill
FORBIDDEN = {"A": [2], "B": [2], "C": [1], "D": [1, 2]}
SPEC = TaggerSpec(SCHEME, arguments=True)


def _scorer(seed: int = 0) -> PairScorer:
    torch.manual_seed(seed)
    return PairScorer(SCHEME, 8, hidden=16, rank=4).eval()


def _inputs(triggers: int, mentions: int, pairs: int, seed: int = 0, states: int = 8) -> tuple[torch.Tensor, ...]:
    chance = torch.Generator().manual_seed(seed)
    which = torch.stack([torch.randint(size, (pairs,), generator=chance) for size in (triggers, mentions)], dim=1)
    features = torch.stack([torch.randint(size, (pairs,), generator=chance) for size in feature_sizes(SCHEME)], dim=1)
    return torch.randn(triggers, states, generator=chance), torch.randn(mentions, 2 * states, generator=chance), which, features


def test_a_role_that_a_label_does_not_fill_is_never_the_likeliest() -> None:
    triggers, mentions, which, features = _inputs(5, 7, 400)
    features[:, 1] = torch.arange(400) % 4
    scorer = _scorer()
    for wish in (1, 2, 3):  # however much the weights want it
        with torch.no_grad():
            scorer.out.bias[:] = 0.0
            scorer.out.bias[wish] = 50.0
            logits = scorer(triggers, mentions, which, features)
        assert logits.shape == (400, 4)
        for number, label in enumerate(SCHEME.entities):
            own = logits[features[:, 1] == number]
            assert (own.argmax(dim=1) == wish).all() == (wish not in FORBIDDEN[label])
            assert not np.isin(own.argmax(dim=1).numpy(), FORBIDDEN[label]).any()
            assert (own.softmax(dim=1)[:, FORBIDDEN[label]] == 0).all()
            assert (own.softmax(dim=1)[:, [one for one in range(4) if one not in FORBIDDEN[label]]] > 0).all()


def test_a_pair_has_its_answer_wherever_it_stands() -> None:
    triggers, mentions, which, features = _inputs(5, 7, 60)
    scorer = _scorer()
    with torch.no_grad():
        logits = scorer(triggers, mentions, which, features)
        order = torch.randperm(60, generator=torch.Generator().manual_seed(1))
        torch.testing.assert_close(scorer(triggers, mentions, which[order], features[order]), logits[order])
        # spans in another order, with the pairs told so
        of_triggers, of_mentions = torch.tensor([4, 2, 0, 1, 3]), torch.tensor([6, 0, 5, 1, 4, 2, 3])
        moved = torch.stack([of_triggers.argsort()[which[:, 0]], of_mentions.argsort()[which[:, 1]]], dim=1)
        torch.testing.assert_close(scorer(triggers[of_triggers], mentions[of_mentions], moved, features), logits)


def test_a_pair_is_judged_among_those_of_its_trigger_and_of_its_mention_and_no_others() -> None:
    triggers, mentions, _, features = _inputs(4, 4, 4)
    scorer = _scorer()
    which = torch.tensor([[0, 0], [0, 1], [1, 0], [2, 2]])
    with torch.no_grad():
        logits = scorer(triggers, mentions, which, features)
        for left_out, changed in ((1, True), (2, True), (3, False)):  # of the first pair's trigger, of its mention, of neither
            kept = [one for one in range(4) if one != left_out]
            difference = (scorer(triggers, mentions, which[kept], features[kept])[0] - logits[0]).abs().max()
            assert (difference > 1e-4) == changed
        alone = scorer(triggers[2:3], mentions[2:3], torch.zeros(1, 2, dtype=torch.long), features[3:])
        torch.testing.assert_close(alone[0], logits[3])


def test_everything_that_is_known_of_a_pair_counts() -> None:
    triggers, mentions, which, features = _inputs(1, 1, 1)
    features[0] = 0
    scorer = _scorer()
    with torch.no_grad():
        before = scorer(triggers, mentions, which, features)
        for column in range(len(feature_sizes(SCHEME))):
            other = features.clone()
            other[0, column] = 1
            assert (scorer(triggers, mentions, which, other) - before).abs().max() > 1e-3, column
        for at in (0, 8):  # the first word of the mention, and its last
            other_mentions = mentions.clone()
            other_mentions[0, at : at + 8] += 1
            assert (scorer(triggers, other_mentions, which, features) - before).abs().max() > 1e-3
        assert (scorer(triggers + 1, mentions, which, features) - before).abs().max() > 1e-3


def test_training_and_prediction_ask_alike(tiny_encoder: Path) -> None:
    tagger = new_tagger(str(tiny_encoder), SPEC).eval()
    chance = torch.Generator().manual_seed(2)
    ids = torch.randint(5, 500, (3, 20), generator=chance)
    mask = torch.ones_like(ids)
    mask[1, 12:] = 0
    rows = []
    for row, length in enumerate((20, 12, 20)):
        for _ in range(6):
            trigger, first, last = torch.randint(1, length - 1, (3,), generator=chance).tolist()
            rows.append(
                [
                    row,
                    trigger,
                    min(first, last),
                    max(first, last),
                    *(int(torch.randint(size, (), generator=chance)) for size in feature_sizes(SCHEME)),
                ]
            )
    pairs = torch.tensor(rows)
    with torch.no_grad():
        states = tagger(ids, mask)["arguments"]
        assert states.shape == (3, 20, ARGUMENT_STATES)
        outputs = tagger(ids, mask, pairs=pairs)
        scorer = tagger.arguments
        assert scorer is not None
        for row in range(3):  # a text is judged by itself
            own = [one for one in rows if one[0] == row]
            triggers, mentions = sorted({one[1] for one in own}), sorted({(one[2], one[3]) for one in own})
            which = torch.tensor([[triggers.index(one[1]), mentions.index((one[2], one[3]))] for one in own])
            of_mentions = torch.stack([torch.cat([states[row, first], states[row, last]]) for first, last in mentions])
            expected = scorer(states[row, triggers], of_mentions, which, torch.tensor([one[4:] for one in own]))
            torch.testing.assert_close(outputs["arguments"][[one[0] == row for one in rows]], expected)
        # the other heads say what they said
        for name, logits in tagger(ids, mask).items():
            if name != "arguments":
                torch.testing.assert_close(outputs[name], logits)


def test_a_scorer_of_one_layer_says_what_it_said(tiny_encoder: Path, tmp_path: Path) -> None:
    """As taggers were saved before there was a second."""
    tagger = new_tagger(str(tiny_encoder), SPEC).eval()
    save_tagger(tagger, SPEC, tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    second = ("arguments.summary.", "arguments.of_")
    save_file({name: value for name, value in weights.items() if not name.startswith(second)}, tmp_path / "model.safetensors")
    scorer = load_tagger(tmp_path, SPEC).arguments
    assert scorer is not None
    triggers, mentions, which, features = _inputs(4, 5, 30, states=ARGUMENT_STATES)
    with torch.no_grad():
        logits = scorer(triggers, mentions, which, features)
        hidden = scorer.trigger(triggers)[which[:, 0]] + scorer.mention(mentions)[which[:, 1]]
        hidden += scorer.product(scorer.trigger_factor(triggers)[which[:, 0]] * scorer.mention_factor(mentions)[which[:, 1]])
        hidden += sum(table(features[:, column]) for column, table in enumerate(scorer.features))
        expected = scorer.out(torch.nn.functional.gelu(hidden))
    open_to = scorer.allowed[features[:, 1]]
    torch.testing.assert_close(logits[open_to], expected[open_to])


def test_the_scorer_is_saved_and_loaded_with_its_tagger(tiny_encoder: Path, tmp_path: Path) -> None:
    torch.manual_seed(5)
    tagger = new_tagger(str(tiny_encoder), SPEC).eval()
    save_tagger(tagger, SPEC, tmp_path)
    spec = TaggerSpec.load(tmp_path)
    assert spec == SPEC
    again = load_tagger(tmp_path, spec)
    assert not again.training
    given = _inputs(4, 5, 30, states=ARGUMENT_STATES)
    assert again.arguments is not None
    assert tagger.arguments is not None
    with torch.no_grad():
        assert torch.equal(again.arguments(*given), tagger.arguments(*given))
    expected = tagger.state_dict()
    assert again.state_dict().keys() == expected.keys()
    assert all(torch.equal(value, expected[name]) for name, value in again.state_dict().items())


def test_weights_without_the_scorer_do_not_fit_a_tagger_with_one(tiny_encoder: Path, tmp_path: Path) -> None:
    plain = TaggerSpec(SCHEME)
    save_tagger(new_tagger(str(tiny_encoder), plain), plain, tmp_path)
    assert load_tagger(tmp_path, plain).arguments is None
    with pytest.raises(HadathError, match=r"model\.safetensors does not fit hadath\.json"):
        load_tagger(tmp_path, SPEC)


def test_a_description_of_format_1_is_read_as_a_tagger_without_arguments(tmp_path: Path) -> None:
    plain = TaggerSpec(SCHEME, window=64)
    plain.save(tmp_path)
    path = tmp_path / "hadath.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["format"] == 2
    assert data.pop("arguments") is False
    data["format"] = 1
    data["scheme"]["roles"] = ["R", "S", "T"]  # of roles, it had no more than their names
    path.write_text(json.dumps(data), encoding="utf-8")
    found = TaggerSpec.load(tmp_path)
    assert (found.arguments, found.scheme.roles, found.scheme.fillers, found.window) == (False, ("R", "S", "T"), {}, 64)
    assert found.heads == plain.heads
    assert "arguments" not in found.heads
    data["format"] = 3
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(HadathError, match="has format 3, this version reads up to 2; run: pip install --upgrade hadath"):
        TaggerSpec.load(tmp_path)
