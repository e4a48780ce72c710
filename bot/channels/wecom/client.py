"""In: calls of WeCom's customer service API. Out: its JSON; sending with a message id that cannot be sent twice."""

from __future__ import annotations

from typing import Any

import httpx

from bot.channels.wechat.api_client import ApiClient
from bot.channels.wechat.api_errors import WECOM, ApiError, Do
from bot.channels.wechat.render import MOST_BYTES, Outgoing, split
from bot.channels.wechat.sender import Sender

_MOST_MENU, _MOST_HEAD, _MOST_CHOICE = 10, 1_024, 128
"""Lines of a menu message, bytes of the words above it, bytes of one line."""


class WeComClient(ApiClient):
    """As ApiClient; WeCom gives its token by another call, which repeats the one in force."""

    account = "wecom"
    codes = WECOM

    async def _fetch(self, force: bool) -> tuple[str, int]:
        asked = {"corpid": self._app_id, "corpsecret": self._secret}
        try:
            found = (await self._http.get("/cgi-bin/gettoken", params=asked)).json()
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError(0, Do.AGAIN) from error
        return self._token_of(found if isinstance(found, dict) else {})

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
        if not (self._menus and 0 < len(out.choices) <= _MOST_MENU and not out.rest and _fits(out)):
            return self._text(person, account, key, out.plain())
        entries = [
            {"type": "click", "click": {"id": str(place), "content": choice}}
            for place, choice in enumerate(out.choices, start=1)
        ]
        menu = {"head_content": out.text, "list": entries}
        return {**_to(person, account, key), "msgtype": "msgmenu", "msgmenu": menu}

    def _text(self, person: str, account: str, key: str, text: str) -> dict[str, Any]:
        return {**_to(person, account, key), "msgtype": "text", "text": {"content": text}}

    async def typing(self, conversation_id: str, person: str) -> None:
        """There is no such call here."""


def _fits(out: Outgoing) -> bool:
    """Whether a menu message holds it; else the choices are numbers below the text."""
    return len(out.text.encode()) <= _MOST_HEAD and all(len(one.encode()) <= _MOST_CHOICE for one in out.choices)


def _to(person: str, account: str, key: str) -> dict[str, Any]:
    return {"touser": person, "open_kfid": account, **({"msgid": key[:32]} if key else {})}
