"""In: what a person was shown and is owed. Out: the same on any replica, for as long as a message may reach them."""

from __future__ import annotations

import json

from redis.asyncio import Redis

from bot.channels.wechat.budget import WINDOW_S
from bot.channels.wechat.render import Outgoing
from bot.dialogue.memory import session_key

MOST_OWED, OWED_S = 5, 7 * 24 * 3600
_TYPING_S = 15
_LEAVING = "wx:leaving"


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

    async def shown(self, conversation_id: str, out: Outgoing) -> None:
        """What they can choose from now, and the pages they have not seen. Of answers the inbox notes it itself."""
        value = json.dumps({"choices": out.choices, "rest": out.rest, "later": out.later}, ensure_ascii=False)
        await self._redis.set(_key("shown", conversation_id), value, ex=WINDOW_S)

    async def last(self, conversation_id: str) -> Outgoing:
        """What they were shown last, without its words."""
        found = await self._redis.get(_key("shown", conversation_id))
        data = json.loads(found) if found else {}
        choices, rest, later = (tuple(data.get(name, ())) for name in ("choices", "rest", "later"))
        return Outgoing("", choices, rest=rest, later=later)

    async def sees_typing(self, conversation_id: str) -> bool:
        """Whether they are to be shown now that somebody types: it lasts 15 s and may not be shown again meanwhile."""
        return bool(await self._redis.set(_key("typing", conversation_id), "1", nx=True, ex=_TYPING_S))

    async def owe(self, conversation_id: str, text: str) -> None:
        """Words that could not be sent: they go before the next passive reply, which costs nothing."""
        key = owed_key(conversation_id)
        pipe = self._redis.pipeline()
        pipe.rpush(key, text)
        pipe.ltrim(key, -MOST_OWED, -1)
        pipe.expire(key, OWED_S)
        await pipe.execute()

    async def owed(self, conversation_id: str) -> list[str]:
        """Words they have not got."""
        return [text.decode() for text in await self._redis.lrange(owed_key(conversation_id), 0, -1)]

    async def leaves(self, conversation_id: str) -> None:
        """They have left, and something of theirs could not be erased yet."""
        await self._redis.sadd(_LEAVING, conversation_id)

    async def leaving(self) -> list[str]:
        """All of whom something is still to be erased."""
        return [one.decode() for one in await self._redis.smembers(_LEAVING)]

    async def left(self, conversation_id: str) -> None:
        """Nothing is left of them."""
        await self._redis.srem(_LEAVING, conversation_id)

    async def forget(self, conversation_id: str) -> None:
        """Erases everything of a person who has left."""
        keys = [_key(kind, conversation_id) for kind in ("to", "shown", "owed", "typing", "taps", "messages")]
        await self._redis.delete(*keys, session_key(conversation_id))


def owed_key(conversation_id: str) -> str:
    """Where their words are that could not be sent."""
    return _key("owed", conversation_id)


def _key(kind: str, conversation_id: str) -> str:
    return f"wx:{kind}:{conversation_id}"
