"""In: "where is the nearest …". Out: the places the places service knows, or a question back when none was named."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, reply, services
from bot.answers import fixed
from bot.errors import BadInput, ServiceDown
from bot.messages import Answer
from bot.settings import settings


class FindPlace(Action):
    """Answers find_place."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_find_place"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks the places service for the kind and the neighbourhood that were named."""
        turn = Turn.of(tracker)
        return reply(dispatcher, await _answer(turn), turn)


async def _answer(turn: Turn) -> Answer:
    near = next((e.value for e in turn.heard.entities if e.type == "place"), turn.memory.facts.get("subdistrict"))
    if near is None:
        return fixed.say("place_ask_where")
    try:
        return fixed.found_places(await services().places(near=near, kind=turn.heard.normalized))
    except BadInput:  # a place or a kind of venue we do not know
        return fixed.say("place_ask_where")
    except ServiceDown:
        return fixed.service_down(settings().hotline_number)
