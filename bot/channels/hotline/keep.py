"""In: calls and their lines. Out: the same, from Redis, whichever process asks. Without Redis: from this process.

What this process has written it also holds itself: when Redis goes away in the middle of a call, the call goes on here,
and all of it is written back as soon as Redis answers again.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.hotline.merge import merged
from bot.channels.hotline.state import Call
from bot.channels.hotline.transcript import Line
from bot.channels.hotline.wire import Wire, channel
from bot.clock import now

log = structlog.get_logger(__name__)

KEPT_S = 24 * 3600
"""A call is kept in Redis for so long after its last segment, seconds."""
MOST_HERE = 300
"""Calls that this process holds itself."""
LIVE = "hotline:live"
"""Sorted set: calls that Redis holds, by the second of the last segment."""


@dataclass
class _Own:
    """A call as this process knows it."""

    call: Call
    lines: dict[int, Line] = field(default_factory=dict)
    """By id: those this process has written; all of them where it alone feeds the call."""
    second: float = 0.0
    """When it was written last."""
    unsent: set[int] = field(default_factory=set)
    """Lines that Redis lacks."""
    behind: bool = False
    """True while Redis lacks some of it."""
    there: bytes = b""
    """Digest of the call as this process last knew Redis to hold it."""


class Keep:
    """Where live calls are kept.

    Args:
        redis: shared by all processes; None: this process alone.
        wire: tells watchers.
    """

    def __init__(self, redis: Redis[bytes] | None, wire: Wire) -> None:
        self._redis, self._wire = redis, wire
        self._own: OrderedDict[str, _Own] = OrderedDict()

    async def call(self, call_id: str) -> Call | None:
        """The call, None when nobody has begun it (or it is forgotten)."""
        own = self._held(call_id)
        if self._redis is None or (own is not None and own.behind and not await self._write_back(own)):
            return own.call if own else None
        try:
            found, gone = await self._redis.mget(_state(call_id), _gone(call_id))
        except RedisError as error:
            log.warning("call_from_this_process", error=type(error).__name__)
            return own.call if own else None
        if found is None:
            if gone is not None:  # another process has let go of it
                self._own.pop(call_id, None)
                return None
            if own is not None:  # Redis came back empty
                own.behind, own.unsent = True, set(own.lines)
            return own.call if own else None
        call = Call.from_json(found)
        if own is not None:
            own.call, own.there = call, _digest(found)
        return call

    async def lines(self, call_id: str, only: Sequence[int] | None = None) -> list[Line]:
        """The lines of a call in the order of arrival; `only` these."""
        own = self._own.get(call_id)
        if self._redis is not None and not (own is not None and own.behind):
            try:
                return await self._lines_there(self._redis, call_id, only)
            except RedisError as error:
                log.warning("lines_from_this_process", error=type(error).__name__)
        here = own.lines if own else {}
        return [line for number, line in sorted(here.items()) if only is None or number in only]

    def at_hand(self, call_id: str) -> Call | None:
        """The call as this process wrote it last; perhaps a moment old."""
        own = self._held(call_id)
        return own.call if own else None

    async def save(
        self, call: Call, second: float, line: Line | None = None, messages: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Writes a call, a new or revised line of it, and tells the watchers, all at once.

        Args:
            second: now, for the list of calls.
        """
        own = self._hold(call, line, second)
        if self._redis is not None and not own.behind:
            text = call.to_json()
            try:
                await self._write(self._redis, call.call_id, text, second, [line] if line else [], messages)
                own.there = _digest(text.encode())
                return
            except RedisError as error:
                log.warning("call_kept_here", error=type(error).__name__)
                own.behind = True
        own.unsent |= {line.id} if line else set()
        self._wire.here(call.call_id, messages)

    async def tell(self, call_id: str, message: Mapping[str, Any]) -> None:
        """Tells the watchers something that is not kept."""
        if self._redis is not None:
            try:
                await self._redis.publish(channel(call_id), json.dumps([message], ensure_ascii=False))
                return
            except RedisError as error:
                log.debug("told_here_only", error=type(error).__name__)
        self._wire.here(call_id, [message])

    async def known(self) -> dict[str, float]:
        """Every call that is kept → the second of its last segment."""
        here = {name: own.second for name, own in self._own.items() if self._redis is None or own.behind}
        if self._redis is None:
            return here
        try:
            pairs = await self._redis.zrange(LIVE, 0, -1, withscores=True)
        except RedisError as error:
            log.warning("calls_of_this_process", error=type(error).__name__)
            return {name: own.second for name, own in self._own.items()}
        return {**{name.decode(): float(second) for name, second in pairs}, **here}

    async def forget(self, call_id: str) -> None:
        """Drops a call, in every process; what is to be kept of it is in the database."""
        self._own.pop(call_id, None)
        if self._redis is not None:
            try:
                async with self._redis.pipeline(transaction=True) as pipe:
                    pipe.delete(_state(call_id), _lines(call_id))
                    pipe.zrem(LIVE, call_id)
                    pipe.set(_gone(call_id), 1, ex=KEPT_S)
                    await pipe.execute()
            except RedisError as error:
                log.warning("call_forgotten_later", error=type(error).__name__)

    def _held(self, call_id: str) -> _Own | None:
        """What this process holds, unless it is older than Redis would keep it."""
        own = self._own.get(call_id)
        if own is not None and own.second < now().timestamp() - KEPT_S:
            del self._own[call_id]
            return None
        return own

    def _hold(self, call: Call, line: Line | None, second: float) -> _Own:
        own = self._own.setdefault(call.call_id, _Own(call))
        own.call, own.second = call, second
        self._own.move_to_end(call.call_id)
        if line is not None:
            own.lines[line.id] = line
        while len(self._own) > MOST_HERE:
            self._own.popitem(last=False)
        return own

    async def _write(
        self, redis: Redis[bytes], call_id: str, text: str, second: float, lines: Iterable[Line],
        messages: Sequence[Mapping[str, Any] | None],
    ) -> None:  # fmt: skip
        pipe = redis.pipeline(transaction=True)
        _put(pipe, call_id, text, second, lines, messages)
        await pipe.execute()

    async def _write_back(self, own: _Own) -> bool:
        """Gives Redis what it lacks of a call; False: not yet. Where another process has gone on, both are joined."""
        assert self._redis is not None
        call_id, lines = own.call.call_id, [own.lines[number] for number in sorted(own.unsent)]
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                await pipe.watch(_state(call_id))
                found, call = await pipe.get(_state(call_id)), own.call
                if found is None:  # it came back empty
                    lines = list(own.lines.values())
                elif _digest(found) != own.there:
                    there = {line.id: line for line in await self._lines_there(self._redis, call_id, None)}
                    call, lines = merged(Call.from_json(found), there, own.call, lines)
                text = call.to_json()
                pipe.multi()
                _put(pipe, call_id, text, own.second, lines, [None])
                await pipe.execute()
        except RedisError:
            return False
        own.call, own.there, own.behind, own.unsent = call, _digest(text.encode()), False, set()
        own.lines.update({line.id: line for line in lines})
        return True

    @staticmethod
    async def _lines_there(redis: Redis[bytes], call_id: str, only: Sequence[int] | None) -> list[Line]:
        if only is not None:
            texts = await redis.hmget(_lines(call_id), [str(number) for number in only]) if only else []
            return [Line(**json.loads(text)) for text in texts if text is not None]
        found = await redis.hgetall(_lines(call_id))
        return sorted((Line(**json.loads(text)) for text in found.values()), key=lambda line: line.id)


def _put(
    pipe: Any, call_id: str, text: str, second: float, lines: Iterable[Line],
    messages: Sequence[Mapping[str, Any] | None],
) -> None:  # fmt: skip
    """A call as JSON, lines of it, and messages about it (None: look at it anew), into a transaction."""
    pipe.set(_state(call_id), text, ex=KEPT_S)
    pipe.delete(_gone(call_id))
    for line in lines:
        pipe.hset(_lines(call_id), str(line.id), json.dumps(vars(line), ensure_ascii=False))
    pipe.expire(_lines(call_id), KEPT_S)
    pipe.zadd(LIVE, {call_id: second})
    if messages:
        pipe.publish(channel(call_id), json.dumps(list(messages), ensure_ascii=False))


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=16).digest()


def _state(call_id: str) -> str:
    return f"hotline:call:{call_id}"


def _lines(call_id: str) -> str:
    return f"hotline:lines:{call_id}"


def _gone(call_id: str) -> str:
    """Set when a call was dropped: what other processes still hold of it is not to come back."""
    return f"hotline:gone:{call_id}"
