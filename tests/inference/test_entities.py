"""Which mentions are joined, and what they are called: cases by hand, each an article with its mentions marked ``[LABEL=who:text]``."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hadath.inference.entities import join_mentions
from hadath.models.aliases import Aliases, shipped_aliases
from hadath.models.documents import Document, Mention
from hadath.models.errors import DataError, HadathError
from hadath.models.names import GROUP_NOUNS, PLACE_NOUNS, is_acronym, is_definite, may_shorten, shown, without_epithets, words_of
from hadath.models.scheme import load_scheme

SCHEME = load_scheme("news")
_MARK = re.compile(r"\[(\w+)=(\w+):([^\]]+)\]")


def marked(text: str) -> tuple[Document, list[str]]:
    """A document with its mentions, and who each is meant to be."""
    plain, at, mentions, who = "", 0, [], []
    for mark in _MARK.finditer(text):
        plain += text[at : mark.start()]
        mentions.append(Mention(len(plain), len(plain) + len(mark[3]), mark[3], mark[1], id=f"T{len(mentions) + 1}"))
        who.append(mark[2])
        plain += mark[3]
        at = mark.end()
    return Document("case", plain + text[at:], entities=tuple(mentions)), who


# fmt: off
CASES = {
    "the same words": ("[ORG=a:الجيش السوري] تقدم. وقال [ORG=a:الجيش السوري]", {"a": "الجيش السوري"}),
    "whose a common noun is": ("[NOM=a:مقاتلون] من [ORG=b:حزب الله] و[NOM=c:عناصر] فروا من [GPE=d:درعا]", {"a": "مقاتلون من حزب الله", "b": "حزب الله", "c": "عناصر"}),
    "whose a common noun was, near": ("[NOM=a:مقاتلون] من [ORG=b:حزب الله] وصلوا، ثم فر [NOM=a:المقاتلون]", {"a": "مقاتلون من حزب الله"}),
    "whose a common noun was, far off": (f"[NOM=a:مقاتلون] من [ORG=b:حزب الله] وصلوا. {'ثم طال الحديث عن الطقس وعن أسعار الخضار في السوق. ' * 9}وفر [NOM=c:المقاتلون]", {"c": "المقاتلون"}),
    "what was nobody's, far off": (f"وصل [NOM=a:مقاتلون]. {'ثم طال الحديث عن الطقس وعن أسعار الخضار في السوق. ' * 9}وفر [NOM=a:المقاتلون]", {}),
    "hamza, ta marbuta, tatweel, tashkeel": ("[PER=a:إيهاب سلامة] و[PER=a:ايهاب سلامه] و[PER=a:إيهـاب سَلامة]", {"a": "إيهاب سلامة"}),
    "alif maqsura": ("[PER=a:مصطفى علي] و[PER=a:مصطفي على]", {"a": "مصطفى علي"}),
    "the article of لل": ("دعم ل[ORG=a:لجيش السوري] ثم تقدم [ORG=a:الجيش السوري]", {"a": "الجيش السوري"}),
    "the article of لل alone": ("دعم ل[ORG=a:لحزب الأخضر]", {"a": "الحزب الأخضر"}),
    "no article in a name with ل": ("دعم ل[GPE=a:لبنان] من [GPE=b:ليبيا]، وزار [GPE=a:لبنان]", {"a": "لبنان", "b": "ليبيا"}),
    "a person's name with ل": ("وقال ل[PER=a:لافروف]", {"a": "لافروف"}),
    "a proclitic inside": ("في [GPE=a:درعا] [GPE=a:ودرعا]", {"a": "درعا"}),
    "a last name without its first letter": ("[PER=a:كارل فيرنر] وصل. وقال ف[PER=a:يرنر] إن", {"a": "كارل فيرنر"}),
    "a last name with and without its first letter": ("[PER=a:كارل لامبرت] وصل. وقال [PER=a:لامبرت] إن لقاء ل[PER=a:امبرت] تم", {"a": "كارل لامبرت"}),
    "a full name with and without a proclitic": ("حضر [PER=a:وكارل لامبرت]، وقال [PER=a:كارل لامبرت] إن", {}),
    "and is a word": ("[PER=a:كارل هوفر وسامي] غادرا. وعاد هانس و[PER=b:سامي]", {"b": "سامي"}),
    "a first letter that was a word": ("[PER=a:كارل فيرنر] و[PER=b:هانس يرنر] وصلا. ف[PER=b:يرنر] قال", {}),
    "a letter of the word before": ("[PER=a:كارل فيرنر] وصل. وقال خلف[PER=b:يرنر] إن", {}),
    "a hashtag": ("[PER=a:نواز_شريف] و[PER=a:نواز شريف]", {"a": "نواز شريف"}),
    "case endings": ("[NOM=a:المتظاهرون] خرجوا، ومنعت الشرطة [NOM=a:المتظاهرين]", {}),
    "a town and its class noun": ("[GPE=a:مدينة البوكمال] ثم [GPE=a:البوكمال]", {"a": "مدينة البوكمال"}),
    "town and village are one kind": ("[GPE=a:بلدة التنور] ثم [GPE=a:قرية التنور] ثم [GPE=a:التنور]", {}),
    "town and province": ("[GPE=a:مدينة الحديدة] في [GPE=b:محافظة الحديدة]، وفي [GPE=a:الحديدة]", {"b": "محافظة الحديدة"}),
    "province alone": ("[GPE=a:محافظة صعدة] ثم [GPE=a:صعدة]", {}),
    "a province is not the known town": ("[GPE=a:محافظة صنعاء] ثم [GPE=b:صنعاء]", {}),
    "the town": ("دخلوا [GPE=a:مدينة الفاشر] وخرجوا من [GPE=a:المدينة]", {"a": "مدينة الفاشر"}),
    "one of two towns": ("[GPE=a:مدينة الفاشر] و[GPE=b:مدينة نيالا] و[GPE=c:المدينة]", {}),
    "directions make other places": ("[GPE=a:كوريا الشمالية] و[GPE=b:كوريا الجنوبية]، و[LOC=c:ريف حماة] و[LOC=d:ريف حماة الشمالي]", {}),
    "two Gazas": ("[LOC=a:قطاع غزة] و[GPE=a:غزة]", {"a": "غزة"}),
    "last name after": ("[PER=a:سيرغي لافروف] قال. وأضاف [PER=a:لافروف]", {"a": "سيرغي لافروف"}),
    "last name before": ("[PER=a:تيلرسون] يستقيل. قدم [PER=a:ريكس تيلرسون] استقالته", {"a": "ريكس تيلرسون"}),
    "middle name missing": ("[PER=a:شريف سامي عبد العال]، وقال [PER=a:عبدالعال]، ثم [PER=a:شريف عبد العال]", {"a": "شريف سامي عبد العال"}),
    "last name missing": ("قال [PER=a:نور الحق سليماني] إنه باق. وأضاف [PER=a:نور الحق] أن", {"a": "نور الحق سليماني"}),
    "last name missing, of two": ("[PER=a:علي حسن صافي] و[PER=b:علي حسن درويش]، ثم [PER=c:علي حسن]", {}),
    "last name missing before the full name": ("[PER=a:علي حسن] قتل، ثم قتل [PER=b:علي حسن صافي]", {}),
    "two names in one mention": ("[PER=a:سامي حداد وعلي صافي] غادرا، ثم عاد [PER=b:سامي حداد]", {"b": "سامي حداد"}),
    "last of one and first of another": ("[PER=a:سامي علي حسن] و[PER=b:علي حسن صافي]، ثم [PER=c:علي حسن]", {}),
    "kunya and son": ("[PER=a:أبو محمد الجولاني] ثم [PER=a:الجولاني]. [PER=b:محمد بن سلمان] ثم [PER=b:ابن سلمان] ثم [PER=c:سلمان]", {}),
    "two of one family": ("[PER=a:فادي الخوري] و[PER=b:جورج الخوري]، وقال [PER=c:الخوري]", {"c": "الخوري"}),
    "two of one family and a title": (
        "[OCC=a:اللواء] [PER=a:حازم الجبوري] و[PER=b:صهيب الجبوري]، وقال [OCC=a:اللواء] [PER=a:الجبوري]", {"a": "حازم الجبوري"}),
    "a wife is not her husband": ("[PER=a:سارة نتنياهو] قالت، وقالت [PER=a:نتنياهو]", {"a": "سارة نتنياهو"}),
    "a known last name": ("[PER=a:ترامب] و[PER=a:ترمب]", {"a": "دونالد ترامب"}),
    "known last names in two spellings before the full name": ("[PER=a:ترمب] يزور القمة. وقال [PER=a:ترامب] إن [PER=a:دونالد ترامب] سيعود", {"a": "دونالد ترامب"}),
    "known last names of two": ("[PER=a:ترمب] و[PER=a:دونالد ترامب] و[PER=b:إيفانكا ترامب]، ثم [PER=c:ترامب]", {"a": "دونالد ترامب"}),
    "title before the name": ("[OCC=a:وزير الخارجية الروسي] [PER=a:سيرغي لافروف]", {"a": "سيرغي لافروف"}),
    "title, comma, name": ("[OCC=a:الرئيس الأمريكي]، [PER=a:دونالد ترامب]، أعلن", {}),
    "two titles": ("[OCC=a:المتحدث باسم الجيش الوطني] [OCC=a:اللواء] [PER=a:سالم المنفي]", {}),
    "title, body, name": ("نفاه [OCC=a:وزير الداخلية] في [ORG=b:حكومة الوفاق] [PER=a:عمر القبلاوي]", {}),
    "title behind the name": ("قال [PER=a:ديفيد أدسنيك]، [OCC=a:رئيس قسم الأبحاث]، إن", {}),
    "a title of the next": ("التقى [PER=a:ديفيد أدسنيك]، [OCC=b:وزير الدفاع] [PER=b:سامي حداد]", {}),
    "a title of two": ("[OCC=a:السفيران] [PER=b:رياض نعسان] و[PER=c:فاروق طه]", {}),
    "a title later alone": ("[OCC=a:وزير الداخلية] [PER=a:عمر القبلاوي] قال. ثم استقال [OCC=a:وزير الداخلية]", {"a": "عمر القبلاوي"}),
    "a title cut short": ("[OCC=a:الرئيس التركي] [PER=a:رجب طيب أردوغان] قال، وأضاف [OCC=a:الرئيس]", {}),
    "which of two presidents": ("[OCC=a:الرئيس التركي] [PER=a:رجب طيب أردوغان] و[OCC=b:الرئيس الروسي] [PER=b:فلاديمير بوتين] و[OCC=c:الرئيس]", {}),
    "prime minister and president": ("[OCC=a:رئيس الوزراء] [PER=a:حيدر كاظم] و[OCC=b:الرئيس]", {"b": "الرئيس"}),
    "a title without a name": ("[OCC=a:رئيس الوزراء العراقي] أعلن، ثم قال [OCC=a:رئيس الوزراء]", {"a": "رئيس الوزراء العراقي"}),
    "a country's minister": ("زار [OCC=a:وزير الخارجية النمساوي] [PER=a:كارل هوفر] المدينة. وقال [OCC=a:الوزير النمساوي] إن", {"a": "كارل هوفر"}),
    "a country's spokeswoman": ("[OCC=a:المتحدثة باسم الخارجية الروسية] نفت. وقالت [OCC=a:المتحدثة الروسية] إن", {}),
    "which of a country's two ministers": (
        "[OCC=a:وزير الخارجية النمساوي] [PER=a:كارل هوفر] و[OCC=b:وزير الدفاع النمساوي] [PER=b:يان بيرغر]، وقال [OCC=c:الوزير النمساوي]", {}),
    "another country's minister": ("[OCC=a:وزير الخارجية النمساوي] [PER=a:كارل هوفر]، وقال [OCC=b:الوزير السويسري]", {"b": "الوزير السويسري"}),
    "a country's minister not yet named": ("قال [OCC=b:الوزير النمساوي]، ثم [OCC=a:وزير الخارجية النمساوي] [PER=a:كارل هوفر]", {}),
    "a country's president and its prime minister": ("[OCC=a:رئيس الوزراء النمساوي] [PER=a:كارل هوفر]، وقال [OCC=b:الرئيس النمساوي]", {}),
    "someone in office": ("[OCC=a:عقيد في الجيش] و[OCC=b:عقيد في الجيش]", {}),
    "organisations by the list": ("[ORG=a:داعش] و[ORG=a:تنظيم \"الدولة الإسلامية\"]", {"a": "تنظيم الدولة الإسلامية"}),
    "what the list knows as": ("[ORG=a:داعش] هاجم، ثم انسحب [NOM=a:التنظيم]", {"a": "تنظيم الدولة الإسلامية"}),
    "an epithet behind a known name": (
        "[ORG=a:داعش] هاجم، وتبنى [ORG=a:تنظيم داعش المتطرف] و[ORG=a:تنظيم «الدولة الإسلامية» الإرهابي]", {"a": "تنظيم الدولة الإسلامية"}),
    "an epithet that makes another": ("[ORG=a:الجيش الإسرائيلي] و[ORG=b:الجيش الإسرائيلي الجنوبي]، و[ORG=c:طالبان] و[ORG=d:طالبان الباكستانية]", {}),
    "a news agency said to be one": ("نقلت [ORG=a:رويترز] ثم [ORG=a:وكالة رويترز للأنباء]", {"a": "وكالة رويترز"}),
    "a news agency and whose it is": (
        '[ORG=a:الأناضول] و[ORG=a:وكالة أنباء "الأناضول" التركية] و[ORG=a:وكالة الأناضول الرسمية للأنباء]', {"a": "وكالة أنباء الأناضول"}),
    "an agency of another country": ("[ORG=a:وكالة الأنباء السعودية] و[ORG=b:وكالة الأنباء القطرية] و[ORG=c:وكالة الأنباء السورية]", {}),
    "across labels by the list": ("[ORG=a:ميليشيات الحوثي] و[NORP=a:الحوثيون]", {"a": "جماعة الحوثي"}),
    "class noun of an organisation": ("[ORG=a:إيتا] و[ORG=a:منظمة إيتا]", {"a": "منظمة إيتا"}),
    "a site is not its owner": ("[ORG=a:الجيش اليمني] و[ORG=b:موقع الجيش اليمني]", {}),
    "cut short": ("[ORG=a:حكومة الوفاق الوطني] ثم [ORG=a:حكومة الوفاق]", {"a": "حكومة الوفاق الوطني"}),
    "the one army": ("تقدم [ORG=a:الجيش السوري]، وقصف [NOM=a:الجيش]", {"a": "الجيش السوري"}),
    "the one army's forces": ("تقدم [ORG=a:الجيش المالي]، وقصفت [NOM=a:قوات الجيش]", {}),
    "one of two armies": ("[ORG=a:الجيش السوري] و[ORG=b:الجيش اللبناني]، وقصف [NOM=c:الجيش]", {"c": "الجيش"}),
    "armed forces are the army": ("[ORG=a:الجيش السوداني] و[ORG=a:القوات المسلحة السودانية]", {}),
    "another army": ("[ORG=a:الجيش السوري] و[ORG=b:الجيش السوري الحر]", {}),
    "two parties of God": ("[ORG=a:حزب الله] و[ORG=b:حزب الله العراقي]", {}),
    "the agency": ("نقلت [ORG=a:وكالة الأنباء الكويتية] عن مصدر. وأضافت [NOM=a:الوكالة]", {}),
    "not yet named": ("قالت [NOM=a:الوكالة]. ثم قالت [ORG=b:وكالة الأنباء الكويتية]", {}),
    "acronym in brackets": ("[ORG=a:حركة الشعب الديمقراطي] ([ORG=a:حشد]) ثم [ORG=a:حشد]", {"a": "حركة الشعب الديمقراطي"}),
    "no acronym": ("[ORG=a:حركة الشعب الديمقراطي] ([ORG=b:رويترز])", {}),
    "the source": ("قال [NOM=a:مصدر عسكري] إن، وأضاف [NOM=a:المصدر]", {"a": "مصدر عسكري"}),
    "the last of two sources": ("قال [NOM=a:مصدر عسكري]، وقال [NOM=b:مصدر طبي]، وأضاف [NOM=b:المصدر]", {}),
    "the sources, first these, then those": (
        "قالت [NOM=a:مصادر صحفية] إن، وأضافت [NOM=a:المصادر]. وقالت [NOM=b:مصادر محلية] إن، وأشارت [NOM=b:المصادر] وتابعت [NOM=b:المصادر]", {}),
    "the sources, first these, then others": ("قالت [NOM=a:مصادر صحفية] إن، وأضافت [NOM=a:المصادر]. وقالت [NOM=b:مصادر] إن، وأشارت [NOM=b:المصادر]", {}),
    "all of a kind": ("قصفوا [NOM=a:المدنيين]، وقتل [NOM=b:مدنيون]، ونزح [NOM=a:المدنيون]", {}),
    "the sources, the same again": (
        "قالت [NOM=a:مصادر صحفية] إن، وأضافت [NOM=a:المصادر]، وقال [NOM=b:مصدر طبي]، وتابعت [NOM=a:المصادر]", {"a": "مصادر صحفية"}),
    "known ones do not take the place of those before": (
        "وصل [NOM=a:جنود]، وتقدم [NOM=a:الجنود]. ورد [NOM=b:الجنود الأجانب]، وانسحب [NOM=a:الجنود]", {}),
    "a name stays what it was": ("تقدم [ORG=a:الجيش السوري]، وقصف [NOM=a:الجيش]، ورد [NOM=b:جيش صغير]، وانسحب [NOM=a:الجيش]", {}),
    "indefinite is new each time": ("[NOM=a:جنود] قتلوا، ووصل [NOM=b:جنود]", {}),
    "fighters are not their group": ("[ORG=a:تنظيم الدولة] و[NOM=b:عناصر التنظيم]", {}),
    "adjectives": ("[NORP=a:الأميركية] و[NORP=a:أمريكي] و[GPE=b:الولايات المتحدة] و[GPE=b:أميركا]", {"b": "الولايات المتحدة"}),
    "a newspaper is not its region": ("[LOC=a:الخليج] و[ORG=b:الخليج]", {}),
    "capitals": ("[GPE=a:طرابلس] و[GPE=a:العاصمة الليبية]، و[GPE=b:الدوحة] و[GPE=b:العاصمة القطرية]", {"a": "طرابلس", "b": "الدوحة"}),
    "not followed": ("[DATE=none:أمس] قصف [ORG=a:الجيش السوري] ب[WEA=none:صواريخ] و[WEA=none:صواريخ]", {}),
}
# fmt: on


@pytest.mark.parametrize("case", CASES)
def test_mentions_are_joined(case: str) -> None:
    text, names = CASES[case]
    document, who = marked(text)
    joined = join_mentions(document, SCHEME)
    assert joined.entities is not None
    ids = [one.entity for one in joined.entities]
    for at, one in enumerate(who):
        for other, meant in enumerate(who):
            if "none" in (one, meant):
                assert ids[at] is None or one != "none"
            else:
                assert (ids[at] == ids[other]) is (one == meant), (joined.entities[at].text, joined.entities[other].text)
    for one, name in names.items():
        assert {mention.name for mention, meant in zip(joined.entities, who, strict=True) if meant == one} == {name}


def test_ids_are_in_order_of_first_mention_and_nothing_else_changes() -> None:
    document, _ = marked("[ORG=a:الجيش السوري] قصف [DATE=none:أمس] [GPE=b:درعا]، ثم قال [NOM=a:الجيش]")
    joined = join_mentions(document, SCHEME)
    assert joined.entities is not None
    assert [one.entity for one in joined.entities] == ["N1", None, "N2", "N1"]
    assert replace(joined, entities=tuple(replace(one, entity=None, name=None) for one in joined.entities)) == document
    assert join_mentions(joined, SCHEME) == joined
    assert Document.from_json(joined.to_json()) == joined
    shuffled = replace(document, entities=tuple(reversed(document.entities or ())))
    assert [one.entity for one in join_mentions(shuffled, SCHEME).entities or ()] == ["N1", "N2", None, "N1"]


def test_documents_without_mentions() -> None:
    assert join_mentions(Document("a", "نص"), SCHEME) == Document("a", "نص")
    assert join_mentions(Document("a", "نص", entities=()), SCHEME).entities == ()
    document = Document("a", "،، ..", entities=(Mention(0, 2, "،،", "ORG"), Mention(3, 5, "..", "PER"), Mention(3, 5, "..", "PER")))
    assert [one.entity for one in join_mentions(document, SCHEME).entities or ()] == ["N1", "N2", "N2"]


def test_ones_own_list(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("- {name: البيت الأبيض, label: [ORG, FAC], others: [الإدارة الأمريكية]}\n", encoding="utf-8")
    document, _ = marked("[ORG=a:الإدارة الأمريكية] و[FAC=a:البيت الأبيض] و[ORG=b:داعش]")
    own = join_mentions(document, SCHEME, Aliases.load(path))
    assert [(one.entity, one.name) for one in own.entities or ()] == [("N1", "البيت الأبيض"), ("N1", "البيت الأبيض"), ("N2", "داعش")]
    both = join_mentions(document, SCHEME, shipped_aliases() + Aliases.load(path))
    assert [one.name for one in both.entities or ()] == ["البيت الأبيض", "البيت الأبيض", "تنظيم الدولة الإسلامية"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name: x", "a list of entries"),
        ("- [", "not YAML"),
        ("- 5", "entry 1 is a mapping"),
        ("- {name: داعش, labels: ORG}", 'no key "labels"; did you mean "label"'),
        ("- {label: ORG}", 'needs a "name"'),
        ("- {name: داعش}", "label is a word"),
        ("- {name: داعش, label: []}", 'needs a "label"'),
        ("- {name: داعش, label: ORG, others: [5]}", "others is a word or a list of words"),
        ("- {name: داعش, label: ORG}\n- {name: تنظيم, label: ORG, others: [داعش]}", 'a name of both "داعش" and "تنظيم"'),
    ],
)
def test_faults_of_a_list_are_told(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as fault:
        Aliases.load(path)
    assert said in str(fault.value)
    assert str(path) in str(fault.value)


def test_a_list_is_missing_or_has_labels_of_another_scheme(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        Aliases.load(tmp_path / "none.yaml")
    shipped_aliases().check(SCHEME.followed)
    with pytest.raises(HadathError, match='"GPE", which the scheme does not follow'):
        shipped_aliases().check([label for label in SCHEME.followed if label != "GPE"])


def test_own_lists_of_words_are_in_the_spelling_they_are_compared_in() -> None:
    for word in (*PLACE_NOUNS, *GROUP_NOUNS):
        assert words_of(word) == (word,)


def test_comparing_names() -> None:
    assert words_of("عبد الله الثاني") == words_of("عبدالله الثاني")
    assert words_of("أبي بكر البغدادي") == words_of("أبو بكر البغدادي")
    assert words_of("الدكتور «سامي»") == ("الدكتور", "سامي")
    assert words_of("مقاتلو المعارضة") == words_of("مقاتلي المعارضة")
    assert words_of("،") == ()
    assert may_shorten(words_of("المرصد السوري"), words_of("المرصد السوري لحقوق الإنسان"))
    assert may_shorten(words_of("الوكالة"), words_of("وكالة الأنباء"))
    assert not may_shorten(words_of("عين"), words_of("عين ترما"))
    assert not may_shorten(words_of("الجيش"), words_of("الجيش"))
    assert list(without_epithets(words_of("وكالة تاس الروسية للأنباء"))) == [words_of("وكالة تاس الروسية"), words_of("وكالة تاس")]
    assert not list(without_epithets(words_of("الجيش السوري الحر")))
    assert is_acronym("قسد", words_of("قوات سوريا الديمقراطية"))
    assert not is_acronym("قسم", words_of("قوات سوريا الديمقراطية"))
    assert is_definite(words_of("قوات الأمن"))
    assert not is_definite(words_of("مصدر في الشرطة"))
    assert shown("قوات\u0640\nسُوريا_#الديمقراطية") == "قوات سوريا الديمقراطية"


def test_time_grows_with_the_number_of_mentions() -> None:
    def run(copies: int) -> float:
        text = "".join(f"[OCC=a:وزير] [PER=b:سامي{at} حداد] [NOM=c:الجيش] [ORG=d:الجيش ال{at}] [GPE=e:مدينة ال{at}] " for at in range(copies))
        document, _ = marked(text)
        words_of.cache_clear()
        begin = time.process_time()
        join_mentions(document, SCHEME)
        return time.process_time() - begin

    run(20)
    assert run(600) < 20 * max(run(75), 0.01)  # eight times as many; the square would be 64
