"""In: refusals that concern the whole account. Out: whether its API may be called now; one pause for all replicas.

A quota that is used up, or a right that is missing, is refused for every message alike, and an API that is away for one
is away for all. Calling on would not help, may cost the account its rights, and keeps people waiting: after such a
refusal nobody calls for a while, then one call tries, and only when it is taken do the others follow.
"""

from __future__ import annotations

from collections.abc import Mapping

from redis.asyncio import Redis

from bot.channels.wechat.api_errors import Do

SECONDS: Mapping[Do, int] = {Do.PAUSE: 600, Do.STAFF: 60, Do.AGAIN: 3}
"""How long nobody calls. Staff who have put something right wait no longer than a minute to see it work."""
_TRIAL_MS = 6_000
_DOUBT_S = 24 * 3600
_TRIAL = "trial"
_MAY = """
-- KEYS refused, doubt, trial. ARGV milliseconds. What pauses us; '': call; 'trial': call, and say how it went.
local refusal = redis.call('GET', KEYS[1])
if refusal then return refusal end
local before = redis.call('GET', KEYS[2])
if not before then return '' end
if redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[1]) then return 'trial' end
return before
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

    async def asked(self, path: str) -> tuple[tuple[int, Do] | None, bool]:
        """The error code for which a call is not to be made now, and what it asks for; None: it may be made.

        Returns:
            And whether it is a trial for all others: then `works` or `refused` says how it went.
        """
        found = (await self._may(keys=self._keys(path), args=[_TRIAL_MS])).decode()
        if found in ("", _TRIAL):
            return None, found == _TRIAL
        code, _, do = found.partition(" ")
        return (int(code), Do(do)), False

    async def refused(self, path: str, code: int, do: Do) -> None:
        """The account was refused."""
        refused, doubt, trial = self._keys(path)
        pipe = self._redis.pipeline()
        pipe.set(refused, f"{code} {do.value}", ex=SECONDS[do])
        pipe.set(doubt, f"{code} {do.value}", ex=_DOUBT_S)
        pipe.delete(trial)
        await pipe.execute()

    async def works(self, path: str) -> None:
        """A trial was taken: everybody may call again."""
        await self._redis.delete(*self._keys(path))

    def _keys(self, path: str) -> list[str]:
        call = f"wx:pause:{self._app_id}:{path.rsplit('/', 1)[-1]}"
        return [call, f"{call}:doubt", f"{call}:trial"]
