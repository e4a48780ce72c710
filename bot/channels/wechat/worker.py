"""In: conversations with messages waiting. Out: each answered, in order; what the dead have left is taken over."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.channels.background import end
from bot.channels.wechat.alone import Alone
from bot.channels.wechat.answering import Answering
from bot.channels.wechat.budget import Budget
from bot.channels.wechat.delivery import Delivery
from bot.channels.wechat.inbox import LEASE_MS, NEWS, Inbox, Work
from bot.channels.wechat.messages import Push
from bot.channels.wechat.people import People
from bot.channels.wechat.render import Outgoing, followed
from bot.channels.wechat.sender import Sender

log = structlog.get_logger(__name__)

_AT_ONCE = 64
"""Conversations one process works on at a time; more wait in the stream, where another process may take them."""
_LOOK_EVERY_S = 0.5
_LEFT_OVER_MS = 1_200
"""A message that has lain this long is looked at again: is anybody working on it?"""
_MOST_TAKEN = 4
"""A message that so many workers began and none finished may be what kills them: it gets the telephone number."""
_FORGET_AGAIN_S = 5.0
_SHUT_DOWN_S = 6.0


class Worker:
    """Works on the messages of one account in one process.

    Args:
        inbox, answering, sender, people, budget: its parts.
        alone: what this process has answered by itself while Redis was gone; None: it never does.
    """

    def __init__(
        self,
        inbox: Inbox,
        answering: Answering,
        sender: Sender,
        people: People,
        budget: Budget,
        alone: Alone | None = None,
    ) -> None:
        self._inbox, self._answering = inbox, answering
        self._people, self._budget, self._alone = people, budget, alone
        self._delivery = Delivery(inbox, sender, self._known)
        self._leases: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: set[asyncio.Task[None]] = set()
        """Apart: an API that is slow keeps nobody from being answered."""
        self._loops: list[asyncio.Task[None]] = []
        self._waiting: dict[str, list[asyncio.Event]] = {}

    def start(self) -> None:
        """Begins; call it in the running event loop."""
        for loop in (self._read, self._look, self._forget, self._beat, self._hear_news):
            self._loops.append(asyncio.create_task(self._for_ever(loop)))

    async def stop(self) -> None:
        """Takes no more, finishes what is in hand."""
        await end(self._loops[:3])
        if self._tasks | self._sending:
            await asyncio.wait(self._tasks | self._sending, timeout=_SHUT_DOWN_S)
        await end(self._tasks | self._sending)
        await end(self._loops)

    @contextmanager
    def news(self, mid: str) -> Iterator[asyncio.Event]:
        """An event that is set when there is news of a message."""
        event = asyncio.Event()
        self._waiting.setdefault(mid, []).append(event)
        try:
            yield event
        finally:
            self._waiting[mid].remove(event)
            if not self._waiting[mid]:
                del self._waiting[mid]

    def begin(self, conversation_id: str) -> None:
        """Works on a conversation in the background, unless somebody does."""
        self._spawn(self.work(conversation_id))

    def deliver_soon(self, conversation_id: str) -> None:
        """Sends its late answers in the background."""
        self._spawn(self._delivery.deliver(conversation_id), self._sending)

    async def work(self, conversation_id: str) -> None:
        """Answers all waiting messages of a conversation, one after another."""
        token = uuid.uuid4().hex
        if conversation_id in self._leases or not await self._inbox.lease(conversation_id, token):
            return
        self._leases[conversation_id] = token
        try:
            while work := await self._inbox.next(conversation_id, token):
                if not await self._one(conversation_id, token, work):
                    return
                self.deliver_soon(conversation_id)  # a send may take long: the next message is worked on meanwhile
        finally:
            self._leases.pop(conversation_id, None)

    async def _one(self, conversation_id: str, token: str, work: Work) -> bool:
        """Answers one message; False: it is somebody else's by now."""
        push = Push(**work.job)
        out, owed = Outgoing(""), 0
        if not self._known(work.mid):
            out, owed = await self._answered(conversation_id, push, work)
        if not await self._inbox.finish(conversation_id, token, work.mid, out.to_dict(), owed):
            log.warning("wechat_taken_over")
            return False
        return True

    async def _answered(self, conversation_id: str, push: Push, work: Work) -> tuple[Outgoing, int]:
        """The answer, and how many words they were owed stand before it."""
        if push.kind == "unsubscribe":
            await self._inbox.drop(conversation_id, push.key)
            return await self._answering.answer(push), 0
        await self._budget.grant(conversation_id, push.grant)
        await self._people.remember(conversation_id, push.person, push.account)
        if work.behind and push.kind != "silent":
            await self._inbox.owe(conversation_id)
        out = await self._answering.answer(push) if work.taken <= _MOST_TAKEN else self._answering.unable()
        owed = await self._people.owed(conversation_id) if out.text else []
        return followed(Outgoing("\n".join(owed)), out) if owed else out, len(owed)

    async def _read(self) -> None:
        await self._inbox.open()
        while True:
            while len(self._tasks) >= _AT_ONCE:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for conversation_id in await self._inbox.read(_AT_ONCE - len(self._tasks)):
                self.begin(conversation_id)

    async def _look(self) -> None:
        await self._inbox.open()
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            left_over = await self._inbox.left_over(_LEFT_OVER_MS)
            # Another process may always be the first to find these as left over, and may do nothing about them.
            ours = [one for one in self._delivery.cut_off() if one not in left_over]
            for conversation_id in [*ours, *left_over]:
                if conversation_id in ours or len(self._tasks) < 2 * _AT_ONCE:
                    self._spawn(self._look_after(conversation_id))

    async def _look_after(self, conversation_id: str) -> None:
        await self.work(conversation_id)
        self.deliver_soon(conversation_id)

    async def _forget(self) -> None:
        """Erases what could not be erased when somebody left: a store was away."""
        while True:
            for conversation_id in await self._people.leaving():
                await self._answering.forget(conversation_id)
            await asyncio.sleep(_FORGET_AGAIN_S)

    def _known(self, mid: str) -> bool:
        return self._alone is not None and self._alone.knows(mid)

    async def _beat(self) -> None:
        while True:
            await self._inbox.beat()
            while self._alone is not None and self._alone.untold:
                mid, conversation_id = next(iter(self._alone.untold.items()))
                await self._inbox.answered(conversation_id, mid)
                self._alone.untold.pop(mid, None)
            await self._inbox.renew(dict(self._leases))
            await asyncio.sleep(LEASE_MS / 1000 / 4)

    async def _hear_news(self) -> None:
        async with self._inbox.redis.pubsub() as channel:
            await channel.subscribe(NEWS)
            while True:
                found = await channel.get_message(ignore_subscribe_messages=True, timeout=0.5)
                for event in self._waiting.get(found["data"].decode(), ()) if found else ():
                    event.set()

    async def _for_ever(self, loop: Callable[[], Awaitable[None]]) -> None:
        """A loop that outlives a lost Redis, and whatever else breaks a round of it."""
        while True:
            try:
                await loop()
            except RedisError as error:
                log.warning("wechat_redis_lost", loop=loop.__name__, error=type(error).__name__)
            except Exception as error:  # without this loop nobody of the account would be answered
                log.error("wechat_loop_failed", loop=loop.__name__, error=repr(error), exc_info=error)
            await asyncio.sleep(_LOOK_EVERY_S)

    def _spawn(self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]] | None = None) -> None:
        tasks = self._tasks if among is None else among
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        # What was in hand stays in the stream and is looked at again.
        if isinstance(error, RedisError):
            log.warning("wechat_redis_lost", loop="work", error=type(error).__name__)
        elif error is not None:
            log.error("wechat_work_failed", error=repr(error), exc_info=error)
