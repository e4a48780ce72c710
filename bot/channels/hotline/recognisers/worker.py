"""In: utterances of many voices. Out: their words, one after another, from one thread that yields to everything else.

A final waits its turn; a partial is heard only when nobody waits. More than half an hour of sound in waiting means
that the machine is far too small: the oldest is then given up, and that is logged.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.channels.hotline.recognisers.whisper_model import Hear
from bot.channels.hotline.sound.resample import BYTES_PER_MS
from bot.errors import LaihutongError, Unavailable

log = structlog.get_logger(__name__)

_MOST_WAITING_MS = 30 * 60_000
_NICE = 10
"""Cards come before transcripts: this thread and those the model makes get what is left of the processor."""


@dataclass(frozen=True)
class _Job:
    pcm: bytes
    final: bool
    done: asyncio.Future[str]
    loop: asyncio.AbstractEventLoop


class Worker:
    """One model, used by everybody in this process.

    Args:
        load: makes the model; called in the thread.
        most_waiting_ms: sound that may wait.
    """

    def __init__(self, load: Callable[[], Hear], most_waiting_ms: int = _MOST_WAITING_MS) -> None:
        self._load, self._most = load, most_waiting_ms * BYTES_PER_MS
        self._jobs: deque[_Job] = deque()
        self._news = threading.Condition()
        self._busy = True
        self._stopped = False
        self.failure: str | None = None
        """Why nothing is heard: a sentence; None while all goes well."""
        self._thread = threading.Thread(target=self._work, name="whisper", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Nobody waits, and nothing is being heard."""
        return not self._busy and not self._jobs

    async def hear(self, pcm: bytes, final: bool = True) -> str:
        """The words of an utterance.

        Raises:
            Unavailable: there is no model, or too much waits.
        """
        loop = asyncio.get_running_loop()
        job = _Job(pcm, final, loop.create_future(), loop)
        with self._news:
            if self._stopped or self.failure is not None:
                raise Unavailable(self.failure or "正在关机。")
            self._jobs.append(job)
            given_up = self._too_many()
            self._news.notify()
        for old in given_up:
            log.error("utterance_given_up", ms=len(old.pcm) // BYTES_PER_MS)
            _tell(old, None, "要听的太多，机器来不及。")
        return await job.done

    async def stop(self) -> None:
        """Ends after the utterance in hand."""
        with self._news:
            self._stopped = True
            self._news.notify()
        await asyncio.to_thread(self._thread.join)

    def _too_many(self) -> list[_Job]:
        given_up: list[_Job] = []
        while len(self._jobs) > 1 and sum(len(job.pcm) for job in self._jobs) > self._most:
            given_up.append(self._jobs.popleft())
        return given_up

    def _work(self) -> None:
        with suppress(OSError, AttributeError):  # the threads of the model inherit it
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        try:
            hear = self._load()
        except LaihutongError as error:
            self._fail(error.sentence)
            return
        except Exception as error:
            self._fail(f"识别模型载入不了：{error!r}")
            return
        log.info("recogniser_loaded")
        while (job := self._next()) is not None:
            try:
                words = hear(job.pcm, job.final)
            except Exception as error:
                log.error("utterance_unheard", error=repr(error), exc_info=True)
                _tell(job, None, "这一句没有听出来。")
            else:
                _tell(job, words)
        self._fail("正在关机。")

    def _next(self) -> _Job | None:
        with self._news:
            self._busy = False
            self._news.wait_for(lambda: self._stopped or bool(self._jobs))
            if self._stopped:
                return None
            self._busy = True
            finals = [job for job in self._jobs if job.final]
            job = finals[0] if finals else self._jobs[-1]
            self._jobs.remove(job)
            return job

    def _fail(self, sentence: str) -> None:
        with self._news:
            self.failure = sentence
            jobs, self._jobs = list(self._jobs), deque()
        if not self._stopped:
            log.error("recogniser_missing", reason=sentence)
        for job in jobs:
            _tell(job, None, sentence)


def _tell(job: _Job, words: str | None, problem: str = "") -> None:
    """Hands the result to the loop that waits, if it still does."""

    def tell() -> None:
        if job.done.done():
            return
        if words is None:
            job.done.set_exception(Unavailable(problem))
        else:
            job.done.set_result(words)

    with suppress(RuntimeError):  # its loop is closed: nobody waits
        job.loop.call_soon_threadsafe(tell)
