"""In: something that is not our business. Out: a kind no, and what can be asked here."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply
from bot.answers.fixed import say


class OutOfScope(Action):
    """Answers out_of_scope."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The topic is kept: a stray remark does not end a conversation."""
        return reply(dispatcher, say("out_of_scope"), Turn.of(tracker), resume=True)
