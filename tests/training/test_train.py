"""Training a tagger: what a run leaves behind, that it can be repeated and taken up again, and what corpora it learns from."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
import yaml

pytest.importorskip("torch", reason="training needs the extra train")

import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModel

from hadath import HadathError, Predictor
from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.models.storage import load_tagger
from hadath.training import publish as publishing
from hadath.training import train as module
from hadath.training.config import TrainConfig
from hadath.training.evaluation import evaluate
from hadath.training.markup import read_marked
from hadath.training.settings import build_settings, load_settings

LAYERS = {"entities": {}, "triggers": {}, "asserted": True, "sentences": {}}
HEADS = ("entities", "triggers", "asserted", "proclitics", "sentences", "arguments")
CLOCKS = ("train_runtime", "train_samples_per_second", "train_steps_per_second")


def lines(path, first, last):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[first:last]]


@pytest.fixture(scope="module")
def data(helpers, tmp_path_factory):
    """A few of the project's documents: enough for several steps, few enough to be measured in no time."""
    folder = tmp_path_factory.mktemp("data")
    helpers.write_jsonl(folder / "train.jsonl", lines(helpers.QUICKSTART / "train.jsonl", 0, 8))
    helpers.write_jsonl(folder / "dev.jsonl", lines(helpers.QUICKSTART / "dev.jsonl", 0, 3))
    return folder


@pytest.fixture
def quick(monkeypatch):
    """Without what takes most of the time and has tests of its own: graphs, pictures, temperatures, intervals."""
    monkeypatch.setattr(publishing, "export", lambda *_, **__: {})
    monkeypatch.setattr(publishing, "check_int8", lambda *_: {})
    monkeypatch.setattr(publishing, "fit", lambda spec, *_: spec)
    monkeypatch.setattr(publishing, "evaluate", lambda dev, predicted, *_, **__: evaluate(dev, predicted, Scheme()))
    monkeypatch.setattr(publishing, "write_report", lambda run, report, history, facts: (run / "history.json").write_text(json.dumps(history)))


@pytest.fixture
def config(tiny_encoder, data, tmp_path):
    """Makes a config of a tiny run, with changes."""

    def make(**changes):
        values = {
            "name": "tiny",
            "runs": str(tmp_path / "runs"),
            "encoder": str(tiny_encoder),
            "window": 64,
            "epochs": 3,
            "batch": 8,
            "rate": 0.002,
            "corpora": [{"name": "own", "files": [str(data / "train.jsonl")], "layers": LAYERS}],
            "dev": [str(data / "dev.jsonl")],
            "log_every": 1,
            **changes,
        }
        return build_settings(TrainConfig, values)

    return make


def history(run):
    """What was logged, without what a clock says."""
    rows = json.loads((run / "history.json").read_text(encoding="utf-8"))
    return [{key: value for key, value in row.items() if key not in CLOCKS} for row in rows]


def checkpoints(run):
    return sorted((run / "checkpoints").glob("checkpoint-*"), key=lambda one: int(one.name.split("-")[1]))


def same(one, other):
    one, other = load_file(one), load_file(other)
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def interrupt_in_epoch(monkeypatch, number):
    """Interrupts a training in the middle of an epoch, counted from 0."""
    original = module.TaggerTrainer.compute_loss

    def compute_loss(self, *args, **kwargs):
        if (self.state.epoch or 0) > number + 0.4:
            raise KeyboardInterrupt
        return original(self, *args, **kwargs)

    monkeypatch.setattr(module.TaggerTrainer, "compute_loss", compute_loss)


# -- the whole flow ------------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(helpers, tiny_encoder, tmp_path_factory):
    """A run from a YAML file to the folder that a predictor loads, on the project's documents."""
    folder = tmp_path_factory.mktemp("whole")
    values = {
        "name": "whole",
        "runs": str(folder / "runs"),
        "seed": 7,
        "encoder": str(tiny_encoder),
        "epochs": 2,
        "max_steps": 6,
        "window": 128,
        "batch": 4,
        "log_every": 1,
        "max_drop": 100,
        "corpora": [
            {"name": "quickstart", "files": [str(helpers.QUICKSTART / "train.jsonl")], "licence": "ours", "layers": {**LAYERS, "arguments": True}}
        ],
        "dev": [str(helpers.write_jsonl(folder / "dev.jsonl", lines(helpers.QUICKSTART / "dev.jsonl", 0, 6)))],
    }
    path = folder / "whole.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    model = module.train(load_settings(TrainConfig, path))
    assert model == folder / "runs" / "whole" / "model"
    return model.parent


def test_the_run_says_what_it_was_made_from(trained, helpers):
    config = load_settings(TrainConfig, trained / "config.yaml")
    assert (config.seed, config.max_steps, config.clip) == (7, 6, 1.0)  # a default is written down too
    versions = json.loads((trained / "versions.json").read_text())
    assert versions["torch"] == torch.__version__.split("+")[0] or versions["torch"] == torch.__version__
    assert {"python", "machine", "hadath", "transformers", "tokenizers", "onnxruntime"} <= versions.keys()
    files = [helpers.QUICKSTART / "train.jsonl", trained.parents[1] / "dev.jsonl"]
    assert json.loads((trained / "data.json").read_text()) == {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}
    assert list(json.loads((trained / "not-used.json").read_text())) == ["quickstart"]


def test_the_run_has_metrics_of_every_step(trained):
    rows = [row for row in history(trained) if "loss" in row]
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    for row in rows:
        parts = [row[f"loss_{name}"] for name in HEADS]
        assert all(math.isfinite(one) and one >= 0 for one in parts)
        assert row["loss"] == pytest.approx(sum(parts), rel=1e-3)
    scores = [row for row in history(trained) if "eval_score" in row]
    assert scores
    assert all({"eval_entities_f1", "eval_triggers_f1", "eval_sentence_labels_f1"} <= row.keys() for row in scores)
    assert list(trained.rglob("events.out.tfevents.*"))


def test_the_run_has_its_report(trained):
    report = json.loads((trained / "report.json").read_text(encoding="utf-8"))
    assert report["facts"]["steps"] == 6
    assert set(report["facts"]["graphs"]) == {"model.onnx", "model.int8.onnx"}
    layers = set(report["dev"]) - {"documents", "failed", "not_predicted", "errors", "left_out"}
    assert set(report["facts"]["int8"]) == layers
    assert set(report["facts"]["calibration"]) <= layers
    assert report["dev"]["documents"] == 6
    assert len(report["dev"]["entities"]["interval"]) == 2
    text = (trained / "report.md").read_text(encoding="utf-8")
    pictures = [line.split("](")[1].rstrip(")") for line in text.splitlines() if line.startswith("![")]
    assert "learning-curves.png" in pictures
    assert sorted(pictures) == sorted(one.name for one in trained.glob("*.png"))
    assert all((trained / one).read_bytes().startswith(b"\x89PNG") for one in pictures)


def test_the_model_folder_is_whole_and_holds_no_pickle(trained):
    model = trained / "model"
    files = {str(one.relative_to(model)) for one in model.rglob("*") if one.is_file()}
    assert files == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "hadath.json",
        "README.md",
        "onnx/model.onnx",
        "onnx/model.int8.onnx",
        "onnx/arguments.onnx",
    }
    for name in files:
        start = (model / name).read_bytes()[:4]
        assert not start.startswith((b"\x80", b"PK\x03\x04")), f"{name} is a pickle"  # a bare one, or the zip that torch packs one in
    card = (model / "README.md").read_text(encoding="utf-8")
    assert "| quickstart | train.jsonl | entities, triggers, sentences, arguments | ours |" in card
    assert "6 steps" in card


def test_the_encoder_in_the_model_folder_is_that_of_the_best_checkpoint(trained, tiny_encoder):
    state = json.loads((checkpoints(trained)[-1] / "trainer_state.json").read_text())
    saved = load_file(module.Path(state["best_model_checkpoint"]) / "model.safetensors")
    expected = AutoModel.from_config(AutoConfig.from_pretrained(tiny_encoder)).eval()
    expected.load_state_dict({name.removeprefix("encoder."): value for name, value in saved.items() if name.startswith("encoder.")})
    ids = torch.tensor([[2, 10, 200, 30, 77, 3]])
    with torch.no_grad():
        loaded = AutoModel.from_pretrained(trained / "model").eval()(ids).last_hidden_state
        untrained = AutoModel.from_pretrained(tiny_encoder).eval()(ids).last_hidden_state
        torch.testing.assert_close(loaded, expected(ids).last_hidden_state, rtol=0, atol=0)
    assert (loaded - untrained).abs().max() > 0.01


def test_a_predictor_loads_the_model(trained, helpers):
    predictor = Predictor.load(trained / "model", threads=1)
    assert predictor.spec.versions == json.loads((trained / "versions.json").read_text())
    documents = predictor.predict(helpers.NEWS)
    assert [(one.text, one.error) for one in documents] == [(text, None) for text in helpers.NEWS]
    assert all(one.sentences and one.entities is not None and one.events is not None for one in documents)
    assert all(event.arguments is not None for one in documents for event in one.events)


# -- again, and again from the middle ------------------------------------------------------------------------------------------------------------------


def test_two_runs_of_one_config_are_the_same(quick, config, tmp_path):
    one = module.train(config(epochs=2)).parent
    other = module.train(config(epochs=2, runs=str(tmp_path / "again"))).parent
    assert history(one) == history(other)
    assert same(one / "model" / "model.safetensors", other / "model" / "model.safetensors")
    third = module.train(config(runs=str(tmp_path / "seed"), seed=2, max_steps=1)).parent
    assert history(third)[0]["loss"] != history(one)[0]["loss"]


def test_the_loss_falls(quick, config):
    run = module.train(config(epochs=8, dropout=0.0)).parent
    losses = [row["loss"] for row in history(run) if "loss" in row]
    assert sum(losses[-4:]) < 0.7 * sum(losses[:4])


def test_an_interrupted_run_ends_as_one_that_was_not(quick, config, monkeypatch, tmp_path):
    whole = module.train(config()).parent
    with monkeypatch.context() as patch:
        interrupt_in_epoch(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            module.train(config(runs=str(tmp_path / "cut")))
    cut = tmp_path / "cut" / "tiny"
    assert len(checkpoints(cut)) == 1
    assert not (cut / "model").exists()
    assert module.train(config(runs=str(tmp_path / "cut"))).parent == cut
    assert [one.name for one in checkpoints(cut)] == [one.name for one in checkpoints(whole)]
    assert same(checkpoints(cut)[-1] / "model.safetensors", checkpoints(whole)[-1] / "model.safetensors")
    assert same(cut / "model" / "model.safetensors", whole / "model" / "model.safetensors")
    losses = [[(row["step"], row["loss"]) for row in history(run) if "loss" in row] for run in (cut, whole)]
    assert losses[0] == losses[1]


def test_patience_lasts_over_an_interruption(quick, config, monkeypatch, tmp_path):
    """Two epochs in a row without a better score end a run, also if it was interrupted between them."""
    monkeypatch.setattr(module, "_measure", lambda *_: {"score": next(scores)})
    scores = iter([0.5, 0.4, 0.3, 0.2, 0.1])
    settings = config(epochs=5, patience=2)
    with monkeypatch.context() as patch:
        interrupt_in_epoch(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            module.train(settings)
    for _ in range(2):  # the second call finds that there is nothing left to do
        run = module.train(settings).parent
        assert [row["eval_score"] for row in history(run) if "eval_score" in row] == [0.5, 0.4, 0.3]


def test_the_best_epoch_is_kept(quick, config, monkeypatch):
    scores = iter([0.1, 0.9, 0.2, 0.3])
    monkeypatch.setattr(module, "_measure", lambda *_: {"score": next(scores)})
    run = module.train(config(epochs=4)).parent
    best, last = checkpoints(run)
    tensors = load_file(run / "model" / "model.safetensors")
    for checkpoint, equal in ((best, True), (last, False)):
        heads = {name: value for name, value in load_file(checkpoint / "model.safetensors").items() if name.startswith("heads.")}
        assert heads
        assert all(torch.equal(value, tensors[name]) for name, value in heads.items()) == equal


@pytest.mark.parametrize("limit", [{"max_steps": 4}, {"epochs": 1}])
def test_a_finished_run_called_again_says_the_same(quick, config, limit):
    run = module.train(config(**limit)).parent
    before = load_file(run / "model" / "model.safetensors"), history(run), [one.name for one in checkpoints(run)]
    module.train(config(**limit))
    after = load_file(run / "model" / "model.safetensors"), history(run), [one.name for one in checkpoints(run)]
    assert all(torch.equal(value, after[0][name]) for name, value in before[0].items())
    steps = [[row["step"] for row in rows if "loss" in row] for rows in (before[1], after[1])]
    assert steps[0] == steps[1]
    assert before[2] == after[2]


def test_a_run_can_be_made_longer_but_not_another(quick, config):
    run = module.train(config(max_steps=3)).parent
    module.train(config(max_steps=5))
    assert [row["step"] for row in history(run) if "loss" in row] == [1, 2, 3, 4, 5]
    with pytest.raises(HadathError, match=r"holds a run with other settings \(batch, rate\)"):
        module.train(config(rate=0.1, batch=2))


# -- what it learns from -------------------------------------------------------------------------------------------------------------------------------


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
