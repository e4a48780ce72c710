"""An exchange: plays a leg of a call into AudioSocket as Asterisk does."""

from __future__ import annotations

import asyncio
from uuid import UUID

from bot.channels.hotline.sound.frames import HANG_UP, IDENTITY, RATES, encoded
from tests.speech import resampled

KINDS = {rate: kind for kind, rate in RATES.items()}


class LegPlayer:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, port: int, leg: str | None) -> LegPlayer:
        """Connects, and names the leg."""
        player = cls(*await asyncio.open_connection("127.0.0.1", port))
        if leg is not None:
            await player.send(encoded(IDENTITY, UUID(leg).bytes))
        return player

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def play(self, pcm: bytes, rate: int = 8_000, frame_ms: int = 20, pace: float = 0.0) -> None:
        """Sends 16 kHz sound at another rate; `pace`: seconds to wait after each frame."""
        sound = resampled(pcm, rate)
        size = 2 * rate * frame_ms // 1000
        for at in range(0, len(sound), size):
            await self.send(encoded(KINDS[rate], sound[at : at + size]))
            await asyncio.sleep(pace)

    async def hang_up(self) -> None:
        """Ends in words, as when the caller puts the receiver down."""
        await self.send(encoded(HANG_UP))
        await self.gone()

    async def gone(self, seconds: float = 30) -> bytes:
        """Waits until the other side has closed; what it said."""
        said = await asyncio.wait_for(self.reader.read(-1), seconds)
        self.writer.close()
        return said

    def cut(self) -> None:
        """As a cable that is pulled."""
        self.writer.transport.abort()
