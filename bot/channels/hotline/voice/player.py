"""In: what to say. Out: its sound, a frame of 20 ms every 20 ms, until it is over or must stop at once."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable

from bot.channels.hotline.voice.events import CannotSpeak, PlayedToEnd, Say
from bot.channels.hotline.voice.speech import Speech
from bot.channels.hotline.voice.wav import RATE
from bot.errors import ServiceDown

FRAME_S = 0.02
FRAME_BYTES = int(RATE * FRAME_S) * 2
_LATE_S = 0.2
"""Later than this, lost time is not made up for: the caller would hear it hurried."""
_ENDS = re.compile(r"(?<=[。？！])")
Told = Callable[[PlayedToEnd | CannotSpeak], None]


def sentences(text: str) -> list[str]:
    """What is spoken in one piece: the first is heard while the next is being made.

    >>> sentences("可以。要带什么？")
    ['可以。', '要带什么？']
    """
    return [sentence for sentence in _ENDS.split(text) if sentence]


class Player:
    """The voice on one line.

    Args:
        speech: makes the sound.
        send: takes one frame; raises OSError when the line is gone.
        told: hears how each Say ended.
    """

    def __init__(self, speech: Speech, send: Callable[[bytes], Awaitable[None]], told: Told) -> None:
        self._speech, self._send, self._told = speech, send, told
        self._waiting: deque[Say] = deque()
        self._playing: asyncio.Task[None] | None = None
        self._due = 0.0

    def say(self, say: Say) -> None:
        """Speaks it after what is being said."""
        self._waiting.append(say)
        if self._playing is None or self._playing.done():
            self._playing = asyncio.create_task(self._play_all())

    def stop(self) -> None:
        """Silent from the next frame on; nothing that was cut off is told as played."""
        self._waiting.clear()
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None

    async def _play_all(self) -> None:
        while self._waiting:
            say = self._waiting.popleft()
            try:
                await self._play(say)
            except ServiceDown:
                self._told(CannotSpeak(say.number))
            except OSError:
                return  # the line is gone; whoever reads from it says so
            else:
                self._told(PlayedToEnd(say.number))

    async def _play(self, say: Say) -> None:
        coming: asyncio.Task[bytes] | None = None
        try:
            for sentence in sentences(say.text):
                before, coming = coming, asyncio.create_task(self._speech.sound(sentence, say.rate, keep=say.keep))
                if before is not None:
                    await self._send_out(await before)
            if coming is not None:
                await self._send_out(await coming)
        finally:
            if coming is not None:
                coming.cancel()

    async def _send_out(self, sound: bytes) -> None:
        loop = asyncio.get_running_loop()
        for at in range(0, len(sound), FRAME_BYTES):
            now = loop.time()
            self._due = self._due + FRAME_S if self._due + FRAME_S > now - _LATE_S else now
            await asyncio.sleep(self._due - now)
            await self._send(sound[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
