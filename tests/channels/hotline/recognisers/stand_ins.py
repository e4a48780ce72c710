"""Recognisers on sockets, as the FunASR runtime and vosk-server behave; what they hear is marked in the sound.

A sentence is `marked(n)`: sound of the level n, then silence. The stand-in says SENTENCES[n] when the silence comes.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
from websockets.legacy.server import WebSocketServer, WebSocketServerProtocol, serve

from bot.channels.hotline.sound.resample import RATE

SENTENCES = {1: "喂你好我想问一下", 2: "居住证怎么办", 3: "我在闵行区工作八个月了", 4: "要带什么材料"}
CHUNK_MS = 600
_LEVEL = 4_000


def silence(ms: int) -> bytes:
    return b"\0\0" * (ms * RATE // 1000)


def marked(number: int, ms: int = 1_200) -> bytes:
    """A sentence and the pause after it."""
    return np.full(ms * RATE // 1000, number * _LEVEL, "<i2").tobytes() + silence(800)


def mark(piece: bytes) -> tuple[int, bool]:
    """The sentence that is heard in a piece of sound, 0 for none; and whether the piece ends in silence."""
    sound = np.frombuffer(piece, "<i2").astype(int)
    loud = sound[np.abs(sound) > _LEVEL // 2]
    number = min(round(float(np.median(loud)) / _LEVEL), len(SENTENCES)) if len(loud) > 100 else 0
    return number, len(sound) > 0 and abs(int(sound[-1])) <= _LEVEL // 2


class _StandIn:
    """A WebSocket server that can be slow, break off or be gone."""

    subprotocols: tuple[str, ...] | None = None

    def __init__(self) -> None:
        self.port = 0
        self.hellos: list[dict[str, Any]] = []
        self.sound = 0
        self.break_after: int | None = None
        """Bytes of sound after which the next connection is cut, once."""
        self.slow = asyncio.Event()
        self.slow.set()
        self._server: WebSocketServer | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def start(self, tls: Any = None) -> None:
        self._server = await serve(
            self._guarded, "127.0.0.1", self.port, subprotocols=self.subprotocols, ssl=tls, max_size=2**24
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _guarded(self, socket: WebSocketServerProtocol) -> None:
        await self.talk(socket)

    async def talk(self, socket: WebSocketServerProtocol) -> None:
        raise NotImplementedError

    async def took(self, socket: WebSocketServerProtocol, data: bytes) -> bool:
        """Counts sound; False: this connection was cut."""
        await self.slow.wait()
        self.sound += len(data)
        if self.break_after is not None and self.sound >= self.break_after:
            self.break_after = None
            socket.transport.abort()
            return False
        return True


class FunAsrStandIn(_StandIn):
    """FunASR's runtime in 2-pass mode.

    Args:
        python: the Python server: is_final with every sentence, is_end is confirmed, stamps count from the sentence.
            Otherwise the C++ one: is_final on the flush only, stamps count from the connection's beginning.
    """

    subprotocols = ("binary",)

    def __init__(self, python: bool) -> None:
        super().__init__()
        self.python = python
        self.before_chunk_size = 0

    async def talk(self, socket: WebSocketServerProtocol) -> None:
        known, heard, said, spent, begin = False, b"", 0, 0, 0
        async for message in socket:
            if isinstance(message, str):
                data = json.loads(message)
                if "chunk_size" in data:
                    self.hellos.append(data)
                    known = True
                    assert isinstance(data["hotwords"], str)
                if data.get("is_speaking") is False:
                    await self._flush(socket, said, begin, spent)
                    if self.python and data.get("is_end"):
                        await self._send(socket, {"mode": "2pass", "is_final": True, "is_end": True})
                    elif not self.python:
                        await socket.close()
                    said = 0
                continue
            if not known:
                self.before_chunk_size += len(message)
                continue
            if not await self.took(socket, message):
                return
            heard += message
            size = CHUNK_MS * RATE // 1000 * 2
            while len(heard) >= size:
                (number, quiet), heard = mark(heard[:size]), heard[size:]
                spent += CHUNK_MS
                if number:
                    begin, said = (begin, said) if said else (spent - CHUNK_MS, number)
                    whole, done = SENTENCES[said], (spent - begin) // CHUNK_MS
                    part = whole[(done - 1) * 4 : done * 4]
                    await self._send(socket, {"mode": "2pass-online", "text": part, "is_final": False})
                if said and quiet:
                    await self._sentence(socket, said, begin, spent, self.python)
                    said = 0

    async def _flush(self, socket: WebSocketServerProtocol, said: int, begin: int, spent: int) -> None:
        if said:
            await self._sentence(socket, said, begin, spent, True)
        elif not self.python:
            await self._send(socket, {"mode": "2pass-offline", "text": "", "is_final": True})

    async def _sentence(self, socket: WebSocketServerProtocol, said: int, begin: int, spent: int, last: bool) -> None:
        base = 0 if self.python else begin
        stamp = json.dumps([[base + 20, base + 300], [base + 320, base + spent - begin]])
        await self._send(
            socket,
            {"mode": "2pass-offline", "text": f"{SENTENCES[said]}。", "is_final": last, "timestamp": stamp,
             "stamp_sents": []},
        )  # fmt: skip

    async def _send(self, socket: WebSocketServerProtocol, data: dict[str, Any]) -> None:
        await socket.send(json.dumps({"wav_name": "call", **data}, ensure_ascii=False))


class VoskStandIn(_StandIn):
    """vosk-server: one answer a frame, the end compared as a string, then the hang-up."""

    async def talk(self, socket: WebSocketServerProtocol) -> None:
        said, spent, begin = 0, 0.0, 0.0
        async for message in socket:
            if isinstance(message, str) and "config" in message:
                self.hellos.append(json.loads(message)["config"])
                continue
            if message == '{"eof" : 1}':
                await self._final(socket, said, begin, spent)
                return
            if isinstance(message, str):  # any other string is fed to the recogniser as if it were sound
                await socket.send(json.dumps({"partial": ""}))
                continue
            if not await self.took(socket, message):
                return
            number, _ = mark(message)
            if number and not said:
                said, begin = number, spent
            spent += len(message) / 2 / RATE
            if said and not number:
                await self._final(socket, said, begin, spent)
                said = 0
            else:
                await socket.send(json.dumps({"partial": " ".join(SENTENCES[said][:4]) if said else ""}))

    async def _final(self, socket: WebSocketServerProtocol, said: int, begin: float, spent: float) -> None:
        words = [
            {"conf": 1.0, "start": begin, "end": spent, "word": word} for word in (SENTENCES[said] if said else "")
        ]
        found: dict[str, Any] = {"text": " ".join(word["word"] for word in words)}
        await socket.send(json.dumps({"result": words, **found} if words else found, ensure_ascii=False))
