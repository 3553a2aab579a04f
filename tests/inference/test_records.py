"""From tags to records, on documents made by hand: what stands in a row, and that every part is traceable to its words."""

import pytest

from hadath.inference.records import build_records, link, read_aliases
from hadath.models.documents import Argument, Document, Event, Mention, Sentence
from hadath.models.errors import DataError
from hadath.models.scheme import load_scheme
from hadath.models.values import Value
from hadath.training.article_markup import read_articles

SCHEME = load_scheme("news")
TEXT = (
    "أعلن الجيش السوري السبت مقتل نحو 40 مسلحا من تنظيم داعش في مدينة البوكمال بقصف مدفعي. "
    "وكان التنظيم هاجم البوكمال هذا الشهر بصواريخ، وجرح في الهجوم عشرات المدنيين."
)
CUT = TEXT.index("وكان")
# id: words, label; a number behind the words is their second place in the text
MENTIONS = {
    "T1": ("الجيش السوري", "ORG"),
    "T2": ("السبت", "DATE"),
    "T3": ("40", "CARDINAL"),
    "T4": ("مسلحا", "NOM"),
    "T5": ("داعش", "ORG"),
    "T6": ("مدينة البوكمال", "GPE"),
    "T7": ("التنظيم", "NOM"),
    "T8": ("البوكمال", "GPE", 1),
    "T9": ("هذا الشهر", "DATE"),
    "T10": ("صواريخ", "WEA"),
    "T11": ("عشرات", "CARDINAL"),
    "T12": ("المدنيين", "NOM"),
}
EVENTS = {
    "E1": ("أعلن", "STATEMENT", {"ACTOR": ["T1"], "TIME": ["T2"]}),
    "E2": ("مقتل", "KILL", {"RECIPIENT": ["T4"], "COUNT": ["T3"], "PLACE": ["T6"], "TIME": ["T2"]}),
    "E3": ("هاجم", "ATTACK", {"ACTOR": ["T7"], "PLACE": ["T8"], "TIME": ["T9"], "INSTRUMENT": ["T10"]}),
    "E4": ("جرح", "INJURE", {"RECIPIENT": ["T12"], "COUNT": ["T11"]}),
    "E5": ("الهجوم", "ATTACK", {"TIME": ["T2"]}),
}


def document(**changes):
    def at(words, skip=0):
        start = -1
        for _ in range(skip + 1):
            start = TEXT.index(words, start + 1)
        return start, start + len(words), words

    mentions = tuple(Mention(*at(words, *skip), label, id=name) for name, (words, label, *skip) in MENTIONS.items())
    events = tuple(
        Event(
            *at(words),
            label,
            id=name,
            score=0.5 + int(name[1:]) / 10,
            arguments=tuple(Argument(r, t) for r, several in roles.items() for t in several),
        )
        for name, (words, label, roles) in EVENTS.items()
    )
    sentences = (Sentence(0, CUT - 1), Sentence(CUT, len(TEXT)))
    return Document("a-1", TEXT, **{"date": "2017-11-12", "sentences": sentences, "entities": mentions, "events": events, **changes})


@pytest.fixture(scope="module")
def linked():
    return link(document(), SCHEME)


@pytest.fixture(scope="module")
def records(linked):
    return build_records(linked, SCHEME)


def test_mentions_get_their_values(linked):
    value = {one.id: one.value for one in linked.entities}
    assert (value["T2"].start, value["T2"].end) == ("2017-11-11", "2017-11-11")
    assert (value["T9"].start, value["T9"].end) == ("2017-11-01", "2017-11-30")
    assert value["T3"] == Value("count", low=40, high=40, approximate=True)  # نحو stands before it
    assert (value["T11"].low, value["T11"].high) == (20, 99)
    assert value["T1"] is value["T10"] is None


def test_what_stands_before_a_value_is_of_its_own_sentence():
    text = "قتل أكثر من. 40 جنديا"
    one = Document("a", text, sentences=(Sentence(0, 12), Sentence(13, len(text))), entities=(Mention(13, 15, "40", "CARDINAL", id="T1"),), events=())
    assert link(one, SCHEME).entities[0].value == Value("count", low=40, high=40)


def test_the_rows_of_an_article(records):
    assert [(one.id, one.label, [event.id for event in one.triggers]) for one in records] == [
        ("R1", "STATEMENT", ["E1"]),
        ("R2", "KILL", ["E2"]),
        ("R3", "ATTACK", ["E3", "E5"]),
        ("R4", "INJURE", ["E4"]),
    ]
    kill, attack, injure = records[1:]
    assert [one.name for one in kill.recipients] == ["مسلحا"]
    assert [one.value.low for one in kill.counts] == [40]
    assert [one.name for one in kill.places] == ["مدينة البوكمال"]
    assert [one.name for one in kill.reported_by] == ["الجيش السوري"]
    assert [(one.name, one.entity) for one in attack.instruments] == [("صواريخ", None)]
    assert attack.sentences == ((CUT, len(TEXT)),)
    assert kill.sentences == ((0, CUT - 1),)
    assert [(one.value.low, one.value.high) for one in injure.counts] == [(20, 99)]
    assert injure.date is None  # neither the day of the other event of its sentence nor that of the article


def test_the_date_is_the_narrowest_that_is_said(records):
    assert (records[2].date.name, records[2].date.value.start, records[2].date.value.end) == ("السبت", "2017-11-11", "2017-11-11")


def test_one_entity_is_one_part_with_its_name(linked, records):
    entity = {one.id: one.entity for one in linked.entities}
    assert entity["T6"] == entity["T8"] == records[1].places[0].entity == records[2].places[0].entity
    assert records[2].places[0].name == "مدينة البوكمال"
    assert records[1].places[0].mentions != records[2].places[0].mentions


def test_every_part_is_traceable(records):
    for record in records:
        assert record.document == "a-1"
        assert record.published == "2017-11-12"
        parts = (*record.places, *record.actors, *record.recipients, *record.counts, *record.instruments, *record.reported_by)
        known = {words for words, *_ in MENTIONS.values()}
        for part in (*parts, *([record.date] if record.date else [])):
            assert part.mentions
            assert {TEXT[start:end] for start, end in part.mentions} <= known
        assert all(TEXT[one.start : one.end] == one.text for one in record.triggers)


def test_codes_and_score(records):
    assert records[1].codes == {"plover": "ASSAULT", "cameo": "186", "ace": "Life.Die", "acled": None}
    assert records[2].score == 1.0  # the surer of its two triggers


def test_what_only_one_trigger_asserts_is_asserted():
    half = document()
    events = tuple(Event(one.start, one.end, one.text, one.label, asserted=one.id == "E3", id=one.id, arguments=one.arguments) for one in half.events)
    [attack, *_] = [one for one in build_records(link(document(events=events), SCHEME), SCHEME) if one.label == "ATTACK"]
    assert attack.asserted
    assert [one.asserted for one in build_records(link(document(events=events[:2]), SCHEME), SCHEME)] == [False, False]


def test_events_without_arguments_have_words_and_sentences():
    bare = tuple(Event(one.start, one.end, one.text, one.label, id=one.id) for one in document().events)
    found = build_records(link(document(events=bare), SCHEME), SCHEME)
    assert [one.label for one in found] == ["STATEMENT", "KILL", "ATTACK", "INJURE"]
    assert not any(one.places or one.actors or one.date or one.score for one in found)
    assert all(one.sentences for one in found)


def test_documents_without_layers():
    failed = Document("bad", "", error="no text")
    assert link(failed, SCHEME) == failed
    for one in (failed, Document("b", "نص"), document(events=None), document(events=()), document(entities=(), events=(), sentences=None)):
        assert build_records(link(one, SCHEME), SCHEME) == []
    assert [one.sentences for one in build_records(document(sentences=None, entities=None, events=(Event(0, 4, "أعلن", "STATEMENT"),)), SCHEME)] == [
        ()
    ]


def test_aliases_of_a_file_are_on_top_of_the_shipped(tmp_path):
    path = tmp_path / "names.yaml"
    path.write_text("- {name: الحركة الكبرى, label: ORG, others: [حركة الفجر]}\n", encoding="utf-8")
    known = read_aliases(path, SCHEME)
    assert len(known.entries) == len(read_aliases(None, SCHEME).entries) + 1
    text = "هاجمت حركة الفجر القرية."
    one = Document("a", text, entities=(Mention(6, 16, "حركة الفجر", "ORG", id="T1"),), events=())
    assert link(one, SCHEME, aliases=known).entities[0].name == "الحركة الكبرى"
    path.write_text("- {name: سلاح, label: WEA}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r'names\.yaml: .*"WEA"'):
        read_aliases(path, SCHEME)


def rows(tmp_path, text):
    """The records of an article annotated as in test_merging."""
    path = tmp_path / "article.txt"
    path.write_text("# id: a\n# date: 2018-04-12\n" + text.strip(), encoding="utf-8")
    [article] = read_articles(path, SCHEME)
    return build_records(Document.from_json(article), SCHEME)


def counts(record):
    return [(one.value.low, one.value.high, len(one.mentions)) for one in record.counts]


def test_a_count_said_twice_is_one(tmp_path):
    [record] = rows(
        tmp_path,
        """
        [KILL e1:قتل] [CARDINAL n1=9:تسعة] [NOM civ:عمال] في [GPE town:بلدة النهر].
        > e1 R=civ C=n1 P=town
        وبلغ عدد [KILL e2=e1:القتلى] [CARDINAL n2=9:9] في [GPE town:بلدة النهر].
        > e2 C=n2 P=town""",
    )
    assert counts(record) == [(9, 9, 2)]


@pytest.mark.parametrize("which", ["بينهم", "من بينهم نحو", "منهم"])
def test_a_part_of_a_count_is_none_of_its_own(tmp_path, which):
    [record] = rows(
        tmp_path,
        f"""
        [KILL e1:قتل] [CARDINAL n1=5:خمسة] [NOM civ:عمال] {which} [CARDINAL n2=3:ثلاثة] من أسرة.
        > e1 R=civ C=n1 C=n2""",
    )
    assert counts(record) == [(5, 5, 1)]


def test_two_counts_of_one_deed_and_a_part_of_nothing_stay(tmp_path):
    one, other = rows(
        tmp_path,
        """
        [KILL e1:قتل] [CARDINAL n1=5:خمسة] [NOM men:عمال] و[CARDINAL n2=3:ثلاثة] [NOM kids:تلاميذ] في [GPE town:بلدة النهر].
        > e1 R=men R=kids C=n1 C=n2 P=town
        و[INJURE e2:أصيب] عدد من الناس بينهم [CARDINAL n3=2:حارسان].
        > e2 C=n3""",
    )
    assert (counts(one), counts(other)) == ([(5, 5, 1), (3, 3, 1)], [(2, 2, 1)])


def test_a_noun_and_the_name_it_belongs_to_are_one_party(tmp_path):
    capture, flee, kill = rows(
        tmp_path,
        """
        [CAPTURE e1:سيطر] [NOM men:مقاتلو] [ORG band:حركة الفجر] على [GPE town:بلدة النهر].
        > e1 A=men A=band P=town
        و[WITHDRAW e2:انسحب] [NOM folk:سكان] [GPE town:النهر] مع [NOM others:متظاهرين] [NORP land:سوريين].
        > e2 A=folk A=others A=land
        و[KILL e3:قتل] [NOM some:عناصر] [ORG band:الفجر] [NOM guard:حارسا].
        > e3 A=some R=guard""",
    )
    assert [(one.name, one.label) for one in capture.actors] == [("مقاتلو حركة الفجر", "NOM")]
    assert [one.name for one in flee.actors] == ["سكان", "متظاهرين سوريين"]
    assert [one.name for one in kill.actors] == ["عناصر"]  # of whom the article says no more than that they did it


def test_a_noun_with_the_article_belongs_to_nothing(tmp_path):
    meet, clash = rows(
        tmp_path,
        """
        [MEET e1:اجتمع] [NOM heads:القادة] [ORG band:حركة الفجر]، كما قيل.
        > e1 A=heads A=band
        و[CLASH e2:اشتبك] [NOM men:مسلحون] مع [ORG band:حركة الفجر].
        > e2 A=men A=band""",
    )
    assert [one.name for one in meet.actors] == ["القادة", "حركة الفجر"]
    assert [one.name for one in clash.actors] == ["مسلحون", "حركة الفجر"]


def test_an_owner_that_acts_elsewhere_stays_a_party(tmp_path):
    [record] = rows(
        tmp_path,
        """
        [CAPTURE e1:سيطر] [NOM men:مقاتلو] [ORG band:حركة الفجر] على [GPE town:بلدة النهر].
        > e1 A=men A=band P=town
        وأكد شاهد أن [ORG band:حركة الفجر] [CAPTURE e2=e1:تسيطر] على [GPE town:النهر].
        > e2 A=band P=town""",
    )
    assert [one.name for one in record.actors] == ["مقاتلو حركة الفجر", "حركة الفجر"]
