"""From documents to examples: where spans lie among the words, and what is known of each word and paragraph."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pydantic", reason="corpora are described by configs (extra train)")

from hadath.models.documents import Document, Mention, Sentence, SentenceLabel, read_jsonl
from hadath.models.scheme import Scheme
from hadath.models.tags import Reading
from hadath.training.examples import locate

from .letters import ENTITIES, LETTERS, MARKED, READINGS, SCHEME, corpus_of, encode_letters, mention_of, new_maker, tag_names

ROOT = Path(__file__).parents[2]

# Where a span lies


@pytest.mark.parametrize(
    ("text", "part", "words", "skip", "exact"),
    [
        ("قصف الجيش القرية", "الجيش", "الجيش", 0, True),
        ("قصف الجيش القرية", "الجيش القرية", "الجيش القرية", 0, True),
        ("قصف الجيش القرية", " الجيش ", "الجيش", 0, True),
        ("قصف بالمدافع", "المدافع", "بالمدافع", 1, True),
        ("قصف وبالمدافع", "المدافع", "وبالمدافع", 2, True),
        ("في7 مدن", "7", "في7", 2, True),
        ("زار دمشق، ثم", "دمشق", "دمشق", 0, True),
        ("زار دمشق، ثم", "دمشق،", "دمشق ،", 0, True),
        ("السوريون هنا", "السوري", "السوريون", 0, False),
        ("زار دمشق وحلب", "دمشق و", "دمشق وحلب", 0, False),
        # tashkeel is no letter; half a mark more or less at an end changes nothing
        ("قُصِفَ وَالجَيْشُ هنا", "الجَيْشُ", "والجيش", 1, True),
        ("قُصِفَ وَالجَيْشُ هنا", "الجَيْش", "والجيش", 1, True),
        ("قُصِفَ وَالجَيْشُ هنا", "َالجَيْشُ", "والجيش", 0, True),
        ("الجــــيش هنا", "الجــــيش", "الجيش", 0, True),
        ("الجــــيش هنا", "الجــ", "الجيش", 0, False),
        # marks that stand on nothing, or on a blank
        ("قصف \u064b\u0650 الجيش", "\u064b\u0650 الجيش", "الجيش", 0, True),
        ("\u064bالجيش هنا", "\u064bالجيش", "الجيش", 0, True),
        ("الجيش \u0650السوري", "الجيش \u0650السوري", "الجيش السوري", 0, True),
        ("قال \u200fالجيش\u200f أمس", "\u200fالجيش\u200f", "الجيش", 0, True),
        # one character of many words
        ("محمد ﷺ هنا", "ﷺ", "صلي الله عليه وسلم", 0, True),
    ],
)
def test_the_words_of_a_span(text: str, part: str, words: str, skip: int, exact: bool) -> None:
    encoded = encode_letters(text)
    start = text.index(part)
    found = locate(encoded, start, start + len(part))
    assert found is not None
    first, last, *others = found
    assert " ".join(encoded.word(one) for one in range(first, last)) == words
    assert others == [skip, exact]


@pytest.mark.parametrize(
    ("text", "part"),
    [("قصف  الجيش", "  "), ("قصف \u064b\u0650 الجيش", "\u064b\u0650"), ("قصف الجيش", ""), ("قصف\n", "\n"), ("\u200f \u200f", "\u200f")],
)
def test_a_span_without_a_word(text: str, part: str) -> None:
    start = text.index(part, 3 if len(text) > 4 else 0)
    assert locate(encode_letters(text), start, start + len(part)) is None


def test_the_words_of_a_span_in_a_text_that_a_normalisation_took_apart() -> None:
    text = "أقلعت إف16 من هنا"
    encoded = encode_letters(text, "arabert")
    assert [encoded.word(one) for one in range(len(encoded.words))] == ["أقلعت", "إف", "16", "من", "هنا"]
    assert locate(encoded, 6, 10) == (1, 3, 0, True)
    assert locate(encoded, 8, 10) == (2, 3, 0, True)


@pytest.mark.parametrize("normalisation", ["news", "none"])
def test_any_span_has_the_words_whose_characters_it_touches(normalisation: str) -> None:
    chooser = random.Random(3)
    for _ in range(150):
        text = "".join(chooser.choices("وبالجيش\u064e\u0651ـ ﷺ.،\n\u200fA7", k=chooser.randrange(1, 25)))
        encoded = encode_letters(text, normalisation)
        start = chooser.randrange(len(text))
        end = chooser.randrange(start + 1, len(text) + 1)
        touched = [at for at in range(len(encoded.aligned.text)) if encoded.aligned.starts[at] < end and encoded.aligned.ends[at] > start]
        words = [index for index, (low, high) in enumerate(encoded.words.tolist()) if set(touched) & set(range(low, high))]
        found = locate(encoded, start, end)
        if not words:
            assert found is None
            continue
        first, last = encoded.words[words[0]].tolist(), encoded.words[words[-1]].tolist()
        inside = [at for at in range(*first) if at in touched]
        assert found == (words[0], words[-1] + 1, inside[0] - first[0], last[1] - 1 in touched)


def test_spans_of_the_projects_own_documents_come_back_from_their_words() -> None:
    count = 0
    for document in read_jsonl(ROOT / "data" / "quickstart" / "dev.jsonl"):
        encoded = encode_letters(document.text)
        for mention in (*(document.entities or ()), *(document.events or ())):
            found = locate(encoded, mention.start, mention.end)
            assert found is not None
            first, last, skip, exact = found
            assert exact
            assert encoded.raw_span(first, last, skip) == (mention.start, mention.end), mention.text
            count += 1
    assert count > 100


# What is known of each word


def test_an_example_by_hand() -> None:
    maker = new_maker()
    (example,) = maker.make(corpus_of(MARKED))
    pieces = [LETTERS.id_to_token(one) for one in example["input_ids"]]
    assert " ".join(pieces) == "[CLS] و ##ق ##ص ##ف ا ##ل ##ج ##ي ##ش ا ##ل ##س ##و ##ر ##ي ح ##ل ##ب [SEP]"
    own = ("", "", "", "")
    assert tag_names(maker, "entities", example["entities"]) == ["", "O", *own[:3], "B-ORG", *own, "I-ORG", *own, "", "B-GPE", "", "", ""]
    assert tag_names(maker, "triggers", example["triggers"]) == ["", "B-ATTACK", *own[:3], "O", *own, "O", *own, "", "O", "", "", ""]
    # the trigger stands behind one letter, the mentions behind none; only the first word of a mention knows
    assert {at: value for at, value in enumerate(example["proclitics"]) if value != -1} == {1: 1, 5: 0, 16: 0}
    assert {at: value for at, value in enumerate(example["asserted"]) if value != -1} == {1: 0}
    assert (set(example["paragraph"]), example["labels"]) == ({-1}, [])
    assert {len(example[name]) for name in ("input_ids", "entities", "triggers", "proclitics", "asserted", "paragraph")} == {20}
    assert maker.lost["c"].lines() == []


def test_labels_of_another_corpus_allow_what_its_reading_says() -> None:
    text = "زار علي مطار دمشق ثم كأس العالم"
    document = Document(
        "d", text, entities=(mention_of(text, "علي", "PERS"), mention_of(text, "مطار دمشق", "PLACE"), mention_of(text, "كأس العالم", "MISC"))
    )
    reading = Reading(ENTITIES, {"PERS": ("PER",), "PLACE": ("GPE", "LOC"), "MISC": ()}, unmarked=("ORG",))
    maker = new_maker()
    (example,) = maker.make(corpus_of(document, spans={"entities": reading}))
    assert [one for one in tag_names(maker, "entities", example["entities"]) if one] == [
        "O B-ORG I-ORG",
        "B-PER",
        "B-GPE B-LOC",
        "I-GPE I-LOC",
        "O B-ORG I-ORG",
        "O B-ORG I-ORG",
        "O B-ORG I-ORG",
    ]
    assert set(example["triggers"]) == {0}


def test_corpora_share_their_sets() -> None:
    maker = new_maker()
    (first,) = maker.make(corpus_of(MARKED))
    before = len(maker.sets["entities"].table())
    (again,) = maker.make(corpus_of(MARKED))
    assert again == first
    assert len(maker.sets["entities"].table()) == before


@pytest.mark.parametrize(
    ("document", "options", "known"),
    [
        (MARKED, {}, {"entities", "triggers", "proclitics", "asserted"}),
        (MARKED, {"asserted": False}, {"entities", "triggers", "proclitics"}),
        (MARKED, {"word_aligned": True}, {"entities", "triggers", "asserted"}),
        (MARKED, {"spans": {"entities": READINGS["entities"]}}, {"entities", "proclitics"}),
        (MARKED, {"spans": {}}, set()),
        (replace(MARKED, entities=None), {}, {"triggers", "proclitics", "asserted"}),
        (replace(MARKED, entities=None, events=None), {}, set()),
        (replace(MARKED, entities=(), events=()), {}, {"entities", "triggers"}),
    ],
)
def test_a_layer_that_is_not_annotated_says_nothing(document: Document, options: dict[str, Any], known: set[str]) -> None:
    (example,) = new_maker().make(corpus_of(document, **options))
    blank = {"entities": 0, "triggers": 0, "proclitics": -1, "asserted": -1}
    assert {name for name, value in blank.items() if set(example[name]) != {value}} == known


def test_only_the_heads_that_the_tagger_has_are_given() -> None:
    (example,) = new_maker(scheme=Scheme(entities=SCHEME.entities), proclitics=False).make(corpus_of(MARKED))
    assert set(example) == {"input_ids", "entities", "paragraph", "labels"}


def test_what_cannot_be_used_is_counted_and_the_rest_is_used() -> None:
    text = "زار السوريون وبالمتحدثين دمشق القديمة \u200f هنا"
    entities = (
        mention_of(text, "السوري", "PER"),  # ends inside its word
        Mention(text.index("متحدثين"), text.index("متحدثين") + 7, "متحدثين", "ORG"),  # begins behind وبال, four letters
        mention_of(text, "دمشق القديمة", "GPE"),
        mention_of(text, "القديمة", "LOC"),  # inside the one before
        Mention(text.index("\u200f"), text.index("\u200f") + 1, "\u200f", "LOC"),
    )
    maker = new_maker()
    (example,) = maker.make(corpus_of(Document("d", text, entities=entities), spans={"entities": READINGS["entities"]}))
    assert dict(maker.lost["c"].counts) == {
        "entities whose end is inside a word": 1,
        "entities that begin deep inside a word": 1,
        "entities that share a word with another": 1,
        "entities without a word": 1,
    }
    assert maker.lost["c"].lines()[0] == "1 entities that begin deep inside a word"
    assert [one for one in tag_names(maker, "entities", example["entities"]) if one] == ["O", "B-PER", "B-ORG", "B-GPE", "I-GPE", "O"]
    assert [one for one in example["proclitics"] if one != -1] == [0, 0]
    # counted over all documents of a corpus
    list(maker.make(corpus_of(Document("e", text, entities=entities[:1]), spans={"entities": READINGS["entities"]})))
    assert maker.lost["c"].counts["entities whose end is inside a word"] == 2


def test_tashkeel_does_not_count_among_proclitics() -> None:
    text = "ضُرِبَ وَبِالمَدَافِعِ"
    document = Document("d", text, entities=(mention_of(text, "المَدَافِعِ", "ORG"),), events=())
    (example,) = new_maker().make(corpus_of(document))
    assert [one for one in example["proclitics"] if one != -1] == [2]


@pytest.mark.parametrize(("letters", "learnt"), [("", [0]), ("و", [1]), ("وب", [2]), ("وال", [3]), ("وبال", []), ("وكالم", [])])
def test_up_to_three_letters_before_a_mention_are_learnt(letters: str, learnt: list[int]) -> None:
    document = Document("d", letters + "حلب", entities=(Mention(len(letters), len(letters) + 3, "حلب", "GPE"),))
    (example,) = new_maker().make(corpus_of(document))
    assert [one for one in example["proclitics"] if one != -1] == learnt


# Event types of paragraphs


def _paragraphs(*labels: tuple[str, ...] | None, **options: Any) -> tuple[list[int], list[list[int]]]:
    """A text of sentences of one word of two letters each."""
    sentences = tuple(Sentence(3 * at, 3 * at + 3, None if one is None else tuple(map(SentenceLabel, one))) for at, one in enumerate(labels))
    document = Document("d", "\n".join(["نص"] * len(labels)), sentences=sentences)
    (example,) = new_maker().make(corpus_of(document, **options))
    return example["paragraph"][1:-1], example["labels"]


def test_paragraphs_have_rows_of_yes_and_no_where_they_are_labelled() -> None:
    place, rows = _paragraphs(("CONSULT",), None, (), ("STATEMENT", "ASSAULT"))
    assert place == [0, 0, -1, -1, 1, 1, 2, 2]
    assert rows == [[0, 1, 0], [0, 0, 0], [1, 0, 1]]


def test_labels_that_a_corpus_does_not_give_are_unknown_unless_it_does() -> None:
    reading: Mapping[str, tuple[str, ...]] = {"V": ("ASSAULT",), "S": ("STATEMENT",), "X": ()}
    _, rows = _paragraphs(("V",), ("S", "X"), (), sentences=reading, silent=frozenset({"STATEMENT", "CONSULT"}))
    assert rows == [[1, -1, -1], [0, -1, 1], [0, -1, -1]]


def test_of_a_label_that_may_be_one_of_several_nobody_says_which() -> None:
    reading: Mapping[str, tuple[str, ...]] = {"V": ("ASSAULT",), "T": ("CONSULT", "STATEMENT"), "S": ("STATEMENT",)}
    _, rows = _paragraphs(("T",), ("T", "S"), ("V", "T"), sentences=reading)
    assert rows == [[0, -1, -1], [0, -1, 1], [1, -1, -1]]


def test_only_the_labels_that_were_asked_about_are_known() -> None:
    reading: Mapping[str, tuple[str, ...]] = {"V": ("ASSAULT",), "T": ("CONSULT", "STATEMENT"), "X": ()}
    for asked, given, row in (({"V"}, (), [0, -1, -1]), ({"V"}, ("V",), [1, -1, -1]), ({"T", "X"}, ("X",), [-1, 0, 0]), (set(), (), [-1, -1, -1])):
        assert _paragraphs(given, sentences=reading, judged={"d": frozenset(asked)})[1] == [row]
        assert _paragraphs(given, sentences=reading, judged={"other": frozenset(asked)})[1] != [row]


def test_without_a_sentence_layer_nothing_is_said_of_paragraphs() -> None:
    assert _paragraphs(("CONSULT",), sentences=None) == ([-1, -1], [])


def test_a_paragraph_of_nothing_to_read_has_no_row() -> None:
    text = "نص\n\u200f\nثم"
    labels = (SentenceLabel("ASSAULT"),)
    document = Document("d", text, sentences=(Sentence(0, 2, ()), Sentence(3, 4, labels), Sentence(5, 7, labels)))
    (example,) = new_maker().make(corpus_of(document))
    assert (example["paragraph"], example["labels"]) == ([-1, 0, 0, 1, 1, -1], [[0, 0, 0], [1, 0, 0]])
