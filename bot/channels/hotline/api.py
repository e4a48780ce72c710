"""In: requests and WebSockets of the contract's "Hotline". Out: the running calls of this installation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, WebSocket
from fastapi.responses import JSONResponse

from bot.channels.hotline.calls import Calls, checked
from bot.channels.hotline.door import Door
from bot.channels.hotline.inlet import serve_transcript
from bot.channels.hotline.screen import ASSIST_ONLY, serve_screen
from bot.errors import LaihutongError, NotFound

__all__ = ["router", "serve_screen"]

PREFIX = "/api/v1/hotline/calls/{call_id}"
Summaries = Callable[[str], Awaitable[dict[str, Any]]]


def router(calls: Callable[[], Calls], summary: Summaries, door: Door) -> APIRouter:
    """The routes.

    Args:
        calls: the calls of this process; raises Unavailable before they are there.
        summary: what comes after a call.
        door: who may.
    """
    routes = APIRouter(tags=["hotline"])

    def allowed(request: Request) -> None:
        door.check(request)

    @routes.websocket(f"{PREFIX}/transcript")
    async def transcript(websocket: WebSocket, call_id: str) -> None:
        """Segments in."""
        await _served(websocket, door, lambda: serve_transcript(websocket, calls(), call_id))

    @routes.websocket(f"{PREFIX}/assist")
    async def assist(websocket: WebSocket, call_id: str, messages: str = "assist") -> None:
        """Assist out; `?messages=all`: everything that a screen gets."""
        only = None if messages == "all" else ASSIST_ONLY
        await _served(websocket, door, lambda: serve_screen(websocket, calls(), call_id, "", only))

    @routes.get(PREFIX, dependencies=[Depends(allowed)])
    async def call(call_id: str) -> JSONResponse:
        """Transcript and assist so far."""
        shot = await calls().snapshot(checked(call_id))
        if shot["call"]["started_at"] is None:
            raise NotFound("没有这通电话，或者已经过了保存时间。")
        return JSONResponse({name: value for name, value in shot.items() if name != "type"})

    @routes.get(f"{PREFIX}/summary", dependencies=[Depends(allowed)])
    async def summarised(call_id: str) -> JSONResponse:
        """Demand, items, facts, what was answered, what stays open, and a draft of the case."""
        return JSONResponse(await summary(checked(call_id)))

    return routes


async def _served(websocket: WebSocket, door: Door, serve: Callable[[], Awaitable[None]]) -> None:
    """Serves, or refuses with a sentence before the connection is up."""
    try:
        door.check(websocket)
        await serve()
    except LaihutongError as error:
        refusal = {
            "title": "连不上", "status": error.status, "detail": error.sentence, "code": error.code,
            "type": f"urn:laihutong:problem:{error.code}",
        }  # fmt: skip
        media = "application/problem+json"
        await websocket.send_denial_response(JSONResponse(refusal, error.status, media_type=media))
