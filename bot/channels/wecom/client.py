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

    account = "wecom"

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

    async def session(self, account: str, person: str) -> int:
        """Who has the session: 0 nobody yet, 1 the machine, 2 those who wait, 3 a person in WeCom, 4 nobody any more.

        Raises:
            ApiError: it cannot be known now.
        """
        found = await self.post("/cgi-bin/kf/service_state/get", {"open_kfid": account, "external_userid": person})
        return int(found.get("service_state", 0))

    async def transfer(self, account: str, person: str, state: int, servicer: str = "") -> str:
        """Gives a session to those who wait (2) or to a person (3); the code for one line to the person, or "".

        Raises:
            ApiError: nobody is on duty, or the account may not.
        """
        body: dict[str, Any] = {"open_kfid": account, "external_userid": person, "service_state": state}
        found = await self.post(
            "/cgi-bin/kf/service_state/trans", body | ({"servicer_userid": servicer} if servicer else {})
        )
        return str(found.get("msg_code") or "")

    async def say_on_event(self, code: str, text: str) -> None:
        """One line in answer to an event, also while the session is not ours; the code is good once.

        Raises:
            ApiError: it could not be sent.
        """
        body = {"code": code, "msgtype": "text", "text": {"content": split(text, MOST_BYTES)[0]}}
        await self.post("/cgi-bin/kf/send_msg_on_event", body)


class WeComSender(Sender):
    """As Sender, by kf/send_msg: a repetition after a crash is refused by its id, so it reaches nobody twice.

    The refusal's code is not documented: such a message stands in the record although it has arrived.
    """

    path = "/cgi-bin/kf/send_msg"
    account = "wecom"

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
