"""In: what a person wrote, from any channel. Out: the replies, whatever state the engine is in.

mask → empty, only signs, too long → the conversation's turn → engine, or retrieval alone
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import structlog

from bot.answers import fixed
from bot.channels.masking import mask
from bot.channels.order import Order
from bot.channels.rate import RateLimit
from bot.clock import today
from bot.dialogue.degraded import Degraded
from bot.dialogue.engine import Engine, Turned
from bot.errors import EngineNotReady
from bot.messages import Answer, Channel, Inbound, Understood
from bot.operation import metrics

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Intake:
    """Where every channel hands its messages in."""

    engine: Engine
    """The dialogue engine, ready or not."""
    degraded: Degraded
    """What answers while it is not."""
    order: Order
    """One person's messages one after another."""
    rate: RateLimit
    """How many messages a conversation may send."""
    warm: Callable[[str], object]
    """Computes a text's embedding ahead, in a worker thread; the engine then finds it in the cache."""
    timeout_s: float
    """Longest wait for the engine."""
    max_chars: int
    """Longest message that is read."""

    async def answer(self, conversation_id: str, text: str, channel: Channel, as_of: date | None = None) -> Turned:
        """Answers one message. Never raises for want of the engine.

        Raises:
            TooMany: the conversation has used up this minute.
        """
        await self.rate.check(conversation_id)
        inbound = Inbound(conversation_id, mask(text[: self.max_chars + 1]), channel, as_of or today())
        with metrics.timed("chat"):
            kind_answer = self._without_reading(inbound.text)
            if kind_answer is not None:
                turned, outcome = _unread(inbound, kind_answer), "refused"
            else:
                async with self.order.turn(conversation_id):
                    turned, outcome = await self._turn(inbound)
        metrics.count_message(channel, turned.heard.act, "alerted" if turned.heard.alert else outcome)
        return turned

    def _without_reading(self, text: str) -> Answer | None:
        if len(text) > self.max_chars:
            return fixed.say("too_long", limit=str(self.max_chars))
        if not text.strip():
            return fixed.say("empty_message")
        return None if any(sign.isalnum() for sign in text) else fixed.say("emoji_only")

    async def _turn(self, inbound: Inbound) -> tuple[Turned, metrics.Outcome]:
        late = await self._by_engine(inbound)
        if isinstance(late, Turned):
            return late, "answered"
        metrics.count_degraded(late)
        return await asyncio.to_thread(self.degraded.answer, inbound), "degraded"

    async def _by_engine(self, inbound: Inbound) -> Turned | metrics.DegradedReason:
        """The engine's answer, or why there is none."""
        if not self.engine.ready:
            return "engine_down" if self.engine.failure else "engine_loading"
        try:
            await asyncio.to_thread(self.warm, inbound.text)
            turned = await self.engine.handle(inbound, self.timeout_s)
        except EngineNotReady as error:
            log.warning("engine_late", reason=error.sentence)
            return "engine_slow"
        except Exception as error:
            # A fault in one action must not leave a person without an answer.
            log.error("engine_error", error=repr(error), exc_info=True)
            return "failed"
        return turned if turned.answers else "failed"


def _unread(inbound: Inbound, answer: Answer) -> Turned:
    """A message with nothing to understand in it."""
    shown = inbound.text[:200]
    return Turned(Understood(shown, "", "out_of_scope", 1.0, in_scope=False), (answer,))
