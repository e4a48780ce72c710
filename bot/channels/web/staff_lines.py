"""In: a conversation and the last line its page has. Out: what staff have said in it since, for the page to show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.answers.phrases import phrase
from bot.channels.schemas import CONVERSATION_ID
from bot.errors import BadInput, FieldError
from services.handover.models import Case, Line
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
        case, found = await asyncio.to_thread(_read, store(), conversation_id, int(after))
        return JSONResponse({"messages": [_shown(line) for line in found], "staff": case.state if case else None})

    return routes


def _read(store: HandoverStore, conversation_id: str, after: int) -> tuple[Case | None, list[Line]]:
    """The case first: who reads that it is closed has the last line, too, and need not ask again."""
    return store.current(conversation_id), store.for_page(conversation_id, after)


def _shown(line: Line) -> dict[str, Any]:
    words = phrase(f"handover.{line.text}") if line.who == "notice" else line.text
    return {"id": line.id, "who": line.who, "text": words, "at": line.at.isoformat()}
