"""In: a KnowledgeStore and its changes. Out: the current Snapshot, fresh within a second or two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date

import structlog
from prometheus_client import Counter

from bot import clock
from bot.errors import Unavailable
from bot.operation.metrics import set_snapshot_revision
from services.knowledge.bell import Bell
from services.knowledge.models import Item
from services.knowledge.snapshot import Snapshot
from services.knowledge.store import KnowledgeStore

Commit = Callable[[], None]
Builder = Callable[[Snapshot], Commit | None]
"""Builds what depends on knowledge. What it returns is called once every builder has succeeded, so that all
parts change together; a builder that returns nothing takes effect at once."""

RETRY_S = (1.0, 1.0, 5.0, 15.0)
"""Waits after the first, second … failure in a row, seconds; the last one repeats. A publish cuts them short."""

_log = structlog.get_logger(__name__)
_failures = Counter(
    "laihutong_knowledge_refresh_failures_total", "Refreshes that failed; the old items stay.", ["reason"]
)


class LiveKnowledge:
    """Keeps the newest published knowledge in memory. Threads inside; every method may be called from any thread.

    Args:
        store: where versions are kept.
        seed: items from files; they fill an empty database, and answer while none can be reached.
        redis_url: channel between replicas; without it they look every `poll_s`.
        builders: called off the event loop with each new snapshot.
        today: the current date.
        poll_s: how often the store's revision is looked at, seconds.
    """

    def __init__(
        self,
        store: KnowledgeStore,
        seed: Sequence[Item] = (),
        redis_url: str | None = None,
        builders: Sequence[Builder] = (),
        today: Callable[[], date] = clock.today,
        poll_s: float = 0.25,
    ) -> None:
        self._store, self._seed, self._today, self._poll_s = store, tuple(seed), today, poll_s
        self._builders = list(builders)
        self._snapshot: Snapshot | None = None
        self._prepared = False
        self._failed, self._retry_at = 0, 0.0
        self._refreshing = threading.Lock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._bell = Bell(redis_url, self._wake.set) if redis_url else None
        self._thread = threading.Thread(target=self._watch, name="knowledge", daemon=True)

    @property
    def snapshot(self) -> Snapshot:
        """The knowledge to answer from now.

        Raises:
            Unavailable: before `start`.
        """
        if self._snapshot is None:
            raise Unavailable("资料还没有载入，请稍后再试。")
        return self._snapshot

    def start(self) -> None:
        """Load knowledge, then keep it fresh. Blocks while loading; with no database, serves the seed.

        Raises:
            Whatever a builder raises on the first snapshot: there is nothing older to serve.
        """
        try:
            self.refresh()
        except Unavailable as error:
            self._report("database", error)
            self._swap(Snapshot.of_items(self._seed, self._today()))
        self._thread.start()
        if self._bell:
            self._bell.start()

    def stop(self) -> None:
        """Stop looking for changes; the last snapshot stays readable."""
        self._stop.set()
        self._wake.set()
        if self._bell:
            self._bell.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def publish(self, item: Item, author: str, valid_from: date) -> int:
        """Publish, tell the other replicas, and have this one look at once.

        Returns:
            The new version number.
        Raises:
            Unavailable: the database refuses; nothing was published.
        """
        version = self._store.publish(item, author, valid_from)
        self.announce()
        return version

    def announce(self) -> None:
        """Tell every replica that published knowledge has changed."""
        self._wake.set()
        if self._bell:
            self._bell.ring()

    def refresh(self) -> bool:
        """Look at the store and swap when something changed.

        Returns:
            Whether the snapshot changed.
        Raises:
            Unavailable: no database; and whatever a builder raises. The old snapshot stays.
        """
        with self._refreshing:
            if not self._prepared:
                self._store.migrate()
                if self._seed:
                    self._store.seed(self._seed)
                self._prepared = True
            old, day = self._snapshot, self._today()
            if old is not None and old.day == day and old.revision == self._store.revision():
                return False
            self._swap(self._load(old, day))
            return True

    def _load(self, old: Snapshot | None, day: date) -> Snapshot:
        since = old.revision if old else -1
        revision, changed = self._store.changed_since(since)
        if old is None or since < 0 or revision < since:  # a counter that went back: another database
            return Snapshot(revision, day, self._store.changed_since(-1)[1] if since >= 0 else changed)
        return old.merged(revision, day, changed)

    def _swap(self, snapshot: Snapshot) -> None:
        commits = [commit for build in self._builders if (commit := build(snapshot))]
        for commit in commits:
            commit()
        self._snapshot = snapshot
        set_snapshot_revision(snapshot.revision)
        _log.info("knowledge.loaded", revision=snapshot.revision, items=len(snapshot.current))

    def _watch(self) -> None:
        """The thread's life. It must outlive every failure, so it catches all of them and reports."""
        while not self._stop.is_set():
            rung = self._wake.wait(self._poll_s)
            self._wake.clear()
            if self._stop.is_set() or (not rung and time.monotonic() < self._retry_at):
                continue
            try:
                self.refresh()
                self._failed, self._retry_at = 0, 0.0
            except Unavailable as error:
                self._report("database", error)
            except Exception as error:
                self._report("rebuild", error)

    def _report(self, reason: str, error: Exception) -> None:
        """Old knowledge keeps serving; say so, and look again less and less often."""
        _failures.labels(reason).inc()
        if reason == "database":
            _log.warning("knowledge.refresh_failed", reason=reason, error=repr(error.__cause__ or error))
        else:  # a mistake in a program or in an item: its place matters
            _log.error("knowledge.refresh_failed", reason=reason, exc_info=error)
        self._retry_at = time.monotonic() + RETRY_S[min(self._failed, len(RETRY_S) - 1)]
        self._failed += 1
