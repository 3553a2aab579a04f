"""Self-training: which paragraphs are drawn, which of them a tagger is sure of, and that they read like annotated ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the tiny model needs torch (extra train)")

from hadath import Predictor
from hadath.models.documents import read_jsonl
from hadath.training.self_labels import sample_paragraphs, self_labels

LINES = [f"الفقرة رقم {at} " + "فيها كلام يكفي لأن تكون فقرة من خبر لا عنوانا قصيرا ولا مقالا كاملا" for at in range(40)]


def test_paragraphs_are_drawn_once_each_and_stay_in_order() -> None:
    documents = ["\n".join(LINES[at : at + 4]) for at in range(0, 40, 4)]
    drawn = sample_paragraphs(documents, 15, seed=1)
    assert len(drawn) == len(set(drawn)) == 15
    assert [LINES.index(one) for one in drawn] == sorted(LINES.index(one) for one in drawn)
    assert drawn == sample_paragraphs(iter(documents), 15, seed=1)
    assert drawn != sample_paragraphs(documents, 15, seed=2)
    assert sample_paragraphs(documents, 100, seed=1) == LINES


def test_headlines_whole_articles_and_repetitions_are_not_drawn() -> None:
    assert sample_paragraphs(["عنوان\n" + LINES[0] + "\n\n" + LINES[0] + "\n" + LINES[1] * 20, LINES[0]], 10, seed=1) == [LINES[0]]


def test_every_paragraph_is_as_likely_as_another() -> None:
    counts = Counter(one for seed in range(400) for one in sample_paragraphs(["\n".join(LINES)], 10, seed))
    assert len(counts) == 40
    # 100 each on average, with a deviation of 8.7
    assert min(counts.values()) > 60
    assert max(counts.values()) < 140


def test_what_the_tagger_is_sure_of_is_kept_as_it_tags_it_without_scores(tiny_model: Path) -> None:
    predictor = Predictor.load(tiny_model)
    texts = ["سيطر الجيش على المدينة", "اتفاق", *LINES[:6]]
    everything = list(self_labels(predictor, texts, certainty=0.0))
    assert [one.text for one in everything] == texts
    for found, tagged in zip(everything, predictor.predict(texts), strict=True):
        assert [(m.start, m.end, m.label) for m in found.entities or ()] == [(m.start, m.end, m.label) for m in tagged.entities or ()]
        assert [(e.start, e.end, e.label, e.asserted) for e in found.events or ()] == [
            (e.start, e.end, e.label, e.asserted) for e in tagged.events or ()
        ]
        assert "score" not in found.to_line()
    assert list(self_labels(predictor, texts, certainty=1.0)) == []
    # sureness is that of the least certain word, worked out by hand
    sure = []
    for encoded, logits in zip(predictor.encode(texts), predictor.logits(predictor.encode(texts)), strict=True):
        shares = []
        for layer in ("entities", "triggers"):
            odds = np.exp(logits[layer][encoded.first].astype(np.float64))
            shares.append((odds / odds.sum(axis=1, keepdims=True)).max(axis=1).min())
        sure.append(min(shares))
    middle = float(np.median(sure)) + 1e-6
    kept = [one.text for one in self_labels(predictor, texts, certainty=middle)]
    assert kept == [text for text, one in zip(texts, sure, strict=True) if one >= middle]
    assert 0 < len(kept) < len(texts)


def test_the_command_writes_documents_that_can_be_trained_on(tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hadath.cli import main

    (tmp_path / "text.txt").write_text("\n".join(LINES[:10]) + "\n\n" + "\n".join(LINES[10:20]), encoding="utf-8")
    out = tmp_path / "self.jsonl"
    assert main(["self-label", str(tiny_model), str(tmp_path / "text.txt"), "-o", str(out), "--paragraphs", "8", "--certainty", "0"]) == 0
    assert len(list(read_jsonl(out))) == 8
    assert "8 of 8 paragraphs" in capsys.readouterr().out
    assert main(["self-label", str(tiny_model), str(tmp_path / "none.txt"), "-o", str(out)]) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert main(["self-label", str(tiny_model), str(tmp_path / "text.txt"), "-o", str(out), "--certainty", "2"]) == 2
    assert "--certainty is a probability" in capsys.readouterr().err


def test_check_data_counts_the_sentences_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hadath.cli import main

    rows = [{"id": str(at), "text": line, "sentences": [{"start": 0, "end": len(line)}]} for at, line in enumerate(LINES[:3])]
    (tmp_path / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "text.txt").write_text(LINES[1] + "\n\nنص آخر", encoding="utf-8")
    assert main(["check-data", str(tmp_path / "test.jsonl"), "--text", str(tmp_path / "text.txt")]) == 0
    assert "test.jsonl: 3 of 3 sentences" in capsys.readouterr().out  # they differ in one word
    (tmp_path / "text.txt").write_text("نص آخر لا صلة له بشيء من ذلك كله", encoding="utf-8")
    assert main(["check-data", str(tmp_path / "test.jsonl"), "--text", str(tmp_path / "text.txt")]) == 0
    assert "test.jsonl: 0 of 3 sentences" in capsys.readouterr().out
    (tmp_path / "bare.jsonl").write_text('{"id": "a", "text": "نص"}\n', encoding="utf-8")
    assert main(["check-data", str(tmp_path / "bare.jsonl"), "--text", str(tmp_path / "text.txt")]) == 2
    assert "names no sentences" in capsys.readouterr().err
