"""In: a fact, a yes or a no. Out: what was noted, and on with the topic; or the answer to an open question back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_item import AnswerItem
from actions.turn import Turn, reply
from bot.answers import fixed
from bot.understanding.facts.labels import spoken_facts


class NoteFacts(Action):
    """Answers inform, correct, affirm and deny."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_note_facts"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Notes facts; while a choice is open, the sentence is taken as its answer."""
        turn = Turn.of(tracker)
        if turn.memory.choices:
            return await AnswerItem().run(dispatcher, tracker, domain)
        if not turn.heard.facts:
            return reply(dispatcher, fixed.say("noted_nothing"), turn.memory)
        memory = replace(turn.memory, facts={**turn.memory.facts, **turn.heard.facts})
        return reply(dispatcher, fixed.noted(spoken_facts(turn.heard.facts)), memory)
