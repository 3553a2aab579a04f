"""Tiny encoders and models with random weights, so that tests need neither the network nor a trained model."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, BertTokenizerFast, ModernBertModel, PreTrainedTokenizerFast

from hadath.inference.loading import load_tokenizer
from hadath.models.arabert import clean
from hadath.models.scheme import load_scheme
from hadath.models.spec import Pieces, TaggerSpec
from hadath.models.storage import new_tagger, save_tagger
from hadath.training.export import export
from hadath.training.pretrain_config import EncoderSettings
from hadath.training.small_encoder import encoder_config, wrap_tokenizer
from hadath.training.text_corpus import train_tokenizer

ROOT = Path(__file__).parents[1]
QUICKSTART = ROOT / "data" / "quickstart"
ARABERT_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[رابط]", "[بريد]", "[مستخدم]")

# Our own sentences; what the tests say of a text does not depend on what a model says of it.
NEWS = (
    "سيطر الجيش السوري على مدينة البوكمال صباح الخميس بعد معارك مع مسلحين.",
    "وقالت الوزيرة إن 14 شخصا أصيبوا في الانفجار. ودعا المتحدث باسم الأمم المتحدة إلى وقف إطلاق النار!",
    "انسحبت القوات من القرية",
    "وبالمدافع قصفت الكتيبة موقعا لمسلحين قرب الحدود.\nونفى الناطق ذلك.",
)


def quickstart_texts() -> list[str]:
    """The raw texts of the project's own documents."""
    files = ("train.jsonl", "dev.jsonl")
    return [json.loads(line)["text"] for name in files for line in (QUICKSTART / name).read_text(encoding="utf-8").splitlines()]


def make_encoder(folder: Path, *, layers: int = 2, width: int = 64, pieces: int = 1500) -> Path:
    """A small ModernBERT with its tokenizer, as pretraining would leave them, but untrained."""
    tokenizer = train_tokenizer(quickstart_texts(), size=pieces, min_frequency=2)
    torch.manual_seed(0)
    shape = EncoderSettings(layers=layers, width=width, heads=4, feed_forward=2 * width, positions=512)
    ModernBertModel(encoder_config(shape, tokenizer.get_vocab_size(), shape.positions)).save_pretrained(folder)
    wrap_tokenizer(tokenizer, shape.positions).save_pretrained(folder)
    return folder


def make_arabert(folder: Path, *, layers: int = 2, width: int = 64, pieces: int = 1500) -> Path:
    """A BERT in the shape of AraBERT v0.2: its special pieces, its own pieces for brackets, a vocabulary of exactly `pieces`."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=pieces, special_tokens=list(ARABERT_SPECIAL), limit_alphabet=300)
    tokenizer.train_from_iterator((clean(one).text for one in quickstart_texts()), trainer)
    vocabulary = tokenizer.get_vocab()
    while len(vocabulary) < pieces:  # the full size is more than a few documents can fill
        vocabulary[f"[unused{len(vocabulary)}]"] = len(vocabulary)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.model = models.WordPiece(vocabulary, unk_token="[UNK]")
    cls, sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", cls), ("[SEP]", sep)]
    )
    BertTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        do_lower_case=False,
        model_max_length=512,
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=pieces,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=max(2, width // 64),
        intermediate_size=4 * width,
        max_position_embeddings=512,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def make_model(
    encoder: Path, folder: Path, *, normalisation: str = "news", window: int = 64, graphs: bool = True, loud: float = 15.0, **spec_options: Any
) -> Path:
    """A model folder with an untrained tagger whose heads speak up: it finds many mentions, of every label, and if it was asked for, arguments."""
    scheme = load_scheme("news")
    wrapped = PreTrainedTokenizerFast.from_pretrained(encoder)
    pieces = Pieces(pad=wrapped.pad_token_id, unk=wrapped.unk_token_id, cls=wrapped.cls_token_id, sep=wrapped.sep_token_id)
    spec = TaggerSpec(scheme, normalisation, window=window, pieces=pieces, **spec_options)
    torch.manual_seed(1)
    tagger = new_tagger(str(encoder), spec)
    with torch.no_grad():
        for head in tagger.heads.values():
            head.weight.mul_(loud)
        if tagger.arguments is not None:
            tagger.arguments.out.weight.mul_(loud)
    save_tagger(tagger, spec, folder)
    load_tokenizer(encoder).save(str(folder / "tokenizer.json"))
    if graphs:
        export(folder, list(NEWS))
    return folder


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Rows as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def turn_heads(graph: Path, path: Path, size: int) -> None:
    """The same graph with the weights of the heads of `size` outputs turned round: what it said most it says least."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(graph))
    for one in model.graph.initializer:
        if size in one.dims and one.data_type == onnx.TensorProto.FLOAT:
            one.CopyFrom(numpy_helper.from_array(-numpy_helper.to_array(one), one.name))
    onnx.save(model, str(path))
