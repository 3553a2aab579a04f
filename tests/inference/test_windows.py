"""Cutting long texts: every piece answered once, by a window that fits."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.inference.windows import _CONTEXT, plan_windows


@st.composite
def texts(draw):
    """Pieces of a text, first pieces of its sentences and words, size of a window."""
    lengths = draw(st.lists(st.integers(1, 9), max_size=250))
    words = np.cumsum([0, *lengths])
    pieces = int(words[-1])
    words = words[:-1]
    chosen = draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    sentences = [int(word) for word, taken in zip(words, chosen, strict=True) if taken or word == 0]
    return pieces, np.array(sentences, np.int64), words.astype(np.int64), draw(st.integers(6, 300))


@settings(max_examples=400, deadline=None)
@given(texts())
def test_every_piece_is_answered_once(text):
    pieces, sentences, words, size = text
    windows = plan_windows(pieces, sentences, words, size)
    answered = [at for window in windows for at in range(window.core_start, window.core_end)]
    assert answered == list(range(pieces))
    for window in windows:
        assert 0 <= window.start <= window.core_start < window.core_end <= window.end <= pieces
        assert window.end - window.start <= size


@settings(max_examples=400, deadline=None)
@given(texts())
def test_each_piece_is_answered_by_the_window_that_sees_most_around_it(text):
    """Between two windows that both read a piece, the one that answers it has at least as much on its scarcer side, but for the room given to sentences."""
    pieces, sentences, words, size = text
    windows = plan_windows(pieces, sentences, words, size)
    context = size // _CONTEXT
    for one in windows:
        assert one.start == 0 or one.core_start - one.start >= context // 2
        assert one.end == pieces or one.end - one.core_end >= context // 2
        for at in (one.core_start, one.core_end - 1):
            seen = min(at - one.start if one.start else pieces, one.end - 1 - at if one.end < pieces else pieces)
            for other in windows:
                if other.start <= at < other.end and other != one:
                    there = min(at - other.start if other.start else pieces, other.end - 1 - at if other.end < pieces else pieces)
                    assert there <= seen + context + 1


@settings(max_examples=400, deadline=None)
@given(texts())
def test_cores_end_between_words(text):
    pieces, sentences, words, size = text
    for window in plan_windows(pieces, sentences, words, size)[:-1]:
        if size >= 100:  # no word here is longer than what a core may be moved by
            assert window.core_end in set(words.tolist())


def test_cores_and_windows_begin_and_end_with_sentences_where_there_are_some():
    sentences = np.arange(0, 5_000, 10)
    windows = plan_windows(5_000, sentences, np.arange(0, 5_000, 2), 254)
    edges = {edge for window in windows for edge in (window.start, window.end, window.core_start, window.core_end)}
    assert edges <= {*sentences.tolist(), 5_000}


@pytest.mark.parametrize("pieces", [0, 1, 10])
def test_what_fits_is_one_window(pieces):
    windows = plan_windows(pieces, np.array([0]), np.arange(pieces), 10)
    assert [(w.start, w.end, w.core_start, w.core_end) for w in windows] == ([(0, pieces, 0, pieces)] if pieces else [])


def test_pieces_inside_a_long_text_see_both_sides_and_little_is_read_twice():
    for pieces in (255, 300, 450, 1_000, 10_000):
        windows = plan_windows(pieces, np.arange(0, pieces, 40), np.arange(0, pieces, 2), 254)
        for before, after in itertools.pairwise(windows):
            assert before.end - before.core_end >= 254 // _CONTEXT // 2 > 3
            assert after.core_start - after.start >= 254 // _CONTEXT // 2
        assert sum(w.end - w.start for w in windows) < 1.3 * pieces


def test_a_word_longer_than_a_window_is_cut():
    windows = plan_windows(100, np.array([0]), np.array([0]), 10)
    assert windows[0].core_start == 0
    assert windows[-1].core_end == 100
