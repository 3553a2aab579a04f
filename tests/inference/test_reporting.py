"""Who says so: sentences by hand, marked as in `said_text`."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from hadath.inference.entities import join_mentions
from hadath.inference.reporting import who_says
from hadath.models.documents import Argument, Document

from .said_text import SCHEME, marked

# fmt: off
CASES = {
    "said that": "{S a:قال} [PER a:سامي حداد] إن القوات {a:قتلت} ثلاثة و{a:دمرت} منزلا.",
    "announced": "{S a:أعلن} [ORG a:الجيش] الخميس {a:سيطرته} على البلدة بعد {a:معارك}.",
    "the next sentence": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا}. و{-:جرح} آخرون.",
    "before the verb": "بعد {-:هجوم} جديد {S a:قال} [PER a:سامي حداد] إن {a:القصف} مستمر.",
    "what it was said after": "{S a:قال} [PER a:سامي حداد] عقب {-:اللقاء} إن {a:الحصار} مستمر.",
    "who it was that said": "{S a:قال} [PER a:سامي حداد] الذي {-:زار} المدينة إن {a:الحصار} مستمر.",
    "no new clause with and that": "{S a:أعلن} [ORG a:الحزب] {a:انسحابه} وأنه لن يعود.",
    "not every an": "{S a:أعلن} [ORG a:الجيش] {a:مقتل} ثلاثة بعد أن {a:هاجموا} الحاجز.",
    "accusation": "{S a:اتهم} [PER a:سامي حداد] [ORG b:الحزب] ب{a:قتل} ناشطين.",
    "denial": "{S a:نفى} [ORG a:الجيش] {a:سقوط} البلدة.",
    "by sign, behind": "{a:قتل} خمسة في {a:غارة}، بحسب [ORG a:المرصد].",
    "by sign, two clauses": "{a:أطلقوا} صاروخا لكن الدفاعات {a:اعترضته}، وفق وكالة [ORG a:واس].",
    "by sign, before": "وبحسب [ORG a:المرصد]، {a:قتل} خمسة و{a:جرح} عشرة.",
    "by sign and title": "{a:قتل} خمسة، وفقا ل[OCC b:مدير المرصد] [PER a:رامي الصالح].",
    "by sign, from": "{a:قتل} خمسة، نقلا عن [NOM a:مصدر طبي].",
    "by sign and count": "{a:قتل} خمسة، وفق حصيلة جديدة ل[ORG a:لمرصد].",
    "according to a deal": "{-:انسحب} المقاتلون وفق الاتفاق مع [GPE b:روسيا].",
    "what was reported": "{a:قتل} خمسة، بحسب ما {S a:أفاد} [ORG a:المرصد].",
    "as was reported": "{a:قتل} خمسة، حسبما {S a:أفاد} [ORG a:المرصد].",
    "as one said": "{a:قتل} خمسة، كما {S a:قال} [PER a:سامي حداد].",
    "like is no source": "{-:قتل} خمسة كما [ORG b:الجيش].",
    "sign inside a saying": "{S a:قالت} [NOM a:مصادر]، بحسب [ORG b:رويترز]، إن الجيش {a:قصف} البلدة.",
    "quotation first": "«{a:انسحبنا} من البلدة»، {S a:قال} [PER a:سامي حداد].",
    "headline": "[PER a:سامي حداد]: {a:انسحبنا} من البلدة",
    "headline with title": "[OCC b:الوزير] [PER a:سامي حداد]: \"{a:انسحبنا}\"",
    "a place says nothing": "[GPE a:موسكو]: {-:قتل} ثلاثة في حريق",
    "a place quoted": "[GPE a:موسكو]: «{a:انسحبنا} من البلدة»",
    "over sentences": "{S a:قال} [PER a:سامي حداد]: «{a:انسحبنا} من البلدة. ثم {a:عدنا} إليها». و{-:قتل} ثلاثة.",
    "a quotation from before": "{S a:قال} [PER a:سامي حداد] إن «الوزير» {S a<b:أكد} أن [PER b:رامي الصالح] {b:قتل}. ثم {-:عادوا}.",
    "while another": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا}، فيما {-:قصف} الجيش البلدة.",
    "whereas": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا}، بينما {-:نزح} السكان.",
    "but": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا}، لكن الجيش {-:انسحب}.",
    "but within a quotation": "{S a:قال} [PER a:سامي حداد] «{a:قتلوا} كثيرين لكن الجيش {a:انسحب}».",
    "another says": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا}، و{S b:أعلن} [ORG b:الجيش] {b:انسحابه}.",
    "one says that another says": "{S a:قال} [PER a:سامي حداد] إن [ORG b:الجيش] {S a<b:أعلن} {b:انسحابه}.",
    "the same goes on": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا}، {S a:مشيرا} إلى أن الجيش {a:انسحب}.",
    "goes on to do": "{S a:ندد} [PER a:سامي حداد] ب{a:الهجوم}، و{-<a:دعا} إلى {-:محاكمة} القتلة.",
    "goes on, participle": "{S a:قال} [PER a:سامي حداد] إن {a:العقوبات} قاسية، {-<a:محذرا} من {-:منعها}.",
    "goes on within what is said": "{S a:أعلن} [ORG a:الحزب] أنه {a<a:استهدف} آلية و{a<a:قتل} طاقمها.",
    "what one denied": "{S a:ذكر} [PER a:سامي حداد] أن الجيش {a:استعاد} المطار، وهو ما {S b:نفاه} [ORG b:الحزب].",
    "by sign and report issued": "{a:قتل} خمسة، حسب تقرير اصدرته [ORG a:اللجنة الدولية].",
    "by sign and toll given": "{a:قتل} خمسة، بحسب حصيلة نهائية أوردتها [ORG a:وزارة الصحة].",
    "at a time when": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا}، في الوقت الذي {-:قصف} الجيش البلدة.",
    "at the same time, of the same": "{S a:قال} [PER a:سامي حداد] إنهم {a:قتلوا} وفي الوقت نفسه {a:انسحبوا}.",
    "which one ascribed": "بعد {a:قصف} الميناء الذي {S a:نسبه} [PER a:سامي حداد] إلى المعارضة.",
    "carried by an agency": "{S a:قالت} [ORG a:الوزارة]، في بيان {S b:نشرته} [ORG b:واس]، إن ثمانية {a:قتلوا}.",
    "a noun needs that": "{-:قتل} ثلاثة بعد {S a:تصريحات} [PER a:سامي حداد] حول {-:الانسحاب}.",
    "a noun with that": "جاء {S a:تصريح} [PER a:سامي حداد] بأن الجيش {a:انسحب}.",
    "goes on, no subject": "{S a:قال} [PER a:سامي حداد] إن القوات {a:انسحبت}. و{S -:أضاف} أن الجيش {a:دمر} منزلا.",
    "goes on, of a woman": "{S a:قالت} [PER a:ليلى حداد] إنهم {a:عادوا}. و{S -:أضافت}: «{a:قتلوا} خمسة».",
    "goes on, quoted at once": '{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}.\nو{S -:تابع} "{a:قتلوا} خمسة".',
    "goes on, also": "{S a:أعلن} [ORG a:الجيش] {a:انسحابه}. كما {S -:أكد} أن القتال {a:توقف}.",
    "goes on with an event": "{S a:قالت} [ORG a:خلية الرصد] إنها {a:هاجمت} وكرا. و{S -:أكدت} {a:قتل} خمسة عناصر.",
    "goes on to an event": "{S a:أكد} [PER a:سامي حداد] أن الميناء {a:دمر}. و{S -:أشار} إلى {a:سقوط} ثمانية.",
    "goes on in a statement": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:أضاف} في بيان له الخميس أن خمسة {a:قتلوا}.",
    "goes on to somebody": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:أضاف} لوكالة [ORG b:واس] أن خمسة {a:قتلوا}.",
    "goes on, several, with whom it is about behind": "{S a:تحدث} [NOM a:ناشطون] عن {a:مقتل} خمسة، و{S -:اتهموا} [GPE b:موسكو] ب{a:إلقاء} قنابل.",
    "goes on, one, with another behind": "{S a:تحدث} [PER a:سامي حداد] عن {a:مقتل} خمسة، و{S -:اتهم} [GPE b:موسكو] ب{-:إلقاء} قنابل.",
    "for its part, between": "و{S a:اتهمت} [GPE a:موسكو]، من جهتها، [GPE b:واشنطن] ب{a:توفير} غطاء.",
    "for its part, next": "{S a:قالت} [GPE a:موسكو] إنهم {a:قتلوا}، من جهتها، {-:قصفت} واشنطن البلدة.",
    "after a deed of his own": "حرر [ORG a:الجيش] البلدة، و{-<a:قتل} [NOM b:مسلحين]، و{S a:قال} إن خمسة {a:قتلوا}.",
    "put between, with nothing before it": "لم تعد المدينة سوى أنقاض، كما {S a:روى} [PER a:حداد]، إذ {a:هجرها} أهلها و{a:تهدم} نصفها.",
    "one who was spoken to": "{S a:نفى} [NOM a:ضابط] {S -:تحدثت} إليه [ORG b:سبوتنيك] أي {a:انسحاب}.",
    "spoken to in a town": "{S a:نفى} [NOM a:ضابط] في [GPE c:دمشق] {S -:تحدثت} إليه [ORG b:سبوتنيك] أي {a:انسحاب}.",
    "after a source of another form": "{S a:قال} [PER a:حداد] إن خمسة {a:قتلوا}. و{b:جرح} ستة، بحسب [NOM b:مصادر طبية]. و{S -:أضاف} أن {a:الغارة} مستمرة.",
    "of the source that a sign named": "{S a:قال} [PER a:حداد] إن خمسة {a:قتلوا}. و{b:جرح} ستة، بحسب [NOM b:مصادر طبية]. و{S -:أضافت} أن {b:الغارة} مستمرة.",
    "one to whom another spoke": "{S a:نفى} [NOM a:ضابط] {S b:تحدثت} إليه [ORG b:سبوتنيك] أي {a:انسحاب}.",
    "by sign, within a clause": "{-:استعاد} الجيش البلدة بعد {-:معارك} {a:قتل} فيها، بحسب [ORG a:المرصد]، ثمانون عنصرا، و{-:انسحب} الباقون.",
    "by sign, within a clause that goes on": "وأسفر {a:الهجوم}، وفق [ORG a:الوزارة]، عن {a:مقتل} خمسة، و{-:نزح} السكان.",
    "by sign, with another clause behind": "{a:قتل} خمسة في {a:غارة}، بحسب [ORG a:المرصد]، و{-:نزح} السكان.",
    "goes on, several": "{S a:قال} [NOM a:مسؤولون] إنهم {a:عادوا}. و{S -:أضافوا} أن خمسة {a:قتلوا}.",
    "goes on after a sign": "{a:قتل} خمسة، بحسب [ORG a:المرصد]. و{S -:أضاف} أن القتال {a:توقف}.",
    "goes on after what a third did": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{-<b:قصف} [ORG b:الجيش] تلة. و{S -:أضاف} أن خمسة {a:قتلوا}.",
    "goes on within a sentence": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا} و{S -:أكد} أن خمسة {a:قتلوا}.",
    "goes on, participle without actor": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}، {S -:مضيفا} أن خمسة {a:قتلوا}.",
    "goes on, saying": "{S a:ندد} [PER a:سامي حداد] ب{a:الهجوم}، {S -:قائلا} إن خمسة {a:قتلوا}.",
    "goes on, past who is spoken of": "{S a:قال} [PER a:سامي حداد] إن [ORG b:الجيش] {S a<b:أعلن} {b:انسحابه}. و{S -:أضاف} أن خمسة {a:قتلوا}.",
    "another kind of subject": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:أضافت} أن خمسة {-:قتلوا}.",
    "several before one": "{S a:قال} [NOM a:مسؤولون] إنهم {a:عادوا}. و{S -:أضاف} أن خمسة {-:قتلوا}.",
    "a subject that is not marked": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:أوضح} التقرير أن خمسة {-:قتلوا}.",
    "after a subject that is not marked": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:أوضح} التقرير أنهم {-:هاجموا}. و{S -:أضاف} أن خمسة {-:قتلوا}.",
    "an event is the subject": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:كشف} {-:اقتحام} أن الحراس {-:قتلوا}.",
    "nobody in particular": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:يشار} إلى أن خمسة {-:قتلوا}.",
    "the accused": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:اتهم} بأنه {-:قتل} خمسة.",
    "an agency's source": "{S a:نقلت} [ORG a:وكالة واس] {a:انسحابهم}. و{S -:أضافت} أن خمسة {-:قتلوا}.",
    "another did something first": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}، فيما {-<b:زار} [PER b:رامي الصالح] الجبهة و{S -:أكد} أن خمسة {-:قتلوا}.",
    "another sentence's subject": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. {-<b:زار} [PER b:رامي الصالح] الجبهة و{S -:أكد} أن خمسة {-:قتلوا}.",
    "long ago": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. {-:هدأ} القتال. {-:عاد} السكان. و{S -:أضاف} أن خمسة {-:قتلوا}.",
    "the first person": "{S a:قال} [PER a:سامي حداد] إنهم {a:عادوا}. و{S -:نعتقد} أن خمسة {-:قتلوا}.",
    "a quotation never closed": '{S a:قال} [PER a:سامي حداد]: "{a:انسحبنا}. ثم {a:عدنا}.\nوبدأت "الهدنة" و{-:قتل} ثلاثة.',
    "no actor": "{S -:قيل} إن الجيش {-:انسحب}.",
    "no saying": "{-:قصف} الجيش البلدة و{-:قتل} ثلاثة.",
}
# fmt: on


# Which of several actors of one verb is the source: the trigger of saying, its actors in order, the source of what follows
@pytest.mark.parametrize(
    ("text", "actors", "source"),
    [
        ("ووفقا [ORG b:لرويترز] {S -:قالت} [NOM a:حكومة المدينة] إن خمسة {a:قتلوا}.", "ba", "a"),
        ("ووفقا [ORG a:لرويترز] {S -:قالت} إن خمسة {a:قتلوا}.", "a", "a"),
        ("بحسب ما {S -:نقلته} [ORG a:وكالة واس] فإن خمسة {a:قتلوا}.", "a", "a"),
        ("{S -:أعلنت} في بيان نشرته [ORG a:وكالة واس] أن خمسة {a:قتلوا}.", "a", "a"),
        ("[PER a:حداد] و[PER b:الصالح] {S -:قالا} أمس إن خمسة {a:قتلوا}.", "ab", "a"),
        ("حرر [ORG b:الجيش] البلدة، وبث [ORG a:التلفزيون] صورا، و{S -:قال} إن خمسة {a:قتلوا}.", "ba", "a"),
        ("حرر [ORG b:الجيش] البلدة، وبث [ORG a:التلفزيون] صورا، و{S -:قال} إن خمسة {a:قتلوا}.", "b", "a"),
        ("أعلن [ORG a:الجيش] انسحابا، وفق [ORG b:المرصد]، و{S -:قال} إن خمسة {a:قتلوا}.", "a", "a"),
        ("أعلن [ORG a:الجيش] انسحابا، وفي [GPE b:حلب] مات ثلاثة، و{S -:قال} إن خمسة {a:قتلوا}.", "a", "a"),
        ("أعلن [ORG a:الجيش] انسحابا، وهاجم [ORG b:الحزب] قرية، و{S -:قال} إن خمسة {a:قتلوا}.", "a", "a"),
        ("حرر [ORG a:الجيش] البلدة، وبثت [ORG b:القناة] صورا، و{S -:قال} إن خمسة {a:قتلوا}.", "a", "a"),
        ("حرر [ORG a:الجيش] البلدة، وبث [ORG b:التلفزيون] صورا، و{S -:قال} ناطق إن خمسة {a:قتلوا}.", "a", "a"),
        ("وصل [PER b:حداد]، و{S -:قال} [PER a:الصالح] و[PER c:سعد] إن خمسة {a:قتلوا}.", "bac", "a"),
        ("{S -:أكدت} [ORG a:اللجنة] و[ORG b:الوزارة] أن خمسة {a:قتلوا}.", "ab", "a"),
        ("[ORG a:اللجنة] ردت على [ORG c:الوزارة]، {S -:مؤكدة} [ORG b:للصحيفة] أن خمسة {a:قتلوا}.", "ab", "a"),
        ("{S -:أكدت} التقارير الواردة من [GPE b:فرنسا] أن خمسة {-:قتلوا}.", "b", None),
        ("{S -:أكدت} مصادر من [ORG a:المعارضة] أن خمسة {a:قتلوا}.", "a", "a"),
        ("{S -:أضافت} في بيان نقلته [ORG b:وكالة واس] أن خمسة {-:قتلوا}.", "b", None),
    ],
)
def test_which_of_several_actors(text: str, actors: str, source: str | None) -> None:
    document, _ = marked(text)
    [report, *others] = document.events or ()
    report = replace(report, arguments=tuple(Argument("ACTOR", one) for one in actors))
    said = who_says(replace(document, events=(report, *others)), SCHEME)
    assert [one.reported_by for one in said.events or ()] == [None, *(source for _ in others)]
    told = [one.target for one in (said.events or ())[0].arguments or ()]
    assert told[:1] == [source] if source else told == list(actors)
    assert len(told) == 1 or set(told) <= set(actors)
    assert who_says(said, SCHEME) == said


def test_who_cannot_have_said_it_is_no_actor_of_it() -> None:
    document, _ = marked("بعد زيارة [PER a:حداد] {S -:قال} [PER b:الصالح] و[PER c:سعد] إن خمسة قتلوا.")
    [report] = document.events or ()
    arguments = tuple(Argument(role, one) for role, one in (("ACTOR", "a"), ("ACTOR", "b"), ("RECIPIENT", "a"), ("ACTOR", "c")))
    said = who_says(replace(document, events=(replace(report, arguments=arguments),)), SCHEME)
    assert (said.events or ())[0].arguments == (Argument("ACTOR", "b"), Argument("RECIPIENT", "a"), Argument("ACTOR", "c"))


@pytest.mark.parametrize("case", CASES)
def test_who_says_so(case: str) -> None:
    document, meant = marked(CASES[case])
    said = who_says(document, SCHEME)
    assert {one.text: one.reported_by for one in said.events or ()} == {one.text: who for one, who in zip(document.events or (), meant, strict=True)}
    assert replace(said, events=document.events) == document


def test_a_source_is_known_under_another_name() -> None:
    text = "{S a:ندد} [PER a:سامي حداد] ب{a:الهجوم}، و{-<b:دعا} [PER b:حداد] إلى {-:محاكمة} القتلة."
    document, meant = marked(text)
    said = who_says(join_mentions(document, SCHEME), SCHEME)
    assert [one.reported_by for one in said.events or ()] == meant
    apart = who_says(document, SCHEME)
    assert [one.reported_by for one in apart.events or ()] == [None, "a", "a", "a"]


def test_what_was_there_is_replaced_and_a_second_time_changes_nothing() -> None:
    document, _ = marked(CASES["said that"] + " " + CASES["denial"].replace("a:", "c:"))
    wrong = replace(document, events=tuple(replace(one, reported_by="c") for one in document.events or ()))
    said = who_says(wrong, SCHEME)
    assert said == who_says(document, SCHEME) == who_says(said, SCHEME)
    assert Document.from_json(said.to_json()) == said


@pytest.mark.parametrize(
    ("case", "actors"),
    [
        ("goes on, no subject", ["a", "a"]),
        ("goes on, of a woman", ["a", "a"]),
        ("one who was spoken to", ["a", "a"]),
        ("said that", ["a"]),
    ],
)
def test_a_verb_without_a_subject_gets_its_actor(case: str, actors: list[str]) -> None:
    document, _ = marked(CASES[case])
    said = who_says(document, SCHEME)
    assert [one.arguments for one in said.events or () if one.label in SCHEME.reporting] == [(Argument("ACTOR", actor),) for actor in actors]
    assert who_says(said, SCHEME) == said
    bare = replace(document, events=tuple(replace(one, arguments=None) for one in document.events or ()))
    assert [one.arguments for one in who_says(bare, SCHEME).events or ()] == [None] * len(bare.events or ())


def test_who_heard_it_is_whom_it_was_said_to() -> None:
    document, _ = marked(CASES["one to whom another spoke"])
    said = who_says(document, SCHEME)
    [_, spoke, _] = said.events or ()
    assert spoke.arguments == (Argument("RECIPIENT", "b"), Argument("ACTOR", "a"))
    assert who_says(said, SCHEME) == said


def test_documents_without_layers() -> None:
    assert who_says(Document("a", "نص"), SCHEME) == Document("a", "نص")
    assert who_says(Document("a", "نص", events=()), SCHEME).events == ()
    document, _ = marked(CASES["said that"])
    lost = replace(document, entities=None)  # arguments that point at nothing here
    assert [one.reported_by for one in who_says(lost, SCHEME).events or ()] == [None] * 3
    bare = replace(document, events=tuple(replace(one, arguments=None) for one in document.events or ()))
    assert [one.reported_by for one in who_says(bare, SCHEME).events or ()] == [None] * 3


def test_time_grows_with_the_text() -> None:
    def run(copies: int) -> float:
        document, _ = marked(" ".join(f"{{S a{at}:قال}} [PER a{at}:سامي] «إنهم {{a{at}:قتلوا}}، بحسب» و{{-:عاد}}." for at in range(copies)))
        begin = time.process_time()
        who_says(document, SCHEME)
        return time.process_time() - begin

    run(20)
    assert run(800) < 20 * max(run(100), 0.01)  # eight times as much; the square would be 64
