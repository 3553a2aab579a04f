"""What is fitted on dev, on logits whose best temperature, openness and thresholds are known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer, models

pytest.importorskip("pydantic", reason="calibration is a part of training (extra train)")

from hadath.inference.encoding import Encoded, Encoder
from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel
from hadath.models.scheme import Scheme
from hadath.models.spec import ARGUMENT_STATES, TaggerSpec
from hadath.training.calibration import fit

SPANS = TaggerSpec(Scheme(entities=("PER",), triggers=("ATTACK",)), proclitics=False)
SENTENCES = TaggerSpec(Scheme(sentence_labels=("ASSAULT", "MEET")))
NEVER = -100.0
STEP = 1.11  # from one temperature that is tried to the next


def _odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _encode(texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]] | None = None) -> list[Encoded]:
    """Each word is one piece."""
    return Encoder(Tokenizer(models.WordLevel({"[UNK]": 1}, unk_token="[UNK]")), "news", 1).encode(texts, sentences)


Row = tuple[float, bool]


def _layer(rows: Sequence[Row]) -> np.ndarray:
    """Logits of O, B and I for words of which B exceeds O by so much."""
    return np.array([[0.0, margin, NEVER] for margin, _ in rows], np.float32)


def _fit_spans(entities: Sequence[Row], triggers: Sequence[Row] | None = None, spec: TaggerSpec = SPANS) -> TaggerSpec:
    """Fits on a text of as many words: by how much each looks like a mention, and whether it is one."""
    triggers = triggers if triggers is not None else [(NEVER, False)] * len(entities)
    words = len(entities)
    text = " ".join(["نص"] * words)
    gold = Document(
        "d",
        text,
        entities=tuple(Mention(3 * at, 3 * at + 2, "نص", "PER") for at, (_, true) in enumerate(entities) if true),
        events=tuple(Event(3 * at, 3 * at + 2, "نص", "ATTACK") for at, (_, true) in enumerate(triggers) if true),
    )
    logits = {"entities": _layer(entities), "triggers": _layer(triggers), "asserted": np.zeros((words, 1), np.float32)}
    return fit(spec, _encode([text]), [logits], [gold])


# Temperatures of spans


@pytest.mark.parametrize(("temperature", "right"), [(1.0, 0.8), (2.0, 0.75), (3.3, 0.6), (0.6, 0.9)])
def test_a_temperature_makes_the_score_the_share_that_is_right(temperature: float, right: float) -> None:
    # every mention has the same logit, so one division makes the score of all of them the share that is right
    rows = [(temperature * _odds(right), at < 20 * right) for at in range(20)]
    found = _fit_spans(rows).temperatures["entities"]
    assert temperature / STEP < found < temperature * STEP


def test_a_temperature_fits_several_scores_at_once() -> None:
    rows = [(2.0 * _odds(share), at < 20 * share) for share in (0.6, 0.75, 0.9) for at in range(20)]
    assert 2 / STEP < _fit_spans(rows).temperatures["entities"] < 2 * STEP


def test_layers_have_temperatures_of_their_own() -> None:
    sure = [(2.5 * _odds(0.8), at < 8) for at in range(10)]
    unsure = [(_odds(0.8), at < 8) for at in range(10)]
    found = _fit_spans(sure, unsure).temperatures
    assert 2.5 / STEP < found["entities"] < 2.5 * STEP
    assert 1 / STEP < found["triggers"] < STEP


def test_at_the_ends_a_temperature_stays_within_what_is_sensible() -> None:
    assert _fit_spans([(3.0, True)] * 20).temperatures["entities"] == 0.5
    assert _fit_spans([(3.0, False)] * 20).temperatures["entities"] == 4.0


def test_where_nothing_is_found_nothing_is_changed() -> None:
    assert _fit_spans([(NEVER, True), (NEVER, False)]).temperatures == {"entities": 1.0, "triggers": 1.0}


def test_a_span_is_right_only_with_its_bounds_and_its_label() -> None:
    # three of four mentions are gold, but of one the gold one is longer: two of four are right
    text = "نص نص نص نص نص"
    gold = Document("d", text, entities=(Mention(0, 2, "نص", "PER"), Mention(3, 5, "نص", "PER"), Mention(6, 11, "نص نص", "PER")), events=())
    margin = 2.0 * _odds(0.6)
    layer = _layer([(margin, True)] * 3 + [(NEVER, False), (margin, False)])
    logits = {"entities": np.tile(layer, (1, 1)), "triggers": _layer([(NEVER, False)] * 5), "asserted": np.zeros((5, 1), np.float32)}
    two_of_four = fit(SPANS, _encode([text]), [logits], [gold]).temperatures["entities"]
    longer = replace(gold, entities=(*(gold.entities or ())[:2], Mention(6, 8, "نص", "PER")))
    three_of_four = fit(SPANS, _encode([text]), [logits], [longer]).temperatures["entities"]
    assert two_of_four == 4.0  # a half right: the flatter the better
    assert 2.0 * _odds(0.6) / _odds(0.75) / STEP < three_of_four < 2.0 * _odds(0.6) / _odds(0.75) * STEP


# Openness


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ([(4.0, True), (-0.5, True), (-1.0, False)], 0.5, 1.0),
        ([(4.0, True), (0.3, False), (NEVER, False)], -1.5, -0.3),
        ([(4.0, True), (-1.3, True), (NEVER, False)], 1.3, 2.5),
        ([(4.0, True), (-0.1, False), (-0.2, False)], -1.5, 0.1),
    ],
)
def test_openness_lets_in_what_is_right_and_keeps_out_what_is_wrong(rows: list[Row], low: float, high: float) -> None:
    found = _fit_spans(rows * 3).openness["entities"]
    assert low <= found < high
    # in the middle, for the sake of other texts
    assert found == pytest.approx((low + high) / 2, abs=0.13)


def test_layers_have_an_openness_of_their_own() -> None:
    found = _fit_spans([(4.0, True), (-1.3, True)], [(4.0, True), (0.3, False)]).openness
    assert found["entities"] > 1.3
    assert found["triggers"] < -0.3


def test_openness_lies_on_a_peak_and_not_between_two() -> None:
    # with 1 of 2 found F1 is 2/3; with 2 wrong ones beside it, 2/5; with the other one too, 4/6
    rows = [(4.0, True), (-0.3, False), (-0.3, False), (-1.2, True), (NEVER, False)]
    found = _fit_spans(rows).openness["entities"]
    assert found < 0.3 or found > 1.2


def test_openness_has_the_highest_f1_of_all() -> None:
    chooser = np.random.default_rng(4)
    for _ in range(3):
        true = chooser.random(30) < 0.4
        margins = chooser.normal(np.where(true, 0.7, -1.5), 1.2)

        def f1(openness: float, margins: np.ndarray = margins, true: np.ndarray = true) -> float:
            given = margins > -openness
            return 2 * (given & true).sum() / (given.sum() + true.sum())

        openness = _fit_spans(list(zip(margins.tolist(), true.tolist(), strict=True))).openness["entities"]
        assert f1(openness) == max(f1(one / 8) for one in range(-4, 17))


# Arguments

ROLES = TaggerSpec(
    Scheme(entities=("PER",), triggers=("ATTACK",), roles=("ACTOR", "RECIPIENT")),
    proclitics=False,
    arguments=True,
)


def _fit_arguments(
    rows: Sequence[Row], *, role: str = "ACTOR", silent: Sequence[Row] = (), scorer: bool = True, spec: TaggerSpec = ROLES
) -> TaggerSpec:
    """Fits on lines of a trigger and a mention each: by how much the mention looks like its ACTOR, and whether it is something (of role `role`).

    `silent` are lines of a second document, in which nobody marked arguments.
    """
    documents, logits = [], []
    for name, several in enumerate((rows, silent)):
        text = "\n".join(["نص نص"] * len(several))
        documents.append(
            Document(
                str(name),
                text,
                entities=tuple(Mention(6 * at + 3, 6 * at + 5, "نص", "PER", f"T{at}") for at in range(len(several))),
                events=tuple(
                    Event(
                        6 * at,
                        6 * at + 2,
                        "نص",
                        "ATTACK",
                        arguments=None if name else (Argument(role, f"T{at}"),) if true else (),
                    )
                    for at, (_, true) in enumerate(several)
                ),
            )
        )
        states = np.zeros((2 * len(several), ARGUMENT_STATES), np.float32)
        states[::2, 0] = [margin for margin, _ in several]  # the trigger's piece says what its pair is to score
        logits.append(
            {
                "entities": _layer([(NEVER, False), (20.0, True)] * len(several)),
                "triggers": _layer([(20.0, True), (NEVER, False)] * len(several)),
                "asserted": np.zeros((2 * len(several), 1), np.float32),
                "arguments": states,
            }
        )

    def score(triggers: np.ndarray, mentions: np.ndarray, pairs: np.ndarray, features: np.ndarray) -> np.ndarray:
        margins = triggers[pairs[:, 0], 0]
        return np.stack([np.zeros_like(margins), margins, np.full_like(margins, NEVER)], axis=1)

    return fit(spec, _encode([one.text for one in documents]), logits, documents, score if scorer else None)


@pytest.mark.parametrize(("temperature", "right"), [(1.0, 0.8), (2.5, 0.75)])
def test_a_temperature_makes_the_score_of_an_argument_the_share_that_is_right(temperature: float, right: float) -> None:
    found = _fit_arguments([(temperature * _odds(right), at < 20 * right) for at in range(20)])
    assert temperature / STEP < found.temperatures["arguments"] < temperature * STEP


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ([(4.0, True), (-0.5, True), (-1.0, False)], 0.5, 1.0),
        ([(4.0, True), (0.3, False), (NEVER, False)], -1.5, -0.3),
        ([(4.0, True), (-1.3, True), (NEVER, False)], 1.3, 2.5),
    ],
)
def test_openness_of_arguments_lets_in_what_is_right_and_keeps_out_what_is_wrong(rows: list[Row], low: float, high: float) -> None:
    found = _fit_arguments(rows * 3)
    assert low <= found.openness["arguments"] < high
    assert found.openness["arguments"] == pytest.approx((low + high) / 2, abs=0.13)
    assert set(found.openness) == {"entities", "triggers", "arguments"}


def test_an_argument_in_another_role_is_wrong() -> None:
    assert _fit_arguments([(3.0, True)] * 10).temperatures["arguments"] == 0.5
    assert _fit_arguments([(3.0, True)] * 10, role="RECIPIENT").temperatures["arguments"] == 4.0


def test_documents_whose_arguments_nobody_marked_say_nothing_of_them() -> None:
    rows = [(2.0 * _odds(0.75), at < 9) for at in range(12)] + [(-0.5, True), (-1.0, False)]
    alone, among = _fit_arguments(rows), _fit_arguments(rows, silent=[(9.0, False), (-0.7, False), (-1.4, False)] * 9)
    assert (alone.temperatures["arguments"], alone.openness["arguments"]) == (among.temperatures["arguments"], among.openness["arguments"])


def test_without_a_scorer_there_is_nothing_to_fit_of_arguments() -> None:
    found = _fit_arguments([(3.0, True)] * 3, scorer=False)
    assert set(found.temperatures) == set(found.openness) == {"entities", "triggers"}


# Sentences


def _fit_sentences(rows: Sequence[tuple[tuple[float, ...], tuple[str, ...] | None]], spec: TaggerSpec = SENTENCES) -> TaggerSpec:
    """Fits on paragraphs of one word: the logits of its labels, and those it has."""
    text = "\n".join(["نص"] * len(rows))
    spans = [(3 * at, 3 * at + 3) for at in range(len(rows))]
    labels = [None if true is None else tuple(map(SentenceLabel, true)) for _, true in rows]
    gold = Document("d", text, sentences=tuple(Sentence(*span, true) for span, true in zip(spans, labels, strict=True)))
    logits = {"sentences": np.array([one for one, _ in rows], np.float32)}
    return fit(spec, _encode([text], [spans]), [logits], [gold])


def _shares(*groups: tuple[float, float, int], scale: float = 1.0) -> list[tuple[tuple[float, ...], tuple[str, ...] | None]]:
    """Groups of paragraphs that score alike for ASSAULT: their probability, the share that has the label, how many. None is MEET."""
    return [((scale * _odds(score), NEVER), ("ASSAULT",) if at < share * size else ()) for score, share, size in groups for at in range(size)]


@pytest.mark.parametrize("scale", [1.0, 2.5, 0.7])
def test_the_temperature_of_sentences_makes_them_honest(scale: float) -> None:
    found = _fit_sentences(_shares((0.8, 0.8, 50), (0.3, 0.3, 50), scale=scale)).temperatures["sentences"]
    assert scale / STEP < found < scale * STEP


def test_a_threshold_has_the_best_f1() -> None:
    # above 0.3: 40 right, 10 wrong, 15 missed, F1 80/105; with the others: 55 right, 45 wrong, 110/155; so anything from 0.3 to 0.8, in the middle
    found = _fit_sentences(_shares((0.8, 0.8, 50), (0.3, 0.3, 50))).thresholds["ASSAULT"]
    assert found == pytest.approx(0.55, abs=0.03)
    # with more of the doubtful ones right, it pays to take them: 40 + 30 right, 30 wrong, 140/170, against 80/120
    assert _fit_sentences(_shares((0.8, 0.8, 50), (0.6, 0.6, 50), (0.2, 0.0, 50))).thresholds["ASSAULT"] == pytest.approx(0.4, abs=0.03)


def test_thresholds_have_the_best_f1_of_all_that_could_be() -> None:
    chooser = np.random.default_rng(2)
    true = chooser.random((120, 2)) < (0.3, 0.5)
    logits = chooser.normal(np.where(true, 0.8, -1.2), 1.4)
    names = SENTENCES.scheme.sentence_labels
    rows = [
        (tuple(logit), tuple(name for name, one in zip(names, has, strict=True) if one)) for logit, has in zip(logits.tolist(), true, strict=True)
    ]
    spec = _fit_sentences(rows)
    scores = 1 / (1 + np.exp(-logits / spec.temperatures["sentences"]))
    for at, name in enumerate(names):

        def f1(threshold: float, at: int = at) -> float:
            given = scores[:, at] >= threshold
            return 2 * (given & true[:, at]).sum() / (given.sum() + true[:, at].sum())

        assert f1(spec.thresholds[name]) == pytest.approx(max(f1(one / 100) for one in range(10, 91, 2)))


def test_a_rare_label_has_the_threshold_that_is_best_for_all() -> None:
    often = [((_odds(0.6), NEVER), ("ASSAULT",))] * 40 + [((_odds(0.2), NEVER), ())] * 40

    def meet(size: int) -> TaggerSpec:  # of its own, MEET would want a threshold above 0.7
        return _fit_sentences(often + [((NEVER, _odds(0.9)), ("MEET",))] * size + [((NEVER, _odds(0.7)), ())] * size)

    def score(spec: TaggerSpec, plain: float) -> float:
        return 1 / (1 + math.exp(-_odds(plain) / spec.temperatures["sentences"]))

    rare, common = meet(3), meet(60)
    assert rare.thresholds["MEET"] == rare.thresholds["ASSAULT"]
    assert score(rare, 0.2) < rare.thresholds["MEET"] <= score(rare, 0.6)
    assert score(common, 0.2) < common.thresholds["ASSAULT"] <= score(common, 0.6)
    assert score(common, 0.7) < common.thresholds["MEET"] <= score(common, 0.9)


def test_a_paragraph_says_what_its_strongest_sentence_says() -> None:
    # two sentences in each paragraph; of one the logits say no, of the other they say p, and p of them are right
    rows = [(share, at < 50 * share) for share in (0.8, 0.3) for at in range(50)]
    text = "\n".join(["نص نص"] * len(rows))
    found = [(6 * at + 3 * half, 6 * at + 3 * half + 3) for at in range(len(rows)) for half in range(2)]
    gold = Document(
        "d",
        text,
        sentences=tuple(Sentence(6 * at, 6 * at + 6, (SentenceLabel("ASSAULT"),) if true else ()) for at, (_, true) in enumerate(rows)),
    )
    logits = {"sentences": np.array([[one, NEVER] for share, _ in rows for one in (2 * _odds(share), 2 * _odds(0.1))], np.float32)}
    spec = fit(SENTENCES, _encode([text], [found]), [logits], [gold])
    assert 2 / STEP < spec.temperatures["sentences"] < 2 * STEP
    assert spec.thresholds["ASSAULT"] == pytest.approx(0.55, abs=0.05)


def test_a_sentence_of_several_pieces_is_taken_as_any_of_them() -> None:
    # two pieces each, either of which says so with q: together 1 - (1 - q)^2
    rows = [(share, at < 50 * share) for share in (0.8, 0.3) for at in range(50)]
    text = "\n".join(["نص نص"] * len(rows))
    spans = [(6 * at, 6 * at + 6) for at in range(len(rows))]
    gold = Document(
        "d", text, sentences=tuple(Sentence(*span, (SentenceLabel("ASSAULT"),) if true else ()) for span, (_, true) in zip(spans, rows, strict=True))
    )
    each = [_odds(1 - math.sqrt(1 - share)) for share, _ in rows for _ in range(2)]
    spec = fit(SENTENCES, _encode([text], [spans]), [{"sentences": np.array([[one, NEVER] for one in each], np.float32)}], [gold])
    assert spec.temperatures["sentences"] == 1.0
    assert spec.thresholds["ASSAULT"] == pytest.approx(0.55, abs=0.03)


# What the gold does not say


def test_layers_that_the_gold_lacks_are_left_alone() -> None:
    text = "نص نص"
    logits = {"entities": _layer([(3.0, False)] * 2), "triggers": _layer([(3.0, True)] * 2), "asserted": np.zeros((2, 1), np.float32)}
    right = {**logits, "entities": _layer([(2 * _odds(0.75), True)] * 2)}
    # the second document is not annotated on entities: that all there would be wrong must not count
    gold = [Document("a", text, entities=(Mention(0, 2, "نص", "PER"), Mention(3, 5, "نص", "PER"))), Document("b", text)]
    spec = fit(SPANS, _encode([text, text]), [right, logits], gold)
    assert spec.temperatures == {"entities": 0.5, "triggers": 1.0}


def test_without_labelled_paragraphs_there_is_nothing_to_fit() -> None:
    spec = _fit_sentences([((3.0, -3.0), None)] * 3)
    assert (spec.temperatures, spec.thresholds) == ({}, {})
    labelled = _shares((0.8, 0.8, 50), (0.3, 0.3, 50))
    unlabelled: list[tuple[tuple[float, ...], tuple[str, ...] | None]] = [((9.0, 9.0), None)] * 20
    assert _fit_sentences(labelled + unlabelled) == _fit_sentences(labelled)


def test_what_was_fitted_before_has_no_say() -> None:
    rows = [(2 * _odds(0.75), at < 9) for at in range(12)] + [(-0.5, True), (-1.0, False)]
    old = replace(SPANS, temperatures={"entities": 4.0, "x": 1.0}, openness={"entities": -3.0}, thresholds={"x": 0.1})
    assert _fit_spans(rows, spec=old) == _fit_spans(rows)
    assert old.openness == {"entities": -3.0}
    assert replace(_fit_spans(rows), temperatures={}, openness={}, thresholds={}) == SPANS
