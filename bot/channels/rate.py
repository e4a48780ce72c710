"""In: the name of a conversation. Out: whether it may send another message this minute, counted across processes."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import TooMany

log = structlog.get_logger(__name__)


class RateLimit:
    """At most so many messages a minute from one conversation.

    Args:
        redis: where minutes are counted; None counts nothing (a lost Redis must not silence anyone).
        per_minute: messages allowed in one clock minute.
        seconds: the clock, in seconds; for tests.
    """

    def __init__(self, redis: Redis[bytes] | None, per_minute: int, seconds: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._per_minute = per_minute
        self._seconds = seconds

    async def check(self, conversation_id: str) -> None:
        """Counts one message.

        Raises:
            TooMany: the conversation has used up this minute.
        """
        if self._redis is None:
            return
        key = f"rate:{conversation_id}:{int(self._seconds() // 60)}"
        try:
            pipe = self._redis.pipeline(transaction=False)
            pipe.incr(key)
            pipe.expire(key, 90)
            count, _ = await pipe.execute()
        except RedisError as error:
            log.warning("rate_not_counted", error=type(error).__name__)
            return
        if count > self._per_minute:
            raise TooMany("你发得太快了，歇一分钟再发。刚才的话还在，没有丢。")
