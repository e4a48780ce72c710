"""In: a call of WeChat's API. Out: its JSON, or what to do about its refusal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.wechat.api_errors import WECHAT, ApiError, Do, hint, what_to_do
from bot.channels.wechat.pause import SECONDS, Pause
from bot.channels.wechat.tokens import Tokens
from bot.operation import metrics

log = structlog.get_logger(__name__)

_EARLY_S = 240
"""A token is fetched anew so long before it ends: WeChat keeps old and new valid together for five minutes."""
_WAITS_S = (0.2, 0.6, 1.5)
"""Waits before a busy API is tried again, seconds; then the message waits for another round."""
_FORCE_EVERY_S = 4_500
"""`force_refresh` is allowed 20 times a day; so often it is at most 19, and only when a fresh token is refused."""
_MOST_MEDIA = 2_000_000
"""Bytes of a voice message; WeChat's are a minute at most."""


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
    codes: Mapping[int, Do] = WECHAT
    """What this platform's error codes ask for."""

    def __init__(self, http: httpx.AsyncClient, redis: Redis[bytes] | None, app_id: str, secret: str) -> None:
        self._http, self._redis, self._app_id, self._secret = http, redis, app_id, secret
        self._pause = Pause(redis, app_id) if redis is not None else None
        self.tokens = Tokens(redis, app_id, self._fetch)

    async def post(self, path: str, body: Mapping[str, Any], patient: bool = False) -> dict[str, Any]:
        """The answer's JSON, errcode 0.

        Args:
            patient: a busy API is tried again after short waits; when it stays busy, nobody calls for some seconds.

        Raises:
            ApiError: with what to do about it.
        """
        trial = await self._paused(path)
        waits = iter(_WAITS_S if patient and not trial else ())
        while True:
            try:
                answer = await self._once(path, body)
            except ApiError as error:
                wait = next(waits, None)
                if error.do is not Do.AGAIN or wait is None:
                    await self._note(path, error, trial, patient)
                    raise
                await asyncio.sleep(wait)
            else:
                await self._note(path, None, trial, patient)
                return answer

    async def _once(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            token = await self.tokens.token()
        except ApiError as error:
            metrics.count_refused(self.account, error.do.value)
            raise
        answer = await self._json(path, {"access_token": token}, body)
        if self._what(answer)[1] is Do.RENEW:
            answer = await self._json(path, {"access_token": await self.tokens.token(instead_of=token)}, body)
        code, do = self._what(answer)
        if do is None:
            return answer
        if do is Do.RENEW:  # a fresh token that is refused again is no matter of tokens any more
            do = Do.AGAIN
        log.warning("wechat_refused", path=path, errcode=code, hint=hint(code))
        metrics.count_refused(self.account, do.value)
        raise ApiError(code, do)

    async def _paused(self, path: str) -> bool:
        """Whether this call tries for all others if the account is taken again.

        Raises:
            ApiError: the account was refused a moment ago; nobody is to call now.
        """
        if self._pause is None:
            return False
        try:
            refusal, trial = await self._pause.asked(path)
        except RedisError:
            return False
        if refusal is not None:
            raise ApiError(*refusal)
        return trial

    async def _note(self, path: str, error: ApiError | None, trial: bool, patient: bool) -> None:
        """How a call went, for those who come after. A wrong secret, too, is refused for every message alike."""
        if self._pause is None:
            return
        try:
            if error is not None and error.do in SECONDS and (patient or error.do is not Do.AGAIN):
                await self._pause.refused(path, error.errcode, error.do)
            elif trial and (error is None or error.do is not Do.AGAIN):
                await self._pause.works(path)
        except RedisError as lost:  # then each replica finds out by itself
            log.warning("wechat_pause_not_shared", error=type(lost).__name__)

    async def media(self, media_id: str) -> bytes:
        """A voice message somebody sent.

        Raises:
            ApiError: it is not there, or too large.
        """
        token = await self.tokens.token()
        try:
            return await self._media(media_id, token)
        except ApiError as error:
            if error.do is not Do.RENEW:
                raise
        return await self._media(media_id, await self.tokens.token(instead_of=token))

    async def _media(self, media_id: str, token: str) -> bytes:
        params, body = {"access_token": token, "media_id": media_id}, b""
        try:
            async with self._http.stream("GET", "/cgi-bin/media/get", params=params) as answer:
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _MOST_MEDIA:
                        raise ApiError(0, Do.GIVE_UP)
            if answer.status_code == 200 and "json" not in answer.headers.get("content-type", ""):
                return body
            found = json.loads(body)
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError(0, Do.AGAIN) from error
        code, do = self._what(found if isinstance(found, dict) else {})
        raise ApiError(code, do or Do.GIVE_UP)

    async def _fetch(self, force: bool) -> tuple[str, int]:
        """A token and the seconds it may be kept."""
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        return self._token_of(await self._json(self.token_path, {}, {**body, "force_refresh": force}))

    def _token_of(self, answer: Mapping[str, Any]) -> tuple[str, int]:
        token, (code, do) = answer.get("access_token"), self._what(answer)
        if code or not isinstance(token, str):
            log.error("wechat_no_token", errcode=code, hint=hint(code))
            raise ApiError(code, Do.STAFF if do in (Do.RENEW, Do.GIVE_UP) else do or Do.AGAIN)
        return token, max(int(answer.get("expires_in", 0)) - _EARLY_S, 30)

    async def _json(self, path: str, params: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        # WeChat shows \\uXXXX as it stands: the words must go out as they are.
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8"}
        try:
            answer = await self._http.post(path, params=dict(params), content=content, headers=headers)
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError(0, Do.AGAIN) from error
        if answer.status_code >= 500 or not isinstance(found, dict):
            raise ApiError(0, Do.AGAIN)
        return found

    def _what(self, answer: Mapping[str, Any]) -> tuple[int, Do | None]:
        """The error code of an answer and what it asks for; 0 and None: it went well."""
        code = answer.get("errcode") or 0
        if not isinstance(code, int):
            return 0, Do.AGAIN
        return code, what_to_do(code, self.codes) if code else None
