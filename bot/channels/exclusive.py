"""In: a name. Out: whether we alone do what it names now, across all processes; it ends by itself when we die."""

from __future__ import annotations

import uuid

from redis.asyncio import Redis

_KEEP_IF = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('PEXPIRE', KEYS[1], ARGV[2])"
_LEAVE_IF = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"


class Exclusive:
    """A lock for one piece of work; every method raises RedisError when Redis is gone.

    Args:
        redis: shared by all processes.
        name: of the work.
        ms: ends this long after it was taken or kept, milliseconds.
    """

    def __init__(self, redis: Redis[bytes], name: str, ms: int) -> None:
        self._redis, self._name, self._ms, self._mine = redis, name, ms, uuid.uuid4().hex
        self._keep_if, self._leave_if = redis.register_script(_KEEP_IF), redis.register_script(_LEAVE_IF)

    async def take(self) -> bool:
        """Whether it is ours from now on."""
        return bool(await self._redis.set(self._name, self._mine, nx=True, px=self._ms))

    async def keep(self) -> bool:
        """Whether it still is; its time begins anew."""
        return bool(await self._keep_if(keys=[self._name], args=[self._mine, self._ms]))

    async def leave(self) -> None:
        """It is free, unless somebody else has it by now."""
        await self._leave_if(keys=[self._name], args=[self._mine])
