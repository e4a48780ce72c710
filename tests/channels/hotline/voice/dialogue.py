"""The real dialogue in this process: model, knowledge, rules, desk and a private Redis, in a loop of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.dialogue.engine import Turned
from bot.dialogue.light_rasa import without_tensorflow
from bot.operation.parts import Parts
from bot.settings import Settings
from tests.journeys.conftest import own_var

without_tensorflow()


class Dialogue:
    """A desk that can be asked from anywhere.

    Args:
        parts: loaded.
        loop: where they live.
    """

    def __init__(self, parts: Parts, loop: asyncio.AbstractEventLoop) -> None:
        self.parts, self._loop = parts, loop

    def answer(self, conversation_id: str, text: str) -> Turned:
        """As Desk.answer on the telephone."""
        asked = self.parts.desk.answer(conversation_id, text, "hotline")
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(30)

    async def answer_here(self, conversation_id: str, text: str) -> Turned:
        """The same from another loop."""
        asked = asyncio.run_coroutine_threadsafe(self.parts.desk.answer(conversation_id, text, "hotline"), self._loop)
        return await asyncio.wrap_future(asked)


@contextmanager
def dialogue(var: Path, **chosen: object) -> Iterator[Dialogue]:
    """Everything a server has behind its channels, ready."""
    settings = Settings(_env_file=None, var_dir=own_var(var), rate_per_minute=100_000, **chosen)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    parts = Parts(settings)
    asyncio.run_coroutine_threadsafe(parts.start_redis(), loop).result(30)
    loop.call_soon_threadsafe(parts.start_channels)
    parts.load()
    until = time.monotonic() + 90
    while not parts.settled and time.monotonic() < until:
        time.sleep(0.1)
    assert parts.engine.ready, (parts.failure, parts.engine.failure)
    try:
        yield Dialogue(parts, loop)
    finally:
        asyncio.run_coroutine_threadsafe(parts.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
