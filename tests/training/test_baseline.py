import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the baseline needs the extra train")

from hadath.models.documents import Document, Sentence, SentenceLabel, read_jsonl
from hadath.models.errors import DataError, HadathError
from hadath.models.scheme import Scheme
from hadath.training.baseline import SentenceBaseline, best_threshold

NEWS = Path(__file__).parents[2].parent / "shared" / "data" / "news"
SCHEME = Scheme(sentence_labels=("MEET", "FIGHT", "NEVER"))
PLACES = ["العاصمة", "المدينة", "الساحل", "الجبل", "الميناء", "القرية", "الوادي", "الضاحية", "الحدود", "المطار"]


def _document(name: str, *sentences: tuple[str, tuple[str, ...] | None]) -> Document:
    text, spans = "", []
    for words, labels in sentences:
        spans.append(Sentence(len(text), len(text) + len(words), None if labels is None else tuple(SentenceLabel(one) for one in labels)))
        text += words + "\n"
    return Document(name, text, sentences=tuple(spans))


def _corpus() -> list[Document]:
    return [
        _document(
            str(index),
            (f"اجتمع الوفدان قرب {place}.", ("MEET",)),
            (f"قصفت المدفعية محيط {place}.", ("FIGHT",)),
            (f"اجتمع الوفدان بعدما قصفت المدفعية {place}.", ("MEET", "FIGHT")),
            (f"هطل المطر على {place}.", ()),
        )
        for index, place in enumerate(PLACES)
    ]


@pytest.fixture(scope="module")
def baseline() -> SentenceBaseline:
    return SentenceBaseline(min_df=1).fit(_corpus(), SCHEME)


def _labels(document: Document) -> list[list[str]]:
    return [[one.label for one in sentence.labels or ()] for sentence in document.sentences or ()]


def test_it_learns_several_labels_a_sentence(baseline: SentenceBaseline) -> None:
    new = _document("new", ("اجتمع الوفدان قرب البحيرة.", None), ("اجتمع الوفدان ثم قصفت المدفعية البحيرة.", None), ("هطل المطر على البحيرة.", None))
    (found,) = baseline.predict([new])
    assert _labels(found) == [["MEET"], ["MEET", "FIGHT"], []]
    assert [(one.start, one.end) for one in found.sentences or ()] == [(one.start, one.end) for one in new.sentences or ()]


def test_scores_are_probabilities_that_reach_the_threshold(baseline: SentenceBaseline) -> None:
    thresholds = dict(zip(baseline.labels, baseline.thresholds.tolist(), strict=True))
    given = [one for document in baseline.predict(_corpus()) for sentence in document.sentences or () for one in sentence.labels or ()]
    assert len(given) == 40
    assert all(one.score is not None and thresholds[one.label] - 1e-5 <= one.score <= 1 for one in given)


def test_a_label_without_examples_is_never_given(baseline: SentenceBaseline) -> None:
    assert baseline.labels == SCHEME.sentence_labels
    assert "NEVER" not in {label for document in baseline.predict(_corpus()) for labels in _labels(document) for label in labels}


def test_a_label_of_every_sentence_is_always_given() -> None:
    always = [replace(one, sentences=tuple(replace(s, labels=(SentenceLabel("FIGHT"),)) for s in one.sentences or ())) for one in _corpus()]
    (found,) = SentenceBaseline(min_df=1).fit(always, SCHEME).predict([_document("new", ("هطل المطر.", None))])
    assert _labels(found) == [["FIGHT"]]


def test_predictions_carry_sentences_alone(baseline: SentenceBaseline) -> None:
    one = replace(_corpus()[0], entities=(), events=(), date="2020-01-01", extra={"url": "x"})
    (found,) = baseline.predict([one])
    assert (found.entities, found.events, found.date, found.extra) == (None, None, "2020-01-01", {"url": "x"})


def test_documents_without_sentences_are_split(baseline: SentenceBaseline) -> None:
    text = "اجتمع الوفدان قرب البحيرة. قصفت المدفعية محيط البحيرة."
    (found,) = baseline.predict([Document("new", text)])
    assert [text[one.start : one.end] for one in found.sentences or ()] == ["اجتمع الوفدان قرب البحيرة.", "قصفت المدفعية محيط البحيرة."]
    assert _labels(found) == [["MEET"], ["FIGHT"]]


def test_empty_and_failed_documents(baseline: SentenceBaseline) -> None:
    assert baseline.predict([]) == []
    empty, failed, after = baseline.predict([Document("a", ""), Document("b", "اجتمع", error="too long"), _corpus()[0]])
    assert empty.sentences == ()
    assert (failed.sentences, failed.error) == (None, "too long")
    assert _labels(after) == [["MEET"], ["FIGHT"], ["MEET", "FIGHT"], []]


def test_documents_without_labels_are_left_out_of_training(baseline: SentenceBaseline) -> None:
    unlabelled = _document("x", ("اجتمع الوفدان.", ("FIGHT",)), ("قصفت المدفعية.", None))
    again = SentenceBaseline(min_df=1).fit([unlabelled, Document("y", "نص"), *_corpus()], SCHEME)
    assert again.predict(_corpus()) == baseline.predict(_corpus())


def test_the_same_seed_gives_the_same_classifier(baseline: SentenceBaseline) -> None:
    again = SentenceBaseline(min_df=1).fit(_corpus(), SCHEME)
    assert np.array_equal(again.thresholds, baseline.thresholds)
    assert again.predict(_corpus()) == baseline.predict(_corpus())


def test_a_saved_classifier_predicts_the_same(baseline: SentenceBaseline, tmp_path: Path) -> None:
    baseline.save(tmp_path / "floor")
    loaded = SentenceBaseline.load(tmp_path / "floor")
    documents = [*_corpus(), _document("new", ("اجتمع الوفدان على الشاطئ.", None), ("Latin only", None))]
    assert loaded.predict(documents) == baseline.predict(documents)
    assert (loaded.labels, loaded.ngrams, loaded.C) == (baseline.labels, baseline.ngrams, baseline.C)
    assert sorted(one.name for one in (tmp_path / "floor").iterdir()) == ["baseline.json", "baseline.npz"]
    with np.load(tmp_path / "floor" / "baseline.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_damaged_folders_are_told(baseline: SentenceBaseline, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"baseline\.json: cannot be read"):
        SentenceBaseline.load(tmp_path)
    baseline.save(tmp_path)
    path = tmp_path / "baseline.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "vocabulary": data["vocabulary"][:-1]}), encoding="utf-8")
    with pytest.raises(DataError, match="save it again"):
        SentenceBaseline.load(tmp_path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(DataError, match="no saved sentence baseline"):
        SentenceBaseline.load(tmp_path)
    path.write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "baseline.npz").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(DataError, match="no saved sentence baseline"):
        SentenceBaseline.load(tmp_path)


def test_wrong_uses_are_told(tmp_path: Path) -> None:
    with pytest.raises(HadathError, match="call fit first"):
        SentenceBaseline().predict([Document("a", "نص")])
    with pytest.raises(HadathError, match="call fit first"):
        SentenceBaseline().save(tmp_path)
    with pytest.raises(HadathError, match="ngrams"):
        SentenceBaseline(ngrams=(5, 2))
    with pytest.raises(HadathError, match="folds"):
        SentenceBaseline(folds=1)
    with pytest.raises(HadathError, match="class_weight"):
        SentenceBaseline(class_weight="balance")
    with pytest.raises(DataError, match="at least 5 documents"):
        SentenceBaseline().fit(_corpus()[:4], SCHEME)
    with pytest.raises(DataError, match="no sentence_labels"):
        SentenceBaseline().fit(_corpus(), Scheme(entities=("PER",)))
    with pytest.raises(DataError, match='did you mean "FIGHT"'):
        SentenceBaseline().fit([*_corpus(), _document("z", ("نص", ("FIGTH",)))], SCHEME)


THRESHOLDS = [
    ([1, 1, 0, 0], [0.9, 0.7, 0.3, 0.1], 0.5),
    ([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], 0.4),
    ([1, 0, 0, 0, 1], [0.9, 0.5, 0.4, 0.3, 0.2], 0.7),
    ([1, 0], [0.6, 0.6], 0.3),
    ([1, 1], [0.6, 0.4], 0.2),
    ([0, 0], [0.6, 0.4], 0.5),
]


@pytest.mark.parametrize(("truth", "scores", "threshold"), THRESHOLDS)
def test_best_threshold(truth: list[int], scores: list[float], threshold: float) -> None:
    assert best_threshold(np.array(truth, bool), np.array(scores)) == pytest.approx(threshold)


@pytest.mark.skipif(not NEWS.is_dir(), reason="the annotated news (../shared/data/news) is not here")
def test_it_beats_chance_on_annotated_news() -> None:
    scheme = Scheme(sentence_labels=("ASSAULT", "STATEMENT"))

    def narrowed(name: str, count: int) -> list[Document]:
        out = []
        for document in list(read_jsonl(NEWS / name))[:count]:
            kept = [replace(one, labels=tuple(x for x in one.labels or () if x.label in scheme.sentence_labels)) for one in document.sentences or ()]
            out.append(replace(document, sentences=tuple(kept)))
        return out

    gold = narrowed("dev.jsonl", 36)
    predicted = SentenceBaseline(ngrams=(3, 4), folds=2).fit(narrowed("train.jsonl", 150), scheme).predict(gold)
    pairs = [(set(g), set(p)) for one, other in zip(gold, predicted, strict=True) for g, p in zip(_labels(one), _labels(other), strict=True)]
    f1 = 2 * sum(len(g & p) for g, p in pairs) / sum(len(g) + len(p) for g, p in pairs)
    chance = 2 * sum(len(g) for g, _ in pairs) / sum(len(g) + 2 for g, _ in pairs)  # every label everywhere
    assert f1 > chance + 0.05
