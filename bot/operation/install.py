"""In: the FastAPI app and the largest body. Out: the app with problems, limits, request ids and /metrics."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI

from bot.operation import metrics
from bot.operation.limits import BodyLimit, SafeHeaders
from bot.operation.problems import install_problems
from bot.operation.requests import RequestContext


def install_operation(app: FastAPI, most_body_bytes: int, wider: Mapping[str, int] | None = None) -> None:
    """Add everything that surrounds the routes. Call once, before the app starts.

    Args:
        app: the application.
        most_body_bytes: largest request body, bytes; larger ones get 413.
        wider: paths that take larger ones, with their limit.
    """
    install_problems(app)
    app.include_router(metrics.router)
    # The last one added runs first: id, headers, then the body's limit.
    app.add_middleware(BodyLimit, most_bytes=most_body_bytes, wider=wider)
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestContext)
