"""In: an account. Out: its access token, shared by all replicas, fetched by one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.exclusive import Exclusive
from bot.channels.wechat.api_errors import ApiError, Do

log = structlog.get_logger(__name__)

_FETCHING_MS = 8_000
_NONE_S = 0.5
_FORCE_EVERY_S = 4_500
"""`force_refresh` is allowed 20 times a day; so often it is at most 19, and only when a fresh token is refused."""
Fetch = Callable[[bool], Awaitable[tuple[str, int]]]
"""By force → a token, and the seconds it may be kept; raises ApiError."""


class Tokens:
    """The tokens of one account.

    Args:
        redis: where replicas share the token; None keeps it in this process.
        app_id: the account.
        fetch: gets one from the platform.
    """

    def __init__(self, redis: Redis[bytes] | None, app_id: str, fetch: Fetch) -> None:
        self._redis, self._app_id, self._fetch = redis, app_id, fetch
        self._one = asyncio.Lock()
        self._here: str | None = None
        self._here_until = 0.0
        self._none_until = 0.0
        """While none can be had, those who wait for one another need not each find out."""

    async def token(self, instead_of: str | None = None) -> str:
        """The token in force; one replica fetches it, the others wait for that.

        Args:
            instead_of: a token that was refused.

        Raises:
            ApiError: none can be had.
        """
        clock = asyncio.get_running_loop().time
        async with self._one:
            if clock() < self._none_until:
                raise ApiError(0, Do.AGAIN)
            try:
                return await self._shared(instead_of)
            except RedisError as error:
                log.warning("wechat_token_kept_locally", error=type(error).__name__)
                return await self._own(instead_of)
            except ApiError:
                self._none_until = clock() + _NONE_S
                raise

    async def _own(self, instead_of: str | None) -> str:
        now = asyncio.get_running_loop().time()
        if self._here is None or self._here == instead_of or now > self._here_until:
            self._here, seconds = await self._fetch(False)
            self._here_until = now + seconds
        return self._here

    async def _shared(self, instead_of: str | None) -> str:
        if self._redis is None:
            return await self._own(instead_of)
        key = f"wx:token:{self._app_id}"
        fetching = Exclusive(self._redis, f"{key}:fetching", _FETCHING_MS)
        for _ in range(60):
            if held := await self._held(self._redis, key, instead_of):
                return held
            if await fetching.take():
                try:  # another replica may have had it fetched between the two
                    held = await self._held(self._redis, key, instead_of)
                    return held or await self._fetched(self._redis, key, instead_of)
                finally:
                    await fetching.leave()
            await asyncio.sleep(0.1)
        raise ApiError(0, Do.AGAIN)

    @staticmethod
    async def _held(redis: Redis[bytes], key: str, instead_of: str | None) -> str | None:
        held = await redis.get(key)
        return held.decode() if held is not None and held.decode() != instead_of else None

    async def _fetched(self, redis: Redis[bytes], key: str, instead_of: str | None) -> str:
        token, seconds = await self._fetch(False)
        if token == instead_of and await redis.set(f"{key}:forced", "1", nx=True, ex=_FORCE_EVERY_S):
            token, seconds = await self._fetch(True)
        await redis.set(key, token, ex=seconds)
        return token
