"""In: GET and POST /wecom. Out: the echo of a check, or "success" once a bell is noted; 403 for a wrong signature."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from redis.exceptions import RedisError

from bot.channels.wechat.envelope import Seal, Signed
from bot.channels.wechat.xml import fields
from bot.channels.wecom.sync import Sync
from bot.errors import BadInput, Unavailable


def router(seal: Seal, sync: Callable[[], Sync]) -> APIRouter:
    """The routes.

    Args:
        seal: opens callbacks.
        sync: takes bells; asked for each, since it exists only once the server runs.
    """
    routes = APIRouter(tags=["wecom"])

    @routes.get("/wecom")
    async def check(request: Request) -> Response:
        """WeCom's check of this address: the echo comes encrypted, and goes back in plain."""
        plain, _ = seal.open(_signed(request), request.query_params.get("echostr", ""))
        return PlainTextResponse(plain.decode("utf-8", "replace"))

    @routes.post("/wecom")
    async def bell(request: Request) -> Response:
        """There are new messages."""
        encrypted = fields(await request.body()).get("Encrypt", "")
        found = fields(seal.open(_signed(request), encrypted)[0])
        if found.get("Event") == "kf_msg_or_event":
            account, token = found.get("OpenKfId", ""), found.get("Token", "")
            if not 0 < len(account) <= 64 or len(token) > 128:
                raise BadInput("缺少 OpenKfId。")
            try:
                await sync().ring(account, token)
            except RedisError as error:  # not "success": WeCom rings again
                raise Unavailable("现在记不下来，请再通知一次。") from error
        return PlainTextResponse("success")

    return routes


def _signed(request: Request) -> Signed:
    asked = request.query_params
    return Signed(asked.get("timestamp", ""), asked.get("nonce", ""), "", asked.get("msg_signature", ""))
