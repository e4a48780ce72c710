"""In: the exchange asks how a call ended. Out: one word, so that its dialplan can go on."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from bot.channels.hotline.door import Door
from bot.channels.hotline.voice.outcomes import Outcomes


def router(outcomes: Callable[[], Outcomes], door: Door) -> APIRouter:
    """The route.

    Args:
        outcomes: raises NotFound while voice self-service is off.
        door: lets the exchange in.
    """
    routes = APIRouter()

    @routes.get("/api/v1/hotline/voice/{uuid}", response_class=PlainTextResponse)
    async def outcome(uuid: UUID, request: Request) -> str:
        """transfer, done, gone or busy."""
        door.check(request)
        return await outcomes().of(str(uuid))

    return routes
