"""In: what was heard, as fast as it comes. Out: the same, to one who may be slower: a partial may fall away."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from bot.channels.background import end
from bot.channels.hotline.recognisers.base import Heard, OnHeard
from bot.errors import LaihutongError

log = structlog.get_logger(__name__)


class Outbox:
    """Delivers in order, in a task of its own.

    Args:
        heard: takes each; what it raises is logged, and the next one is tried.
    """

    def __init__(self, heard: OnHeard) -> None:
        self._heard = heard
        self._finals: deque[Heard] = deque()
        self._partial: Heard | None = None
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._task = asyncio.create_task(self._deliver())

    def put(self, heard: Heard) -> None:
        """Takes one; returns at once."""
        if heard.final:
            self._finals.append(heard)
            self._partial = None  # of this utterance: its words are final now
        else:
            self._partial = heard
        self._empty.clear()
        self._news.set()

    async def close(self, within_s: float) -> None:
        """Delivers what waits, for so long at most."""
        try:
            await asyncio.wait_for(self._empty.wait(), within_s)
        except asyncio.TimeoutError:
            log.warning("heard_too_slowly", waited_s=within_s)
        finally:
            self._task.cancel()
        if self._finals:
            log.error("heard_undelivered", finals=len(self._finals))
        await end([self._task])

    async def _deliver(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while (heard := self._next()) is not None:
                try:
                    await self._heard(heard)
                except LaihutongError as error:
                    log.error("heard_refused", reason=error.sentence, final=heard.final)
                except Exception as error:
                    log.error("heard_lost", error=repr(error), final=heard.final, exc_info=True)
            self._empty.set()

    def _next(self) -> Heard | None:
        if self._finals:
            return self._finals.popleft()
        partial, self._partial = self._partial, None
        return partial
