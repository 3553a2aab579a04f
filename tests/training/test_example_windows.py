"""Windows of long documents: every word and every paragraph is learnt from exactly once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("pydantic", reason="corpora are described by configs (extra train)")

from hadath.models.documents import Document, Mention, Sentence

from .letters import MARKED, SCHEME, TEXT, corpus_of, long_document, new_maker, tag_names


def _known(examples: list[dict[str, Any]], name: str, blank: int) -> list[tuple[int, int]]:
    """Every piece of which something is known, with what is."""
    return sorted((piece, value) for one in examples for piece, value in zip(one["input_ids"], one[name], strict=True) if value != blank)


@pytest.mark.parametrize("window", [16, 17, 32, 75, 200])
def test_every_word_is_learnt_from_exactly_once(window: int) -> None:
    for seed in range(3):
        document = long_document(seed)
        maker, whole = new_maker(window), new_maker(2000)
        cut, (one,) = list(maker.make(corpus_of(document))), list(whole.make(corpus_of(document)))
        assert len(cut) > 1
        assert max(len(example["input_ids"]) for example in cut) <= window
        assert all((example["input_ids"][0], example["input_ids"][-1]) == (2, 3) for example in cut)
        for name, blank in (("entities", 0), ("triggers", 0), ("proclitics", -1), ("asserted", -1)):
            assert _known(cut, name, blank) == _known([one], name, blank)
        assert len(_known([one], "entities", 0)) == 150
        assert all(example[name][at] == blank for example in cut for name, blank in (("entities", 0), ("paragraph", -1)) for at in (0, -1))


@pytest.mark.parametrize("window", [16, 32, 75, 200])
def test_every_paragraph_is_learnt_from_once_or_counted_as_cut(window: int) -> None:
    for seed in range(3):
        document = long_document(seed)
        maker = new_maker(window)
        cut, (one,) = list(maker.make(corpus_of(document))), list(new_maker(2000).make(corpus_of(document)))

        def paragraphs(example: dict[str, Any]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
            pieces = zip(example["input_ids"], example["paragraph"], strict=True)
            by_row: dict[int, list[int]] = {row: [] for row in range(len(example["labels"]))}
            for piece, row in pieces:
                if row != -1:
                    by_row[row].append(piece)
            return [(tuple(by_row[row]), tuple(labels)) for row, labels in enumerate(example["labels"])]

        all_of_them = Counter(paragraphs(one))
        kept = Counter(found for example in cut for found in paragraphs(example))
        assert set(kept.values()) <= {1}
        assert kept <= all_of_them
        lost = maker.lost["c"].counts["paragraphs without sentence loss, since a window's edge cuts them"]
        assert lost == all_of_them.total() - kept.total()
        assert lost or window == 200


def test_what_was_not_lost_is_not_told() -> None:
    sentences = (Sentence(0, len(TEXT), ()),)
    maker = new_maker()
    list(maker.make(corpus_of(replace(MARKED, sentences=sentences))))
    assert maker.lost["c"].lines() == []


def test_an_empty_document_gives_no_example() -> None:
    assert list(new_maker().make(corpus_of(Document("a", ""), Document("b", " \u200f\n", entities=())))) == []


def test_many_documents_keep_their_own_marks() -> None:
    words = ["نص", "قصير", "هنا"]
    documents = [
        Document(str(at), words[at % 3], entities=(Mention(0, len(words[at % 3]), words[at % 3], SCHEME.entities[at % 4]),)) for at in range(1201)
    ]
    maker = new_maker()
    examples = list(maker.make(corpus_of(*documents)))
    assert [tag_names(maker, "entities", one["entities"])[1] for one in examples] == [f"B-{SCHEME.entities[at % 4]}" for at in range(1201)]
    assert [len(one["input_ids"]) - 2 for one in examples] == [len(words[at % 3]) for at in range(1201)]
