"""In: an agent's screen, by WebSocket. Out: all of one call as it happens; what the agent presses, carried out."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels import background
from bot.channels.hotline.calls import Calls, checked
from bot.channels.hotline.segments import MOST_BYTES
from bot.errors import LaihutongError

NOT_UNDERSTOOD = "这一条没看懂，没有收。"
ASSIST_ONLY = frozenset({"assist", "end"})
"""What a program gets that asks for assist alone."""


async def serve_screen(
    websocket: WebSocket, calls: Calls, call_id: str, agent: str, only: frozenset[str] | None = None
) -> None:
    """Serves one screen until it goes away.

    Args:
        websocket: not yet accepted; whoever calls has checked that it may look.
        agent: who sits before it; empty: a program that only watches.
        only: types of messages it gets; None: all of them.

    Raises:
        BadInput: the call's name is wrong; nothing was accepted.
    """
    checked(call_id)
    await websocket.accept()
    lock = asyncio.Lock()

    async def send(message: dict[str, Any]) -> None:
        async with lock:
            await websocket.send_text(json.dumps(message, ensure_ascii=False))

    watching = asyncio.create_task(_watch(calls, call_id, send, only))
    try:
        while True:
            frame = await websocket.receive()
            if frame["type"] == "websocket.disconnect":
                return
            await _pressed(calls, call_id, agent, frame, send)
    except (WebSocketDisconnect, RuntimeError):
        return  # went away while something was being sent
    finally:
        await background.end([watching])


async def _watch(calls: Calls, call_id: str, send: Any, only: frozenset[str] | None) -> None:
    try:
        async with aclosing(calls.watch(call_id)) as messages:  # type: ignore[type-var]
            async for message in messages:
                if only is None or message["type"] in only:
                    await send(message)
                elif message["type"] == "snapshot" and message["assist"]:
                    await send(message["assist"])
    except (WebSocketDisconnect, RuntimeError):
        return  # went away; the reading side notices, too


async def _pressed(calls: Calls, call_id: str, agent: str, frame: Any, send: Any) -> None:
    text = frame.get("text")
    try:
        message = json.loads(text) if text is not None and len(text) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        await send({"type": "problem", "text": NOT_UNDERSTOOD})
        return
    try:
        await calls.act(call_id, agent, message)
    except LaihutongError as error:
        await send({"type": "problem", "text": error.sentence})
