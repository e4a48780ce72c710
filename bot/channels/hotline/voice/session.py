"""In: a line, a talk, a voice, ears and the desk. Out: the call, from greeting to end, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog

from bot.answers import fixed
from bot.channels.hotline.sound.frames import KEY, Frame
from bot.channels.hotline.voice import events as e
from bot.channels.hotline.voice.ears import Ears
from bot.channels.hotline.voice.line import Line
from bot.channels.hotline.voice.player import Player
from bot.channels.hotline.voice.speech import Speech
from bot.channels.hotline.voice.talk import Talk
from bot.dialogue.engine import Turned
from bot.errors import LaihutongError
from bot.messages import Answer, Block, Understood

log = structlog.get_logger(__name__)

Outcome = Literal["transfer", "done", "gone", "busy"]
"""A person shall take it · good-bye was said · the caller hung up · no line was free."""
Ask = Callable[[str], Awaitable[Turned]]
Hearing = Callable[[Callable[[e.SpeechBegan | e.Heard], None]], Ears]
MOST_S = 1800.0
"""Half an hour; then we say good-bye."""
_RECORD_S = 10.0
"""What was asked last is put on record for so long after the call has ended."""


class Session:
    """One call.

    Args:
        line: to the caller.
        talk: decides.
        speech: the voice.
        ears: makes the ears, given who is told.
        ask: the dialogue.
        hotline: the number to name when the dialogue fails.
        most_s: longest call, seconds.
    """

    def __init__(
        self, line: Line, talk: Talk, speech: Speech, ears: Hearing, ask: Ask, hotline: str,
        most_s: float = MOST_S,
    ) -> None:  # fmt: skip
        self._line, self._talk, self._ask, self._hotline, self._most_s = line, talk, ask, hotline, most_s
        self._events: asyncio.Queue[e.Event] = asyncio.Queue()
        self._player = Player(speech, line.send, self._events.put_nowait)
        self._ears = ears(self._events.put_nowait)
        self._asks: set[asyncio.Task[None]] = set()
        self._one_ask = asyncio.Lock()
        self._silence: asyncio.TimerHandle | None = None
        self._wait_s = 0.0
        self._unheard = 0
        self._last_key_s = -e.LONG_AGO
        self._outcome: Outcome = "gone"

    async def run(self) -> Outcome:
        """Has the talk; what was asked last is still put on record when it is over."""
        loop = asyncio.get_running_loop()
        listening = asyncio.create_task(self._listen())
        time_up = loop.call_later(self._most_s, self._events.put_nowait, e.TimeIsUp())
        self._events.put_nowait(e.Begun())
        try:
            while not self._talk.ended:
                self._take(await self._events.get())
        finally:
            time_up.cancel()
            self._no_silence()
            self._player.stop()
            listening.cancel()
            await self._ears.close()
        return self._outcome

    async def recorded(self) -> None:
        """Waits until everything asked is on record, within bounds."""
        if self._asks:
            await asyncio.wait(self._asks, timeout=_RECORD_S)

    def _take(self, event: e.Event) -> None:
        if isinstance(event, e.SpeechBegan):
            self._unheard += 1
            self._no_silence()
        elif isinstance(event, e.Heard):
            self._unheard -= 1
        for command in self._talk.take(event):
            self._do(command)
        if isinstance(event, e.Heard) and self._silence is None and self._wait_s:
            self._wait(self._wait_s)  # what was heard changed nothing: we wait on

    def _do(self, command: e.Command) -> None:
        match command:
            case e.Say():
                self._wait_s = 0.0
                self._no_silence()
                self._player.say(command)
            case e.StopSpeaking():
                self._player.stop()
            case e.Ask(text):
                task = asyncio.create_task(self._put(text))
                self._asks.add(task)
                task.add_done_callback(self._asks.discard)
            case e.Wait(seconds):
                self._wait(seconds)
            case e.Transfer():
                self._outcome = "transfer"
            case e.HangUp():
                self._outcome = "done"

    def _wait(self, seconds: float) -> None:
        """Silence counts from now, but not while somebody speaks or the recogniser still works on it."""
        self._no_silence()
        self._wait_s = seconds
        if not self._unheard:
            loop = asyncio.get_running_loop()
            self._silence = loop.call_later(seconds, self._events.put_nowait, e.Silence(seconds))

    def _no_silence(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    async def _listen(self) -> None:
        try:
            async for frame in self._line.frames():
                if frame.kind == KEY:
                    self._key(frame)
                else:
                    self._ears.feed(frame)
        except Exception as error:
            # Nothing is heard any more: the call ends, rather than talk to somebody who cannot answer.
            log.error("voice_line_failed", error=repr(error), exc_info=True)
        self._events.put_nowait(e.HungUp())

    def _key(self, frame: Frame) -> None:
        now = asyncio.get_running_loop().time()
        after_s, self._last_key_s = now - self._last_key_s, now
        self._events.put_nowait(e.Key(frame.payload[:1].decode("ascii", "replace"), after_s))

    async def _put(self, text: str) -> None:
        async with self._one_ask:
            self._events.put_nowait(e.Answered(await self._answer(text)))

    async def _answer(self, text: str) -> Turned:
        nothing = Understood("", "", "out_of_scope", 0.0)
        try:
            return await self._ask(text)
        except LaihutongError as error:
            return Turned(nothing, (Answer((Block("lead", (error.sentence,)),)),))
        except Exception as error:
            # Whatever goes wrong behind the desk, the caller gets a number.
            log.error("voice_ask_failed", error=repr(error), exc_info=True)
            return Turned(nothing, (fixed.service_down(self._hotline),))
