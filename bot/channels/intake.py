"""In: what a person wrote, from any channel. Out: the replies, whatever state the engine is in.

mask → empty, only signs, too long → the conversation's turn → engine, or retrieval alone
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

import structlog

from bot.answers import fixed
from bot.channels.ahead import Ahead
from bot.channels.masking import mask
from bot.channels.order import Order
from bot.channels.rate import RateLimit
from bot.clock import today
from bot.dialogue.degraded import Degraded
from bot.dialogue.engine import Engine, Turned
from bot.errors import EngineNotReady
from bot.messages import Answer, Channel, Inbound, Understood
from bot.operation import metrics
from bot.settings import Settings

log = structlog.get_logger(__name__)


class Intake:
    """Where every channel hands its messages in.

    Args:
        engine: the dialogue engine, ready or not.
        degraded: what answers while it is not.
        ahead: does the costly part of understanding before the engine takes messages one by one.
        chosen: how long a message may be and how long the engine may take.
    """

    def __init__(self, engine: Engine, degraded: Degraded, ahead: Ahead, chosen: Settings) -> None:
        self._engine, self._degraded, self._ahead = engine, degraded, ahead
        self._timeout_s, self._max_chars = chosen.chat_timeout_s, chosen.max_text_chars
        self._heard: Callable[[Inbound, Turned], None] = lambda inbound, turned: None
        self.share(Order(None), RateLimit(None, chosen.rate_per_minute))

    def share(self, order: Order, rate: RateLimit) -> None:
        """Puts order and rate limit in force that other processes share."""
        self._order, self._rate = order, rate

    def listen(self, heard: Callable[[Inbound, Turned], None]) -> None:
        """Tells somebody of every answered message; called on the event loop, so it must return at once."""
        self._heard = heard

    async def answer(self, conversation_id: str, text: str, channel: Channel, as_of: date | None = None) -> Turned:
        """Answers one message. Never raises for want of the engine.

        Raises:
            TooMany: the conversation has used up this minute.
        """
        await self._rate.check(conversation_id)
        inbound = Inbound(conversation_id, mask(text[: self._max_chars + 1]), channel, as_of or today())
        with metrics.timed("chat"):
            kind_answer = self._without_reading(text)
            outcome: metrics.Outcome = "refused"
            if kind_answer is not None:
                turned = _unread(inbound, kind_answer)
            else:
                async with self._order.turn(conversation_id):
                    turned, outcome = await self._turn(inbound)
        self._heard(inbound, turned)
        metrics.count_message(channel, turned.heard.act, "alerted" if turned.heard.alert else outcome)
        return turned

    def _without_reading(self, text: str) -> Answer | None:
        if len(text) > self._max_chars:
            return fixed.say("too_long", limit=str(self._max_chars))
        if not text.strip():
            return fixed.say("empty_message")
        return None if any(sign.isalnum() for sign in text) else fixed.say("emoji_only")

    async def _turn(self, inbound: Inbound) -> tuple[Turned, metrics.Outcome]:
        late = await self._by_engine(inbound)
        if isinstance(late, Turned):
            return late, "answered"
        metrics.count_degraded(late)
        return await asyncio.to_thread(self._degraded.answer, inbound), "degraded"

    async def _by_engine(self, inbound: Inbound) -> Turned | metrics.DegradedReason:
        """The engine's answer, or why there is none."""
        if not self._engine.ready:
            return "engine_down" if self._engine.failure else "engine_loading"
        try:
            await self._ahead.ready(inbound.text)
            turned = await self._engine.handle(inbound, self._timeout_s)
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
