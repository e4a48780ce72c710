"""In: settings, Redis, the parts of a process. Out: the running customer service account, joined."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from redis.asyncio import Redis

from bot.channels.background import end
from bot.channels.desk import Desk
from bot.channels.recogniser import Recogniser
from bot.channels.wechat.answering import Nearby
from bot.channels.wechat.budget import Budget
from bot.channels.wechat.envelope import Seal
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.mailbox import Mailbox
from bot.channels.wechat.people import People
from bot.channels.wechat.setup import API_TIMEOUT_S
from bot.channels.wechat.worker import Worker
from bot.channels.wecom.answering import Handing, WeComAnswering
from bot.channels.wecom.client import WeComClient, WeComSender
from bot.channels.wecom.sessions import Sessions
from bot.channels.wecom.sync import Sync
from bot.settings import Settings
from services.handover.store import HandoverStore


def seal_of(chosen: Settings) -> Seal:
    """What opens callbacks; without WECOM_TOKEN it lets nothing in."""
    token, key = chosen.wecom_token.get_secret_value(), chosen.wecom_encoding_aes_key.get_secret_value()
    return Seal([token], [key], chosen.wecom_corp_id)


@dataclass(frozen=True)
class WeCom:
    """The customer service in this process."""

    sync: Sync
    """Takes bells."""
    worker: Worker
    """Answers."""
    mailbox: Mailbox
    """Sends what staff say."""
    fetching: asyncio.Task[None]
    """Fetches what bells announce."""
    http: httpx.AsyncClient
    """To be closed at the end."""

    async def stop(self) -> None:
        """Finishes what is in hand."""
        await end([self.fetching])
        await self.worker.stop()
        await self.http.aclose()


def start(
    chosen: Settings,
    redis: Redis[bytes],
    desk: Desk,
    nearby: Nearby,
    named: Callable[[str], str],
    store: Callable[[], HandoverStore],
    recogniser: Recogniser,
) -> WeCom:
    """Joins the parts and begins to work; call it in the running event loop.

    Args:
        named: turns ids into names that do not tell them.
        store: gives the cases of staff; raises Unavailable while there is none.
        recogniser: hears voice.
    """
    http = httpx.AsyncClient(base_url=chosen.wecom_api_base, timeout=API_TIMEOUT_S, trust_env=False)
    api = WeComClient(http, redis, chosen.wecom_corp_id, chosen.wecom_secret.get_secret_value())
    budget, people = Budget(redis), People(redis)
    sender = WeComSender(api, budget, people, True, desk.record, desk.call_back)
    sessions = Sessions(redis, api, people, desk, store, chosen.wecom_servicer)
    inbox = Inbox(redis, uuid.uuid4().hex, chosen.session_ttl_s, "wk:in")
    talk = Handing(desk, sessions, api)
    answering = WeComAnswering(sessions, talk, nearby, recogniser, api, people, chosen.hotline_number)
    worker = Worker(inbox, answering, sender, people, budget)
    worker.start()
    sync = Sync(redis, api, inbox, sender, sessions, named)
    return WeCom(sync, worker, Mailbox(sender, budget, people), asyncio.create_task(sync.run()), http)
