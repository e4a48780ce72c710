"""In: bells. Out: every message since the last one, into the inbox; one replica at a time fetches for an account."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.answers import fixed
from bot.channels.wechat.api_client import ApiClient, ApiError
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.messages import Push
from bot.channels.wechat.render import outgoing
from bot.channels.wecom.client import WeComSender
from bot.channels.wecom.messages import Session, read

log = structlog.get_logger(__name__)

_BELLS, _DONE = "wk:bells", "wk:done"
_FETCHING_MS = 15_000
_TOKEN_S = 590
_LOOK_EVERY_S = 1.0
_HUMAN_S = 48 * 3600
_OLD_S = 600
"""Without a cursor WeCom begins three days back: what is older than this was answered, or is past answering."""
_LEAVE_IF = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"


class Sync:
    """Fetches what bells announce.

    Args:
        redis: cursors and bells, shared by all replicas.
        api: None: nothing can be fetched.
        inbox: takes messages.
        sender: says welcome.
        named: turns ids into names that do not tell them.
    """

    def __init__(
        self, redis: Redis[bytes], api: ApiClient, inbox: Inbox, sender: WeComSender, named: Callable[[str], str]
    ) -> None:
        self._redis, self._api, self._inbox, self._sender, self._named = redis, api, inbox, sender, named
        self._rung = asyncio.Event()
        self._leave_if = redis.register_script(_LEAVE_IF)

    async def ring(self, account: str, token: str) -> None:
        """Notes a bell; the caller may answer at once. Raises RedisError when it cannot be noted."""
        pipe = self._redis.pipeline()
        pipe.hincrby(_BELLS, account, 1)
        pipe.set(f"wk:token:{account}", token, ex=_TOKEN_S)
        await pipe.execute()
        self._rung.set()

    async def run(self) -> None:
        """Fetches for ever; also what a replica that died had been told of."""
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._rung.wait(), _LOOK_EVERY_S)
            self._rung.clear()
            try:
                bells, done = await self._redis.hgetall(_BELLS), await self._redis.hgetall(_DONE)
                for account, rung in bells.items():
                    if rung != done.get(account):
                        await self._fetch(account.decode(), rung)
            except (RedisError, ApiError) as error:
                log.warning("wecom_fetch_later", error=type(error).__name__)

    async def _fetch(self, account: str, rung: bytes) -> None:
        lock, mine = f"wk:fetching:{account}", uuid.uuid4().hex
        if not await self._redis.set(lock, mine, nx=True, px=_FETCHING_MS):
            return
        try:
            while await self._page(account):
                await self._redis.pexpire(lock, _FETCHING_MS)
            await self._redis.hset(_DONE, account, rung)
        finally:
            await self._leave_if(keys=[lock], args=[mine])

    async def _page(self, account: str) -> bool:
        """Takes one page in; True: there are more. The cursor moves only when all of it is in the inbox."""
        cursor, token = await self._redis.mget(f"wk:cursor:{account}", f"wk:token:{account}")
        body = {"open_kfid": account, "limit": 500, "voice_format": 0}
        body |= {"cursor": cursor.decode()} if cursor else {}
        body |= {"token": token.decode()} if token else {}
        page = await self._api.post("/cgi-bin/kf/sync_msg", body)
        for entry in page.get("msg_list") or []:
            found = read(entry, self._named) if isinstance(entry, dict) else None
            if isinstance(found, Session):
                await self._session(found)
            elif found is not None and (cursor or found.sent_at > time.time() - _OLD_S):
                await self._message(found)
        following = page.get("next_cursor")
        if following:
            await self._redis.set(f"wk:cursor:{account}", following)
        return bool(page.get("has_more")) and following != (cursor or b"").decode()

    async def _message(self, push: Push) -> None:
        if not await self._redis.exists(f"wk:human:{push.conversation_id}"):
            await self._inbox.accept(push.key, push.conversation_id, asdict(push))

    async def _session(self, session: Session) -> None:
        key = f"wk:human:{session.conversation_id}"
        if session.what == "human":  # staff answer in WeCom's own client: two voices would confuse
            await self._redis.set(key, "1", ex=_HUMAN_S)
        elif session.what == "ended":
            await self._redis.delete(key)
        elif session.code:
            try:
                await self._sender.welcome(session.code, outgoing([fixed.say("wechat.welcome")]))
            except ApiError as error:  # the code is good once: a page that is read again finds it used
                log.info("wecom_no_welcome", errcode=error.errcode)
