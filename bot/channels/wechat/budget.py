"""In: what a person did, what is sent to them. Out: how many customer messages they may still get, on all replicas.

A message of theirs allows five for 48 hours; a menu tap, a subscription or a scan allows three for a minute. Answers,
staff and follow-ups draw on the same number. Passive replies are free.
"""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio import Redis

MESSAGES, WINDOW_S = 5, 48 * 3600
TAPS, TAP_WINDOW_S = 3, 60

_SPEND = """
-- KEYS tap, message. What ends first is spent first. {1 or 0, which was spent}
for place, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') > 0 then
    redis.call('DECR', key)
    return place
  end
end
return 0
"""
_REFUND = """
-- KEYS the one that was spent. Only while its window is open.
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('INCR', KEYS[1]) end
return 1
"""


@dataclass(frozen=True)
class Left:
    """What may still be sent to a person."""

    messages: int
    """Customer messages."""
    seconds: int
    """For so long."""


class Budget:
    """Customer messages of each person; every method raises RedisError when Redis is gone.

    Args:
        redis: shared by all replicas.
    """

    def __init__(self, redis: Redis[bytes]) -> None:
        self._redis = redis
        self._spend, self._refund = redis.register_script(_SPEND), redis.register_script(_REFUND)

    async def grant(self, conversation_id: str, grant: str) -> None:
        """Notes a message ("message") or a tap on a menu ("tap") of theirs."""
        tap, message = _keys(conversation_id)
        if grant == "message":
            await self._redis.set(message, MESSAGES, ex=WINDOW_S)
        elif grant == "tap":
            await self._redis.set(tap, TAPS, ex=TAP_WINDOW_S)

    async def spend(self, conversation_id: str) -> str | None:
        """Takes one; what to give back if it was not sent after all. None: nothing is left."""
        keys = _keys(conversation_id)
        place = int(await self._spend(keys=list(keys)))
        return keys[place - 1] if place else None

    async def refund(self, spent: str) -> None:
        """Gives back one that was not sent."""
        await self._refund(keys=[spent])

    async def close(self, conversation_id: str) -> None:
        """WeChat says that nothing more may be sent."""
        await self._redis.delete(*_keys(conversation_id))

    async def left(self, conversation_id: str) -> Left:
        """What may still be sent."""
        pipe = self._redis.pipeline(transaction=False)
        for key in _keys(conversation_id):
            pipe.get(key)
            pipe.ttl(key)
        tap, tap_s, message, message_s = await pipe.execute()
        count = max(int(tap or 0), 0) + max(int(message or 0), 0)
        return Left(count, max(int(tap_s), int(message_s), 0) if count else 0)


def _keys(conversation_id: str) -> tuple[str, str]:
    return f"wx:taps:{conversation_id}", f"wx:messages:{conversation_id}"
