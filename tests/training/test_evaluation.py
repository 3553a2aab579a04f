"""The report on documents: agreement with independent scorers, and small cases worked by hand."""

from __future__ import annotations

import json
import random
import warnings
from collections.abc import Sequence
from dataclasses import replace

import pytest

from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel
from hadath.models.errors import HadathError
from hadath.models.scheme import Scheme
from hadath.training.evaluation import Report, evaluate
from hadath.training.scoring import Score
from hadath.training.tables import markdown, table

SCHEME = Scheme(
    entities=("PER", "ORG", "GPE", "OCC", "NOM"),
    triggers=("KILL", "MEET"),
    sentence_labels=("ASSAULT", "CONSULT"),
    roles=("ACTOR", "PLACE"),
    nominals=("NOM",),
)
TEXT = "قتل الجيش السوري مسلحين في حلب. والتقى الوزير سليم نظيره بدمشق."


def mention(part: str, label: str, id: str | None = None, score: float | None = None, text: str = TEXT) -> Mention:
    start = text.index(part)
    return Mention(start, start + len(part), part, label, id, score)


def event(part: str, label: str, *arguments: tuple[str, str], asserted: bool = True, score: float | None = None) -> Event:
    start = TEXT.index(part)
    return Event(start, start + len(part), part, label, asserted, None, score, tuple(Argument(*one) for one in arguments))


def sentences(*rows: tuple[int, int, Sequence[str] | None]) -> tuple[Sentence, ...]:
    return tuple(Sentence(a, b, None if labels is None else tuple(SentenceLabel(one) for one in labels)) for a, b, labels in rows)


GOLD = Document(
    "d1",
    TEXT,
    sentences=sentences((0, len(TEXT), ["ASSAULT", "CONSULT"])),
    entities=(
        mention("الجيش السوري", "ORG", "T1"),
        mention("مسلحين", "NOM", "T2"),
        mention("حلب", "GPE", "T3"),
        mention("الوزير", "OCC", "T4"),
        mention("سليم", "PER", "T5"),
        mention("دمشق", "GPE", "T6"),
    ),
    events=(event("قتل", "KILL", ("ACTOR", "T1"), ("PLACE", "T3")), event("التقى", "MEET", ("ACTOR", "T5"), ("PLACE", "T6"), asserted=False)),
)
PREDICTED = replace(
    GOLD,
    sentences=sentences((0, 31, ["ASSAULT"]), (32, len(TEXT), [])),
    entities=(
        mention("الجيش", "ORG", "a", 0.9),
        mention("مسلحين", "NOM", "b", 0.6),
        mention("حلب", "GPE", "c", 0.8),
        mention("الوزير سليم", "PER", "d", 0.5),
        mention("دمشق", "ORG", "e", 0.7),
    ),
    events=(event("قتل", "KILL", ("ACTOR", "a"), ("PLACE", "c"), score=0.9), event("التقى", "MEET", ("PLACE", "e"), ("ACTOR", "c"), score=0.8)),
)


def test_a_document_by_hand() -> None:
    report = evaluate([GOLD], [PREDICTED], SCHEME)
    names = report.layers["entities"]
    assert names.labels == {"PER": Score(0, 1, 1), "ORG": Score(0, 1, 2), "GPE": Score(1, 2, 1), "OCC": Score(0, 1, 0)}
    assert names.micro == Score(1, 5, 4)
    assert names.macro["f1"] == pytest.approx((0 + 0 + 2 / 3 + 0) / 4)
    # boundary: حلب, دمشق. partial: those and half for الجيش and الوزير سليم. type: الجيش, حلب, الوزير سليم for سليم.
    assert {kind: score.correct for kind, score in names.variants.items()} == {"strict": 1, "boundary": 2, "partial": 3.0, "type": 3}
    assert report.layers["nominals"].micro == Score(1, 1, 1)
    triggers = report.layers["triggers"]
    assert triggers.micro == Score(2, 2, 2)
    assert triggers.variants["asserted"] == Score(1, 2, 2)
    assert triggers.asserted == {"accuracy": 0.5, "triggers": 2, "not_asserted": Score(0, 1, 0).to_dict()}
    # Right: KILL PLACE حلب and MEET PLACE دمشق, whatever the entity label. The actor of KILL has the wrong span, that of MEET is another mention.
    assert report.layers["arguments"].labels == {"ACTOR": Score(0, 2, 2), "PLACE": Score(2, 2, 2)}
    assert report.layers["sentence_labels"].labels == {"ASSAULT": Score(1, 1, 1), "CONSULT": Score(0, 1, 0)}


def test_errors_by_hand() -> None:
    found = evaluate([GOLD], [PREDICTED], SCHEME).errors["entities"]
    assert found["counts"] == {"correct": 2, "type": 1, "boundary": 2, "both": 0, "missed": 1, "spurious": 0}
    assert found["confusion"] == [{"gold": one, "predicted": other, "count": 1} for one, other in (("GPE", "GPE"), ("GPE", "ORG"), ("NOM", "NOM"))]
    (wrong,) = found["examples"]["type"]
    assert (wrong["document"], wrong["gold"]["text"], wrong["gold"]["label"], wrong["predicted"]["label"]) == ("d1", "دمشق", "GPE", "ORG")
    assert wrong["context"] in TEXT
    assert [one["gold"]["text"] for one in found["examples"]["missed"]] == ["الوزير"]
    assert [one["predicted"]["text"] for one in found["examples"]["boundary"]] == ["الجيش", "الوزير سليم"]
    assert len(evaluate([GOLD], [PREDICTED], SCHEME, examples=1).errors["entities"]["examples"]["boundary"]) == 1


def test_calibration_in_the_report() -> None:
    layers = evaluate([GOLD], [PREDICTED], SCHEME).layers
    # One prediction a bin: gaps 0.9, 0.2, 0.5, 0.7.
    assert layers["entities"].calibration == pytest.approx({"ece": 2.3 / 4, "predictions": 4, "mean_score": 2.9 / 4, "accuracy": 0.25})
    assert layers["triggers"].calibration is not None
    assert layers["triggers"].calibration["ece"] == pytest.approx(0.15)
    assert layers["sentence_labels"].calibration is None


# Agreement with seqeval


def random_tags(draw: random.Random, length: int) -> list[str]:
    kinds = ["O", "O", "O", *(f"{prefix}-{label}" for prefix in "BI" for label in ("PER", "ORG", "GPE"))]
    return [draw.choice(kinds) for _ in range(length)]


def noisy(draw: random.Random, tags: list[str]) -> list[str]:
    return [draw.choice(["O", "B-PER", "I-PER", "B-ORG"]) if draw.random() < 0.2 else tag for tag in tags]


def tagged_document(name: str, words: list[str], tags: list[str]) -> Document:
    """Strict IOB2: a mention begins with B and goes on with I of the same label; any other I is no mention."""
    text, found, at = " ".join(words), [], 0
    for word, tag in zip(words, tags, strict=True):
        end = at + len(word)
        if tag[0] == "B":
            found.append([at, end, tag[2:]])
        elif tag[0] == "I" and found and found[-1][1] == at - 1 and found[-1][2] == tag[2:]:
            found[-1][1] = end
        at = end + 1
    return Document(name, text, entities=tuple(Mention(a, b, text[a:b], label) for a, b, label in found))


def seqeval_report(gold: list[list[str]], predicted: list[list[str]]) -> dict[str, dict[str, float]]:
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy's deprecations in seqeval are not ours
        return classification_report(gold, predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)


def assert_agrees(report: Report, theirs: dict[str, dict[str, float]]) -> None:
    layer = report.layers["entities"]
    for name, score in layer.labels.items():
        expected = theirs.get(name, {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 0})
        assert (score.precision, score.recall, score.f1, score.gold) == pytest.approx(tuple(expected.values()))
    micro, mean = layer.micro, layer.macro
    assert (micro.precision, micro.recall, micro.f1, micro.gold) == pytest.approx(tuple(theirs["micro avg"].values()))
    assert (mean["precision"], mean["recall"], mean["f1"]) == pytest.approx(tuple(theirs["macro avg"].values())[:3])


def test_agrees_with_strict_seqeval_micro_macro_and_per_label() -> None:
    draw = random.Random(7)
    words = ["قال", "وزير", "الجيش", "بغداد", "أمس", "😀", "م."]
    gold_tags = [random_tags(draw, draw.randrange(1, 20)) for _ in range(300)]
    predicted_tags = [noisy(draw, tags) for tags in gold_tags]
    said = [[draw.choice(words) for _ in tags] for tags in gold_tags]
    gold = [tagged_document(str(i), *pair) for i, pair in enumerate(zip(said, gold_tags, strict=True))]
    predicted = [tagged_document(str(i), *pair) for i, pair in enumerate(zip(said, predicted_tags, strict=True))]
    assert_agrees(evaluate(gold, predicted, SCHEME), seqeval_report(gold_tags, predicted_tags))
    compared = 0
    for one, other, truth, guess in zip(gold, predicted, gold_tags, predicted_tags, strict=True):
        if any(tag[0] == "B" for tag in truth + guess):  # seqeval has no answer where neither side has a mention
            assert_agrees(evaluate([one], [other], SCHEME), seqeval_report([truth], [guess]))
            compared += 1
    assert compared > 200


def test_sentence_labels_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    draw = random.Random(3)
    names = ("ASSAULT", "CONSULT", "RARE")
    truth = [[draw.random() < 0.4 for _ in names] for _ in range(200)]
    guess = [[one if draw.random() < 0.8 else not one for one in row] for row in truth]

    def documents(table: list[list[bool]]) -> list[Document]:
        chosen = [[name for name, on in zip(names, row, strict=True) if on] for row in table]
        return [Document(str(i), "نص", sentences=sentences((0, 2, labels))) for i, labels in enumerate(chosen)]

    layer = evaluate(documents(truth), documents(guess), SCHEME).layers["sentence_labels"]
    by_label = metrics.precision_recall_fscore_support(truth, guess)
    ours = [(one.precision, one.recall, one.f1, one.gold) for one in (layer.labels[name] for name in names)]
    assert ours == [pytest.approx(row) for row in zip(*by_label, strict=True)]
    assert layer.micro.f1 == pytest.approx(metrics.f1_score(truth, guess, average="micro"))
    assert layer.macro["f1"] == pytest.approx(metrics.f1_score(truth, guess, average="macro"))


# Sentences


def test_a_paragraph_is_compared_with_the_union_of_the_sentences_that_start_in_it() -> None:
    gold = Document("d", "ا" * 100, sentences=sentences((0, 50, ["ASSAULT", "CONSULT"]), (50, 90, ["CONSULT"]), (90, 100, None)))
    predicted = replace(
        gold,
        sentences=(
            Sentence(0, 20, (SentenceLabel("ASSAULT", 0.6),)),
            Sentence(20, 49, (SentenceLabel("ASSAULT", 0.9), SentenceLabel("CONSULT", 0.7))),
            Sentence(49, 60, ()),  # starts in the first paragraph, ends in the second
            Sentence(60, 90, (SentenceLabel("ASSAULT", 0.5),)),
            Sentence(90, 100, (SentenceLabel("ASSAULT", 0.5),)),  # the gold says nothing there
        ),
    )
    report = evaluate([gold], [predicted], SCHEME)
    layer = report.layers["sentence_labels"]
    assert layer.labels == {"ASSAULT": Score(1, 1, 2), "CONSULT": Score(1, 2, 1)}
    assert report.left_out["sentences"] == 1
    assert layer.calibration is not None
    assert layer.calibration["mean_score"] == pytest.approx((0.9 + 0.7 + 0.5) / 3)  # the surer of the two ASSAULTs


# Which layers are scored


def test_empty_sides_score_zero_without_a_warning() -> None:
    empty = replace(GOLD, sentences=sentences((0, len(TEXT), [])), entities=(), events=())
    for gold, predicted in ((GOLD, empty), (empty, GOLD), (empty, empty)):
        layers = evaluate([gold], [predicted], SCHEME, bootstrap=20).layers
        assert {"entities", "nominals", "triggers", "sentence_labels"} <= set(layers)
        for layer in layers.values():
            assert (layer.micro.f1, layer.macro["f1"], layer.interval) == (0.0, 0.0, (0.0, 0.0))
            assert all(score.f1 == 0.0 for score in layer.variants.values())
    # Without a predicted trigger nothing says that the tagger has no arguments: they are missed.
    assert evaluate([GOLD], [empty], SCHEME).layers["arguments"].micro == Score(0, 4, 0)


def test_no_documents_make_an_empty_report() -> None:
    report = evaluate([], [], SCHEME, bootstrap=10)
    assert (report.documents, report.layers) == (0, {})
    assert "documents compared: 0" in table(report)


def test_layers_that_the_gold_lacks_are_not_scored() -> None:
    silent = replace(GOLD, id="d2", sentences=None, entities=None)
    layers = evaluate([GOLD, silent], [PREDICTED, replace(PREDICTED, id="d2")], SCHEME).layers
    assert {name: layer.documents for name, layer in layers.items()} == {
        "entities": 1,
        "nominals": 1,
        "triggers": 2,
        "arguments": 1,
        "sentence_labels": 1,
    }
    assert layers["entities"].micro == Score(1, 5, 4)
    assert set(evaluate([silent], [replace(PREDICTED, id="d2")], SCHEME).layers) == {"triggers"}
    without = evaluate([GOLD], [PREDICTED.without("entities")], SCHEME)
    assert (set(without.layers), without.not_predicted) == ({"triggers", "sentence_labels"}, ("entities", "arguments"))


def test_layers_that_no_prediction_carries_are_named_and_not_scored() -> None:
    events = tuple(replace(one, arguments=None) for one in PREDICTED.events or ())
    report = evaluate([GOLD], [replace(PREDICTED, events=events, sentences=sentences((0, 31, None)))], SCHEME)
    assert set(report.layers) == {"entities", "nominals", "triggers"}
    assert report.not_predicted == ("arguments", "sentence_labels")
    assert "no prediction carries, not scored: arguments, sentence labels" in table(report)


def test_a_failed_document_counts_as_empty() -> None:
    failed = Document("d1", TEXT, error="too strange")
    report = evaluate([GOLD], [failed], SCHEME)
    assert (report.failed, report.layers["entities"].micro, report.layers["triggers"].micro) == (1, Score(0, 5, 0), Score(0, 2, 0))


def test_events_without_annotated_arguments_are_left_out_of_their_score() -> None:
    first, second = GOLD.events or ()
    gold = replace(GOLD, events=(first, replace(second, arguments=None)))
    layer = evaluate([gold], [PREDICTED], SCHEME).layers["arguments"]
    assert layer.labels == {"ACTOR": Score(0, 1, 1), "PLACE": Score(1, 1, 1)}


def test_arguments_need_the_right_trigger_label() -> None:
    first, second = GOLD.events or ()
    predicted = replace(GOLD, events=(replace(first, label="MEET"), second))
    assert evaluate([GOLD], [predicted], SCHEME).layers["arguments"].micro == Score(2, 4, 4)


# Other corpora


def test_coarse_and_word_aligned() -> None:
    text = "وزار رئيس فرنسا إيمانويل ماكرون وبغداد-أربيل ضمن جولة كأس."
    gold = Document(
        "d",
        text,
        entities=(
            mention("فرنسا", "LOC", text=text),
            mention("إيمانويل ماكرون", "PER", text=text),
            mention("وبغداد-أربيل", "LOC", text=text),
            mention("كأس.", "MISC", text=text),
        ),
    )
    predicted = replace(
        gold,
        entities=(
            mention("رئيس فرنسا", "OCC", text=text),
            mention("إيمانويل ماكرون", "PER", text=text),
            mention("بغداد", "GPE", text=text),
            mention("أربيل", "ORG", text=text),
            mention("جولة", "NOM", text=text),
            mention("كأس", "ORG", text=text),
        ),
    )
    coarse = {"PER": "PER", "GPE": ["LOC"], "ORG": "ORG", "OCC": []}
    report = evaluate([gold], [predicted], SCHEME, coarse=coarse, word_aligned=True)
    assert set(report.layers) == {"entities"}
    assert report.layers["entities"].labels == {"PER": Score(1, 1, 1), "LOC": Score(1, 2, 1), "ORG": Score(0, 0, 1)}
    assert report.left_out == {"gold": {"MISC": 1}, "predicted": {"NOM": 1, "OCC": 1}, "merged": 1, "sentences": 0}
    # Without widening neither part has the span of the gold's word, and both count.
    parts = evaluate([gold], [predicted], SCHEME, coarse=coarse).layers["entities"].labels
    assert parts == {"PER": Score(1, 1, 1), "LOC": Score(0, 2, 1), "ORG": Score(0, 0, 2)}
    assert "MISC 1" in table(report)


def test_word_aligned_moves_triggers_and_arguments_too() -> None:
    text = "وقتل لاحقا"
    gold = Document(
        "d", text, entities=(Mention(5, 10, "لاحقا", "PER", "T"),), events=(Event(0, 4, "وقتل", "KILL", arguments=(Argument("ACTOR", "T"),)),)
    )
    predicted = replace(
        gold, entities=(Mention(6, 10, "احقا", "PER", "T"),), events=(Event(1, 4, "قتل", "KILL", arguments=(Argument("ACTOR", "T"),)),)
    )
    for aligned, correct in ((False, 0), (True, 1)):
        layers = evaluate([gold], [predicted], SCHEME, word_aligned=aligned).layers
        assert [layers[name].micro for name in ("entities", "triggers", "arguments")] == [Score(correct, 1, 1)] * 3


# Faults


@pytest.mark.parametrize(
    ("predicted", "said"),
    [
        ([GOLD], "2 gold documents but 1 predicted"),
        ([GOLD, replace(GOLD, id="d3")], 'document 1: the gold one is "d2", the predicted one "d3"'),
        ([GOLD, replace(GOLD, id="d2", text=TEXT[:7] + "س" + TEXT[8:])], 'document 1, "d2": the texts differ from character 7 on'),
        ([GOLD, replace(GOLD, id="d2", text=TEXT + " ")], f"the texts differ from character {len(TEXT)} on"),
    ],
)
def test_documents_that_are_no_pairs_are_refused(predicted: list[Document], said: str) -> None:
    with pytest.raises(HadathError, match=said):
        evaluate([GOLD, replace(GOLD, id="d2")], predicted, SCHEME)


def test_other_faults_are_refused() -> None:
    with pytest.raises(HadathError, match=r'coarse maps "PERS".*did you mean "PER"'):
        evaluate([GOLD], [PREDICTED], SCHEME, coarse={"PERS": "PER"})
    lost = replace(PREDICTED, entities=(PREDICTED.entities or ())[1:])
    with pytest.raises(HadathError, match=r'document "d1": argument ACTOR of .* points at "a"'):
        evaluate([GOLD], [lost], SCHEME)


# The report


def test_report_is_plain_json_with_the_same_keys_for_every_layer() -> None:
    report = evaluate([GOLD, replace(GOLD, id="d2")], [PREDICTED, replace(GOLD, id="d2")], SCHEME, bootstrap=50)
    plain = json.loads(json.dumps(report.to_dict()))
    assert plain == report.to_dict()
    layers = ("entities", "nominals", "triggers", "arguments", "sentence_labels")
    assert set(plain) == {"documents", "failed", "not_predicted", "errors", "left_out", *layers}
    assert len({tuple(plain[name]) for name in layers}) == 1
    assert plain["entities"]["micro"] == {"precision": 6 / 9, "recall": 0.6, "f1": 12 / 19, "correct": 6, "gold": 10, "predicted": 9}
    for name in layers:
        low, high = plain[name]["interval"]
        assert low <= plain[name]["micro"]["f1"] <= high


def test_tables_line_up_and_hold_the_scores() -> None:
    report = evaluate([GOLD], [PREDICTED], SCHEME, bootstrap=50)
    overview = table(report).split("\n\n")[0].split("\n")
    assert overview[1].split()[:3] == ["layer", "documents", "gold"]
    assert overview[3].split() == ["entities", "1", "5", "4", "25.00", "20.00", "22.22", "22.22-22.22", "16.67", "57.50"]
    assert {len(line) for line in overview[2:5]} == {len(overview[2])}
    assert "asserted right on 2 matched triggers: 50.00" in table(report)
    rows = [line for line in markdown(report).split("\n") if line.startswith("|")]
    assert "| GPE as ORG | 1 |" in rows
    assert "| entities | 1 | 5 | 4 | 25.00 | 20.00 | 22.22 | 22.22-22.22 | 16.67 | 57.50 |" in rows
    bars = [line.count("|") for line in markdown(report).split("\n\n")[1].split("\n")]
    assert len(set(bars)) == 1
