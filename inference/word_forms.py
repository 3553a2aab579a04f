"""What the letters of an Arabic verb or name show: of whom it is said, and to what. No grammar is parsed; where the letters do not tell, nothing is said."""

from __future__ import annotations

import re
from functools import lru_cache

MARKS = "\u064b-\u0652\u0670\u0640"  # tashkeel and tatweel, which may stand anywhere
PARTICIPLE = re.compile(rf"م\w{{2,}}(?:ا[{MARKS}]?|[{MARKS}]?ا|ة[{MARKS}]?|ين|تين)|قائل(?:ا[{MARKS}]?|[{MARKS}]?ا|ة[{MARKS}]?|ين)")
ITS_OBJECT = re.compile(r"(?:ه|ها|هم)$")
# Verbs that have no subject, or an accused one (اتهم بأنه), and those of the first person; verbs that pass on what somebody else said
_NOBODYS = re.compile(
    "يشار|يذكر|يقال|يعتقد|يزعم|يرجح|ينقل|يلاحظ|يفهم|يتوقع|يظن|ينظر|قيل|[أا]فيد|علم|تردد|تبين|اتضح|ورد|جاء|اتهمت?|[أا]دينت?"
    "|[أا]قول|نقول|[أن]ؤكد|[أن]عتقد|[أن]رى|أظن|[أن]دعو|[أن]تمنى"
)
_PASSED_ON = re.compile("[يت]?نقلت?|نسبت?|نشرت?|بثت?|[أا]وردت?")
# Masculine for all their ت, at the end or the beginning, and for all their ه
_MASCULINE = re.compile("لفت|[أا]ثبت|نعت|صوت|بت|ثبت|تابع|تعهد|توقع|توعد|تحدث|تساءل|تبنى|تمنى|تمسك|تطرق|تحدى|نبه|نوه|وجه|دعا")
_THINGS = re.compile(r"(?:ا?ل)?(?:مصادر|تقارير|وسائل)")  # plurals of things, which are feminine
_SEVERAL = re.compile(r"(?:ال)?(?:\w{2,}(?:ون|ين|ان|اء)|شهود|أهالي|سكان)(?!\w)")
# A verb in the past with a feminine subject; what may be an object right behind it; and what begins as one might, but says where, when or how
_HER_PAST = re.compile(r"(?!ال|[وفم])\w{3,}ت")
_OBJECT = re.compile(r"(?![وبلكف])[^\W\d_]{3,}")
_NO_OBJECT = re.compile(
    r"من|في|على|[إا]لى|عن|مع|خلال|بعد|قبل|جراء|[إا]ثر|عند|لدى|منذ|حتى|حول|قرب|[أا]مس|اليوم|مساء|صباح|فجر|يوم|ليل|ليلا|صباحا|فجرا|عقب|نتيجة|[أا]ثناء|حيث|[أا]يضا|تماما|كليا|جزئيا|هناك|هنا"
    r"|ضمن|داخل|خارج|دون|ثم|[إا]ذ|عندما|حين|عبر|ضد|تحت|[أا]ول|آنفا|غير|قد|[إأا]ن\w{0,3}|الماضي|مرة|مرتين|شمال|شمالي|جنوب|جنوبي|شرق|شرقي|غرب|غربي|ال[أا]حد|ال[إا]ثنين|الثلاثاء|ال[أا]ربعاء|الخميس|الجمعة|السبت"
)


def _plain(word: str) -> str:
    return re.sub(f"[{MARKS}]", "", word)


@lru_cache(maxsize=4096)
def form(word: str) -> str | None:
    """What a verb or participle of saying shows of its subject: m, f, or p for a plural of people; None where it cannot have one or does not tell."""
    plain = _plain(word)
    if _NOBODYS.fullmatch(plain):
        return None
    if _MASCULINE.fullmatch(plain) or PARTICIPLE.fullmatch(word):
        return "f" if plain.endswith("ة") else "p" if plain.endswith("ين") else "m"
    if plain.endswith(("وا", "ون")):
        return "p"
    if ITS_OBJECT.search(plain) or plain.endswith("ا"):
        return None
    return "f" if plain.endswith("ت") or plain.startswith("ت") else "m"


def form_of_name(text: str) -> str | None:
    """The form of the verb that a name or common noun would have, as far as its first word shows."""
    head = text.split()[0] if text else ""
    if _THINGS.fullmatch(head):
        return "f"
    if several(text):
        return "p"
    return "f" if head.endswith(("ة", "ات")) else None if head.endswith(("ا", "ى", "اء")) else "m"


def several(text: str) -> bool:
    """Whether a common noun is of several people (``مسؤولون``), whose verb is singular only before them."""
    return _SEVERAL.match(text) is not None


def subject_is_before(word: str) -> bool:
    """Whether a verb shows by its plural that its subject, if it is named, is not behind it (``اتهموا``)."""
    return _plain(word).endswith("وا")


def goes_on_in_plural(word: str) -> bool:
    """Whether a word is such a verb with ``و`` or ``ف`` before it (``واستعادوا``), and not one whose root begins so (``وصلوا``, ``وافقوا``)."""
    plain = _plain(word)
    return plain.startswith(("و", "ف")) and subject_is_before(plain) and len(plain) >= (7 if plain[1:2] == "ا" else 6)


def has_object(verb: str, following: str) -> bool:
    """Whether a verb in the past, of a feminine subject, has its object right behind it, as far as letters show: ``دمرت مستودعات``, not ``دمرت في القصف``.

    What begins with a letter that may be a preposition, or may say when or how, is taken for no object.
    """
    verb, following = map(_plain, (verb, following))
    return _HER_PAST.fullmatch(verb) is not None and _OBJECT.fullmatch(following) is not None and _NO_OBJECT.fullmatch(following) is None


def passes_on(word: str) -> bool:
    """Whether a verb gives what somebody else said (``نقلت عن``)."""
    return _PASSED_ON.fullmatch(word) is not None
