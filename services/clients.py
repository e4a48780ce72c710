"""In: a question of an action. Out: the JSON of a service, remote or in this process, through one HTTP seam.

A call that cannot be answered in time raises ServiceDown with a sentence for the person.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import tenacity
from starlette.types import ASGIApp

from bot.errors import BadInput, FieldError, NotFound, ServiceDown, TooMany
from bot.settings import settings
from services.breaker import Breaker
from services.transports import Answer, Http, InProcess, NoAnswer, Transport

RETRIES = 2
"""More tries after a failed one; GET only, so that nothing is done twice."""
_ERRORS: dict[int, type[BadInput]] = {404: NotFound, 429: TooMany}
_DOWN = "查资料的服务现在没有回应，请稍后再试。"


class ServiceClient:
    """Knowledge and places. Every method raises ServiceDown, and BadInput or NotFound as the service says.

    Args:
        service: base URL of a server ("http://10.0.0.5:8000"), or an ASGI app of this process.
        timeout_s: longest wait for one call with all its tries, seconds; one try gets at most half of it.
        retries: more tries after a failed one.
        breaker: shared by all calls of this client.
    """

    def __init__(
        self,
        service: str | ASGIApp,
        timeout_s: float = 2.0,
        retries: int = RETRIES,
        breaker: Breaker | None = None,
    ) -> None:
        self._timeout_s, self._breaker = timeout_s, breaker or Breaker()
        self._transport: Transport = Http(service, timeout_s / 2) if isinstance(service, str) else InProcess(service)
        self._retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(NoAnswer),
            stop=tenacity.stop_after_attempt(retries + 1),
            wait=tenacity.wait_random_exponential(multiplier=0.05, max=0.4),
            reraise=True,
        )

    async def item(self, item_id: str, as_of: date | None = None) -> dict[str, Any]:
        """GET /api/v1/items/{id}: the public fields, `version` and `verification_state`."""
        return await self._get(f"/api/v1/items/{_segment(item_id)}", as_of=as_of)

    async def items(self, as_of: date | None = None, topic: str | None = None) -> list[dict[str, Any]]:
        """GET /api/v1/items: one short entry for each item in force."""
        found: list[dict[str, Any]] = (await self._get("/api/v1/items", as_of=as_of, topic=topic))["items"]
        return found

    async def search(
        self, q: str, topic: str | None = None, as_of: date | None = None, limit: int = 10
    ) -> list[dict[str, Any]]:
        """GET /api/v1/search: the results, best first."""
        answer = await self._get("/api/v1/search", q=q, topic=topic, as_of=as_of, limit=limit)
        found: list[dict[str, Any]] = answer["results"]
        return found

    async def places(
        self,
        near: str | None = None,
        kind: str | None = None,
        lat: float | None = None,
        lon: float | None = None,
        limit: int = 3,
    ) -> list[dict[str, Any]]:
        """GET /api/v1/places: nearest venues of a kind, by a place's name or by coordinates."""
        answer = await self._get("/api/v1/places", near=near, kind=kind, lat=lat, lon=lon, limit=limit)
        found: list[dict[str, Any]] = answer["results"]
        return found

    async def close(self) -> None:
        """Give the connections back."""
        await self._transport.close()

    async def _get(self, path: str, **params: Any) -> dict[str, Any]:
        if not self._breaker.may_try():
            raise ServiceDown(_DOWN)
        asked = {name: str(value) for name, value in params.items() if value is not None}
        try:
            tries: Awaitable[Answer] = self._retrying.copy()(self._try, path, asked)
            answer = await asyncio.wait_for(tries, self._timeout_s)
        except (NoAnswer, asyncio.TimeoutError) as error:
            self._breaker.failed()
            raise ServiceDown(_DOWN) from error
        self._breaker.succeeded()
        return _read(answer)

    async def _try(self, path: str, query: dict[str, str]) -> Answer:
        answer = await self._transport.get(path, query)
        if answer[0] >= 500:
            raise NoAnswer(f"HTTP {answer[0]}")
        return answer


def _segment(item_id: str) -> str:
    """An id as one piece of a path: a slash in it must not reach another route.

    Raises:
        NotFound: it is empty; "/items/" would be the list.
    """
    if not item_id:
        raise NotFound("没有写是哪个事项。")
    return quote(item_id, safe="", errors="replace")


def _read(answer: Answer) -> dict[str, Any]:
    """The answer's JSON.

    Raises:
        BadInput, NotFound, TooMany: what the service's problem says.
        ServiceDown: an answer that is not the contract's.
    """
    status, body = answer
    try:
        data = json.loads(body)
    except ValueError as error:
        raise ServiceDown(_DOWN) from error
    if not isinstance(data, dict):
        raise ServiceDown(_DOWN)
    if 200 <= status < 300:
        return data
    raise _ERRORS.get(status, BadInput)(str(data.get("detail", "请求不对。")), _fields(data.get("errors")))


def _fields(errors: object) -> tuple[FieldError, ...]:
    """A problem's wrong fields; a foreign server may send anything."""
    entries = [entry for entry in errors if isinstance(entry, dict)] if isinstance(errors, list) else []
    return tuple(FieldError(str(entry.get("field")), str(entry.get("message"))) for entry in entries)


@lru_cache(maxsize=1)
def from_settings() -> ServiceClient:
    """The client of this process: SERVICE_API_URL when set, else the bundled services in process."""
    chosen = settings()
    if chosen.service_api_url:
        return ServiceClient(chosen.service_api_url, chosen.service_timeout_s)
    from services.bundled import bundled  # heavy, and not needed when the service is remote

    return ServiceClient(bundled().app, chosen.service_timeout_s)
