"""In: "a person please". Out: the numbers at which a person answers."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply
from bot.answers.fixed import say
from bot.settings import settings


class Human(Action):
    """Answers request_human."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_human"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Nobody is promised who is not there: the answer is a telephone number."""
        return reply(dispatcher, say("request_human", hotline=settings().hotline_number), Turn.of(tracker))
