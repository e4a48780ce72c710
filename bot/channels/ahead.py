"""In: texts that are about to be answered. Out: the costly part of understanding them done, several at a time.

Most of that part is matrix products that read tens of megabytes however many sentences they are for: eight waiting
sentences together cost little more than one. Nobody waits for company: what has come while one batch is computed
makes the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

MOST = 16
"""Sentences in one batch."""


class Ahead:
    """Computes ahead, in a thread of its own.

    Args:
        warm: does the costly part for some texts.
    """

    def __init__(self, warm: Callable[[Sequence[str]], None]) -> None:
        self._warm = warm
        self._thread = ThreadPoolExecutor(1, "ahead")
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ready(self, text: str) -> None:
        """Returns when the text's costly part is done.

        Raises:
            Whatever `warm` raises for the batch the text was in.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            error: BaseException | None = None
            try:
                texts = [text for text, _ in batch]
                await asyncio.get_running_loop().run_in_executor(self._thread, self._warm, texts)
            except Exception as caught:
                error = caught  # handed to every one who waits for it
            for _, done in batch:
                if done.done():  # the one who asked has gone away
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
