"""In: a fact, a yes or a no. Out: what was noted, or the answer that a bare statement of trouble wants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_item import carry_out
from actions.interview import judged_anew
from actions.turn import Turn, or_hotline, reply
from bot.answers import fixed
from bot.dialogue.interview import told_again
from bot.dialogue.memory import Memory
from bot.dialogue.turn import Lost, trouble
from bot.messages import Answer
from bot.understanding.facts.labels import spoken_facts


class NoteFacts(Action):
    """Answers inform, correct, affirm and deny."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_note_facts"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Notes facts; at the start of a talk, answers the trouble behind them; after a verdict, judges anew."""
        turn = Turn.of(tracker)
        answer, memory = await or_hotline(_answer(turn), turn)
        return reply(dispatcher, answer, turn, memory)


async def _answer(turn: Turn) -> tuple[Answer, Memory]:
    hint = trouble(turn.heard, turn.memory)
    if not isinstance(hint, Lost):
        return await carry_out(hint, turn)
    if anew := await judged_anew(turn):
        return anew
    facts = dict(turn.heard.facts) or _where(turn)
    if not facts:
        return fixed.say("noted_nothing"), turn.memory
    told = told_again(turn.memory.facts, facts)
    return fixed.noted(spoken_facts(facts)), replace(turn.memory, facts=told, last_fact=next(reversed(facts)))


def _where(turn: Turn) -> dict[str, Any]:
    """A bare place ("在马桥") tells where the person is."""
    return next(({"subdistrict": e.value} for e in turn.heard.entities if e.type == "place"), {})
