import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadath.models.sentences import split_sentences

# Written with | where one sentence ends and the next begins; white space there is the text's own.
CASES = {
    "empty": "",
    "one": "وصل الوفد إلى العاصمة.",
    "no stop": "وصل الوفد إلى العاصمة",
    "full stop": "وصل الوفد. |وغادر الوزير.",
    "question": "هل وصل الوفد؟ |لم يصل أحد.",
    "western question mark": "هل وصل الوفد? |لم يصل أحد.",
    "exclamation": "يا للهول! |سقط الجسر.",
    "marks together": "هل سقط الجسر؟! |نعم سقط.",
    "spaced marks": "هل سقط الجسر ؟ ! |نعم سقط.",
    "spaced stop": "سقط الجسر . |وصل المنقذون .",
    "urdu stop": "سقط الجسر۔ |وصل المنقذون۔",
    "semicolon": "سقط الجسر؛ وصل المنقذون",
    "colon": "قال الوزير: سقط الجسر",
    "comma behind a stop": "قال في ص.، ثم سكت. ، وعاد",
    "newline": "سقط الجسر\n|وصل المنقذون",
    "dos newline": "سقط الجسر.\r\n|وصل المنقذون",
    "old mac newline": "سقط الجسر\r|وصل المنقذون",
    "line separator": "سقط الجسر\u2028|وصل المنقذون",
    "paragraph separator": "سقط الجسر\u2029|وصل المنقذون",
    "next line": "سقط الجسر\x85|وصل المنقذون",
    "blank lines": "\n\n سقط الجسر \n \n|وصل المنقذون \n",
    "newline in a quotation": 'قال "سقط الجسر\n|ثم وصل المنقذون" وسكت',
    "newline after an abbreviation": "قال د.\n|أحمد وصل",
    "decimal": "ارتفع السعر 3.5 في المئة. |وهبط غيره.",
    "arabic decimal": "ارتفع السعر ٣٫٥ في المئة. |وهبط غيره.",
    "decimal at the end": "بلغ السعر 3.5. |وهبط غيره.",
    "year at the end": "بدأ ذلك عام 2018. |وانتهى بعده.",
    "list": "1. وصول الوفد\n|2. مغادرة الوزير",
    "list in one line": "1. وصول الوفد. |2. مغادرة الوزير.",
    "arabic list": "١. وصول الوفد\n|٢. مغادرة الوزير",
    "nested list": "1.2. وصول الوفد",
    "bracketed number": "(1). وصول الوفد",
    "lettered list": "أ. وصول الوفد\n|ب. مغادرة الوزير",
    "title": "قال د. أحمد إن الجسر سقط. |ثم سكت.",
    "title with و": "قال د. أحمد ود. سامي إن الجسر سقط.",
    "title with tashkeel": "قال دَ. أحمد إن الجسر سقط.",
    "two titles": "قال أ. د. سامي إن الجسر سقط.",
    "dotted titles": "قال أ.د. سامي إن الجسر سقط.",
    "engineer": "وافتتح م. خالد الجسر.",
    "page": "انظر ص. 15 من الكتاب.",
    "agency": "ذكرت وكالة أ. ف. ب. أن الجسر سقط.",
    "agency in brackets": "سقط الجسر (د.ب.أ) ثم وصل المنقذون.",
    "agency in brackets at the end": "سقط الجسر (د.ب.أ). |وصل المنقذون.",
    "agency in brackets with a last dot": "سقط الجسر (أ.ف.ب.) ثم وصل المنقذون.",
    "spaced agency in brackets": "سقط الجسر (أ. ف. ب) ثم وصل المنقذون.",
    "spelled agency": "ذكرت (يو. بي. آي) أن الجسر سقط.",
    "spelled broadcaster": "ذكرت بي. بي. سي. أن الجسر سقط.",
    "country": "زار ج.م.ع. ثم غادر.",
    "english country": "The U.S. army left.",
    "english title": "التقى Mr. Smith في القاهرة. |ثم غادر.",
    "english initials": "التقى George W. Bush في القاهرة.",
    "english number": "See No. 5 of the list.",
    "english no": "He said no. |They left.",
    "english lower case": "They met approx. ten people. |They left.",
    "metres": "على بعد 500 م. |ثم توقفت القافلة.",
    "hijri year": "في عام 1440 هـ. |ثم توقف البناء.",
    "short word at the end": "قال إنه لا علم له. |ثم سكت.",
    "my": "هذا مهم بالنسبة لي. |لقد فزنا.",
    "address": "نشر على www.example.com وعلى http://example.com/a.b?c=d ثم حذف.",
    "address at the end": "نشر على example.com. |ثم حذف.",
    "arabic address": "نشر على http://موقع.تجربة/صفحة ثم حذف.",
    "mail": "راسلنا على desk.news@example.com اليوم.",
    "two dots": "الجسر المنهار.. من المسؤول؟",
    "ellipsis ends": "سقط الجسر... |الجميع في صدمة.",
    "one-character ellipsis ends": "سقط الجسر… |الجميع في صدمة.",
    "ellipsis before و": "سقط الجسر... وسقط معه كثيرون.",
    "ellipsis before but": "سقط الجسر… لكن أحدا لم يصب.",
    "ellipsis before lower case": "The bridge... well, it fell.",
    "ellipsis at the end of a quotation": 'قال "كان الجسر قديما وكنا نعرف ذلك كلنا..." |وأضاف أنه سقط.',
    "shortened quotation": 'قال "الجسر (...) قديم" وسكت.',
    "brackets of dots": "الجسر (...) الذي سقط قديم.",
    "glued": "سقط الجسر قرب القوات.|وقال الوزير ذلك.",
    "glued twice": "سقط الجسر.|وصل المنقذون.|وغادروا.",
    "glued question": "هل سقط الجسر؟|نعم سقط.",
    "glued with tashkeel": "سقط الجِسْرُ.|وَقَالَ ذلك.",
    "glued short": "قال د.أحمد وم.سامي ذلك.",
    "glued two letters": "ليس له.وقال",
    "straight quotes": 'قال: "سقط الجسر ولن نعيد بناءه قبل العام المقبل." |وأضاف أنه حزين.',
    "stop behind the quotes": 'قال: "سقط الجسر". |وأضاف أنه حزين.',
    "guillemets": "قال: «سقط الجسر ولن نعيد بناءه قبل العام المقبل.» |وأضاف أنه حزين.",
    "curly quotes": "قال: “سقط الجسر ولن نعيد بناءه قبل العام المقبل.” |وأضاف أنه حزين.",
    "bracket": "(سقط الجسر ولن نعيد بناءه قبل العام المقبل.) |وأضاف أنه حزين.",
    "late guillemet": "قال: « سقط الجسر ولن نعيد بناءه قبل العام المقبل. » |وأضاف أنه حزين.",
    "late straight quote": 'قال: " سقط الجسر ولن نعيد بناءه قبل العام المقبل. " |وأضاف أنه حزين.',
    "stops inside": 'وقوله "لن نقبل. لن نرضى" كان واضحا.',
    "stops inside guillemets": "وقوله «لن نقبل! لن نرضى» كان واضحا.",
    "stop inside brackets": "زار الجسر (بني قديما. وجدد لاحقا) ثم غادر.",
    "quotation ends the sentence": 'وقال "لن نقبل. |لن نرضى".',
    "long quotation": 'وقال "لن نقبل. |' + "لن نرضى بذلك " * 20 + '" ثم سكت.',
    "question inside": "سأل «متى؟» ثم غادر القاعة.",
    "exclamation in brackets": "الجسر الجديد (!) سقط.",
    "forgotten quote": 'قال إن "القوات سيطرت على الجسر. |وأضاف أن "الحالة هادئة" هناك.',
    "unseen mark behind": "سقط الجسر.\u200f |وصل المنقذون.\u200f",
    "unseen mark before": "سقط الجسر\u200f. |وصل المنقذون.",
    "unseen mark in between": 'قال "كان الجسر قديما وكنا نعرف ذلك كلنا.\u200f"\u200e |وأضاف أنه حزين.',
    "unseen mark at the title": "قال د\u200f.\u200f أحمد ذلك.",
    "tashkeel behind": "سقط الجسر.\u064b |وصل المنقذون.",
    "tatweel": "سقط الجسر.ـ |وصل المنقذون.",
    "no-break space": "سقط الجسر.\u00a0|وصل المنقذون.",
    "only marks": "... !",
    "marks behind a sentence": "سقط الجسر. *** 😀",
    "emoji": "😀 سقط الجسر. |وصل المنقذون.",
    "lone surrogate": "\ud800 سقط الجسر. |وصل.",
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_sentences(case: str) -> None:
    text = case.replace("|", "")
    assert [text[start:end] for start, end in split_sentences(text)] == [part.strip() for part in case.split("|") if part.strip()]


@settings(deadline=None)
@given(
    st.one_of(
        st.text(),
        st.text(st.sampled_from("ابود .!؟…۔\"'«»“”’()[]\n\r\u2028\x85\t\u00a0\u200f\u064eـ1٣،؛:/aB😀")),
        st.lists(st.sampled_from(["قال ", "وصل", ". ", '."', " «", "» ", "(", ")", "د. ", "...", "..", "\n", '"', "؟ ", "بي. "])).map("".join),
    )
)
def test_sentences_cover_the_text(text: str) -> None:
    spans = split_sentences(text)
    covered = set()
    end_before = 0
    for start, end in spans:
        assert end_before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        covered.update(range(start, end))
        end_before = end
    assert all(index in covered for index, char in enumerate(text) if not char.isspace())


@settings(deadline=None)
@given(st.text(st.sampled_from('ابو د.!؟"«»()\u200f'), max_size=40), st.text(st.sampled_from('ابو د.!؟"«»()\u200f'), max_size=40))
def test_lines_are_split_apart_from_each_other(one: str, other: str) -> None:
    behind = len(one) + 1
    assert split_sentences(one + "\n" + other) == split_sentences(one) + [(start + behind, end + behind) for start, end in split_sentences(other)]


@pytest.mark.parametrize("piece", ["ب", "كلمة ", ".", " ", ". ", "\u200f", '"', "(", "\n", 'ب."', "كلمة.كلمة", "كلمة. "])
def test_long_lines_take_little_time(piece: str) -> None:
    text = piece * ((1_000_000 if len(piece) == 1 else 300_000) // len(piece))
    began = time.process_time()
    split_sentences(text)
    assert time.process_time() - began < 20  # a second, or three on a busy machine; hours where it is quadratic


@pytest.mark.parametrize("piece", ["د. ", '"د. ', "ب. » ", "كلمة.. ", "* . ", "ب. ،", '"قال. لا" ثم ', "بي. "])
def test_time_grows_with_the_length(piece: str) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        split_sentences("كلمة " + piece * count)
        return time.process_time() - began

    short = min(seconds(5_000) for _ in range(2))
    assert seconds(20_000) < 4 * 3 * short + 0.1
