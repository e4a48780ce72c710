"""In: refusals that concern the whole account. Out: whether its API may be called now; one pause for all replicas.

A quota that is used up, or a right that is missing, is refused for every message alike. Calling on would not help and
may cost the account its rights: after such a refusal nobody calls for a while, then one call tries, and only when it is
taken do the others follow.
"""

from __future__ import annotations

from collections.abc import Mapping

from redis.asyncio import Redis

from bot.channels.wechat.api_errors import Do

SECONDS: Mapping[Do, int] = {Do.PAUSE: 600, Do.STAFF: 60}
"""How long nobody calls. Staff who have put something right wait no longer than a minute to see it work."""
_TRIAL_MS = 6_000
_DOUBT_S = 24 * 3600
_MAY = """
-- KEYS refused, doubt, trial. ARGV milliseconds. The code that pauses us; 0: call; -1: call, and tell how it went.
local code = redis.call('GET', KEYS[1])
if code then return tonumber(code) end
local before = redis.call('GET', KEYS[2])
if not before then return 0 end
if redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[1]) then return -1 end
return tonumber(before)
"""


class Pause:
    """The pauses of one account, one for each call of its API; every method raises RedisError when Redis is gone.

    Args:
        redis: shared by all replicas.
        app_id: the account.
    """

    def __init__(self, redis: Redis[bytes], app_id: str) -> None:
        self._redis, self._app_id = redis, app_id
        self._may = redis.register_script(_MAY)

    async def code(self, path: str) -> int:
        """The error code for which a call is not to be made now; 0: it may be made; -1: as a trial, see `works`."""
        return int(await self._may(keys=self._keys(path), args=[_TRIAL_MS]))

    async def refused(self, path: str, code: int, do: Do) -> None:
        """The account was refused."""
        refused, doubt, _ = self._keys(path)
        pipe = self._redis.pipeline()
        pipe.set(refused, code, ex=SECONDS[do])
        pipe.set(doubt, code, ex=_DOUBT_S)
        await pipe.execute()

    async def works(self, path: str) -> None:
        """A trial was taken: everybody may call again."""
        await self._redis.delete(*self._keys(path))

    def _keys(self, path: str) -> list[str]:
        call = f"wx:pause:{self._app_id}:{path.rsplit('/', 1)[-1]}"
        return [call, f"{call}:doubt", f"{call}:trial"]
