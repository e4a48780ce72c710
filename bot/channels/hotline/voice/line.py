"""In: an AudioSocket connection. Out: the leg's name and its frames one by one; frames are written to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.channels.hotline.sound.frames import ERROR, HANG_UP, SOUND, Frame, Frames, encoded
from bot.errors import BadInput

SILENT_S = 10.0
"""Asterisk sends fifty frames a second, also of silence: after this long without any the line is dead."""
_READ = 65_536
_MOST_UNSENT = 64_000
"""Four seconds of sound that nobody takes."""


class Line:
    """Both ways of one leg.

    Args:
        reader: of the connection.
        writer: of the connection.
        silent_s: without a byte for so long the line is gone.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silent_s: float = SILENT_S) -> None:
        self._reader, self._writer, self._silent_s = reader, writer, silent_s
        self._frames = Frames()
        self._read: list[Frame] = []

    async def leg(self) -> str:
        """The UUID, which must come first.

        Raises:
            BadInput: something else came, or nothing.
        """
        async for frame in self._all():
            return frame.leg()
        raise BadInput("这路声音没有先报编号，不收。")

    async def frames(self) -> AsyncIterator[Frame]:
        """Sound and keys, until the call ends in whatever way."""
        async for frame in self._all():
            if frame.kind in (HANG_UP, ERROR):
                return
            yield frame

    async def send(self, pcm: bytes) -> None:
        """Writes one frame of 8 kHz sound. Head and sound go out together: Asterisk waits 5 ms for the second piece.

        Raises:
            OSError: the line is gone, or takes nothing any more.
        """
        if self._writer.is_closing() or self._writer.transport.get_write_buffer_size() > _MOST_UNSENT:
            raise ConnectionError("the line takes no sound")
        self._writer.write(encoded(SOUND, pcm))

    async def hang_up(self) -> None:
        """Ends the call from our side; Asterisk goes on with its dialplan."""
        if not self._writer.is_closing():
            self._writer.write(encoded(HANG_UP))
        self._writer.close()

    async def _all(self) -> AsyncIterator[Frame]:
        while True:
            while self._read:
                yield self._read.pop(0)
            try:
                data = await asyncio.wait_for(self._reader.read(_READ), self._silent_s)
            except (OSError, asyncio.TimeoutError):
                return
            if not data:
                return
            self._read += self._frames.feed(data)
