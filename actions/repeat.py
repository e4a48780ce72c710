"""In: "say it again". Out: the last answer, word for word."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply
from bot.answers.fixed import say
from bot.messages import Answer


class Repeat(Action):
    """Answers repeat."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_repeat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Before the first answer there is nothing to repeat, and that is said."""
        turn = Turn.of(tracker)
        last = turn.memory.last_answer
        return reply(dispatcher, Answer.from_dict(last) if last else say("repeat_nothing"), turn)
