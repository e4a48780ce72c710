"""In: a fact, a yes or a no. Out: what was noted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply
from bot.answers import fixed
from bot.understanding.facts.labels import spoken_facts


class NoteFacts(Action):
    """Answers inform, correct, affirm and deny."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_note_facts"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Notes facts."""
        turn = Turn.of(tracker)
        if not turn.heard.facts:
            return reply(dispatcher, fixed.say("noted_nothing"), turn)
        memory = replace(turn.memory, facts={**turn.memory.facts, **turn.heard.facts})
        return reply(dispatcher, fixed.noted(spoken_facts(turn.heard.facts)), turn, memory)
