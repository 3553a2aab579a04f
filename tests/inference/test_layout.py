"""What stands in which passage, and that finding it out is no more work than the marks are."""

import pytest

from hadath.inference.html import page
from hadath.inference.pretty import layout, pieces, pretty
from hadath.models.documents import Argument, Document, Event, Mention, Sentence


class Counted(int):
    """An offset that counts how often any is compared."""

    seen = 0

    def __lt__(self, other):
        Counted.seen += 1
        return int(self) < int(other)

    def __gt__(self, other):
        Counted.seen += 1
        return int(self) > int(other)

    def __le__(self, other):
        Counted.seen += 1
        return int(self) <= int(other)

    def __ge__(self, other):
        Counted.seen += 1
        return int(self) >= int(other)


@pytest.mark.parametrize("gap", [" ", "\n"])
@pytest.mark.parametrize("write", [lambda document: pretty(document, colour=False), lambda document: page([document])])
def test_work_grows_with_the_marks_and_no_faster(write, gap):
    """One long line, and many short ones: each mark is compared a few times (as sorting does), not with every other mark or passage."""
    count = 2_000
    text = gap.join(["كلمة"] * count)
    places = [(Counted(5 * index), Counted(5 * index + 4)) for index in range(count)]
    entities = tuple(Mention(start, end, "كلمة", "ORG") for start, end in places)
    events = tuple(Event(start, end, "كلمة", "MEET", arguments=(Argument("ACTOR", "x"),)) for start, end in places)
    Counted.seen = 0
    written = write(Document("x", text, entities=entities, events=events))
    assert written.count("MEET") >= count
    assert 0 < Counted.seen < 60 * count


@pytest.mark.parametrize("write", [lambda document: pretty(document, colour=True), lambda document: page([document])])
def test_a_line_of_twenty_thousand_mentions(write):
    text = " ".join(["كلمة"] * 20_000)
    document = Document("x", text, entities=tuple(Mention(at, at + 4, "كلمة", "ORG") for at in range(0, len(text), 5)))
    assert write(document).count("كلمة") == 20_000


def test_layout_puts_each_mark_into_every_passage_that_it_touches():
    text = "abcdefghijkl"
    document = Document(
        "x",
        text,
        sentences=(Sentence(0, 4), Sentence(4, 8), Sentence(8, 12)),
        entities=(Mention(2, 10, text[2:10], "LONG"), Mention(5, 6, "f", "IN")),
        events=(Event(9, 11, "jk", "B"), Event(3, 5, "de", "A")),
    )
    found = [([(one.start, one.end, [mark.label for mark in one.marks]) for one in passage.pieces], passage.events) for passage in layout(document)]
    assert found == [
        ([(0, 2, []), (2, 3, ["LONG"]), (3, 4, ["LONG", "A"])], [document.events[1]]),
        ([(4, 5, ["LONG", "A"]), (5, 6, ["LONG", "IN"]), (6, 8, ["LONG"])], []),
        ([(8, 9, ["LONG"]), (9, 10, ["LONG", "B"]), (10, 11, ["B"]), (11, 12, [])], [document.events[0]]),
    ]
    for passage in layout(document):
        assert passage.pieces == pieces(document, passage.sentence.start, passage.sentence.end)
