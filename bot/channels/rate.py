"""In: the name of a conversation or sender. Out: whether they may send more in this period, across processes."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import TooMany

log = structlog.get_logger(__name__)


class RateLimit:
    """At most so many messages in a period from one sender.

    Args:
        redis: where periods are counted; None counts nothing (a lost Redis must not silence anyone).
        most: messages allowed in one period.
        seconds: the clock, in seconds; for tests.
        period_s: length of a period, seconds; they begin with the clock, not with the first message.
        name: what is counted; tells apart what one sender does.
        sentence: what whoever sends too much is told.
    """

    def __init__(
        self, redis: Redis[bytes] | None, most: int, seconds: Callable[[], float] = time.time, period_s: int = 60,
        name: str = "rate", sentence: str = "你发得太快了，歇一分钟再发。刚才的话还在，没有丢。",
    ) -> None:  # fmt: skip
        self._redis, self._most, self._seconds = redis, most, seconds
        self._period_s, self._name, self._sentence = period_s, name, sentence

    async def check(self, sender: str) -> None:
        """Counts one message.

        Raises:
            TooMany: the sender has used up this period.
        """
        if self._redis is None:
            return
        key = f"{self._name}:{sender}:{int(self._seconds() // self._period_s)}"
        try:
            pipe = self._redis.pipeline(transaction=False)
            pipe.incr(key)
            pipe.expire(key, self._period_s + 30)
            count, _ = await pipe.execute()
        except RedisError as error:
            log.warning("rate_not_counted", error=type(error).__name__)
            return
        if count > self._most:
            raise TooMany(self._sentence)
