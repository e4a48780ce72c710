"""In: one Inbound message. Out: what was understood and the answers. The only module that loads the dialogue engine.

The engine is heavy and its work is computation, so it lives in a thread of its own with its own event loop: health
checks, pages and other people's connections never wait for an inference.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import uvloop

from bot.errors import EngineNotReady, Unavailable
from bot.messages import Answer, Inbound, Understood

if TYPE_CHECKING:
    from bot.dialogue.processor import LeanProcessor
    from bot.dialogue.sessions import SessionStore

log = structlog.get_logger(__name__)

_WIDE_SLASH = "／"
"""A leading "/" would be an order to the engine; as a full-width slash it is text, and NFKC turns it back."""
_FORGET_S = 5.0


@dataclass(frozen=True)
class Turned:
    """What one message led to."""

    heard: Understood
    """What was understood."""
    answers: tuple[Answer, ...]
    """What to tell the person."""


class Engine:
    """A trained model in a thread.

    Args:
        model: the trained archive.
        session_ttl_s: a silent conversation is forgotten after so many seconds.
        prepare: called in the engine's thread before the model is loaded (gives the components what they share).
    """

    def __init__(self, model: Path, session_ttl_s: int, prepare: Callable[[], None] = lambda: None) -> None:
        self._model = model
        self._redis_url = ""
        self._ttl_s = session_ttl_s
        self._prepare = prepare
        self._sessions: SessionStore | None = None
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._processor: LeanProcessor | None = None
        self.failure: BaseException | None = None
        """Why the engine could not be loaded; None while it loads and when it runs."""

    @property
    def ready(self) -> bool:
        """True once messages can be handled."""
        return self._processor is not None

    def start(self, redis_url: str = "") -> None:
        """Begins to load the model; returns at once.

        Args:
            redis_url: where sessions are kept; empty for this process's memory.
        """
        self._redis_url = redis_url
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the message in hand."""
        self._processor = None
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)

    async def handle(self, inbound: Inbound, timeout_s: float) -> Turned:
        """Answers one message. Callers keep one conversation's messages in order.

        Raises:
            EngineNotReady: still loading, failed to load, or slower than timeout_s.
        """
        if self._processor is None:
            raise EngineNotReady("还在准备，先给你查到的内容。")
        future: Future[Turned] = asyncio.run_coroutine_threadsafe(self._answer(inbound), self._loop)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)
        except asyncio.TimeoutError as error:
            raise EngineNotReady("一时没有算完，先给你查到的内容。") from error

    def forget(self, conversation_id: str) -> None:
        """Erases what is remembered of a conversation; call it in a thread.

        Raises:
            Unavailable: the engine is too busy.
            RedisError: Redis is gone; what this process remembers is erased.
        """
        if self._sessions is None or self._processor is None:
            return
        erasing = asyncio.run_coroutine_threadsafe(self._sessions.forget(conversation_id), self._loop)
        try:
            erasing.result(_FORGET_S)
        except FutureTimeout as error:
            raise Unavailable("现在删不了，请过一会儿再试。") from error

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._processor = self._load()
        except Exception as error:
            # The server goes on without the engine, in degraded mode; /readyz and the log tell why.
            self.failure = error
            log.error("engine_failed", error=repr(error), exc_info=True)
            return
        # Two million objects live as long as the process: the collector need not walk over them again and again.
        gc.collect()
        gc.freeze()
        log.info("engine_ready", model=self._model.name)
        self._loop.run_forever()

    def _load(self) -> LeanProcessor:
        from bot.dialogue.light_rasa import without_tensorflow

        without_tensorflow()
        from redis.asyncio import Redis

        from bot.dialogue.local_actions import executor
        from bot.dialogue.processor import LeanProcessor
        from bot.dialogue.sessions import SessionStore

        self._prepare()
        redis = Redis.from_url(self._redis_url, socket_timeout=1.0) if self._redis_url else None
        self._sessions = SessionStore(redis, self._ttl_s)
        return LeanProcessor(self._model, self._sessions, executor())

    async def _answer(self, inbound: Inbound) -> Turned:
        from rasa.core.channels.channel import UserMessage

        from bot.dialogue.processor import AnswerCollector

        assert self._processor is not None
        collector = AnswerCollector()
        text = _WIDE_SLASH + inbound.text[1:] if inbound.text.startswith("/") else inbound.text
        metadata: dict[str, Any] = {"as_of": inbound.as_of.isoformat(), "channel": inbound.channel}
        parsed = await self._processor.answer(
            UserMessage(text, collector, inbound.conversation_id, input_channel=inbound.channel, metadata=metadata)
        )
        answers = tuple(Answer.from_dict(answer) for answer in collector.answers)
        return Turned(Understood.from_dict(parsed["understood"]), answers)
