"""In: what a person was shown and is owed. Out: the same on any replica, for as long as a message may reach them."""

from __future__ import annotations

import json

from redis.asyncio import Redis

from bot.channels.wechat.budget import WINDOW_S
from bot.dialogue.memory import session_key


class People:
    """Short-lived notes on people; every method raises RedisError when Redis is gone.

    Args:
        redis: shared by all replicas.
    """

    def __init__(self, redis: Redis[bytes]) -> None:
        self._redis = redis

    async def remember(self, conversation_id: str, person: str, account: str) -> None:
        """Where to send what staff answers later."""
        await self._redis.set(_key("to", conversation_id), json.dumps([person, account]), ex=WINDOW_S)

    async def address(self, conversation_id: str) -> tuple[str, str] | None:
        """Person and account; None: they have not written for 48 hours, and may not be written to."""
        found = await self._redis.get(_key("to", conversation_id))
        if not found:
            return None
        person, account = json.loads(found)
        return person, account

    async def shown(self, conversation_id: str, choices: tuple[str, ...], rest: tuple[str, ...]) -> None:
        """What they can choose from now, and the pages they have not seen."""
        value = json.dumps({"choices": choices, "rest": rest}, ensure_ascii=False)
        await self._redis.set(_key("shown", conversation_id), value, ex=WINDOW_S)

    async def choices(self, conversation_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Choices and further pages of the last message."""
        found = await self._redis.get(_key("shown", conversation_id))
        data = json.loads(found) if found else {"choices": [], "rest": []}
        return tuple(data["choices"]), tuple(data["rest"])

    async def owe(self, conversation_id: str, text: str) -> None:
        """Words that could not be sent: they go before the next passive reply, which costs nothing."""
        key = _key("owed", conversation_id)
        pipe = self._redis.pipeline()
        pipe.rpush(key, text)
        pipe.ltrim(key, -5, -1)
        pipe.expire(key, 7 * 24 * 3600)
        await pipe.execute()

    async def owed(self, conversation_id: str) -> list[str]:
        """Words they have not got."""
        return [text.decode() for text in await self._redis.lrange(_key("owed", conversation_id), 0, -1)]

    async def paid(self, conversation_id: str, count: int) -> None:
        """The first so many of them are on their way."""
        await self._redis.ltrim(_key("owed", conversation_id), count, -1)

    async def forget(self, conversation_id: str) -> None:
        """Erases everything of a person who has left."""
        keys = [_key(kind, conversation_id) for kind in ("to", "shown", "owed", "taps", "messages")]
        await self._redis.delete(*keys, session_key(conversation_id))


def _key(kind: str, conversation_id: str) -> str:
    return f"wx:{kind}:{conversation_id}"
