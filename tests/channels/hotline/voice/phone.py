"""An exchange of the tests: calls over a real TCP connection as Asterisk does, presses keys, makes sounds, listens."""

from __future__ import annotations

import asyncio
import audioop
from collections.abc import Callable
from uuid import uuid4

import numpy as np

from bot.channels.hotline.sound.frames import HANG_UP, IDENTITY, KEY, SOUND, Frame, Frames, encoded

QUIET = bytes(320)
LOUD = (12_000 * np.sin(np.arange(160) * 2 * np.pi * 300 / 8000)).astype("<i2").tobytes()


def loud(piece: bytes) -> float:
    """A detector of the tests: whatever is loud is speech."""
    return float(audioop.rms(piece, 2) > 1000)


class Recorded:
    """A recogniser of the tests: hears the next thing of a list in every utterance."""

    hears = True

    def __init__(self, *said: str | Exception) -> None:
        self.said = list(said)
        self.got: list[bytes] = []

    async def text(self, audio: bytes, encoding: str) -> str:
        """The next thing said."""
        self.got.append(audio)
        await asyncio.sleep(0.01)
        heard = self.said.pop(0) if self.said else ""
        if isinstance(heard, Exception):
            raise heard
        return heard


class Phone:
    """One call.

    Args:
        port: where voice self-service listens.
        uuid: of the call; a new one unless given.
    """

    def __init__(self, port: int, uuid: str | None = None) -> None:
        self.port, self.uuid = port, uuid or str(uuid4())
        self.frames: list[Frame] = []
        self.over = False

    async def __aenter__(self) -> Phone:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.send(encoded(IDENTITY, bytes.fromhex(self.uuid.replace("-", ""))))
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._line())]
        return self

    async def __aexit__(self, *what: object) -> None:
        for task in self._tasks:
            task.cancel()
        self.writer.close()

    def send(self, data: bytes) -> None:
        """Raw bytes."""
        self.writer.write(data)

    def key(self, key: str) -> None:
        """Presses a key."""
        self.send(encoded(KEY, key.encode()))

    def speak(self, sound: bytes = LOUD * 20, kind: int = SOUND) -> None:
        """Makes a sound, and a pause after it."""
        rate = {SOUND: 8000, 0x12: 16000}[kind]
        step = rate // 50 * 2
        for at in range(0, len(sound), step):
            self.send(encoded(kind, sound[at : at + step]))
        self.send(b"".join([encoded(kind, bytes(step))] * 40))

    async def hears(self, what: Callable[[], bool], seconds: float = 10) -> None:
        """Waits until something is so.

        Raises:
            AssertionError: it never is.
        """
        for _ in range(int(seconds / 0.02)):
            if what():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"not so after {seconds} s: {len(self.frames)} frames, over: {self.over}")

    @property
    def sound(self) -> bytes:
        """Everything played to us."""
        return b"".join(frame.payload for frame in self.frames if frame.kind == SOUND)

    @property
    def hung_up(self) -> bool:
        """Whether the other side ended the call as the protocol says."""
        return self.over and bool(self.frames) and self.frames[-1].kind == HANG_UP

    async def _listen(self) -> None:
        frames = Frames()
        while data := await self.reader.read(4096):
            self.frames += frames.feed(data)
        self.over = True

    async def _line(self) -> None:
        """Asterisk sends sound all the time."""
        while True:
            await asyncio.sleep(0.1)
            self.send(encoded(SOUND, QUIET) * 5)
