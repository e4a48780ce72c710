"""In: sequences of characters, syllables or words. Out: weighted counts of their n-grams, as float32 CSR rows.

Built without scikit-learn at run time: converting its matrices costs more than the counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Units = Sequence[str]
_EDGE_LEFT, _EDGE_RIGHT = "^", "$"
_JOIN = "\x1f"


class GramIndex:
    """TF-IDF over n-grams with a fixed vocabulary; rows have length 1.

    Args:
        vocabulary: n-gram → column.
        idf: weight of each column, float32 [columns].
        longest: longest n-gram, in units.
    """

    def __init__(self, vocabulary: Mapping[str, int], idf: Floats, longest: int) -> None:
        self.vocabulary, self.idf, self.longest = dict(vocabulary), idf, longest

    @classmethod
    def fit(cls, texts: Iterable[Units], longest: int, fewest: int = 2) -> GramIndex:
        """The index of all n-grams that stand in at least `fewest` of the texts."""
        documents: Counter[str] = Counter()
        total = 0
        for units in texts:
            documents.update(set(grams(units, longest)))
            total += 1
        kept = sorted(gram for gram, count in documents.items() if count >= fewest)
        counts = np.array([documents[gram] for gram in kept], np.float32)
        idf = np.log((1 + total) / (1 + counts)) + 1
        return cls({gram: column for column, gram in enumerate(kept)}, idf.astype(np.float32), longest)

    def rows(self, texts: Sequence[Units]) -> csr_matrix:
        """One row of length 1 (or 0, when nothing is known) a text: [texts, columns]."""
        indices: list[int] = []
        values: list[float] = []
        starts = [0]
        for units in texts:
            found = Counter(self.vocabulary[gram] for gram in grams(units, self.longest) if gram in self.vocabulary)
            weights = np.array([1 + np.log(n) for n in found.values()]) * self.idf[list(found)]
            length = float(np.sqrt((weights**2).sum())) or 1.0
            indices += found
            values += (weights / length).tolist()
            starts.append(len(indices))
        shape = (len(texts), len(self.vocabulary))
        return csr_matrix((np.array(values, np.float32), np.array(indices, np.int32), starts), shape=shape)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What a file keeps of this index."""
        text = "\n".join(self.vocabulary)
        return {
            "grams": np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8),
            "idf": self.idf,
            "longest": np.array(self.longest),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> GramIndex:
        """The inverse of arrays."""
        text = arrays["grams"].tobytes().decode("utf-8", "surrogatepass")
        kept = text.split("\n") if text else []
        vocabulary = {gram: column for column, gram in enumerate(kept)}
        return cls(vocabulary, arrays["idf"].astype(np.float32), int(arrays["longest"]))


def grams(units: Units, longest: int) -> list[str]:
    """All n-grams of 1 to `longest` units, with marks at both ends of the text.

    >>> [gram.replace(chr(31), "") for gram in grams("公租", 2)]
    ['公', '租', '^公', '公租', '租$']
    """
    found = [unit for unit in units if unit != "\n"]
    marked = [_EDGE_LEFT, *found, _EDGE_RIGHT]
    for size in range(2, longest + 1):
        found += [_JOIN.join(marked[i : i + size]) for i in range(len(marked) - size + 1)]
    return found
