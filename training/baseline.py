"""The floor under every tagger: sentence labels from weighted character n-grams and one linear classifier a label."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ..models.documents import Document, Sentence, SentenceLabel
from ..models.errors import DataError, HadathError, MissingExtra, nearest
from ..models.scheme import Scheme
from ..models.sentences import split_sentences

_NEVER = -30.0  # the logit of a label without examples: a score of 0 to twelve places

_SETTINGS, _ARRAYS = "baseline.json", "baseline.npz"


class SentenceBaseline:
    """Labels sentences from TF-IDF of character n-grams with one linear support vector machine a label.

    Cross-validation on the training data turns the margins into probabilities (Platt scaling) and chooses each label's threshold for the best F1; a
    label is given where its probability reaches that. On news the machines did better than logistic regression, by one point of F1 in cross-validation.

    Args:
        ngrams: Shortest and longest character n-gram, inside words.
        min_df: Leaves out n-grams that fewer training sentences have.
        C: Inverse of the strength of the regularisation.
        class_weight: "balanced" weighs a label's examples against the rest; None leaves them as they are.
        folds: Parts of the cross-validation; sentences of one document stay together.
        seed: Of the folds and of the solver.
    """

    def __init__(
        self,
        *,
        ngrams: tuple[int, int] = (2, 5),
        min_df: int = 3,
        C: float = 1.0,
        class_weight: str | None = None,
        folds: int = 5,
        seed: int = 13,
    ) -> None:
        if not 1 <= ngrams[0] <= ngrams[1]:
            raise HadathError(f"ngrams is the shortest and the longest n-gram, such as (2, 5), got {tuple(ngrams)}")
        if folds < 2:
            raise HadathError(f"folds is 2 or more, got {folds}")
        if class_weight not in (None, "balanced"):
            raise HadathError(f'class_weight is "balanced" or None, got {class_weight!r}')
        self.ngrams, self.min_df, self.C = (int(ngrams[0]), int(ngrams[1])), min_df, C
        self.class_weight, self.folds, self.seed = class_weight, folds, seed
        self.labels: tuple[str, ...] = ()
        self.thresholds = np.zeros(0, np.float32)  # Shape: (labels,)
        self._weights = np.zeros((0, 0), np.float32)  # Shape: (labels, features)
        self._biases = np.zeros(0, np.float32)  # Shape: (labels,)
        self._vectorizer: Any = None

    def fit(self, documents: Sequence[Document], scheme: Scheme) -> SentenceBaseline:
        """Trains on the sentences of the documents; documents with a sentence without labels, or without sentences, are left out.

        Raises:
            DataError: Fewer labelled documents than folds, or a label that the scheme lacks.
        """
        known = [one for one in documents if one.sentences is not None and all(sentence.labels is not None for sentence in one.sentences)]
        known = [one for one in known if one.sentences]
        if len(known) < self.folds:
            raise DataError(
                f"the baseline needs at least {self.folds} documents with labelled sentences (one a fold), got {len(known)} of {len(documents)}"
            )
        if not scheme.sentence_labels:
            raise DataError("the scheme has no sentence_labels, so there is nothing to train the baseline on")
        texts, gold, owners = [], [], []
        for owner, document in enumerate(known):
            for sentence in document.sentences or ():
                texts.append(document.text[sentence.start : sentence.end])
                gold.append(_row(sentence, scheme, document.id))
                owners.append(owner)
        truth = np.array(gold, bool)
        order = np.random.default_rng(self.seed).permutation(len(known))
        fold = order[np.array(owners)] % self.folds

        margins = np.zeros(truth.shape, np.float32)
        for part in range(self.folds):
            held = fold == part
            vectorizer = self._new_vectorizer()
            features = vectorizer.fit_transform([text for text, out in zip(texts, held, strict=True) if not out])
            weights, biases = self._train(features, truth[~held])
            margins[held] = vectorizer.transform([text for text, out in zip(texts, held, strict=True) if out]) @ weights.T + biases
        slopes, shifts = self._scale(margins, truth)
        scores = _sigmoid(margins * slopes + shifts)

        self.labels = scheme.sentence_labels
        self.thresholds = np.array([best_threshold(*columns) for columns in zip(truth.T, scores.T, strict=True)], np.float32)
        self._vectorizer = self._new_vectorizer()
        weights, biases = self._train(self._vectorizer.fit_transform(texts), truth)
        self._weights, self._biases = weights * slopes[:, None], biases * slopes + shifts
        return self

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        """Labels the sentences of each document; a document without sentences is split into them first.

        Returns:
            One document per document, in order, with sentences alone: each label with its probability, in the order of the scheme.
        """
        self._check_fitted()
        spans = [
            [(one.start, one.end) for one in document.sentences] if document.sentences is not None else split_sentences(document.text)
            for document in documents
        ]
        texts = [document.text[start:end] for document, own in zip(documents, spans, strict=True) for start, end in own]
        scores = iter(_sigmoid(self._vectorizer.transform(texts) @ self._weights.T + self._biases) if texts else ())
        out = []
        for document, own in zip(documents, spans, strict=True):
            sentences = tuple(Sentence(start, end, self._given(next(scores))) for start, end in own)
            out.append(replace(document.without("entities", "events"), sentences=None if document.error is not None else sentences))
        return out

    def save(self, folder: str | Path) -> None:
        """Writes the classifier as a JSON file and an npz file of arrays, without pickle."""
        self._check_fitted()
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = sorted(self._vectorizer.vocabulary_, key=self._vectorizer.vocabulary_.__getitem__)
        settings = {
            "kind": "hadath sentence baseline",
            "settings": {
                "ngrams": self.ngrams,
                "min_df": self.min_df,
                "C": self.C,
                "class_weight": self.class_weight,
                "folds": self.folds,
                "seed": self.seed,
            },
            "labels": self.labels,
            "vocabulary": vocabulary,
        }
        (folder / _SETTINGS).write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / _ARRAYS, thresholds=self.thresholds, weights=self._weights, biases=self._biases, idf=self._vectorizer.idf_)

    @classmethod
    def load(cls, folder: str | Path) -> SentenceBaseline:
        """Reads what `save` wrote.

        Raises:
            DataError: The folder lacks a file, or one is damaged; with the path.
        """
        path = Path(folder) / _SETTINGS
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            settings = data["settings"]
            baseline = cls(**{**settings, "ngrams": tuple(settings["ngrams"])})
            baseline.labels = tuple(data["labels"])
            vocabulary = {gram: index for index, gram in enumerate(data["vocabulary"])}
            path = Path(folder) / _ARRAYS
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                baseline.thresholds, baseline._weights, baseline._biases = arrays["thresholds"], arrays["weights"], arrays["biases"]
                idf = arrays["idf"]
        except OSError as fault:
            raise DataError(f"cannot be read: {fault.strerror or fault}; give the folder that SentenceBaseline.save wrote", path) from None
        except (ValueError, KeyError, TypeError, EOFError, BadZipFile) as fault:
            raise DataError(f"is no saved sentence baseline ({fault}); save it again", path) from None
        if baseline._weights.shape != (len(baseline.labels), len(vocabulary)) or len(idf) != len(vocabulary):
            raise DataError(
                f"has weights of shape {baseline._weights.shape} for {len(baseline.labels)} labels and {len(vocabulary)} n-grams; save it again", path
            )
        baseline._vectorizer = baseline._new_vectorizer(vocabulary)
        baseline._vectorizer.idf_ = idf
        return baseline

    def _new_vectorizer(self, vocabulary: dict[str, int] | None = None) -> Any:
        try:
            from sklearn.feature_extraction.text import TfidfVectorizer
        except ImportError:
            raise MissingExtra("the sentence baseline", "train") from None
        return TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=self.ngrams,
            sublinear_tf=True,
            min_df=self.min_df,
            vocabulary=vocabulary,
            lowercase=False,
            dtype=np.float32,
        )

    def _train(self, features: Any, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights (labels, features) and biases (labels,) of one classifier a label."""
        from sklearn.svm import LinearSVC

        weights = np.zeros((truth.shape[1], features.shape[1]), np.float32)
        biases = np.full(truth.shape[1], _NEVER, np.float32)
        for index, wanted in enumerate(truth.T):
            if wanted.all():
                biases[index] = -_NEVER
            elif wanted.any():
                model = LinearSVC(C=self.C, class_weight=self.class_weight, random_state=self.seed)
                model.fit(features, wanted)
                weights[index], biases[index] = model.coef_[0], model.intercept_[0]
        return weights, biases

    def _scale(self, margins: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Slopes and shifts that make probabilities of margins. Shape: (labels,)"""
        from sklearn.linear_model import LogisticRegression

        slopes, shifts = np.ones(truth.shape[1], np.float32), np.zeros(truth.shape[1], np.float32)
        for index, wanted in enumerate(truth.T):
            if wanted.any() and not wanted.all():
                model = LogisticRegression().fit(margins[:, [index]], wanted)
                # A falling curve, which a handful of examples can give, would turn the order of the margins round.
                if model.coef_[0, 0] > 0:
                    slopes[index], shifts[index] = model.coef_[0, 0], model.intercept_[0]
        return slopes, shifts

    def _given(self, scores: np.ndarray) -> tuple[SentenceLabel, ...]:
        return tuple(
            SentenceLabel(label, round(float(score), 6))
            for label, score, threshold in zip(self.labels, scores, self.thresholds, strict=True)
            if score >= threshold
        )

    def _check_fitted(self) -> None:
        if self._vectorizer is None:
            raise HadathError("the sentence baseline is not trained; call fit first, or load a saved one")


def best_threshold(truth: np.ndarray, scores: np.ndarray) -> float:
    """The threshold with the best F1, midway to the next lower score; 0.5 where no example is true.

    Args:
        truth: Whether each example has the label. Shape: (examples,)
        scores: Its probability. Shape: (examples,)
    """
    if not truth.any():
        return 0.5
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order].astype(np.float64)
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + truth.sum())
    lower = np.append(ranked[1:], 0.0)
    f1[lower == ranked] = -1  # a threshold cannot part equal scores
    best = int(np.argmax(f1))
    return float((ranked[best] + lower[best]) / 2)


def _row(sentence: Sentence, scheme: Scheme, where: str) -> list[bool]:
    names = {one.label for one in sentence.labels or ()}
    for name in names.difference(scheme.sentence_labels):
        raise DataError(f'document "{where}" has the sentence label "{name}", which the scheme lacks; {nearest(name, scheme.sentence_labels)}')
    return [label in names for label in scheme.sentence_labels]


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-logits))
