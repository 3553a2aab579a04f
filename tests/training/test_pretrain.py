"""Pretraining: what is guessed, from which blocks, with which loss; and a run that ends as it would have, however often it was interrupted."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="pretraining needs the extra train")

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer, ModernBertConfig, ModernBertForMaskedLM, ModernBertModel

from hadath import HadathError
from hadath.training import pretrain as module
from hadath.training.duplicates import Sentences
from hadath.training.pretrain import Blocks, Masker, pretrain
from hadath.training.pretrain_config import PretrainConfig
from hadath.training.settings import build_settings
from hadath.training.small_encoder import PositionsMaskedLM, grow
from hadath.training.text_corpus import CLS, MASK, PAD, SEP, SPECIAL, read_documents, train_tokenizer

# -- parts ---------------------------------------------------------------------------------------------------------------------------------------------


def test_blocks_follow_one_another_and_leave_out_a_rest():
    ids = np.arange(100, 125, dtype=np.uint16)
    blocks = Blocks([(ids, 1.0)], 10, seed=1)
    assert [one.tolist() for one in blocks] == [list(range(100, 110)), list(range(110, 120))]
    assert blocks[0].dtype == torch.int64


@pytest.mark.parametrize(
    ("weight", "least", "most", "count"), [(1.0, 1, 1, 40), (2.0, 2, 2, 80), (0.25, 0, 1, 10), (2.5, 2, 3, 100), (0.01, 0, 1, 0)]
)
def test_a_weight_repeats_blocks_or_thins_them_out(weight, least, most, count):
    ids = np.repeat(np.arange(40, dtype=np.uint16), 8)
    found = [int(one[0]) for one in Blocks([(ids, weight)], 8, seed=1)]
    assert len(found) == count
    seen = [found.count(one) for one in range(40)]
    assert (min(seen), max(seen)) in {(least, most), (least, least)}


def test_the_seed_chooses_the_blocks_of_a_thinned_corpus():
    ids = np.repeat(np.arange(40, dtype=np.uint16), 8)
    one, same, other = ([int(block[0]) for block in Blocks([(ids, 0.5)], 8, seed)] for seed in (1, 1, 2))
    assert one == same != other


def test_blocks_of_several_corpora():
    corpora = [(np.zeros(32, np.uint16), 0.5), (np.ones(16, np.uint16), 3.0)]
    assert [int(one[0]) for one in Blocks(corpora, 8, seed=1)] == [0] * 2 + [1] * 6


def test_the_masker_hides_replaces_and_leaves():
    torch.manual_seed(3)
    blocks = list(torch.randint(len(SPECIAL), 5000, (64, 256)))
    batch = Masker(0.2, 5000)(blocks)
    before, after, positions = torch.stack(blocks).reshape(-1), batch["input_ids"].reshape(-1), batch["positions"]
    assert batch["input_ids"].shape == (64, 256)
    assert len(positions) == len(batch["labels"]) == int(64 * 256 * 0.2)
    assert len(set(positions.tolist())) == len(positions)
    assert torch.equal(batch["labels"], before[positions])
    untouched = torch.ones(len(before), dtype=torch.bool)
    untouched[positions] = False
    assert torch.equal(before[untouched], after[untouched])
    now = after[positions]
    hidden = (now == MASK).float().mean().item()
    left = (now == before[positions]).float().mean().item()
    assert hidden == pytest.approx(0.8, abs=0.03)
    assert left == pytest.approx(0.1, abs=0.03)
    replaced = now[(now != MASK) & (now != before[positions])]
    assert len(replaced) / len(now) == pytest.approx(0.1, abs=0.03)
    assert replaced.min() >= len(SPECIAL)
    assert replaced.max() < 5000
    assert replaced.float().mean().item() == pytest.approx(2500, rel=0.15)
    halves = [(positions < len(before) // 2).float().mean().item(), (positions % 256 < 128).float().mean().item()]
    assert halves == pytest.approx([0.5, 0.5], abs=0.04)


def test_masks_belong_to_the_batch():
    """So that a run that is taken up again hides what it would have hidden, whatever else has drawn from torch's dice; another batch, other places."""
    blocks = list(torch.randint(len(SPECIAL), 5000, (4, 64)))
    masker = Masker(0.2, 5000)
    one, again, other = masker(blocks), masker(blocks), masker([*blocks[:3], blocks[0]])
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not torch.equal(one["positions"], other["positions"])
    assert not torch.equal(one["positions"], Masker(0.2, 5000)(blocks[::-1])["positions"])


def test_for_a_generator_every_chosen_piece_is_hidden():
    blocks = list(torch.randint(len(SPECIAL), 5000, (4, 64)))
    batch, other = Masker(0.15, 5000, all_hidden=True)(blocks), Masker(0.15, 5000)(blocks)
    hidden = batch["input_ids"].reshape(-1) == MASK
    assert hidden.nonzero().squeeze(-1).tolist() == batch["positions"].tolist()
    assert torch.equal(batch["positions"], other["positions"])
    assert torch.equal(batch["labels"], other["labels"])
    assert batch["dice"].shape == batch["labels"].shape
    assert 0 <= batch["dice"].min() <= batch["dice"].max() < 1


def test_a_tiny_batch_still_has_a_guess():
    assert len(Masker(0.01, 100)([torch.arange(10, 26)])["positions"]) == 1


def shape(**changes):
    values = {
        "vocab_size": 90,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 64,
        "layer_types": ["full_attention"] * 2,
        "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 10_000.0}},
        "pad_token_id": PAD,
        "bos_token_id": CLS,
        "cls_token_id": CLS,
        "eos_token_id": SEP,
        "sep_token_id": SEP,
    }
    return ModernBertConfig(**values | changes)


def test_the_loss_is_that_of_the_full_softmax():
    """Taken only where a piece must be guessed, it is the loss and the gradient of the whole head."""
    torch.manual_seed(0)
    own, plain = PositionsMaskedLM(shape()).eval(), ModernBertForMaskedLM(shape()).eval()
    plain.load_state_dict(own.state_dict())
    batch = Masker(0.2, 90)(list(torch.randint(len(SPECIAL), 90, (3, 20))))
    labels = torch.full((60,), -100)
    labels[batch["positions"]] = batch["labels"]
    mine = own(**batch)["loss"]
    theirs = plain(input_ids=batch["input_ids"], labels=labels.view(3, 20)).loss
    torch.testing.assert_close(mine, theirs)
    assert mine.item() == pytest.approx(math.log(90), rel=0.1)
    mine.backward()
    theirs.backward()
    gradients = {name: one.grad for name, one in plain.named_parameters()}
    for name, one in own.named_parameters():
        torch.testing.assert_close(one.grad, gradients[name], msg=name)


# -- runs ----------------------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def text(helpers, tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "own.txt"
    path.write_text("\n\n".join(helpers.quickstart_texts()[:40]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def vocabulary(text):
    """A ready tokenizer: the trainer of `tokenizers` breaks ties by chance, so that two runs that train one cannot be compared."""
    path = text.with_name("tokenizer.json")
    train_tokenizer(read_documents(text), size=900, min_frequency=2).save(str(path))
    return path


@pytest.fixture
def config(text, vocabulary, tmp_path):
    """Makes the config of a tiny pretraining, with changes."""

    def make(**changes):
        values = {
            "name": "tiny",
            "runs": str(tmp_path / "runs"),
            "corpora": [{"path": str(text)}],
            "held_out": 16,
            "tokenizer": {"path": str(vocabulary)},
            "encoder": {"layers": 2, "width": 64, "heads": 2, "feed_forward": 96, "positions": 128},
            "skip_gram": None,
            "sequence": 32,
            "tokens_per_step": 512,
            "steps": 8,
            "warm_up": 2,
            "decay": 0,
            "rate": 0.004,
            "save_every": 4,
            "log_every": 1,
            "compile": False,
            "bf16": False,
            **changes,
        }
        return build_settings(PretrainConfig, values)

    return make


def curve(run, key="loss"):
    rows = json.loads((run / "curve.json").read_text(encoding="utf-8"))
    return [(row["step"], row[key]) for row in rows if key in row]


def same(one, other):
    one, other = (load_file(run / "encoder" / "model.safetensors") for run in (one, other))
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_documents_that_hold_labelled_sentences_are_left_out(config, text, vocabulary, helpers, tmp_path, capsys):
    texts = list(read_documents(text))
    whole = texts[3].split("\n")[0]
    labelled = helpers.write_jsonl(tmp_path / "dev.jsonl", [{"id": "a", "text": whole, "sentences": [{"start": 0, "end": len(whole)}]}])
    tagged = helpers.write_jsonl(tmp_path / "words.jsonl", [{"tokens": texts[5].split(), "tags": ["O"] * len(texts[5].split())}])
    left_out = [{"path": str(labelled)}, {"path": str(tagged), "column": "tags"}]
    run = pretrain(config(leave_out=left_out, name="less")).parent
    wanted = Sentences([whole, texts[5]])
    kept = [one for one in texts if not wanted.stand_in(one)]
    assert len(kept) < len(texts)
    assert f"{text}: {len(texts) - len(kept)} of {len(texts)} documents left out" in capsys.readouterr().out
    tokenizer = Tokenizer.from_file(str(vocabulary))
    ids = [piece for one in kept for piece in (CLS, *tokenizer.encode(one, add_special_tokens=False).ids, SEP)]
    assert np.fromfile(run / "ids-0.bin", np.uint16).tolist() == ids
    assert str(tagged) in json.loads((run / "data.json").read_text(encoding="utf-8"))


def test_a_pretraining_from_text_to_encoder(config, helpers):
    skip_gram = {"pieces": 4000, "epochs": 1, "window": 2, "scale": 0.03}
    encoder = pretrain(config(steps=60, decay=20, save_every=60, skip_gram=skip_gram, tokenizer={"size": 800, "min_frequency": 2}))
    run = encoder.parent
    assert encoder.name == "encoder"
    vectors = np.load(run / "vectors.npy")
    assert np.abs(vectors).max() > 0
    losses = [loss for _, loss in curve(run)]
    assert [step for step, _ in curve(run)] == list(range(1, 61))
    assert np.mean(losses[-10:]) < np.mean(losses[:5]) - 0.5
    [(step, held_out), *_] = curve(run, "eval_loss")
    assert step == 60
    summary = json.loads((run / "summary.json").read_text())
    assert (summary["steps"], summary["pieces_seen"]) == (60, 60 * 512)
    assert summary["held_out_loss"] == held_out  # the same pieces are hidden at every evaluation
    assert held_out < losses[0]

    tokenizer, model = AutoTokenizer.from_pretrained(encoder), AutoModel.from_pretrained(encoder).eval()
    assert summary["parameters"] == sum(one.numel() for one in model.parameters())
    assert len(tokenizer) == model.config.vocab_size == len(vectors) == 800
    assert (tokenizer.pad_token_id, tokenizer.mask_token_id, tokenizer.cls_token_id, tokenizer.sep_token_id) == (PAD, MASK, CLS, SEP)
    assert tokenizer.model_max_length == model.config.max_position_embeddings == 128
    batch = tokenizer(helpers.NEWS[0], return_tensors="pt")
    assert batch["input_ids"][0, [0, -1]].tolist() == [CLS, SEP]
    with torch.no_grad():
        states = model(batch["input_ids"], batch["attention_mask"]).last_hidden_state
    assert states.shape == (1, batch["input_ids"].shape[1], 64)
    assert torch.isfinite(states).all()
    [saved] = (run / "checkpoints").glob("checkpoint-*/model.safetensors")
    tensors = load_file(encoder / "model.safetensors")
    assert all(torch.equal(value, tensors[name.removeprefix("model.")]) for name, value in load_file(saved).items() if name.startswith("model."))


@pytest.mark.parametrize("restore", [0.0, 2.0])
def test_a_pretraining_that_starts_from_an_encoder_and_learns_what_was_replaced(config, restore):
    first = pretrain(config(steps=6))
    settings = {
        "start": str(first),
        "tokenizer": {},
        "objective": "replaced",
        "generator": {"layers": 1, "width": 32, "heads": 2, "feed_forward": 32, "restore": restore},
    }
    model = module._model(config(**settings), 900, None)
    weights = load_file(first / "model.safetensors")
    assert all(torch.equal(value, weights[name]) for name, value in model.model.state_dict().items())
    settings |= {"name": "replaced", "steps": 60, "save_every": 30}
    run = pretrain(config(**settings)).parent
    assert (run / "tokenizer.json").read_bytes() == Tokenizer.from_file(str(first / "tokenizer.json")).to_str(pretty=True).encode()
    assert not (run / "vectors.npy").exists()
    guessing, judging, both = (curve(run, f"eval_{name}loss") for name in ("generator_", "discriminator_", ""))
    assert [step for step, _ in guessing] == [30, 60, 60]
    assert guessing[-1][1] < math.log(900)  # what a guess without knowledge costs
    assert judging[-1][1] < math.log(2)
    restored = curve(run, "eval_restored_loss")
    assert bool(restored) == bool(restore)
    parts = guessing[-1][1] + 50 * judging[-1][1] + (restore * restored[-1][1] if restore else 0)
    assert both[-1][1] == pytest.approx(parts, rel=1e-4)
    summary = json.loads((run / "summary.json").read_text())
    assert summary["held_out_loss"] == both[-1][1]
    assert "held_out_perplexity" not in summary
    found = load_file(run / "encoder" / "model.safetensors")
    assert found.keys() == weights.keys()
    assert not any(torch.equal(value, weights[name]) for name, value in found.items())
    assert AutoModel.from_pretrained(run / "encoder").config.to_diff_dict() == AutoModel.from_pretrained(first).config.to_diff_dict()


def test_a_share_of_the_start_is_kept(config):
    first = pretrain(config(steps=4))
    settings = {"start": str(first), "tokenizer": {}, "steps": 6}
    learnt = load_file(pretrain(config(name="learnt", **settings)) / "model.safetensors")
    mixed = load_file(pretrain(config(name="mixed", keep_of_start=0.25, **settings)) / "model.safetensors")
    before = load_file(first / "model.safetensors")
    assert any(not torch.equal(learnt[name], value) for name, value in before.items())
    for name, value in mixed.items():
        torch.testing.assert_close(value, 0.25 * before[name] + 0.75 * learnt[name])


def test_a_deeper_encoder_starts_from_one_of_fewer_layers(config):
    first = pretrain(config(steps=4))
    settings = {"start": str(first), "tokenizer": {}, "encoder": {"layers": 5, "width": 64, "heads": 2, "feed_forward": 96, "positions": 128}}
    ids = torch.randint(len(SPECIAL), 900, (2, 24))
    with torch.no_grad():
        before = AutoModel.from_pretrained(first).eval()(ids).last_hidden_state
        torch.testing.assert_close(module._model(config(**settings), 900, None).model.eval()(ids).last_hidden_state, before)
    deeper = pretrain(config(name="deeper", keep_of_start=0.25, steps=6, **settings))
    model = AutoModel.from_pretrained(deeper)
    assert model.config.num_hidden_layers == len(model.layers) == 5
    assert all(value.abs().max() > 0 for value in model.state_dict().values())  # what was doubled has learnt to say something


@pytest.mark.parametrize(
    ("layers", "wanted", "order"), [(4, 4, [0, 1, 2, 3]), (4, 5, [0, 1, 2, 3, 3]), (4, 6, [0, 1, 1, 2, 3, 3]), (2, 5, [0, 0, 1, 1, 1])]
)
def test_layers_are_doubled_behind_themselves(layers, wanted, order):
    model = ModernBertModel(shape(num_hidden_layers=layers, layer_types=["full_attention"] * layers))
    weights = {
        name: torch.full_like(value, int(name.split(".")[1]) if name.startswith("layers.") else -1) for name, value in model.state_dict().items()
    }
    grown = grow({name: value + 10 for name, value in weights.items()}, layers, wanted)
    assert grown.keys() == ModernBertModel(shape(num_hidden_layers=wanted, layer_types=["full_attention"] * wanted)).state_dict().keys()
    for number, source in enumerate(order):
        added = number > 0 and order[number - 1] == source
        assert grown[f"layers.{number}.attn.Wqkv.weight"].unique().tolist() == [10 + source]
        assert {float(grown[f"layers.{number}.{part}.Wo.weight"].mean()) for part in ("attn", "mlp")} == {0 if added else 10 + source}
    assert grown["final_norm.weight"].unique().tolist() == [9]


def test_an_encoder_of_another_shape_is_no_start(config, tmp_path):
    first = pretrain(config(steps=2))
    encoder = {"layers": 1, "width": 64, "heads": 2, "feed_forward": 96, "positions": 128}
    with pytest.raises(HadathError, match="or more layers: num_hidden_layers 2, not 1"):
        pretrain(config(name="shallower", start=str(first), tokenizer={}, encoder=encoder))
    with pytest.raises(HadathError, match="intermediate_size 96, not 128"):
        pretrain(config(name="wider", start=str(first), tokenizer={}, encoder=encoder | {"layers": 3, "feed_forward": 128}))
    with pytest.raises(HadathError, match=r"nowhere/tokenizer\.json: there is no such file"):
        pretrain(config(name="nowhere", start=str(tmp_path / "nowhere"), tokenizer={}))


def test_a_vocabulary_with_other_special_pieces_is_refused(config, tmp_path, vocabulary):
    tokenizer = json.loads(vocabulary.read_text(encoding="utf-8"))
    pieces = tokenizer["model"]["vocab"]
    pieces["[MASK]"], pieces["[SEP]"] = pieces["[SEP]"], pieces["[MASK]"]
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**tokenizer, "added_tokens": []}), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(HadathError, match=r"its first pieces are not \[PAD\]"):
            pretrain(config(tokenizer={"path": str(other)}))


def test_embeddings_start_from_the_skip_gram_vectors(config):
    vectors = np.random.default_rng(0).normal(2.0, 5.0, (300, 64)).astype(np.float32)
    settings = config(skip_gram={"scale": 0.03})
    run = module.Path(settings.runs)
    run.mkdir()
    np.save(run / "vectors.npy", vectors)
    table = module._model(settings, 300, module._vectors(settings, run, [], 300)).model.embeddings.tok_embeddings.weight.detach().numpy()
    assert table.std() == pytest.approx(0.03, rel=0.01)
    assert np.corrcoef(table.ravel(), (vectors - vectors.mean(0)).ravel())[0, 1] > 0.999


@pytest.mark.parametrize("objective", ["masked", "replaced"])
def test_an_interrupted_pretraining_ends_as_one_that_was_not(config, monkeypatch, tmp_path, objective):
    """The interruption falls between two checkpoints and behind the end of the first pass over the text."""
    values = {"tokens_per_step": 2048, "steps": 6, "save_every": 3, "objective": objective}
    whole = pretrain(config(runs=str(tmp_path / "whole"), **values)).parent
    settings = config(**values)
    original = module._Pretrainer.training_step

    def training_step(self, *args, **kwargs):
        if self.state.global_step == 4:
            raise KeyboardInterrupt
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(module._Pretrainer, "training_step", training_step)
        with pytest.raises(KeyboardInterrupt):
            pretrain(settings)
    run = tmp_path / "runs" / "tiny"
    assert [one.name for one in (run / "checkpoints").glob("checkpoint-*")] == ["checkpoint-3"]
    assert pretrain(settings).parent == run
    assert curve(run) == curve(whole)
    passes = [epoch for step, epoch in curve(run, "epoch") if step == 3]
    assert passes[0] > 1
    assert passes[0] % 1
    assert same(run, whole)


def test_a_longer_pretraining_goes_on(config, tmp_path):
    """The rate is constant until the decay, so a prolonged run is the long one."""
    pretrain(config(steps=4))
    run = pretrain(config(steps=8, decay=3)).parent
    whole = pretrain(config(steps=8, decay=3, runs=str(tmp_path / "whole"))).parent
    assert [step for step, _ in curve(run)] == list(range(1, 9))
    assert curve(run) == curve(whole)
    assert same(run, whole)
    assert curve(run, "learning_rate")[-1][1] < 0.003 < curve(run, "learning_rate")[3][1]


def test_a_finished_pretraining_called_again_stays_as_it_is(config):
    run = pretrain(config(steps=3)).parent
    before = load_file(run / "encoder" / "model.safetensors"), json.loads((run / "summary.json").read_text())
    assert pretrain(config(steps=3)).parent == run
    after = load_file(run / "encoder" / "model.safetensors"), json.loads((run / "summary.json").read_text())
    assert all(torch.equal(value, after[0][name]) for name, value in before[0].items())
    assert after[1] == before[1]
    assert [step for step, _ in curve(run)] == [1, 2, 3]


def test_other_settings_are_refused(config):
    pretrain(config(steps=2))
    with pytest.raises(HadathError, match=r"holds a run with other settings \(rate\)"):
        pretrain(config(steps=2, rate=0.1))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tokens_per_step": 500}, "tokens_per_step 500 is no multiple of sequence 32"),
        ({"encoder": {"width": 66, "heads": 4}}, "encoder.width 66"),
        ({"objective": "replaced", "generator": {"width": 66, "heads": 4}}, "generator.width 66"),
        ({"keep_of_start": 0.5}, "keep_of_start is 0.5, and there is no"),
        ({"generator": {"layers": 1}}, '"generator" is of the objective replaced'),
        ({"start": "embedded"}, '"start" brings its own tokenizer'),
        ({"held_out": 100_000}, "held_out"),
        ({"tokens_per_step": 32 * 10_000}, "tokens_per_step"),
        ({"corpora": [{"path": "nowhere.txt"}]}, "nowhere.txt"),
    ],
)
def test_what_cannot_be_pretrained_is_told(config, changes, said):
    with pytest.raises(HadathError, match=said):
        pretrain(config(**changes))
