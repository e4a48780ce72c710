"""In: a question about an item. Out: the part of the item it asks for, a clarification, or the hotline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.interview import begin, verdict_again
from actions.turn import Turn, eligibility, or_hotline, reply, services
from bot.answers import fixed
from bot.answers.compose import compose
from bot.dialogue.ellipsis import kept_question, named_by
from bot.dialogue.interview import may_be_own_case, only_fitting, told_again, wants_outcome, wants_verdict_again
from bot.dialogue.memory import Memory
from bot.dialogue.turn import Clarify, Decision, Lost, Tell, decide, in_context
from bot.errors import NotFound
from bot.messages import Answer
from bot.settings import settings

_MAY_BE_OWN = ("check_eligibility", "ask_conditions", "ask_amount", "ask_overview", "ask_time")
"""Acts that may ask for the person's own case."""


class AnswerItem(Action):
    """Answers the thirteen acts about an item."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer_item"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Decides, asks the knowledge service, answers."""
        turn = Turn.of(tracker)
        answer, memory = await or_hotline(carry_out(decide(turn.heard, turn.memory), turn), turn)
        return reply(dispatcher, answer, turn, memory, resume=True)


async def carry_out(decision: Decision, turn: Turn) -> tuple[Answer, Memory]:
    """The answer of a decision, and what is remembered after it.

    Raises:
        ServiceDown: the knowledge service does not answer.
    """
    facts = told_again(turn.memory.facts, turn.heard.facts)
    memory = replace(turn.memory, choices={}, more=False, open_act=None, looking_for=None, facts=facts)
    if isinstance(decision, Tell) and _goes_on(decision, turn) and (again := await verdict_again(turn)):
        return again
    scheme = await _interview(decision, turn)
    if isinstance(decision, Tell):
        try:
            item = await services().item(decision.item_id, turn.as_of)
        except NotFound:  # withdrawn since it was talked about, or not yet in force on the day asked for
            return fixed.not_understood(settings().hotline_number), memory
        if not decision.rest:
            memory = _asked(turn, memory, [item["name"], *item["aliases"]])
    if scheme:
        return await begin(scheme, turn, memory)
    if isinstance(decision, Tell):
        answer = compose(item, decision.act, turn.as_of, rest=decision.rest)
        more = any(block.kind == "more" for block in answer.blocks)
        return answer, replace(memory, topic=decision.item_id, act=decision.act, more=more)
    if isinstance(decision, Clarify):
        offered = {item_id: await _names(item_id, turn) for item_id in decision.item_ids}
        answer = fixed.clarify([names[0] for names in offered.values()])
        return answer, replace(_asked(turn, memory), choices=offered, open_act=decision.act)
    assert isinstance(decision, Lost)
    return fixed.not_understood(settings().hotline_number), memory


def _goes_on(decision: Tell, turn: Turn) -> bool:
    """Whether the question is about the verdict just given, or about the interview under way."""
    return decision.item_id == turn.memory.topic and wants_verdict_again(turn.heard)


async def _interview(decision: Decision, turn: Turn) -> Mapping[str, Any] | None:
    """The scheme to ask through, when the person wants to know about their own case and there are rules for it.

    Which of several items was meant does not matter when one scheme judges them all, or only one asks for what was
    told.
    """
    if isinstance(decision, Lost) or (isinstance(decision, Tell) and decision.rest):
        return None
    if decision.act not in _MAY_BE_OWN:
        return None
    item_ids = [decision.item_id] if isinstance(decision, Tell) else decision.item_ids
    scheme = only_fitting([await eligibility().scheme_of(item_id) for item_id in item_ids], turn.heard.facts)
    if scheme is None:
        return None
    if decision.act == "check_eligibility" or may_be_own_case(decision.act, turn.heard):
        return scheme
    return await eligibility().counting(scheme) if wants_outcome(decision.act, turn.heard, scheme) else None


def _asked(turn: Turn, memory: Memory, names: Sequence[str] = ()) -> Memory:
    """With the question remembered that a later "那…呢" goes on from; a choice among items is none."""
    if turn.memory.choices and names and in_context(turn.heard, turn.memory) == "choose":
        question = turn.memory.question or ""
    else:
        question = kept_question(turn.heard.normalized)
    return replace(memory, question=question, named=named_by(question, names))


async def _names(item_id: str, turn: Turn) -> list[str]:
    item = await services().item(item_id, turn.as_of)
    return [item["name"], *item["aliases"]]
