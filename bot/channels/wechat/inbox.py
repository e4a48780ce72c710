"""In: pushes. Out: each message once to one worker, its answer once to one push or sender. State in Redis, atomic.

    accept → (stream) → lease → next → finish → collect   by a push that is still open
                                              ↘ late → sent   as a customer message

A message's hash is its claim: state queued → working → done, sent "" → reply or message. A person's messages lie in a
box in the order they came; one worker at a time, the holder of the lease, answers them; only the first may be
delivered. The stream holds what is not delivered: when a worker dies, another finds it there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.channels.wechat import scripts
from bot.channels.wechat.people import MOST_OWED, OWED_S, owed_key
from bot.dialogue.memory import session_key

LEASE_MS = 3_000
"""A worker that has not renewed its lease for this long is dead."""
OPEN_MS = 4_500
"""How long a push waits for its answer: WeChat drops it after 5 s."""
NO_MORE_PUSHES_MS = 7_000
"""So long after its last push WeChat pushes a message no more."""
SILENT_MS = 10_000
"""Whoever was sending and has been silent for so long is dead; sooner it may only be frozen."""
CLAIM_S = 48 * 3600
"""A message is kept until it is answered, and so long at most: later nothing may be sent to its writer."""
STREAM, GROUP, NEWS = "wx:in", "workers", "wx:news"


@dataclass(frozen=True)
class Work:
    """A message to answer."""

    mid: str
    """Its key."""
    job: Mapping[str, Any]
    """As it was accepted."""
    taken: int = 1
    """How often somebody began to work on it."""
    behind: bool = False
    """Answers before it have not been delivered."""


@dataclass(frozen=True)
class Late:
    """An answer to send."""

    mid: str
    job: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Collected:
    """What a push gets."""

    what: Literal["reply", "done", "wait"]
    result: Mapping[str, Any] | None = None
    late: bool = False
    """The answer will be sent as a message."""


class Inbox:
    """The messages of one account.

    Every method raises RedisError when Redis is gone.

    Args:
        redis: shared by all replicas.
        process: names this process; new at every start.
        session_ttl_s: how long a conversation that is put back is kept.
        stream: the account's own.
    """

    def __init__(self, redis: Redis[bytes], process: str, session_ttl_s: int, stream: str = STREAM) -> None:
        self.redis, self.process, self._stream = redis, process, stream
        self._ttl_s = session_ttl_s
        register = redis.register_script
        self._accept, self._collect = register(scripts.ACCEPT), register(scripts.COLLECT)
        self._lease, self._renew, self._next = map(register, (scripts.LEASE, scripts.RENEW, scripts.NEXT))
        self._finish, self._late, self._sent = map(register, (scripts.FINISH, scripts.LATE, scripts.SENT))
        self._unsent, self._beat = register(scripts.UNSENT), register(scripts.BEAT)
        self._answered, self._owe, self._drop = map(register, (scripts.ANSWERED, scripts.OWE, scripts.DROP))

    async def open(self) -> None:
        """Makes the group of workers unless it is there."""
        try:
            await self.redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def accept(self, mid: str, conversation_id: str, job: Mapping[str, Any], push: str = "") -> bool:
        """Puts a message in, once however often it is pushed. True: it was new.

        Args:
            mid: its key.
            push: names the push that waits; empty: nobody waits, the answer is to be sent.
        """
        args: list[str | int] = [mid, json.dumps(job, ensure_ascii=False), conversation_id, push, OPEN_MS, CLAIM_S]
        return bool(await self._accept(keys=[_box(conversation_id), self._stream], args=args))

    async def collect(self, mid: str, conversation_id: str, push: str, waited_ms: int, leaving: bool) -> Collected:
        """The answer, if it is there and nobody else has it."""
        args: list[str | int] = [mid, push, self.process, int(leaving), waited_ms]
        what, *values = await self._collect(keys=[_box(conversation_id), self._stream], args=args)
        result = json.loads(values[0]) if what == b"reply" else None
        return Collected(what.decode(), result, late=what == b"done" and bool(values))

    async def hang_up(self, mid: str, push: str) -> None:
        """A push was dropped from the other end; another one may come."""
        await self.redis.zrem(f"wx:message:{mid}:open", push)

    async def lease(self, conversation_id: str, token: str) -> bool:
        """Whether we alone work for this person now."""
        return bool(await self._lease(keys=[_lease(conversation_id)], args=[token, LEASE_MS]))

    async def renew(self, leases: Mapping[str, str]) -> None:
        """Keeps leases, each conversation with its token, unless they are lost."""
        if leases:
            await self._renew(keys=[_lease(one) for one in leases], args=[LEASE_MS, *leases.values()])

    async def next(self, conversation_id: str, token: str) -> Work | None:
        """The person's next message; None: no more, and the lease has ended."""
        keys = [_lease(conversation_id), _box(conversation_id), session_key(conversation_id)]
        found = await self._next(keys=keys, args=[token, self._ttl_s])
        if not found:
            return None
        mid, job, taken, behind = found
        return Work(mid.decode(), json.loads(job), int(taken), bool(behind))

    async def finish(
        self, conversation_id: str, token: str, mid: str, result: Mapping[str, Any], paid: int = 0
    ) -> bool:
        """Notes the answer; False: the lease was lost, the answer does not count.

        Args:
            paid: so many of the words the person is owed stand in it.
        """
        args: list[str | int] = [token, mid, json.dumps(result, ensure_ascii=False), paid]
        return bool(await self._finish(keys=[_lease(conversation_id), owed_key(conversation_id)], args=args))

    async def late(self, conversation_id: str) -> Late | None:
        """The person's first answer that no push will take any more: ours to send."""
        args: list[str | int] = [self.process, NO_MORE_PUSHES_MS, SILENT_MS]
        found = await self._late(keys=[_box(conversation_id)], args=args)
        return Late(found[0].decode(), json.loads(found[1]), json.loads(found[2])) if found else None

    async def sent(self, conversation_id: str, mid: str, result: Mapping[str, Any] | None = None) -> None:
        """It was sent, or given up with a record.

        Args:
            result: in the form in which it was sent.
        """
        args = [mid, json.dumps(result, ensure_ascii=False) if result else ""]
        await self._sent(keys=[_box(conversation_id), self._stream], args=args)

    async def owe(self, conversation_id: str) -> None:
        """Answers that could not be sent so far go before the person's next one; nothing waits behind them."""
        keys = [_box(conversation_id), self._stream, owed_key(conversation_id)]
        await self._owe(keys=keys, args=[MOST_OWED, OWED_S])

    async def drop(self, conversation_id: str, mid: str) -> None:
        """The person has left with this message: what came before it needs no answer."""
        await self._drop(keys=[_box(conversation_id), self._stream], args=[mid])

    async def unsent(self, mid: str) -> int:
        """It could not be sent now and is to be tried again; how often it was tried."""
        return int(await self._unsent(keys=[], args=[mid]))

    async def said(self, mid: str) -> str:
        """What was answered to a message, for a quarter of an hour after it was delivered; empty when not known."""
        found = await self.redis.hget(f"wx:message:{mid}", "result")
        return str(json.loads(found).get("text", "")) if found else ""

    async def answered(self, conversation_id: str, mid: str) -> None:
        """It was answered by this process alone, while Redis was away."""
        await self._answered(keys=[_box(conversation_id), self._stream], args=[mid, self.process, CLAIM_S])

    async def read(self, most: int) -> list[str]:
        """Conversations with new messages; waits up to half a second for them."""
        found = await self.redis.xreadgroup(GROUP, self.process, {self._stream: ">"}, count=most, block=500)
        return [values[b"conversation"].decode() for _, entries in found for _, values in entries]

    async def left_over(self, older_than_ms: int) -> list[str]:
        """Conversations whose messages have waited too long, whoever had them."""
        start, found = "0-0", []
        while True:
            start, entries, *_ = await self.redis.xautoclaim(
                self._stream, GROUP, self.process, older_than_ms, start, count=100
            )
            found += await self._living([(number, values) for number, values in entries if values])
            if start in (b"0-0", "0-0"):
                return list(dict.fromkeys(found))

    async def _living(self, entries: Sequence[tuple[bytes, Mapping[bytes, bytes]]]) -> list[str]:
        """Whose entries they are; those whose message is no more go."""
        look, sweep = (self.redis.pipeline(transaction=False) for _ in range(2))
        for _, values in entries:
            look.exists(f"wx:message:{values[b'mid'].decode()}")
        living = await look.execute()
        gone = [number for (number, _), lives in zip(entries, living, strict=True) if not lives]
        if gone:
            sweep.xack(self._stream, GROUP, *gone)
            sweep.xdel(self._stream, *gone)
            await sweep.execute()
        return [values[b"conversation"].decode() for (_, values), lives in zip(entries, living, strict=True) if lives]

    async def beat(self) -> None:
        """Says that this process lives."""
        await self._beat(keys=[f"wx:alive:{self.process}"], args=[LEASE_MS])


def _box(conversation_id: str) -> str:
    return f"wx:box:{conversation_id}"


def _lease(conversation_id: str) -> str:
    return f"wx:lease:{conversation_id}"
