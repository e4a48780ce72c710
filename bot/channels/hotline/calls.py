"""In: segments of calls, what agents press, from any process. Out: masked transcripts, assist messages, marks.

feed → mask → the call's turn → written down and shown → understood → assist, written down and shown. A process that is
killed between two of these steps loses at most the segment in flight: what was written down but not yet understood is
understood with the next segment, by whichever process gets it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.channels.hotline import acts
from bot.channels.hotline.assist.mind import Mind
from bot.channels.hotline.assistant import spoken_cards
from bot.channels.hotline.keep import Keep
from bot.channels.hotline.segments import Segment, tidy
from bot.channels.hotline.state import MOST_PENDING, MOST_SAID, Call, CallInfo, Said
from bot.channels.hotline.transcript import Line, placed
from bot.channels.hotline.wire import Wire
from bot.channels.masking import mask
from bot.channels.order import Order
from bot.channels.schemas import CONVERSATION_ID
from bot.clock import SHANGHAI, now
from bot.errors import BadInput, Conflict, FieldError, LaihutongError, NotFound

log = structlog.get_logger(__name__)

RESUME_S = 30 * 60
"""A segment that comes so soon after the end opens the call again, seconds; a later one begins a new call."""


class Assistant(Protocol):
    """What thinks along (assistant.py)."""

    async def hear(self, mind: Mind, line: Line) -> Mind:
        """The mind after a line."""

    async def advise(self, mind: Mind, pinned: tuple[str, ...] = ()) -> tuple[Mind, dict[str, Any]]:
        """The assist message."""


class Feedback(Protocol):
    """What keeps wrong cards (services/calls)."""

    def wrong(self, call_id: str, words: str, shown: str, meant: str, agent: str) -> Any:
        """Writes one down; called in a thread."""


class Calls:
    """The calls of a hotline. Every method may be called in any process for any call.

    Args:
        keep: where live calls are kept.
        wire: tells watchers.
        assistant: thinks along.
        feedback: keeps wrong cards.
        order: one call's segments one after another, across processes.
    """

    def __init__(self, keep: Keep, wire: Wire, assistant: Assistant, feedback: Feedback, order: Order) -> None:
        self._keep, self._wire, self._assistant = keep, wire, assistant
        self._feedback, self._order = feedback, order
        self._ended: Callable[[str], Awaitable[None]] | None = None

    def when_ended(self, ended: Callable[[str], Awaitable[None]]) -> None:
        """Tells somebody of every call that has ended."""
        self._ended = ended

    async def feed(self, call_id: str, segment: Segment, producer: str = "") -> None:
        """Takes a segment; returns when its assist is out.

        Args:
            producer: names the connection it comes by; of two for one speaker the one with the greater name counts
                (`producer_name`). Empty: not checked.

        Raises:
            BadInput: the call's name is wrong.
            Conflict: a later connection sends this speaker.
        """
        checked(call_id)
        segment = tidy(replace(segment, text=mask(segment.text)))
        if not segment.final and (here := self._keep.at_hand(call_id)) is not None and here.state == "live":
            await self._partial(here, segment)
            return
        async with self._order.turn(_turn(call_id)):
            call = await self._opened(call_id)
            call = _claimed(call, segment, producer)
            change, timeline = placed(call.timeline, segment)
            if change.kind == "partial":
                await self._save(call)
                await self._partial(call, segment)
            elif change.kind in ("new", "revised"):
                pending = (*call.pending, change.line.id)[-MOST_PENDING:]
                call = replace(call, timeline=timeline, pending=pending)
                await self._save(call, change.line, change.line.to_dict())
                await self._think(call)

    async def end(self, call_id: str) -> None:
        """The call is over; a segment within RESUME_S opens it again.

        Raises:
            BadInput: the call's name is wrong.
            NotFound: no such call.
        """
        checked(call_id)
        async with self._order.turn(_turn(call_id)):
            call = await self._known(call_id)
            if call.state == "live":
                ended = replace(call, state="ended", ended_at=now().isoformat(), stored=False)
                await self._save(ended, None, {"type": "end"})
        if self._ended is not None:
            try:
                await self._ended(call_id)
            except LaihutongError as error:
                log.warning("call_stored_later", reason=error.sentence)

    async def stored(self, call_id: str, ended_at: str) -> None:
        """The call, as it ended at that moment, is in the database."""
        async with self._order.turn(_turn(call_id)):
            call = await self._known(call_id)
            if call.ended_at == ended_at:
                await self._save(replace(call, stored=True))

    async def forget(self, call_id: str) -> None:
        """Drops an ended call, in every process: its caller wants it forgotten.

        Raises:
            BadInput: the call's name is wrong.
            Conflict: it still goes on.
        """
        checked(call_id)
        async with self._order.turn(_turn(call_id)):
            call = await self._keep.call(call_id)
            if call is not None and call.state == "live":
                raise Conflict("这通电话还在打，打完再删。")
            await self._keep.forget(call_id)

    async def act(self, call_id: str, agent: str, message: Mapping[str, Any]) -> None:
        """What an agent pressed on a screen: said, pin, wrong, fact, end.

        Raises:
            BadInput: the message is wrong.
            NotFound: no such call.
            Unavailable: a wrong card is gone from the screen, but could not be written down.
        """
        checked(call_id)
        done = acts.read(message)
        if done["type"] == "end":
            await self.end(call_id)
            return
        async with self._order.turn(_turn(call_id)):
            before = await self._known(call_id)
            call = acts.carried_out(before, agent, done, now().isoformat())
            if done["type"] in ("said", "pin"):
                await self._save(call, None, {"type": "marks", **call.marks()})
            if done["type"] != "said":
                await self._advise(call)
        if done["type"] == "wrong":  # outside the turn: a database that hangs must not hold up the call
            await acts.keep_wrong(self._feedback, before, agent, done)

    async def watch(self, call_id: str) -> AsyncIterator[dict[str, Any]]:
        """Everything of a call: a snapshot first, then what happens, from whichever process. Ends only when closed.

        A call that has not begun yet is waited for. After a gap (a lost connection to Redis, a screen too slow) the
        next message is a snapshot again.

        Raises:
            BadInput: the call's name is wrong.
        """
        checked(call_id)
        async with self._wire.watch(call_id) as queue:
            shot = await self.snapshot(call_id)
            yield shot
            while True:
                message = await queue.get()
                if message is None:
                    shot = await self.snapshot(call_id)
                    yield shot
                elif message["type"] != "assist" or message["revision"] > shot["call"]["revision"]:
                    yield dict(message)

    async def snapshot(self, call_id: str) -> dict[str, Any]:
        """The call as it stands; an empty one before it has begun."""
        call = await self._keep.call(call_id)
        if call is not None and call.state == "live" and call.pending:
            call = await self._catch_up(call_id)
        lines = await self._keep.lines(call_id) if call is not None else []
        call = call or Call(call_id, "")
        about = {name: getattr(call, name) for name in ("call_id", "state", "started_at", "revision")}
        ordered = sorted(lines, key=lambda line: (line.begin_ms, line.id))
        return {
            "type": "snapshot",
            "call": {**about, "started_at": call.started_at or None},
            "segments": [line.to_dict() for line in ordered],
            "assist": dict(call.assist) if call.assist else None,
            **call.marks(),
            "watchers": self._wire.watchers(call_id),
        }

    async def call(self, call_id: str) -> tuple[Call, list[Line]]:
        """What is remembered of a call, and its lines, for what comes after it.

        Raises:
            BadInput: the call's name is wrong.
            NotFound: no such call, or it is forgotten.
        """
        checked(call_id)
        return await self._known(call_id), await self._keep.lines(call_id)

    async def live(self) -> list[CallInfo]:
        """Calls that go on or ended a short while ago, the newest first."""
        found = []
        for call_id in await self._keep.known():
            call = await self._keep.call(call_id)
            if call is not None:
                found.append(await self._info(call))
        return sorted(found, key=lambda info: info.started_at, reverse=True)

    async def _info(self, call: Call) -> CallInfo:
        last = await self._keep.lines(call.call_id, [call.timeline.next_id - 1])
        cards = (call.assist or {}).get("items") or [{"name": ""}]
        words = last[0].text if last else ""
        return CallInfo(call.call_id, call.started_at, call.state, words, cards[0]["name"], call.agent)

    async def _known(self, call_id: str) -> Call:
        call = await self._keep.call(call_id)
        if call is None:
            raise NotFound("没有这通电话，或者已经过了保存时间。")
        return call

    async def _opened(self, call_id: str) -> Call:
        """The call to add to: the one that goes on, one just ended, or a new one."""
        call = await self._keep.call(call_id)
        if call is None:
            return Call(call_id, now().isoformat())
        if call.state == "live":
            return call
        if (now() - datetime.fromisoformat(call.ended_at).astimezone(SHANGHAI)).total_seconds() <= RESUME_S:
            return replace(call, state="live", ended_at="", stored=False)
        await self._keep.forget(call_id)
        return Call(call_id, now().isoformat())

    async def _catch_up(self, call_id: str) -> Call:
        """A killed process has left lines that nobody has understood."""
        async with self._order.turn(_turn(call_id)):
            call = await self._known(call_id)
            return await self._think(call) if call.pending else call

    async def _partial(self, call: Call, segment: Segment) -> None:
        change, _ = placed(call.timeline, segment)
        if change.kind == "partial":
            shown = {**change.line.to_dict(), "id": None, "final": False}
            await self._keep.tell(call.call_id, shown)

    async def _think(self, call: Call) -> Call:
        """Understands what is pending. What cannot be understood now stays pending; the call goes on."""
        begun = time.monotonic()
        lines = await self._keep.lines(call.call_id, call.pending)
        mind, warned = call.mind, call.mind.warnings
        try:
            for line in lines:
                mind = await self._assistant.hear(mind, line)
        except LaihutongError as error:
            log.warning("assist_waits", reason=error.sentence)
            return call
        except Exception as error:
            # One sentence that nobody can read must not end the assistance of the whole call.
            log.error("assist_failed", error=repr(error), exc_info=True)
        said = tuple(one for line in lines if line.speaker == "agent" for one in _spoken(call, line))
        call = replace(call, mind=mind, pending=(), said=(*call.said, *said)[-MOST_SAID:])
        if said:
            await self._keep.tell(call.call_id, {"type": "marks", **call.marks()})
        if any(line.speaker == "caller" for line in lines) or mind.warnings != warned:
            return await self._advise(call, max(line.end_ms for line in lines), begun)
        await self._save(call)
        return call

    async def _advise(self, call: Call, end_ms: int | None = None, begun: float | None = None) -> Call:
        begun = begun if begun is not None else time.monotonic()
        mind, message = await self._assistant.advise(call.mind, call.pinned)
        end = end_ms if end_ms is not None else (call.assist or {}).get("segment_end_ms", 0)
        told = {one.item_id for one in call.said}
        items = [
            {**card, "pinned": card["item_id"] in call.pinned, "said": card["item_id"] in told}
            for card in message["items"]
        ]
        took = round((time.monotonic() - begun) * 1000, 1)
        revision = call.revision + 1
        assist = {**message, "revision": revision, "segment_end_ms": end, "items": items, "took_ms": took}
        call = replace(call, mind=mind, revision=revision, assist=assist)
        await self._save(call, None, assist)
        return call

    async def _save(self, call: Call, line: Line | None = None, message: Mapping[str, Any] | None = None) -> None:
        await self._keep.save(call, now().timestamp(), line, [message] if message else [])


def checked(call_id: str) -> str:
    """The call's name.

    Raises:
        BadInput: it has other signs than a name has, or too many.
    """
    if not CONVERSATION_ID.fullmatch(call_id):
        raise BadInput("电话编号不对：1 到 128 个字母、数字或 . _ : @ - 。", (FieldError("call_id", "电话编号不对"),))
    return call_id


def _turn(call_id: str) -> str:
    return f"hotline:{call_id}"


def _claimed(call: Call, segment: Segment, producer: str) -> Call:
    """The call, with the latest connection sending this speaker."""
    holder = call.producers.get(segment.speaker, "")
    if producer and producer < holder:
        raise Conflict("这通电话的这一方已由后来的连接在送，这个连接请断开。")
    return replace(call, producers={**call.producers, segment.speaker: producer}) if producer > holder else call


def _spoken(call: Call, line: Line) -> list[Said]:
    """Cards whose line the agent has just said and that are not marked yet."""
    told = {(one.item_id, one.act) for one in call.said}
    cards = [card for card in spoken_cards(call.assist, line.text) if (card["item_id"], card["act"]) not in told]
    at = now().isoformat()
    return [
        Said(card["item_id"], card["name"], card["version"], at, call.agent, "spoken", line.id, card["act"])
        for card in cards
    ]
