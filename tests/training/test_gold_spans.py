"""Arguments on given mentions and triggers: on those that the tagger found itself they are those that it gave them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("torch", reason="the tiny model needs torch (extra train)")

from hadath import HadathError, Predictor
from hadath.training.gold_spans import gold_span_arguments


@pytest.fixture(scope="module")
def predictor(helpers: ModuleType, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    folder = tmp_path_factory.mktemp("taught") / "model"
    return Predictor.load(helpers.make_model(tiny_encoder, folder, window=256, graphs=False, arguments=True))


def test_on_its_own_spans_a_tagger_says_what_it_said(predictor: Predictor, helpers: ModuleType) -> None:
    tagged = predictor.predict(list(helpers.NEWS))
    assert sum(len(event.arguments or ()) for one in tagged for event in one.events or ()) > 10
    bare = [replace(one, events=tuple(replace(event, arguments=()) for event in one.events or ())) for one in tagged]
    found = gold_span_arguments(predictor, bare)
    for before, after in zip(tagged, found, strict=True):
        assert [(e.id, [(a.role, a.target) for a in e.arguments or ()]) for e in after.events or ()] == [
            (e.id, [(a.role, a.target) for a in e.arguments or ()]) for e in before.events or ()
        ]
        assert after.entities == before.entities


def test_documents_without_events_stay_as_they_are(predictor: Predictor, helpers: ModuleType) -> None:
    [tagged] = predictor.predict([helpers.NEWS[0]])
    bare = replace(tagged, events=(), entities=())
    assert gold_span_arguments(predictor, [bare]) == [bare]


def test_a_tagger_that_was_not_taught_arguments_is_refused(tiny_model: Path) -> None:
    with pytest.raises(HadathError, match="was not taught arguments"):
        gold_span_arguments(Predictor.load(tiny_model), [])
