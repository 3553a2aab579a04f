"""The predictor: any text in, one document out, and its spans where they say they are."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hadath import Document, Mention, Predictor
from hadath.inference import predictor as module
from hadath.models.clusters import cluster_bounds
from hadath.models.text import to_codes


@pytest.fixture(scope="module")
def predictor(tiny_model):
    return Predictor.load(tiny_model, threads=1)


@pytest.fixture(scope="module")
def texts(helpers):
    return list(helpers.NEWS)


def marks(document):
    """All that was found, without the text."""
    return document.entities, document.events, document.sentences, document.error


def check(document):
    """The invariant of every prediction; returns how many spans there were."""
    text = document.text
    starts, ends = cluster_bounds(to_codes(text))
    count = 0
    for layer in (document.entities, document.events):
        past = 0
        for span in layer:
            assert 0 <= past <= span.start < span.end <= len(text)
            assert text[span.start : span.end] == span.text
            for at in (span.start, span.end):  # an answer of its own, beside the clusters: no mark is torn off a letter
                assert not (0 < at < len(text) and text[at - 1].isalnum() and unicodedata.category(text[at]) in ("Mn", "Me"))
            assert starts[span.start] == span.start, "a span begins inside a cluster"
            assert ends[span.end - 1] == span.end, "a span ends inside a cluster"
            assert 0 <= span.score <= 1
            past = span.end
            count += 1
    past = 0
    for sentence in document.sentences:
        assert past <= sentence.start < sentence.end <= len(text)
        past = sentence.end
        assert all(0 <= one.score <= 1 for one in sentence.labels)
    return count


EMPTY = ["", "   ", "\n\r\n\t", "\u00a0\u2003", "\u200f\u200b\ufeff"]
ODD_TEXTS = [
    "😀", "😀👨‍👩‍👧🇸🇾🇸", "\ud800", "قال\udfff الوزير \ud83d", "\x00", "قال\x00الوزير", "قال الوزير\r\nوعاد\r\n", "\u064b", "ـ", "\u0301قال",
    "ﷺ ﷲ ﻻ ﷻ", "\u202eقال\u202c", "a" * 5000, "ق" * 5000, "٣" * 500, "قال " * 3000, "." * 2000, "\n" * 2000, "<b>قال</b> &amp; http://a.com/x?y a@b.org @user",
]  # fmt: skip
NO_TEXTS = [None, float("nan"), np.nan, b"\xd9\x82", bytearray(b"x"), 7, 3.5, True, ["قال"], {"text": "قال"}, object()]


@pytest.mark.parametrize("text", EMPTY, ids=ascii)
def test_nothing_to_read_gives_empty_layers(predictor, text):
    document = predictor(text)
    assert (document.text, document.error, document.entities, document.events) == (text, None, (), ())
    assert all(not one.labels for one in document.sentences)


@pytest.mark.parametrize("odd", ODD_TEXTS, ids=lambda text: ascii(text[:12]))
def test_odd_texts_harm_nobody(predictor, texts, odd):
    alone = [marks(one) for one in predictor.predict(texts)]
    found = predictor.predict([texts[0], odd, *texts[1:]])
    assert found[1].text == odd
    assert found[1].error is None
    check(found[1])
    assert [marks(one) for one in (found[0], *found[2:])] == alone


@pytest.mark.parametrize("model", ["tiny_model", "tiny_arabert_model"])
def test_odd_texts_with_every_model(request, model):
    predictor = Predictor.load(request.getfixturevalue(model), threads=1)
    for document in predictor.predict([*EMPTY, *ODD_TEXTS]):
        check(document)


@pytest.mark.parametrize("bad", NO_TEXTS, ids=lambda value: type(value).__name__)
def test_what_is_no_text_gives_an_error_document(predictor, texts, bad):
    alone = [marks(one) for one in predictor.predict(texts)]
    found = predictor.predict([*texts[:2], bad, *texts[2:]])
    assert found[2].error
    assert type(bad).__name__.replace("bytearray", "bytes") in found[2].error
    assert (found[2].id, found[2].text, found[2].entities, found[2].events, found[2].sentences) == ("2", "", None, None, None)
    assert [marks(one) for one in (*found[:2], *found[3:])] == alone


def test_a_document_whose_text_is_no_string(predictor, texts):
    found = predictor.predict([Document("x", None, source="s"), texts[0]])  # type: ignore[arg-type]
    assert (found[0].id, found[0].source) == ("x", "s")
    assert "NoneType" in found[0].error
    assert found[1].entities


@pytest.mark.parametrize("one", ["قال الوزير", b"x", Document("a", "قال")])
def test_one_text_is_no_list(predictor, one):
    with pytest.raises(TypeError, match="list of texts"):
        predictor.predict(one)
    with pytest.raises(TypeError, match="iterable of texts"):
        next(predictor.stream(one))


@pytest.mark.parametrize("bad", [None, 7, ["قال"], b"x"])
def test_calling_takes_one_string(predictor, bad):
    with pytest.raises(TypeError, match="takes one text"):
        predictor(bad)


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_min_score_is_a_probability(predictor, score):
    with pytest.raises(ValueError, match="0 to 1"):
        predictor.predict(["قال"], min_score=score)


def test_min_score_leaves_out_what_scores_less(predictor, texts):
    every = predictor.predict(texts)
    some = predictor.predict(texts, min_score=0.5)
    scores = [m.score for one in every for m in one.entities]
    assert min(scores) < 0.5 < max(scores)
    for all_, few in zip(every, some, strict=True):
        for layer in ("entities", "events"):
            expected = [(m.start, m.end, m.label) for m in getattr(all_, layer) if m.score >= 0.5]
            assert [(m.start, m.end, m.label) for m in getattr(few, layer)] == expected
        assert [[one for one in s.labels if one.score >= 0.5] for s in all_.sentences] == [list(s.labels) for s in few.sentences]


def test_the_same_alone_and_among_neighbours(predictor, helpers):
    texts = helpers.quickstart_texts()[:10]
    together = [marks(one) for one in predictor.predict(texts)]
    assert [marks(predictor(one)) for one in texts] == together


def test_order_chunks_and_threads_change_nothing(predictor, tiny_model, helpers, monkeypatch):
    texts = [*helpers.quickstart_texts()[:8], "", *helpers.NEWS, "😀"]
    expected = [marks(one) for one in predictor.predict(texts)]
    assert [marks(one) for one in predictor.predict(texts[::-1])] == expected[::-1]
    assert [marks(one) for one in Predictor.load(tiny_model, threads=2).predict(texts)] == expected
    monkeypatch.setattr(module, "_CHUNK", 1)
    assert [marks(one) for one in predictor.predict(texts)] == expected


def test_order_in_torch_changes_no_span(tiny_arabert_model, helpers):
    """Batches of torch are padded, so scores may differ in the last digits; what is found may not."""
    predictor = Predictor.load(tiny_arabert_model)
    texts = [*helpers.NEWS, *helpers.quickstart_texts()[:4]]
    together = predictor.predict(texts)
    alone = [predictor(one) for one in texts]
    for one, other in zip(together, alone, strict=True):
        assert [(m.start, m.end, m.label) for m in one.entities] == [(m.start, m.end, m.label) for m in other.entities]
        assert [m.score for m in one.entities] == pytest.approx([m.score for m in other.entities], abs=2e-4)


def test_repeated_mentions_have_their_own_offsets(predictor):
    sentence = "سيطر الجيش على المدينة. "
    document = predictor(sentence * 6)
    for label in {m.label for m in document.entities}:
        starts = [m.start for m in document.entities if m.label == label]
        assert len(set(starts)) == len(starts)
    again = [m for m in document.entities if "الجيش" in m.text]
    assert len({m.start for m in again}) == len(again) >= 2
    check(document)


def test_a_long_document_is_read_to_its_end(predictor, helpers):
    text = "\n".join(helpers.quickstart_texts()[:6])
    encoded = predictor.encode([text])[0]
    assert len(encoded.ids) > 5 * predictor.spec.window
    logits = predictor.logits([encoded])[0]
    for name, head in predictor.spec.heads.items():
        assert logits[name].shape == (len(encoded.ids), head.size)
        assert np.isfinite(logits[name]).all()
    document = predictor(text)
    check(document)
    # untrained heads find something nearly everywhere, so the last tenth must hold spans too
    assert document.entities[-1].end > 0.9 * len(text)
    assert document.events[-1].end > 0.9 * len(text)
    assert document.sentences[-1].end == len(text.rstrip())


def test_what_fits_in_a_window_is_read_as_the_graph_reads_it(predictor):
    """An independent answer: the runtime asked directly."""
    encoded = predictor.encode(["سيطر الجيش على المدينة"])[0]
    spec = predictor.spec
    direct = next(iter(predictor._runtime.run([np.array([spec.pieces.cls, *encoded.ids, spec.pieces.sep], np.int32)])))
    found = predictor.logits([encoded])[0]
    for name in spec.heads:
        np.testing.assert_array_equal(found[name], direct[name][1:-1])


def test_stream_is_lazy(predictor, texts, monkeypatch):
    taken = []

    def source():
        for index in range(1000):
            taken.append(index)
            yield texts[index % len(texts)]

    monkeypatch.setattr(module, "_CHUNK", 500)
    stream = predictor.stream(source())
    assert taken == []
    first = next(stream)
    assert first.text == texts[0]
    assert 0 < len(taken) < 20
    for _ in range(20):
        next(stream)
    assert len(taken) < 50


def test_stream_of_nothing(predictor):
    assert list(predictor.stream(iter(()))) == []
    assert predictor.predict([]) == []


def test_documents_keep_what_is_theirs(predictor, texts):
    given = Document("a-9", texts[0], date="2018-04-11", source="s", entities=(Mention(0, 4, texts[0][:4], "OLD"),), extra={"url": "u", "n": [1]})
    found = predictor.predict([given, replace(given, id="b")])
    assert [(one.id, one.date, one.source, one.extra, one.text) for one in found] == [
        (name, "2018-04-11", "s", {"url": "u", "n": [1]}, texts[0]) for name in ("a-9", "b")
    ]
    assert all(m.label != "OLD" for m in found[0].entities)
    assert marks(found[0]) == marks(found[1]) == marks(predictor(texts[0]))


def test_a_document_with_an_error_passes_through(predictor, texts):
    broken = Document("x", "", error="not UTF-8 at byte 3")
    found = predictor.predict([texts[0], broken])
    assert found[1] == broken
    assert found[0].entities


def test_predictions_read_back(predictor, texts):
    import json

    for document in predictor.predict([*texts, *ODD_TEXTS]):
        assert Document.from_json(json.loads(document.to_line())) == document


# -- generated strings ---------------------------------------------------------------------------------------------------------------------------------

_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةى"
_WORDS = ["سيطر", "الجيش", "على", "مدينة", "وقصفت", "بالطائرات", "للوزير", "وبالمدافع", "لداعش", "في7", "و3", "كوفيد19", "الأمم", "المتحدة"]
_POOLS = (
    _LETTERS, "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0653\u0654", "ـ", "ﷲﷺﻻﻼﻗﺎﻝﷻ﷼ﹰﹱﹷﱞﱟﳲ", "\u200e\u200f\u202a\u202b\u202c\u202e\u2066\u2069\u061c",
    "\u200b\u200c\u200d\ufeff\u2060\u00ad", "\u0301\u0302\u0338\u20dd\u0e33\ufe0f", "abcXYZİßﬁⅣ", "0123456789٠١٢٣٤٥۰۱۲", "گچپژکیہھےۓںٹڈ", " \n\t\u00a0", ".،؛؟!:«»\"'()[]_-/@#",
    "\x00\x01\x1f\x7f\x85\u2028", "\ud800\udc00\udfff", "각한ㅏ한", "กำเ", "\u0600\u06dd", "🇸🇾🇮",
)  # fmt: skip
_CHUNKS = (
    "👨‍👩‍👧",
    "👍🏽",
    "🏳️‍🌈",
    "❤️",
    "😀",
    "\r\n",
    "http://a.com/x",
    "a@b.org",
    "@user",
    "&amp;",
    "<br />",
    "ههههه",
    "!!!!",
    "قَصَفَ",
    "الـجـيـش",
    "é",
    "و\u0654",
)


def strings(count, seed):
    """Random strings of everything that has broken offsets somewhere."""
    dice = random.Random(seed)
    for _ in range(count):
        parts = []
        for _ in range(dice.randint(0, 14)):
            kind = dice.random()
            if kind < 0.3:
                parts.append(dice.choice(_WORDS))
            elif kind < 0.45:
                parts.append(dice.choice(_CHUNKS))
            else:
                parts.append("".join(dice.choices(dice.choice(_POOLS), k=dice.randint(1, 3))))
            if dice.random() < 0.35:
                parts.append(" ")
        yield "".join(parts)


def test_offsets_on_generated_strings(predictor):
    texts = list(strings(2_000, 20_180_411))
    count = 0
    for text, document in zip(texts, predictor.stream(texts), strict=True):
        assert document.text == text
        count += check(document)
    assert count > 10_000


_ANY = st.text(alphabet=st.one_of(st.sampled_from("".join(_POOLS)), st.characters()), max_size=40)


@given(st.lists(_ANY, min_size=20, max_size=20))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large])
def test_offsets_on_two_thousand_strings_of_hypothesis(predictor, texts):
    for text, document in zip(texts, predictor.predict(texts), strict=True):
        assert document.text == text
        check(document)


@pytest.mark.parametrize("normalisation", ["arabert", "none"])
def test_offsets_with_other_normalisations(predictor, normalisation):
    other = Predictor(replace(predictor.spec, normalisation=normalisation), predictor._encoder._tokenizer, predictor._runtime)
    count = sum(check(document) for document in other.stream(strings(1_500, 7)))
    assert count > 5_000


@pytest.mark.slow
def test_a_megabyte_on_one_line(predictor):
    for text in ("سيطر الجيش على مدينة " * 50_000, "ق" * 1_000_000, "😀" * 250_000):
        check(predictor(text))
