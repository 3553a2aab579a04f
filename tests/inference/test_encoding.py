"""From raw text to numbers: every word keeps its slot, whatever it is made of."""

import tracemalloc

import numpy as np
import pytest

from hadath.inference.encoding import NORMALISATIONS, Encoder
from hadath.inference.loading import load_tokenizer
from hadath.models.errors import HadathError

UNK = 1
SURROGATES = "قصف \ud83d القرية\udc80 ثم\ud800\udfff انسحب"


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder):
    return load_tokenizer(tiny_encoder)


@pytest.fixture(scope="module")
def encoder(tokenizer):
    return Encoder(tokenizer, "news", UNK)


def pieces_of(text, index):
    """The pieces of one word, by its place among the first pieces."""
    bounds = [*text.first.tolist(), len(text.ids)]
    return text.ids[bounds[index] : bounds[index + 1]].tolist()


def consistent(text):
    """What every consumer stands on: one first piece a word, at least one piece a word, spans inside the raw text."""
    assert len(text.first) == len(text.words)
    bounds = np.append(text.first, len(text.ids))
    assert (np.diff(bounds) >= 1).all()
    assert len(text.words) == 0 or bounds[0] == 0
    assert (np.diff(text.sentence_words) >= 0).all()
    assert len(text.sentence_pieces) == len(text.sentences)
    for index in range(len(text.words)):
        start, end = text.raw_span(index, index + 1)
        assert 0 <= start < end <= len(text.aligned.raw)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "سيطر الجيش على المدينة.",
        "جملة أولى. جملة ثانية!\nثالثة",
        "كلمة ً منفردة",  # a tashkeel with no letter to stand on
        "ًٌٍ",
        "ـــــ",
        "قـــال الـوزير",
        "😀 👨‍👩‍👧 🇸🇾 فرح",
        "\u200f\u202bقال\u202c\u200b الوزير\ufeff",
        "ﻗﺎﻝ ﷺ ﷲ ﻻ",
        "a\u0301b\u0302 e\u20dd",
        " \u0301قال",
        "\x00\x01قال\x00",
        "قال\r\nالوزير\r\n\r\n",
        SURROGATES,
        "\ud800",
        "x" * 3000,
    ],
)
def test_every_word_keeps_its_slot(tokenizer, normalisation, text):
    found = Encoder(tokenizer, normalisation, UNK).encode([text])[0]
    consistent(found)
    assert found.aligned.raw == text


def test_words_without_pieces_do_not_shift_their_neighbours(tokenizer):
    """The tokenizer drops tatweel and tashkeel; unnormalised, such a word has no piece of its own and gets [UNK]."""
    encoder = Encoder(tokenizer, "none", UNK)
    plain, odd = encoder.encode(["قال الوزير", "قال ــ الوزير"])
    assert odd.words.tolist() == [[0, 3], [4, 6], [7, 13]]
    assert pieces_of(odd, 1) == [UNK]
    assert pieces_of(odd, 0) == pieces_of(plain, 0)
    assert pieces_of(odd, 2) == pieces_of(plain, 1)


def test_vowelled_and_stretched_words_are_the_same_words(encoder):
    plain, odd = encoder.encode(["قصف الجيش القرية", "قَصَفَ الجيـــش القريةِ"])
    assert plain.ids.tolist() == odd.ids.tolist()
    assert [odd.raw_span(at, at + 1) for at in range(3)] == [(0, 6), (7, 15), (16, 23)]


def test_pieces_are_those_of_the_tokenizer(encoder, tokenizer):
    text = "أعلن المتحدث باسم الجيش"
    expected = tokenizer.encode(text, add_special_tokens=False).ids
    assert encoder.encode([text])[0].ids.tolist() == expected


def test_first_pieces_of_sentences(encoder):
    text = encoder.encode(["قال الوزير.\nانسحب الجيش من المدينة! ثم عاد"])[0]
    assert [text.aligned.raw[a:b] for a, b in text.sentences] == ["قال الوزير.", "انسحب الجيش من المدينة!", "ثم عاد"]
    assert text.sentence_words.tolist() == [0, 3, 8]
    assert text.sentence_pieces.tolist() == [text.first[0], text.first[3], text.first[8]]


def test_a_sentence_that_begins_under_a_mark_keeps_its_words(encoder):
    # blank and mark are one cluster, so the word points at the blank, before the sentence's own beginning
    text = encoder.encode(["قال. \u0301انسحب الجيش"], [[(0, 4), (5, 18)]])[0]
    assert text.sentence_words.tolist() == [0, 2]


def test_a_sentence_without_words_begins_where_the_next_does(encoder):
    text = encoder.encode(["قال\n\u200f\u200f\nعاد"], [[(0, 3), (4, 6), (7, 10)]])[0]
    assert text.sentence_words.tolist() == [0, 1, 1]
    last = encoder.encode(["قال\n\u200f"], [[(0, 3), (4, 5)]])[0]
    assert last.sentence_pieces.tolist() == [0, len(last.ids)]


def test_given_sentences_are_kept(encoder):
    text = encoder.encode(["قال. عاد. ذهب."], [[(0, 9), (10, 14)]])[0]
    assert text.sentences == [(0, 9), (10, 14)]
    assert text.sentence_words.tolist() == [0, 4]


def test_surrogates_become_one_piece_with_their_word(tokenizer):
    for normalisation in NORMALISATIONS:
        found = Encoder(tokenizer, normalisation, UNK).encode([SURROGATES, "قصف القرية"])
        again = Encoder(tokenizer, normalisation, UNK).encode(["قصف القرية"])[0]
        assert found[1].ids.tolist() == again.ids.tolist()


@pytest.mark.parametrize("remember", [0, 1, 7, 1000])
def test_a_full_cache_changes_nothing(tokenizer, helpers, remember):
    texts = helpers.quickstart_texts()[:12]
    small, large = Encoder(tokenizer, "news", UNK, remember=remember), Encoder(tokenizer, "news", UNK)
    expected = [one.ids.tolist() for one in large.encode(texts)]
    assert [small.encode([text])[0].ids.tolist() for text in texts] == expected
    assert [one.ids.tolist() for one in small.encode(texts[::-1])] == expected[::-1]


def test_long_words_do_not_pile_up(tokenizer):
    encoder = Encoder(tokenizer, "none", UNK, remember=100)
    tracemalloc.start()
    for at in range(99):
        encoder.encode([f"{at}" + "ن" * 1_000])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 60_000  # all of them would be two hundred thousand bytes


def test_unknown_normalisation(tokenizer):
    with pytest.raises(HadathError, match=r'"newz".*did you mean "news"'):
        Encoder(tokenizer, "newz", UNK)
