"""In: documents as lists of words. Out: how well each matches the words of a question (Okapi BM25).

Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework". Scores are divided by what a document
holding every known word of the question would get, so that long and short questions compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.understanding.ngrams import Floats

_K1, _B = 1.2, 0.6


class Bm25:
    """An index over a fixed set of documents.

    Args:
        documents: words of each document.
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._columns: dict[str, int] = {}
        counts = [Counter(self._column(word) for word in words) for words in documents]
        lengths = np.array([sum(count.values()) for count in counts], np.float32)
        norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()) if len(lengths) else 0.0, 1.0))
        rows = [row for row, count in enumerate(counts) for _ in count]
        columns = [column for count in counts for column in count]
        values = [n * (_K1 + 1) / (n + norm[row]) for row, count in enumerate(counts) for n in count.values()]
        holding = np.bincount(columns, minlength=len(self._columns)) if columns else np.zeros(0)
        self._idf = np.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        shape = (len(self._columns), len(documents))
        self._weights = csr_matrix((np.array(values, np.float32), (columns, rows)), shape=shape)

    def _column(self, word: str) -> int:
        return self._columns.setdefault(word, len(self._columns))

    def scores(self, questions: Sequence[Sequence[str]]) -> Floats:
        """Match of every document with every question, about 0–2; float32 [questions, documents]."""
        known = [sorted({self._columns[w] for w in words if w in self._columns}) for words in questions]
        starts = np.cumsum([0, *(len(columns) for columns in known)])
        flat = np.array([column for columns in known for column in columns], np.int64)
        weights = np.array([v / self._idf[columns].sum() for columns in known for v in self._idf[columns]], np.float32)
        asked = csr_matrix((weights, flat, starts), shape=(len(questions), len(self._columns)))
        scores: Floats = (asked @ self._weights).toarray().astype(np.float32)
        return scores
