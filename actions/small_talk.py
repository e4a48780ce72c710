"""In: a greeting, thanks, a goodbye, "what can you do". Out: one line from the phrase book."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply
from bot.answers.fixed import say


class SmallTalk(Action):
    """Answers greet, thanks, goodbye and capabilities."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The phrase is named like the act."""
        turn = Turn.of(tracker)
        return reply(dispatcher, say(turn.heard.act), turn, resume=True)
