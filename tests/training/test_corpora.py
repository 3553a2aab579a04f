"""Corpora with labels of their own: what they say of each word, how their files are read, and where faults are said to be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pydantic", reason="corpora are described by configs (extra train)")

from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel
from hadath.models.errors import DataError, HadathError
from hadath.models.scheme import Scheme, load_scheme
from hadath.models.tags import Reading
from hadath.training.config import CorpusSettings
from hadath.training.corpora import Corpus, load_corpus, read_dev
from hadath.training.runs import fingerprint
from hadath.training.settings import build_settings

SCHEME = Scheme(
    entities=("PER", "ORG", "GPE", "LOC", "FAC"), triggers=("ATTACK", "MEET"), roles=("ACTOR",), sentence_labels=("ASSAULT", "CONSULT", "STATEMENT")
)
ROWS = [
    {"tokens": ["زار", "محمد", "علي", "مطار", "دمشق", "."], "ner_tags": ["O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "O"], "doc_id": "d1"},
    {"tokens": ["وغادر"], "ner_tags": ["O"], "doc_id": "d1"},
    {"tokens": ["كأس", "العالم", "،"], "ner_tags": ["B-MISC", "I-MISC", "O"], "doc_id": "d2"},
]
LABELS: dict[str, Any] = {"PERS": "PER", "LOC": ["GPE", "LOC", "FAC"], "MISC": []}


def _write(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)) + "\n" for one in rows), encoding="utf-8")
    return path


def _load(path: Path, layers: dict[str, Any], scheme: Scheme | None = None, **options: Any) -> Corpus:
    return load_corpus(build_settings(CorpusSettings, {"name": "c", "files": [str(path)], "layers": layers, **options}), scheme or SCHEME)


def _words(folder: Path, rows: list[Any], labels: dict[str, Any] = LABELS, **options: Any) -> Corpus:
    return _load(_write(folder / "w.jsonl", rows), {"entities": {"labels": labels, **options}}, format="words")


def _allowed(reading: Reading, tag: str) -> set[str]:
    return {name for name, may in zip(reading.tags.names, reading.allowed(tag), strict=True) if may}


# Readings


def test_a_label_that_may_be_several_and_one_that_is_none(tmp_path: Path) -> None:
    reading = _words(tmp_path, ROWS).spans["entities"]
    assert reading.tags.labels == SCHEME.entities
    assert _allowed(reading, "B-LOC") == {"B-GPE", "B-LOC", "B-FAC"}
    assert _allowed(reading, "I-LOC") == {"I-GPE", "I-LOC", "I-FAC"}
    assert _allowed(reading, "B-PERS") == {"B-PER"}
    assert _allowed(reading, "O") == _allowed(reading, "B-MISC") == _allowed(reading, "I-MISC") == {"O"}


def test_what_a_corpus_never_marks_may_be_outside_and_in_what_reads_as_nothing(tmp_path: Path) -> None:
    reading = _words(tmp_path, ROWS, unmarked=["ORG", "FAC"]).spans["entities"]
    silent = {"O", "B-ORG", "I-ORG", "B-FAC", "I-FAC"}
    assert _allowed(reading, "O") == _allowed(reading, "B-MISC") == silent
    assert _allowed(reading, "B-PERS") == {"B-PER"}
    everything = _words(tmp_path, ROWS, unmarked="all").spans["entities"]
    assert _allowed(everything, "O") == set(everything.tags.names)
    assert _allowed(everything, "B-LOC") == {"B-GPE", "B-LOC", "B-FAC"}


def test_without_labels_a_corpus_uses_the_schemes_own(tmp_path: Path) -> None:
    document = {"id": "a", "text": "زار دمشق", "entities": [{"start": 4, "end": 8, "label": "GPE"}]}
    corpus = _load(_write(tmp_path / "d.jsonl", [document]), {"entities": {}, "triggers": {}})
    assert set(corpus.spans) == {"entities", "triggers"}
    for layer, labels in (("entities", SCHEME.entities), ("triggers", SCHEME.triggers)):
        reading = corpus.spans[layer]
        assert set(reading.labels) == set(labels)
        for label in labels:
            assert _allowed(reading, f"B-{label}") == {f"B-{label}"}


def test_an_empty_mapping_of_labels_is_not_the_schemes_own(tmp_path: Path) -> None:
    rows = [{"tokens": ["زار", "دمشق"], "ner_tags": ["O", "B-GPE"]}]
    assert set(_words(tmp_path, [{**rows[0], "ner_tags": ["O", "O"]}], {}).spans["entities"].labels) == set()
    with pytest.raises(DataError, match='"GPE"; nothing is allowed here'):
        _words(tmp_path, rows, {})


def test_only_the_layers_that_are_named_are_read(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.jsonl", [{"id": "a", "text": "زار دمشق", "entities": [{"start": 4, "end": 8, "label": "خطأ"}]}])
    corpus = _load(path, {"triggers": {}}, weight=0.5, word_aligned=True)
    assert set(corpus.spans) == {"triggers"}
    assert (corpus.sentences, corpus.asserted, corpus.weight, corpus.word_aligned) == (None, False, 0.5, True)


def test_sentence_labels_have_readings_too(tmp_path: Path) -> None:
    text = "نص قصير"
    rows = [{"id": "a", "text": text, "sentences": [{"start": 0, "end": 7, "labels": ["VIOLENCE", "OTHER"]}]}]
    layers = {
        "sentences": {"labels": {"VIOLENCE": "ASSAULT", "TALK": ["CONSULT", "STATEMENT"], "OTHER": []}, "unmarked": ["STATEMENT"]},
    }
    corpus = _load(_write(tmp_path / "d.jsonl", rows), layers)
    assert corpus.sentences == {"VIOLENCE": ("ASSAULT",), "TALK": ("CONSULT", "STATEMENT"), "OTHER": ()}
    assert corpus.silent == {"STATEMENT"}
    assert not corpus.spans


# Word-tagged sentences


def test_word_tagged_sentences_of_a_text_become_a_document(tmp_path: Path) -> None:
    first, second = _words(tmp_path, ROWS).documents
    text = "زار محمد علي مطار دمشق .\nوغادر"
    assert first == Document(
        "d1-1",
        text,
        sentences=(Sentence(0, 24), Sentence(25, 30)),
        entities=(Mention(4, 12, "محمد علي", "PERS"), Mention(13, 22, "مطار دمشق", "LOC")),
    )
    assert second == Document("d2-3", "كأس العالم ،", sentences=(Sentence(0, 12),), entities=(Mention(0, 10, "كأس العالم", "MISC"),))


def test_single_spaces_join_words_whatever_stands_in_them(tmp_path: Path) -> None:
    tokens = [" زار ", "", "\u00a0", "محمد\n", "F 16", "\t", "الآن"]
    tags = ["O", "O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "I-LOC"]
    rows = [{"tokens": [" "], "ner_tags": ["B-PERS"]}, {"tokens": tokens, "ner_tags": tags}, {"tokens": [], "ner_tags": []}]
    (document,) = _words(tmp_path, rows).documents
    assert document.text.strip("\n") == "زار محمد F 16 الآن"
    # a tag on a blank keeps its mention going but takes no room; a mention of nothing but a blank is none
    assert [(one.text, one.label) for one in document.entities or ()] == [("محمد", "PERS"), ("F 16 الآن", "LOC")]
    assert all(document.text[one.start : one.end] == one.text for one in document.entities or ())
    assert [document.text[one.start : one.end] for one in document.sentences or ()] == ["", "زار محمد F 16 الآن", ""]


def test_a_long_text_is_read_in_parts_that_keep_whole_sentences(tmp_path: Path) -> None:
    rows = [{"tokens": ["كلمة"] * 50, "ner_tags": ["O"] * 50, "doc_id": "long"}] * 5
    rows += [{"tokens": ["كلمة"] * 300, "ner_tags": ["O"] * 300, "doc_id": "long"}]
    documents = _words(tmp_path, rows).documents
    assert [one.id for one in documents] == ["long-1", "long-3", "long-5", "long-6"]
    assert [len(one.text.split()) for one in documents] == [100, 100, 50, 300]
    assert [len(one.sentences or ()) for one in documents] == [2, 2, 1, 1]


def test_texts_without_names_are_named_after_their_file_and_interrupted_ones_stay_apart(tmp_path: Path) -> None:
    row = {"tokens": ["كلمة"], "ner_tags": ["O"]}
    documents = _words(tmp_path, [row, "", {**row, "doc_id": 7}, row]).documents
    assert [one.id for one in documents] == ["w-1", "7-3", "w-4"]


def test_two_layers_of_one_file_each_from_its_column(tmp_path: Path) -> None:
    row = {"tokens": ["هاجم", "الجيش", "ثم", "هاجم"], "ents": ["O", "B-ORG", "O", "O"], "events": ["B-A", "O", "O", "I-A"]}
    layers = {"entities": {"column": "ents"}, "triggers": {"column": "events", "labels": {"A": "ATTACK"}}}
    (document,) = _load(_write(tmp_path / "w.jsonl", [row]), layers, format="words").documents
    assert document.entities == (Mention(5, 10, "الجيش", "ORG"),)
    assert document.events == (Event(0, 4, "هاجم", "A"), Event(14, 18, "هاجم", "A"))


def test_layers_that_are_not_asked_for_stay_unknown(tmp_path: Path) -> None:
    (document, *_) = _words(tmp_path, ROWS).documents
    assert document.events is None
    assert all(one.labels is None for one in document.sentences or ())


# Judged sentences, documents, marked text


def test_judged_sentences_by_hand(tmp_path: Path) -> None:
    rows = [
        {"text": "قصف الجيش القرية", "labels": ["V"], "judged": ["V"], "doc_id": "x"},
        {"text": "اجتمع الوفدان", "labels": [], "judged": ["V", "T"]},
    ]
    layers = {"sentences": {"labels": {"V": "ASSAULT", "T": "CONSULT"}}}
    corpus = _load(_write(tmp_path / "j.jsonl", rows), layers, format="judged")
    assert corpus.documents == [
        Document("x:1", "قصف الجيش القرية", sentences=(Sentence(0, 16, (SentenceLabel("V"),)),)),
        Document("j:2", "اجتمع الوفدان", sentences=(Sentence(0, 13, ()),)),
    ]
    assert corpus.judged == {"x:1": {"V"}, "j:2": {"V", "T"}}


def test_judged_sentences_from_another_column(tmp_path: Path) -> None:
    rows = [{"text": "نص", "labels": ["wrong"], "kinds": ["ASSAULT"], "judged": ["ASSAULT"]}]
    corpus = _load(_write(tmp_path / "j.jsonl", rows), {"sentences": {"column": "kinds"}}, format="judged")
    assert corpus.documents[0].sentences == (Sentence(0, 2, (SentenceLabel("ASSAULT"),)),)


def test_documents_and_marked_text_come_as_they_are(tmp_path: Path) -> None:
    marked = tmp_path / "m.txt"
    marked.write_text("# id: m\n[ATTACK e1:هاجم] [ORG t1:الجيش]\n> e1 ACTOR=t1\n= ASSAULT\n", encoding="utf-8")
    layers = {"entities": {}, "triggers": {}, "asserted": True, "sentences": {}}
    corpus = _load(marked, layers, format="marked")
    (document,) = corpus.documents
    assert (document.text, document.entities) == ("هاجم الجيش", (Mention(5, 10, "الجيش", "ORG", "t1"),))
    again = _load(_write(tmp_path / "d.jsonl", [document.to_json()]), layers)
    assert again.documents == corpus.documents
    assert not corpus.judged


def test_several_files_are_one_corpus_in_their_order(tmp_path: Path) -> None:
    paths = [_write(tmp_path / f"{name}.jsonl", [{"id": name, "text": "نص", "entities": []}]) for name in "ba"]
    settings = build_settings(CorpusSettings, {"name": "c", "files": [str(one) for one in paths], "layers": {"entities": {}}})
    assert [one.id for one in load_corpus(settings, SCHEME).documents] == ["b", "a"]


# Faults


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ({"entities": {"labels": {"LOC": "GP"}}}, 'corpus "c", entities: the scheme has no label "GP"; did you mean "GPE"'),
        ({"entities": {"labels": {"LOC": ["GPE", "ATTACK"]}}}, 'corpus "c", entities: the scheme has no label "ATTACK"'),
        ({"entities": {"unmarked": ["FACT"]}}, 'corpus "c", entities: the scheme has no label "FACT"; did you mean "FAC"'),
        ({"triggers": {"labels": {"A": "ATTAC"}}}, 'corpus "c", triggers: the scheme has no label "ATTAC"; did you mean "ATTACK"'),
        ({"sentences": {"labels": {"A": "ATTACK"}}}, 'corpus "c", sentences: the scheme has no label "ATTACK"'),
        ({"sentences": {"unmarked": ["STATEMENTS"]}}, 'corpus "c", sentences: the scheme has no label "STATEMENTS"; did you mean "STATEMENT"'),
    ],
)
def test_a_reading_that_names_what_the_scheme_lacks_is_refused(tmp_path: Path, layers: dict[str, Any], said: str) -> None:
    with pytest.raises(HadathError, match=said):
        _load(_write(tmp_path / "d.jsonl", [{"id": "a", "text": "نص"}]), layers)


def test_a_label_in_a_file_that_the_reading_lacks_is_told_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r'w\.jsonl:\d: "ner_tags" has the label "LOC"; allowed: PERS, MISC'):
        _words(tmp_path, ROWS, {"PERS": "PER", "MISC": []})
    good = {"id": "0", "text": "هاجم"}
    events = [good, {"id": "a", "text": "هاجم", "events": [{"start": 0, "end": 4, "label": "ATTAK"}]}]
    with pytest.raises(DataError, match=r'd\.jsonl:2: document "a": .*"ATTAK"; did you mean "ATTACK"'):
        _load(_write(tmp_path / "d.jsonl", events), {"triggers": {}})
    sentences = [{"id": "a", "text": "هاجم", "sentences": [{"start": 0, "end": 4, "labels": ["ASSALT"]}]}]
    with pytest.raises(DataError, match=r'd\.jsonl:1: document "a": a sentence has the label "ASSALT"; did you mean "ASSAULT"'):
        _load(_write(tmp_path / "d.jsonl", sentences), {"sentences": {}})
    marked = tmp_path / "m.txt"
    marked.write_text("# id: a\n[ATTACK e1:هاجم] [ORG t1:الجيش] القرية.\n> e1 ACTOR=t1\n= ASSAULT\n", encoding="utf-8")
    with pytest.raises(DataError, match=r'm\.txt:1: document "a": .*"ORG"; allowed: PER'):
        _load(marked, {"entities": {"labels": {"PER": "PER"}}}, format="marked")


def test_what_is_scored_on_has_the_labels_of_the_scheme(tmp_path: Path) -> None:
    path = str(_write(tmp_path / "d.jsonl", [{"id": "a", "text": "هاجم", "events": [{"start": 0, "end": 4, "label": "ATTAK"}]}]))
    assert len(read_dev([path])) == 1
    with pytest.raises(DataError, match=r'd\.jsonl:1: .*"ATTAK"; did you mean "ATTACK"'):
        read_dev([path], scheme=load_scheme("news"))
    words = str(_write(tmp_path / "w.jsonl", [{"tokens": ["محمد"], "ner_tags": ["B-PERS"]}]))
    with pytest.raises(DataError, match=r'w\.jsonl:1: "ner_tags" has the label "PERS"'):
        read_dev([words], "ner_tags", load_scheme("news"))
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(HadathError, match="there are no documents"):
        read_dev([str(empty)])


GOOD = {"tokens": ["زار", "محمد"], "ner_tags": ["O", "B-PERS"]}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('{"tokens": [', "not JSON in UTF-8"),
        ("[1, 2]", "a row is a JSON object"),
        ({"ner_tags": []}, '"tokens" is a list of words'),
        ({"tokens": "زار محمد", "ner_tags": ["O"]}, '"tokens" is a list of words'),
        ({"tokens": 5, "ner_tags": ["O"]}, '"tokens" is a list of words'),
        ({"tokens": ["زار", 5], "ner_tags": ["O", "O"]}, '"tokens" is a list of words'),
        ({"tokens": ["زار", "محمد"]}, r'"ner_tags" is a list of tags, as many as there are tokens \(2\)'),
        ({"tokens": ["زار", "محمد"], "ner_tags": ["O"]}, r"as many as there are tokens \(2\)"),
        ({"tokens": ["زار"], "ner_tags": ["O", "O"]}, r"as many as there are tokens \(1\)"),
        ({"tokens": ["زار"], "ner_tags": "O"}, "is a list of tags"),
        ({"tokens": ["زار"], "ner_tags": ["PERS"]}, r"holds the tag 'PERS'; a tag is O, B-LABEL or I-LABEL \(IOB2\)"),
        ({"tokens": ["زار"], "ner_tags": ["B-"]}, "holds the tag 'B-'"),
        ({"tokens": ["زار"], "ner_tags": ["E-PERS"]}, "holds the tag 'E-PERS'"),
        ({"tokens": ["زار"], "ner_tags": [3]}, "holds the tag 3"),
        ({"tokens": ["زار"], "ner_tags": [None]}, "holds the tag None"),
        ({"tokens": ["زار"], "ner_tags": [["O"]]}, "holds the tag"),
    ],
)
def test_faults_of_word_tagged_rows_are_told_with_file_and_line(tmp_path: Path, bad: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as told:
        _words(tmp_path, [GOOD, "", bad, GOOD])
    assert (told.value.path, told.value.line) == (str(tmp_path / "w.jsonl"), 3)
    with pytest.raises(DataError, match=said):
        read_dev([str(tmp_path / "w.jsonl")], "ner_tags")


SENTENCE = {"text": "نص", "labels": [], "judged": ["ASSAULT"]}


@pytest.mark.parametrize(
    "bad",
    [
        *({key: value for key, value in SENTENCE.items() if key != gone} for gone in SENTENCE),
        {**SENTENCE, "text": 5},
        {**SENTENCE, "labels": "ASSAULT"},
        {**SENTENCE, "judged": "ASSAULT"},
        {**SENTENCE, "labels": [["ASSAULT"]]},
        {**SENTENCE, "labels": [5]},
        {**SENTENCE, "judged": [{"label": "ASSAULT"}]},
    ],
    ids=str,
)
def test_faults_of_judged_rows_are_told_with_file_and_line(tmp_path: Path, bad: dict[str, Any]) -> None:
    path = _write(tmp_path / "j.jsonl", [SENTENCE, bad])
    with pytest.raises(DataError, match='a judged sentence has "text", "labels" and "judged"') as told:
        _load(path, {"sentences": {}}, format="judged")
    assert told.value.line == 2


def test_a_judged_label_that_the_reading_lacks_is_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "j.jsonl", [SENTENCE, {**SENTENCE, "judged": ["ASSALT"]}])
    with pytest.raises(DataError, match=r'j\.jsonl:2: .*"ASSALT"; did you mean "ASSAULT"'):
        _load(path, {"sentences": {}}, format="judged")


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n" + json.dumps(GOOD, ensure_ascii=False).encode("cp1256") + b"\n")
    with pytest.raises(DataError, match="not JSON in UTF-8") as told:
        _load(path, {"entities": {"labels": LABELS}}, format="words")
    assert told.value.line == 2


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_text(json.dumps(GOOD), encoding="utf-8-sig")
    assert _load(path, {"entities": {"labels": LABELS}}, format="words").documents[0].text == "زار محمد"


def test_missing_and_empty_files_are_told(tmp_path: Path) -> None:
    for form, layer in (("words", "entities"), ("judged", "sentences"), ("documents", "entities"), ("marked", "triggers")):
        with pytest.raises(DataError, match=r"none\.jsonl: cannot be read"):
            _load(tmp_path / "none.jsonl", {layer: {}}, format=form)
        with pytest.raises(HadathError, match=r'corpus "c" holds no documents: .*empty\.jsonl'):
            _load(_write(tmp_path / "empty.jsonl", []), {layer: {}}, format=form)


@pytest.mark.parametrize(
    ("form", "layers", "said"),
    [
        ("words", {"entities": {}, "sentences": {}}, 'layers.sentences is nothing that the format "words" holds; it holds entities, triggers'),
        ("judged", {"triggers": {}}, 'layers.triggers is nothing that the format "judged" holds; it holds sentences'),
        ("documents", {"entities": {}, "asserted": True}, "layers.asserted needs triggers"),
        ("words", {"triggers": {}, "asserted": True}, "layers.asserted needs triggers in a format that says it"),
        ("marked", {"entities": {"column": "ner_tags"}}, "layers.entities.column is for the formats words and judged"),
        ("documents", {}, "layers names no layer"),
    ],
)
def test_what_a_corpus_cannot_teach_is_refused(tmp_path: Path, form: str, layers: dict[str, Any], said: str) -> None:
    with pytest.raises(HadathError, match=said):
        _load(tmp_path / "d", layers, format=form)


# Schemes, dev documents, fingerprints


def test_schemes_by_name_and_by_path(tmp_path: Path) -> None:
    assert load_scheme("anercorp").entities == ("PERS", "LOC", "ORG", "MISC")
    path = tmp_path / "own.yaml"
    path.write_text("entities: [A]\n", encoding="utf-8")
    assert load_scheme(str(path)).entities == ("A",)
    with pytest.raises(HadathError, match=r'no scheme "new".*did you mean "news"'):
        load_scheme("new")


def test_dev_documents_in_either_format(tmp_path: Path) -> None:
    words = _write(tmp_path / "w.jsonl", ROWS)
    found = read_dev([str(words)], "ner_tags")
    assert found == _words(tmp_path, ROWS).documents
    plain = _write(tmp_path / "d.jsonl", [one.to_json() for one in found])
    assert read_dev([str(plain), str(plain)]) == found * 2


def test_fingerprints_are_those_of_the_standard(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    (tmp_path / "empty").write_bytes(b"")
    assert fingerprint([str(tmp_path / "abc"), str(tmp_path / "empty")]) == {
        # the examples of FIPS 180-4
        str(tmp_path / "abc"): "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        str(tmp_path / "empty"): "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }


# Arguments


def _event(role: str) -> dict[str, Any]:
    entities = [{"id": "T1", "start": 4, "end": 8, "label": "GPE"}]
    return {
        "id": "b",
        "text": "زار دمشق",
        "entities": entities,
        "events": [{"start": 0, "end": 3, "label": "MEET", "arguments": [{"role": role, "target": "T1"}]}],
    }


def test_a_role_that_the_scheme_lacks_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.jsonl", [_event("ACTOR"), _event("ACTER")])
    layers = {"entities": {}, "triggers": {}, "arguments": True}
    with pytest.raises(DataError) as told:
        _load(path, layers)
    assert str(told.value) == f'{path}:2: document "b": \'زار\' has an argument in the role "ACTER"; did you mean "ACTOR"?'
    # of a corpus that is not read for its arguments, they may be what they like
    assert not _load(path, {**layers, "arguments": False}).arguments
    with pytest.raises(DataError, match=r'd\.jsonl:2: .*"ACTER"; did you mean "ACTOR"'):
        read_dev([str(path)], scheme=SCHEME)
    assert len(read_dev([str(path)])) == 2


def test_arguments_need_a_scheme_with_roles(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.jsonl", [_event("ACTOR")])
    with pytest.raises(HadathError, match=r'"layers\.arguments" is true, and the scheme has no roles; add "roles" to it'):
        _load(path, {"entities": {}, "triggers": {}, "arguments": True}, scheme=replace(SCHEME, roles=(), fillers={}))


def test_arguments_are_read_where_a_corpus_says_that_it_has_them(tmp_path: Path) -> None:
    corpus = _load(_write(tmp_path / "d.jsonl", [_event("ACTOR")]), {"entities": {}, "triggers": {}, "arguments": True})
    assert corpus.arguments
    assert [one.arguments for one in corpus.documents[0].events or ()] == [(Argument("ACTOR", "T1"),)]
    marked = tmp_path / "m.txt"
    marked.write_text("# id: m\n[MEET e1:زار] [GPE t1:دمشق]\n> e1 ACTOR=t1\n", encoding="utf-8")
    again = _load(marked, {"entities": {}, "triggers": {}, "arguments": True}, format="marked")
    assert again.arguments
    assert [one.arguments for one in again.documents[0].events or ()] == [(Argument("ACTOR", "t1"),)]
