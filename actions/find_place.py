"""In: "where is the nearest …". Out: the places the places service knows, or a question back when none was named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_item import carry_out
from actions.turn import Turn, reply, services
from bot.answers import fixed
from bot.dialogue.turn import Tell
from bot.errors import BadInput, ServiceDown
from bot.messages import Answer
from bot.settings import settings


class FindPlace(Action):
    """Answers find_place."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_find_place"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Asks the places service; an item that says where wins when no neighbourhood is known."""
        turn = Turn.of(tracker)
        near = next((e.value for e in turn.heard.entities if e.type == "place"), turn.memory.facts.get("subdistrict"))
        memory = replace(turn.memory, facts={**turn.memory.facts, "subdistrict": near} if near else turn.memory.facts)
        answer = None
        try:
            for words in filter(None, (turn.heard.normalized, turn.memory.looking_for)):
                if near and answer is None and (answer := await _places(words, near)):
                    memory = replace(memory, looking_for=words)
            if answer is None and turn.heard.item_id:
                answer, memory = await carry_out(Tell(turn.heard.item_id, "ask_place"), turn)
        except ServiceDown:
            answer = fixed.service_down(settings().hotline_number)
        if answer is None:
            answer, memory = fixed.say("place_ask_where"), replace(memory, looking_for=turn.heard.normalized)
        return reply(dispatcher, answer, turn, memory, resume=True)


async def _places(words: str, near: str) -> Answer | None:
    """The nearest places; None when the words name no kind of venue we know."""
    try:
        return fixed.found_places(await services().places(near=near, kind=words))
    except BadInput:
        return None
