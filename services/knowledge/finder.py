"""In: each new Snapshot. Out: searches over the newest index; the swap happens together with the snapshot's."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from bot.errors import Unavailable
from services.knowledge.live import Commit
from services.knowledge.search import SearchHit, SearchIndex, Vectors
from services.knowledge.snapshot import Snapshot


class Searches(Protocol):
    """What can be searched."""

    def search(self, q: str, topic: str | None = None, limit: int = 10, day: date | None = None) -> list[SearchHit]:
        """As SearchIndex.search."""
        ...


class Finder:
    """Give `build` to LiveKnowledge as a builder.

    Args:
        vectors: sentence encoder for search by meaning; None: search by letters and words only.
    """

    def __init__(self, vectors: Vectors | None = None) -> None:
        self._vectors = vectors
        self._index: SearchIndex | None = None

    def build(self, snapshot: Snapshot) -> Commit:
        """Index a snapshot; the returned call puts the index in force."""
        index = SearchIndex.build(snapshot, self._vectors)

        def commit() -> None:
            self._index = index

        return commit

    def search(self, q: str, topic: str | None = None, limit: int = 10, day: date | None = None) -> list[SearchHit]:
        """As SearchIndex.search.

        Raises:
            Unavailable: before the first build.
        """
        if self._index is None:
            raise Unavailable("资料还没有载入，请稍后再试。")
        return self._index.search(q, topic, limit, day)
