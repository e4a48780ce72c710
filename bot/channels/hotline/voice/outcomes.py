"""In: how a call ended. Out: the same, told to the exchange that asks for it, by whichever process."""

from __future__ import annotations

from collections import OrderedDict

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import NotFound

log = structlog.get_logger(__name__)

_KEPT_S = 600
_MOST_HERE = 1_000


class Outcomes:
    """How the last calls ended.

    Args:
        redis: None: known in this process only.
    """

    def __init__(self, redis: Redis[bytes] | None) -> None:
        self._redis = redis
        self._here: OrderedDict[str, str] = OrderedDict()

    async def note(self, leg: str, outcome: str) -> None:
        """Keeps it for ten minutes."""
        self._here[leg] = outcome
        if len(self._here) > _MOST_HERE:
            self._here.popitem(last=False)
        if self._redis is not None:
            try:
                await self._redis.set(_key(leg), outcome, ex=_KEPT_S)
            except RedisError as error:
                log.warning("voice_outcome_kept_locally", error=type(error).__name__)

    async def of(self, leg: str) -> str:
        """transfer, done, gone or busy.

        Raises:
            NotFound: no such call has ended lately.
        """
        if leg in self._here:
            return self._here[leg]
        try:
            found = await self._redis.get(_key(leg)) if self._redis is not None else None
        except RedisError as error:
            log.warning("voice_outcome_unknown", error=type(error).__name__)
            found = None
        if found is None:
            raise NotFound("没有这个刚结束的电话。")
        return str(found.decode())


def _key(leg: str) -> str:
    return f"voice:outcome:{leg}"
