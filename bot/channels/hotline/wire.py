"""In: messages about calls, from any process. Out: the same to everybody here who watches the call. Redis pub/sub.

One connection listens for the whole process. When it breaks, or a screen is too slow to keep up, the watcher is told
to look at the call anew: nothing has to be delivered twice, nothing is missed for good.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels import background

log = structlog.get_logger(__name__)

Queue = asyncio.Queue["Mapping[str, Any] | None"]
"""Messages; None: look at the call anew."""
_WAITING = 500
_AGAIN_S, _LISTEN_S = 0.5, 0.5
_ALIVE = "hotline:wire"
_SUBSCRIBED_S = 1.0


def channel(call_id: str) -> str:
    """Where Redis carries the messages of a call."""
    return f"hotline:wire:{call_id}"


class Wire:
    """Tells watchers. Start it in the running event loop.

    Args:
        redis: None: this process only.
    """

    def __init__(self, redis: Redis[bytes] | None) -> None:
        self._redis = redis
        self._watchers: dict[str, set[Queue]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._pubsub: Any = None
        self._ready: dict[str, asyncio.Event] = {}
        self._missed: set[str] = set()

    def watchers(self, call_id: str) -> int:
        """Screens of this process that watch the call."""
        return len(self._watchers.get(call_id, ()))

    def here(self, call_id: str, messages: Sequence[Mapping[str, Any] | None]) -> None:
        """Tells the watchers of this process; for want of Redis. None: look at the call anew."""
        for queue in self._watchers.get(call_id, ()):
            for message in messages:
                _put(queue, message)

    @asynccontextmanager
    async def watch(self, call_id: str) -> AsyncIterator[Queue]:
        """A queue of everything that is told about the call from now on."""
        queue: Queue = asyncio.Queue(_WAITING)
        self._watchers.setdefault(call_id, set()).add(queue)
        try:
            await self._subscribe(call_id)
            yield queue
        finally:
            self._watchers[call_id].discard(queue)
            if not self._watchers[call_id]:
                del self._watchers[call_id]
                self._missed.discard(call_id)
                await self._leave(call_id)

    async def stop(self) -> None:
        """Ends listening."""
        if self._listening is not None:
            await background.end([self._listening])
            self._listening = None

    async def _subscribe(self, call_id: str) -> None:
        if self._redis is None:
            return
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        ready = self._ready.setdefault(channel(call_id), asyncio.Event())
        if self._pubsub is not None and not ready.is_set():
            try:
                await self._pubsub.subscribe(channel(call_id))
            except (RedisError, OSError) as error:
                log.debug("wire_subscribes_later", error=type(error).__name__)
        try:
            await asyncio.wait_for(ready.wait(), _SUBSCRIBED_S)
        except asyncio.TimeoutError:
            log.warning("wire_not_subscribed")
            self._missed.add(call_id)  # told to look anew as soon as it is

    async def _leave(self, call_id: str) -> None:
        self._ready.pop(channel(call_id), None)
        if self._pubsub is not None:
            try:
                await self._pubsub.unsubscribe(channel(call_id))
            except (RedisError, OSError) as error:
                log.debug("wire_not_left", error=type(error).__name__)

    async def _listen(self) -> None:
        assert self._redis is not None
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(_ALIVE)
                    self._pubsub = pubsub  # who comes from here on subscribes itself
                    await self._subscribe_all(pubsub, [*self._watchers])
                    while True:
                        message = await pubsub.get_message(timeout=_LISTEN_S)
                        if message is not None:
                            self._take(message)
                        elif self._missed:
                            await self._subscribe_all(pubsub, [*self._missed])
            except (RedisError, OSError) as error:
                log.warning("wire_lost", error=type(error).__name__)
            finally:
                self._pubsub = None
            await asyncio.sleep(_AGAIN_S)

    @staticmethod
    async def _subscribe_all(pubsub: Any, call_ids: Sequence[str]) -> None:
        if call_ids:
            await pubsub.subscribe(*map(channel, call_ids))

    def _take(self, message: Mapping[str, Any]) -> None:
        name = message["channel"].decode()
        call_id = name.removeprefix(f"{_ALIVE}:")
        if message["type"] == "subscribe" and name != _ALIVE:
            ready = self._ready.setdefault(name, asyncio.Event())
            late = ready.is_set() or call_id in self._missed
            ready.set()
            self._missed.discard(call_id)
            if late:  # subscribed once more: the connection was lost in between
                self._anew(call_id)
        elif message["type"] == "message":
            self.here(call_id, json.loads(message["data"]))

    def _anew(self, call_id: str) -> None:
        for queue in self._watchers.get(call_id, ()):
            _put(queue, None)


def _put(queue: Queue, message: Mapping[str, Any] | None) -> None:
    """Never waits: a screen that does not keep up starts again from a snapshot."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        message = None
    queue.put_nowait(message)
