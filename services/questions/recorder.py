"""In: messages and answers, as they happen. Out: rows in the store, a moment later; nobody waits for the database."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from functools import partial

import structlog
from prometheus_client import Counter

from bot.clock import now
from bot.errors import Unavailable
from services.questions.models import Asked
from services.questions.store import QuestionStore, keep_since

WAITING = 10_000
"""Rows that wait while the database is away; more are counted and dropped: answering goes on."""
_BATCH, _RETRY_S, _EVERY_S = 200, 1.0, 0.5
_FORGET_EVERY = 7_200
"""Batches (about an hour) between two clearings of what is too old."""

_dropped = Counter("laihutong_questions_dropped_total", "Messages that were answered but not written down.")
log = structlog.get_logger(__name__)


class Recorder:
    """Writes in a thread of its own.

    Args:
        store: where to.
        days: how long rows are kept; 0: nothing is written at all.
    """

    def __init__(self, store: QuestionStore, days: int) -> None:
        self._store, self._days = store, days
        self._waiting: queue.Queue[Asked] = queue.Queue(WAITING)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name="questions", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        if self._days:
            self._thread.start()

    def put(self, row: Asked) -> None:
        """Take a row; returns at once, never raises."""
        if not self._days:
            return
        try:
            self._waiting.put_nowait(row)
        except queue.Full:
            _dropped.inc()

    def stop(self) -> None:
        """Write what waits, then end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _write(self) -> None:
        turns = 0
        while True:
            ending = self._stop.wait(_EVERY_S)
            batch = self._batch()
            if turns % _FORGET_EVERY == 0:
                self._try(lambda: self._store.forget(keep_since(now(), self._days)))
            turns += 1
            while batch and not self._try(partial(self._store.add, batch)):
                if self._stop.wait(_RETRY_S):
                    _dropped.inc(len(batch))
                    return
            if ending and self._waiting.empty():
                return

    def _batch(self) -> list[Asked]:
        rows: list[Asked] = []
        while len(rows) < _BATCH and not self._waiting.empty():
            rows.append(self._waiting.get_nowait())
        return rows

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except Unavailable as error:
            log.warning("questions_wait", waiting=self._waiting.qsize(), reason=error.sentence)
            return False
        return True
