"""Near-duplicates: sentences that stand in a text, whole or nearly, whatever their spelling; and no others."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("pydantic", reason="needs the extra train")

from hadath.models.normalise import normalise
from hadath.training.duplicates import Duplicates, Sentences, find_duplicates, report

SENTENCE = "أعلنت وزارة الدفاع في بيان لها أمس أن قواتها دخلت المدينة من الجهة الشرقية"
WORDS = SENTENCE.split()


def test_a_sentence_is_found_in_the_middle_of_a_text() -> None:
    found = find_duplicates(
        [SENTENCE, "لم يصدر أي تعليق رسمي من الجانب الآخر حتى مساء اليوم"], [normalise("مقدمة قصيرة.\n" + SENTENCE + " وفق مصادر").text, "نص آخر"]
    )
    assert (found.sentences, found.found, found.examples) == (2, 1, (SENTENCE,))


def test_tashkeel_tatweel_and_hamza_do_not_hide_it() -> None:
    other = SENTENCE.replace("أ", "ا").replace("وزارة", "وزارةُ").replace("بيان", "بيـــان")
    assert other != SENTENCE
    assert find_duplicates([SENTENCE], [normalise(other).text]).found == 1


@pytest.mark.parametrize(("changed", "found"), [([], 1), ([0], 1), ([13], 1), ([6], 0), ([0, 13], 1)])
def test_nearly_the_same_is_found_by_the_share_of_its_runs(changed: list[int], found: int) -> None:
    # fourteen words make nine runs of six; a change at an end breaks one of them, in the middle six
    words = [f"كلمة{at}" if at in changed else word for at, word in enumerate(WORDS)]
    text = normalise(" ".join(words)).text
    assert find_duplicates([SENTENCE], [text]).found == found
    assert find_duplicates([SENTENCE], [text], share=0.3).found == 1


def test_short_sentences_cannot_be_told_apart_and_are_not_counted() -> None:
    assert find_duplicates(["قال الوزير"], ["قال الوزير إن الأمر انتهى"]) == Duplicates(0, 0, ())
    assert find_duplicates([], ["نص"]) == Duplicates(0, 0, ())
    assert find_duplicates([SENTENCE], []) == Duplicates(1, 0, ())


def test_the_same_words_in_another_order_are_another_sentence() -> None:
    assert find_duplicates([SENTENCE], [" ".join(reversed(WORDS))]).found == 0


def test_it_agrees_with_plain_sets_of_runs() -> None:
    chance = random.Random(1)

    def sentence(length: int) -> list[str]:
        return [f"w{chance.randrange(6)}" for _ in range(length)]

    def runs(words: list[str]) -> set[tuple[str, ...]]:
        return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}

    sentences = [sentence(chance.randrange(4, 12)) for _ in range(60)]
    texts = [sentence(800) for _ in range(40)]
    there = set().union(*map(runs, texts))
    shares = [sum(tuple(one[at : at + 6]) in there for at in range(len(one) - 5)) / (len(one) - 5) for one in sentences if len(one) > 5]
    assert len({one >= 0.5 for one in shares}) == 2  # some of both
    found = find_duplicates([" ".join(one) for one in sentences], [" ".join(one) for one in texts])
    assert (found.sentences, found.found) == (len(shares), sum(one >= 0.5 for one in shares))


def test_one_text_must_hold_the_share_by_itself() -> None:
    wanted = Sentences([SENTENCE, "قال", " ".join(reversed(WORDS))])
    assert len(wanted) == 2
    half, other = " ".join(WORDS[:8]), " ".join(WORDS[7:])  # three and two of the nine runs
    assert not wanted.stand_in(normalise(half).text)
    assert not wanted.stand_in(normalise(other).text)
    assert wanted.stand_in(normalise(f"مقدمة {SENTENCE} وخاتمة").text)
    met = np.union1d(*(wanted.met(normalise(one).text) for one in (half, other)))
    assert wanted.standing(met).tolist() == [0]  # five of nine in both together
    assert wanted.standing(met[:0]).tolist() == []
    assert not Sentences([]).stand_in(normalise(SENTENCE).text)


def test_the_report_says_how_many_and_shows_some() -> None:
    told = report({"a.jsonl": Duplicates(5, 4, ("w", "x", "y", "z")), "b.jsonl": Duplicates(3, 0, ())})
    first, *examples, last = told.split("\n")
    assert first == "a.jsonl: 4 of 5 sentences of six words or more stand in the text"
    assert examples == ["  w", "  x", "  y"]
    assert last.startswith("b.jsonl: 0 of 3")
    assert all(a != b for a, b in pairwise(told.split("\n")))
