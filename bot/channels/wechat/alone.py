"""In: a push while Redis is gone. Out: its answer all the same; once within this process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

import structlog

from bot.channels.wechat.answering import Answering
from bot.channels.wechat.messages import Push
from bot.channels.wechat.render import Outgoing
from bot.channels.wechat.sender import Sender

log = structlog.get_logger(__name__)

_MOST = 5_000


class Alone:
    """Claims and answers kept in this process.

    Args:
        answering: as with Redis, but without what people were shown.
        sender: for answers that come too late.
    """

    def __init__(self, answering: Answering, sender: Sender) -> None:
        self._answering, self._sender = answering, sender
        self._claims: OrderedDict[str, asyncio.Task[Outgoing]] = OrderedDict()
        self._given: OrderedDict[str, None] = OrderedDict()
        self.untold: OrderedDict[str, str] = OrderedDict()
        """Messages answered here of which Redis does not know yet, each with its conversation."""
        self._late: set[asyncio.Task[None]] = set()

    def knows(self, mid: str) -> bool:
        """Whether a message was answered here."""
        return mid in self._claims

    async def answer(self, push: Push, seconds: float) -> Outgoing | None:
        """The answer for this push; None: another push has it, or it comes as a message.

        Args:
            seconds: how long the push stays open.
        """
        task = self._claims.get(push.key)
        if task is None:
            task = self._claims[push.key] = asyncio.create_task(self._answering.answer(push))
            self.untold[push.key] = push.conversation_id
            _keep(self._claims)
            _keep(self.untold)
        try:
            out = await asyncio.wait_for(asyncio.shield(task), max(seconds, 0.05))
        except asyncio.TimeoutError:
            if self._take(push.key):
                self._later(task, push)
            return None
        except Exception:
            self._claims.pop(push.key, None)  # pushed again it is tried again
            self.untold.pop(push.key, None)
            raise
        return out if self._take(push.key) else None

    def _take(self, mid: str) -> bool:
        if mid in self._given:
            return False
        self._given[mid] = None
        _keep(self._given)
        return True

    def _later(self, task: asyncio.Task[Outgoing], push: Push) -> None:
        async def send() -> None:
            await self._sender.send_uncounted(push.conversation_id, (push.person, push.account), await task)

        sending = asyncio.create_task(send())
        self._late.add(sending)
        sending.add_done_callback(self._late.discard)


def _keep(entries: OrderedDict[str, Any]) -> None:
    while len(entries) > _MOST:
        entries.popitem(last=False)
