"""In: calls of WeCom's customer service API. Out: its JSON; sending with a message id that cannot be sent twice."""

from __future__ import annotations

from typing import Any

import httpx

from bot.channels.wechat.api_client import ApiClient, ApiError
from bot.channels.wechat.api_errors import Do
from bot.channels.wechat.render import MOST_BYTES, Outgoing, split
from bot.channels.wechat.sender import Sender

_MOST_MENU = 10


class WeComClient(ApiClient):
    """As ApiClient; WeCom gives its token by another call, which repeats the one in force."""

    async def _fetch(self, force: bool) -> tuple[str, int]:
        try:
            answer = await self._http.get(
                "/cgi-bin/gettoken", params={"corpid": self._app_id, "corpsecret": self._secret}
            )
            found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError(0, Do.AGAIN) from error
        code, token = int(found.get("errcode", 0)), found.get("access_token")
        if code or not isinstance(token, str):
            raise ApiError(code, Do.STAFF if code else Do.AGAIN)
        return token, max(int(found.get("expires_in", 0)) - 240, 30)


class WeComSender(Sender):
    """As Sender, by kf/send_msg: a repetition after a crash is refused by its id, so it reaches nobody twice.

    The refusal's code is not documented: such a message stands in the record although it has arrived.
    """

    path = "/cgi-bin/kf/send_msg"

    def _body(self, person: str, account: str, key: str, out: Outgoing) -> dict[str, Any]:
        body: dict[str, Any] = {"touser": person, "open_kfid": account}
        if key:
            body["msgid"] = key[:32]
        if self._menus and 0 < len(out.choices) <= _MOST_MENU and not out.rest:
            entries = [
                {"type": "click", "click": {"id": str(place), "content": choice}}
                for place, choice in enumerate(out.choices, start=1)
            ]
            return {**body, "msgtype": "msgmenu", "msgmenu": {"head_content": out.text, "list": entries}}
        return {**body, "msgtype": "text", "text": {"content": split(out.plain(), MOST_BYTES)[0]}}

    async def typing(self, person: str) -> None:
        """There is no such call here."""

    async def welcome(self, code: str, out: Outgoing) -> None:
        """The first line of a session; the code is good for one message within 20 s.

        Raises:
            ApiError: it could not be sent.
        """
        if self._api is not None:
            await self._api.post("/cgi-bin/kf/send_msg_on_event", {"code": code, "msgtype": "text",
                                                                  "text": {"content": out.plain()}})  # fmt: skip
