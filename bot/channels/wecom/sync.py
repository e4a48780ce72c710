"""In: bells. Out: every message since the last one, into the inbox; one replica at a time fetches for an account."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.answers import fixed
from bot.answers.phrases import phrase
from bot.channels.exclusive import Exclusive
from bot.channels.wechat.api_errors import ApiError, Do
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.messages import Push, shown
from bot.channels.wechat.render import outgoing
from bot.channels.wecom.client import WeComClient, WeComSender
from bot.channels.wecom.messages import Failed, Session, StaffLine, read
from bot.channels.wecom.sessions import Sessions

log = structlog.get_logger(__name__)

_BELLS, _DONE = "wk:bells", "wk:done"
_FETCHING_MS = 15_000
_TOKEN_S = 590
_LOOK_EVERY_S = 1.0
_WELCOME_S = 20
"""A welcome's code is good for this long."""
_KNOWN_S = 3 * 24 * 3600
_OLD_S = 600
"""Without a cursor WeCom begins three days back: what is older than this was answered, or is past answering."""


class Sync:
    """Fetches what bells announce.

    Args:
        redis: cursors and bells, shared by all replicas.
        api: fetches.
        inbox: takes messages.
        sender: keeps what was not delivered.
        sessions: who has a session.
        named: turns ids into names that do not tell them.
    """

    def __init__(
        self,
        redis: Redis[bytes],
        api: WeComClient,
        inbox: Inbox,
        sender: WeComSender,
        sessions: Sessions,
        named: Callable[[str], str],
    ) -> None:
        self._redis, self._api, self._inbox, self._sender = redis, api, inbox, sender
        self._sessions, self._named = sessions, named
        self._rung = asyncio.Event()

    async def ring(self, account: str, token: str) -> None:
        """Notes a bell; the caller may answer at once. Raises RedisError when it cannot be noted."""
        pipe = self._redis.pipeline()
        pipe.hincrby(_BELLS, account, 1)
        pipe.set(f"wk:token:{account}", token, ex=_TOKEN_S)
        await pipe.execute()
        self._rung.set()

    async def run(self) -> None:
        """Fetches for ever; also what a replica that died had been told of, and what nobody heard a bell of."""
        await self._ring_once()
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

    async def _ring_once(self) -> None:
        """While no process ran nobody could hear a bell: every account that is known is looked at."""
        with suppress(RedisError):
            for account in await self._redis.hkeys(_BELLS):
                await self._redis.hincrby(_BELLS, account, 1)

    async def _fetch(self, account: str, rung: bytes) -> None:
        alone = Exclusive(self._redis, f"wk:fetching:{account}", _FETCHING_MS)
        if not await alone.take():
            return
        try:
            while await self._page(account, alone):
                pass
            await self._redis.hset(_DONE, account, rung)
        finally:
            await alone.leave()

    async def _page(self, account: str, alone: Exclusive) -> bool:
        """Takes one page in; True: there are more. The cursor moves only when all of it is in the inbox."""
        cursor, token = await self._redis.mget(f"wk:cursor:{account}", f"wk:token:{account}")
        page = await self._asked(account, cursor, token)
        for entry in page.get("msg_list") or []:
            if not await alone.keep():  # too slow: another replica is at it, and moves the cursor
                raise ApiError(0, Do.AGAIN)
            found = read(entry, self._named) if isinstance(entry, dict) else None
            if isinstance(found, Push):
                if cursor or found.sent_at > time.time() - _OLD_S:
                    await self._message(found)
            elif found is not None:
                await self._event(found)
        following = page.get("next_cursor")
        if following and await alone.keep():
            await self._redis.set(f"wk:cursor:{account}", following)
        return bool(page.get("has_more")) and following != (cursor or b"").decode()

    async def _asked(self, account: str, cursor: bytes | None, token: bytes | None) -> dict[str, Any]:
        body: dict[str, Any] = {"open_kfid": account, "limit": 500, "voice_format": 0}
        body |= {"cursor": cursor.decode()} if cursor else {}
        try:
            return await self._api.post("/cgi-bin/kf/sync_msg", body | ({"token": token.decode()} if token else {}))
        except ApiError as error:
            if token and error.do is Do.GIVE_UP:  # an old bell's: the next try goes without
                await self._redis.delete(f"wk:token:{account}")
            raise

    async def _message(self, push: Push) -> None:
        """To be answered; while WeCom's staff have the session it is only noted, in the order of the page."""
        if await self._sessions.known_held(push.conversation_id):
            await self._sessions.note(push.conversation_id, "person", push.text or shown(push.kind), push.key)
        else:
            await self._inbox.accept(push.key, push.conversation_id, asdict(push))

    async def _event(self, found: Session | StaffLine | Failed) -> None:
        """A page that is read again after a crash brings its events again: none of them does harm twice."""
        conversation_id = found.conversation_id
        if isinstance(found, StaffLine):
            await self._sessions.note(conversation_id, "staff", found.text, found.key)
        elif isinstance(found, Failed):
            await self._failed(found)
        elif found.what == "human":  # staff answer in WeCom's own client: two voices would confuse
            await self._sessions.taken(conversation_id)
        elif found.what == "ended":
            await self._sessions.ended(conversation_id)
            await self._say(found, phrase("handover.closed"))
        elif found.sent_at > time.time() - _WELCOME_S:
            await self._say(found, outgoing([fixed.say("wechat.welcome")]).plain())

    async def _say(self, session: Session, text: str) -> None:
        if not session.code:
            return
        try:
            await self._api.say_on_event(session.code, text)
        except ApiError as error:  # the code is good once: a page that is read again finds it used
            log.info("wecom_code_refused", errcode=error.errcode)

    async def _failed(self, failed: Failed) -> None:
        """WeCom took a message and did not deliver it: on record, and owed where its words are still known."""
        if await self._redis.set(f"wk:failed:{failed.key}", "1", nx=True, ex=_KNOWN_S):
            await self._sender.failed(failed.conversation_id, await self._inbox.said(failed.key), failed.why)
