"""In: a message while the engine is loading, stuck or down. Out: an answer all the same, by retrieval alone.

The same understanding, the same decision and the same answers as with the engine, but no memory: what the sentence
does not name itself is asked back. If even that fails, the hotline number goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog

from bot.answers import fixed
from bot.answers.compose import compose
from bot.dialogue.engine import Turned
from bot.dialogue.memory import Memory
from bot.dialogue.turn import Clarify, Tell, decide
from bot.messages import ITEM_ACTS, Answer, Inbound, Understood

log = structlog.get_logger(__name__)

_SMALL_TALK = frozenset({"greet", "thanks", "goodbye", "capabilities", "out_of_scope"})


@dataclass(frozen=True)
class Degraded:
    """Answers without the dialogue engine."""

    understand: Callable[[Inbound], Understood]
    """The understanding station, called directly."""
    item: Callable[[str, date], Mapping[str, Any] | None]
    """An item in force on a day, from the snapshot in memory; None when there is none."""
    hotline: str
    """The number people get when all else fails."""

    def answer(self, inbound: Inbound) -> Turned:
        """Never raises: whatever goes wrong, the person gets the number."""
        try:
            heard = self.understand(inbound)
            return Turned(heard, (self._answer(heard, inbound.as_of),))
        except Exception as error:
            log.error("degraded_failed", error=repr(error), exc_info=True)
            nothing = Understood(inbound.text, inbound.text, "out_of_scope", 0.0)
            return Turned(nothing, (fixed.service_down(self.hotline),))

    def _answer(self, heard: Understood, as_of: date) -> Answer:
        if heard.alert:
            return fixed.danger(heard.alert)
        if heard.act in _SMALL_TALK:
            return fixed.say(heard.act)
        if heard.act == "request_human":
            return fixed.say("request_human", hotline=self.hotline)
        if heard.act not in ITEM_ACTS and heard.item_id is None:
            return fixed.say("engine_loading", hotline=self.hotline)
        decision = decide(heard, Memory())
        if isinstance(decision, Tell) and (item := self.item(decision.item_id, as_of)):
            return compose(item, decision.act, as_of)
        if isinstance(decision, Clarify):
            items = [self.item(item_id, as_of) for item_id in decision.item_ids]
            return fixed.clarify([item["name"] for item in items if item])
        return fixed.not_understood(self.hotline)
