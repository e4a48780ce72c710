"""In: a call of WeChat's API. Out: its JSON. Tokens are shared by all replicas and fetched once."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from typing import Any

import httpx
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.wechat.api_errors import Do, hint, what_to_do
from bot.channels.wechat.pause import SECONDS, Pause
from bot.errors import Unavailable
from bot.operation import metrics

log = structlog.get_logger(__name__)

_EARLY_S = 240
"""A token is fetched anew so long before it ends: WeChat keeps old and new valid together for five minutes."""
_FETCHING_MS = 8_000
_FORCE_EVERY_S = 1_800
"""`force_refresh` is allowed 20 times a day; so often it is at most 48, and only when a fresh token is refused."""


class ApiError(Unavailable):
    """The API refused, or did not answer.

    Args:
        code: its errcode; 0 when there was no answer.
    """

    def __init__(self, code: int, do: Do) -> None:
        super().__init__("微信接口现在用不了。")
        self.errcode, self.do = code, do


class ApiClient:
    """Calls the API of one account.

    Args:
        http: a client with the API's base address and time limits.
        redis: where replicas share the token; None keeps it in this process.
        app_id: the account.
        secret: its secret.
    """

    token_path = "/cgi-bin/stable_token"
    account: metrics.Account = "wechat"
    """As it stands in metrics."""

    def __init__(self, http: httpx.AsyncClient, redis: Redis[bytes] | None, app_id: str, secret: str) -> None:
        self._http, self._redis, self._app_id, self._secret = http, redis, app_id, secret
        self._pause = Pause(redis, app_id) if redis is not None else None
        self._here: str | None = None
        self._here_until = 0.0
        self._one = asyncio.Lock()

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's JSON, errcode 0.

        Raises:
            ApiError: with what to do about it.
        """
        trial = await self._paused(path)
        try:
            token = await self.token()
        except ApiError as error:  # a wrong secret is refused for every message alike
            await self._note(path, error.errcode, error.do, trial)
            metrics.count_refused(self.account, error.do.value)
            raise
        answer = await self._send("POST", path, token, body)
        if self._do(answer) is Do.RENEW:
            answer = await self._send("POST", path, await self.token(instead_of=token), body)
        code = int(answer.get("errcode", 0))
        # A fresh token that is refused again is no matter of tokens any more.
        do = Do.AGAIN if what_to_do(code) is Do.RENEW else what_to_do(code)
        await self._note(path, code, do, trial)
        if code:
            log.warning("wechat_refused", path=path, errcode=code, hint=hint(code))
            metrics.count_refused(self.account, do.value)
            raise ApiError(code, do)
        return answer

    async def _paused(self, path: str) -> bool:
        """Whether this call tries for all others if the account is taken again.

        Raises:
            ApiError: the account was refused a moment ago; nobody is to call now.
        """
        if self._pause is None:
            return False
        try:
            code = await self._pause.code(path)
        except RedisError:
            return False
        if code > 0:
            raise ApiError(code, what_to_do(code))
        return code < 0

    async def _note(self, path: str, code: int, do: Do, trial: bool) -> None:
        if self._pause is None:
            return
        try:
            if code and do in SECONDS:
                await self._pause.refused(path, code, do)
            elif trial and do is not Do.AGAIN:
                await self._pause.works(path)
        except RedisError as error:  # then each replica finds out by itself
            log.warning("wechat_pause_not_shared", error=type(error).__name__)

    async def media(self, media_id: str, most_bytes: int = 2_000_000) -> bytes:
        """A voice message somebody sent.

        Raises:
            ApiError: it is not there, or too large.
        """
        token = await self.token()
        params = {"access_token": token, "media_id": media_id}
        try:
            async with self._http.stream("GET", "/cgi-bin/media/get", params=params) as answer:
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > most_bytes:
                        raise ApiError(0, Do.GIVE_UP)
        except httpx.HTTPError as error:
            raise ApiError(0, Do.AGAIN) from error
        if answer.status_code != 200 or "json" in answer.headers.get("content-type", ""):
            raise ApiError(0, Do.GIVE_UP)
        return body

    async def token(self, instead_of: str | None = None) -> str:
        """The token in force; one replica fetches it, the others wait for that.

        Args:
            instead_of: a token that was refused.

        Raises:
            ApiError: none can be had.
        """
        async with self._one:
            try:
                return await self._shared_token(instead_of)
            except RedisError as error:
                log.warning("wechat_token_kept_locally", error=type(error).__name__)
                return await self._own_token(instead_of)

    async def _own_token(self, instead_of: str | None) -> str:
        now = asyncio.get_running_loop().time()
        if self._here is None or self._here == instead_of or now > self._here_until:
            self._here, seconds = await self._fetch(force=False)
            self._here_until = now + seconds
        return self._here

    async def _shared_token(self, instead_of: str | None) -> str:
        if self._redis is None:
            return await self._own_token(instead_of)
        key, mine = f"wx:token:{self._app_id}", uuid.uuid4().hex
        for _ in range(60):
            held = await self._redis.get(key)
            if held is not None and held.decode() != instead_of:
                return str(held.decode())
            if await self._redis.set(f"{key}:fetching", mine, nx=True, px=_FETCHING_MS):
                return await self._refresh(key, mine, instead_of)
            await asyncio.sleep(0.1)
        raise ApiError(0, Do.AGAIN)

    async def _refresh(self, key: str, mine: str, instead_of: str | None) -> str:
        assert self._redis is not None
        try:
            token, seconds = await self._fetch(force=False)
            if token == instead_of and await self._redis.set(f"{key}:forced", "1", nx=True, ex=_FORCE_EVERY_S):
                token, seconds = await self._fetch(force=True)
            await self._redis.set(key, token, ex=seconds)
            return token
        finally:
            if await self._redis.get(f"{key}:fetching") == mine.encode():
                await self._redis.delete(f"{key}:fetching")

    async def _fetch(self, force: bool) -> tuple[str, int]:
        """A token and the seconds it may be kept."""
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        answer = await self._json("POST", self.token_path, {}, {**body, "force_refresh": force})
        token, code = answer.get("access_token"), int(answer.get("errcode", 0))
        if code or not isinstance(token, str):
            log.error("wechat_no_token", errcode=code, hint=hint(code))
            do = what_to_do(code) if code else Do.AGAIN
            raise ApiError(code, Do.STAFF if do in (Do.RENEW, Do.GIVE_UP) else do)
        return token, max(int(answer.get("expires_in", 0)) - _EARLY_S, 30)

    async def _send(self, method: str, path: str, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._json(method, path, {"access_token": token}, body)

    async def _json(self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        # WeChat shows \\uXXXX as it stands: the words must go out as they are.
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8"}
        try:
            answer = await self._http.request(method, path, params=dict(params), content=content, headers=headers)
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError(0, Do.AGAIN) from error
        if answer.status_code >= 500 or not isinstance(found, dict):
            raise ApiError(0, Do.AGAIN)
        return found

    @staticmethod
    def _do(answer: Mapping[str, Any]) -> Do | None:
        code = int(answer.get("errcode", 0))
        return what_to_do(code) if code else None
