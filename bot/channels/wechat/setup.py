"""In: settings, Redis, the parts of a process. Out: the running official account, joined."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from redis.asyncio import Redis

from bot.channels.desk import Desk
from bot.channels.recogniser import NoRecogniser, Recogniser
from bot.channels.wechat.account import Account
from bot.channels.wechat.alone import Alone
from bot.channels.wechat.answering import Answering, Nearby
from bot.channels.wechat.api_client import ApiClient
from bot.channels.wechat.budget import Budget
from bot.channels.wechat.envelope import Seal
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.mailbox import Mailbox
from bot.channels.wechat.people import People
from bot.channels.wechat.sender import Sender
from bot.channels.wechat.worker import Worker
from bot.settings import Settings

API_TIMEOUT_S = 5.0


def seal_of(chosen: Settings, seconds: Callable[[], float] | None = None) -> Seal:
    """What checks and opens the account's pushes; without WECHAT_TOKEN it lets nothing in."""
    tokens = (chosen.wechat_token, chosen.wechat_previous_token)
    keys = (chosen.wechat_encoding_aes_key, chosen.wechat_previous_aes_key)
    words = [[secret.get_secret_value() for secret in secrets] for secrets in (tokens, keys)]
    return Seal(words[0], words[1], chosen.wechat_app_id, **({"seconds": seconds} if seconds else {}))


@dataclass(frozen=True)
class WeChat:
    """The official account in this process."""

    account: Account
    """Takes pushes."""
    worker: Worker | None
    """Answers them; None without Redis."""
    mailbox: Mailbox | None
    """Sends what staff say; None without Redis, where nobody could count."""
    http: httpx.AsyncClient
    """To be closed at the end."""

    async def stop(self) -> None:
        """Finishes what is in hand."""
        if self.worker is not None:
            await self.worker.stop()
        await self.http.aclose()


def start(
    chosen: Settings, redis: Redis[bytes] | None, desk: Desk, nearby: Nearby, recogniser: Recogniser | None = None
) -> WeChat:
    """Joins the parts and begins to work; call it in the running event loop.

    Args:
        redis: None: pushes are answered within this process only.
        desk: answers text.
        nearby: finds places by coordinates.
        recogniser: hears voice; nobody does when left out.
    """
    http = httpx.AsyncClient(base_url=chosen.wechat_api_base, timeout=API_TIMEOUT_S, trust_env=False)
    secret = chosen.wechat_app_secret.get_secret_value()
    api = ApiClient(http, redis, chosen.wechat_app_id, secret) if secret and chosen.wechat_app_id else None
    hears = recogniser or NoRecogniser()
    # Without Redis there are no people and no budget; a client that reaches nothing stands in for both.
    near = redis if redis is not None else Redis.from_url("unix:///nonexistent/redis.sock")
    budget, people = Budget(near), People(near)
    sender = Sender(api, budget, people, chosen.wechat_msgmenu, desk.record, desk.call_back)
    alone = Alone(Answering(desk, nearby, hears, api, None, chosen.hotline_number), sender)
    if redis is None:
        return WeChat(Account(None, None, alone, sender), None, None, http)
    inbox = Inbox(redis, uuid.uuid4().hex, chosen.session_ttl_s)
    answering = Answering(desk, nearby, hears, api, people, chosen.hotline_number)
    worker = Worker(inbox, answering, sender, people, budget, alone)
    worker.start()
    return WeChat(Account(inbox, worker, alone, sender), worker, Mailbox(sender, budget, people), http)
