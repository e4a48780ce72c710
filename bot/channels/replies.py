"""In: what staff wrote in cases. Out: each line on its way to its person once, in order, by the channel of the case."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.answers.phrases import phrase
from bot.channels.background import end
from bot.errors import LaihutongError
from services.handover.models import Waiting
from services.handover.store import HandoverStore

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 0.5
_SHUT_DOWN_S = 6.0
Deliver = Callable[[str, str, str], Awaitable[bool]]
"""Conversation, words, a key that names them → whether they are on their way, or kept for the person's next message."""


class Replies:
    """Sends what staff say; the web page fetches it for itself.

    Args:
        store: gives the lines; raises Unavailable while there is none.
    """

    def __init__(self, store: Callable[[], HandoverStore]) -> None:
        self._store = store
        self._deliver: dict[str, Deliver] = {}
        self._loop: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    def deliver_by(self, channel: str, deliver: Deliver) -> None:
        """Names the way to the people of a channel."""
        self._deliver[channel] = deliver

    def start(self) -> None:
        """Begins to look for lines to send."""
        self._loop = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Ends that, when what is on its way has gone out: broken off, nobody would know whether it had."""
        self._over.set()
        if self._loop is not None:
            await asyncio.wait([self._loop], timeout=_SHUT_DOWN_S)
            await end([self._loop])

    async def _look(self) -> None:
        while not self._over.is_set():
            try:
                while self._deliver and await self._round(self._store()):
                    pass
            except LaihutongError as error:
                log.debug("replies_wait", reason=error.sentence)
            except Exception as error:
                # The next round tries again; without this loop nobody would get a reply any more.
                log.error("replies_round_failed", error=repr(error), exc_info=True)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._over.wait(), _LOOK_EVERY_S)

    async def _round(self, store: HandoverStore) -> bool:
        """A line of every case, all at once: a slow one keeps nobody else waiting. True: there may be more."""
        taken = await asyncio.to_thread(store.take_outgoing, tuple(self._deliver))
        sent = await asyncio.gather(*(self._one(store, one) for one in taken), return_exceptions=True)
        for error in sent:
            if isinstance(error, BaseException):
                raise error
        return bool(taken) and all(sent)

    async def _one(self, store: HandoverStore, one: Waiting) -> bool:
        """One line; False: not now, the next round tries again."""
        words = said_by_staff(one.line.who, one.line.text)
        if await self._deliver[one.channel](one.conversation_id, words, f"line-{one.line.id}"):
            await asyncio.to_thread(store.sent, one.line.id)
            return True
        await asyncio.to_thread(store.not_sent, one.line.id)
        return False


def said_by_staff(who: str, text: str) -> str:
    """A line as the person reads it.

    >>> said_by_staff("staff", "带上合同")
    '工作人员：带上合同'
    """
    return phrase(f"handover.{text}") if who == "notice" else phrase("handover.staff_says", text=text)
