"""A tagger of entities in the shape of AraBERT base, with random weights, for our runtimes and for transformers' pipeline alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForTokenClassification, BertModel, BertTokenizerFast

from hadath.inference.loading import load_tokenizer
from hadath.models.scheme import Scheme
from hadath.models.spec import Pieces, TaggerSpec
from hadath.models.storage import load_tagger, new_tagger, save_tagger
from hadath.models.tags import Tags
from hadath.training.export import export

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WINDOW = 512


def make_tagger(folder: Path, texts: Sequence[str], *, layers: int, pieces: int) -> Path:
    """A model folder with both graphs. Neither side cleans the texts: both see the same words.

    Args:
        folder: Where to make it.
        texts: Train the tokenizer; what is missing to `pieces` is filled with unused ones.
        layers: Of the encoder; AraBERT base has 12.
        pieces: Its vocabulary; AraBERT has 64,000.
    """
    encoder = folder / "encoder"
    tokenizer = _tokenizer(texts, pieces)
    tokenizer.save_pretrained(encoder)
    torch.manual_seed(0)
    BertModel(BertConfig(vocab_size=pieces, num_hidden_layers=layers, max_position_embeddings=_WINDOW)).save_pretrained(encoder)
    special = Pieces(pad=tokenizer.pad_token_id, unk=tokenizer.unk_token_id, cls=tokenizer.cls_token_id, sep=tokenizer.sep_token_id)
    spec = TaggerSpec(Scheme(entities=("PERS", "LOC", "ORG", "MISC")), "none", proclitics=False, window=_WINDOW, pieces=special)
    tagger = new_tagger(str(encoder), spec)
    with torch.no_grad():
        for head in tagger.heads.values():
            head.bias[0] += 2.0  # random heads would say a mention nearly everywhere; most words of news are in none
    save_tagger(tagger, spec, folder)
    load_tokenizer(encoder).save(str(folder / "tokenizer.json"))
    export(folder, [one[:400] for one in texts[:3]])
    return folder


def save_for_transformers(folder: Path) -> Path:
    """The same weights and labels as transformers and CAMeL Tools open them: a folder beside ours."""
    spec = TaggerSpec.load(folder)
    tagger = load_tagger(folder, spec)
    encoder: Any = tagger.encoder
    tags = Tags(spec.scheme.entities).names
    model = BertForTokenClassification(BertConfig.from_dict({**encoder.config.to_dict(), "id2label": dict(enumerate(tags))}))
    model.bert.load_state_dict({name: value for name, value in encoder.state_dict().items() if not name.startswith("pooler")})
    model.classifier.load_state_dict(tagger.heads["entities"].state_dict())
    out = folder / "transformers"
    model.save_pretrained(out)
    BertTokenizerFast.from_pretrained(folder / "encoder").save_pretrained(out)
    vocabulary = load_tokenizer(out).get_vocab()
    (out / "vocab.txt").write_text("".join(f"{piece}\n" for piece in sorted(vocabulary, key=vocabulary.__getitem__)), encoding="utf-8")
    return out


def _tokenizer(texts: Sequence[str], pieces: int) -> BertTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=pieces, special_tokens=list(_SPECIAL), show_progress=False))
    vocabulary = tokenizer.get_vocab()
    while len(vocabulary) < pieces:
        vocabulary[f"[unused{len(vocabulary)}]"] = len(vocabulary)
    tokenizer.model = models.WordPiece(vocabulary, unk_token="[UNK]")
    ends = [(one, vocabulary[one]) for one in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    return BertTokenizerFast(tokenizer_object=tokenizer, do_lower_case=False, model_max_length=_WINDOW, **names)
