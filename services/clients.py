"""In: a question of an action. Out: the JSON of a service, remote or in this process, through one HTTP seam.

A call that cannot be answered in time raises ServiceDown with a sentence for the person.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import tenacity
from starlette.types import ASGIApp

from bot.errors import BadInput, FieldError, NotFound, ServiceDown, TooMany
from bot.settings import Settings, settings
from services.breaker import Breaker
from services.transports import Answer, Http, InProcess, NoAnswer, Transport

RETRIES = 2
"""More tries after a failed one: every call is a question, so nothing is done twice."""
_KEPT_S = 60.0
_ERRORS: dict[int, type[BadInput]] = {404: NotFound, 429: TooMany}
_DOWN = "查资料的服务现在没有回应，请稍后再试。"


class _Client:
    """What every client does: time limit, retries, breaker. Methods raise ServiceDown, and BadInput or NotFound as the
    service says.

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

    async def close(self) -> None:
        """Give the connections back."""
        await self._transport.close()

    async def _get(self, path: str, **params: Any) -> dict[str, Any]:
        asked = {name: str(value) for name, value in params.items() if value is not None}
        return await self._ask(lambda: self._transport.get(path, asked))

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """For questions only: it may be sent twice."""
        sent = json.dumps(body, ensure_ascii=False).encode()
        return await self._ask(lambda: self._transport.post(path, sent))

    async def _ask(self, once: Callable[[], Awaitable[Answer]]) -> dict[str, Any]:
        if not self._breaker.may_try():
            raise ServiceDown(_DOWN)
        try:
            tries: Awaitable[Answer] = self._retrying.copy()(_try, once)
            answer = await asyncio.wait_for(tries, self._timeout_s)
        except (NoAnswer, asyncio.TimeoutError) as error:
            self._breaker.failed()
            raise ServiceDown(_DOWN) from error
        self._breaker.succeeded()
        return _read(answer)


class ServiceClient(_Client):
    """Knowledge and places."""

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


class EligibilityClient(_Client):
    """Rules: who may have what."""

    _kept_until = 0.0
    _schemes: Sequence[dict[str, Any]] = ()
    _facts: Mapping[str, dict[str, Any]] = MappingProxyType({})

    async def schemes(self) -> Sequence[dict[str, Any]]:
        """GET /api/v1/schemes; remembered for a minute, since every "may I" looks there first."""
        await self._refresh()
        return self._schemes

    async def facts(self) -> Mapping[str, dict[str, Any]]:
        """GET /api/v1/facts, by id; remembered likewise."""
        await self._refresh()
        return self._facts

    async def _refresh(self) -> None:
        if time.monotonic() < self._kept_until:
            return
        self._schemes = (await self._get("/api/v1/schemes"))["schemes"]
        self._facts = {fact["id"]: fact for fact in (await self._get("/api/v1/facts"))["facts"]}
        self._kept_until = time.monotonic() + _KEPT_S

    async def scheme_of(self, item_id: str) -> dict[str, Any] | None:
        """The scheme that says who may have an item; None when there is none."""
        schemes = await self.schemes()
        own = (scheme for scheme in schemes if scheme["item_id"] == item_id and scheme["id"] == item_id)
        return next(own, None) or next((s for s in schemes if item_id in s["serves"]), None)

    async def counting(self, scheme: Mapping[str, Any]) -> Mapping[str, Any]:
        """The scheme to ask through when only the sum is wanted."""
        counted_by = scheme.get("counted_by")
        return next((other for other in await self.schemes() if other["id"] == counted_by), scheme)

    async def assess(self, scheme_id: str, facts: Mapping[str, Any], as_of: date) -> dict[str, Any]:
        """POST /api/v1/schemes/{id}/assess."""
        body = {"facts": dict(facts), "as_of": as_of.isoformat()}
        return await self._post(f"/api/v1/schemes/{_segment(scheme_id)}/assess", body)

    async def screen(self, facts: Mapping[str, Any], as_of: date) -> dict[str, Any]:
        """POST /api/v1/screen."""
        return await self._post("/api/v1/screen", {"facts": dict(facts), "as_of": as_of.isoformat()})


async def _try(once: Callable[[], Awaitable[Answer]]) -> Answer:
    answer = await once()
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


@dataclass(frozen=True)
class Clients:
    """What actions ask."""

    services: ServiceClient
    """Knowledge and places."""
    eligibility: EligibilityClient
    """Rules."""


def clients(chosen: Settings, bundled: Callable[[], ASGIApp]) -> Clients:
    """The clients of a process: at SERVICE_API_URL and ELIGIBILITY_API_URL where set, else in process.

    Args:
        bundled: gives the app of the bundled services; called only when one is needed.
    """
    knowledge, rules = chosen.service_api_url, chosen.eligibility_api_url
    return Clients(
        ServiceClient(knowledge or bundled(), chosen.service_timeout_s),
        EligibilityClient(rules or bundled(), chosen.service_timeout_s),
    )


@lru_cache(maxsize=1)
def from_settings() -> Clients:
    """The clients of this process, from its settings."""

    def app() -> ASGIApp:
        from services.bundled import bundled  # heavy, and not needed when the services are remote

        return bundled().app

    return clients(settings(), app)
