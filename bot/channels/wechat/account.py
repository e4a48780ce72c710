"""In: opened pushes of one account. Out: the passive reply, or that there is none. Joins inbox, worker and fallback."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict

import structlog
from redis.exceptions import RedisError

from bot.channels.wechat.alone import Alone
from bot.channels.wechat.inbox import OPEN_MS, Collected, Inbox
from bot.channels.wechat.messages import Push
from bot.channels.wechat.render import Outgoing
from bot.channels.wechat.sender import Sender
from bot.channels.wechat.worker import Worker

log = structlog.get_logger(__name__)

_LEAVE_EARLY_S = 0.1
"""A push stops waiting so long before its time is up: the reply has to travel, too."""
_ASK_EVERY_S = 0.8
"""News come by themselves; a push asks all the same, should one be lost."""
_HELP_AFTER_S = 0.7
"""A push that has waited this long looks itself whether anybody works on its message."""
Gone = Callable[[], Awaitable[bool]]
"""Whether the other end has hung up."""


class Account:
    """Takes pushes.

    Args:
        inbox: None without Redis.
        worker: likewise.
        alone: answers while Redis is gone.
        sender: shows that somebody is at it.
    """

    def __init__(self, inbox: Inbox | None, worker: Worker | None, alone: Alone, sender: Sender) -> None:
        self._inbox, self._worker, self._alone, self._sender = inbox, worker, alone, sender
        self._background: set[asyncio.Task[None]] = set()

    async def take(self, push: Push, gone: Gone) -> Outgoing | None:
        """The passive reply to this push; None: nothing is to be said here."""
        begun = time.monotonic()
        until = begun + OPEN_MS / 1000 - _LEAVE_EARLY_S
        if self._inbox is not None and self._worker is not None and not self._alone.knows(push.key):
            try:
                return await self._wait(self._inbox, self._worker, push, gone, begun, until)
            except RedisError as error:
                log.warning("wechat_alone", error=type(error).__name__)
        return await self._alone.answer(push, until - time.monotonic())

    async def _wait(
        self, inbox: Inbox, worker: Worker, push: Push, gone: Gone, begun: float, until: float
    ) -> Outgoing | None:
        waiting, conversation_id = uuid.uuid4().hex, push.conversation_id
        with worker.news(push.key) as news:
            await inbox.accept(push.key, conversation_id, asdict(push), waiting)
            while True:
                now = time.monotonic()
                if await gone():
                    await inbox.hang_up(push.key, waiting)
                    return None
                waited_ms = int((now - begun) * 1000)
                got = await inbox.collect(push.key, conversation_id, waiting, waited_ms, now >= until)
                if got.what != "wait":
                    return self._got(worker, push, got)
                if now - begun > _HELP_AFTER_S:
                    worker.begin(conversation_id)
                await _either(news, min(_ASK_EVERY_S, max(until - now, 0.01)))

    def _got(self, worker: Worker, push: Push, got: Collected) -> Outgoing | None:
        if got.late:
            self._spawn(self._sender.typing(push.conversation_id, push.person))
        worker.deliver_soon(push.conversation_id)  # what came after may have waited for this one
        return Outgoing.from_dict(got.result) if got.result is not None else None

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _either(news: asyncio.Event, seconds: float) -> None:
    """Waits for news, but no longer than this."""
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except asyncio.TimeoutError:
        return
    news.clear()


def namer(secret: str) -> Callable[[str], str]:
    """Turns ids into names that do not tell them: HMAC with the installation's secret.

    >>> len(namer("s")("openid"))
    32
    """
    return lambda value: hmac.new(secret.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]
