import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from hadath.models.errors import DataError
from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec, heads_of

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "configs" / "schemes").glob("*.yaml"))
LINKED = {
    "entities": ["PER", "OCC", "DATE"],
    "triggers": ["MEET", "SAY"],
    "roles": {"ACTOR": {"description": "who", "kind": "actor", "labels": ["PER", "OCC"]}, "TIME": {"kind": "time"}, "OTHER": "else", "BARE": None},
    "values": {"DATE": "date"},
    "titles": {"OCC": "PER"},
    "followed": ["PER", "OCC"],
    "reporting": ["SAY"],
}
MIXED = {
    "entities": {"PER": "a person", "GPE": None, "NOM": ""},
    "nominals": ["NOM"],
    "triggers": {"MEET": {"plover": "CONSULT", "ace": ["A", "B"], "cameo": None}, "SAY": "a verb", "AID": None, "BARE": {}},
    "roles": ["ACTOR", "PLACE"],
    "sentence_labels": {"AID": "help", "CONSULT": None},
}


def test_schemes_are_shipped() -> None:
    assert {one.stem for one in SHIPPED} >= {"news", "anercorp"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda one: one.stem)
def test_a_shipped_scheme_has_the_labels_of_its_file_in_their_order(path: Path) -> None:
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    scheme = Scheme.load(path)
    for key in ("entities", "nominals", "triggers", "roles", "sentence_labels"):
        assert getattr(scheme, key) == tuple(plain.get(key, ()))


@pytest.mark.parametrize(
    "data",
    [yaml.safe_load(one.read_text(encoding="utf-8")) for one in SHIPPED]
    + [MIXED, LINKED, {"triggers": ["A", "B"]}, {"sentence_labels": ["A"], "triggers": {"A": {"x": "1"}}}],
)
def test_a_scheme_comes_back_as_it_went(data: dict[str, Any], tmp_path: Path) -> None:
    scheme = Scheme.from_dict(data)
    assert Scheme.from_dict(scheme.to_dict()) == scheme
    assert Scheme.from_dict(json.loads(json.dumps(scheme.to_dict()))) == scheme
    spec = TaggerSpec(scheme, temperatures={"triggers": 1.5}, thresholds={"A": 0.25}, versions={"x": None})
    spec.save(tmp_path)
    assert TaggerSpec.load(tmp_path) == spec


def test_codes_and_sentences_are_kept() -> None:
    scheme = Scheme.from_dict(MIXED)
    assert scheme.codes == {"MEET": {"plover": "CONSULT", "ace": ["A", "B"], "cameo": None}, "BARE": {}}
    assert scheme.descriptions == {"PER": "a person", "NOM": "", "SAY": "a verb", "AID": "help"}


def test_how_the_layers_hang_together_is_kept() -> None:
    scheme = Scheme.from_dict(LINKED)
    assert scheme.roles == ("ACTOR", "TIME", "OTHER", "BARE")
    assert scheme.fillers == {"ACTOR": ("PER", "OCC")}
    assert scheme.kinds == {"ACTOR": "actor", "TIME": "time"}
    assert scheme.descriptions == {"ACTOR": "who", "OTHER": "else"}
    assert (scheme.values, scheme.titles, scheme.followed, scheme.reporting) == ({"DATE": "date"}, {"OCC": "PER"}, ("PER", "OCC"), ("SAY",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"values": {"DAT": "date"}}, 'values names "DAT", which is not known there; did you mean "DATE"?'),
        ({"values": {"DATE": "day"}}, 'values: DATE names "day"'),
        ({"values": ["DATE"]}, "values is a mapping from an entity label, got list"),
        ({"titles": {"OCC": "PERSON"}}, 'did you mean "PER"?'),
        ({"followed": "PER"}, "followed is a list of labels, got str"),
        ({"followed": ["MEET"]}, 'followed names "MEET"'),
        ({"reporting": ["PER"]}, 'reporting names "PER"'),
        ({"roles": {"ACTOR": {"kind": "agent"}}}, 'roles: ACTOR: kind names "agent"'),
        ({"roles": {"ACTOR": {"labels": ["X"]}}}, 'roles: ACTOR: labels names "X"'),
        ({"roles": {"ACTOR": {"label": ["PER"]}}}, 'has no key "label"; did you mean "labels"?'),
    ],
)
def test_a_fault_in_how_they_hang_together_says_what_is_allowed(change: Any, reason: str) -> None:
    with pytest.raises(DataError) as fault:
        Scheme.from_dict({**LINKED, **change})
    assert reason in str(fault.value)


def test_the_heads_are_those_that_the_layers_need() -> None:
    assert {name: head.size for name, head in heads_of(Scheme.from_dict(MIXED)).items()} == {
        "entities": 7,
        "triggers": 9,
        "asserted": 1,
        "proclitics": 4,
        "sentences": 2,
    }
    assert list(heads_of(Scheme(entities=("A",)), proclitics=False)) == ["entities"]
    assert "arguments" in heads_of(Scheme.from_dict(LINKED), arguments=True)
    assert "arguments" not in heads_of(Scheme.from_dict({**LINKED, "roles": {}}), arguments=True)
    assert list(heads_of(Scheme(sentence_labels=("A",)))) == ["sentences"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            None,
            "a scheme is a mapping with some of entities, nominals, triggers, roles, sentence_labels, values, titles, followed, reporting, got NoneType",
        ),
        ([], "got list"),
        ({"entitys": ["A"]}, 'no key "entitys"; did you mean "entities"?'),
        ({7: ["A"]}, 'no key "7"; allowed: entities'),
        ({}, "needs labels in at least one of"),
        ({"roles": ["ACTOR"]}, "needs labels in at least one of"),
        ({"entities": "PER"}, "entities is a list or a mapping of labels, got str"),
        ({"entities": 3}, "got int"),
        ({"entities": ["PER", 3]}, "a label is a word without spaces, got 3"),
        ({"entities": {False: "no"}}, "a label is a word without spaces, got False"),
        ({"entities": [""]}, "got ''"),
        ({"entities": ["A B"]}, "got 'A B'"),
        ({"triggers": ["B", "A", "A", "B"]}, "triggers names a label twice: A, B"),
        ({"entities": {"PER": 3}}, '"PER" has 3; it takes a sentence'),
        ({"entities": {"PER": {"ace": "x"}}}, "it takes a sentence"),
        ({"triggers": {"MEET": ["04"]}}, "it takes a sentence or a mapping of codes"),
        ({"entities": ["PERSON"], "nominals": ["PERSONS"]}, 'nominals names "PERSONS", which is no entity label; did you mean "PERSON"?'),
    ],
)
def test_a_fault_says_what_is_allowed(data: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as fault:
        Scheme.from_dict(data)
    assert reason in str(fault.value)
    path = tmp_path / "scheme.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(DataError) as again:
        Scheme.load(path)
    assert str(again.value) == f"{path}: {fault.value}"


@pytest.mark.parametrize(("raw", "reason"), [(b"a: [", "not YAML"), (b"\xff\xfe", "not YAML"), (None, "cannot be read: No such file")])
def test_a_file_that_is_no_yaml_is_told(raw: bytes | None, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(DataError) as fault:
        Scheme.load(path)
    assert str(fault.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(fault.value)


def _docstrings(tree: ast.AST) -> set[int]:
    bodies = (one.body for one in ast.walk(tree) if isinstance(one, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)))
    return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}


def _strings(tree: ast.AST) -> list[tuple[int, str]]:
    skipped = _docstrings(tree)
    return [
        (one.lineno, one.value) for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in skipped
    ]


def test_the_code_names_no_label() -> None:
    scheme = Scheme.load(ROOT / "configs" / "schemes" / "news.yaml")
    labels = {*scheme.entities, *scheme.triggers, *scheme.roles, *scheme.sentence_labels}
    files = [one for room in ("hadath", "models", "inference", "training") for one in (ROOT / room).rglob("*.py")]
    assert len(files) > 30
    found = []
    for path in files:
        for line, text in _strings(ast.parse(path.read_text(encoding="utf-8"))):
            if text in labels or text.removeprefix("B-").removeprefix("I-") in labels:
                found.append(f"{path.relative_to(ROOT)}:{line}: {text}")
    assert found == []


def test_the_search_for_labels_would_find_one() -> None:
    tree = ast.parse('"""GPE"""\ndef f():\n    "GPE"\n    # "GPE"\n    return "GPE"\n')
    assert _strings(tree) == [(5, "GPE")]
