"""In: calls that have ended, or that nobody feeds any more. Out: ended calls in the database, old ones deleted.

A job of every process, once a minute: whichever comes first does the work, twice does no harm. An ended call that the
database would not take stays in Redis and is offered again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from bot.channels import background
from bot.channels.hotline.calls import Calls
from bot.channels.hotline.keep import Keep
from bot.channels.hotline.state import Call
from bot.channels.hotline.summary import summarise
from bot.channels.hotline.transcript import Line
from bot.clock import now
from bot.errors import LaihutongError, NotFound
from services.calls.models import CallRecord
from services.calls.store import CallStore

log = structlog.get_logger(__name__)

_NOT_SAVED = {"saved_by": "", "case_number": "", "call_back_on": None}
IDLE_S = 30 * 60
"""A call without a segment for so long has ended, whatever its recogniser failed to say, seconds."""
_EVERY_S, _FORGET_EVERY = 60.0, 60
_FORGOTTEN_S = 3600
"""A stored call stays at hand for so long, in case it goes on."""


class Afterwards:
    """What comes after calls.

    Args:
        calls: the calls.
        keep: where they are kept while they live.
        store: where ended ones go.
        name: item id, day → its name.
        days: how long ended calls are kept; 0: not at all.
    """

    def __init__(self, calls: Calls, keep: Keep, store: CallStore, name: Callable[[str, date], str], days: int) -> None:
        self._calls, self._keep, self._store, self._name, self._days = calls, keep, store, name, days
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins the job, in the running event loop."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends it."""
        if self._running is not None:
            await background.end([self._running])

    async def summary(self, call_id: str) -> dict[str, Any]:
        """The summary of a call that goes on or has ended; once an agent has saved it, as they left it.

        Raises:
            BadInput: the call's name is wrong.
            NotFound: no such call.
        """
        try:
            call, lines = await self._calls.call(call_id)
        except NotFound:
            return _kept(await asyncio.to_thread(self._store.get, call_id))
        return await asyncio.to_thread(self._latest, call, lines)

    def _latest(self, call: Call, lines: list[Line]) -> dict[str, Any]:
        if call.stored and self._days:
            try:
                record = self._store.get(call.call_id)
            except LaihutongError as error:
                log.warning("summary_made_anew", reason=error.sentence)
            else:
                if record.saved_by and record.started_at == datetime.fromisoformat(call.started_at):
                    return _kept(record)
        return {**self._summary(call, lines), **_NOT_SAVED}

    def _summary(self, call: Call, lines: list[Line]) -> dict[str, Any]:
        day = now().date()
        return summarise(call, lines, lambda item_id: self._name(item_id, day), day)

    async def store_now(self, call_id: str) -> None:
        """Writes an ended call down at once, so that its page is there when the agent hangs up.

        Raises:
            BadInput, NotFound: as `summary`.
            Unavailable: the database does not answer; the job tries again.
        """
        call, lines = await self._calls.call(call_id)
        if call.state != "ended" or call.stored:
            return
        if self._days:
            record = await asyncio.to_thread(self._record, call, lines)
            await asyncio.to_thread(self._store.record, record)
        await self._calls.stored(call_id, call.ended_at)

    def _record(self, call: Call, lines: list[Line]) -> CallRecord:
        transcript = [line.to_dict() for line in sorted(lines, key=lambda line: (line.begin_ms, line.id))]
        begun, ended = datetime.fromisoformat(call.started_at), datetime.fromisoformat(call.ended_at)
        return CallRecord(call.call_id, begun, ended, call.agent, transcript, self._summary(call, lines))

    async def _run(self) -> None:
        rounds = 0
        while True:
            try:
                await self.look()
                if rounds % _FORGET_EVERY == 0:
                    before = now() - timedelta(days=self._days)
                    await asyncio.to_thread(self._store.forget, before)
            except LaihutongError as error:
                log.warning("calls_stored_later", reason=error.sentence)
            except Exception as error:
                # The next round tries again; without this job no call would ever be stored or deleted.
                log.error("calls_round_failed", error=repr(error), exc_info=True)
            rounds += 1
            await asyncio.sleep(_EVERY_S)

    async def look(self) -> None:
        """One round: ends calls nobody feeds, stores ended ones, lets go of those that are stored."""
        second = now().timestamp()
        for call_id, last in (await self._keep.known()).items():
            call = await self._keep.call(call_id)
            if call is None:
                await self._keep.forget(call_id)
            elif call.state == "live" and second - last > IDLE_S:
                await self._calls.end(call_id)
                await self.store_now(call_id)
            elif call.state == "ended" and not call.stored:
                await self.store_now(call_id)
            elif call.stored and second - last > _FORGOTTEN_S:
                await self._keep.forget(call_id)


def _kept(record: CallRecord) -> dict[str, Any]:
    """The summary as the database holds it, and what became of it."""
    day = record.call_back_on
    became = {"saved_by": record.saved_by, "case_number": record.case_number}
    return {**record.summary, **became, "call_back_on": day.isoformat() if day else None}
