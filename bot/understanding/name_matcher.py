"""In: names and aliases of items, and a sentence. Out: how much of a name of each item stands in the sentence.

Spelled as listed, or only sounding like it ("居主证"). A name that several items share says less about each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bot.understanding.ngrams import Floats
from bot.understanding.pinyin import syllables

_SHORTEST = 2
_SOUND_ONLY = 0.7
"""A name that is only heard counts for less than one that is written."""
_MOST = 8
"""Length from which a longer name says no more."""


class NameMatcher:
    """Finds names inside sentences.

    Args:
        names: of each item, in plain spelling.
    """

    def __init__(self, names: Sequence[Sequence[str]]) -> None:
        shared = Counter(name for group in names for name in set(group))
        self._items = len(names)
        self._spelled = [
            (name, item, min(len(name), _MOST) / _MOST / shared[name])
            for item, group in enumerate(names)
            for name in sorted(set(group))
            if len(name) >= _SHORTEST
        ]
        self._heard = [
            (_sounds(name), item, weight * _SOUND_ONLY)
            for name, item, weight in self._spelled
            if len(syllables(name)) > _SHORTEST
        ]

    def scores(self, texts: Sequence[str]) -> Floats:
        """0 (nothing) to 1 (a long name of this item alone); float32 [texts, items]."""
        scores = np.zeros((len(texts), self._items), np.float32)
        for row, text in enumerate(texts):
            heard = _sounds(text)
            hits = [(item, weight) for name, item, weight in self._spelled if name in text]
            hits += [(item, weight) for name, item, weight in self._heard if name in heard]
            for item, weight in hits:
                scores[row, item] = max(scores[row, item], weight)
        return scores


def _sounds(text: str) -> str:
    return f" {' '.join(syllables(text))} "
