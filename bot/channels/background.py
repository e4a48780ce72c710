"""In: tasks that run for ever. Out: their end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_AGAIN_S = 0.3


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels tasks until all have ended; raises nothing of theirs.

    Asked again and again: Python 3.10's `wait_for` can swallow a cancellation (bpo-37658), and a loop then goes on.
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN_S)
