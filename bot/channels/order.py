"""In: the name of a conversation. Out: its turn, first come first served, across all processes.

One person's messages are answered one after another, in the order they came. A waiting message is woken by the
one before it, never by a poll; the holder renews its lease, and when its process dies the lease runs out within seconds
and the next goes on.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

LEASE_S = 3
"""A holder that has not renewed its lease for this long is taken for dead, seconds. A messenger's push is closed
after five: whoever takes a dead holder's turn must still be able to answer inside it."""
_RENEWALS = 4
"""Renewals within one lease: a process that is merely busy misses one or two, not all."""

_PASS_ON = """
-- Gives the turn to the head of the queue and wakes it.
local function pass_on(queue, lease)
  local head = redis.call('LINDEX', queue, 0)
  if not head then redis.call('DEL', queue .. ':held') return end
  redis.call('SET', queue .. ':held', head, 'PX', lease)
  redis.call('RPUSH', queue .. ':wake:' .. head, '1')
  redis.call('PEXPIRE', queue .. ':wake:' .. head, lease)
end
"""
_ENTER = (
    _PASS_ON
    + """
-- Joins the queue; 1 when it is our turn at once. A head whose lease has run out is dead and makes way.
local queue, ticket, lease = KEYS[1], ARGV[1], ARGV[2]
local free = redis.call('EXISTS', queue .. ':held') == 0
if free then redis.call('LPOP', queue) end
redis.call('RPUSH', queue, ticket)
redis.call('PEXPIRE', queue, lease * 20)
if free and redis.call('LINDEX', queue, 0) == ticket then
  redis.call('SET', queue .. ':held', ticket, 'PX', lease)
  return 1
end
if free then pass_on(queue, lease) end
return 0
"""
)
_LEAVE = (
    _PASS_ON
    + """
-- Leaves the queue; when it held the turn, the next one is woken.
local queue, ticket, lease = KEYS[1], ARGV[1], ARGV[2]
local head = redis.call('LINDEX', queue, 0)
redis.call('LREM', queue, 1, ticket)
if head == ticket then pass_on(queue, lease) end
return 1
"""
)
_TAKE_OVER = (
    _PASS_ON
    + """
-- Nobody woke us so far: drops a head whose lease has run out; 1 when it is now our turn.
local queue, ticket, lease = KEYS[1], ARGV[1], ARGV[2]
if redis.call('EXISTS', queue .. ':held') == 0 then
  if redis.call('LINDEX', queue, 0) ~= ticket then redis.call('LPOP', queue) end
  if redis.call('LLEN', queue) == 0 then redis.call('RPUSH', queue, ticket) end
  pass_on(queue, lease)
end
if redis.call('GET', queue .. ':held') == ticket then return 1 end
return 0
"""
)
_RENEW = """
-- Still our turn: the lease begins anew. So does the queue's own end, however long one turn takes.
local queue, ticket, lease = KEYS[1], ARGV[1], ARGV[2]
if redis.call('GET', queue .. ':held') ~= ticket then return 0 end
redis.call('PEXPIRE', queue .. ':held', lease)
redis.call('PEXPIRE', queue, lease * 20)
return 1
"""


@dataclass
class _Shared:
    """A conversation's lock within this process, kept while somebody uses it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Order:
    """Hands out turns.

    Args:
        redis: shared by all processes; None orders within this process only.
        lease_s: see LEASE_S.
    """

    def __init__(self, redis: Redis[bytes] | None, lease_s: float = LEASE_S) -> None:
        self._redis = redis
        self._lease_ms = int(lease_s * 1000)
        self._local: dict[str, _Shared] = {}
        if redis is not None:
            self._enter = redis.register_script(_ENTER)
            self._leave = redis.register_script(_LEAVE)
            self._take_over = redis.register_script(_TAKE_OVER)
            self._renew = redis.register_script(_RENEW)

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """Waits for the conversation's turn and holds it.

        Without Redis (never given, or lost just now) the order is kept inside this process.
        """
        queue, ticket = f"order:{conversation_id}", uuid.uuid4().hex
        async with self._local_turn(conversation_id):
            shared = await self._wait(queue, ticket)
            over = asyncio.Event()
            renewing = asyncio.create_task(self._keep(queue, ticket, over)) if shared else None
            try:
                yield
            finally:
                if renewing is not None:
                    # Told, not cancelled: a Redis call that times out at that very moment swallows the cancellation,
                    # and the turn would be kept for good.
                    over.set()
                    await renewing
                    await self._release(queue, ticket)

    @asynccontextmanager
    async def _local_turn(self, conversation_id: str) -> AsyncIterator[None]:
        shared = self._local.setdefault(conversation_id, _Shared())
        shared.users += 1
        try:
            async with shared.lock:
                yield
        finally:
            shared.users -= 1
            if not shared.users:
                del self._local[conversation_id]

    async def _wait(self, queue: str, ticket: str) -> bool:
        if self._redis is None:
            return False
        args: list[str | int] = [ticket, self._lease_ms]
        try:
            if await self._enter(keys=[queue], args=args):
                return True
            while True:
                # Asked anew every half second: a longer wait could not be told from a Redis that hangs.
                woken = await self._redis.blpop([f"{queue}:wake:{ticket}"], timeout=0.5)
                if woken or await self._take_over(keys=[queue], args=args):
                    return True
        except RedisError as error:
            log.warning("order_local_only", error=type(error).__name__)
            return False

    async def _keep(self, queue: str, ticket: str, over: asyncio.Event) -> None:
        """Renews the lease until the turn is over, or until somebody else has been given it."""
        while not over.is_set():
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(over.wait(), self._lease_ms / 1000 / _RENEWALS)
                return
            try:
                if not await self._renew(keys=[queue], args=[ticket, self._lease_ms]):
                    log.warning("order_turn_lost")
                    return
            except RedisError as error:
                log.warning("order_not_renewed", error=type(error).__name__)

    async def _release(self, queue: str, ticket: str) -> None:
        try:
            await self._leave(keys=[queue], args=[ticket, self._lease_ms])
        except RedisError as error:  # the lease ends by itself
            log.warning("order_not_released", error=type(error).__name__)
