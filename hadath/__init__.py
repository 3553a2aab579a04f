"""Reads Arabic news: entities, event triggers and event types at exact places in the untouched text.

>>> from hadath import Predictor
>>> document = Predictor.load()("سيطر الجيش السوري على مدينة البوكمال.")
"""

from .inference.predictor import Predictor
from .models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel, read_jsonl, write_jsonl
from .models.errors import DataError, HadathError, MissingExtra
from .models.scheme import Scheme

__version__ = "0.1.0"

__all__ = [
    "Argument",
    "DataError",
    "Document",
    "Event",
    "HadathError",
    "Mention",
    "MissingExtra",
    "Predictor",
    "Scheme",
    "Sentence",
    "SentenceLabel",
    "read_jsonl",
    "write_jsonl",
]
