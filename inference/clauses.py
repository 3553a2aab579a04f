"""The words and signs by which a sentence says whose words it gives: data and small looks around a place, for `reporting.py`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from .word_forms import ITS_OBJECT, MARKS, PARTICIPLE

_NO_LETTER_BEFORE = rf"(?<![\w{MARKS}])"
_NO_LETTER_BEHIND = rf"(?![\w{MARKS}])"

# What opens a clause that is the narrator's again, or another's
_OPENER = re.compile(
    rf"{_NO_LETTER_BEFORE}و?(?:فيما|بينما|في\s+حين|في\s+المقابل|بالمقابل|في\s+الأثناء|في\s+غضون\s+ذلك|من\s+(?:جهت|جانب|ناحيت)(?:ه|ها|هم|هما)|بدور(?:ه|ها|هم)"
    rf"|غير\s+[أا]ن\w{{0,3}}|[إا]لا\s+[أا]ن\w{{0,3}}|لكن[{MARKS}]?\w{{0,3}}|في\s+وقت|في\s+الوقت\s+الذي){_NO_LETTER_BEHIND}"
)
# Of these, what may also be put between a verb with its subject and the rest of its clause: ``اتهمت موسكو، من جهتها، واشنطن``
_ON_ITS_PART = re.compile(r"(?:من\s+(?:جهت|جانب|ناحيت)(?:ه|ها|هم|هما)|بدور(?:ه|ها|هم))\s*[،,]")
# Behind a source that is put into a clause, what is left of the clause; a conjunction would begin another
_WITHIN = re.compile(r"\s*[،,]\s*(?=\S)(?![وف]|ثم\s|م\w+ا\s|بينما|لكن|كما|إلا|غير|حيث|إذ|الأمر|ما\s)[^،,.؛:!؟?\n]+")
# إن, أن, بأنه, … and what before it makes it something else (بعد أن, يجب أن, وأن)
_THAT = re.compile(rf"{_NO_LETTER_BEFORE}[بل]?[إأا]ن[{MARKS}]?(?:ه|ها|هم|هن|هما|نا|ني|ي|نه|هما)?{_NO_LETTER_BEHIND}")
_NOT_THAT = re.compile(
    r"(?:^|\s)و?(?:بعد|قبل|منذ|دون|يمكن|يجب|ينبغي|إلا|الا|غير|على|بد|رغم|شرط|بشرط|حتى|المقرر|المتوقع|المفترض|المنتظر|يتوقع|يفترض|يعتقد|لولا|بما|مع|كان|كانت)\s+$"
)
# What stands before a source: بحسب X, وفقا لما ذكرته X, كما قال X
_ATTRIBUTION = re.compile(
    rf"{_NO_LETTER_BEFORE}و?(?:(?:بحسب|حسب|وفق|طبق|استناد[{MARKS}]*ا[{MARKS}]*\s+[إا]لى|نقل[{MARKS}]*ا[{MARKS}]*\s+عن|وفق[{MARKS}]*ا[{MARKS}]*|طبق[{MARKS}]*ا[{MARKS}]*)(?:\s*ل?ما{_NO_LETTER_BEHIND})?"
    rf"|حسبما|بحسبما|وفقما|كما|مثلما|على\s+ما){_NO_LETTER_BEHIND}"
)
_ONLY_WITH_VERB = re.compile(r"(?:ما|كما)$")  # كما X is no source, كما قال X is
# What may stand between the sign of a source and its name
_SOURCE_NOUNS = re.compile(
    r"(?:\s|ل(?=\w)|لل?ـ?|ـ|[\"«“(]|(?:ال)?(?:وكالة|قناة|صحيفة|شبكة|موقع|إذاعة|تلفزيون|مجلة|حصيلة|نهائية|آخر|أحدث|بيان|تقرير|أرقام|إحصاءات|إحصائيات|تقديرات|بيانات|معلومات|رواية|شهادة|شهادات"
    r"|تصريحات|مراسل|متحدث|ناطق|مصدر|مصادر|الأنباء|أنباء|وسائل|إعلام|رسمي|رسمية|الرسمية|جديد|جديدة|أولية|صادر|صادرة|(?:نشرت|[أا]صدرت|[أا]وردت|[أا]عدت|[أا]علنت)(?:ه|ها)?|(?:نشر|[أا]صدر|[أا]ورد|[أا]عد|[أا]علن)(?:ه|ها)|عن|من|في|قال|قالت)(?!\w))*"
)
# Sources that taggers leave unmarked, as nothing but the sign makes them take part in anything: a noun with its adjectives, which have its article
_SOURCE = (
    r"(?:مصادر|مصدر|مصدرين|شهود|شاهد|ناشطين|نشطاء|ناشط|مسؤولين|مسؤول|مسئولين|مسئول|سكان|[أا]هالي|مراسلين|مراسل|مراسلنا|خبراء|محللين|مراقبين|دبلوماسيين|دبلوماسي"
    r"|[أا]طباء|مسعفين|تقارير|شرطة|سلطات)"
)
_B = r"[^\S\n]+"  # a source does not go on in the next paragraph
_OF_SOURCE = r"\w{2,}(?:ية|يين|(?<=\w\w\w)ي)"
_SOME_SOURCE = rf"(?:{_SOURCE}|وسائل{_B}[إا]علام)(?:{_B}(?:عيان|(?!حوالي|ال|[فيت]\w+ي(?!\w)){_OF_SOURCE}|رفيع{_B}المستوى|(?:مطلع|موثوق|رفيع|مسؤول|مستقل|عديد|متعدد|مختلف)ة?)(?!\w))*"
_THE_SOURCE = rf"(?:ا?ل{_SOURCE}|وسائل{_B}ال[إا]علام)(?:{_B}ال{_OF_SOURCE}(?!\w))*"
_UNMARKED = re.compile(rf"{_B}(?:ل(?=\w))?(?P<source>{_SOME_SOURCE}|{_THE_SOURCE})(?!\w)")
_WHICH = re.compile(r"(?:^|\s)(?:الذي|التي|اللذان|اللذين|الذين)\s+$")
_AND_THAT_IS_WHAT = re.compile(r"(?:^|\s)(?:و?هو|و?هي|الأمر\s+الذي|و?ذلك|و?هذا)\s+(?:ما\s+)?(?:كان\s+)?(?:قد\s+)?$|الأمر\s+الذي\s+$")
# Nouns that say that something was said, and shapes of verbal nouns (إعلان, تأكيد, اتهام), as far as letters show them
_NOUN = re.compile(
    rf"ال\w+|(?:بيان|تصريح|تعليق|كلمة|خطاب|تقرير|حديث|قول|مزاعم|رواية|شكوى|هتافات|رسالة)\w{{0,3}}|[إأا]\w\w[{MARKS}]?ا\w(?:ه|ها|هم|ات)?|ا\w?ت\w?\wا\w(?:ه|ها|هم|ات)?|ت\w\wي\w(?:ه|ها|هم|ات)?"
)
_PREPOSITION = re.compile(r"(?:^|\s)و?(?:في|من|عن|على|إلى|الى|بعد|قبل|مع|خلال|عقب|إثر|منذ|رغم|حول|بشأن|ضد|أي)\s+$")
_ASIDE = re.compile(r"(?:^|[\s(–—-])و?(?:عقب|بعد|خلال|قبل|أثناء|إثر|لدى|منذ|حول|بشأن|في|ضمن|على\s+هامش)\s+$")
_CARRIED = re.compile(r"(?:^|\s)(?:بيان|تصريح|تقرير|حديث|مقابلة|رسالة|تغريدة|خبر|كلمة|بيانا|تصريحات|تقريرا)(?:\s+\w+){0,2}\s+$")
_SOME = re.compile(r"\s(?:الذي|التي|الذين|اللذين)\s")
# A verb of saying with no subject of its own: what may stand before it in its sentence, and what between it and what is said
_BEGINS = re.compile(r"[\s\"»”.،,–-]*(?:كما\s+|ثم\s+|قد\s+|وكما\s+|وقد\s+|[وف])?")
_JOINS = re.compile(r"(?:^|[\s،,])(?:[وف]|و?كما\s+|ثم\s+)$")
_CLAUSE_JOINT = re.compile(r"[،,]?\s+[وف]$")
_CLAUSE = re.compile(
    r"[،,؛]\s*[وف](?P<verb>(?:بث|نشر|عرض|[أا]ذاع|وزع|[أا]صدر|[أا]ورد|عقد|حضر|زار|وصل|تر[أا]س|استقبل)ت?|[أا]لقى|[أا]لقت|التقى|التقت)\s+"
)
_FAR_BACK = 300  # characters that a clause may be long
_SPOKEN = r"(?:بيان|تصريح|تصريحات|حديث|مقابلة|كلمة|تغريدة|مؤتمر|رسالة|منشور|تقرير|خطاب)"
_DAY = r"(?:السبت|الأحد|الاحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة)"
_ASIDES = rf"(?:\s*،?\s*(?:أيضا[{MARKS}]?|كذلك|{_DAY}|في\s+{_SPOKEN}(?:\s+(?:له|لها|لهم|صحفي|صحافي|صحفية|صحافية|آخر|أخرى)(?!\w))*)(?!\w))*"
_SAID_AT_ONCE = re.compile(
    rf"{_ASIDES}\s*،?(?:(?:\s*(?:إلى|الى|على)\s+|\s*)(?:[بل]?[إأا]ن[{MARKS}]?(?:ه|ها|هم|هن|هما|نا|ني|ي)?{_NO_LETTER_BEHIND}|[«“\"])|\s*:)"
)
_ADDRESSED = re.compile(r"\s+(?:ل(?=\w)|ل(?=[\"«“])|أمام\s+)")
_TO_THEM = re.compile(r"\s+(?:إلي|الي|مع)(?:ه|ها|هم|هما)(?!\w)")
_TO_AN_EVENT = re.compile(r"\s+(?:(?:إلى|الى|عن|على)\s+|ب)?")
_PLACE_OF_NEWS = re.compile(r"(?:^|\s)(?:ال)?(?:وارد|واردة|قادم|قادمة)\s+من\s+$")
_BY_WHOM = re.compile(r"(?<!\w)(?:نقلت?|بثت?)(?:ه|ها)\s+$")
_QUOTES = {"«": "»", "“": "”", '"': '"', "„": "“"}
_OPENING = re.compile(f"[{''.join(_QUOTES)}]")
_QUOTE_ENDED = re.compile(r"[\"»”]\s*[،,.]?\s*(?:و?كما\s+|هكذا\s+|بهذه\s+الكلمات\s+)?$")
_LONG = 1500  # characters of a quotation that may go on over several sentences


def before(text: str, at: int, width: int = 30) -> str:
    """The characters up to a place."""
    return text[max(0, at - width) : at]


def openers(text: str, start: int, end: int) -> list[int]:
    """Where clauses open that nobody's saying reaches into."""
    return [one.start() for one in _OPENER.finditer(text, start, end)]


def is_put_between(text: str, at: int) -> bool:
    """Whether what could open a clause stands between commas, as ``، من جهتها،`` does."""
    return _ON_ITS_PART.match(text, at) is not None and before(text, at, 3).rstrip().endswith(("،", ","))


def goes_on_within(text: str, begin: int, end: int) -> int | None:
    """The end of the clause that a sign of a source, with the source, is put into: ``قُتل فيها، بحسب المرصد، 80 عنصرا``; None where it stands at its edge."""
    inner = _WITHIN.match(text, end)
    return inner.end() if inner is not None and before(text, begin, 3).rstrip().endswith(("،", ",")) else None


def that(text: str, start: int, end: int) -> int | None:
    """Where the clause of what is said begins (``إن …``), if the words say so."""
    for one in _THAT.finditer(text, start, end):
        ahead = before(text, one.start(), 14)
        if not ahead.endswith("و") and not _NOT_THAT.search(ahead):
            return one.start()
    return None


def attributions(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """The signs of a source, as start, end, and whether a verb of saying must follow."""
    for one in _ATTRIBUTION.finditer(text, start, end):
        yield one.start(), one.end(), bool(_ONLY_WITH_VERB.search(one[0]))


def leads_to(text: str, start: int, end: int) -> bool:
    """Whether between the sign of a source and a name stands nothing but what kind of source it is."""
    return end - start < 60 and _SOURCE_NOUNS.fullmatch(text, start, end) is not None


def unmarked_source(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a source stands that no mention covers, right behind its sign: ``بحسب مصادر طبية``."""
    found = _UNMARKED.match(text, start, end)
    return None if found is None else found.span("source")


def is_noun(text: str, start: int, end: int) -> bool:
    """Whether a word of saying is a noun, which gives what is said only with ``أن`` behind it."""
    word = text[start:end]
    if PARTICIPLE.fullmatch(word):
        return False
    if _NOUN.fullmatch(word) or _PREPOSITION.search(before(text, start, 10)):
        return True
    attached = re.search(r"(?:^|\s)و?[بلك]$", before(text, start, 4))
    return attached is not None and word[:1] not in ("ي", "ت")


def is_participle(text: str, start: int, end: int) -> bool:
    """Whether a word goes on about the subject of the sentence behind a comma (``مشيرا``)."""
    return PARTICIPLE.fullmatch(text, start, end) is not None and before(text, start, 4).rstrip().endswith(("،", ","))


def is_added(text: str, start: int) -> bool:
    """Whether a word is joined to what stands before it by ``و`` or ``ف``."""
    return re.search(r"(?:^|[\s،,])[وف]$", before(text, start, 3)) is not None


def behind_comma(text: str, start: int) -> bool:
    """Whether a comma stands before a word, with or without ``و`` between."""
    return re.search(r"[،,؛]\s*[وف]?$", before(text, start, 6)) is not None


def is_aside(text: str, start: int, at: int) -> bool:
    """Whether a word, at a place behind a trigger of saying, is part of when or where or by whom it was said."""
    return _ASIDE.search(before(text, at, 16)) is not None or _SOME.search(text, start, at) is not None


def begins(text: str, start: int, at: int) -> bool:
    """Whether a verb is the first word of its sentence, but for ``و`` and ``كما``."""
    return _BEGINS.fullmatch(text, start, at) is not None


def joins(text: str, at: int) -> bool:
    """Whether a verb goes on from what stands before it in the sentence (``وأضاف``, ``كما أضاف``)."""
    return _JOINS.search(before(text, at, 8)) is not None


def clause_before(text: str, start: int, at: int) -> re.Match[str] | None:
    """The beginning of the clause before a verb that is joined to it (``، وبث … ، وقال``), up to behind its own verb.

    None if it does not begin with a verb of those that tell how somebody came to speak: to publish, to appear, to come. Other verbs, and what looks like one
    (``وفق``), leave open whose clause it is.
    """
    joint = _CLAUSE_JOINT.search(before(text, at, 4)) if at - start >= 4 else None
    found = None if joint is None else list(_CLAUSE.finditer(text, max(start, at - _FAR_BACK), at - len(joint[0])))
    return found[-1] if found else None


def without_subject(text: str, start: int, end: int, event: int | None) -> bool:
    """Whether behind a verb of saying, where its subject would stand, there is what is said: ``أن``, a colon, a quotation, or an event.

    Args:
        text: Of the document.
        start: The end of the verb.
        end: Of what may belong to it.
        event: Where the next trigger begins, if there is one. With the article, or with ``أن`` to follow, it is a subject: ``كشف تحقيق أن``.
    """
    if _SAID_AT_ONCE.match(text, start, end):
        return True
    if event is None or event > end or not (joint := _TO_AN_EVENT.fullmatch(text, start, event)):
        return False
    return bool(joint[0].strip()) or (not text.startswith("ال", event) and that(text, event, end) is None)


def addressed(text: str, at: int) -> int | None:
    """Where whom somebody spoke to may begin, behind a verb of saying (``قال لوكالة``)."""
    found = _ADDRESSED.match(text, at)
    return found and found.end()


def speaks_to_them(text: str, end: int) -> bool:
    """Whether a verb is of who spoke to somebody named before (``ضابط تحدثت إليه وكالة …``), and says nothing itself."""
    return _TO_THEM.match(text, end) is not None


def says_nothing(text: str, start: int, end: int) -> bool:
    """Whether a word of saying is only of who passed on what another said, or of whom another spoke to."""
    return carries(text, start, end) or speaks_to_them(text, end)


def news_from(text: str, at: int) -> bool:
    """Whether a place is only where news came from (``التقارير الواردة من``)."""
    return _PLACE_OF_NEWS.search(before(text, at, 16)) is not None


def passed_on_by(text: str, at: int) -> bool:
    """Whether a name is of who only passed on what another said (``في بيان نقلته وكالة …``)."""
    verb = _BY_WHOM.search(before(text, at, 16))
    return verb is not None and _CARRIED.search(before(text, at - len(verb[0]), 40)) is not None


def attributed(text: str, at: int) -> bool:
    """Whether a name stands behind the sign of a source (``وفقا لرويترز قالت الحكومة …``)."""
    return any(not verb and leads_to(text, end, at) for _, end, verb in attributions(text, max(at - 80, 0), at))


def relative(text: str, start: int, end: int) -> bool:
    """Whether a word says something of the noun before it (``الهجوم الذي نسبه``)."""
    return behind_which(text, start) and ITS_OBJECT.search(text[start:end]) is not None


def behind_which(text: str, start: int) -> bool:
    """Whether a word stands in a relative clause (``الذي قال``)."""
    return _WHICH.search(before(text, start, 10)) is not None


def carries(text: str, start: int, end: int) -> bool:
    """Whether a word only says who passed on what another said (``في بيان نشرته وكالة``)."""
    return ITS_OBJECT.search(text[start:end]) is not None and _CARRIED.search(before(text, start, 40)) is not None


def takes_up(text: str, start: int) -> bool:
    """Whether a word says something of the clause before it (``وهو ما نفاه``)."""
    return _AND_THAT_IS_WHAT.search(before(text, start, 24)) is not None


def quotation_before(text: str, start: int, at: int) -> int | None:
    """Where the quotation began that ended right before a place; None if there is none."""
    ended = _QUOTE_ENDED.search(text, max(start, at - 24), at)
    if not ended:
        return None
    close = text[ended.start()]
    opening = {"»": "«", "”": "“", '"': '"'}[close]
    found = text.rfind(opening, start, ended.start())
    return found if found >= 0 else None


def quotation_beyond(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A quotation that opens in a sentence and goes on beyond it: where it begins and ends; None if there is none."""
    at = start
    while (opening := _OPENING.search(text, at, end)) is not None:
        close = text.find(_QUOTES[opening[0]], opening.end(), opening.start() + _LONG)
        if opening[0] == '"' and close > 0 and text[close - 1].isspace():
            close = text.find("\n", opening.end(), close)  # this one opens; the one before was never closed, and ends with its paragraph
        if close < 0 or close >= end:
            return None if close < 0 else (opening.start(), close)
        at = close + 1
    return None


def quoted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The quotations of a stretch of text."""
    out: list[tuple[int, int]] = []
    at = start
    while (opening := _OPENING.search(text, at, end)) is not None:
        close = text.find(_QUOTES[opening[0]], opening.end(), end)
        if close < 0:
            break
        out.append((opening.start(), close))
        at = close + 1
    return out


def inside(spans: list[tuple[int, int]], at: int) -> bool:
    """Whether a place lies in one of the spans, which are in order."""
    index = bisect_left(spans, (at + 1,)) - 1
    return index >= 0 and at < spans[index][1]
