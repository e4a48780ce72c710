"""In: the WebSocket of a screen. Out: the call over it, as long as somebody who may see it is signed in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.errors import LaihutongError
from staff.console import Console
from staff.gate import COOKIE, same_origin
from staff.roles import may
from staff.seams import CALL_ID, Calls
from staff.sessions import Session

LOOK_AGAIN_S = 15.0
"""How soon a screen ends after its person has signed out, lost the role or been idle for too long."""
MOST_CHARS = 4_000
"""Of one message of a screen."""
SIGN_IN, REFUSED, UNKNOWN, AGAIN = 4401, 4403, 4404, 1013
"""Closing codes, as HTTP's where they begin with 4; a refused handshake would tell a browser nothing."""
log = structlog.get_logger(__name__)


class CallLine:
    """Screens of calls, at their WebSocket's address.

    Args:
        console: its sessions, its record, the calls.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one screen until it goes, or its person may no longer see it."""
        at_work = False

        async def noticed() -> Message:
            nonlocal at_work
            message = await receive()
            at_work = at_work or message["type"] == "websocket.receive"
            return message

        websocket = WebSocket(scope, noticed, send)
        await websocket.accept()
        console, call_id = self._console, str(websocket.path_params["call_id"])
        token = websocket.cookies.get(COOKIE, "")
        session = await run_in_threadpool(console.sessions.of, token)
        refusal = _refusal(websocket, session, call_id)
        if session is None or refusal:
            return await websocket.close(refusal)
        name = session.user.name
        try:
            calls = console.calls()
            await run_in_threadpool(console.audit.note, name, "call_read", call_id)
        except LaihutongError as error:
            await websocket.send_json({"type": "problem", "text": error.sentence})
            return await websocket.close(AGAIN)
        serving = asyncio.create_task(_serve(websocket, calls, call_id, name))
        try:
            while not (await asyncio.wait({serving}, timeout=LOOK_AGAIN_S))[0]:
                session = await run_in_threadpool(console.sessions.of, token, at_work)
                at_work = False
                if session is None or not may(session.user.role, "agent"):
                    return await websocket.close(SIGN_IN)
        finally:
            serving.cancel()
            await asyncio.wait({serving})
        serving.result()


async def _serve(websocket: WebSocket, calls: Calls, call_id: str, agent: str) -> None:
    """What happens goes to the screen, what the screen does goes to the call; ends when either side does."""
    both = {
        asyncio.create_task(_tell(websocket, calls, call_id)),
        asyncio.create_task(_hear(websocket, calls, call_id, agent)),
    }
    try:
        done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        await asyncio.wait(both)
    for task in done:
        error = task.exception()
        if isinstance(error, (LaihutongError, ConnectionError)):
            log.warning("call_line_lost", error=type(error).__name__)
            return await websocket.close(AGAIN)
        if error is not None and not isinstance(error, WebSocketDisconnect):
            raise error


async def _tell(websocket: WebSocket, calls: Calls, call_id: str) -> None:
    async for message in calls.watch(call_id):
        await websocket.send_text(json.dumps(message, ensure_ascii=False))
    await websocket.close()


async def _hear(websocket: WebSocket, calls: Calls, call_id: str, agent: str) -> None:
    while True:
        text = await websocket.receive_text()
        message = _read(text)
        try:
            if message is None:
                raise LaihutongError("这一下没有听懂，请刷新页面再试。")
            await calls.act(call_id, agent, message)
        except LaihutongError as error:  # the connection stays: an agent on the telephone needs it
            await websocket.send_json({"type": "problem", "text": error.sentence})


def _read(text: str) -> dict[str, Any] | None:
    """A message; None when it is none."""
    if len(text) > MOST_CHARS:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _refusal(websocket: WebSocket, session: Session | None, call_id: str) -> int:
    """The closing code for who may not see it; 0: they may."""
    if session is None or session.user.must_change:
        return SIGN_IN
    if not same_origin(websocket) or not may(session.user.role, "agent"):
        return REFUSED
    return 0 if CALL_ID.fullmatch(call_id) else UNKNOWN
