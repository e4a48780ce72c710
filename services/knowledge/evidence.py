"""In: names or texts of items. Out: for a query, one number 0–1 per item and kind of evidence."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

Scores = npt.NDArray[np.float32]
"""One number per item, 0–1, in the snapshot's item order."""

K1, B = 1.2, 0.5
"""BM25's usual saturation; a weaker length penalty than usual, since a long item is not a diluted one."""

LAST = "\U0010ffff"
"""Sorts behind everything a name may go on with."""


class Exact:
    """The query is an id or a name (1), or the beginning of one (by the share of it that was typed)."""

    def __init__(self, names: Iterable[tuple[str, int]], size: int) -> None:
        pairs = sorted(set(names))
        self._names = [name for name, _ in pairs]
        self._owners = np.array([owner for _, owner in pairs], dtype=np.intp)
        self._lengths = np.array([len(name) for name, _ in pairs], dtype=np.float32)
        self._size = size

    def scores(self, query: str) -> Scores:
        """Query as `squeeze` leaves it, or as typed for ids."""
        found = np.zeros(self._size, dtype=np.float32)
        if len(query) < 2:
            return found
        # one slice, not a loop: a common beginning has thousands of names at 100,000 items
        some = slice(bisect_left(self._names, query), bisect_right(self._names, query + LAST))
        np.maximum.at(found, self._owners[some], len(query) / self._lengths[some])
        return found


class Grams:
    """Likeness of the query to an item's most similar name: cosine over weighted character n-grams.

    Args:
        names: names of all items in the form to compare, grouped by item.
        owners: the item of each name, ascending; every item owns at least one.
        lengths: shortest and longest n-gram.
    """

    def __init__(self, names: Sequence[str], owners: Sequence[int], lengths: tuple[int, int]) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=lengths, lowercase=False, sublinear_tf=True, dtype=np.float32
        )
        self._postings = self._vectorizer.fit_transform(names).T.tocsr()
        self._owners = np.asarray(owners, dtype=np.intp)

    def per_name(self, query: str) -> Scores:
        """One number per name, in the order given."""
        asked = self._vectorizer.transform([query])
        # a slice, then a dense product: a quarter less time than a sparse product at 100,000 items
        scores: Scores = self._postings[asked.indices].T @ asked.data
        return scores

    def scores(self, query: str) -> Scores:
        """The best name of each item."""
        per_name = self.per_name(query)
        hit = np.flatnonzero(per_name)
        best = np.zeros(self._owners[-1] + 1, dtype=np.float32)
        if hit.size:  # only names that share a gram: most share none
            owners = self._owners[hit]
            starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
            best[owners[starts]] = np.maximum.reduceat(per_name[hit], starts)
        return best


class Words:
    """BM25 over all public text of an item, as a share of what a perfect match could reach.

    Args:
        texts: per item, its index words (repeat a word to make it weigh more).
        analyze: index words of a query.
    """

    def __init__(self, texts: Sequence[Sequence[str]], analyze: Callable[[str], Iterable[str]]) -> None:
        self._analyze = analyze
        vectorizer = CountVectorizer(analyzer=lambda words: words, dtype=np.float32)
        counts = vectorizer.fit_transform(texts).tocsr()
        self._ids: dict[str, int] = vectorizer.vocabulary_
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        self._idf = np.log1p((len(texts) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        damping = K1 * (1 - B + B * lengths / max(lengths.mean(), 1.0))
        counts.data /= counts.data + np.repeat(damping, np.diff(counts.indptr)).astype(np.float32)
        self._postings = (counts @ sparse.diags(self._idf)).T.tocsr().astype(np.float32)

    def scores(self, query: str) -> Scores:
        """0 when no word is shared."""
        known = sorted({self._ids[word] for word in self._analyze(query) if word in self._ids})
        if not known:
            return np.zeros(self._postings.shape[1], dtype=np.float32)
        total = self._postings[known].T @ np.ones(len(known), dtype=np.float32)
        share: Scores = total / max(float(self._idf[known].sum()), 1e-6)
        return share

    def weights(self, query: str) -> dict[str, float]:
        """The query's words that occur somewhere, with how telling each is."""
        known = {word for word in self._analyze(query) if word in self._ids}
        return {word: float(self._idf[self._ids[word]]) for word in known}


class Meaning:
    """Likeness of sentence vectors, stretched so that a query's typical item counts 0 and an identical one 1."""

    def __init__(self, vectors: npt.NDArray[np.float32]) -> None:
        self._vectors = _unit(vectors)

    def scores(self, query: npt.NDArray[np.float32]) -> Scores:
        """Query vector of the same encoder."""
        cosine = self._vectors @ _unit(query.reshape(1, -1))[0]
        typical = float(np.median(cosine))
        stretched: Scores = np.clip((cosine - typical) / max(1.0 - typical, 1e-6), 0.0, 1.0)
        return stretched


def _unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: npt.NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def group(names: Iterable[Sequence[str]]) -> tuple[list[str], list[int]]:
    """Names of each item → all names and the item of each."""
    flat: dict[int, Sequence[str]] = defaultdict(list, enumerate(names))
    return [n for ns in flat.values() for n in ns], [i for i, ns in flat.items() for _ in ns]
