"""In: one voice's sound. Out: what a recogniser on another machine heard of it, over a WebSocket that may break.

Sound is kept from the end of the last final on, up to a bound, and told again after a reconnection: nobody's half
sentence is lost. What came before the bound is lost, and that is logged.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable
from typing import Protocol

import structlog
from websockets.exceptions import ConnectionClosedOK, WebSocketException
from websockets.legacy.client import WebSocketClientProtocol, connect
from websockets.typing import Subprotocol

from bot.channels.background import end
from bot.channels.hotline.recognisers.base import Heard, OnHeard, Stream
from bot.channels.hotline.recognisers.outbox import Outbox
from bot.channels.hotline.sound.resample import BYTES_PER_MS

log = structlog.get_logger(__name__)

KEPT_MS = 60_000
"""Sound kept while the recogniser is away; 2 MB a voice."""
_OPEN_S, _SEND_S = 5.0, 10.0
_LAST_WORD_S = 5.0
_PERHAPS_S = 1.0
_AGAIN_S = (0.2, 5.0)
_LARGEST = 2**20
Message = str | bytes


class Dialect(Protocol):
    """How one recogniser is spoken to; one for each connection."""

    subprotocol: str | None
    """Asked for at the handshake."""
    piece_bytes: int
    """Sound is sent in such pieces."""

    def hello(self) -> str:
        """What opens the talk."""

    def bye(self) -> str:
        """What asks for the last words."""

    def read(self, message: Message, sent_ms: int) -> list[Heard]:
        """What a message says; nothing of one that makes no sense. Times since the connection began.

        Args:
            sent_ms: how much sound has been sent.
        """

    def last(self, message: Message) -> bool | None:
        """After our bye: whether nothing more will come; None: perhaps."""


class UpstreamStream:
    """One voice, over one connection after another.

    Args:
        url: ws:// or wss://.
        dialect: makes a dialect for each connection.
        heard: takes what is heard.
        trust: None: the machine's certificates decide.
        kept_ms: the bound.
    """

    def __init__(
        self, url: str, dialect: Callable[[], Dialect], heard: OnHeard, trust: ssl.SSLContext | None = None,
        kept_ms: int = KEPT_MS,
    ) -> None:  # fmt: skip
        self._url, self._dialect, self._most = url, dialect, kept_ms * BYTES_PER_MS
        self._tls: ssl.SSLContext | bool | None = (trust or True) if url.startswith("wss:") else None
        self._outbox = Outbox(heard)
        self._kept = bytearray()
        self._from = self._sent = self._base = 0
        """Bytes since the stream began: where what is kept begins, what was sent, where this connection began."""
        self._utterance = 0
        self._ended_ms = 0
        self._more = asyncio.Event()
        self._ending = self._parted = False
        """The voice has ended; and the recogniser has been told over this connection."""
        self._over = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def feed(self, pcm16: bytes) -> None:
        """Takes sound; the oldest is lost when the bound is reached."""
        self._kept += pcm16
        self._forget(self._from + max(0, len(self._kept) - self._most))
        self._more.set()

    async def finish(self) -> bool:
        """Sends the rest and waits for the last words: some seconds, and half the time the rest takes to say."""
        self._ending = True
        self._more.set()
        unsent_ms = (self._from + len(self._kept) - self._sent) // BYTES_PER_MS
        try:
            await asyncio.wait_for(self._over.wait(), _LAST_WORD_S + unsent_ms / 2_000)
        except asyncio.TimeoutError:
            log.warning("recogniser_no_last_word", kept_ms=len(self._kept) // BYTES_PER_MS)
        finally:
            self._task.cancel()
        await end([self._task])
        await self._outbox.close(_LAST_WORD_S)
        return self._over.is_set()

    async def _run(self) -> None:
        wait_s = _AGAIN_S[0]
        while not self._over.is_set():
            before = self._utterance
            try:
                await self._talk()
            except (OSError, asyncio.TimeoutError, WebSocketException) as error:
                log.warning("recogniser_away", error=repr(error), kept_ms=len(self._kept) // BYTES_PER_MS)
            if self._utterance > before:
                wait_s = _AGAIN_S[0]
            if not self._over.is_set():
                await asyncio.sleep(wait_s * random.uniform(0.7, 1.3))
                wait_s = min(2 * wait_s, _AGAIN_S[1])

    async def _talk(self) -> None:
        """One connection, until it breaks or all is said."""
        dialect = self._dialect()
        protocols = [Subprotocol(dialect.subprotocol)] if dialect.subprotocol else None
        async with connect(
            self._url, subprotocols=protocols, open_timeout=_OPEN_S, close_timeout=1, max_size=_LARGEST,
            ssl=self._tls,
        ) as socket:  # fmt: skip
            await socket.send(dialect.hello())
            self._base = self._sent = self._from
            self._parted = False
            sending = asyncio.create_task(self._send(socket, dialect))
            try:
                await self._receive(socket, dialect)
            finally:
                await end([sending])

    async def _send(self, socket: WebSocketClientProtocol, dialect: Dialect) -> None:
        """Sends what is there until the bye; what goes wrong ends the connection, which _receive sees."""
        try:
            while not self._parted:
                left = self._from + len(self._kept) - self._sent
                if left >= dialect.piece_bytes or (left and self._ending):
                    at = self._sent - self._from
                    piece = bytes(self._kept[at : at + dialect.piece_bytes])
                    await asyncio.wait_for(socket.send(piece), _SEND_S)
                    self._sent += len(piece)
                elif self._ending:
                    await asyncio.wait_for(socket.send(dialect.bye()), _SEND_S)
                    self._parted = True
                else:
                    self._more.clear()
                    await self._more.wait()
        except (OSError, asyncio.TimeoutError, WebSocketException) as error:
            log.warning("recogniser_takes_nothing", error=repr(error))
            await socket.close()

    async def _receive(self, socket: WebSocketClientProtocol, dialect: Dialect) -> None:
        patience: float | None = None
        while True:
            try:
                message = await asyncio.wait_for(socket.recv(), patience)
            except asyncio.TimeoutError:
                break
            except ConnectionClosedOK:
                if self._parted:
                    break
                raise
            for heard in dialect.read(message, (self._sent - self._base) // BYTES_PER_MS):
                self._put(heard)
            last = dialect.last(message) if self._parted else False
            if last:
                break
            patience = _PERHAPS_S if last is None else None
        self._over.set()

    def _put(self, heard: Heard) -> None:
        """In the stream's time; an utterance never begins before the one before it has ended."""
        base_ms = self._base // BYTES_PER_MS
        begin = max(self._ended_ms, base_ms + heard.begin_ms)
        finish = max(begin, base_ms + heard.end_ms)
        self._outbox.put(Heard(heard.text, heard.final, begin, finish, str(self._utterance)))
        if heard.final:
            self._utterance += 1
            self._ended_ms = finish
            self._forget(min(self._sent, finish * BYTES_PER_MS))

    def _forget(self, until: int) -> None:
        """Sound before this need not be told again."""
        if until <= self._from:
            return
        lost = until - max(self._from, self._sent)
        if lost > 0:
            log.warning("recogniser_too_slow", lost_ms=lost // BYTES_PER_MS)
        del self._kept[: until - self._from]
        self._from = until
        self._sent = max(self._sent, until)


class Upstream:
    """A recogniser on another machine.

    Args:
        url: ws:// or wss://.
        dialect: makes a dialect for each connection.
        any_certificate: a wss:// server is believed whatever its certificate says.
    """

    def __init__(self, url: str, dialect: Callable[[], Dialect], any_certificate: bool = False) -> None:
        self._url, self._dialect = url, dialect
        self._trust: ssl.SSLContext | None = None
        if any_certificate and url.startswith("wss:"):
            self._trust = ssl.create_default_context()
            self._trust.check_hostname, self._trust.verify_mode = False, ssl.CERT_NONE

    def open(self, heard: OnHeard) -> Stream:
        """Begins with a voice."""
        return UpstreamStream(self._url, self._dialect, heard, self._trust)

    async def stop(self) -> None:
        """Nothing is shared between voices."""
