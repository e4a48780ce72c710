"""In: a recogniser's WebSocket with JSON messages. Out: segments fed to the call; every bad one named, none fatal."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.hotline.calls import Calls, checked
from bot.channels.hotline.segments import End, read
from bot.clock import now
from bot.errors import Conflict, LaihutongError

MOST_PROBLEMS = 200
"""Bad messages in a row after which a connection is closed: whoever sends them does not read the answers."""
_TAKEN_OVER, _TOO_MANY_BAD = 4409, 1008
BINARY = "这里收 JSON 文字，不收二进制。声音请走 AudioSocket。"


def producer_name() -> str:
    """A name for a connection that begins now: greater than that of every earlier one."""
    return f"{now().timestamp():017.6f}-{uuid.uuid4().hex[:8]}"


async def serve_transcript(websocket: WebSocket, calls: Calls, call_id: str) -> None:
    """Serves one recogniser until it goes away.

    Raises:
        BadInput: the call's name is wrong; nothing was accepted.
    """
    checked(call_id)
    await websocket.accept()
    producer, bad = producer_name(), 0
    with suppress(WebSocketDisconnect, RuntimeError):  # it went away while it was being told something
        while bad < MOST_PROBLEMS:
            frame = await websocket.receive()
            if frame["type"] == "websocket.disconnect":
                return
            try:
                problem = await _take(calls, call_id, frame, producer)
            except Conflict as error:
                await _tell(websocket, error.sentence)
                await websocket.close(_TAKEN_OVER, "another connection sends this speaker")
                return
            bad = bad + 1 if problem else 0
            if problem:
                await _tell(websocket, problem)
        await websocket.close(_TOO_MANY_BAD, "too many bad messages")


async def _take(calls: Calls, call_id: str, frame: Any, producer: str) -> str | None:
    """Feeds one message; what was wrong with it."""
    text = frame.get("text")
    if text is None:
        return BINARY
    try:
        message = read(text)
        if isinstance(message, End):
            await calls.end(call_id)
        else:
            await calls.feed(call_id, message, producer)
    except Conflict:
        raise
    except LaihutongError as error:
        return error.sentence
    return None


async def _tell(websocket: WebSocket, sentence: str) -> None:
    await websocket.send_text(json.dumps({"type": "problem", "text": sentence}, ensure_ascii=False))
