"""In: HTTP requests of programs that staff use. Out: cases and their lines. Pages use HandoverStore in process."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StrictStr

from bot.errors import Forbidden
from services.handover.store import HandoverStore

Left = Callable[[str], Awaitable[tuple[int, int] | None]]
"""Conversation → customer messages left and for how many seconds; None: no limit, or not known."""


class StaffRequest(BaseModel):
    """Who does it."""

    staff: StrictStr

    class Config:
        extra = "forbid"


class ReplyRequest(StaffRequest):
    """A reply."""

    text: StrictStr


class TransferRequest(StaffRequest):
    """To whom; empty: back to those who wait."""

    to: StrictStr = ""


def router(store: Callable[[], HandoverStore], left: Left, mask: Callable[[str], str], key: str) -> APIRouter:
    """Routes under /api/v1/handover. Histories are nobody else's business: without the key nothing is open.

    Args:
        store: gives the cases; raises Unavailable while there is none.
        left: what WeChat still lets us send to a person.
        mask: hides personal numbers in what staff write.
        key: sent as `Authorization: Bearer …`; empty: every request is refused.
    """

    def allowed(authorization: str = Header("")) -> None:
        given = authorization.removeprefix("Bearer ").encode()
        if not key or not hmac.compare_digest(given, key.encode()):
            raise Forbidden("没有权限做这件事。")

    routes = APIRouter(prefix="/api/v1/handover", tags=["handover"], dependencies=[Depends(allowed)])

    @routes.get("/cases")
    async def waiting() -> JSONResponse:
        """Open cases, longest first."""
        found = await asyncio.to_thread(store().open_cases)
        return JSONResponse({"cases": [case.to_dict() for case in found]})

    @routes.get("/cases/{number}")
    async def history(number: int) -> JSONResponse:
        """A case, what was said in it, and what may still be sent."""
        case = await asyncio.to_thread(store().get, number)
        said = await asyncio.to_thread(store().history, number)
        rest = await left(case.conversation_id) if case.channel == "wechat" else None
        budget = {"messages": rest[0], "seconds": rest[1]} if rest else None
        return JSONResponse({"case": case.to_dict(), "lines": [line.to_dict() for line in said], "budget": budget})

    @routes.post("/cases/{number}/claim")
    async def claim(number: int, body: StaffRequest) -> JSONResponse:
        """Takes a case."""
        return JSONResponse((await asyncio.to_thread(store().claim, number, body.staff)).to_dict())

    @routes.post("/cases/{number}/reply")
    async def reply(number: int, body: ReplyRequest) -> JSONResponse:
        """Says something to the person."""
        line = await asyncio.to_thread(store().reply, number, body.staff, mask(body.text))
        return JSONResponse(line.to_dict())

    @routes.post("/cases/{number}/transfer")
    async def transfer(number: int, body: TransferRequest) -> JSONResponse:
        """Hands a case on."""
        return JSONResponse((await asyncio.to_thread(store().transfer, number, body.staff, body.to)).to_dict())

    @routes.post("/cases/{number}/close")
    async def close(number: int, body: StaffRequest) -> JSONResponse:
        """Ends a case."""
        return JSONResponse((await asyncio.to_thread(store().close, number, body.staff)).to_dict())

    @routes.get("/undelivered")
    async def undelivered() -> JSONResponse:
        """What a channel refused for good, newest first."""
        return JSONResponse({"records": await asyncio.to_thread(store().records)})

    return routes
