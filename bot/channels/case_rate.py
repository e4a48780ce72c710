"""In: the address of whoever leaves a case. Out: whether they may, by address and in all, counted across processes."""

from __future__ import annotations

from hashlib import blake2b

from redis.asyncio import Redis

from bot.channels.rate import RateLimit

_HOUR_S = 3_600
OWN = "这个网络一小时里留的事太多了，先不收。请过一小时再来，急事打 {hotline}。"
ALL = "现在留事的人太多，先不收。请过一小时再来，急事打 {hotline}。"


class CaseRate:
    """Whoever fills the desk with made-up cases hides the real ones. Many workers share one address, so it is generous.

    Args:
        redis: where hours are counted; None counts nothing.
        each: cases one address may leave in an hour.
        together: cases all may leave.
        secret: addresses are personal data; only a hash with this is kept, for an hour.
        hotline: for whoever cannot wait.
    """

    def __init__(self, redis: Redis[bytes] | None, each: int, together: int, secret: str, hotline: str) -> None:
        own, full = OWN.format(hotline=hotline), ALL.format(hotline=hotline)
        self._each = RateLimit(redis, each, period_s=_HOUR_S, name="case", sentence=own)
        self._all = RateLimit(redis, together, period_s=_HOUR_S, name="cases", sentence=full)
        self._key = secret.encode()[:64]

    async def check(self, address: str) -> None:
        """Counts one case.

        Raises:
            TooMany: this address, or everybody together, has used up this hour.
        """
        await self._each.check(blake2b(address.encode("utf-8", "replace"), key=self._key, digest_size=16).hexdigest())
        await self._all.check("all")
