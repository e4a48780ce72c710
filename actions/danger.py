"""In: a danger to life or freedom. Out: the right number at once. Needs no service and keeps no topic."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply
from bot.answers import fixed


class Danger(Action):
    """Answers whatever carries an alert."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_danger"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The alert decides the number."""
        turn = Turn.of(tracker)
        return reply(dispatcher, fixed.danger(turn.heard.alert or "violence"), turn)
