"""In: who has a session, as WeCom tells it. Out: the same in our cases: nobody answers twice, nothing said is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from redis.asyncio import Redis

from bot.channels.desk import Desk
from bot.channels.wechat.api_errors import ApiError
from bot.channels.wechat.people import People
from bot.channels.wecom.client import WeComClient
from bot.errors import Conflict, Unavailable
from services.handover.models import Case, Who
from services.handover.store import HandoverStore

log = structlog.get_logger(__name__)

SERVICER = "企业微信"
"""Who has a case that staff answer in WeCom's own client."""
POOL = "pool"
"""As a servicer: whoever takes it from the reception pool."""
_POOL, _HUMAN = 2, 3
_HELD_S = 48 * 3600
"""A session ends by itself after this long."""
_ASK_EVERY_S = 600
"""So often WeCom is asked who has a session, in case an event was lost."""


class Sessions:
    """Sessions that WeCom's own staff hold.

    Args:
        redis: shared by all replicas.
        api: WeCom.
        people: where a conversation's person is.
        desk: opens cases.
        store: gives the cases; raises Unavailable while there is none.
        servicer: the user id that gets people who ask for somebody, or POOL; empty: staff at our own console.
    """

    def __init__(
        self,
        redis: Redis[bytes],
        api: WeComClient,
        people: People,
        desk: Desk,
        store: Callable[[], HandoverStore],
        servicer: str,
    ) -> None:
        self._redis, self._api, self._people = redis, api, people
        self._desk, self._store, self._servicer = desk, store, servicer

    async def held(self, conversation_id: str) -> bool:
        """Whether WeCom's own staff have the conversation, or it waits for them; WeCom is asked now and then."""
        if await self.known_held(conversation_id):
            return True
        if not await self._redis.set(f"wk:asked:{conversation_id}", "1", nx=True, ex=_ASK_EVERY_S):
            return False
        found = await self._people.address(conversation_id)
        if found is None:
            return False
        try:
            state = await self._api.session(found[1], found[0])
        except ApiError as error:
            log.info("wecom_session_unknown", errcode=error.errcode)
            return False
        if state in (_POOL, _HUMAN):
            await self.taken(conversation_id)
            return True
        await self._close(conversation_id)
        return False

    async def known_held(self, conversation_id: str) -> bool:
        """The same as far as we have been told."""
        return bool(await self._redis.exists(_held(conversation_id)))

    async def taken(self, conversation_id: str) -> None:
        """WeCom's staff have it from now on: the machine and the console are silent."""
        await self._redis.set(_held(conversation_id), "1", ex=_HELD_S)
        try:
            case, _ = await self._desk.open_case(conversation_id, "wechat", "asked")
            if case.state == "waiting":
                await asyncio.to_thread(self._store().claim, case.id, SERVICER, tell=False)
        except (Unavailable, Conflict) as error:
            log.error("wecom_case_not_kept", reason=error.sentence)

    async def ended(self, conversation_id: str) -> None:
        """They have ended: the machine answers again."""
        await self._redis.delete(_held(conversation_id))
        await self._close(conversation_id)

    async def note(self, conversation_id: str, who: Who, text: str, key: str) -> None:
        """Writes down what was said meanwhile; they have read it in their own client."""
        try:
            case, _ = await self._desk.open_case(conversation_id, "wechat", "asked")
            await asyncio.to_thread(self._store().add, case.id, who, text, key)
        except Unavailable as error:
            log.error("wecom_line_not_kept", reason=error.sentence)

    async def hand_over(self, conversation_id: str) -> str | None:
        """Gives a session to WeCom's staff; the code for one line to the person. None: it stays with our own staff."""
        found = await self._people.address(conversation_id) if self._servicer else None
        if found is None:
            return None
        person, account = found
        try:
            if self._servicer == POOL:
                code = await self._api.transfer(account, person, _POOL)
            else:
                code = await self._api.transfer(account, person, _HUMAN, self._servicer)
        except ApiError as error:  # nobody on duty, not activated: our own staff have the case already
            log.warning("wecom_not_handed_over", errcode=error.errcode)
            return None
        await self.taken(conversation_id)
        return code

    async def _close(self, conversation_id: str) -> None:
        try:
            case: Case | None = await asyncio.to_thread(self._store().current, conversation_id)
            if case is not None and case.staff == SERVICER:
                await asyncio.to_thread(self._store().close, case.id, SERVICER, False)
        except (Unavailable, Conflict) as error:
            log.error("wecom_case_not_closed", reason=error.sentence)


def _held(conversation_id: str) -> str:
    return f"wk:human:{conversation_id}"
