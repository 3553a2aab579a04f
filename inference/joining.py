"""The mentions of one document on their way to entities: what each is called, and which have been joined so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..models.aliases import Alias, Aliases
from ..models.documents import Document, Mention
from ..models.names import Words, words_of
from ..models.scheme import Scheme

PERSON, TITLE, NOUN, NAME = "person", "title", "noun", "name"
_LETTERS = tuple("وفبلك")  # words of one letter, written together with the next
# So many characters, two sentences or so, are near enough for a noun with the article to speak of what was said
RECENT = 400
# Between a common noun and the group or place it is of
_OF = re.compile(r"\s+من\s+")


@dataclass(slots=True)
class Form:
    """One way of naming: the mentions of one label with the same words. `node` is what stands for it in the joining."""

    label: str
    kind: str
    words: Words
    node: int
    mentions: list[int] = field(default_factory=list)
    alias: Alias | None = None

    @property
    def first(self) -> int:
        """The first of its mentions."""
        return self.mentions[0]


class Joining:
    """Mentions, in order of the text, and the nodes they hang on; nodes are joined, never parted.

    Args:
        document: With mentions.
        scheme: Says which labels are followed, and which of them are of persons, titles and common nouns.
        aliases: Names known to be of one and the same.
    """

    def __init__(self, document: Document, scheme: Scheme, aliases: Aliases) -> None:
        self.text = document.text
        self.aliases = aliases
        followed = set(scheme.followed)
        people = set(scheme.titles.values())
        self.kind_of = {label: TITLE if label in scheme.titles else PERSON if label in people else NAME for label in followed}
        self.kind_of |= dict.fromkeys(followed & set(scheme.nominals), NOUN)
        found = [one for one in document.entities or () if one.label in followed]
        self.mentions: Sequence[Mention] = sorted(found, key=lambda one: (one.start, one.end))
        self._parent: list[int] = []
        self.forms: dict[tuple[str, Words], Form] = {}
        self.words = self._spelled()
        self.owner: list[int] = []
        for at, (one, words) in enumerate(zip(self.mentions, self.words, strict=True)):
            key = (one.label, words)
            if key not in self.forms:
                self.forms[key] = Form(one.label, self.kind_of[one.label], words, self.node(), alias=aliases.find(one.label, words))
            self.forms[key].mentions.append(at)
            self.owner.append(self.forms[key].node)

    def whose(self, at: int) -> Mention | None:
        """The name that a common noun is of, ``حزب الله`` of the noun in ``مقاتلون من حزب الله``."""
        if at + 1 == len(self.mentions) or self.kind_of[self.mentions[at].label] != NOUN or not _OF.fullmatch(self.between(at)):
            return None
        found = self.mentions[at + 1]
        return found if self.kind_of[found.label] == NAME else None

    def node(self) -> int:
        """A new node, joined to nothing."""
        self._parent.append(len(self._parent))
        return len(self._parent) - 1

    def find(self, node: int) -> int:
        """What stands for all that is joined with a node: the lowest of the nodes."""
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node

    def join(self, one: int, other: int) -> None:
        """Makes two nodes, and all that is joined with them, one."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low

    def only(self, nodes: Iterable[int]) -> int | None:
        """The one that all nodes are joined to; None if there are none or several."""
        roots = {self.find(node) for node in nodes}
        return roots.pop() if len(roots) == 1 else None

    def of_kind(self, *kinds: str) -> list[Form]:
        """The forms of some kinds, in order of first mention."""
        return [one for one in self.forms.values() if one.kind in kinds]

    def between(self, at: int) -> str:
        """The text between a mention and the next one; what follows the last."""
        end = self.mentions[at].end
        return self.text[end : self.mentions[at + 1].start] if at + 1 < len(self.mentions) else self.text[end : end + 80]

    def after(self, at: int) -> str:
        """The few characters that follow a mention."""
        return self.text[self.mentions[at].end : self.mentions[at].end + 3]

    def _spelled(self) -> list[Words]:
        """The words of each mention. Where ``لل`` was cut in two (``للجيش``, of which ``لجيش`` is marked), the article is put back.

        A letter that may be a word of its own is taken off or put back where that gives a name that the text has elsewhere.
        """
        plain = [words_of(one.text) for one in self.mentions]
        cut = [self._is_cut(one) for one in self.mentions]
        known = {(one.label, words) for one, words, broken in zip(self.mentions, plain, cut, strict=True) if not broken}
        seen = {words for _, words in known}
        last = {words[-1] for (label, words) in known if len(words) > 1 and self.kind_of[label] == PERSON}
        out = []
        for one, words, broken in zip(self.mentions, plain, cut, strict=True):
            if broken and words:
                words = self._whole(one.label, words, known, seen)
            elif len(words) == 1 and words[0] not in last and self.kind_of[one.label] == PERSON:
                words = self._with_letter(one, last) or self._without_letter(one, words, known)
            elif len(words) > 1 or self.kind_of[one.label] != PERSON:
                words = self._without_letter(one, words, known)
            out.append(words)
        return out

    def _is_cut(self, one: Mention) -> bool:
        return one.text.startswith("ل") and self.text[max(one.start - 1, 0) : one.start] == "ل"

    def _without_letter(self, one: Mention, words: Words, known: set[tuple[str, Words]]) -> Words:
        """The words without a proclitic that was taken into the mention, if the name stands elsewhere without it."""
        if words and len(words[0]) > 4 and words[0][0] in _LETTERS:
            rest = (words[0][1:], *words[1:])
            return rest if (one.label, rest) in known else words
        return words

    def _with_letter(self, one: Mention, last: set[str]) -> Words | None:
        """A last name with its first letter, if this was left before the mention as if it were a word of its own (``ف`` of ``فيسترفيله``).

        A ``و`` is left alone: it is nearly always the word, and names with ``و`` inside are often two names marked as one.
        """
        before = self.text[max(one.start - 2, 0) : one.start]
        if before[-1:] in _LETTERS and before[-1] != "و" and not before[:-1].isalpha():
            words = words_of(before[-1] + one.text)
            return words if len(words) == 1 and words[0] in last else None
        return None

    def _whole(self, label: str, words: Words, known: set[tuple[str, Words]], seen: set[Words]) -> Words:
        head, rest = words[0], words[1:]
        choices = [(head, *rest), ("ال" + head[1:], *rest), ("ال" + head, *rest)]  # للبنان, للجيش, للاجئين
        for test in (lambda one: (label, one) in known, lambda one: one in seen, lambda one: self.aliases.find(label, one) is not None):
            for one in choices:
                if test(one):
                    return one
        return choices[0] if self.kind_of[label] == PERSON else choices[1]
