"""In: a push of WeCom. Out: its answer; none while WeCom's own staff have the session: they get the message too."""

from __future__ import annotations

from typing import Any

import structlog

from bot.answers.chat import to_reply
from bot.channels.desk import Desk
from bot.channels.wechat.answering import Answering
from bot.channels.wechat.api_errors import ApiError
from bot.channels.wechat.messages import Push, shown
from bot.channels.wechat.render import Outgoing
from bot.channels.wecom.client import WeComClient
from bot.channels.wecom.sessions import Sessions
from bot.dialogue.engine import Turned

log = structlog.get_logger(__name__)


class Handing:
    """As Desk; who asks for a person gets one of WeCom's own staff, where the office wants that.

    Args:
        desk: answers, and opens the case.
        sessions: hands over.
        api: says the last line of the machine.
    """

    def __init__(self, desk: Desk, sessions: Sessions, api: WeComClient) -> None:
        self._desk, self._sessions, self._api = desk, sessions, api

    async def answer(
        self, conversation_id: str, text: str, channel: Any, as_of: Any = None, message_id: str | None = None
    ) -> Turned:
        """As Desk.answer."""
        turned = await self._desk.answer(conversation_id, text, channel, as_of, message_id)
        if turned.heard.act != "request_human" or turned.heard.alert:
            return turned
        code = await self._sessions.hand_over(conversation_id)
        if code is None:
            return turned
        # The session is not ours any more: what there is to say goes out by the code, or is refused.
        words = "\n".join(to_reply(answer, "wechat").text for answer in turned.answers)
        try:
            if code:
                await self._api.say_on_event(code, words)
        except ApiError as error:
            log.warning("wecom_not_told", errcode=error.errcode)
        return Turned(turned.heard, ())

    async def note(self, conversation_id: str, text: str, message_id: str) -> None:
        """As Desk.note."""
        await self._desk.note(conversation_id, text, message_id)

    async def forget(self, conversation_id: str) -> None:
        """As Desk.forget."""
        await self._desk.forget(conversation_id)


class WeComAnswering(Answering):
    """As Answering.

    Args:
        sessions: knows who has a session.
        parts: of Answering.
    """

    def __init__(self, sessions: Sessions, *parts: Any) -> None:
        super().__init__(*parts)
        self._sessions = sessions

    async def answer(self, push: Push) -> Outgoing:
        """As Answering.answer; silent while WeCom's staff have the session."""
        if not await self._sessions.held(push.conversation_id):
            return await super().answer(push)
        text = push.text or shown(push.kind)
        await self._sessions.note(push.conversation_id, "person", text, push.key)
        return Outgoing("")
