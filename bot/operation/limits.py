"""In: every HTTP request. Out: the same request with a counted body, or 413; every response with safe headers.

Pure ASGI: nothing is buffered, and WebSockets pass untouched.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.operation.problems import problem

MOST_DISCARDED_BYTES = 32 * 1024 * 1024
"""A refused body is read and thrown away up to here, so that the caller gets to read the refusal."""
SENTENCE = "内容太大，请缩短后再发。"
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(self)",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
}
"""Sent with every response that does not set its own."""


class BodyLimit:
    """Refuses requests whose body is larger than `most_bytes`, announced or not.

    Args:
        app: what it stands before.
        most_bytes: for every path,
        wider: but for these.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, wider: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.most_bytes, self.wider = most_bytes, dict(wider or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, counting."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.wider.get(scope["path"], self.most_bytes)
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced[:20]) > most:
            await _discard(receive)
            await problem(413, "too_large", SENTENCE)(scope, receive, send)
            return
        await self.app(scope, _Counted(receive, most), send)


class _Counted:
    """A receive channel that stops a body that grows too large on the way."""

    def __init__(self, receive: Receive, most_bytes: int) -> None:
        self.receive = receive
        self.left = most_bytes

    async def __call__(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.request":
            self.left -= len(message.get("body", b""))
            if self.left < 0:
                if message.get("more_body"):
                    await _discard(self.receive)
                # The one exception that frameworks let through while they read a body.
                raise HTTPException(413, SENTENCE)
        return message


class SafeHeaders:
    """Adds SAFE_HEADERS to responses, and keeps API answers out of caches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add headers to the response's start."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_safely)


async def _discard(receive: Receive) -> None:
    """Read the rest of a body and forget it, up to a limit."""
    seen = 0
    while seen <= MOST_DISCARDED_BYTES:
        message = await receive()
        seen += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
