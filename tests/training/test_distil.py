"""Distillation, against the divergences worked out with numpy; who may teach whom; what the examples of plain text say."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="distillation needs torch (extra train)")

import torch

from hadath import HadathError
from hadath.inference.encoding import Encoder
from hadath.inference.loading import load_tokenizer
from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.models.storage import load_tagger
from hadath.training.batches import Collator
from hadath.training.config import DistilSettings
from hadath.training.distil import Teacher, Teachers, unlabelled
from hadath.training.examples import FIRST, INNER, ExampleMaker

SIZES = {"entities": 5, "triggers": 3, "asserted": 1, "proclitics": 4, "sentences": 2}
TEMPERATURES = {"entities": 1.5, "triggers": 0.8, "sentences": 1.3}


class _Says(torch.nn.Module):
    """A tagger that answers with what it was given."""

    def __init__(self, logits: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> dict[str, torch.Tensor]:
        return {name: values[input_ids[:, 0]] for name, values in self.logits.items()}


def _logits(seed: int) -> dict[str, torch.Tensor]:
    chance = torch.Generator().manual_seed(seed)
    return {name: 2 * torch.randn(3, 6, size, generator=chance) for name, size in SIZES.items()}


def _teachers(logits: dict[str, torch.Tensor], temperatures: dict[str, float]) -> Teachers:
    return Teachers([Teacher(_Says(logits), temperatures)])  # type: ignore[arg-type]


SOFT = torch.tensor([[0, 2, 1, 2, 0, 0], [0] * 6, [0, 2, 2, 1, 1, 0]])
BATCH = {"soft": SOFT, "plain_ids": torch.tensor([[row] + [9] * 5 for row in range(3)]), "attention_mask": torch.ones(3, 6, dtype=torch.long)}


def _softmax(values: np.ndarray) -> np.ndarray:
    odds = np.exp(values - values.max())
    return odds / odds.sum()


def _kl(truth: np.ndarray, said: np.ndarray) -> float:
    return float(sum(p * (np.log(p) - np.log(q)) for p, q in zip(truth, said, strict=True) if p > 0))


def test_the_divergences_are_those_of_a_calculation_by_hand() -> None:
    taught, said = _logits(1), _logits(2)
    found = _teachers(taught, TEMPERATURES).losses(said, batch=BATCH)
    t, s = ({name: values.double().numpy() for name, values in one.items()} for one in (taught, said))
    words = [(row, at) for row in (0, 2) for at in range(6) if SOFT[row, at] == FIRST]
    begin = {}
    for name in ("entities", "triggers"):
        truths = [_softmax(t[name][where] / TEMPERATURES[name]) for where in words]
        labels = SIZES[name] // 2
        begin[name] = [truth[1 : 1 + labels].sum() for truth in truths]
        expected = np.mean([_kl(truth, _softmax(s[name][where])) for truth, where in zip(truths, words, strict=True)])
        assert float(found[name]) == pytest.approx(expected, rel=1e-4)
    either = [1 - (1 - one) * (1 - other) for one, other in zip(begin["entities"], begin["triggers"], strict=True)]
    skipped = [_kl(_softmax(t["proclitics"][where]), _softmax(s["proclitics"][where])) for where in words]
    assert float(found["proclitics"]) == pytest.approx(np.average(skipped, weights=either), rel=1e-4)

    def yes(logit: np.ndarray) -> np.ndarray:
        p = 1 / (1 + np.exp(-logit[0]))
        return np.array([p, 1 - p])

    flags = [_kl(yes(t["asserted"][where]), yes(s["asserted"][where])) for where in words]
    assert float(found["asserted"]) == pytest.approx(np.average(flags, weights=begin["triggers"]), rel=1e-4)

    def any_of(logits: np.ndarray, row: int, label: int, temperature: float) -> np.ndarray:
        none = np.prod([1 / (1 + np.exp(logits[row, at, label])) for at in range(6) if SOFT[row, at] in (INNER, FIRST)])
        p = 1 / (1 + ((none / (1 - none)) ** (1 / temperature)))
        return np.array([p, 1 - p])

    types = [
        _kl(any_of(t["sentences"], row, one, TEMPERATURES["sentences"]), any_of(s["sentences"], row, one, 1.0)) for row in (0, 2) for one in (0, 1)
    ]
    assert float(found["sentences"]) == pytest.approx(np.mean(types), rel=1e-4)


def test_a_tagger_of_names_alone_teaches_names_alone() -> None:
    taught, said = ({"entities": _logits(seed)["entities"]} for seed in (1, 2))
    found = _teachers(taught, {}).losses(said, batch=BATCH)
    whole = _teachers(_logits(1), {}).losses(_logits(2), batch=BATCH)
    assert set(found) == {"entities"}
    assert float(found["entities"]) == float(whole["entities"])


def test_of_two_teachers_the_mean_is_true() -> None:
    one, two, said = _logits(1), _logits(3), _logits(2)
    found = Teachers([Teacher(_Says(taught), TEMPERATURES) for taught in (one, two)]).losses(said, batch=BATCH)  # type: ignore[arg-type]
    words = [(row, at) for row in (0, 2) for at in range(6) if SOFT[row, at] == FIRST]
    for name in ("entities", "triggers"):
        truths = [np.mean([_softmax(taught[name][where].double().numpy() / TEMPERATURES[name]) for taught in (one, two)], axis=0) for where in words]
        expected = np.mean([_kl(truth, _softmax(said[name][where].double().numpy())) for truth, where in zip(truths, words, strict=True)])
        assert float(found[name]) == pytest.approx(expected, rel=1e-4)
    twice = Teachers([Teacher(_Says(one), TEMPERATURES)] * 2).losses(said, batch=BATCH)  # type: ignore[arg-type]
    once = _teachers(one, TEMPERATURES).losses(said, batch=BATCH)
    other = _logits(7)
    both = _teachers(one, TEMPERATURES).losses(said, other, batch=BATCH)
    alone = _teachers(one, TEMPERATURES).losses(other, batch=BATCH)
    for name, value in both.items():
        assert float(value) == pytest.approx((float(once[name]) + float(alone[name])) / 2, rel=1e-5)
    assert {name: float(value) for name, value in twice.items()} == pytest.approx({name: float(value) for name, value in once.items()})


def test_a_student_that_says_the_same_has_nothing_to_learn() -> None:
    found = _teachers(_logits(1), {}).losses(_logits(1), batch=BATCH)
    assert set(found) == set(SIZES)
    assert all(float(one) == pytest.approx(0, abs=1e-5) for one in found.values())


def test_certainty_without_end_gives_a_finite_loss() -> None:
    taught, said = ({name: sign * 200 * torch.ones_like(values) for name, values in _logits(1).items()} for sign in (1, -1))
    leaf = {name: values.requires_grad_() for name, values in said.items()}
    for logits in (taught, said):
        total = sum(_teachers(logits, {}).losses(leaf, batch=BATCH).values())
        assert isinstance(total, torch.Tensor)
        (slopes,) = torch.autograd.grad(total, leaf["sentences"], retain_graph=True)
        assert torch.isfinite(total)
        assert torch.isfinite(slopes).all()


def test_rows_that_are_annotated_are_none_of_the_teachers_business() -> None:
    said = _logits(2)
    teacher = _teachers(_logits(1), TEMPERATURES)
    before = teacher.losses(said, batch=BATCH)
    changed = teacher.losses({name: torch.cat([one[:1], one[1:2] + 7, one[2:]]) for name, one in said.items()}, batch=BATCH)
    assert {name: float(one) for name, one in before.items()} == {name: float(one) for name, one in changed.items()}
    assert teacher.losses(said, batch={**BATCH, "soft": torch.zeros_like(SOFT)}) == {}


def test_a_teacher_has_the_students_labels_and_pieces(tiny_model: Path, tmp_path: Path) -> None:
    spec, tokenizer = TaggerSpec.load(tiny_model), load_tokenizer(tiny_model)
    teacher = Teacher.load(tiny_model, spec, tokenizer)
    assert not any(one.requires_grad for one in teacher.tagger.parameters())
    with pytest.raises(HadathError, match="cannot teach this tagger: they differ in scheme; name the folder"):
        Teacher.load(tiny_model, replace(spec, scheme=Scheme(entities=("PER",))), tokenizer)
    other = shutil.copytree(tiny_model, tmp_path / "other")
    vocabulary = load_tokenizer(other)
    vocabulary.add_tokens(["قطعة"])
    vocabulary.save(str(other / "tokenizer.json"))
    with pytest.raises(HadathError, match="they differ in tokenizer"):
        Teacher.load(other, spec, tokenizer)
    with pytest.raises(HadathError, match="no model folder"):
        Teacher.load(tmp_path / "none", spec, tokenizer)


def test_plain_text_becomes_examples_that_ask_at_every_word(tiny_model: Path, tmp_path: Path) -> None:
    text = "سيطر الجيش في المدينة بعد معارك عنيفة دامت يومين مع المسلحين في ريفها الشرقي"
    path = tmp_path / "text.txt"
    path.write_text(text + "\n\nعنوان\n", encoding="utf-8")
    corpus = unlabelled(DistilSettings(model="m", text=[str(path)], paragraphs=5, weight=0.5, loss=1.0), seed=1)
    assert [one.text for one in corpus.documents] == [text]
    assert corpus.weight == 0.5
    spec, tokenizer = TaggerSpec.load(tiny_model), load_tokenizer(tiny_model)
    encoder = Encoder(tokenizer, spec.normalisation, spec.pieces.unk)
    (example,) = ExampleMaker(spec, encoder, soft=True).make(corpus)
    (encoded,) = encoder.encode([text])
    expected = np.full(len(encoded.ids), INNER)
    expected[encoded.first] = FIRST
    assert example["soft"] == [0, *expected.tolist(), 0]
    assert not any(example["entities"] + example["triggers"])  # nothing is known of them
    (plain,) = ExampleMaker(spec, encoder).make(replace(corpus, soft=False))
    assert "soft" not in plain
    annotated = replace(corpus, soft=False)
    (other,) = ExampleMaker(spec, encoder, soft=True).make(annotated)
    assert not any(other["soft"])
    batch = Collator(0, 4, 0.5)([example, other])
    assert batch["plain_ids"][0].tolist() == example["input_ids"]
    assert (batch["input_ids"] != batch["plain_ids"]).any()
    with torch.no_grad():
        said = load_tagger(tiny_model, spec)(batch["plain_ids"], batch["attention_mask"])
    taught = Teachers([Teacher.load(tiny_model, spec, tokenizer)]).losses(said, batch=batch)
    assert float(taught["proclitics"]) == pytest.approx(0, abs=1e-5)


def test_text_without_a_paragraph_is_told(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("عنوان\n", encoding="utf-8")
    settings: dict[str, Any] = {"model": "m", "text": [str(path)]}
    with pytest.raises(HadathError, match="no paragraph of a fitting length"):
        unlabelled(DistilSettings(**settings), seed=1)
