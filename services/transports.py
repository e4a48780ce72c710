"""In: a path and its query. Out: status and body, over HTTP or from an app of this process. Services have one seam."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote, urlencode

import httpx
from starlette.types import ASGIApp, Message, Scope

Answer = tuple[int, bytes]
"""HTTP status and body."""


_JSON = "application/json"


class NoAnswer(Exception):
    """No connection, or nothing came back."""


class Transport(Protocol):
    """Whatever answers requests."""

    async def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """One try to read.

        Raises:
            NoAnswer: no connection, or no answer in time.
        """
        ...

    async def post(self, path: str, body: bytes) -> Answer:
        """One try to have some JSON worked on; raises as `get`."""
        ...

    async def close(self) -> None:
        """Gives connections back."""
        ...


class Http:
    """A server somewhere.

    Args:
        base_url: "http://10.0.0.5:8000".
        timeout_s: longest wait for one try.
    """

    def __init__(self, base_url: str, timeout_s: float) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, timeout=timeout_s, trust_env=False)

    async def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """As in Transport."""
        return await self._send("GET", path, params=dict(query))

    async def post(self, path: str, body: bytes) -> Answer:
        """As in Transport."""
        return await self._send("POST", path, content=body, headers={"content-type": _JSON})

    async def _send(self, method: str, path: str, **what: Any) -> Answer:
        try:
            answer = await self._client.request(method, path, **what)
        except httpx.TransportError as error:
            raise NoAnswer(repr(error)) from error
        return answer.status_code, answer.content

    async def close(self) -> None:
        """As in Transport."""
        await self._client.aclose()


class InProcess:
    """An ASGI app of this process, called directly: the same routes and checks, a quarter of the cost.

    Args:
        app: answers the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """As in Transport; an error of the app goes up to the caller."""
        return await self._call(_scope("GET", path, query), b"")

    async def post(self, path: str, body: bytes) -> Answer:
        """As in Transport; an error of the app goes up to the caller."""
        return await self._call(_scope("POST", path, {}), body)

    async def _call(self, scope: Scope, body: bytes) -> Answer:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent[1:])

    async def close(self) -> None:
        """Nothing to give back."""


def _scope(method: str, path: str, query: Mapping[str, str]) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "headers": [(b"content-type", _JSON.encode())] if method == "POST" else [],
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": urlencode(query).encode(),
        "server": ("in-process", 80),
        "client": ("in-process", 0),
        "root_path": "",
    }
