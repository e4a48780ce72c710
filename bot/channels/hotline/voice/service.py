"""In: AudioSocket connections. Out: calls that are answered, and for each how it ended. For one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.channels.hotline.voice.line import Line
from bot.channels.hotline.voice.outcomes import Outcomes
from bot.channels.hotline.voice.session import Hearing, Outcome, Session
from bot.channels.hotline.voice.speech import Speech
from bot.channels.hotline.voice.talk import Talk
from bot.dialogue.engine import Turned
from bot.errors import BadInput

log = structlog.get_logger(__name__)

MOST_CALLS = 40
"""At once in one process; whoever comes after is sent on by the exchange."""
Answerer = Callable[[str, str], Awaitable[Turned]]
"""Conversation, words → the dialogue's answer."""


class VoiceService:
    """Listens for calls.

    Args:
        answer: the desk.
        speech: the voice.
        ears: makes the ears of a call.
        outcomes: where the exchange learns how a call ended.
        hotline: the number named when we can do no more.
        staffed: whether a person would take a call now.
        most_calls: at once.
    """

    def __init__(
        self, answer: Answerer, speech: Speech, ears: Hearing, outcomes: Outcomes, hotline: str,
        staffed: Callable[[], bool], most_calls: int = MOST_CALLS,
    ) -> None:  # fmt: skip
        self._answer, self._speech, self._ears = answer, speech, ears
        self._outcomes, self._hotline, self._staffed, self._most_calls = outcomes, hotline, staffed, most_calls
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._server: asyncio.AbstractServer | None = None

    async def start(self, host: str, port: int) -> int:
        """Takes calls from now on; the port, which other processes of ours may share.

        Raises:
            OSError: the port cannot be had.
        """
        self._server = await asyncio.start_server(self._take, host, port, reuse_port=True)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Takes no more calls and ends those that are left; what they asked is on record."""
        if self._server is not None:
            self._server.close()
        running = list(self._calls.values())
        for call in running:
            call.cancel()
        if running:
            await asyncio.wait(running, timeout=12)
        await self._speech.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer)
        try:
            leg = await line.leg()
        except BadInput as error:
            log.warning("voice_stranger", reason=error.sentence)
            writer.close()
            return
        if leg in self._calls:  # the name of a call that is going on: not heard, and that one is left alone
            log.warning("voice_twice")
            await line.hang_up()
            return
        if len(self._calls) >= self._most_calls:
            log.warning("voice_busy", calls=len(self._calls))
            await self._end(line, leg, "busy")
            return
        self._calls[leg] = asyncio.create_task(self._call(line, leg))
        self._calls[leg].add_done_callback(lambda _: self._calls.pop(leg, None))

    async def _call(self, line: Line, leg: str) -> None:
        async def ask(text: str) -> Turned:
            return await self._answer(f"voice:{leg}", text)

        outcome: Outcome = "gone"
        session = Session(line, Talk(self._hotline, self._staffed), self._speech, self._ears, ask, self._hotline)
        try:
            outcome = await session.run()
        except Exception as error:
            # One call's fault is not the next one's; the exchange takes over.
            log.error("voice_call_failed", error=repr(error), exc_info=True)
        finally:
            await asyncio.shield(self._end(line, leg, outcome))
            await asyncio.shield(session.recorded())
        log.info("voice_call_ended", outcome=outcome)

    async def _end(self, line: Line, leg: str, outcome: Outcome) -> None:
        """The outcome is known before the exchange can ask for it."""
        await self._outcomes.note(leg, outcome)
        await line.hang_up()
