"""Annotated articles: what is read from them, and where their faults are said to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hadath.models.documents import Document
from hadath.models.errors import DataError
from hadath.models.scheme import Scheme
from hadath.training.article_markup import read_articles
from hadath.training.article_values import read_value

SCHEME = Scheme.from_dict(
    {
        "entities": ["OCC", "PER", "ORG", "GPE", "WEA", "DATE", "CARDINAL", "NOM"],
        "triggers": ["CAPTURE", "KILL", "STATEMENT", "REJECT"],
        "sentence_labels": ["COERCE", "ASSAULT", "STATEMENT"],
        "roles": {
            "ACTOR": {"kind": "actor", "labels": ["PER", "OCC", "ORG", "NOM"]},
            "RECIPIENT": {"kind": "recipient", "labels": ["NOM", "WEA"]},
            "PLACE": {"kind": "place", "labels": ["GPE"]},
            "TIME": {"kind": "time", "labels": ["DATE"]},
            "INSTRUMENT": {"kind": "instrument", "labels": ["WEA"]},
            "COUNT": {"kind": "count", "labels": ["CARDINAL"]},
        },
        "values": {"DATE": "date", "CARDINAL": "count"},
        "titles": {"OCC": "PER"},
        "followed": ["OCC", "PER", "ORG", "GPE", "NOM"],
        "reporting": ["STATEMENT", "REJECT"],
    }
)
EXAMPLE = """
# id: example-1
# date: 2017-11-09
# region: Syria
[STATEMENT s1:أعلن] [OCC min:وزير الدفاع] [PER min:علي] [DATE d1=2017-11-09:الخميس] [CAPTURE c1:سيطرة] [ORG army:الجيش] على [GPE town:البوكمال].
> s1 A=min T=d1 -> c1
> c1 ACTOR=army P=town
= STATEMENT COERCE
ونفى [ORG isis:داعش] [CAPTURE! c2=c1:سقوط] [GPE town:المدينة]، و[KILL k1:قُتل] [CARDINAL =20..99:العشرات] ب[WEA w:صاروخ]، بحسب [PER min:علي].
> c2 P=town by=isis
> k1 I=w by=min
* c2 date=2017-11-08
"""


def _read(folder: Path, text: str) -> list[dict[str, Any]]:
    path = folder / "articles.txt"
    path.write_text(text, encoding="utf-8")
    return list(read_articles(path, SCHEME))


def _fault(folder: Path, *lines: str) -> DataError:
    with pytest.raises(DataError) as caught:
        _read(folder, "\n".join(("# id: a", "# date: 2017-11-09", *lines)))
    return caught.value


def test_an_article_by_hand(tmp_path: Path) -> None:
    (found,) = _read(tmp_path, EXAMPLE)
    first = "أعلن وزير الدفاع علي الخميس سيطرة الجيش على البوكمال."
    second = "ونفى داعش سقوط المدينة، وقُتل العشرات بصاروخ، بحسب علي."
    assert found["text"] == f"{first}\n{second}"
    assert (found["id"], found["date"], found["region"]) == ("example-1", "2017-11-09", "Syria")
    assert found["sentences"] == [
        {"start": 0, "end": len(first), "labels": ["STATEMENT", "COERCE"]},
        {"start": len(first) + 1, "end": len(first) + 1 + len(second)},
    ]
    assert [(one["id"], one["text"], one["label"], one.get("entity"), one.get("value")) for one in found["entities"]] == [
        ("T1", "وزير الدفاع", "OCC", "N1", None),
        ("T2", "علي", "PER", "N1", None),
        ("T3", "الخميس", "DATE", None, {"kind": "date", "start": "2017-11-09", "end": "2017-11-09"}),
        ("T4", "الجيش", "ORG", "N2", None),
        ("T5", "البوكمال", "GPE", "N3", None),
        ("T6", "داعش", "ORG", "N4", None),
        ("T7", "المدينة", "GPE", "N3", None),
        ("T8", "العشرات", "CARDINAL", None, {"kind": "count", "low": 20, "high": 99}),
        ("T9", "صاروخ", "WEA", None, None),
        ("T10", "علي", "PER", "N1", None),
    ]
    assert [
        (one["text"], one["asserted"], one.get("reported_by"), [(a["role"], a["target"]) for a in one["arguments"]]) for one in found["events"]
    ] == [
        ("أعلن", True, None, [("ACTOR", "T2"), ("TIME", "T3")]),
        ("سيطرة", True, "T2", [("ACTOR", "T4"), ("PLACE", "T5")]),
        ("سقوط", False, "T6", [("PLACE", "T7")]),
        ("قُتل", True, "T10", [("INSTRUMENT", "T9")]),
    ]
    day = {"start": "2017-11-08", "end": "2017-11-08"}
    empty: dict[str, Any] = {"date": None, "place": [], "actors": [], "recipients": [], "counts": [], "instruments": [], "reported_by": []}
    assert found["records"] == [
        {
            **empty,
            "label": "STATEMENT",
            "events": ["E1"],
            "asserted": True,
            "date": {"start": "2017-11-09", "end": "2017-11-09"},
            "actors": ["N1"],
        },
        {
            **empty,
            "label": "CAPTURE",
            "events": ["E2", "E3"],
            "asserted": True,
            "date": day,
            "place": ["N3"],
            "actors": ["N2"],
            "reported_by": ["N1", "N4"],
        },
        {**empty, "label": "KILL", "events": ["E4"], "asserted": True, "instruments": ["T9"], "reported_by": ["N1"]},
    ]
    for one in (*found["entities"], *found["events"]):
        assert found["text"][one["start"] : one["end"]] == one["text"]
    assert Document.from_json(found).id == "example-1"


def test_the_narrowest_date_and_every_count_once(tmp_path: Path) -> None:
    (found,) = _read(
        tmp_path,
        "\n".join(
            (
                "# id: a",
                "# date: 2017-11-09",
                "[KILL a:قُتل] [CARDINAL n=3:ثلاثة] [DATE d=2017-11:هذا الشهر] و[KILL b=a:مقتلهم] [DATE e=2017-11-08:أمس] و[CARDINAL m=3:الثلاثة]",
                "> a C=n T=d",
                "> b C=m T=e",
            )
        ),
    )
    (record,) = found["records"]
    assert record["date"] == {"start": "2017-11-08", "end": "2017-11-08"}
    assert record["counts"] == [{"kind": "count", "low": 3, "high": 3}]


def test_a_target_is_the_nearest_in_its_line_or_the_last_before_it(tmp_path: Path) -> None:
    lines = ("# id: a", "# date: 2017-11-09", "[ORG x:الجيش] ثم [ORG x:الجيش]", "[KILL k:قتل]", "> k A=x", "[ORG x:جيش] و[KILL m:قتل]", "> m A=x.1")
    (found,) = _read(tmp_path, "\n".join(lines))
    assert [one["arguments"][0]["target"] for one in found["events"]] == ["T2", "T1"]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        (("[CAPTUER c:سيطر]",), 3, 'no label "CAPTUER"; did you mean "CAPTURE"?'),
        (("[ORG x:الجيش",), 3, "a bracket at column 1 is no mark"),
        (("وال[ORG x:جيش]",), 3, "begins inside a word"),
        (("[ORG x:جيش]نا",), 3, "ends inside a word"),
        (("[ORG x:الجيش ]",), 3, "begins or ends with a space"),
        (("[ORG! x:الجيش]",), 3, "only triggers take !"),
        (("[DATE d:أمس]",), 3, "needs a name of its own and a value"),
        (("[DATE d=2017-02-30:أمس]",), 3, '"2017-02-30" is no date'),
        (("[ORG x=3:الجيش]",), 3, "takes no value"),
        (("[KILL k:قتل] [KILL k:قتل]",), 3, 'the name "k" is used twice'),
        (("[KILL k:قتل] [ORG k:الجيش]",), 3, "is that of an event or a value already"),
        (("[KILL k=j:قتل]",), 3, "is no event before it"),
        (("[KILL k:قتل] [CAPTURE c=k:سيطر]",), 3, "cannot be of the happening"),
        (("قتل", "", "# id: b", "قتل"), 5, "needs a line"),
        (("[KILL k:قتل]", "> k A=x"), 4, '"x" is no mention of this article'),
        (("[KILL k:قتل] [ORG x:الجيش]", "> k A=x.2"), 4, "the article has 1 mentions"),
        (("[KILL k:قتل] [GPE x:حلب]", "> k A=x"), 4, "GPE cannot be ACTOR; allowed: PER, OCC, ORG, NOM"),
        (("[KILL k:قتل] [ORG x:الجيش]", "> k X=x"), 4, "is no argument: ROLE=name"),
        (("[KILL k:قتل] [ORG x:الجيش]", "> k A=x A=x"), 4, "what was said before"),
        (("[KILL k:قتل]", "قتل", "> j"), 5, '"j" is no event of this article'),
        (("[KILL k:قتل] [ORG x:الجيش]", "> k A=x -> k"), 4, "vouches for nothing"),
        (("[STATEMENT s:قال] و[KILL k:قتل]", "> s -> k"), 4, "vouches for nothing"),
        (("[KILL k:قتل]", "* k date=soon"), 4, '"soon" is no date'),
        (("قتل", "= ASSAULT", "= ASSAULT"), 5, "once"),
        (("قتل", "= ASSUALT"), 4, 'did you mean "ASSAULT"?'),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, lines: tuple[str, ...], line: int, reason: str) -> None:
    fault = _fault(tmp_path, *lines)
    assert fault.line == line
    assert reason in fault.reason
    assert str(fault).startswith(f"{tmp_path / 'articles.txt'}:{line}: ")


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("2020-02", "date", {"start": "2020-02-01", "end": "2020-02-29"}),
        ("2015", "date", {"start": "2015-01-01", "end": "2015-12-31"}),
        ("2016-10..2017-07-11", "date", {"start": "2016-10-01", "end": "2017-07-11"}),
        ("26..", "count", {"low": 26}),
        ("..9", "count", {"high": 9}),
        ("~40", "count", {"low": 40, "high": 40, "approximate": True}),
        ("49.2", "percent", {"low": 49.2, "high": 49.2}),
        ("3500000EUR", "money", {"low": 3500000, "high": 3500000, "currency": "EUR"}),
    ],
)
def test_a_value_by_hand(written: str, kind: str, value: dict[str, Any]) -> None:
    assert read_value(written, kind) == {"kind": kind, **value}


@pytest.mark.parametrize(("written", "kind"), [("9..2", "count"), ("many", "count"), ("40", "money"), ("2017-13", "date"), ("", "count")])
def test_a_value_that_is_none(written: str, kind: str) -> None:
    with pytest.raises(DataError):
        read_value(written, kind)
