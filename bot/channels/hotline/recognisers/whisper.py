"""In: one voice's sound. Out: what Whisper in this process heard of it, utterance by utterance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.channels.background import end
from bot.channels.hotline.recognisers.base import Heard, OnHeard, Stream
from bot.channels.hotline.recognisers.outbox import Outbox
from bot.channels.hotline.recognisers.whisper_model import Hear
from bot.channels.hotline.recognisers.worker import Worker
from bot.channels.hotline.sound.activity import Activity
from bot.channels.hotline.sound.resample import BYTES_PER_MS
from bot.channels.hotline.sound.utterances import Likely, Utterance, Utterances
from bot.errors import Unavailable

log = structlog.get_logger(__name__)

_AT_ONCE = 1_000 * BYTES_PER_MS
_LOOK_EVERY_MS = 1_600
"""So often what is being said is heard before its end, when nobody waits for the processor."""
_LAST_WORD_S = 120.0


class Whisper:
    """Hears many voices, one utterance at a time.

    Args:
        load: makes the model.
        likely: makes a detector of speech for one voice.
    """

    def __init__(self, load: Callable[[], Hear], likely: Callable[[], Likely] = Activity) -> None:
        self.worker = Worker(load)
        self._detector = likely

    def open(self, heard: OnHeard) -> Stream:
        """Begins with a voice."""
        return WhisperStream(self.worker, self._detector(), heard)

    async def stop(self) -> None:
        """Ends after the utterance in hand."""
        await self.worker.stop()


class WhisperStream:
    """One voice.

    Args:
        worker: hears.
        likely: tells speech from everything else.
        heard: takes what was heard.
    """

    def __init__(self, worker: Worker, likely: Likely, heard: OnHeard) -> None:
        self._worker = worker
        self._utterances = Utterances(likely)
        self._outbox = Outbox(heard)
        self._jobs: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._number = 0
        self._lost = False
        self._looked_ms = 0

    async def feed(self, pcm16: bytes) -> None:
        """Takes sound; lets others run between two seconds of it."""
        for at in range(0, len(pcm16), _AT_ONCE):
            for utterance in self._utterances.feed(pcm16[at : at + _AT_ONCE]):
                self._begin(utterance)
                self._number += 1
                self._looked_ms = 0
            if len(pcm16) > _AT_ONCE:
                await asyncio.sleep(0)
            else:  # somebody speaks now; of a recording only the whole is wanted
                self._look()

    async def finish(self) -> bool:
        """Hears the rest."""
        for utterance in self._utterances.finish():
            self._begin(utterance)
        self._number += 1  # what is being looked at is of no use any more
        if self._jobs:
            await asyncio.wait(self._jobs, timeout=_LAST_WORD_S)
        await end([*self._jobs, *([self._looking] if self._looking else [])])
        await self._outbox.close(_LAST_WORD_S)
        return not self._lost

    def _look(self) -> None:
        """Hears what is being said so far, when there is time."""
        so_far = self._utterances.so_far()
        if so_far is None or not self._worker.idle or (self._looking is not None and not self._looking.done()):
            return
        if so_far.end_ms - max(so_far.begin_ms, self._looked_ms) >= _LOOK_EVERY_MS:
            self._looked_ms = so_far.end_ms
            self._looking = asyncio.create_task(self._hear(so_far, self._number, final=False))

    def _begin(self, utterance: Utterance) -> None:
        job = asyncio.create_task(self._hear(utterance, self._number, final=True))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _hear(self, utterance: Utterance, number: int, final: bool) -> None:
        try:
            words = await self._worker.hear(utterance.pcm, final)
        except Unavailable as error:
            log.warning("utterance_lost", reason=error.sentence, final=final)
            self._lost = self._lost or final
            return
        if final or (words and number == self._number):
            self._outbox.put(Heard(words, final, utterance.begin_ms, utterance.end_ms, str(number)))
