"""In: the parts of this process. Out: GET /healthz (alive) and GET /readyz (every part with its state)."""

from __future__ import annotations

from typing import Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse


class HasState(Protocol):
    """What knows how the parts are."""

    async def states(self) -> dict[str, str]:
        """Part → "ok", or in one word why not."""
        ...


def router(parts: HasState) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """200 while the process answers at all."""
        return {"status": "ok"}

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        """200 when every part is "ok", else 503 with the parts that are not."""
        states = await parts.states()
        ready = all(state == "ok" for state in states.values())
        return JSONResponse({"ready": ready, "parts": states}, status_code=200 if ready else 503)

    return routes
