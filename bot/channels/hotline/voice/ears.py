"""In: sound of the caller. Out: SpeechBegan as soon as somebody speaks, then Heard with the words, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.channels.background import end
from bot.channels.hotline.sound.activity import Activity
from bot.channels.hotline.sound.frames import Frame
from bot.channels.hotline.sound.resample import RATE, Resampler
from bot.channels.hotline.sound.utterances import Likely, Utterance, Utterances
from bot.channels.hotline.voice.events import Heard, SpeechBegan
from bot.channels.hotline.voice.wav import wav
from bot.channels.recogniser import Recogniser
from bot.errors import LaihutongError

log = structlog.get_logger(__name__)

_LONGEST_S = 12.0
"""A recogniser that needs longer has not heard it."""
_WAITING = 3
"""Utterances that wait for the recogniser; of more, the oldest is given up."""


def ready() -> None:
    """Loads what every ear needs; call in a thread.

    Raises:
        SetupError: the parts for sound are not installed.
    """
    Activity()


class Ears:
    """Listens to one line; every SpeechBegan is followed by one Heard. Use it in the running event loop.

    Args:
        recogniser: turns an utterance into words.
        told: what is heard.
        likely: tells speech from other sound; Silero's network unless given.

    Raises:
        SetupError: the parts for sound are not installed.
    """

    def __init__(
        self, recogniser: Recogniser, told: Callable[[SpeechBegan | Heard], None], likely: Likely | None = None
    ) -> None:
        self._recogniser, self._told = recogniser, told
        self._utterances = Utterances(likely or Activity())
        self._resampler = Resampler(8_000)
        self._began = False
        self._waiting: asyncio.Queue[Utterance] = asyncio.Queue()
        self._work = asyncio.create_task(self._recognise())

    def feed(self, frame: Frame) -> None:
        """Takes a frame of sound of any rate; other frames are passed over."""
        if frame.rate is None:
            return
        if frame.rate != self._resampler.rate:
            self._resampler = Resampler(frame.rate)
        ended = self._utterances.feed(self._resampler.feed(frame.pcm()))
        for utterance in ended:
            self._begin()
            self._began = False
            self._put(utterance)
        if not self._began and self._utterances.so_far() is not None:
            self._begin()

    async def close(self) -> None:
        """Stops listening."""
        await end([self._work])

    def _begin(self) -> None:
        if not self._began:
            self._began = True
            self._told(SpeechBegan())

    def _put(self, utterance: Utterance) -> None:
        if self._waiting.qsize() >= _WAITING:
            self._waiting.get_nowait()
            self._told(Heard(""))
        self._waiting.put_nowait(utterance)

    async def _recognise(self) -> None:
        while True:
            utterance = await self._waiting.get()
            self._told(Heard(await self._words(utterance)))

    async def _words(self, utterance: Utterance) -> str:
        recording = wav(utterance.pcm, RATE)
        try:
            return await asyncio.wait_for(self._recogniser.text(recording, "wav"), _LONGEST_S)
        except (LaihutongError, asyncio.TimeoutError) as error:
            reason = error.sentence if isinstance(error, LaihutongError) else "timeout"
            log.warning("voice_not_recognised", reason=reason)
            return ""
        except Exception as error:
            # A fault in a recogniser must not leave the caller in silence: they are asked to say it again.
            log.error("voice_recogniser_failed", error=repr(error), exc_info=True)
            return ""
