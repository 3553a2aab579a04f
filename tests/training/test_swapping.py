"""Names in the places of others: every span of every layer stays on its own text."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pydantic", reason="configs need the extra train")

from hadath.models.documents import Document
from hadath.models.errors import HadathError
from hadath.models.scheme import load_scheme
from hadath.training.config import CorpusSettings
from hadath.training.corpora import load_corpus
from hadath.training.markup import read_marked
from hadath.training.swapping import swapped

TEXT = """# id: one
[STATEMENT e1:قال] [PER t1:سامي رزق] إن [ORG t2:الجيش اللبناني] [CAPTURE e2:استعاد] [GPE t3:عرسال] من [ORG t4:داعش].
> e1 ACTOR=t1
> e2 ACTOR=t2 RECIPIENT=t4 PLACE=t3
= COERCE STATEMENT
و[REJECT e3:نفى] [PER t5:سامي رزق] ذلك ل[ORG t6:لجزيرة]، ول[GPE:لندن] رأي.
> e3 ACTOR=t5
= REJECT

# id: two
[GPE:مقديشو] - [KILL e1:قتل] [PER t1:علي] في [GPE t2:بلدة بلعد].
> e1 RECIPIENT=t1 PLACE=t2
= ASSAULT
"""


@pytest.fixture
def documents(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text(TEXT, encoding="utf-8")
    return list(read_marked(path, load_scheme("news")))


def _swapped(documents: list[Document], labels: list[str], share: float = 1.0, seed: int = 0) -> list[Document]:
    return list(swapped(documents, labels, share, np.random.default_rng(seed)))


def test_every_span_stays_on_its_own_text(documents):
    for seed in range(30):
        for old, new in zip(documents, _swapped(documents, ["PER", "GPE", "ORG"], 0.7, seed), strict=True):
            new_spans, old_spans = ([*one.entities, *one.events] for one in (new, old))
            assert all(new.text[one.start : one.end] == one.text for one in new_spans)
            assert [(one.label, one.id) for one in new_spans] == [(one.label, one.id) for one in old_spans]
            assert [one.text for one in new.events] == [one.text for one in old.events]
            assert [one.arguments for one in new.events] == [one.arguments for one in old.events]
            assert [one.labels for one in new.sentences] == [one.labels for one in old.sentences]
            # what stands between the mentions is what stood there
            assert _between(new) == _between(old)
            assert [new.text[one.start : one.end][-1] for one in new.sentences] == ["."] * len(new.sentences)


def _between(document: Document) -> list[str]:
    places = [0, *(edge for one in sorted(document.entities, key=lambda one: one.start) for edge in (one.start, one.end)), len(document.text)]
    return [document.text[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]


def test_others_of_the_label_come_in_and_a_name_becomes_the_same_each_time(documents):
    names = {label: {one.text for document in documents for one in document.entities if one.label == label} for label in ("PER", "GPE", "ORG")}
    seen = set()
    for seed in range(20):
        for document in _swapped(documents, ["PER", "GPE"], seed=seed):
            assert all(one.text in names[one.label] for one in document.entities)
            assert {one.text for one in document.entities if one.label == "ORG"} <= {"الجيش اللبناني", "داعش", "لجزيرة"}
            seen |= {one.text for one in document.entities if one.id == "t1"}
        first = {one.id: one.text for one in _swapped(documents, ["PER"], seed=seed)[0].entities}
        assert first["t1"] == first["t5"]
    assert seen == {"سامي رزق", "علي"}


def test_what_follows_the_preposition_lam_stays_and_goes_nowhere(documents):
    for seed in range(20):
        one, other = _swapped(documents, ["GPE", "ORG"], seed=seed)
        assert "للجزيرة، وللندن رأي" in one.text
        assert "لندن" not in other.text
        assert "لجزيرة" not in {mention.text for mention in one.entities if mention.id in ("t2", "t4")}


def test_a_mention_inside_a_trigger_or_another_stays(documents):
    data = {"id": "x", "text": "اتفاق الطائف في الرياض وبيروت"}
    spans = {
        "entities": [{"start": 6, "end": 12, "text": "الطائف", "label": "GPE"}, {"start": 16, "end": 22, "text": "الرياض", "label": "GPE"}],
        "events": [{"start": 0, "end": 12, "text": "اتفاق الطائف", "label": "AGREE"}],
    }
    document = Document.from_json({**data, **spans})
    for seed in range(10):
        (found,) = _swapped([document], ["GPE"], seed=seed)
        assert found == document  # the only other name is the one in the trigger, which is none that may go elsewhere


def test_a_share_of_the_names(documents):
    many = documents * 200
    changed = sum(old.text != new.text for old, new in zip(many, _swapped(many, ["PER"], share=0.5), strict=True))
    # half are drawn, and of these every second draws itself
    assert 0.18 < changed / len(many) < 0.32


def test_a_corpus_with_copies_is_seen_as_often_as_without(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text(TEXT, encoding="utf-8")
    plain = {"name": "c", "files": [str(path)], "format": "marked", "layers": {"entities": {}}, "weight": 0.5}
    scheme = load_scheme("news")
    alone = load_corpus(CorpusSettings.model_validate(plain), scheme)
    more = load_corpus(CorpusSettings.model_validate({**plain, "swap": {"labels": ["PER"], "copies": 4, "share": 1.0}}), scheme)
    assert more.documents[: len(alone.documents)] == alone.documents
    assert len(more.documents) == 5 * len(alone.documents)
    assert len(more.documents) * more.weight == len(alone.documents) * alone.weight
    assert len({one.text for one in more.documents}) > len(alone.documents)
    with pytest.raises(HadathError, match='corpus "c", swap: it has no entity label "PERS"'):
        load_corpus(CorpusSettings.model_validate({**plain, "swap": {"labels": ["PERS"]}}), scheme)
