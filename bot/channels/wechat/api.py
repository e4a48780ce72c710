"""In: GET and POST /wechat. Out: the echo of a check, a passive reply, or "success"; 403 for a wrong signature."""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from bot.channels.wechat.account import Account
from bot.channels.wechat.envelope import Open, Seal, Signed
from bot.channels.wechat.messages import Push, read
from bot.channels.wechat.render import Outgoing
from bot.channels.wechat.xml import document, fields
from bot.errors import BadInput, Forbidden

_NOTHING = "success"
"""What WeChat takes for "heard, no reply": any other body without one shows people an error."""


def router(
    seal: Seal, account: Callable[[], Account], named: Callable[[str], str], linked: bool, encrypted_only: bool
) -> APIRouter:
    """The routes.

    Args:
        seal: checks and opens pushes.
        account: takes them; asked for each push, since it exists only once the server runs.
        named: turns ids into names that do not tell them.
        linked: choices may be links (an account with menu messages).
        encrypted_only: pushes in plain text are refused.
    """
    routes = APIRouter(tags=["wechat"])

    @routes.get("/wechat")
    async def check(request: Request) -> Response:
        """WeChat's check of this address."""
        seal.check(_signed(request))
        return PlainTextResponse(request.query_params.get("echostr", ""))

    @routes.post("/wechat")
    async def push(request: Request) -> Response:
        """One push of a message or event."""
        found, sealed = await _opened(request, seal, encrypted_only)
        message = read(found, named)
        out = await account().take(message, request.is_disconnected)
        if out is None or not out.text:
            return PlainTextResponse(_NOTHING)
        reply = _reply(message, out, linked)
        return Response(sealed.close(reply) if sealed else reply, media_type="application/xml")

    return routes


async def _opened(request: Request, seal: Seal, encrypted_only: bool) -> tuple[dict[str, str], Open | None]:
    """The fields of a push, and what seals its reply. The signature comes before anything is read."""
    signed = _signed(request)
    if signed.signature or not signed.msg_signature:
        seal.check(signed)
    found = fields(await request.body())
    encrypted = found.get("Encrypt", "")
    if request.query_params.get("encrypt_type", "raw") == "aes" or (encrypted and "MsgType" not in found):
        if not encrypted:
            raise BadInput("缺少 Encrypt。")
        plain, sealed = seal.open(signed, encrypted)
        return fields(plain), sealed
    if encrypted_only or not signed.signature:
        raise Forbidden("只收加密的消息。")
    return found, None


def _signed(request: Request) -> Signed:
    asked = request.query_params
    return Signed(*(asked.get(name, "") for name in ("timestamp", "nonce", "signature", "msg_signature")))


def _reply(message: Push, out: Outgoing, linked: bool) -> str:
    return document(
        {
            "ToUserName": message.person,
            "FromUserName": message.account,
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": out.linked() if linked else out.plain(),
        }
    )
