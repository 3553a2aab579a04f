"""The stream: order, bounds, slow sources, faults, threads; and the layers asked for."""

from __future__ import annotations

import gc
import sys
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hadath import Predictor
from hadath.inference import predictor as module
from hadath.inference.layers import narrowed, read_layers
from hadath.inference.runtime import short_turns


@pytest.fixture(scope="module")
def predictor(tiny_model):
    return Predictor.load(tiny_model, threads=2)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 500)


def _workers():
    return [one for one in threading.enumerate() if one.name.startswith("hadath")]


def test_order_is_the_sources_and_no_more_is_held_than_a_few_chunks(predictor, helpers, small_chunks):
    taken = 0

    def source():
        nonlocal taken
        for at in range(300):
            taken += 1
            yield f"{at} {helpers.NEWS[at % 4]}"

    most = 0
    for at, document in enumerate(predictor.stream(source())):
        assert document.text.startswith(f"{at} ")
        most = max(most, taken - at)
    assert at == 299
    assert most < 30
    assert not _workers()


def test_memory_does_not_grow_with_the_number_of_texts(predictor, helpers, small_chunks):
    """Texts of words that were never met before, and what the stream holds of them after a hundred and after four hundred."""
    predictor = Predictor(predictor.spec, predictor._encoder._tokenizer, predictor._runtime)
    predictor._encoder._remember = 500
    source = (f"{helpers.NEWS[at % 4]} {' '.join(f'نص{at}ال{word}' for word in range(20))}" for at in range(400))
    held = []
    tracemalloc.start()
    for at, _ in enumerate(predictor.stream(source)):
        if at in (99, 399):
            gc.collect()  # empties the lists in which Python keeps small objects for use again
            held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert at == 399
    assert held[1] < held[0] + 150_000  # a kilobyte for each of them would be twice that


def test_a_slow_source_gets_each_text_back_before_the_next(predictor, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", -1.0)  # every source is slow then
    asked = []

    def source():
        for at in range(5):
            asked.append(at)
            yield "سيطر الجيش على المدينة"

    for at, _ in enumerate(predictor.stream(source())):
        assert asked == list(range(at + 1))


def test_what_came_before_a_fault_of_the_source_is_given_out_first(predictor, helpers, small_chunks):
    def source():
        for at in range(17):
            yield helpers.NEWS[at % 4]
        raise LookupError("the source broke")

    got = []
    with pytest.raises(LookupError, match="the source broke"):
        got.extend(predictor.stream(source()))
    assert [one.text for one in got] == [helpers.NEWS[at % 4] for at in range(17)]
    assert got == predictor.predict([helpers.NEWS[at % 4] for at in range(17)])
    assert not _workers()


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit])
def test_an_interruption_passes_at_once_and_leaves_no_thread(predictor, helpers, small_chunks, fault):
    def source():
        yield from helpers.NEWS * 5
        raise fault

    with pytest.raises(fault):
        list(predictor.stream(source()))
    assert not _workers()


def test_a_stream_that_is_dropped_leaves_no_thread(predictor, helpers, small_chunks):
    stream = predictor.stream(helpers.NEWS[at % 4] for at in range(1000))
    next(stream)
    assert _workers()
    stream.close()
    assert not _workers()


def test_a_fault_of_the_runtime_reaches_the_caller(predictor, helpers, monkeypatch):
    def broken(ids, names):
        raise RuntimeError("no memory")

    monkeypatch.setattr(predictor._runtime, "_one", broken)
    with pytest.raises(RuntimeError, match="no memory"):
        predictor.predict(list(helpers.NEWS))
    assert not _workers()


def test_running_and_the_callers_work_overlap(predictor, helpers, small_chunks, monkeypatch):
    """Windows are in hand while the caller looks at a document: a runtime that waits for the caller would never count up."""
    begun = 0
    whole = predictor._runtime._one

    def counted(ids, names):
        nonlocal begun
        begun += 1
        return whole(ids, names)

    monkeypatch.setattr(predictor._runtime, "_one", counted)
    stream = predictor.stream(helpers.NEWS[at % 4] for at in range(100))
    next(stream)
    deadline = time.monotonic() + 20
    while begun < 12 and time.monotonic() < deadline:  # a chunk is about four texts, each a window or two
        time.sleep(0.01)
    assert begun >= 12
    stream.close()


def test_the_caller_runs_windows_itself_where_it_would_wait(predictor, helpers):
    encoded = predictor.encode(list(helpers.NEWS) * 3)
    windows = [np.array([2, *one.ids, 3]) for one in encoded]
    alone = list(predictor._runtime.run(windows))
    held, asked = threading.Event(), []
    whole = predictor._runtime._one

    def slow(ids, names):
        asked.append(threading.current_thread())
        if threading.current_thread() is not threading.main_thread():
            held.wait(60)
        elif asked.count(threading.main_thread()) == len(windows) - 1:
            held.set()  # all others were run meanwhile
        return whole(ids, names)

    predictor._runtime._one = slow
    try:
        with ThreadPoolExecutor(1) as pool:
            found = list(predictor._runtime.run(windows, None, pool))
    finally:
        del predictor._runtime._one
    assert asked.count(threading.main_thread()) == len(windows) - 1
    for one, other in zip(found, alone, strict=True):
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


def test_a_fault_in_the_callers_own_window_reaches_it_and_leaves_no_thread(predictor, helpers, small_chunks):
    def broken(ids, names):
        if threading.current_thread() is threading.main_thread():
            raise RuntimeError("no memory")
        time.sleep(0.01)  # so that the caller lends a hand
        return {name: np.zeros((len(ids), predictor._runtime.outputs[name]), np.float32) for name in names}

    predictor._runtime._one = broken
    try:
        with pytest.raises(RuntimeError, match="no memory"):
            predictor.predict(list(helpers.NEWS) * 10)
    finally:
        del predictor._runtime._one
    assert not _workers()


def test_turns_are_short_only_while_a_program_asks():
    before = sys.getswitchinterval()
    with pytest.raises(KeyError), short_turns():
        raise KeyError
    assert sys.getswitchinterval() == before
    with short_turns():
        assert sys.getswitchinterval() == pytest.approx(1e-4)
        with short_turns():
            assert sys.getswitchinterval() == pytest.approx(1e-4)
        assert sys.getswitchinterval() == pytest.approx(1e-4)
    assert sys.getswitchinterval() == before


def test_torch_in_a_thread_begins_before_it_is_asked(tiny_arabert_model, helpers):
    predictor = Predictor.load(tiny_arabert_model)
    encoded = predictor.encode(list(helpers.NEWS))
    alone = [one["entities"] for one in predictor.logits(encoded)]
    begun = threading.Event()
    whole = predictor._runtime._run
    predictor._runtime._run = lambda *given: begun.set() or whole(*given)
    with ThreadPoolExecutor(1) as pool:
        answers = predictor._runtime.run([np.array([2, *one.ids, 3]) for one in encoded], ["entities"], pool)
        assert begun.wait(60)
        found = list(answers)
    assert all(one.keys() == {"entities"} for one in found)
    for one, other in zip(found, alone, strict=True):
        np.testing.assert_allclose(one["entities"][1:-1], other, atol=1e-4)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (["entities"], ("entities",)),
        (["triggers"], ("events",)),
        (["events", "entities"], ("entities", "events")),
        (["sentences"], ("sentences",)),
        (None, ("entities", "events", "sentences")),
    ],
)
def test_layers_not_asked_for_are_none_and_the_others_are_as_ever(predictor, helpers, asked, given):
    every = predictor.predict(list(helpers.NEWS))
    for some, all_ in zip(predictor.predict(list(helpers.NEWS), layers=asked), every, strict=True):
        for name in ("entities", "events", "sentences"):
            assert getattr(some, name) == (getattr(all_, name) if name in given else None)
    assert predictor(helpers.NEWS[0], layers=asked).entities == (every[0].entities if "entities" in given else None)


def test_heads_not_needed_are_not_run(predictor, tiny_arabert_model, helpers, monkeypatch):
    for one in (predictor, Predictor.load(tiny_arabert_model)):
        seen = set()
        whole = one._runtime.run

        def watched(windows, outputs=None, pool=None, whole=whole, seen=seen):
            for answer in whole(windows, outputs, pool):
                seen.update(answer)
                yield answer

        monkeypatch.setattr(one._runtime, "run", watched)
        one.predict(list(helpers.NEWS), layers=["entities"])
        assert seen == {"entities", "proclitics"}
        assert set(narrowed(one.spec, ["entities"]).heads) == seen


@pytest.mark.parametrize(("layers", "hint"), [(["entitys"], 'did you mean "entities"'), (["roles?!"], "entities, events, sentences"), ([], "empty")])
def test_a_wrong_layer_is_told_with_the_right_ones(predictor, layers, hint):
    with pytest.raises(ValueError, match="layer") as caught:
        predictor.predict(["قال"], layers=layers)
    assert hint in str(caught.value)
    with pytest.raises(TypeError, match="list of names"):
        read_layers("entities")
