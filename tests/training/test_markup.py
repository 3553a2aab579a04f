"""Marked text: what is read from it, and where its faults are said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from hadath.models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel
from hadath.models.errors import DataError
from hadath.models.scheme import Scheme
from hadath.training.markup import read_marked

SCHEME = Scheme(entities=("ORG", "GPE", "NOM"), triggers=("CAPTURE", "WITHDRAW"), roles=("ACTOR", "PLACE"), sentence_labels=("COERCE", "ASSAULT"))
EXAMPLE = """
# id: example-1
# date: 2017-11-09
# source: hadath
# region: Levant
[CAPTURE e1:سيطر] [ORG t1:الجيش السوري] على [GPE t2:مدينة البوكمال]، ونفى ناشطون [WITHDRAW! e2:انسحاب] [ORG:داعش].
> e1 ACTOR=t1 PLACE=t2
> e2 ACTOR=t9
= COERCE ASSAULT
ولم يعلق ل[NOM t9:لمسلحين].
=
وهذا سطر بلا وسم
"""


def _read(folder: Path, text: str) -> list[Document]:
    path = folder / "marked.txt"
    path.write_text(text, encoding="utf-8")
    return list(read_marked(path, SCHEME))


def _lines(*lines: str) -> str:
    return "\n".join(("# id: a", *lines))


def _found(text: str, part: str) -> tuple[int, int, str]:
    assert text.count(part) == 1
    return text.index(part), text.index(part) + len(part), part


def test_a_document_by_hand(tmp_path: Path) -> None:
    (found,) = _read(tmp_path, EXAMPLE)
    first = "سيطر الجيش السوري على مدينة البوكمال، ونفى ناشطون انسحاب داعش."
    second, third = "ولم يعلق للمسلحين.", "وهذا سطر بلا وسم"
    text = f"{first}\n{second}\n{third}"
    begin = len(first) + 1
    assert found == Document(
        id="example-1",
        text=text,
        date="2017-11-09",
        source="hadath",
        sentences=(
            Sentence(0, len(first), (SentenceLabel("COERCE"), SentenceLabel("ASSAULT"))),
            Sentence(begin, begin + len(second), ()),
            Sentence(begin + len(second) + 1, len(text), None),
        ),
        entities=(
            Mention(*_found(text, "الجيش السوري"), "ORG", "t1"),
            Mention(*_found(text, "مدينة البوكمال"), "GPE", "t2"),
            Mention(*_found(text, "داعش"), "ORG", "_T3"),
            Mention(*_found(text, "لمسلحين"), "NOM", "t9"),  # behind the ل that was written before the bracket
        ),
        events=(
            Event(*_found(text, "سيطر"), "CAPTURE", True, "e1", arguments=(Argument("ACTOR", "t1"), Argument("PLACE", "t2"))),
            Event(*_found(text, "انسحاب"), "WITHDRAW", False, "e2", arguments=(Argument("ACTOR", "t9"),)),
        ),
        extra={"region": "Levant"},
    )
    assert Document.from_json(found.to_json()) == found


def test_documents_are_parted_by_blank_lines_and_need_no_last_newline(tmp_path: Path) -> None:
    found = _read(tmp_path, "# only a remark\n# of two lines\n\n\n# id: a\n  واحد  \n \t\n# id: b\nاثنان")
    assert [(one.id, one.text) for one in found] == [("a", "واحد"), ("b", "اثنان")]
    assert found[0].sentences == (Sentence(0, 4),)


def test_windows_line_ends_and_a_byte_order_mark_are_no_text(tmp_path: Path) -> None:
    (found,) = _read(tmp_path, "\ufeff# id: a\r\n[GPE t1:دمشق] هادئة\r\n= COERCE\r\n")
    assert (found.id, found.text) == ("a", "دمشق هادئة")
    assert found.sentences == (Sentence(0, 10, (SentenceLabel("COERCE"),)),)


@pytest.mark.parametrize(
    ("line", "text", "marked"),
    [
        (r"قال \[ضاحكا\] نعم", "قال [ضاحكا] نعم", []),
        (r"[ORG t1:جماعة \[س\]] هنا", "جماعة [س] هنا", ["جماعة [س]"]),
        ("[GPE:دمشق][GPE:حلب]", "دمشقحلب", ["دمشق", "حلب"]),
        ("و[GPE:دمشق] 10:30 صباحا", "ودمشق 10:30 صباحا", ["دمشق"]),
        (r"[ORG t1:أ\ب: ج] د\ه", r"أ\ب: ج د\ه", [r"أ\ب: ج"]),
        ("#دمشق وسم لا رأس", "#دمشق وسم لا رأس", []),
    ],
)
def test_brackets_colons_and_backslashes(tmp_path: Path, line: str, text: str, marked: list[str]) -> None:
    (found,) = _read(tmp_path, _lines(line))
    assert found.text == text
    assert [one.text for one in found.entities or ()] == marked
    assert all(one.text == text[one.start : one.end] for one in found.entities or ())


def test_marks_without_ids_are_counted_by_layer(tmp_path: Path) -> None:
    (found,) = _read(tmp_path, _lines("[GPE:أ] [CAPTURE:ب] [GPE:ج] [WITHDRAW!:د]", "> _E2 PLACE=_T2"))
    assert [one.id for one in found.entities or ()] == ["_T1", "_T2"]
    assert [(one.id, one.asserted, one.arguments) for one in found.events or ()] == [("_E1", True, ()), ("_E2", False, (Argument("PLACE", "_T2"),))]


def test_arguments_may_stand_before_their_mentions_and_come_in_parts(tmp_path: Path) -> None:
    (found,) = _read(tmp_path, _lines("[CAPTURE e1:سيطر] الجيش", "> e1 ACTOR=t1", "[ORG t1:الجيش] و[ORG t2:الحرس]", "> e1 ACTOR=t2 PLACE=e1"))
    assert found.events is not None
    assert found.events[0].arguments == (Argument("ACTOR", "t1"), Argument("ACTOR", "t2"), Argument("PLACE", "e1"))


@pytest.mark.parametrize(
    ("lines", "number", "said"),
    [
        (["نص", "[ORK t1:الجيش]"], 3, 'no label "ORK"; did you mean "ORG"'),
        (["[CAPTURED:سيطر]"], 2, 'did you mean "CAPTURE"'),
        (["[ORG t1:الجيش"], 2, r"a bracket at column 1 is no mark"),
        (["نص [ORG t1:الجيش [GPE:السوري]]"], 2, r"a bracket at column 4 is no mark"),
        (["    نص ] هنا"], 2, r"a bracket at column 8 is no mark"),
        (["[ORG t1 الجيش]"], 2, r"\[LABEL id:text\]"),
        (["[ORG t1:]"], 2, "is no mark"),
        (["[ORG t1: الجيش]"], 2, "' الجيش' begins or ends with a space"),
        (["[ORG t1:الجيش]", "[GPE t1:دمشق]"], 3, 'id "t1" is used twice'),
        (["[GPE x:دمشق] [CAPTURE x:سيطر]"], 2, 'id "x" is used twice'),
        (["[ORG! t1:الجيش]"], 2, "ORG is an entity label; only triggers take !"),
        (["[CAPTURE e1:سيطر]", "> e1 ACTR=t1"], 3, '"ACTR=t1" is no argument: ROLE=id, roles ACTOR, PLACE'),
        (["[CAPTURE e1:سيطر]", "> e1 ACTOR"], 3, '"ACTOR" is no argument'),
        (["[CAPTURE e1:سيطر]", ">"], 3, "names an event and its arguments"),
        (["[CAPTURE e1:سيطر]", "نص", "> e1 ACTOR=t1"], 4, '"t1" is the id of no mark'),
        (["[CAPTURE e1:سيطر] [ORG t1:الجيش]", "> e2 ACTOR=t1"], 3, '"e2" is the id of no mark'),
        (["[CAPTURE e1:سيطر] [ORG t1:الجيش]", "> t1 ACTOR=e1"], 3, '"t1" is an entity'),
        (["= COERCE", "نص"], 2, "the sentence above it, once"),
        (["نص", "= COERCE", "= ASSAULT"], 4, "the sentence above it, once"),
        (["نص", "=", "= ASSAULT"], 4, "the sentence above it, once"),
        (["نص", "= COERSE"], 3, 'no sentence label "COERSE"; did you mean "COERCE"'),
        (["نص", "= CAPTURE"], 3, 'no sentence label "CAPTURE"'),
    ],
)
def test_faults_are_told_with_file_and_line(tmp_path: Path, lines: list[str], number: int, said: str) -> None:
    with pytest.raises(DataError, match=said) as told:
        _read(tmp_path, _lines(*lines))
    assert (told.value.path, told.value.line) == (tmp_path / "marked.txt", number)
    assert str(told.value).startswith(f"{tmp_path / 'marked.txt'}:{number}: ")


def test_a_document_without_a_name_is_told_where_it_begins(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r'marked.txt:4: the document has no line "# id: NAME"'):
        _read(tmp_path, "# id: a\nنص\n\n# date: 2020\nنص\n")


def test_ids_are_of_one_document(tmp_path: Path) -> None:
    first, second = _read(tmp_path, _lines("[ORG t1:الجيش]", "", "# id: b", "[GPE t1:دمشق]"))
    assert (first.entities, second.entities) == ((Mention(0, 5, "الجيش", "ORG", "t1"),), (Mention(0, 4, "دمشق", "GPE", "t1"),))
    with pytest.raises(DataError, match=r':6: "t1" is the id of no mark of this document'):
        _read(tmp_path, _lines("[ORG t1:الجيش]", "", "# id: b", "[CAPTURE e1:سيطر]", "> e1 ACTOR=t1"))


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.txt: cannot be read"):
        list(read_marked(tmp_path / "none.txt", SCHEME))
    (tmp_path / "old.txt").write_bytes("# id: a\nنص".encode("cp1256"))
    with pytest.raises(DataError, match=r"old\.txt: not UTF-8 at byte 8; save the file as UTF-8"):
        list(read_marked(tmp_path / "old.txt", SCHEME))


def test_the_projects_own_marked_files_are_read() -> None:
    folder = Path(__file__).parents[2] / "data" / "quickstart" / "marked"
    scheme = Scheme.load(Path(__file__).parents[2] / "configs" / "schemes" / "news.yaml")
    documents = [document for path in sorted(folder.glob("*.txt")) for document in read_marked(path, scheme)]
    assert len({one.id for one in documents}) == len(documents) > 20
    for document in documents:
        assert "[" not in document.text
        assert document.entities
        assert all(one.labels is not None for one in document.sentences or ())
