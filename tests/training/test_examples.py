"""From documents to windows: where spans lie among the words, and that every word is learnt from exactly once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models

pytest.importorskip("pydantic", reason="corpora are described by configs (extra train)")

from hadath.inference.encoding import Encoded, Encoder
from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel, read_jsonl
from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.models.tags import Reading, Tags
from hadath.training.corpora import Corpus
from hadath.training.examples import ExampleMaker, locate

ROOT = Path(__file__).parents[2]
SCHEME = Scheme(entities=("PER", "ORG", "GPE", "LOC"), triggers=("ATTACK", "MEET"), sentence_labels=("ASSAULT", "CONSULT", "STATEMENT"))
ENTITIES, TRIGGERS = Tags(SCHEME.entities), Tags(SCHEME.triggers)
READINGS = {"entities": Reading.own(ENTITIES), "triggers": Reading.own(TRIGGERS)}
OWN = {one: (one,) for one in SCHEME.sentence_labels}
# Characters that each occur once in a text, so that a piece says where it stands; they count as letters and no normalisation changes them
UNIQUE = [chr(code) for code in range(0x4E00, 0x4E00 + 900)]


def _letters() -> Tokenizer:
    """A tokenizer whose pieces are single letters: a word of n letters has n pieces, which one can count by hand."""
    letters = [chr(code) for code in (*range(0x30, 0x3A), *range(0x61, 0x7B), *range(0x621, 0x64B))] + list(".،:") + UNIQUE
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{one}" for one in letters)]
    return Tokenizer(models.WordPiece({name: number for number, name in enumerate(names)}, unk_token="[UNK]", max_input_chars_per_word=1000))


LETTERS = _letters()


def _encode(text: str, normalisation: str = "news") -> Encoded:
    (found,) = Encoder(LETTERS, normalisation, 1).encode([text])
    return found


def _maker(window: int = 256, scheme: Scheme = SCHEME, **options: Any) -> ExampleMaker:
    return ExampleMaker(TaggerSpec(scheme, window=window, **options), Encoder(LETTERS, "news", 1))


def _corpus(*documents: Document, **options: Any) -> Corpus:
    told = {"spans": READINGS, "sentences": OWN, "judged": {}, "asserted": True, "word_aligned": False, "weight": 1.0, **options}
    return Corpus("c", list(documents), **told)


def _names(maker: ExampleMaker, layer: str, numbers: list[int]) -> list[str]:
    """What is allowed at each piece: the tags, joined; nothing where all are."""
    table, names = maker.sets[layer].table(), maker.sets[layer].tags.names
    return ["" if number == 0 else " ".join(name for name, may in zip(names, table[number], strict=True) if may) for number in numbers]


def _mention(text: str, part: str, label: str) -> Mention:
    assert text.count(part) == 1
    return Mention(text.index(part), text.index(part) + len(part), part, label)


def _event(text: str, part: str, label: str, asserted: bool = True) -> Event:
    return Event(text.index(part), text.index(part) + len(part), part, label, asserted)


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
    encoded = _encode(text)
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
    assert locate(_encode(text), start, start + len(part)) is None


def test_the_words_of_a_span_in_a_text_that_a_normalisation_took_apart() -> None:
    text = "أقلعت إف16 من هنا"
    encoded = _encode(text, "arabert")
    assert [encoded.word(one) for one in range(len(encoded.words))] == ["أقلعت", "إف", "16", "من", "هنا"]
    assert locate(encoded, 6, 10) == (1, 3, 0, True)
    assert locate(encoded, 8, 10) == (2, 3, 0, True)


@pytest.mark.parametrize("normalisation", ["news", "none"])
def test_any_span_has_the_words_whose_characters_it_touches(normalisation: str) -> None:
    chooser = random.Random(3)
    for _ in range(150):
        text = "".join(chooser.choices("وبالجيش\u064e\u0651ـ ﷺ.،\n\u200fA7", k=chooser.randrange(1, 25)))
        encoded = _encode(text, normalisation)
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
        encoded = _encode(document.text)
        for mention in (*(document.entities or ()), *(document.events or ())):
            found = locate(encoded, mention.start, mention.end)
            assert found is not None
            first, last, skip, exact = found
            assert exact
            assert encoded.raw_span(first, last, skip) == (mention.start, mention.end), mention.text
            count += 1
    assert count > 100


# What is known of each word

TEXT = "وقصف الجيش السوري حلب"  # 4, 5, 6 and 3 letters
MARKED = Document(
    "d",
    TEXT,
    entities=(_mention(TEXT, "الجيش السوري", "ORG"), _mention(TEXT, "حلب", "GPE")),
    events=(_event(TEXT, "قصف", "ATTACK", asserted=False),),
)


def test_an_example_by_hand() -> None:
    maker = _maker()
    (example,) = maker.make(_corpus(MARKED))
    pieces = [LETTERS.id_to_token(one) for one in example["input_ids"]]
    assert " ".join(pieces) == "[CLS] و ##ق ##ص ##ف ا ##ل ##ج ##ي ##ش ا ##ل ##س ##و ##ر ##ي ح ##ل ##ب [SEP]"
    own = ("", "", "", "")
    assert _names(maker, "entities", example["entities"]) == ["", "O", *own[:3], "B-ORG", *own, "I-ORG", *own, "", "B-GPE", "", "", ""]
    assert _names(maker, "triggers", example["triggers"]) == ["", "B-ATTACK", *own[:3], "O", *own, "O", *own, "", "O", "", "", ""]
    # the trigger stands behind one letter, the mentions behind none; only the first word of a mention knows
    assert {at: value for at, value in enumerate(example["proclitics"]) if value != -1} == {1: 1, 5: 0, 16: 0}
    assert {at: value for at, value in enumerate(example["asserted"]) if value != -1} == {1: 0}
    assert (set(example["paragraph"]), example["labels"]) == ({-1}, [])
    assert {len(example[name]) for name in ("input_ids", "entities", "triggers", "proclitics", "asserted", "paragraph")} == {20}
    assert maker.lost["c"].lines() == []


def test_labels_of_another_corpus_allow_what_its_reading_says() -> None:
    text = "زار علي مطار دمشق ثم كأس العالم"
    document = Document(
        "d", text, entities=(_mention(text, "علي", "PERS"), _mention(text, "مطار دمشق", "PLACE"), _mention(text, "كأس العالم", "MISC"))
    )
    reading = Reading(ENTITIES, {"PERS": ("PER",), "PLACE": ("GPE", "LOC"), "MISC": ()}, unmarked=("ORG",))
    maker = _maker()
    (example,) = maker.make(_corpus(document, spans={"entities": reading}))
    assert [one for one in _names(maker, "entities", example["entities"]) if one] == [
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
    maker = _maker()
    (first,) = maker.make(_corpus(MARKED))
    before = len(maker.sets["entities"].table())
    (again,) = maker.make(_corpus(MARKED))
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
    (example,) = _maker().make(_corpus(document, **options))
    blank = {"entities": 0, "triggers": 0, "proclitics": -1, "asserted": -1}
    assert {name for name, value in blank.items() if set(example[name]) != {value}} == known


def test_only_the_heads_that_the_tagger_has_are_given() -> None:
    (example,) = _maker(scheme=Scheme(entities=SCHEME.entities), proclitics=False).make(_corpus(MARKED))
    assert set(example) == {"input_ids", "entities", "paragraph", "labels"}


def test_what_cannot_be_used_is_counted_and_the_rest_is_used() -> None:
    text = "زار السوريون وبالمتحدثين دمشق القديمة \u200f هنا"
    entities = (
        _mention(text, "السوري", "PER"),  # ends inside its word
        Mention(text.index("متحدثين"), text.index("متحدثين") + 7, "متحدثين", "ORG"),  # begins behind وبال, four letters
        _mention(text, "دمشق القديمة", "GPE"),
        _mention(text, "القديمة", "LOC"),  # inside the one before
        Mention(text.index("\u200f"), text.index("\u200f") + 1, "\u200f", "LOC"),
    )
    maker = _maker()
    (example,) = maker.make(_corpus(Document("d", text, entities=entities), spans={"entities": READINGS["entities"]}))
    assert dict(maker.lost["c"].counts) == {
        "entities whose end is inside a word": 1,
        "entities that begin deep inside a word": 1,
        "entities that share a word with another": 1,
        "entities without a word": 1,
    }
    assert maker.lost["c"].lines()[0] == "1 entities that begin deep inside a word"
    assert [one for one in _names(maker, "entities", example["entities"]) if one] == ["O", "B-PER", "B-ORG", "B-GPE", "I-GPE", "O"]
    assert [one for one in example["proclitics"] if one != -1] == [0, 0]
    # counted over all documents of a corpus
    list(maker.make(_corpus(Document("e", text, entities=entities[:1]), spans={"entities": READINGS["entities"]})))
    assert maker.lost["c"].counts["entities whose end is inside a word"] == 2


def test_tashkeel_does_not_count_among_proclitics() -> None:
    text = "ضُرِبَ وَبِالمَدَافِعِ"
    document = Document("d", text, entities=(_mention(text, "المَدَافِعِ", "ORG"),), events=())
    (example,) = _maker().make(_corpus(document))
    assert [one for one in example["proclitics"] if one != -1] == [2]


@pytest.mark.parametrize(("letters", "learnt"), [("", [0]), ("و", [1]), ("وب", [2]), ("وال", [3]), ("وبال", []), ("وكالم", [])])
def test_up_to_three_letters_before_a_mention_are_learnt(letters: str, learnt: list[int]) -> None:
    document = Document("d", letters + "حلب", entities=(Mention(len(letters), len(letters) + 3, "حلب", "GPE"),))
    (example,) = _maker().make(_corpus(document))
    assert [one for one in example["proclitics"] if one != -1] == learnt


# Event types of paragraphs


def _paragraphs(*labels: tuple[str, ...] | None, **options: Any) -> tuple[list[int], list[list[int]]]:
    """A text of sentences of one word of two letters each."""
    sentences = tuple(Sentence(3 * at, 3 * at + 3, None if one is None else tuple(map(SentenceLabel, one))) for at, one in enumerate(labels))
    document = Document("d", "\n".join(["نص"] * len(labels)), sentences=sentences)
    (example,) = _maker().make(_corpus(document, **options))
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
    (example,) = _maker().make(_corpus(document))
    assert (example["paragraph"], example["labels"]) == ([-1, 0, 0, 1, 1, -1], [[0, 0, 0], [1, 0, 0]])


# Windows of long documents


def _long(seed: int) -> Document:
    """A text in which every character occurs once: words of 1 to 7 of them (one of 60), sentences of 1 to 15 words, mentions and triggers."""
    chooser = random.Random(seed)
    letters = iter(UNIQUE)
    text, words = "", []
    sentences: list[Sentence] = []
    begin = 0
    for at in range(150):
        size = 60 if at == 70 else chooser.randrange(1, 8)
        words.append((len(text), len(text) + size))
        text += "".join(next(letters) for _ in range(size)) + " "
        if at == 149 or chooser.random() < 0.12:
            labels = tuple(SentenceLabel(one) for one in SCHEME.sentence_labels if chooser.random() < 0.4)
            sentences.append(Sentence(begin, len(text), None if chooser.random() < 0.2 else labels))
            begin = len(text)
    entities, events = [], []
    at = 0
    while at < 145:
        start, end = words[at][0], words[at + chooser.randrange(3)][1]
        start += min(chooser.randrange(4), words[at][1] - words[at][0] - 1)  # behind a few letters of the first word
        if chooser.random() < 0.5:
            entities.append(Mention(start, end, text[start:end], chooser.choice(SCHEME.entities)))
        else:
            events.append(Event(start, end, text[start:end], chooser.choice(SCHEME.triggers), chooser.random() < 0.5))
        at += chooser.randrange(3, 9)
    return Document("d", text, sentences=tuple(sentences), entities=tuple(entities), events=tuple(events))


def _known(examples: list[dict[str, Any]], name: str, blank: int) -> list[tuple[int, int]]:
    """Every piece of which something is known, with what is."""
    return sorted((piece, value) for one in examples for piece, value in zip(one["input_ids"], one[name], strict=True) if value != blank)


@pytest.mark.parametrize("window", [16, 17, 32, 75, 200])
def test_every_word_is_learnt_from_exactly_once(window: int) -> None:
    for seed in range(3):
        document = _long(seed)
        maker, whole = _maker(window), _maker(2000)
        cut, (one,) = list(maker.make(_corpus(document))), list(whole.make(_corpus(document)))
        assert len(cut) > 1
        assert max(len(example["input_ids"]) for example in cut) <= window
        assert all((example["input_ids"][0], example["input_ids"][-1]) == (2, 3) for example in cut)
        for name, blank in (("entities", 0), ("triggers", 0), ("proclitics", -1), ("asserted", -1)):
            assert _known(cut, name, blank) == _known([one], name, blank)
        assert len(_known([one], "entities", 0)) == 150
        assert all(example[name][at] == blank for example in cut for name, blank in (("entities", 0), ("paragraph", -1)) for at in (0, -1))


@pytest.mark.parametrize("window", [16, 32, 75, 200])
def test_every_paragraph_is_learnt_from_once_or_counted_as_cut(window: int) -> None:
    for seed in range(3):
        document = _long(seed)
        maker = _maker(window)
        cut, (one,) = list(maker.make(_corpus(document))), list(_maker(2000).make(_corpus(document)))

        def paragraphs(example: dict[str, Any]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
            pieces = zip(example["input_ids"], example["paragraph"], strict=True)
            by_row: dict[int, list[int]] = {row: [] for row in range(len(example["labels"]))}
            for piece, row in pieces:
                if row != -1:
                    by_row[row].append(piece)
            return [(tuple(by_row[row]), tuple(labels)) for row, labels in enumerate(example["labels"])]

        all_of_them = Counter(paragraphs(one))
        kept = Counter(found for example in cut for found in paragraphs(example))
        assert set(kept.values()) <= {1}
        assert kept <= all_of_them
        lost = maker.lost["c"].counts["paragraphs without sentence loss, since a window's edge cuts them"]
        assert lost == all_of_them.total() - kept.total()
        assert lost or window == 200


def test_what_was_not_lost_is_not_told() -> None:
    sentences = (Sentence(0, len(TEXT), ()),)
    maker = _maker()
    list(maker.make(_corpus(replace(MARKED, sentences=sentences))))
    assert maker.lost["c"].lines() == []


def test_an_empty_document_gives_no_example() -> None:
    assert list(_maker().make(_corpus(Document("a", ""), Document("b", " \u200f\n", entities=())))) == []


def test_many_documents_keep_their_own_marks() -> None:
    words = ["نص", "قصير", "هنا"]
    documents = [
        Document(str(at), words[at % 3], entities=(Mention(0, len(words[at % 3]), words[at % 3], SCHEME.entities[at % 4]),)) for at in range(1201)
    ]
    maker = _maker()
    examples = list(maker.make(_corpus(*documents)))
    assert [_names(maker, "entities", one["entities"])[1] for one in examples] == [f"B-{SCHEME.entities[at % 4]}" for at in range(1201)]
    assert [len(one["input_ids"]) - 2 for one in examples] == [len(words[at % 3]) for at in range(1201)]


# Arguments

ROLES = replace(SCHEME, roles=("ACTOR", "PLACE"), fillers={"ACTOR": ("PER", "ORG"), "PLACE": ("GPE",)})  # a LOC fills none
ARMY, TOWN, BOMBED = (
    replace(_mention(TEXT, "الجيش السوري", "ORG"), id="T1"),
    replace(_mention(TEXT, "حلب", "GPE"), id="T2"),
    _event(TEXT, "قصف", "ATTACK"),
)


def _taught(*arguments: Argument) -> Document:
    return replace(MARKED, entities=(TOWN, ARMY), events=(replace(BOMBED, id="E1", arguments=arguments),))


def _with_roles(document: Document, scheme: Scheme = ROLES, **options: Any) -> tuple[ExampleMaker, list[dict[str, Any]]]:
    maker = _maker(scheme=scheme, arguments=True)
    return maker, list(maker.make(_corpus(document, **{"arguments": True, "sentences": None, **options})))


def test_pairs_by_hand() -> None:
    maker, (example,) = _with_roles(_taught(Argument("PLACE", "T2"), Argument("ACTOR", "T1")))
    # the pieces of the trigger, of the mention's first and of its last word; ATTACK is 0, ORG 1 and GPE 2; behind the trigger, none and two words between
    # (a mention among them), no trigger, the same sentence
    assert example["pairs"] == [[1, 5, 10, 0, 1, 10, 0, 0, 2], [1, 16, 16, 0, 2, 12, 1, 0, 2]]
    assert example["roles"] == [1, 2]
    assert maker.lost["c"].lines() == []


@pytest.mark.parametrize(("arguments", "roles"), [((), [0, 0]), ((Argument("ACTOR", "T1"),), [1, 0]), ((Argument("PLACE", "T2"),), [0, 2])])
def test_a_mention_without_a_part_has_the_role_of_none(arguments: tuple[Argument, ...], roles: list[int]) -> None:
    _, (example,) = _with_roles(_taught(*arguments))
    assert example["roles"] == roles


def test_events_whose_arguments_are_not_annotated_say_nothing() -> None:
    text = "قصف علي ثم زار حلب"
    events = (replace(_event(text, "قصف", "ATTACK"), id="E1"), replace(_event(text, "زار", "MEET"), id="E2", arguments=(Argument("PLACE", "T2"),)))
    document = Document("d", text, entities=(Mention(4, 7, "علي", "PER", "T1"), Mention(15, 18, "حلب", "GPE", "T2")), events=events)
    _, (example,) = _with_roles(document)
    # of the second event only; the first one stands between it and nothing
    assert [one[:3] for one in example["pairs"]] == [[9, 4, 4], [9, 12, 12]]
    assert example["roles"] == [0, 2]


@pytest.mark.parametrize(
    ("change", "options"),
    [({}, {"arguments": False}), ({"entities": None}, {}), ({"entities": ()}, {}), ({"events": None}, {}), ({"events": ()}, {}), ({}, {"spans": {}})],
)
def test_where_arguments_are_not_annotated_there_are_no_pairs(change: dict[str, Any], options: dict[str, Any]) -> None:
    _, (example,) = _with_roles(replace(_taught(), **change), **options)
    assert (example["pairs"], example["roles"]) == ([], [])


def test_a_tagger_that_is_not_taught_arguments_is_given_no_pairs() -> None:
    (example,) = _maker(scheme=ROLES).make(_corpus(_taught(Argument("ACTOR", "T1")), arguments=True))
    assert not {"pairs", "roles"} & set(example)


def test_pairs_have_the_sentences_that_prediction_finds() -> None:
    text = "قصف الجيش حلب. ثم زار علي دمشق."
    entities = tuple(replace(_mention(text, part, "ORG"), id=part) for part in ("الجيش", "علي"))
    document = Document(
        "d",
        text,
        sentences=(Sentence(0, len(text), ()),),  # a paragraph
        entities=entities,
        events=(replace(_event(text, "قصف", "ATTACK"), arguments=()), replace(_event(text, "زار", "ATTACK"), arguments=())),
    )
    _, (example,) = _with_roles(document, sentences=OWN)
    # 2: the trigger's own sentence, 3: the next, 1: the one before
    assert [one[-1] for one in example["pairs"]] == [2, 3, 1, 2]


def test_an_argument_that_cannot_be_used_is_counted() -> None:
    text = "قصف الجيش نهر حلب\nثم دمشق زار وعاد"
    entities = (
        Mention(4, 9, "الجيش", "ORG", "T1"),
        Mention(10, 13, "نهر", "LOC", "T2"),
        Mention(14, 17, "حلب", "GPE", "T3"),
        Mention(10, 17, "نهر حلب", "GPE", "T5"),  # shares words with those before
        Mention(21, 25, "دمشق", "GPE", "T4"),
    )
    arguments = (
        Argument("PLACE", "T1"),  # an ORG is no PLACE
        Argument("PLACE", "T2"),  # a LOC fills none
        Argument("PLACE", "T3"),
        Argument("PLACE", "T4"),  # of another line
        Argument("PLACE", "T5"),
        Argument("ACTOR", "E2"),  # an event
    )
    events = (Event(0, 3, "قصف", "ATTACK", id="E1", arguments=arguments), Event(26, 29, "زار", "MEET", id="E2", arguments=()))
    maker, (example,) = _with_roles(Document("d", text, entities=entities, events=events))
    assert example["roles"] == [0, 2, 0]  # T1 and T3 with the first, T4 with the second
    assert dict(maker.lost["c"].counts) == {
        "entities that share a word with another": 1,
        "arguments of another line, too far off or in a role that their label does not fill": 5,
    }


def test_of_two_roles_of_a_mention_in_an_event_the_first_is_learnt_and_the_other_counted() -> None:
    open_to_all = replace(ROLES, fillers={})
    maker, (example,) = _with_roles(_taught(Argument("PLACE", "T1"), Argument("ACTOR", "T1"), Argument("PLACE", "T1")), open_to_all)
    assert example["roles"] == [2, 0]
    assert dict(maker.lost["c"].counts) == {"arguments of a mention that has another role in the event": 1}


@pytest.mark.parametrize("window", [48, 75, 200])
def test_a_pair_is_learnt_from_in_the_window_that_answers_for_its_trigger(window: int) -> None:
    scheme, seen = replace(ROLES, fillers={}), set()
    for seed in range(3):
        chooser = random.Random(seed)
        document = _long(seed)
        entities = tuple(replace(one, id=f"T{at}") for at, one in enumerate(document.entities or ()))
        events = tuple(
            replace(one, arguments=tuple(Argument(chooser.choice(scheme.roles), m.id or "") for m in entities if abs(m.start - one.start) < 15))
            for one in document.events or ()
        )
        corpus = _corpus(replace(document, entities=entities, events=events), arguments=True)
        makers = {size: _maker(size, scheme, arguments=True) for size in (window, 2000)}
        cut, (one,) = (list(maker.make(corpus)) for maker in makers.values())

        def named(example: dict[str, Any]) -> list[tuple[int, ...]]:
            """The pairs with the pieces themselves, each of which occurs once in the text, in place of their numbers."""
            ids = example["input_ids"]
            return [(*(ids[at] for at in pair[:3]), *pair[3:], role) for pair, role in zip(example["pairs"], example["roles"], strict=True)]

        expected = [
            pair
            for example in cut
            for pair in named(one)
            if any(piece == pair[0] and number for piece, number in zip(example["input_ids"], example["triggers"], strict=True))
            and {pair[1], pair[2]} <= set(example["input_ids"])
        ]
        assert sorted(pair for example in cut for pair in named(example)) == sorted(expected)
        # and an argument that fell between two windows is told
        lost = sum(pair[-1] > 0 for pair in named(one)) - sum(pair[-1] > 0 for pair in expected)
        assert makers[window].lost["c"].counts["arguments that no window sees together with their trigger"] == lost
        assert len(set(expected)) == len(expected) <= len(named(one))
        seen |= {pair[-1] for pair in expected}
    assert seen == {0, 1, 2}
