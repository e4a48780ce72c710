"""In: HTTP requests of the contract's "Chat". Out: replies, or what a sentence says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.answers.chat import to_reply
from bot.channels.desk import Desk
from bot.channels.masking import mask
from bot.channels.schemas import ChatRequest, UnderstandBatchRequest, UnderstandRequest
from bot.messages import Channel, Understood


def router(desk: Desk, understand: Callable[[Sequence[str], Channel], list[Understood]]) -> APIRouter:
    """The routes.

    Args:
        desk: answers messages.
        understand: the understanding station, for many texts at once; called in a worker thread.
    """
    routes = APIRouter(prefix="/api/v1", tags=["chat"])

    @routes.post("/chat")
    async def chat(body: ChatRequest) -> JSONResponse:
        """Answers one message of a conversation."""
        turned = await desk.answer(body.conversation_id, body.text, body.channel, body.as_of)
        return JSONResponse(
            {
                "conversation_id": body.conversation_id,
                "replies": [to_reply(answer, body.channel).to_dict() for answer in turned.answers],
                "understanding": turned.heard.to_dict(),
                "staff": desk.with_staff(body.conversation_id),
            }
        )

    @routes.post("/understand")
    async def understand_one(body: UnderstandRequest) -> JSONResponse:
        """What one sentence says, without any conversation around it."""
        heard = await asyncio.to_thread(understand, [mask(body.text)], body.channel)
        return JSONResponse(heard[0].to_dict())

    @routes.post("/understand/batch")
    async def understand_many(body: UnderstandBatchRequest) -> JSONResponse:
        """What many sentences say."""
        heard = await asyncio.to_thread(understand, [mask(text) for text in body.texts], body.channel)
        return JSONResponse({"results": [one.to_dict() for one in heard]})

    return routes
