"""Which events are one happening: each rule on a short article that says by hand which of its events are."""

import pytest

from hadath.inference.merging import merge
from hadath.models.documents import Document, Event, Mention
from hadath.models.scheme import load_scheme
from hadath.training.article_markup import read_articles

SCHEME = load_scheme("news")

# Sentences enough to be far from what was said before
FAR = "ثم تحدث المراسل طويلا عن الطقس وعن أسعار الخضار في السوق القديم. " * 8
# In an article, [KILL e2=e1:…] is of the happening of e1. The lines behind > say who fills which role.
ARTICLES = {
    "a shared place": """
        [CAPTURE e1:سيطر] [ORG army:الجيش] على [GPE town:بلدة النهر].
        > e1 A=army P=town
        وجاءت [CAPTURE e2=e1:استعادة] [GPE town:البلدة] بعد أيام.
        > e2 P=town""",
    "taken, lost to another and taken again are two deeds of the first": """
        [CAPTURE e1:سيطر] [ORG army:الجيش] على [GPE town:بلدة النهر].
        > e1 A=army P=town
        و[CAPTURE e2:استعاد] [ORG band:حركة الفجر] [GPE town:البلدة].
        > e2 A=band P=town
        ثم [CAPTURE e3:سيطر] [ORG army:الجيش] على [GPE town:البلدة] من جديد.
        > e3 A=army P=town""",
    "what another did elsewhere parts nothing": """
        [CAPTURE e1:سيطر] [ORG army:الجيش] على [GPE town:بلدة النهر].
        > e1 A=army P=town
        و[CAPTURE e2:استعاد] [ORG band:حركة الفجر] [GPE other:قرية التل].
        > e2 A=band P=other
        و[CAPTURE e3=e1:سيطر] [ORG army:الجيش] على [GPE town:البلدة] فجرا.
        > e3 A=army P=town""",
    "a noun with the article points back, one without does not": """
        [SHELLING e1:قصف] [ORG army:الجيش] [GPE town:بلدة النهر].
        > e1 A=army P=town
        واستمر [SHELLING e2=e1:القصف] ساعة، ثم سمع [SHELLING e3:قصف] بعيد.""",
    "behind the preposition the article is a lam": """
        [SHELLING e1:قصف] [ORG army:الجيش] [GPE town:بلدة النهر].
        > e1 A=army P=town
        وتعرض مشفى ل[SHELLING e2=e1:لقصف].""",
    "it points at what most is said of": """
        [PROTEST e1:تظاهر] [NOM people:سكان] [GPE town:بلدة النهر].
        > e1 A=people P=town
        وكانت [PROTEST e2:احتجاجات] عمت البلاد. وفرقت الشرطة [PROTEST e3=e1:المظاهرة].""",
    "far away, the article points at a word of the same root only": """
        [AIRSTRIKE e1:قصفت] [ORG army:الجيش] [GPE town:بلدة النهر]، وجاءت [CLASH e2:اشتباكات] في [GPE town:البلدة].
        > e1 A=army P=town
        > e2 P=town
        FILLER
        وطال [AIRSTRIKE e3=e1:القصف] بيوتا، ثم خفت حدة [CLASH e4:القتال].""",
    "near, the article points at another word too": """
        [AIRSTRIKE e1:قصفت] [ORG army:الجيش] [GPE town:بلدة النهر].
        > e1 A=army P=town
        وأيقظت [AIRSTRIKE e2=e1:الغارات] السكان.""",
    "what adds a name or a day is the same only near and in a word of the same root": """
        [CLASH e1:اشتبك] [NOM men:مسلحون] و[NOM folk:حراس].
        > e1 A=men A=folk
        ودارت [CLASH e2:المعارك] مع [ORG band:حركة الفجر] في [GPE other:قرية التل].
        > e2 A=band P=other
        و[ATTACK e3:هاجم] [NOM men:المسلحون] متجرا. ووقع [ATTACK e4=e3:الهجوم] [DATE d1=2018-04-10:الثلاثاء].
        > e3 A=men
        > e4 T=d1
        FILLER
        وتذكر [NOM folk:السكان] [ATTACK e5:الهجوم] على [GPE port:مدينة المرفأ] في [DATE d2=2009:عام 2009].
        > e5 P=port T=d2""",
    "of the same day, another word far away will do": """
        دارت [CLASH e1:اشتباكات] في [GPE town:بلدة النهر] [DATE d1=2018-04-10:الثلاثاء].
        > e1 P=town T=d1
        FILLER
        وخلفت [CLASH e2=e1:المعارك] التي وقعت [DATE d2=2018-04-10:الثلاثاء] دمارا.
        > e2 T=d2""",
    "هذا points at the nearest of its root": """
        [ATTACK e1:هاجمت] [ORG band:حركة الفجر] [GPE town:بلدة النهر] [DATE d1=2018-04-10:الثلاثاء].
        > e1 A=band P=town T=d1
        وسبقه [ATTACK e2:هجوم] صغير و[ATTACK e3:اعتداء]. وكان هذا [ATTACK e4=e2:الهجوم] فاشلا.""",
    "هذا points at the nearest, whatever it is called": """
        [ATTACK e1:اقتحمت] [ORG band:حركة الفجر] [GPE town:بلدة النهر].
        > e1 A=band P=town
        وكان [ATTACK e2:اعتداء] قد سبق. ووقع هذا [ATTACK e3=e2:الهجوم] [DATE d1=2018-04-10:الثلاثاء].
        > e3 T=d1""",
    "one is not several": """
        تعرضت [GPE town:بلدة النهر] ل[ATTACK e1:هجمات] كثيرة.
        > e1 P=town
        ونجا حارس من [ATTACK e2:الهجوم]، وتواصلت [ATTACK e3=e1:الهجمات].""",
    "other places are other happenings": """
        [SHELLING e1:قصف] [ORG army:الجيش] [GPE town:بلدة النهر].
        > e1 A=army P=town
        كما [SHELLING e2:قصف] [ORG army:الجيش] [GPE other:قرية التل].
        > e2 A=army P=other""",
    "a place that the article puts inside another": """
        [SHELLING e1:قصف] [ORG army:الجيش] [GPE town:بلدة النهر] جنوبي [GPE land:محافظة الوادي].
        > e1 A=army P=town
        وأكدت مصادر [SHELLING e2=e1:القصف] على [GPE land:محافظة الوادي].
        > e2 P=land""",
    "a town that two places lie beside": """
        [EXPLOSION e1:انفجرت] سيارة في [GPE one:بلدة النهر] جنوبي [GPE cap:الوادي].
        > e1 P=one P=cap
        و[EXPLOSION e2:انفجرت] عبوة في [GPE other:قرية التل] على بعد 25 كلم شمالي [GPE cap:الوادي].
        > e2 P=other P=cap""",
    "a town that one lies beside, and the town itself": """
        [EXPLOSION e1:انفجرت] سيارة في [GPE one:بلدة النهر] شمالي [GPE cap:الوادي].
        > e1 P=one P=cap
        و[EXPLOSION e2=e1:انفجرت] السيارة مساء في [GPE cap:الوادي].
        > e2 P=cap""",
    "a landmark alone is all that is said": """
        [EXPLOSION e1:انفجرت] سيارة على بعد 3 كلم شرق [GPE cap:الوادي].
        > e1 P=cap
        و[EXPLOSION e2=e1:انفجرت] السيارة على بعد 3 كلم شرق [GPE cap:الوادي].
        > e2 P=cap""",
    "a town lies in the province of its name": """
        [SHELLING e1:قصف] [ORG army:الجيش] [GPE land:محافظة الوادي].
        > e1 A=army P=land
        وطال [SHELLING e2=e1:القصف] [GPE town:مدينة الوادي].
        > e2 P=town
        و[SHELLING e3:قصف] [ORG army:الجيش] [GPE lake:بحيرة الوادي].
        > e3 A=army P=lake""",
    "a side of a battle more": """
        دارت [CLASH e1:معارك] بين [ORG army:الجيش] و[ORG band:حركة الفجر] في [GPE town:بلدة النهر].
        > e1 A=army A=band P=town
        وقال إن [ORG army:الجيش] يخوض [CLASH e2=e1:المعارك] في [GPE town:بلدة النهر].
        > e2 A=army P=town
        و[CLASH e3:اشتبكت] [ORG guard:قوات الحرس] مع [ORG band:حركة الفجر] في [GPE town:بلدة النهر].
        > e3 A=guard A=band P=town""",
    "a common noun contradicts no name": """
        دارت [CLASH e1:معارك] بين [ORG army:الجيش] و[ORG band:حركة الفجر].
        > e1 A=army A=band
        وأوقف [NOM sides:الطرفان] [CLASH e2=e1:القتال].
        > e2 A=sides""",
    "what one took another took back": """
        [CAPTURE e1:سيطر] [NOM men:مسلحون] على [GPE town:بلدة النهر].
        > e1 A=men P=town
        ثم [CAPTURE e2:استعاد] [ORG army:الجيش] [GPE town:بلدة النهر]، و[CAPTURE e3=e2:استعاد] [ORG army:الجيش] [FAC post:معبر التل].
        > e2 A=army P=town
        > e3 A=army P=town""",
    "other days are other happenings": """
        [ATTACK e1:هاجمت] [ORG band:حركة الفجر] [GPE town:بلدة النهر] [DATE d1=2018-04-10:الثلاثاء].
        > e1 A=band P=town T=d1
        و[ATTACK e2:هاجمت] [ORG band:حركة الفجر] [GPE town:بلدة النهر] [DATE d2=2018-04-11:الأربعاء].
        > e2 A=band P=town T=d2
        وشهد [DATE d3=2018-04:نيسان] [ATTACK e3=e2:الهجوم] على [GPE town:بلدة النهر].
        > e3 P=town T=d3""",
    "other numbers are other happenings": """
        [KILL e1:قتل] [CARDINAL n1=5:خمسة] [NOM civ:مدنيين] في [GPE town:بلدة النهر].
        > e1 R=civ C=n1 P=town
        و[KILL e2:قتل] [CARDINAL n2=12:12] [NOM civ:مدنيا] في [GPE town:بلدة النهر].
        > e2 R=civ C=n2 P=town
        وبلغ عدد [KILL e3=e2:القتلى] أكثر من [CARDINAL n3=11..:عشرة] في [GPE town:بلدة النهر].
        > e3 C=n3 P=town""",
    "an exact number of three and more ties": """
        [KILL e1:قتلى] بلغوا [CARDINAL n1=9:تسعة] في [GPE town:بلدة النهر]، و[INJURE e2:أصيب] [CARDINAL n2=2:اثنان].
        > e1 C=n1 P=town
        > e2 C=n2
        و[KILL e3=e1:قتل] [CARDINAL n3=9:9] [NOM civ:عمال]، و[INJURE e4:جرح] [CARDINAL n4=2:حارسان].
        > e3 R=civ C=n3
        > e4 C=n4""",
    "the same number on another day or in another place ties nothing": """
        [KILL e1:قتل] [CARDINAL n1=9:تسعة] في [GPE town:بلدة النهر] [DATE d1=2018-04-10:الثلاثاء].
        > e1 C=n1 P=town T=d1
        و[KILL e2:قتل] [CARDINAL n2=9:تسعة] في [GPE other:قرية التل].
        > e2 C=n2 P=other
        و[KILL e3:قتل] [CARDINAL n3=9:تسعة] [DATE d2=2018-04-11:الأربعاء] في [GPE town:بلدة النهر].
        > e3 C=n3 P=town T=d2
        وقد [KILL! e4:يقتل] [CARDINAL n4=9:تسعة].
        > e4 C=n4""",
    "about so many, or more, tie nothing": """
        [KILL e1:قتل] أكثر من [CARDINAL n1=11..:عشرة] [NOM civ:عمال].
        > e1 R=civ C=n1
        و[KILL e2:قتل] أكثر من [CARDINAL n2=11..:عشرة] [NOM kids:تلاميذ].
        > e2 R=kids C=n2""",
    "a vehicle with the article is the one that was spoken of": """
        [DESTROY e1:أسقط] [ORG band:مقاتلو الفجر] [VEH v1:مروحية] في [GPE town:بلدة النهر].
        > e1 A=band R=v1 P=town
        و[DESTROY e2=e1:تحطمت] [VEH v2:المروحية] فورا.
        > e2 R=v2
        كما [DESTROY e3:احترقت] [VEH v3:مروحية] أخرى. و[DESTROY e4:دمرت] [VEH v4:الحافلة].
        > e3 R=v3
        > e4 R=v4""",
    "a line that is repeated": """
        [STATEMENT e1:أعلنت] الشرطة عن [KILL e2:مقتل] [NOM men:حارسين] في السوق
        > e2 R=men
        [STATEMENT e3=e1:أعلنت] الشرطة عن [KILL e4=e2:مقتل] [NOM men2:حارسين] في السوق
        > e4 R=men2
        و[STATEMENT e5:أعلنت] الشرطة عن [KILL e6:مقتل] [NOM men3:حارسين] في السوق القديم
        > e6 R=men3""",
    "a title that names no doer tells of none of several": """
        [CAPTURE e1:السيطرة] على [GPE town:بلدة النهر]
        [CAPTURE e2:سيطر] [ORG army:الجيش] على [GPE town:البلدة].
        > e1 P=town
        > e2 A=army P=town
        و[CAPTURE e3:استعاد] [ORG band:حركة الفجر] [GPE town:البلدة].
        > e3 A=band P=town""",
    "a title that names no doer tells of the only deed": """
        [CAPTURE e1:السيطرة] على [GPE town:بلدة النهر]
        [CAPTURE e2=e1:سيطر] [ORG army:الجيش] على [GPE town:البلدة].
        > e1 P=town
        > e2 A=army P=town
        و[CAPTURE e3:استعاد] [ORG band:حركة الفجر] [GPE other:قرية التل].
        > e3 A=band P=other""",
    "a first sentence is no title": """
        [CAPTURE e1:السيطرة] على [GPE town:بلدة النهر] شاقة.
        [CAPTURE e2=e1:سيطر] [ORG army:الجيش] على [GPE town:البلدة].
        > e1 P=town
        > e2 A=army P=town
        و[CAPTURE e3:استعاد] [ORG band:حركة الفجر] [GPE town:البلدة].
        > e3 A=band P=town""",
    "two words side by side": """
        حضر الوزير [AGREE e1:توقيع] [AGREE e2=e1:اتفاق]، ثم [AGREE e3:وقع] على [AGREE e4:هدنة].
        و[STATEMENT e5:تابع] [STATEMENT e6=e5:قائلا] إنه سعيد، و[STATEMENT e7:قال] و[STATEMENT e8:قال].""",
    "each act of saying is one of its own": """
        [STATEMENT e1:قال] [PER man:سالم المنفي] إن الوضع صعب. و[STATEMENT e2:أضاف] [PER man:المنفي] أنه سيعود.
        > e1 A=man
        > e2 A=man""",
    "a noun with the article is what was said": """
        [ACCUSE e1:اتهم] [PER man:سالم المنفي] [ORG band:حركة الفجر] بالغدر. و[REJECT e2:رفض] [PER head:عمر القبلاوي] [ACCUSE e3=e1:الاتهامات].
        > e1 A=man R=band
        > e2 A=head""",
    "a relative clause is said of its noun": """
        بدأ [SANCTION e1:حصار] جديد. وقال إن [SANCTION e2=e1:الحصار] الخانق الذي [SANCTION e3=e1:تفرضه] [ORG army:الجيش] مستمر.
        > e3 A=army
        وهناك [AGREE e4:هدنة] هشة. كما [AGREE e5:توصل] [NOM sides:الطرفان] إلى شيء.
        > e5 A=sides""",
    "what is denied is what was said to have happened": """
        [CAPTURE e1:سيطر] [ORG army:الجيش] على [GPE town:بلدة النهر].
        > e1 A=army P=town
        و[REJECT e2:نفت] [ORG band:حركة الفجر] [CAPTURE! e3=e1:سقوط] [GPE town:البلدة].
        > e2 A=band
        > e3 P=town""",
    "what one threatens is not what one did": """
        [SHELLING e1:قصفت] [ORG band:حركة الفجر] [GPE town:بلدة النهر].
        > e1 A=band P=town
        و[THREATEN e2:هددت] [ORG band:حركة الفجر] ب[SHELLING! e3:القصف] مجددا.
        > e2 A=band
        > e3 A=band""",
    "other types are other happenings": """
        [KILL e1:قتل] [NOM civ:مدنيون] و[INJURE e2:أصيب] [NOM civ:مدنيون] في [GPE town:بلدة النهر].
        > e1 R=civ P=town
        > e2 R=civ P=town""",
}


@pytest.mark.parametrize("name", ARTICLES)
def test_the_rules(name, tmp_path):
    path = tmp_path / "article.txt"
    path.write_text("# id: a\n# date: 2018-04-12\n" + ARTICLES[name].replace("FILLER", FAR).strip(), encoding="utf-8")
    [article] = read_articles(path, SCHEME)
    found = [[event.id for event in draft.events] for draft in merge(Document.from_json(article), SCHEME)]
    assert found == [record["events"] for record in article["records"]]


def test_events_without_arguments_are_told_apart_by_their_words():
    """As a model without an argument layer gives them."""
    text = "قصف عنيف. القصف مستمر. قصف جديد."
    starts = [0, 10, 23]
    events = tuple(Event(at, at + size, text[at : at + size], "SHELLING", id=f"E{at}") for at, size in zip(starts, (3, 5, 3), strict=True))
    assert [[one.start for one in draft.events] for draft in merge(Document("a", text, events=events), SCHEME)] == [[0, 10], [23]]
    assert merge(Document("a", text), SCHEME) == []


def test_a_thousand_events_of_one_type_are_no_more_work_each():
    """Only so many happenings are looked back at."""
    word, text = "هجوم", "هجوم " * 3000
    events = tuple(Event(5 * at, 5 * at + 4, word, "ATTACK") for at in range(3000))
    entities = (Mention(0, 4, word, "GPE", "T1", entity="N1"),)
    assert len(merge(Document("a", text, events=events, entities=entities), SCHEME)) == 3000
