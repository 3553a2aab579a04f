"""How large a vocabulary the small encoder should have: python benchmarks/vocabulary.py [--documents N]

Trains a WordPiece vocabulary of each size on the first N news articles of ../shared/data/text, and counts on the next ones what a word costs: pieces, which the
encoder has to run through, against the megabytes that the table of embeddings adds to the 8-bit model.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

from hadath.models.words import split_words
from hadath.training.text_corpus import UNK, read_documents, train_tokenizer

TEXT = Path(__file__).parents[2] / "shared" / "data" / "text" / "news.txt.xz"
SIZES = (8_000, 12_000, 16_000, 20_000, 28_000, 40_000)
WIDTH = 256
HELD_OUT = 2_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=40_000, help="articles to train on (default: %(default)s)")
    chosen = options.parse_args()
    if not TEXT.exists():
        raise SystemExit(f"the text is not here: {TEXT}")
    documents = list(islice(read_documents(TEXT), chosen.documents + HELD_OUT))
    learnt, held = documents[:-HELD_OUT], documents[-HELD_OUT:]
    words = [text[start:end] for text in held for start, end in split_words(text)]
    print(f"{len(learnt)} articles to train on, {len(held)} others with {len(words)} words to count on; embeddings {WIDTH} wide", flush=True)
    print("\n| vocabulary | pieces a word | words of one piece | unknown pieces | embeddings in 8 bits |\n|---|---|---|---|---|")
    for size in SIZES:
        tokenizer = train_tokenizer(learnt, size=size)
        encoded = tokenizer.encode_batch(words, add_special_tokens=False)
        pieces = sum(len(one.ids) for one in encoded)
        whole = sum(len(one.ids) == 1 for one in encoded)
        unknown = sum(one.ids.count(UNK) for one in encoded)
        table = tokenizer.get_vocab_size() * WIDTH / 1e6
        print(
            f"| {tokenizer.get_vocab_size():,} | {pieces / len(words):.3f} | {100 * whole / len(words):.1f}% | {100 * unknown / pieces:.2f}% | {table:.1f} MB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
