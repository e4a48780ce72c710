"""In: what was said in a conversation. Out: its last lines, masked, for the person who takes over. A day, in Redis."""

from __future__ import annotations

import json

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

MOST_LINES = 40
KEPT_S = 24 * 3600


class Recent:
    """The last lines of each conversation. Without Redis there are none; nobody waits for them.

    Args:
        redis: shared by all processes; None keeps nothing.
    """

    def __init__(self, redis: Redis[bytes] | None) -> None:
        self._redis = redis

    async def note(self, conversation_id: str, *lines: tuple[str, str]) -> None:
        """Adds lines, each who and words (masked)."""
        if self._redis is None:
            return
        pipe = self._redis.pipeline(transaction=False)
        pipe.rpush(_key(conversation_id), *(json.dumps(line, ensure_ascii=False) for line in lines))
        pipe.ltrim(_key(conversation_id), -MOST_LINES, -1)
        pipe.expire(_key(conversation_id), KEPT_S)
        try:
            await pipe.execute()
        except RedisError as error:
            log.warning("recent_not_kept", error=type(error).__name__)

    async def lines(self, conversation_id: str) -> list[tuple[str, str]]:
        """The last lines, oldest first."""
        if self._redis is None:
            return []
        try:
            found = await self._redis.lrange(_key(conversation_id), 0, -1)
        except RedisError as error:
            log.warning("recent_not_read", error=type(error).__name__)
            return []
        return [(who, words) for who, words in map(json.loads, found)]

    async def forget(self, conversation_id: str) -> None:
        """Erases them."""
        if self._redis is not None:
            await self._redis.delete(_key(conversation_id))


def _key(conversation_id: str) -> str:
    return f"recent:{conversation_id}"
