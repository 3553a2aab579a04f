"""The words of dates: months as they are called from Rabat to Muscat, weekdays, times of day, what is past and to come, units, feasts.

A text becomes a list of tokens, each with a kind and a value; a word that no table knows makes the list end in "unknown", and the date is then not read:
a wrong date is worse than none. The tables are in the usual spelling and are folded when first used.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from .numerals import exactly, fold, joins_number, read_number, tokens_of

# fmt: off
# The months, January first: Egypt and the Gulf | the Levant and Iraq | Algeria and Tunisia | Morocco and Mauritania
_MONTHS = (
    "يناير|كانون الثاني|كانون ثاني|كانون ثان|جانفي", "فبراير|شباط|فيفري", "مارس|آذار|مارث", "أبريل|إبريل|نيسان|أفريل|أفريال", "مايو|أيار|ماي",
    "يونيو|يونيه|حزيران|جوان", "يوليو|يوليه|تموز|جويلية|جويلة|يوليوز", "أغسطس|آب|أوت|غشت|أغشت", "سبتمبر|أيلول|شتنبر|شتمبر",
    "أكتوبر|تشرين الأول|تشرين أول", "نوفمبر|تشرين الثاني|تشرين ثاني|تشرين ثان|نونبر", "ديسمبر|كانون الأول|كانون أول|دجنبر|دجمبر",
)
_HIJRI = (
    "محرم|المحرم", "صفر", "ربيع الأول|ربيع أول", "ربيع الثاني|ربيع الآخر|ربيع ثاني", "جمادى الأولى|جمادى الأول|جمادي الأولى", "جمادى الآخرة|جمادى الثانية|جمادى الآخر|جمادى الثاني",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة|ذي القعدة|ذو قعدة", "ذو الحجة|ذي الحجة|ذو حجة",
)
_WEEKDAYS = ("الاثنين|الأثنين|اثنين", "الثلاثاء|الثلثاء|الثالاء|ثلاثاء", "الأربعاء|أربعاء", "الخميس|خميس", "الجمعة|جمعة|الجمهة", "السبت|سبت", "الأحد")  # Monday first
_ORDINALS = "أول|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر"
_HOURS = "الواحدة الأولى|الثانية الثاثلة|الثالثة|الرابعة|الخامسة|السادسة|السابعة|الثامنة|التاسعة|العاشرة|الحادية عشرة|الثانية عشرة"
_DECADES = {"عشرين": 20, "ثلاثين": 30, "أربعين": 40, "خمسين": 50, "ستين": 60, "سبعين": 70, "ثمانين": 80, "تسعين": 90}
_RELATIVE = {
    -1: "ماضي مضي ماض منصرم فائت فايت فارط أخير منقضي سالف", 0: "جاري حالي راهن جار", 1: "مقبل قادم آتي",
}
_PARTS = {
    "dawn": "فجر|الفجر|فجرا|سحر|ساعات الفجر الأولى", "morning": "صباح|الصباح|صباحا|صبيحة|ضحى|نهار أول", "forenoon": "قبل الظهر|قبل ظهر",
    "noon": "ظهر|الظهر|ظهرا|ظهيرة|الظهيرة", "afternoon": "بعد الظهر|بعد ظهر|فترة بعد الظهر|زوالا|بعد الزوال|زوال", "asr": "عصر|العصر|عصرا",
    "evening": "مساء|المساء|عشية|أمسية|مغرب|عشاء", "night": "ليل|ليلة|ليلا|الليل|ليلي", "early": "الساعات الأولى|بعد منتصف الليل|بعد منتصف ليل|ساعات الصباح الأولى",
    "midnight": "منتصف الليل|منتصف ليل|منتصف ليلة|منتصف الليلة", "daytime": "نهار|النهار|ساعات النهار",
}
_DAYS = {
    0: "اليوم|هذا اليوم|الآن|حاليا|حالي|هذه اللحظة|اللحظة|يومنا هذا|هذه الأيام", -1: "أمس|الأمس|البارحة|بالأمس",
    -2: "أول أمس|أول من أمس|أمس الأول|أول البارحة|أول من البارحة|قبل أمس", 1: "غد|الغد|غدا", 2: "بعد غد|بعد الغد|بعد غدا",
}
_UNITS = {  # one | two | several
    "minute": "دقيقة|دقيقتين دقيقتان|دقائق", "hour": "ساعة ساعه سا|ساعتين ساعتان|ساعات", "day": "يوم يوما|يومين يومان ليلتين|أيام أياما ليال ليالي",
    "week": "أسبوع أسبوعا|أسبوعين أسبوعان|أسابيع", "month": "شهر شهرا|شهرين شهران|أشهر شهور أشهرا",
    "year": "عام عاما سنة حول|عامين عامان سنتين سنتان|أعوام سنوات سنين أعواما", "decade": "عقد عقدا|عقدين عقدان|عقود", "century": "قرن قرنا|قرنين قرنان|قرون",
}
_EDGES = {
    "first": "مطلع بداية أوائل بدء مستهل طلائع", "middle": "منتصف أواسط وسط", "last": "نهاية أواخر ختام آواخر",
}
_SEASONS = {"ربيع": 3, "صيف": 6, "خريف": 9, "شتاء": 12}
# By the sun: month, day, how many days. By the moon: Hijri month, day, how many days
_FEASTS = {
    "عيد الميلاد|يوم عيد الميلاد|أعياد الميلاد": ("sun", 12, 25, 1), "رأس السنة|عيد رأس السنة|رأس السنة الميلادية": ("sun", 1, 1, 1),
    "عيد العمال|يوم العمال|عيد العمال العالمي": ("sun", 5, 1, 1), "يوم الأرض": ("sun", 3, 30, 1), "عيد النوروز|النوروز|نوروز": ("sun", 3, 21, 1),
    "يوم النكبة|ذكرى النكبة": ("sun", 5, 15, 1), "يوم المرأة|يوم المرأة العالمي": ("sun", 3, 8, 1), "عيد الحب": ("sun", 2, 14, 1),
    "عيد الفطر|عطلة عيد الفطر|أيام عيد الفطر|يوم عيد الفطر": ("moon", 10, 1, 3), "عيد الأضحى|عطلة عيد الأضحى|أيام عيد الأضحى|يوم عيد الأضحى": ("moon", 12, 10, 4),
    "عاشوراء|يوم عاشوراء": ("moon", 1, 10, 1), "المولد النبوي|المولد النبوي الشريف": ("moon", 3, 12, 1),
    "رأس السنة الهجرية": ("moon", 1, 1, 1), "يوم عرفة|يوم عرفات": ("moon", 12, 9, 1),
}
PREPOSITIONS = {"ago": "قبل قبيل", "since": "منذ مذ", "during": "خلال طوال طيلة", "after": "بعد"}
ABOUT = "نحو|حوالي|قرابة|زهاء|ما يقارب|ما يقرب من|أكثر من|أقل من|أزيد من|ما يزيد على|ما يزيد عن|تقريبا|ما لا يقل عن|ما يناهز"
_SILENT = (
    "من|في|ب|ل|على|عند|عن|ما|بين|يومي|شهري|عامي|سنتي|ليلتي|تاريخ|تمام|وقت|متأخر|متأخرة|مبكر|مبكرة|وقت سابق|وقت لاحق|ساعة متأخرة|ساعة مبكرة|الفترة من|الفترة ما بين|الفترة بين|فترة من|م|ميلادي|"
    "ميلادية|المبارك|الكريم|الفضيل|المعظم|قليلة|القليلة|طويلة|عديدة|معدودة|وجيزة|كاملة|جديدة|متتالية|من الزمن|من الزمان|زمن|التي|ال|بالتوقيت المحلي|حدود|فقط"
)
_CLOCK = re.compile(
    r"(?P<iso>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]))|(?P<dmy>[0-9]{1,2}\s*([/.-])\s*[0-9]{1,2}\s*\3\s*[0-9]{4}(?![0-9]))"
    r"|(?P<dm>[0-9]{1,2}/[0-9]{1,2}(?![0-9/]))|(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9]))|(?P<rest>[^\W\d_]+|[0-9]+(?:[.,،٫][0-9]+)?|[-–—])"
)
# fmt: on
_RUN_TOGETHER = re.compile(r"(?<=\w)(?=(?:الماضي|المقبل|الجاري|الحالي|القادم)ه?(?!\w))")
_BESIDE_DIGITS = re.compile(r"(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_])")
_LONGEST = 4


class Token(NamedTuple):
    """A word of a date: its kind, its value, and whether the article is before it."""

    kind: str
    value: Any = None
    definite: bool = False


@cache
def _phrases() -> dict[str, Token]:
    table: dict[str, Token] = {}

    def put(words: str, kind: str, value: Any, definite: bool = False) -> None:
        for word in words.split("|"):
            table.setdefault(fold(word), Token(kind, value, definite))

    for feast, place in _FEASTS.items():
        put(feast, "feast", place)
    for number, words in enumerate(_HIJRI, 1):
        put(words, "hijri", number)
    for number, words in enumerate(_MONTHS, 1):
        put(words, "month", number)
    for number, words in enumerate(_WEEKDAYS, 1):
        put(words, "weekday", number)
    for step, words in _DAYS.items():
        put(words, "day", step)
    put("الليلة", "tonight", None)
    for name, words in _PARTS.items():
        put(words, "part", name)
    for step, words in _RELATIVE.items():
        for stem in words.split():
            put("|".join(f"ال{stem}{ending}" for ending in ("", "ة", "ين", "تين", "ان", "تان")), "relative", step)
            put(f"ال{stem.removesuffix('ي')}ى", "relative", step)
    put("هذا|هذه", "relative", 0)
    put("التي مضت|آخر", "relative", -1)
    for unit, forms in _UNITS.items():
        for words, many in zip(forms.split("|"), ("one", "two", "several"), strict=True):
            for word in words.split():
                put(word, "unit", (unit, many))
                put(f"ال{word}", "unit", (unit, many), True)
    for name, words in _EDGES.items():
        put(words.replace(" ", "|"), "edge", name)
    put("متم", "edge", "day")
    put("عطلة نهاية الأسبوع|نهاية الأسبوع|عطلة الأسبوع|عطلة نهاية أسبوع", "weekend", None)
    put("عطلة نهاية|نهاية هذا الأسبوع", "weekend", 0)
    for name, month in _SEASONS.items():
        put(f"{name}|ال{name}", "season", month)
    for name, years in _DECADES.items():
        put(f"{name}يات|{name}ات|ال{name}يات|ال{name}ات|{name[:-2]}ينات|ال{name[:-2]}ينات", "decade", years)
    put("الربع", "stretch", 3)
    put("النصف", "stretch", 6)
    put("نصف", "half", None)
    put("ربعا", "number", exactly(Fraction(1, 4)))
    put("ثلثا", "number", exactly(Fraction(1, 3)))
    put("أول|فاتح|غرة", "ordinal", 1)
    for number, word in enumerate(_ORDINALS.split("|"), 1):
        put(f"ال{word}|{word}", "ordinal", number)
        if number > 1:
            for ten, endings in ((10, (" عشر",)), (20, (" والعشرين", " والعشرون"))):
                put("|".join(f"ال{word}{ending}" for ending in endings) if number < 10 else "-", "ordinal", number + ten)
    put("الحادي عشر", "ordinal", 11)
    put("الحادي والعشرين|الحادي والعشرون|الواحد والعشرين", "ordinal", 21)
    put("الحادي والثلاثين|الحادي والثلاثون|الواحد والثلاثين", "ordinal", 31)
    for number, words in enumerate(_HOURS.split("|"), 1):
        for word in words.split() if " " in words and "عشرة" not in words else [words]:
            put(word, "hour", number)
    put("الثانية عشر", "hour", 12)
    put("الحادية عشر", "hour", 11)
    for name, words in PREPOSITIONS.items():
        put(words.replace(" ", "|"), "preposition", name)
    put("في غضون", "preposition", "during")
    put(ABOUT, "about", None)
    put("إلى|حتى|إلى غاية", "to", None)
    put("إلا", "less", None)
    put("و", "and", None)
    put("موافق|الموافق|الموافق ل", "equals", None)
    put("ه|هجري|هجرية|للهجرة", "hijri era", None)
    put("ت غ|تغ|بتوقيت غرينتش|بتوقيت جرينتش", "zone", None)
    put("توقيت|بتوقيت", "zone of", None)
    put(_SILENT, "silent", None)
    return table


def lex(folded: str) -> list[Token]:
    """The tokens of a folded text that says a date. An unknown word is a token "unknown" and the last one."""
    text = _RUN_TOGETHER.sub(" ", folded)
    words: list[str] = []
    for found in _CLOCK.finditer(text):
        if found["rest"] is None or found["rest"][0].isdecimal():
            words.append(found[0])
        else:
            words += _BESIDE_DIGITS.sub(" ", found[0]).split()
    out: list[Token] = []
    at = 0
    while at < len(words):
        token, width = _next(words, at)
        if token.kind == "zone of":
            width += 1
            token = Token("zone")
        if token.kind != "silent":
            out.append(token)
        if token.kind == "unknown":
            return out
        at += width
    return out


def _next(words: list[str], at: int) -> tuple[Token, int]:
    word = words[at]
    if not word[0].isalpha():
        return _figures(words, at)
    table = _phrases()
    for prefix in ("", "و", "ال", "لل", "ل", "ب", "ك", "ف"):
        if not word.startswith(prefix) or len(word) == len(prefix):
            continue
        rest = ("ال" if prefix == "لل" else "") + word[len(prefix) :]
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            if (token := table.get(" ".join([rest, *words[at + 1 : at + length]]))) is not None:
                if prefix == "و":
                    words[at] = rest
                    return Token("and"), 0
                return token, length
    if joins_number(word):
        words[at] = word[1:]
        return Token("and"), 0
    spoken = tokens_of(" ".join(words[at : at + 6]))
    number = read_number(spoken)
    if number is not None and spoken[: number[1]] == words[at : at + number[1]]:
        return Token("number", number[0]), number[1]
    return Token("unknown", word), 1


def _figures(words: list[str], at: int) -> tuple[Token, int]:
    word = words[at]
    if not word[0].isdecimal():
        return Token("dash"), 1
    figures = re.findall("[0-9]+", word)
    if max(map(len, figures)) > 4 and len(figures) > 1:
        return Token("unknown", word), 1
    if len(figures) == 1:
        number = read_number(words[at : at + 2])
        return (Token("unknown", word), 1) if number is None else (Token("number", number[0]), number[1])
    numbers = [int(one) for one in figures]
    if re.search("[.,،٫]", word) and len(numbers) == 2:
        return Token("decimal", numbers), 1
    if ":" in word:
        return Token("time", numbers[0] * 60 + numbers[1]), 1
    if len(numbers) == 2:
        return Token("date", (None, numbers[1], numbers[0])), 1
    return Token("date", tuple(numbers if len(figures[0]) == 4 else reversed(numbers))), 1
