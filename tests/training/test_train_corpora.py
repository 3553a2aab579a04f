"""Training: what a run learns from, corpora of several kinds, another tagger, its own encoder; and what is wrong with them is told."""

from __future__ import annotations

import json
import math

import pytest

pytest.importorskip("torch", reason="training needs the extra train")

import torch
from safetensors.torch import load_file

from hadath import HadathError, Predictor
from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.models.storage import load_tagger
from hadath.training import train as module
from hadath.training.markup import read_marked

from .tiny_runs import LAYERS, history, lines, same


def test_documents_that_lack_layers_train(quick, config, data, helpers, tmp_path):
    """What a document does not say is no loss: nothing here says a word about triggers."""
    rows = lines(data / "train.jsonl", 0, 6)
    kept = (("entities",), ("sentences",), ())
    some = [{key: value for key, value in row.items() if key in ("id", "text", *kept[at % 3])} for at, row in enumerate(rows)]
    path = helpers.write_jsonl(tmp_path / "some.jsonl", some)
    run = module.train(config(epochs=1, corpora=[{"name": "some", "files": [str(path)], "layers": LAYERS}])).parent
    steps = [row for row in history(run) if "loss" in row]
    assert all(row["loss_triggers"] == 0 and row["loss_asserted"] == 0 for row in steps)
    for name in ("entities", "proclitics", "sentences"):
        assert any(row[f"loss_{name}"] > 0 for row in steps)


def word_rows():
    """Word-tagged sentences with labels that are not the scheme's."""
    sentences = (
        ("زار/O سامي/B-PERS العلي/I-PERS دمشق/B-CITY ./O", "ألف"),
        ("وصل/O وفد/O شركة/B-ORG النور/I-ORG إلى/O عمان/B-CITY", "ألف"),
        ("قرأ/O رواية/O الأيام/B-BOOK في/O بيته/O", "باء"),
    )
    for line, name in sentences:
        pairs = [one.split("/") for one in line.split()]
        yield {"doc_id": name, "tokens": [word for word, _ in pairs], "ner_tags": [tag for _, tag in pairs]}


WORDS = {"entities": {"column": "ner_tags", "labels": {"PERS": "PER", "CITY": ["GPE", "LOC"], "ORG": "ORG", "BOOK": []}, "unmarked": ["OCC", "DATE"]}}


def test_corpora_with_other_labels_train_together(quick, config, helpers, tmp_path, data):
    words = helpers.write_jsonl(tmp_path / "words.jsonl", word_rows())
    judged = helpers.write_jsonl(
        tmp_path / "judged.jsonl",
        [
            {"text": "خرج الآلاف في مظاهرة وسط العاصمة.", "labels": ["DEMO"], "judged": ["DEMO", "FIGHT"]},
            {"text": "قتل جنديان في اشتباك مع مسلحين.", "labels": ["FIGHT"], "judged": ["DEMO", "FIGHT"]},
            {"text": "افتتح الوزير معرضا للكتاب.", "labels": [], "judged": ["DEMO"]},
        ],
    )
    corpora = [
        {"name": "own", "files": [str(data / "train.jsonl")], "weight": 0.5, "layers": LAYERS},
        {"name": "words", "files": [str(words)], "format": "words", "word_aligned": True, "weight": 2.0, "layers": WORDS},
        {
            "name": "judged",
            "files": [str(judged)],
            "format": "judged",
            "layers": {"sentences": {"column": "labels", "labels": {"DEMO": "PROTEST", "FIGHT": ["ASSAULT", "COERCE"]}}},
        },
    ]
    run = module.train(config(epochs=1, corpora=corpora)).parent
    assert set(json.loads((run / "not-used.json").read_text())) == {"own", "words", "judged"}
    assert set(json.loads((run / "data.json").read_text())) >= {str(words), str(judged)}
    steps = [row for row in history(run) if "loss" in row]
    assert all(math.isfinite(row["loss"]) and row["loss"] > 0 for row in steps)
    assert TaggerSpec.load(run / "model").proclitics


def test_a_corpus_of_words_with_a_scheme_of_its_own(quick, config, helpers, tmp_path):
    scheme = tmp_path / "own.yaml"
    scheme.write_text("entities: {PERS: person, CITY: city, ORG: body, BOOK: book}\n", encoding="utf-8")
    words = str(helpers.write_jsonl(tmp_path / "words.jsonl", word_rows()))
    corpora = [{"name": "words", "files": [words], "format": "words", "word_aligned": True, "layers": {"entities": {}}}]
    model = module.train(
        config(scheme=str(scheme), corpora=corpora, dev=[words], dev_column="ner_tags", epochs=60, batch=1, rate=0.003, dropout=0.0, log_every=20)
    )
    spec = TaggerSpec.load(model)
    assert (list(spec.heads), spec.proclitics) == (["entities"], False)
    found = Predictor.load(model)("زار سامي العلي دمشق .\nوصل وفد شركة النور إلى عمان")
    assert [(one.text, one.label) for one in found.entities] == [
        ("سامي العلي", "PERS"),
        ("دمشق", "CITY"),
        ("شركة النور", "ORG"),
        ("عمان", "CITY"),
    ]
    assert found.events is None or found.events == ()


PARTS = """# id: 1
[MEET e1:التقى] [PER t1:سامي] [PER t2:عمر] في [GPE t3:دمشق]
> e1 ACTOR=t1 RECIPIENT=t2 PLACE=t3

# id: 2
[MEET e1:زار] [PER t1:علي] [GPE t2:حلب] قادما من [GPE t3:عمان]
> e1 ACTOR=t1 PLACE=t2

# id: 3
قال [PER t1:خالد] إن [PER t2:ليلى] [MEET e1:زارت] [PER t3:هند]
> e1 ACTOR=t2 RECIPIENT=t3
"""


def test_arguments_are_learnt(quick, config, helpers, tmp_path):
    """Mentions of one label in several parts and in none: who does it, whom it is done to, and who only stands by."""
    scheme, marked = tmp_path / "own.yaml", tmp_path / "parts.txt"
    scheme.write_text("{entities: [PER, GPE], triggers: [MEET], roles: [ACTOR, RECIPIENT, PLACE]}\n", encoding="utf-8")
    marked.write_text(PARTS, encoding="utf-8")
    gold = list(read_marked(marked, Scheme.load(scheme)))
    dev = helpers.write_jsonl(tmp_path / "dev.jsonl", [one.to_json() for one in gold])
    corpora = [{"name": "parts", "files": [str(marked)], "format": "marked", "layers": {"entities": {}, "triggers": {}, "arguments": True}}]
    model = module.train(
        config(scheme=str(scheme), corpora=corpora, dev=[str(dev)], epochs=50, patience=3, batch=1, rate=0.003, dropout=0.0, log_every=20)
    )
    assert TaggerSpec.load(model).arguments

    def parts(document):
        names = {one.id: one.text for one in document.entities}
        return [(event.text, [(one.role, names[one.target]) for one in event.arguments]) for event in document.events]

    found = Predictor.load(model).predict([one.text for one in gold])
    assert [parts(one) for one in found] == [parts(one) for one in gold]


def test_a_fault_of_the_data_is_told_before_anything_is_written(config, helpers, data, tmp_path):
    words = helpers.write_jsonl(tmp_path / "words.jsonl", [{"tokens": ["زار", "دمشق"], "ner_tags": ["O", "B-CITTY"]}])
    with pytest.raises(HadathError, match=r'words\.jsonl.*"CITTY".*did you mean "CITY"'):
        module.train(config(corpora=[{"name": "w", "files": [str(words)], "format": "words", "layers": WORDS}]))
    row = lines(data / "dev.jsonl", 0, 1)[0]
    row["entities"] = [{**row["entities"][0], "label": "PERSON"}]
    row.pop("events", None)
    dev = helpers.write_jsonl(tmp_path / "dev.jsonl", [row])
    with pytest.raises(HadathError, match="PERSON"):
        module.train(config(dev=[str(dev)]))
    with pytest.raises(HadathError, match="no documents"):
        module.train(config(dev=[str(helpers.write_jsonl(tmp_path / "empty.jsonl", []))]))
    assert not (tmp_path / "runs").exists()


def test_the_encoder_of_a_finished_tagger_is_gone_on_with(config, quick, tiny_model, tmp_path):
    model = module.train(config(encoder=str(tiny_model), masked=0.1, epochs=1, max_steps=1, rate=1e-9))
    old, new = (load_tagger(folder, TaggerSpec.load(folder)).encoder.state_dict() for folder in (tiny_model, model))
    assert TaggerSpec.load(model).pieces == TaggerSpec.load(tiny_model).pieces
    for name, value in old.items():
        torch.testing.assert_close(new[name], value, atol=1e-5, rtol=0)


def test_a_tagger_is_trained_on_with_its_heads(config, quick):
    first = config(name="first", epochs=1)
    begun = module.train(first)
    further = {"encoder": str(begun), "heads": "kept", "epochs": 1, "rate": 1e-12}
    kept, new = (
        load_file(module.train(config(name=name, **further | changes)) / "model.safetensors")
        for name, changes in (("kept", {}), ("new", {"heads": "new"}))
    )
    before = load_file(begun / "model.safetensors")
    heads = [name for name in before if name.startswith("heads.") and name.endswith("weight")]
    assert len(heads) == 5
    assert all(torch.allclose(kept[name], before[name], atol=1e-6) for name in before)
    assert not any(torch.allclose(new[name], before[name], atol=1e-3) for name in heads)


def test_heads_that_cannot_be_kept_are_told(config, data, tiny_encoder, tiny_model):
    own = {"name": "own", "files": [str(data / "train.jsonl")], "layers": {**LAYERS, "arguments": True}}
    with pytest.raises(HadathError, match="differ in arguments"):  # which that tagger was not taught
        module.train(config(encoder=str(tiny_model), heads="kept", corpora=[own]))
    with pytest.raises(HadathError, match=r"it holds no hadath\.json"):
        module.train(config(encoder=str(tiny_encoder), heads="kept", name="other"))


def test_an_encoder_that_is_none_is_told(config, tmp_path):
    with pytest.raises(HadathError, match='the encoder "nowhere" cannot be loaded'):
        module.train(config(encoder="nowhere"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(HadathError, match="cannot be loaded"):
        module.train(config(encoder=str(tmp_path / "empty"), name="other"))


def test_a_tagger_learns_from_what_another_says_of_plain_text(config, quick, tiny_encoder, data, tmp_path):
    first = module.train(config(epochs=1))
    text = tmp_path / "text.txt"
    text.write_text("\n".join(one["text"].replace("\n", " ") for one in lines(data / "train.jsonl", 0, 8)), encoding="utf-8")
    settings = {"model": [str(first), str(first)], "text": [str(text)], "weight": 1.0}
    model = module.train(config(name="second", epochs=1, masked=0.2, distil=settings))
    logged = {name for row in history(model.parent) for name in row if name.startswith("loss_")}
    assert {f"loss_{name}_taught" for name in ("entities", "triggers", "asserted", "proclitics", "sentences")} < logged
    assert str(text) in json.loads((model.parent / "data.json").read_text())
    assert not same(first / "model.safetensors", model / "model.safetensors")
