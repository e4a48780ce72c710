"""In: "要是多交两年社保呢", once an interview has begun. Out: the verdict as it would be; nothing of it is noted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, eligibility, or_hotline, reply, services
from bot.answers.fixed import said_back, say
from bot.answers.verdict import supposed
from bot.dialogue.interview import for_rules
from bot.dialogue.memory import Memory
from bot.errors import BadInput
from bot.messages import Answer
from bot.understanding.facts.labels import spoken_facts


class WhatIf(Action):
    """Judges a supposition."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_what_if"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Judges with the supposed facts in place of the told ones; an open question is asked again below."""
        turn = Turn.of(tracker)
        answer, memory = await or_hotline(_suppose(turn), turn)
        return reply(dispatcher, answer, turn, memory, resume=True)


async def _suppose(turn: Turn) -> tuple[Answer, Memory]:
    memory, catalogue = turn.memory, await eligibility().facts()
    told = {**memory.facts, **turn.heard.facts}
    facts = for_rules({**told, **turn.heard.supposed}, catalogue, turn.as_of)
    try:
        assessment = await eligibility().assess(str(memory.scheme), facts, turn.as_of)
    except BadInput as error:  # "要是我两百岁呢"
        return say("interview.wrong", reason=error.sentence), memory
    item = await services().item(assessment["item_id"], turn.as_of)
    said = said_back(spoken_facts(turn.heard.supposed))
    return supposed(assessment, item, said, turn.as_of), replace(memory, facts=told)
