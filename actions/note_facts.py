"""In: a fact, a yes or a no. Out: what was noted, or the answer that a bare statement of trouble wants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_item import carry_out
from actions.interview import judged_anew
from actions.turn import Turn, reply
from bot.answers import fixed
from bot.dialogue.turn import Lost, trouble
from bot.errors import ServiceDown
from bot.settings import settings
from bot.understanding.facts.labels import spoken_facts


class NoteFacts(Action):
    """Answers inform, correct, affirm and deny."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_note_facts"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Notes facts; at the start of a talk, answers the trouble behind them; after a verdict, judges anew."""
        turn = Turn.of(tracker)
        hint = trouble(turn.heard, turn.memory)
        if not isinstance(hint, Lost):
            try:
                answer, memory = await carry_out(hint, turn)
                return reply(dispatcher, answer, turn, memory)
            except ServiceDown:
                return reply(dispatcher, fixed.service_down(settings().hotline_number), turn)
        try:
            if anew := await judged_anew(turn):
                return reply(dispatcher, anew[0], turn, anew[1])
        except ServiceDown:
            return reply(dispatcher, fixed.service_down(settings().hotline_number), turn)
        facts = dict(turn.heard.facts) or _where(turn)
        if not facts:
            return reply(dispatcher, fixed.say("noted_nothing"), turn)
        memory = replace(turn.memory, facts={**turn.memory.facts, **facts}, last_fact=next(reversed(facts)))
        return reply(dispatcher, fixed.noted(spoken_facts(facts)), turn, memory)


def _where(turn: Turn) -> dict[str, Any]:
    """A bare place ("在马桥") tells where the person is."""
    return next(({"subdistrict": e.value} for e in turn.heard.entities if e.type == "place"), {})
