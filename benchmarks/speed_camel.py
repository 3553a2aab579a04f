"""CAMeL Tools' recogniser on a local folder, where the package is installed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from hadath.models.words import split_words


def camel_of(folder: Path, texts: Sequence[str], batch: int) -> Callable[[], object] | str:
    """Its class on the model in a folder, or why there is none.

    Each article is given as one list of words, which it cuts into segments itself: sentence by sentence it would compute more padding.
    """
    # importing it fetches a list of its own models, of which none is used here, unless there is one
    data = folder / "camel"
    data.mkdir(exist_ok=True)
    (data / "catalogue.json").write_text(json.dumps({"version": "0", "packages": {}, "components": {}}), encoding="utf-8")
    os.environ["CAMELTOOLS_DATA"] = str(data)
    try:
        from camel_tools.ner import NERecognizer
    except Exception as fault:  # what is missing on a machine comes as errors of many kinds
        return f"CAMeL Tools cannot be imported here ({type(fault).__name__}: {' '.join(str(fault).split())[:100]})"
    recogniser = NERecognizer(str(folder), use_gpu=False)
    words = [[text[start:end] for start, end in split_words(text)] for text in texts]
    return lambda: recogniser.predict(words, batch)
