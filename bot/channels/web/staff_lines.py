"""In: a conversation and the last line its page has. Out: what staff have said in it since, for the page to show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.channels.desk import said_by_staff
from bot.channels.schemas import CONVERSATION_ID
from bot.errors import BadInput, FieldError
from services.handover.store import HandoverStore


def router(store: Callable[[], HandoverStore]) -> APIRouter:
    """The route.

    Args:
        store: gives the cases; raises Unavailable while there is none.
    """
    routes = APIRouter(prefix="/api/v1", tags=["chat"])

    @routes.get("/chat/{conversation_id}/messages")
    async def messages(conversation_id: str, after: str = "0") -> JSONResponse:
        """Lines of staff, oldest first. Ask again with the last `id`."""
        if not CONVERSATION_ID.fullmatch(conversation_id):
            raise BadInput("会话编号不对。", (FieldError("conversation_id", "会话编号不对"),))
        if not (after.isascii() and after.isdigit() and len(after) < 16):
            raise BadInput("after 要填整数。", (FieldError("after", "要填整数"),))
        found = await asyncio.to_thread(store().for_page, conversation_id, int(after))
        said = ((line, said_by_staff(line.who, line.text)) for line in found)
        shown = [{"id": line.id, "text": text, "at": line.at.isoformat()} for line, text in said]
        return JSONResponse({"messages": shown})

    return routes
