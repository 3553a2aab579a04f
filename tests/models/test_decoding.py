import tracemalloc
from itertools import product

import numpy as np
import pytest

from hadath.models import decoding
from hadath.models.decoding import WordSpan, any_of, decode, log_softmax, sigmoid
from hadath.models.tags import Tags, tags_to_spans


def _legal(names: tuple[str, ...], words: int) -> list[tuple[int, ...]]:
    """Every sequence in which an I-X follows B-X or I-X, by the names of the tags alone."""

    def follows(before: str, tag: str) -> bool:
        return not tag.startswith("I-") or (before[1:] == tag[1:] and before != "O")

    every = product(range(len(names)), repeat=words)
    return [one for one in every if all(follows(a, b) for a, b in zip(("O", *(names[t] for t in one)), (names[t] for t in one), strict=False))]


def _best_by_hand(logits: np.ndarray, tags: Tags, temperature: float, bias: np.ndarray) -> list[tuple[int, int, str, float]]:
    scaled = logits.astype(np.float64) / temperature
    probabilities = np.exp(scaled) / np.exp(scaled).sum(axis=1, keepdims=True)
    scores = np.log(probabilities) + bias
    best = max(_legal(tags.names, len(logits)), key=lambda one: sum(scores[at, tag] for at, tag in enumerate(one)))
    said = [probabilities[at, tag] for at, tag in enumerate(best)]
    return [(a, b, label, float(np.prod(said[a:b]) ** (1 / (b - a)))) for a, b, label in tags_to_spans([tags.names[tag] for tag in best])]


@pytest.mark.parametrize(("labels", "longest"), [(0, 4), (1, 6), (2, 5), (3, 4)])
@pytest.mark.parametrize("temperature", [1.0, 0.5, 3.0])
@pytest.mark.parametrize("biased", [False, True])
def test_it_finds_the_best_of_all_legal_sequences(labels: int, longest: int, temperature: float, biased: bool) -> None:
    chooser = np.random.default_rng((labels, longest, int(10 * temperature), biased))
    tags = Tags(tuple("ABC"[:labels]))
    bias = chooser.normal(0, 2, len(tags)).astype(np.float32) if biased else np.zeros(len(tags), np.float32)
    batch = [chooser.normal(0, 3, (words, len(tags))).astype(np.float32) for words in chooser.integers(0, longest + 1, 15)]
    found = decode(batch, temperature=temperature, bias=bias if biased else None)
    assert len(found) == len(batch)
    for spans, logits in zip(found, batch, strict=True):
        wanted = _best_by_hand(logits, tags, temperature, bias) if len(logits) else []
        assert [(one.first, one.last, tags.labels[one.label]) for one in spans] == [one[:3] for one in wanted]
        assert [one.score for one in spans] == pytest.approx([one[3] for one in wanted], rel=1e-4)


def test_a_batch_says_of_each_text_what_the_text_alone_says() -> None:
    chooser = np.random.default_rng(3)
    batch = [chooser.normal(0, 4, (words, 9)).astype(np.float32) for words in chooser.integers(0, 40, 200)]
    together = decode(batch)
    assert together == [decode([one])[0] for one in batch]
    assert together[::-1] == decode(batch[::-1])
    assert sum(map(len, together)) > 500


def _viterbi_by_hand(scores: np.ndarray) -> list[int]:
    """The best legal sequence of one text, tag by tag and word by word."""
    count = (scores.shape[1] - 1) // 2
    best = [(float(score), [tag]) if tag <= count else (-np.inf, [tag]) for tag, score in enumerate(scores[0])]
    for row in scores[1:]:
        before = best
        best = []
        for tag, score in enumerate(row):
            allowed = range(len(row)) if tag <= count else (tag - count, tag)
            total, path = max((before[one] for one in allowed), key=lambda pair: pair[0])
            best.append((total + float(score), [*path, tag]))
    return max(best, key=lambda pair: pair[0])[1]


@pytest.mark.parametrize("loudness", [0.3, 2.0, 6.0])
def test_cutting_texts_where_no_mention_goes_on_changes_nothing(monkeypatch: pytest.MonkeyPatch, loudness: float) -> None:
    shapes = []
    viterbi = decoding._viterbi
    monkeypatch.setattr(decoding, "_viterbi", lambda scores: shapes.append(scores.shape[:2]) or viterbi(scores))
    chooser = np.random.default_rng((9, int(loudness)))
    for labels in (1, 3):
        scores = log_softmax(chooser.normal(0, loudness, (400, 1 + 2 * labels)).astype(np.float32))
        scores[:, 0] += chooser.normal(3, 3, 400).astype(np.float32)  # in news most words are in no mention
        starts = np.array([0, 1, 40, 41, 300])
        found = decoding._best(scores, starts).tolist()
        assert found == [tag for start, end in zip(starts, [*starts[1:], 400], strict=True) for tag in _viterbi_by_hand(scores[start:end])]
    assert sum(stretches * words for stretches, words in shapes) == 800
    assert len([one for one in shapes if one[0] > 1]) > 1  # and some were searched together


def test_no_more_words_are_decoded_together_than_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    chooser = np.random.default_rng(8)
    batch = [chooser.normal(0, 4, (words, 5)).astype(np.float32) for words in [*chooser.integers(0, 12, 150), 450, 900, 3]]
    whole = decode(batch)
    monkeypatch.setattr(decoding, "_WORDS", 500)
    sizes = []
    best = decoding._best
    monkeypatch.setattr(decoding, "_best", lambda scores, starts: sizes.append((len(scores), len(starts))) or best(scores, starts))
    assert decode(batch) == whole
    assert all(words <= 500 or texts == 1 for words, texts in sizes)
    assert len(sizes) < 8


def test_memory_grows_with_the_words_and_no_faster() -> None:
    chooser = np.random.default_rng(8)
    batch = [chooser.normal(0, 4, (words, 9)).astype(np.float32) for words in (*[3] * 63, 2_000)]
    tracemalloc.start()
    try:
        decode(batch)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * batch[-1].nbytes  # a dozen arrays of the size of the logits, not 64


def test_no_text_and_no_word() -> None:
    assert decode([]) == []
    assert decode([np.zeros((0, 5), np.float32)]) == [[]]


def test_an_inside_alone_is_never_the_answer() -> None:
    logits = np.full((1, 3), -5.0, np.float32)
    logits[0, 2] = 50.0  # I-A, which nothing begins
    logits[0, 0] = 1.0
    assert decode([logits]) == [[]]


def test_half_precision_is_read_as_single() -> None:
    logits = np.random.default_rng(1).normal(0, 4, (6, 5)).astype(np.float16)
    assert decode([logits]) == decode([logits.astype(np.float32)])


def test_a_score_is_the_geometric_mean_and_the_temperature_changes_it_alone() -> None:
    logits = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
    ((hot,),), ((cold,),) = decode([logits], temperature=2.0), decode([logits])
    first, second = (np.exp(value) / (np.exp(value) + 2) for value in (2.0, 1.0))
    assert cold == WordSpan(0, 2, 0, pytest.approx(np.sqrt(first * second), rel=1e-6))
    assert (hot.first, hot.last, hot.label) == (0, 2, 0)
    assert 1 / 3 < hot.score < cold.score


def test_a_bias_decides_but_is_no_part_of_the_score() -> None:
    logits = np.array([[1.0, 0.0, -9.0]], np.float32)
    assert decode([logits]) == [[]]
    ((span,),) = decode([logits], bias=np.array([0.0, 5.0, 0.0], np.float32))
    assert span.score == pytest.approx(1 / (1 + np.e), rel=1e-3)


def test_scores_are_probabilities_however_loud_the_logits() -> None:
    chooser = np.random.default_rng(9)
    for scale in (1e-6, 1.0, 1e3, 1e30):
        for spans in decode([(chooser.normal(0, 1, (30, 7)) * scale).astype(np.float32) for _ in range(5)]):
            assert all(0.0 <= one.score <= 1.0 for one in spans)


def test_log_softmax_and_sigmoid_against_their_formulas() -> None:
    logits = np.random.default_rng(2).normal(0, 3, (4, 5))
    assert np.exp(log_softmax(logits)) == pytest.approx(np.exp(logits) / np.exp(logits).sum(-1, keepdims=True))
    assert sigmoid(logits) == pytest.approx(1 / (1 + np.exp(-logits)))
    assert sigmoid(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]
    assert log_softmax(np.array([1e4, 0.0])).tolist() == [0.0, -1e4]


def test_any_of_is_one_minus_the_product_of_the_noes() -> None:
    chooser = np.random.default_rng(4)
    logits = chooser.normal(-1, 2, (20, 3))
    starts = np.array([0, 1, 7, 19])
    ends = [1, 7, 19, 20]
    direct = [1 - np.prod(1 - 1 / (1 + np.exp(-logits[start:end])), axis=0) for start, end in zip(starts, ends, strict=True)]
    found = any_of(logits, starts)
    assert found.shape == (4, 3)
    assert found == pytest.approx(np.array(direct), rel=1e-5)


def test_any_of_keeps_small_and_certain_probabilities_finite() -> None:
    found = any_of(np.array([[-40.0, 500.0], [-40.0, -500.0]], np.float32), np.array([0, 1]))
    assert found[:, 0] == pytest.approx([np.exp(-40)] * 2, rel=1e-4)
    assert found[:, 1].tolist() == [1.0, 0.0]
    assert any_of(np.zeros((3, 4), np.float32), np.array([], int)).shape == (0, 4)
