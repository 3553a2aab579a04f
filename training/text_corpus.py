"""Plain text for pretraining: documents out of files, a vocabulary, one memory-mapped array of piece ids, skip-gram vectors of the pieces."""

from __future__ import annotations

import gzip
import hashlib
import lzma
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from tqdm import tqdm

from ..models.errors import DataError, HadathError
from ..models.normalise import normalise
from .duplicates import Sentences

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(5)


def read_documents(path: str | Path) -> Iterator[str]:
    """The documents of a text file (one paragraph a line, a blank line between documents), normalised, exact repetitions left out.

    Raises:
        DataError: The file cannot be read.
    """
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(Path(path).suffix.lower(), open)
    seen: set[bytes] = set()
    paragraphs: list[str] = []

    def finish() -> Iterator[str]:
        text = normalise("\n".join(paragraphs)).text
        paragraphs.clear()
        mark = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
        if mark not in seen:
            seen.add(mark)
            yield text

    try:
        with opener(path, "rt", encoding="utf-8") as lines:  # type: ignore[operator]
            for line in lines:
                if line.strip():
                    paragraphs.append(line.strip())
                elif paragraphs:
                    yield from finish()
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as fault:
        raise DataError(f"cannot be read: {fault}", path) from None
    if paragraphs:
        yield from finish()


def train_tokenizer(documents: Iterable[str], *, size: int, min_frequency: int = 3) -> Tokenizer:
    """A WordPiece vocabulary, with the project's normalisation of letters built in, so that any user of tokenizer.json gets the same pieces."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    marks = Regex("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(marks, ""),
            normalizers.Replace(Regex("[أإآٱ]"), "ا"),
            normalizers.Replace("ى", "ي"),
            normalizers.Lowercase(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=size, min_frequency=min_frequency, limit_alphabet=300, special_tokens=list(SPECIAL))
    tokenizer.train_from_iterator(documents, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)]
    )
    return tokenizer


def encode_corpus(path: str | Path, tokenizer: Tokenizer, out: Path, leave_out: Sentences | None = None) -> np.ndarray:
    """Encodes a text file as ``[CLS] document [SEP] …``, once; a second call maps the array that is there.

    Args:
        path: The text file.
        tokenizer: Makes the pieces.
        out: The array's file.
        leave_out: Documents in which one of these stands are left out; how many they are is printed.

    Returns:
        Piece ids, uint16, memory-mapped. Shape: (pieces,)
    """
    if not out.exists():
        part = out.with_suffix(".part")
        documents = iter(tqdm(read_documents(path), desc=f"encoding {Path(path).name}", unit=" documents", mininterval=2))
        taken = left = 0
        with part.open("wb") as file:
            while batch := list(islice(documents, 1000)):
                kept = batch if leave_out is None else [one for one in batch if not leave_out.stand_in(one)]
                taken, left = taken + len(kept), left + len(batch) - len(kept)
                for encoded in tokenizer.encode_batch(kept, add_special_tokens=False):
                    file.write(np.array([CLS, *encoded.ids, SEP], dtype=np.uint16).tobytes())
        part.rename(out)
        if leave_out is not None:
            print(f"{path}: {left} of {left + taken} documents left out, in which a sentence of the labelled files stands", flush=True)
    if out.stat().st_size == 0:
        raise HadathError(f"{path} holds no text" + ("" if leave_out is None else ", but for what is left out"))
    return np.memmap(out, dtype=np.uint16, mode="r")


def skip_gram_vectors(
    corpora: Sequence[np.ndarray], *, vocabulary: int, width: int, pieces: int, epochs: int, window: int, seed: int, threads: int
) -> np.ndarray:
    """Skip-gram vectors of the pieces (Mikolov et al., 2013), by gensim. Pieces that are not met get zeros.

    Returns:
        float32. Shape: (vocabulary, width)
    """
    from gensim.models import Word2Vec

    total = sum(len(ids) for ids in corpora)
    rows = _Rows([ids[: max(1, int(pieces * len(ids) / total))] for ids in corpora])
    # gensim reads the rows once for the counts and once an epoch
    with tqdm(total=(1 + epochs) * len(rows), desc="skip-gram vectors", unit=" rows", mininterval=2) as rows.bar:
        model = Word2Vec(
            rows, vector_size=width, window=window, sg=1, negative=5, sample=1e-4, min_count=1, workers=threads, epochs=epochs, seed=seed
        )
    vectors = np.zeros((vocabulary, width), np.float32)
    for key, index in model.wv.key_to_index.items():
        vectors[int(key)] = model.wv.vectors[index]
    return vectors


class _Rows:
    """Arrays of ids as sentences of strings, which is what gensim reads; made anew at each pass."""

    def __init__(self, corpora: Sequence[np.ndarray], length: int = 200) -> None:
        self.corpora, self.length = corpora, length
        self.bar: tqdm | None = None

    def __len__(self) -> int:
        return sum(-(-len(ids) // self.length) for ids in self.corpora)

    def __iter__(self) -> Iterator[list[str]]:
        names = [str(one) for one in range(65_536)]
        for ids in self.corpora:
            for begin in range(0, len(ids), self.length):
                yield [names[one] for one in ids[begin : begin + self.length].tolist() if one > MASK]
                if self.bar is not None:
                    self.bar.update()
