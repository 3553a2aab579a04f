"""Cutting long texts: every piece answered once, by a window that fits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.inference.windows import plan_windows


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
def test_cores_end_at_sentences_or_between_words(text):
    pieces, sentences, words, size = text
    windows = plan_windows(pieces, sentences, words, size)
    starts = set(sentences.tolist())
    for window in windows[:-1]:
        # what the docstring promises: a sentence that ends in the last half of the longest core this window could have
        most = size - min(window.core_start, size // 4) - size // 4
        late = [at for at in starts if window.core_start + most // 2 <= at <= window.core_start + most and at > 0]
        if late:
            assert window.core_end == max(late)
        elif size >= 24:  # no word here is longer than a core then
            assert window.core_end in set(words.tolist())


@pytest.mark.parametrize("pieces", [0, 1, 10])
def test_what_fits_is_one_window(pieces):
    windows = plan_windows(pieces, np.array([0]), np.arange(pieces), 10)
    assert [(w.start, w.end, w.core_start, w.core_end) for w in windows] == ([(0, pieces, 0, pieces)] if pieces else [])


def test_pieces_inside_a_long_text_see_both_sides():
    windows = plan_windows(10_000, np.arange(0, 10_000, 40), np.arange(0, 10_000, 2), 254)
    for window in windows[1:-1]:
        assert window.core_start - window.start >= 25
        assert window.end - window.core_end >= 25
    assert sum(w.end - w.start for w in windows) < 2.2 * 10_000  # and the text is not read many times over


def test_a_word_longer_than_a_window_is_cut():
    windows = plan_windows(100, np.array([0]), np.array([0]), 10)
    assert windows[0].core_start == 0
    assert windows[-1].core_end == 100
