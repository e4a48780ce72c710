"""In: every HTTP request. Out: the same with an id that all its log lines and its answer carry, and one access line."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.operation import metrics

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = structlog.get_logger("access")


class RequestContext:
    """Gives requests an id, logs method, route, status and time, and observes them as station "http"."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request inside its own logging context."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500
        begun = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                _note(scope, status, time.perf_counter() - begun)


def _note(scope: Scope, status: int, seconds: float) -> None:
    """Write the access line. The route as declared, never the real path or query: they may be personal."""
    route = getattr(scope.get("route"), "path", "")
    metrics.STATION_SECONDS.labels("http").observe(seconds)
    quiet = route in ("/healthz", "/readyz", "/metrics")
    (log.debug if quiet else log.info)(
        "request", method=scope["method"], route=route, status=status, took_ms=round(seconds * 1000, 1)
    )
