"""A tokenizer of single letters and small documents: what an example holds can be counted by hand."""

from __future__ import annotations

import random
from typing import Any

from tokenizers import Tokenizer, models

from hadath.inference.encoding import Encoded, Encoder
from hadath.models.documents import Document, Event, Mention, Sentence, SentenceLabel
from hadath.models.scheme import Scheme
from hadath.models.spec import TaggerSpec
from hadath.models.tags import Reading, Tags
from hadath.training.corpora import Corpus
from hadath.training.examples import ExampleMaker

SCHEME = Scheme(entities=("PER", "ORG", "GPE", "LOC"), triggers=("ATTACK", "MEET"), sentence_labels=("ASSAULT", "CONSULT", "STATEMENT"))
ENTITIES, TRIGGERS = Tags(SCHEME.entities), Tags(SCHEME.triggers)
READINGS = {"entities": Reading.own(ENTITIES), "triggers": Reading.own(TRIGGERS)}
OWN = {one: (one,) for one in SCHEME.sentence_labels}
# Characters that each occur once in a text, so that a piece says where it stands; they count as letters and no normalisation changes them
UNIQUE = [chr(code) for code in range(0x4E00, 0x4E00 + 900)]


def _letters() -> Tokenizer:
    """A tokenizer whose pieces are single letters: a word of n letters has n pieces, which one can count by hand."""
    letters = [chr(code) for code in (*range(0x30, 0x3A), *range(0x61, 0x7B), *range(0x621, 0x64B))] + list(".،:") + UNIQUE
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{one}" for one in letters)]
    return Tokenizer(models.WordPiece({name: number for number, name in enumerate(names)}, unk_token="[UNK]", max_input_chars_per_word=1000))


LETTERS = _letters()


def encode_letters(text: str, normalisation: str = "news") -> Encoded:
    (found,) = Encoder(LETTERS, normalisation, 1).encode([text])
    return found


def new_maker(window: int = 256, scheme: Scheme = SCHEME, **options: Any) -> ExampleMaker:
    return ExampleMaker(TaggerSpec(scheme, window=window, **options), Encoder(LETTERS, "news", 1))


def corpus_of(*documents: Document, **options: Any) -> Corpus:
    told = {"spans": READINGS, "sentences": OWN, "judged": {}, "asserted": True, "word_aligned": False, "weight": 1.0, **options}
    return Corpus("c", list(documents), **told)


def tag_names(maker: ExampleMaker, layer: str, numbers: list[int]) -> list[str]:
    """What is allowed at each piece: the tags, joined; nothing where all are."""
    table, names = maker.sets[layer].table(), maker.sets[layer].tags.names
    return ["" if number == 0 else " ".join(name for name, may in zip(names, table[number], strict=True) if may) for number in numbers]


def mention_of(text: str, part: str, label: str) -> Mention:
    assert text.count(part) == 1
    return Mention(text.index(part), text.index(part) + len(part), part, label)


def event_of(text: str, part: str, label: str, asserted: bool = True) -> Event:
    return Event(text.index(part), text.index(part) + len(part), part, label, asserted)


TEXT = "وقصف الجيش السوري حلب"  # 4, 5, 6 and 3 letters
MARKED = Document(
    "d",
    TEXT,
    entities=(mention_of(TEXT, "الجيش السوري", "ORG"), mention_of(TEXT, "حلب", "GPE")),
    events=(event_of(TEXT, "قصف", "ATTACK", asserted=False),),
)


def long_document(seed: int) -> Document:
    """A text in which every character occurs once: words of 1 to 7 of them (one of 60), sentences of 1 to 15 words, mentions and triggers."""
    chooser = random.Random(seed)
    letters = iter(UNIQUE)
    text, words = "", []
    sentences: list[Sentence] = []
    begin = 0
    for at in range(150):
        size = 60 if at == 70 else chooser.randrange(1, 8)
        words.append((len(text), len(text) + size))
        text += "".join(next(letters) for _ in range(size)) + " "
        if at == 149 or chooser.random() < 0.12:
            labels = tuple(SentenceLabel(one) for one in SCHEME.sentence_labels if chooser.random() < 0.4)
            sentences.append(Sentence(begin, len(text), None if chooser.random() < 0.2 else labels))
            begin = len(text)
    entities, events = [], []
    at = 0
    while at < 145:
        start, end = words[at][0], words[at + chooser.randrange(3)][1]
        start += min(chooser.randrange(4), words[at][1] - words[at][0] - 1)  # behind a few letters of the first word
        if chooser.random() < 0.5:
            entities.append(Mention(start, end, text[start:end], chooser.choice(SCHEME.entities)))
        else:
            events.append(Event(start, end, text[start:end], chooser.choice(SCHEME.triggers), chooser.random() < 0.5))
        at += chooser.randrange(3, 9)
    return Document("d", text, sentences=tuple(sentences), entities=tuple(entities), events=tuple(events))
