"""In: a sentence and what was found out about it. Out: the same again, while recent and the inventory the same."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from bot.understanding.linker import Inventory
from bot.understanding.ngrams import Floats

Found = tuple[Floats, Floats, Floats]
"""Scores, act probabilities and evidence of one sentence."""


class Recent:
    """The last sentences, by all their plain words. Safe for threads.

    Args:
        size: how many are kept.
    """

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, Lock()
        self._kept: OrderedDict[str, tuple[Inventory, Found]] = OrderedDict()

    def get(self, whole: str, inventory: Inventory | None) -> Found | None:
        """What was found; None when it is not known, or was found with another inventory."""
        with self._lock:
            kept = self._kept.get(whole)
            if kept is None or kept[0] is not inventory:
                return None
            self._kept.move_to_end(whole)
            return kept[1]

    def put(self, whole: str, inventory: Inventory, found: Found) -> None:
        """Keeps it, and forgets the one not used for longest."""
        with self._lock:
            self._kept[whole] = (inventory, found)
            self._kept.move_to_end(whole)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
