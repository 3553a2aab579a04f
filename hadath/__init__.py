"""Reads Arabic news: entities, event triggers and event types at exact places in the untouched text, and the events they tell of as records.

>>> from hadath import Predictor, events
>>> document = Predictor.load()("سيطر الجيش السوري على مدينة البوكمال.")
>>> rows = events([document]).to_rows()
"""

from .inference.event_table import EventTable, events
from .inference.predictor import Predictor
from .models.documents import Argument, Document, Event, Mention, Sentence, SentenceLabel, read_jsonl, write_jsonl
from .models.errors import DataError, HadathError, MissingExtra
from .models.records import EventRecord
from .models.scheme import Scheme

__version__ = "0.1.0"

__all__ = [
    "Argument",
    "DataError",
    "Document",
    "Event",
    "EventRecord",
    "EventTable",
    "HadathError",
    "Mention",
    "MissingExtra",
    "Predictor",
    "Scheme",
    "Sentence",
    "SentenceLabel",
    "events",
    "read_jsonl",
    "write_jsonl",
]
