"""In: UUIDs of AudioSocket connections. Out: which call and speaker each is, and whether a call has legs left.

An exchange announces the legs of a call beforehand; a leg nobody has announced is a caller, and its UUID names the
call. Kept in Redis, because announcement and connection may reach different processes, and here as well.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar, cast
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.hotline.segments import Speaker
from bot.clock import now

log = structlog.get_logger(__name__)

T = TypeVar("T")

_KEPT_S = 24 * 3600
_MOST_HERE = 10_000


@dataclass(frozen=True)
class Leg:
    """One side of a call."""

    connection: str
    """Names the connection; a leg that comes back has another one."""
    call_id: str
    """The call."""
    speaker: Speaker
    """Who is heard on it."""
    offset_ms: int = 0
    """How long after the call's first leg this one came."""


class Legs:
    """Who is who.

    Args:
        redis: None: within this process.
    """

    def __init__(self, redis: Redis[bytes] | None) -> None:
        self._redis = redis
        self._known: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._began: OrderedDict[str, int] = OrderedDict()
        self._here: dict[str, set[str]] = {}

    async def announce(self, uuid: str, call_id: str, speaker: Speaker) -> None:
        """Says who will be heard on a connection; a later word counts."""
        _remember(self._known, uuid, (call_id, speaker))
        if self._redis is not None:
            try:
                await self._redis.set(_leg(uuid), json.dumps([call_id, speaker]), ex=_KEPT_S)
            except RedisError as error:
                log.warning("leg_announced_here_only", error=repr(error))

    async def arrive(self, uuid: str) -> Leg:
        """A connection has begun."""
        call_id, speaker = await self._who(uuid)
        moment, connection = int(now().timestamp() * 1000), f"{uuid}/{uuid4().hex[:8]}"
        self._here.setdefault(call_id, set()).add(connection)
        began = self._began.get(call_id, moment)
        if self._redis is not None:
            try:
                await self._redis.set(_first(call_id), moment, ex=_KEPT_S, nx=True)
                began = int(await self._redis.get(_first(call_id)) or moment)
                await self._redis.sadd(_there(call_id), connection)
                await self._redis.expire(_there(call_id), _KEPT_S)
            except (RedisError, ValueError) as error:
                log.warning("leg_known_here_only", error=repr(error))
        _remember(self._began, call_id, began)
        return Leg(connection, call_id, cast(Speaker, speaker), max(0, moment - began))

    async def leave(self, leg: Leg) -> None:
        """A connection has ended."""
        here = self._here.get(leg.call_id, set())
        here.discard(leg.connection)
        if not here:
            self._here.pop(leg.call_id, None)
        if self._redis is not None:
            try:
                await self._redis.srem(_there(leg.call_id), leg.connection)
            except RedisError as error:
                log.warning("leg_left_unnoticed", error=repr(error))

    async def deserted(self, call_id: str) -> bool:
        """Whether no leg of the call is connected."""
        if call_id in self._here:
            return False
        if self._redis is None:
            return True
        try:
            return not await self._redis.scard(_there(call_id))
        except RedisError:
            return True

    async def _who(self, uuid: str) -> tuple[str, str]:
        found = self._known.get(uuid)
        if self._redis is not None:
            try:
                told = await self._redis.get(_leg(uuid))
            except RedisError as error:
                log.warning("leg_looked_up_here_only", error=repr(error))
            else:
                found = tuple(json.loads(told)) if told else found
        return found or (uuid, "caller")


def _remember(where: OrderedDict[str, T], key: str, value: T) -> None:
    where[key] = value
    where.move_to_end(key)
    while len(where) > _MOST_HERE:
        where.popitem(last=False)


def _leg(uuid: str) -> str:
    return f"hotline:leg:{uuid}"


def _first(call_id: str) -> str:
    return f"hotline:first:{call_id}"


def _there(call_id: str) -> str:
    return f"hotline:legs:{call_id}"
