"""Long documents: no seam between two windows shows in what is found, and what stands at the end is read as well as what stands alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hadath import Document, Predictor, read_jsonl
from hadath.inference.predictor import Predictor as Made
from hadath.models.folder import DEFAULT, GRAPH, PAIRS_GRAPH
from hadath.models.spec import TaggerSpec

QUICKSTART = Path(__file__).parents[2] / "data" / "quickstart"
SENTENCE = "سيطر الجيش السوري على مدينة البوكمال ثم وصل الرئيس الفرنسي إيمانويل ماكرون إلى بغداد."
FILLER = ["وكان", "الأمر", "على", "ما", "يرام", "كما", "كان", "من", "قبل", "ولم", "يتغير", "شيء", "كثير", "في", "ذلك", "منذ", "أيام"]


def spans(document: Document, start: int = 0, end: int | None = None) -> list[tuple[str, int, int, str]]:
    """The mentions and events that begin in [start, end), counted from `start`."""
    end = len(document.text) if end is None else end
    layers = {"entity": document.entities or (), "event": document.events or ()}
    return [(name, one.start - start, one.end - start, one.label) for name, layer in layers.items() for one in layer if start <= one.start < end]


def with_window(predictor: Predictor, window: int) -> Predictor:
    """The same model, reading so many pieces at once."""
    return Made(replace(predictor.spec, window=window), predictor._encoder._tokenizer, predictor._runtime)


@pytest.fixture(scope="module")
def piecewise(tmp_path_factory):
    """A model whose answer to a piece depends on that piece alone: any difference between two windows is then the windows' fault."""
    onnx = pytest.importorskip("onnx", reason="the graph is made with onnx (extra train)")
    from onnx import TensorProto, helper, numpy_helper

    folder = tmp_path_factory.mktemp("piecewise")
    for name in ("tokenizer.json", "hadath.json"):
        shutil.copy(DEFAULT / name, folder / name)
    spec = TaggerSpec.load(folder)
    spec = replace(spec, window=60_000)
    spec.save(folder)
    pieces = len(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]) + 100
    dice = np.random.default_rng(5)
    tables, nodes, outputs = [], [], []
    for name, head in spec.heads.items():
        tables.append(numpy_helper.from_array((3 * dice.standard_normal((pieces, head.size))).astype(np.float32), f"table_{name}"))
        nodes.append(helper.make_node("Gather", [f"table_{name}", "input_ids"], [name], axis=0))
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "pieces", head.size]))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "pieces"]) for name in ("input_ids", "attention_mask")]
    graph = helper.make_graph(nodes, "piecewise", inputs, outputs, tables)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (folder / GRAPH).parent.mkdir()
    shutil.copy(DEFAULT / PAIRS_GRAPH, folder / PAIRS_GRAPH)  # what it says of a pair depends on the pieces of that pair alone
    onnx.save(model, str(folder / GRAPH))
    return Predictor.load(folder, threads=1)


@pytest.mark.parametrize("window", [8, 12, 17, 32, 64])
def test_every_seam_position_of_a_model_without_context(piecewise, window):
    """A text shifted word by word through all positions a window can end at, twice over: the mentions are those of one window over all."""
    texts = [" ".join([*(FILLER * 9)[:count], SENTENCE, *FILLER]) for count in range(2 * window)]
    whole, cut = piecewise.predict(texts), with_window(piecewise, window).predict(texts)
    assert sum(len(spans(one)) for one in whole) > 2 * len(texts)
    for one, other in zip(whole, cut, strict=True):
        assert spans(one) == spans(other)
        assert one.sentences == other.sentences


@pytest.fixture(scope="module")
def default():
    return Predictor.load(threads=1)


@pytest.mark.parametrize("window", [48, 64])
def test_a_mention_on_a_seam_comes_out_once_and_whole(default, window):
    """The default model, a sentence shifted word by word over the ends of small windows, against the same in a window that holds it all."""
    small = with_window(default, window)
    texts, starts = [], []
    for count in range(70):
        before = " ".join((FILLER * 9)[:count]) + (".\n" if count else "")
        texts.append(before + SENTENCE + "\n" + " ".join(FILLER) + ".")
        starts.append(len(before))
    alone = default(SENTENCE)
    sure = replace(alone, entities=tuple(one for one in alone.entities if one.score >= 0.8), events=())  # of the rest what stands around may decide
    expected = set(spans(sure))
    assert len(expected) >= 4
    assert sum(len(small.encode([one])[0].ids) > window for one in texts) > 30
    for text, start, document in zip(texts, starts, small.predict(texts), strict=True):
        assert expected <= set(spans(document, start, start + len(SENTENCE))), text


@pytest.fixture(scope="module")
def gold():
    return list(read_jsonl(QUICKSTART / "dev.jsonl"))


def right(found: Document, truth: Document, start: int) -> tuple[int, int]:
    """How many entities and events were found with place and label, and how many were said."""
    said = spans(found, start)
    return len(set(said) & set(spans(truth))), len(said)


def test_the_end_of_a_long_article_is_read_as_if_it_stood_alone_or_better(default, gold):
    """Articles of 5,000 words whose last paragraphs are annotated: against the gold, those find as much there as alone."""
    words, filling = 0, []
    for document in gold * 9:
        filling.append(document.text)
        words += len(document.text.split())
        if words > 5_000:
            break
    before = "\n\n".join(filling) + "\n\n"
    last = gold[:6]
    long = default.predict([before + one.text for one in last])
    alone = default.predict([one.text for one in last])
    total = sum(len(spans(one)) for one in last)

    def f1(pairs):
        hits, said = (sum(column) for column in zip(*pairs, strict=True))
        return 2 * hits / (said + total)

    ends, apart = (
        f1(right(one, truth, len(before)) for one, truth in zip(long, last, strict=True)),
        f1(right(one, truth, 0) for one, truth in zip(alone, last, strict=True)),
    )
    assert apart > 0.3
    assert ends >= apart - 0.01


# -- full precision ------------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exact(tiny_model, tmp_path_factory):
    """The tiny model with its graph in full precision only."""
    folder = shutil.copytree(tiny_model, tmp_path_factory.mktemp("exact") / "model")
    (folder / "onnx" / "model.int8.onnx").unlink()
    return folder


def close(left: Document, right: Document, most: float) -> None:
    assert spans(left) == spans(right)
    assert [[said.label for said in one.labels] for one in left.sentences] == [[said.label for said in one.labels] for one in right.sentences]
    for one, other in zip((*left.entities, *left.events), (*right.entities, *right.events), strict=True):
        assert one.score == pytest.approx(other.score, abs=most)


@pytest.mark.parametrize(("precision", "most"), [("full", 1e-4), ("int8", 0.0)])
def test_company_order_chunks_and_threads_change_nothing(precision, most, exact, tiny_model, helpers, monkeypatch):
    """Alone, among neighbours of all lengths, backwards, by one thread and by three, in chunks of one text: the same mentions, and the same scores."""
    folder = exact if precision == "full" else tiny_model
    texts = [*helpers.NEWS, "", *helpers.quickstart_texts()[:6], " ".join(helpers.quickstart_texts()[6:12]), "😀"]
    one = Predictor.load(folder, threads=1)
    alone = [one(text) for text in texts]
    assert sum(len(spans(document)) for document in alone) > 100
    three = Predictor.load(folder, threads=3)
    tried = [one.predict(texts), one.predict(texts[::-1])[::-1], three.predict(texts), three.predict(texts * 2)[len(texts) :]]
    monkeypatch.setattr("hadath.inference.predictor._CHUNK", 1)
    tried += [one.predict(texts), three.predict(texts)]
    for found in tried:
        for document, other in zip(found, alone, strict=True):
            close(replace(document, id=""), replace(other, id=""), most)
