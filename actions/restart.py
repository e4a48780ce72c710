"""In: "let's start over". Out: an empty memory and a first line. Takes the place of the engine's action_restart."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply
from bot.answers.fixed import say
from bot.dialogue.memory import Memory


class Restart(Action):
    """Answers restart."""

    def name(self) -> str:
        """The engine's own name for it, so that its built-in rule leads here."""
        return "action_restart"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Forgets topic, facts and open questions."""
        return reply(dispatcher, say("restarted"), Turn.of(tracker), Memory())
