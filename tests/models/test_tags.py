import random

import numpy as np
import pytest

from hadath.models.errors import HadathError
from hadath.models.tags import AllowedSets, Reading, Tags, spans_to_tags, tags_to_spans

TAGS = Tags(("PER", "ORG", "GPE", "LOC"))


def test_the_tags_of_a_layer_and_their_numbers() -> None:
    assert TAGS.names == ("O", "B-PER", "B-ORG", "B-GPE", "B-LOC", "I-PER", "I-ORG", "I-GPE", "I-LOC")
    assert len(TAGS) == len(TAGS.names)
    for label in TAGS.labels:
        assert TAGS.names[TAGS.begin(label)] == f"B-{label}"
        assert TAGS.names[TAGS.inside(label)] == f"I-{label}"


@pytest.mark.parametrize("find", [TAGS.begin, TAGS.inside])
def test_a_label_that_the_layer_lacks_is_told(find: object) -> None:
    with pytest.raises(HadathError, match='no label "GPEE"; did you mean "GPE"'):
        find("GPEE")  # type: ignore[operator]


READING = Reading(TAGS, {"person": ("PER",), "place": ("GPE", "LOC"), "other": ()}, unmarked=("ORG",))
SILENT = Reading(TAGS, {"person": ("PER",), "other": ()})


@pytest.mark.parametrize(
    ("reading", "tag", "allowed"),
    [
        (READING, "O", {"O", "B-ORG", "I-ORG"}),
        (READING, "B-person", {"B-PER"}),
        (READING, "I-person", {"I-PER"}),
        (READING, "B-place", {"B-GPE", "B-LOC"}),
        (READING, "I-place", {"I-GPE", "I-LOC"}),
        (READING, "B-other", {"O", "B-ORG", "I-ORG"}),
        (READING, "I-other", {"O", "B-ORG", "I-ORG"}),
        (SILENT, "O", {"O"}),
        (SILENT, "B-other", {"O"}),
        (Reading.own(TAGS), "O", {"O"}),
        (Reading.own(TAGS), "I-GPE", {"I-GPE"}),
        (Reading.own(TAGS, ["PER", "LOC"]), "O", {"O", "B-PER", "I-PER", "B-LOC", "I-LOC"}),
        (Reading.own(TAGS, ["PER", "LOC"]), "B-GPE", {"B-GPE"}),
    ],
)
def test_what_a_corpus_allows_at_a_word(reading: Reading, tag: str, allowed: set[str]) -> None:
    found = reading.allowed(tag)
    assert found.shape == (len(TAGS),)
    assert found.dtype == bool
    assert {name for name, may in zip(TAGS.names, found, strict=True) if may} == allowed


def test_equal_sets_have_one_number_and_the_first_allows_all() -> None:
    sets = AllowedSets(TAGS)
    row = READING.allowed("O")
    assert sets.add(np.ones(len(TAGS), bool)) == 0
    assert [sets.add(row), sets.add(READING.allowed("B-person")), sets.add(READING.allowed("B-other"))] == [1, 2, 1]
    row[:] = False  # the table keeps its own copy
    table = sets.table()
    assert table.shape == (3, len(TAGS))
    assert table[0].all()
    assert (table[1] == READING.allowed("O")).all()


def _random_spans(chooser: random.Random, words: int) -> list[tuple[int, int, str]]:
    spans, at = [], 0
    while (at := at + chooser.randrange(3)) < words:
        end = min(words, at + chooser.randrange(1, 4))
        spans.append((at, end, chooser.choice(("PER", "Non-Governmental", "B-I"))))
        at = end
    return spans


def test_spans_come_back_from_their_tags() -> None:
    chooser = random.Random(5)
    for _ in range(300):
        words = chooser.randrange(12)
        spans = _random_spans(chooser, words)
        tags = spans_to_tags(spans, words)
        assert len(tags) == words
        assert tags_to_spans(tags) == spans
        assert spans_to_tags(tags_to_spans(tags), words) == tags


def test_the_first_of_two_that_overlap_stays() -> None:
    assert spans_to_tags([(1, 3, "PER"), (2, 4, "ORG"), (0, 1, "GPE"), (3, 3, "LOC")], 4) == ["B-GPE", "B-PER", "I-PER", "O"]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("", []),
        ("O I-A I-A O", [(1, 3, "A")]),
        ("B-A B-A", [(0, 1, "A"), (1, 2, "A")]),
        ("B-A I-B I-B", [(0, 1, "A"), (1, 3, "B")]),
        ("I-A O I-A", [(0, 1, "A"), (2, 3, "A")]),
        ("I-A B-A I-A", [(0, 1, "A"), (1, 3, "A")]),
        ("O B-A-B I-A-B I-A", [(1, 3, "A-B"), (3, 4, "A")]),
    ],
)
def test_tags_are_read_as_the_conll_scorer_reads_them(tags: str, spans: list[tuple[int, int, str]]) -> None:
    assert tags_to_spans(tags.split()) == spans
