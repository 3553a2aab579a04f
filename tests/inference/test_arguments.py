"""Arguments out of spans and logits: with a scorer made by hand, and with the scorer of a tiny model in both runtimes."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from hadath import Document, HadathError, Predictor
from hadath.inference import arguments as module
from hadath.inference.arguments import read_arguments, word_places
from hadath.inference.assembly import Floors, assemble
from hadath.inference.encoding import Encoder
from hadath.models.decoding import WordSpan
from hadath.models.documents import Argument
from hadath.models.pairs import feature_sizes
from hadath.models.scheme import Scheme
from hadath.models.sentences import split_sentences
from hadath.models.spec import ARGUMENT_STATES, TaggerSpec
from hadath.models.tags import Tags

SCHEME = Scheme(entities=("PER", "GPE"), triggers=("MEET", "SAY"), roles=("ACTOR", "PLACE"), fillers={"ACTOR": ("PER",), "PLACE": ("GPE",)})
SPEC = TaggerSpec(SCHEME, proclitics=False, arguments=True)
ACTOR, PLACE = 0, 1
NONE = [5.0, -5.0, -5.0]


def _encode(*texts):
    """Each letter is a piece, so that the pieces of words and the words are numbered apart."""
    letters = [chr(code) for code in (*range(0x21, 0x7F), *range(0x621, 0x64B))]
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{one}" for one in letters)]
    return Encoder(Tokenizer(models.WordPiece({name: at for at, name in enumerate(names)}, unk_token="[UNK]")), "news", 1).encode(texts)


def _logits(texts):
    """States that say where they stand: at the first piece of a word the number of the text and of the word; elsewhere what no word has."""
    found = []
    for number, text in enumerate(texts):
        states = np.full((len(text.ids), ARGUMENT_STATES), -1.0, np.float32)
        states[text.first] = (1000 * number + np.arange(len(text.words)))[:, None]
        found.append({"arguments": states})
    return found


class Scorer:
    """Says of a trigger's word and a mention's first and last word (each with its text) what a table says; of others, that there is no role."""

    scheme = SCHEME

    def __init__(self, **table):
        self.table = {tuple(map(int, key.strip("p").split("_"))): value for key, value in table.items()}
        self.asked = []

    def __call__(self, triggers, mentions, pairs, features):
        assert triggers.shape[1:] == (ARGUMENT_STATES,)
        assert mentions.shape[1:] == (2 * ARGUMENT_STATES,)
        assert pairs.shape == (len(features), 2)
        assert features.shape == (len(pairs), len(feature_sizes(self.scheme)))
        assert triggers.dtype == mentions.dtype == np.float32
        assert pairs.dtype == features.dtype == np.int64
        rows = [(int(triggers[t, 0]), int(mentions[m, 0]), int(mentions[m, -1])) for t, m in pairs.tolist()]
        self.asked += rows
        return np.array([self.table.get(row, NONE[: len(self.scheme.roles) + 1]) for row in rows], np.float32)


def _spans(*spans):
    return [WordSpan(first, last, label, 1.0) for first, last, label in spans]


def _read(scorer, texts, triggers, mentions, spec=SPEC):
    encoded = _encode(*texts)
    found = read_arguments(spec, scorer, encoded, _logits(encoded), triggers, mentions)
    assert [len(one) for one in found] == [len(one) for one in triggers]
    return found


def _has_role(scheme, text, trigger, mention):
    """Whether a pair of two words keeps the only role of a scheme, which its scorer gives it."""
    scorer = Scorer(**{f"p{trigger}_{mention}_{mention}": [0.0, 2.0]})
    scorer.scheme = scheme
    encoded = _encode(text)
    spans = [_spans((trigger, trigger + 1, 0))], [_spans((mention, mention + 1, 0))]
    [[found]] = read_arguments(TaggerSpec(scheme, proclitics=False, arguments=True), scorer, encoded, _logits(encoded), *spans)
    assert [role for _, role, _ in found] in ([], [0])
    return bool(found)


def _share(logits, role, temperature=1.0):
    odds = [math.exp(one / temperature) for one in logits]
    return pytest.approx(odds[role] / sum(odds), rel=1e-5)


# words:  0    1      2      3    4     5
FIRST = "زار الوزير أحمد دمشق ثم حلب"
# words:  0   1    2     3     4
OTHER = "قال علي والتقى سامي عمر"


def test_roles_go_to_the_right_mentions_and_triggers_of_the_right_texts():
    scorer = Scorer(
        p0_1_2=[0, 2, -9], p0_3_3=[0, -9, 1], p0_5_5=NONE,
        p4000_4001_4001=[0, 3, -9], p4002_4003_4003=[0, 1, -9], p4002_4004_4004=[1, 1.5, -9],
    )  # fmt: skip
    texts = [FIRST, FIRST, "", FIRST, OTHER]
    triggers = [_spans((0, 1, 0)), [], [], _spans((0, 1, 0)), _spans((0, 1, 1), (2, 3, 0))]
    mentions = [_spans((1, 3, 0), (3, 4, 1), (5, 6, 1)), _spans((3, 4, 1)), [], [], _spans((1, 2, 0), (3, 4, 0), (4, 5, 0))]
    assert _read(scorer, texts, triggers, mentions) == [
        [[(0, ACTOR, _share([0, 2, -9], 1)), (1, PLACE, _share([0, -9, 1], 2))]],
        [],
        [],
        [[]],
        [[(0, ACTOR, _share([0, 3, -9], 1))], [(1, ACTOR, _share([0, 1, -9], 1)), (2, ACTOR, _share([1, 1.5, -9], 1))]],
    ]
    # every pair of a text, and none across texts
    assert sorted(scorer.asked) == sorted([(0, 1, 2), (0, 3, 3), (0, 5, 5), *((4000 + t, 4000 + m, 4000 + m) for t in (0, 2) for m in (1, 3, 4))])


@pytest.mark.parametrize(("triggers", "mentions"), [([[], []], [[], []]), ([_spans((0, 1, 0)), []], [[], _spans((1, 2, 0))])])
def test_where_there_are_no_pairs_nobody_is_asked(triggers, mentions):
    scorer = Scorer()
    assert _read(scorer, [FIRST, OTHER], triggers, mentions) == [[[] for _ in one] for one in triggers]
    assert scorer.asked == []


def test_no_texts():
    assert read_arguments(SPEC, Scorer(), [], [], [], []) == []


def test_a_mention_has_its_likeliest_role():
    for role, logits in ((0, [0, 2, 3]), (1, [0, 3, 2])):
        found = _read(Scorer(p0_1_1=logits), [FIRST], [_spans((0, 1, 0))], [_spans((1, 2, 0))])
        assert found == [[[(0, 1 - role, _share(logits, 2 - role))]]]


@pytest.mark.parametrize(
    ("text", "logits", "role"),
    [
        ("فاجأوا الجنود ليلا", [0, 3, 2], PLACE),  # the subject went before
        ("فاجأوا الجنود ليلا", [0, 3, -1], None),
        ("فاجأ الجنود ليلا", [0, 3, 2], ACTOR),
        ("فاجأوا ليلا الجنود", [0, 3, 2], ACTOR),  # whoever that is, he does not stand right behind
    ],
)
def test_right_behind_a_plural_verb_stands_no_subject(text, logits, role):
    spec = replace(SPEC, scheme=replace(SCHEME, kinds={"ACTOR": "actor", "PLACE": "place"}))
    at = text.split().index("الجنود")
    table = {f"p0_{at}_{at}": logits}
    found = _read(Scorer(**table), [text], [_spans((0, 1, 0))], [_spans((at, at + 1, 0))], spec)
    assert found == [[[] if role is None else [(0, role, _share(logits, role + 1))]]]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("باغتوا الجنود واستعادوا حلب", False),
        ("باغتوا الجنود وقتلوا خمسة", False),
        ("باغتوا الجنود وصلوا امس", True),  # who arrived
        ("باغتوا الجنود وافقوا امس", True),
        ("باغتوا الجنود قتلوا خمسة", True),  # who killed
        ("باغت الجنود واستعادوا حلب", True),
        ("باغتوا الجنود واستعاد حلب", True),
    ],
)
def test_the_object_of_a_plural_verb_is_no_subject_of_the_verb_joined_to_it(text, acts):
    spec = replace(SPEC, scheme=replace(SCHEME, kinds={"ACTOR": "actor", "PLACE": "place"}))
    scorer = Scorer(p2_1_1=[0.0, 2.0, -5.0])
    [[_, second]] = _read(scorer, [text], [_spans((0, 1, 0), (2, 3, 0))], [_spans((1, 2, 0))], spec)
    assert [role for _, role, _ in second] == ([ACTOR] if acts else [])


@pytest.mark.parametrize(
    ("text", "suffers"),
    [
        ("قال ان قاذفات دمرت مستودعات", False),
        ("قال ان ست قاذفات كبيرة دمرت مستودعات", False),
        ("قال بان قاذفات دمرت منازل", False),
        ("قال ان قاذفات دمرت في القصف", True),
        ("قال ان قاذفات دمرت بالكامل", True),
        ("قال ان قاذفات دمرت", True),
        ("قال ان قاذفات دمرت امس", True),
        ("قال ان القصف وقع ، قاذفات دمرت مستودعات", True),
        ("هناك قاذفات دمرت مستودعات", True),
        ("قال ان قاذفات دمر مستودعات", True),
    ],
)
def test_what_stands_between_that_and_a_verb_with_an_object_is_its_subject(text, suffers):
    scheme = Scheme(entities=("VEH",), triggers=("DESTROY",), roles=("RECIPIENT",), kinds={"RECIPIENT": "recipient"})
    words = text.split()
    at, verb = words.index("قاذفات"), next(place for place, word in enumerate(words) if word.startswith("دمر"))
    assert _has_role(scheme, text, verb, at) is suffers


@pytest.mark.parametrize(
    ("text", "dated"),
    [("بدا فجرا هجوم", True), ("بدا فجرا ثم هجوم", False), ("هجوم وقع فجرا", True), ("هجوم وقع ثم فجرا", False), ("ثم وقع فجرا هجوم", True)],
)
def test_no_day_reaches_over_then(text, dated):
    scheme = Scheme(entities=("DATE",), triggers=("ATTACK",), roles=("TIME",), fillers={"TIME": ("DATE",)}, kinds={"TIME": "time"})
    words = text.split()
    day, attack = words.index("فجرا"), words.index("هجوم")
    assert _has_role(scheme, text, attack, day) is dated


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize(
    ("none", "openness", "given"), [(1.0, 0.0, False), (1.0, 0.45, False), (1.0, 0.55, True), (0.0, -0.45, True), (0.0, -0.55, False)]
)
def test_openness_decides_what_is_given_and_the_temperature_what_it_scores(none, openness, given, temperature):
    """A role with logit 0.5 against none: openness is taken off the logit of none, before the temperature divides."""
    logits = [none, 0.5, -9]
    spec = replace(SPEC, openness={"arguments": openness, "entities": 9.0}, temperatures={"arguments": temperature, "triggers": 9.0})
    found = _read(Scorer(p0_1_1=logits), [FIRST], [_spans((0, 1, 0))], [_spans((1, 2, 0))], spec)
    assert found == [[[(0, ACTOR, _share(logits, 1, temperature))] if given else []]]


def test_pairs_are_scored_a_part_at_a_time(monkeypatch):
    chance = np.random.default_rng(0)
    text = " ".join(["نص"] * 40)
    triggers, mentions = _spans(*((at, at + 1, 0) for at in range(0, 40, 2))), _spans(*((at, at + 1, 0) for at in range(1, 40, 2)))
    table = {f"p{t}_{m}_{m}": chance.normal(size=3).tolist() for t in range(0, 40, 2) for m in range(1, 40, 2)}
    whole = _read(Scorer(**table), [text], [triggers], [mentions])
    assert sum(map(len, whole[0])) > 50
    monkeypatch.setattr(module, "_AT_ONCE", 7)
    scorer = Scorer(**table)
    assert _read(scorer, [text], [triggers], [mentions]) == whole
    assert len(scorer.asked) == len(set(scorer.asked)) == 400


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", " \n "])
def test_an_argument_stands_on_the_line_of_its_event(end):
    text = f"زار علي{end}دمشق ثم{end}قال سامي"
    scorer = Scorer(**{f"p{t}_{m}_{m}": [0, 1, 1.5] for t in (0, 4) for m in (1, 2, 5)})
    found = _read(scorer, [text], [_spans((0, 1, 0), (4, 5, 1))], [_spans((1, 2, 0), (2, 3, 1), (5, 6, 0))])
    assert [[mention for mention, _, _ in one] for one in found[0]] == [[0], [2]]
    assert scorer.asked == [(0, 1, 1), (4, 5, 5)]


@pytest.mark.parametrize("text", ["", "\n", FIRST, "زار علي دمشق. ثم قال شيئا!\nوعاد، أمس.\n\n\u200f\nثم نام. وقام", "\n\nقال"])
def test_the_line_and_the_sentence_of_each_word(text):
    (encoded,) = _encode(text)
    lines, sentences = word_places(encoded)
    begins = [encoded.raw_span(at, at + 1)[0] for at in range(len(encoded.words))]
    assert lines.tolist() == [text[:begin].count("\n") for begin in begins]
    # sentences without a word count too, as soon as the next one begins
    assert [one - sentences[0] for one in sentences.tolist()] == [
        sum(begins[0] < start <= begin for start, _ in split_sentences(text)) for begin in begins
    ]


# In documents


def _tagged(text, spans, labels):
    """Logits of tags that say these spans, on every piece of a word."""
    names = list(Tags(labels).names)
    tags = [names.index("O")] * len(text.words)
    for first, last, label in spans:
        for at in range(first, last):
            tags[at] = names.index(("B-" if at == first else "I-") + labels[label])
    out = np.zeros((len(text.ids), len(names)), np.float32)
    out[text.first, tags] = 20.0
    return out


def test_documents_name_the_mentions_by_their_ids():
    encoded = _encode(FIRST, "", OTHER)
    logits = _logits(encoded)
    triggers = [[(0, 1, 0)], [], [(0, 1, 1), (2, 3, 0)]]
    mentions = [[(1, 3, 0), (3, 4, 1), (5, 6, 1)], [], [(1, 2, 0), (3, 4, 0), (4, 5, 0)]]
    for text, one, events, entities in zip(encoded, logits, triggers, mentions, strict=True):
        one["triggers"], one["entities"] = _tagged(text, events, SCHEME.triggers), _tagged(text, entities, SCHEME.entities)
        one["asserted"] = np.ones((len(text.ids), 1), np.float32)
    scorer = Scorer(p0_3_3=[0, -9, 4], p2002_2004_2004=[0, 4, -9], p2000_2001_2001=[0, 4, -9], p2002_2003_2003=[0, 4, -9])
    given = [Document("a", FIRST), Document("b", ""), Document("c", OTHER)]
    found = assemble(SPEC, encoded, logits, given, Floors(), scorer)
    parts = [[(event.id, event.text, [(a.role, a.target) for a in event.arguments]) for event in one.events] for one in found]
    assert parts == [
        [("E1", "زار", [("PLACE", "T2")])],
        [],
        [("E1", "قال", [("ACTOR", "T1")]), ("E2", "والتقى", [("ACTOR", "T2"), ("ACTOR", "T3")])],
    ]
    assert {one.id: one.text for one in found[0].entities}["T2"] == "دمشق"
    assert found[0].events[0].arguments == (Argument("PLACE", "T2", pytest.approx(1 / (1 + math.exp(-4)), abs=1e-3)),)
    # without a scorer, nothing is known of arguments
    assert {event.arguments for one in assemble(SPEC, encoded, logits, given, Floors()) for event in one.events} == {None}


# A whole model


@pytest.fixture(scope="module")
def folder(helpers, tiny_encoder, tmp_path_factory):
    """A tiny model that was taught arguments, with its graphs in full precision. Do not write into it."""
    pytest.importorskip("onnx", reason="export needs the extra train")
    from hadath.training.export import export

    place = helpers.make_model(tiny_encoder, tmp_path_factory.mktemp("arguments") / "model", graphs=False, arguments=True)
    export(place, list(helpers.NEWS), int8=False)
    return place


@pytest.fixture(scope="module")
def predictor(folder):
    return Predictor.load(folder, threads=1)


def _arguments(document):
    return [[(one.role, one.target) for one in event.arguments] for event in document.events]


def _scores(document):
    return [one.score for event in document.events for one in event.arguments]


@pytest.fixture(scope="module")
def texts(helpers):
    return [*helpers.NEWS, "", *helpers.quickstart_texts()[:4], "زار\nدمشق"]


def test_a_prediction_has_arguments_that_its_scheme_allows(predictor, texts):
    documents = predictor.predict(texts)
    scheme = predictor.spec.scheme
    seen = set()
    for document in documents:
        mentions = {one.id: one for one in document.entities}
        for event in document.events:
            assert len({one.target for one in event.arguments}) == len(event.arguments)
            for one in event.arguments:
                target = mentions[one.target]
                assert target.label in scheme.fillers[one.role]
                assert document.text.count("\n", 0, event.start) == document.text.count("\n", 0, target.start)
                assert 0 <= one.score <= 1
                seen.add(one.role)
        assert Document.from_json(json.loads(document.to_line())) == document
    assert len(seen) > 1


def test_the_graph_of_pairs_says_what_torch_says(folder, predictor, texts, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "model")
    shutil.rmtree(copy / "onnx")
    by_torch, by_graph = Predictor.load(copy).predict(texts), predictor.predict(texts)
    assert sum(map(len, map(_scores, by_torch))) > 20
    for one, other in zip(by_torch, by_graph, strict=True):
        assert [(m.start, m.end, m.label) for m in one.entities] == [(m.start, m.end, m.label) for m in other.entities]
        assert _arguments(one) == _arguments(other)
        assert _scores(one) == pytest.approx(_scores(other), abs=1e-3)


def test_the_same_alone_and_among_neighbours(predictor, texts):
    for one, alone in zip(predictor.predict(texts), map(predictor, texts), strict=True):
        assert _arguments(one) == _arguments(alone)
        assert _scores(one) == pytest.approx(_scores(alone), abs=2e-4)


def _refused(folder):
    with pytest.raises(HadathError) as caught:
        Predictor.load(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_without_the_graph_of_pairs_is_refused(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "model")
    (copy / "onnx" / "arguments.onnx").unlink()
    assert _refused(copy) == f"{copy} has no onnx/arguments.onnx; copy the model folder again, or make it anew with: hadath export MODEL"


def test_a_graph_of_pairs_that_is_damaged_or_of_another_scheme_is_refused(folder, predictor, tmp_path):
    from hadath.models.pair_scorer import PairScorer
    from hadath.training.pair_graph import write_pair_graph

    copy = shutil.copytree(folder, tmp_path / "model")
    path = copy / "onnx" / "arguments.onnx"
    path.write_bytes(path.read_bytes()[:500])
    assert "arguments.onnx cannot be run" in _refused(copy)
    write_pair_graph(PairScorer(replace(predictor.spec.scheme, roles=("ACTOR",)), ARGUMENT_STATES), path)
    assert f"{path} does not fit hadath.json (arguments)" in _refused(copy)
