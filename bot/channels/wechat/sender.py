"""In: words for a person who is not waiting at a push. Out: a customer message, or why not; the budget is kept.

Nothing here raises: what cannot be sent is kept for their next message ("owed") or goes on record.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import Enum
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.answers.phrases import phrase
from bot.channels.masking import mask
from bot.channels.wechat.api_client import ApiClient
from bot.channels.wechat.api_errors import ApiError, Do, hint
from bot.channels.wechat.budget import Budget
from bot.channels.wechat.people import People
from bot.channels.wechat.render import MOST_BYTES, Outgoing, paged, shorter, split
from bot.errors import LaihutongError
from bot.operation import metrics

log = structlog.get_logger(__name__)


class Sent(Enum):
    """What became of a message."""

    SENT = "sent"
    OWED = "owed"
    """Kept for the person's next message."""
    LATER = "later"
    """The API is busy or gone: to be tried again."""
    FAILED = "failed"
    """Given up, on record."""


Record = Callable[[str, int, str, str], Awaitable[None]]
"""Conversation, error code, reason, words → a record for staff."""
Noted = Callable[[Outgoing], Awaitable[None]]
"""Writes down that a message has gone out, and in which form; may raise RedisError."""
CallBack = Callable[[str], Awaitable[str]]
"""Conversation → the promise to a person whose messages are used up; makes the case behind it."""


class Sender:
    """Sends for one account.

    Args:
        api: its API; None: no secret is set, nothing can be sent.
        budget: what each person may still get.
        people: what they have been shown, and what they are owed.
        menus: whether the account may send msgmenu.
        record: where what was given up is written down.
        call_back: makes the promise when the budget ends.
    """

    path = "/cgi-bin/message/custom/send"
    account: metrics.Account = "wechat"
    """As it stands in metrics."""

    def __init__(
        self, api: ApiClient | None, budget: Budget, people: People, menus: bool, record: Record, call_back: CallBack
    ) -> None:
        self._api, self._budget, self._people = api, budget, people
        self._menus, self._record, self._call_back = menus, record, call_back

    async def send(
        self, conversation_id: str, to: tuple[str, str], out: Outgoing, key: str = "", noted: Noted | None = None
    ) -> Sent:
        """Sends one message. Never raises.

        Args:
            to: person and account.
            key: the same when the same message is sent again.
            noted: called the moment it has gone out, before anything else: who dies before that sends it twice.
        """
        try:
            return await self._within_budget(conversation_id, to, out, key, noted)
        except (RedisError, LaihutongError) as error:
            log.warning("wechat_send_later", error=type(error).__name__)
            return Sent.LATER

    async def _within_budget(
        self, conversation_id: str, to: tuple[str, str], out: Outgoing, key: str, noted: Noted | None
    ) -> Sent:
        if self._api is None:
            return await self._keep(conversation_id, out, 0, "没有设置 WECHAT_APP_SECRET")
        spent = await self._budget.spend(conversation_id)
        if spent is None:
            return await self._used_up(conversation_id, out, "used_up")
        told = out
        if not (await self._budget.left(conversation_id)).messages:
            # The last one says so: after it only the person can open the way again.
            told = _with_line(out, await self._call_back(conversation_id))
        try:
            told = await self._send(to, told, key)
        except ApiError as error:
            return await self._refused(conversation_id, out, spent, error)
        try:
            if noted is not None:
                await noted(told)
            else:
                await self._people.shown(conversation_id, told)
        except RedisError as error:  # it has gone out all the same
            log.warning("wechat_sent_not_noted", error=type(error).__name__)
        return Sent.SENT

    async def give_up(self, conversation_id: str, out: Outgoing) -> None:
        """The API has been away for too long: the words wait for the person's next message, on record."""
        await self._keep(conversation_id, out, 0, "接口一直用不了，等对方再来消息时一起给", "waited")

    async def _send(self, to: tuple[str, str], out: Outgoing, key: str = "") -> Outgoing:
        """One message, in a simpler form when the API asks for that. What was sent."""
        assert self._api is not None
        try:
            await self._api.post(self.path, self._body(*to, key, out), patient=True)
            return out
        except ApiError as error:
            if error.do not in (Do.PLAIN, Do.SHORTEN):
                raise
            simple = shorter(out) if error.do is Do.SHORTEN else out
        await self._api.post(self.path, self._text(*to, key, simple.plain()), patient=True)
        return simple

    def _body(self, person: str, account: str, key: str, out: Outgoing) -> dict[str, Any]:
        if self._menus and out.choices and not out.rest:
            return {"touser": person, "msgtype": "msgmenu", "msgmenu": out.menu()}
        return self._text(person, account, key, out.linked() if self._menus else out.plain())

    def _text(self, person: str, account: str, key: str, text: str) -> dict[str, Any]:
        return {"touser": person, "msgtype": "text", "text": {"content": text}}

    async def _refused(self, conversation_id: str, out: Outgoing, spent: str, error: ApiError) -> Sent:
        if error.do in (Do.AGAIN, Do.PAUSE):
            await self._budget.refund(spent)
            return Sent.LATER
        if error.do in (Do.CLOSED, Do.USED_UP):
            await self._budget.close(conversation_id)
            return await self._used_up(conversation_id, out, "closed" if error.do is Do.CLOSED else "used_up")
        await self._budget.refund(spent)
        if error.do is Do.STAFF:
            return await self._keep(conversation_id, out, error.errcode, hint(error.errcode))
        await self._record(conversation_id, error.errcode, "微信不收这条消息", mask(out.whole()))
        metrics.count_undelivered(self.account, "give_up")
        return Sent.FAILED

    async def _used_up(self, conversation_id: str, out: Outgoing, why: metrics.Undelivered) -> Sent:
        metrics.count_undelivered(self.account, why)
        if await self._people.address(conversation_id) is None:  # they have left: nobody can be promised anything
            return Sent.FAILED
        await self._call_back(conversation_id)
        await self._people.owe(conversation_id, out.whole())
        return Sent.OWED

    async def _keep(
        self, conversation_id: str, out: Outgoing, code: int, reason: str, why: metrics.Undelivered = "staff"
    ) -> Sent:
        log.error("wechat_cannot_send", errcode=code, reason=reason)
        # Owed last: when the record fails all of it is done again, and nobody reads the same words twice.
        await self._record(conversation_id, code, reason, mask(out.whole()))
        await self._people.owe(conversation_id, out.whole())
        metrics.count_undelivered(self.account, why)
        return Sent.OWED

    async def failed(self, conversation_id: str, text: str, why: int) -> None:
        """The platform took a message and did not deliver it.

        Args:
            text: empty when it is not known any more.
        """
        if text:
            await self._keep(conversation_id, Outgoing(text), why, "收下了，但没有送到", "give_up")
        else:
            await self._record(conversation_id, why, "收下了，但没有送到", "")
            metrics.count_undelivered(self.account, "give_up")

    async def send_uncounted(self, conversation_id: str, to: tuple[str, str], out: Outgoing) -> None:
        """Sends while Redis is gone: nobody can count, and silence would be worse."""
        if self._api is None or not out.text:
            return
        try:
            await self._send(to, out)
        except ApiError as error:
            log.error("wechat_lost_answer", errcode=error.errcode)
            metrics.count_undelivered(self.account, "give_up")
            await self._record(conversation_id, error.errcode, "Redis 和微信接口同时用不了", mask(out.whole()))

    async def typing(self, conversation_id: str, person: str) -> None:
        """Shows that an answer is being worked on. It is no message; when it fails nothing is lost."""
        if self._api is None:
            return
        try:
            if await self._people.sees_typing(conversation_id):
                await self._api.post("/cgi-bin/message/custom/typing", {"touser": person, "command": "Typing"})
        except (ApiError, RedisError) as error:
            log.info("wechat_typing_refused", error=repr(error))


def _with_line(out: Outgoing, line: str) -> Outgoing:
    """With a line below its first page."""
    if not paged(f"{out.text}\n{line}", out.choices, out.listed).rest:
        return replace(out, text=f"{out.text}\n{line}")
    first = split(out.text, MOST_BYTES - len(line.encode()) - 600)[0]
    rest = (out.text[len(first) :].strip("\n"), *out.rest)
    return Outgoing(f"{first}\n{line}", (phrase("wechat.more"),), rest=rest, later=out.in_the_end)
