"""In: settings, Redis, the desk. Out: the accounts (WeChat, WeCom) of this process, and the way to their people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from bot.channels.desk import Desk
from bot.channels.recogniser import Recogniser
from bot.channels.wechat import setup as wechat_setup
from bot.channels.wechat.account import namer
from bot.channels.wechat.answering import Nearby
from bot.channels.wechat.mailbox import Mailbox
from bot.channels.wecom import setup as wecom_setup
from bot.errors import NotFound
from bot.operation.secret import secret_key
from bot.settings import Settings
from services.handover.store import HandoverStore

if TYPE_CHECKING:
    from bot.channels.wechat.account import Account
    from bot.channels.wecom.sync import Sync


class Accounts:
    """The accounts that are set up; none is needed.

    Args:
        chosen: which they are.
        desk: answers what their people write, and says what staff answer.
        nearby: finds places by coordinates.
        store: gives the cases of staff; raises Unavailable while there is none.
    """

    def __init__(self, chosen: Settings, desk: Desk, nearby: Nearby, store: Callable[[], HandoverStore]) -> None:
        self._chosen, self._desk, self._nearby, self._store = chosen, desk, nearby, store
        self._wechat: wechat_setup.WeChat | None = None
        self._wecom: wecom_setup.WeCom | None = None

    def start(self, redis: Redis[bytes] | None, recogniser: Recogniser) -> None:
        """Begins to work; call it in the running event loop.

        Args:
            redis: None: pushes are answered within this process only, and WeCom not at all.
            recogniser: hears voice messages.
        """
        chosen = self._chosen
        if chosen.wechat_token.get_secret_value():
            self._wechat = wechat_setup.start(chosen, redis, self._desk, self._nearby, recogniser)
        if chosen.wecom_token.get_secret_value() and redis is not None:
            named = namer(secret_key(chosen))
            self._wecom = wecom_setup.start(chosen, redis, self._desk, self._nearby, named, self._store, recogniser)
        if self._wechat is not None or self._wecom is not None:
            self._desk.replies.deliver_by("wechat", self._deliver)

    async def stop(self) -> None:
        """Finishes what is in hand."""
        for account in (self._wechat, self._wecom):
            if account is not None:
                await account.stop()

    def wechat(self) -> Account:
        """The official account.

        Raises:
            NotFound: none is set up.
        """
        if self._wechat is None:
            raise NotFound("没有接公众号。")
        return self._wechat.account

    def wecom(self) -> Sync:
        """WeCom's customer service.

        Raises:
            NotFound: none is set up, or there is no Redis.
        """
        if self._wecom is None:
            raise NotFound("没有接微信客服。")
        return self._wecom.sync

    async def left(self, conversation_id: str) -> tuple[int, int] | None:
        """Customer messages a person may still get, and for how many seconds; None: no limit, or not known."""
        mailbox = self._mailbox(conversation_id)
        return await mailbox.left(conversation_id) if mailbox is not None else None

    async def _deliver(self, conversation_id: str, words: str, key: str) -> bool:
        mailbox = self._mailbox(conversation_id)
        return await mailbox.deliver(conversation_id, words, key) if mailbox is not None else False

    def _mailbox(self, conversation_id: str) -> Mailbox | None:
        """Of the account a person writes to."""
        account = self._wecom if conversation_id.startswith("wk:") else self._wechat
        return account.mailbox if account is not None else None
