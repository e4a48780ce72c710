"""In: a sentence and a speed. Out: its sound for the telephone, from a text-to-speech server over HTTP.

The seam: POST {"text", "rate", "sample_rate": 8000} → 200 audio/wav. The text is plain: no SSML, no figures.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable

import httpx
import structlog

from bot.channels.hotline.voice.sounds import Sounds
from bot.channels.hotline.voice.wav import RATE, telephone_sound
from bot.errors import BadInput, ServiceDown
from services.breaker import Breaker

log = structlog.get_logger(__name__)

TIMEOUT_S = 3.0
"""For one try; a caller hears silence meanwhile."""
_TRIES = 2
_MOST_BYTES = 8_000_000
"""A minute and a half of studio sound: no sentence is longer."""


class Speech:
    """A voice.

    Args:
        url: the server's address.
        sounds: what has been spoken before.
        timeout_s: longest wait for one try.
        breaker: shared by all calls of this process.
    """

    def __init__(self, url: str, sounds: Sounds, timeout_s: float = TIMEOUT_S, breaker: Breaker | None = None) -> None:
        self._url, self._sounds, self._breaker = url, sounds, breaker or Breaker(failures=3)
        self._timeout_s = timeout_s
        self._http = httpx.AsyncClient(timeout=timeout_s, trust_env=False)

    async def sound(self, text: str, rate: float, *, keep: bool) -> bytes:
        """The sound: 8 kHz, s16le, one channel.

        Args:
            text: one sentence.
            rate: 1.0 is the usual speed.
            keep: nothing of a caller is in the words.

        Raises:
            ServiceDown: it cannot be spoken now.
        """
        name = hashlib.sha256(f"{self._url}\n{rate}\n{text}".encode()).hexdigest()
        kept = await asyncio.to_thread(self._sounds.get, name)
        if kept is not None:
            return kept
        sound = await self._spoken({"text": text, "rate": rate, "sample_rate": RATE})
        await asyncio.to_thread(lambda: self._sounds.put(name, sound, keep=keep))
        return sound

    async def prepare(self, sentences: Iterable[str]) -> None:
        """Has fixed sentences spoken before anybody needs them, so that they can be said when the server is gone."""
        for sentence in sentences:
            try:
                await self.sound(sentence, 1.0, keep=True)
            except ServiceDown as error:
                log.warning("voice_not_prepared", reason=error.sentence)
                return

    async def close(self) -> None:
        """Gives connections back."""
        await self._http.aclose()

    async def _spoken(self, body: dict[str, object]) -> bytes:
        for _ in range(_TRIES):
            if not self._breaker.may_try():
                break
            try:
                sound = await asyncio.wait_for(self._once(body), self._timeout_s)
            except (httpx.HTTPError, httpx.InvalidURL, asyncio.TimeoutError, BadInput) as error:
                self._breaker.failed()
                reason = error.sentence if isinstance(error, BadInput) else type(error).__name__
                log.warning("speech_failed", reason=reason)
            else:
                self._breaker.succeeded()
                return sound
        raise ServiceDown("语音合成现在没有回应。")

    async def _once(self, body: dict[str, object]) -> bytes:
        async with self._http.stream("POST", self._url, json=body) as answer:
            answer.raise_for_status()
            found = bytearray()
            async for piece in answer.aiter_bytes():
                found += piece
                if len(found) > _MOST_BYTES:
                    raise BadInput("语音合成给的声音太长了。")
        sound = await asyncio.to_thread(telephone_sound, bytes(found))
        if not sound:
            raise BadInput("语音合成给的声音是空的。")
        return sound
