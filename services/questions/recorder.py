"""In: messages and answers, as they happen. Out: rows in the store, a moment later; nobody waits for the database."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Erase:
    """A conversation to be deleted."""

    conversation: str


class Recorder:
    """Writes in a thread of its own.

    Args:
        store: where to.
        days: how long rows are kept; 0: nothing is written at all.
    """

    def __init__(self, store: QuestionStore, days: int) -> None:
        self._store, self._days = store, days
        self._waiting: queue.Queue[Asked | _Erase] = queue.Queue()
        self._held: _Erase | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name="questions", daemon=True)

    def start(self) -> None:
        """Begin to write. Also when nothing is kept: what was kept before can still be erased."""
        self._thread.start()

    def put(self, row: Asked) -> None:
        """Take a row; returns at once, never raises."""
        if not self._days:
            return
        if self._waiting.qsize() < WAITING:
            self._waiting.put(row)
        else:
            _dropped.inc()

    def erase(self, conversation: str) -> None:
        """Delete a conversation after what waits of it has been written; returns at once, tried until it succeeds.

        Args:
            conversation: hash of its name.
        """
        self._waiting.put(_Erase(conversation))

    def stop(self) -> None:
        """Write what waits, then end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _write(self) -> None:
        turns = 0
        while True:
            ending = self._stop.wait(_EVERY_S)
            if self._days and turns % _FORGET_EVERY == 0:
                self._try(lambda: self._store.forget(keep_since(now(), self._days)))
            turns += 1
            while (act := self._next()) is not None:
                while not self._try(act):
                    if self._stop.wait(_RETRY_S):
                        self._give_up()
                        return
            if ending:
                return

    def _next(self) -> Callable[[], object] | None:
        """What is to be done next, in the order it came; None: nothing."""
        if self._held is not None:
            erase, self._held = self._held, None
            return partial(self._store.erase, erase.conversation)
        rows: list[Asked] = []
        while len(rows) < _BATCH and not self._waiting.empty():
            one = self._waiting.get_nowait()
            if isinstance(one, _Erase):
                self._held = one
                break
            rows.append(one)
        if rows:
            return partial(self._store.add, rows)
        return self._next() if self._held is not None else None

    def _give_up(self) -> None:
        """The process ends while the database is away."""
        lost = [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
        _dropped.inc(1 + sum(isinstance(one, Asked) for one in lost))
        not_erased = sum(isinstance(one, _Erase) for one in (*lost, self._held))
        if not_erased:
            log.error("questions_not_erased", conversations=not_erased)

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except Unavailable as error:
            log.warning("questions_wait", waiting=self._waiting.qsize(), reason=error.sentence)
            return False
        return True
