"""In: telephone sound by AudioSocket, one connection for each side of a call. Out: segments of the call.

Whoever connects is a stranger until the first frame names a leg. Sound may come in any of the protocol's rates, in
bursts, faster than it was spoken, or stop; a connection that is cut is waited for before the call ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial

import structlog

from bot.channels.background import end
from bot.channels.hotline.calls import Calls
from bot.channels.hotline.inlet import producer_name
from bot.channels.hotline.legs import Leg, Legs
from bot.channels.hotline.recognisers.base import Heard, Stream, StreamRecogniser
from bot.channels.hotline.segments import Segment
from bot.channels.hotline.sound.frames import ERROR, HANG_UP, Frame, Frames, encoded
from bot.channels.hotline.sound.resample import Resampler
from bot.errors import BadInput, Conflict, LaihutongError

log = structlog.get_logger(__name__)

MOST_LEGS = 400
"""Connections of one process; more are hung up on."""
_FIRST_S, _SILENT_S = 5.0, 60.0
"""A leg names itself within this time; an exchange sends sound also while nobody speaks."""
_AT_ONCE = 65_536


class AudioSocket:
    """Listens for legs.

    Args:
        calls: takes the segments.
        recogniser: hears.
        legs: knows who is who.
        resume_s: a leg that was cut may come back so long before the call ends.
        silent_s: a connection that sends nothing at all is given up after so long.
    """

    def __init__(
        self, calls: Calls, recogniser: StreamRecogniser, legs: Legs, resume_s: float = 30.0,
        silent_s: float = _SILENT_S,
    ) -> None:  # fmt: skip
        self._calls, self._recogniser, self._legs = calls, recogniser, legs
        self._resume_s, self._silent_s = resume_s, silent_s
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._connected = 0

    async def start(self, host: str, port: int) -> int:
        """Listens; the port it got. The port is shared with our other processes.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(self._connect, host, port, reuse_port=True)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hangs up; what was said until now is still heard by the next process."""
        if self._server is not None:
            self._server.close()
        await end(self._tasks)
        if self._server is not None:
            await self._server.wait_closed()

    def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._begin(self._serve(reader, writer))

    def _begin(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connected += 1
        try:
            if self._connected > MOST_LEGS:
                log.error("leg_refused", reason="too many")
                return
            frames = _frames(reader, self._silent_s)
            leg = await self._legs.arrive(await _named(frames))
            await self._listen(leg, frames, writer)
        except (BadInput, asyncio.TimeoutError) as error:
            log.warning("leg_refused", reason=getattr(error, "sentence", "no name in time"))
        except Exception as error:
            log.error("leg_failed", error=repr(error), exc_info=True)
        finally:
            self._connected -= 1
            with suppress(OSError):
                writer.write(encoded(HANG_UP))
                writer.close()

    async def _listen(self, leg: Leg, frames: AsyncIterator[Frame], writer: asyncio.StreamWriter) -> None:
        log.info("leg_began", call=leg.call_id, speaker=leg.speaker)
        producer = producer_name()
        stream = self._recogniser.open(partial(self._heard, leg, producer, writer))
        hung_up = False
        try:
            hung_up = await _poured(frames, stream)
        finally:
            await stream.finish()
            await self._legs.leave(leg)
            log.info("leg_ended", call=leg.call_id, speaker=leg.speaker, hung_up=hung_up)
        self._begin(self._end(leg.call_id, 0.0 if hung_up else self._resume_s))

    async def _heard(self, leg: Leg, producer: str, writer: asyncio.StreamWriter, heard: Heard) -> None:
        begin, finish = (leg.offset_ms + moment for moment in (heard.begin_ms, heard.end_ms))
        segment = Segment(leg.speaker, heard.text, heard.final, begin, finish, f"{producer[-8:]}-{heard.key}")
        try:
            await self._calls.feed(leg.call_id, segment, producer)
        except Conflict:
            log.warning("leg_replaced", call=leg.call_id, speaker=leg.speaker)
            writer.close()

    async def _end(self, call_id: str, after_s: float) -> None:
        """Ends the call when none of its legs is connected any more."""
        await asyncio.sleep(after_s)
        if await self._legs.deserted(call_id):
            try:
                await self._calls.end(call_id)
            except LaihutongError as error:  # nobody said a word, or another process has ended it
                log.info("call_not_ended", call=call_id, reason=error.sentence)


async def _frames(reader: asyncio.StreamReader, silent_s: float) -> AsyncIterator[Frame]:
    """Frames until the connection ends, or is silent for too long."""
    whole = Frames()
    while True:
        try:
            data = await asyncio.wait_for(reader.read(_AT_ONCE), silent_s)
        except (OSError, asyncio.TimeoutError) as error:
            log.warning("leg_cut", error=repr(error))
            return
        if not data:
            return
        for frame in whole.feed(data):
            yield frame
        await asyncio.sleep(0)  # whoever sends without a pause must not keep others waiting


async def _named(frames: AsyncIterator[Frame]) -> str:
    """The leg's name, which must come first.

    Raises:
        BadInput: it does not.
        TimeoutError: nothing comes.
    """
    try:
        first = await asyncio.wait_for(frames.__anext__(), _FIRST_S)
    except StopAsyncIteration:
        raise BadInput("这路声音没有先报编号，不收。") from None
    return first.leg()


async def _poured(frames: AsyncIterator[Frame], stream: Stream) -> bool:
    """Gives the sound to the recogniser until it ends; whether the other side hung up in words."""
    resampler: Resampler | None = None
    strange: set[int] = set()
    async for frame in frames:
        if frame.kind == HANG_UP:
            return True
        if frame.rate is None:
            if frame.kind not in strange:
                strange.add(frame.kind)
                log.info("frame_passed_over", kind=frame.kind, error=frame.kind == ERROR)
            continue
        if resampler is None or resampler.rate != frame.rate:
            if resampler is not None:
                await stream.feed(resampler.finish())
            resampler = Resampler(frame.rate)
        await stream.feed(resampler.feed(frame.pcm()))
    return False
