"""A conversation may send so many messages a minute; a lost Redis silences nobody."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.channels.rate import RateLimit
from bot.errors import TooMany


async def test_the_minute_is_counted_across_processes(valkey: Redis) -> None:
    here, there = (RateLimit(valkey, 3, seconds=lambda: 60.0) for _ in range(2))
    await here.check("c")
    await there.check("c")
    await here.check("c")
    with pytest.raises(TooMany):
        await there.check("c")
    await there.check("another")


async def test_the_next_minute_is_free(valkey: Redis) -> None:
    minute = [60.0]
    rate = RateLimit(valkey, 1, seconds=lambda: minute[0])
    await rate.check("c")
    minute[0] = 120.0
    await rate.check("c")


async def test_without_redis_nobody_is_refused() -> None:
    for rate in (RateLimit(None, 1), RateLimit(Redis.from_url("unix:///nonexistent.sock"), 1)):
        for _ in range(3):
            await rate.check("c")
