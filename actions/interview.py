"""In: "may I?", or a message while our question is open. Out: the next question, or the verdict with its reasons.

One thing is asked at a time, several facts of one message are taken, "不知道" moves on, a correction counts, and it
stops as soon as the verdict is settled. Nothing is decided here: the eligibility API judges, bot/answers words it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, eligibility, or_hotline, reply, services
from bot.answers import fixed
from bot.answers.outcome import so_far
from bot.answers.phrases import phrase
from bot.answers.verdict import asking, led_by, not_before, rules_about, settled
from bot.dialogue.choices import wants_more
from bot.dialogue.interview import (
    ABOUT,
    MOST_TRIES,
    STOP,
    asks_where,
    by_place,
    for_rules,
    meaning,
    told_again,
    without,
)
from bot.dialogue.memory import Memory
from bot.errors import BadInput, NotFound, ServiceDown
from bot.messages import Answer
from bot.settings import settings
from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.facts.implied import implied
from bot.understanding.facts.labels import spoken_facts

_MOST_ALSO = 3
_BRACKETS = re.compile(r"（[^（）]*）")
Scheme = Mapping[str, Any]


class Interview(Action):
    """Goes on with an interview."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Takes the answer, explains the question, or stops."""
        turn = Turn.of(tracker)
        answer, memory = await or_hotline(_go_on(turn), turn)
        return reply(dispatcher, answer, turn, memory)


async def begin(scheme: Scheme, turn: Turn, memory: Memory) -> tuple[Answer, Memory]:
    """Starts an interview with what the conversation knows already.

    Args:
        scheme: an entry of GET /api/v1/schemes.
        memory: as it is after this message, facts of it included.

    Raises:
        ServiceDown: a service does not answer.
    """
    started = replace(memory, scheme=scheme["id"], topic=scheme["item_id"], act="check_eligibility", misheard=0)
    return await _judge(started, turn, noted=_noted(turn), first=True)


async def judged_anew(turn: Turn) -> tuple[Answer, Memory] | None:
    """The verdict of the last interview with what was told after it; None when there was none, or nothing new.

    Raises:
        ServiceDown: a service does not answer.
    """
    memory = turn.memory
    if memory.scheme is None or memory.act != "check_eligibility" or not turn.heard.facts:
        return None
    facts = told_again(memory.facts, turn.heard.facts)
    return await _judge(replace(memory, facts=facts, last_fact=_last(turn, memory)), turn, noted=_noted(turn))


async def verdict_again(turn: Turn) -> tuple[Answer, Memory] | None:
    """The verdict, or how far the interview has come, told again; None when there is none.

    Raises:
        ServiceDown: a service does not answer.
    """
    memory = turn.memory
    if memory.scheme is None:
        return None
    noted = _noted(turn) or [phrase("interview.not_yet")]
    facts = told_again(memory.facts, turn.heard.facts)
    return await _judge(replace(memory, facts=facts), turn, noted=noted, again=True)


async def _go_on(turn: Turn) -> tuple[Answer, Memory]:
    memory, said = turn.memory, meaning(turn.heard, turn.memory)
    question = memory.asked
    if question is None or memory.scheme is None:  # cannot happen while the rules stand as they do
        return fixed.not_understood(settings().hotline_number), memory
    if said == STOP:
        return await _stop(turn)
    if said == ABOUT:
        key = "where" if asks_where(turn.heard) else "why"
        return asking(question, [phrase(f"interview.{key}", **{key: question[key]})], memory.topic), memory
    if not turn.heard.facts:
        if wants_more(turn.heard.normalized):  # there is no more to tell: it goes on with what is asked
            return asking(question, (), memory.topic), memory
        chosen = by_place(turn.heard.normalized, question)
        if not chosen:
            return await _misheard(turn, question)
        turn = replace(turn, heard=replace(turn.heard, facts=chosen))
    memory = replace(memory, more=False)
    facts = told_again(memory.facts, turn.heard.facts)
    answered = memory.asked_fact in turn.heard.facts
    after = replace(memory, facts=facts, misheard=0 if answered else memory.misheard, last_fact=_last(turn, memory))
    return await _judge(after, turn, noted=_noted(turn))


async def _misheard(turn: Turn, question: Mapping[str, Any]) -> tuple[Answer, Memory]:
    """Asks again with an example; after two tries leaves the fact open and names a person to ask."""
    memory = replace(turn.memory, misheard=turn.memory.misheard + 1)
    if memory.misheard <= MOST_TRIES:
        hint = question["example"] if memory.misheard == 1 and question["example"] else None
        lines = [phrase("interview.again"), hint or phrase("interview.where", where=question["where"])]
        return asking(question, lines, memory.topic), memory
    skipped = replace(memory, facts={**memory.facts, str(question["fact"]): UNKNOWN}, misheard=0)
    return await _judge(skipped, turn, noted=[phrase("interview.given_up", phone=settings().hotline_number)])


async def _stop(turn: Turn) -> tuple[Answer, Memory]:
    """The person has had enough: what can be said by now."""
    memory = turn.memory
    known = for_rules(memory.facts, await eligibility().facts(), turn.as_of)
    assessment = await eligibility().assess(str(memory.scheme), known, turn.as_of)
    item = await services().item(assessment["item_id"], turn.as_of)
    answer = settled(assessment, item, (), turn.as_of)
    return led_by(phrase("interview.stopped"), answer), replace(memory, asked=None, scheme=None, misheard=0)


@dataclass(frozen=True)
class _Assessed:
    """An assessment, the facts it could take, and what was wrong with the others."""

    assessment: Mapping[str, Any]
    facts: Mapping[str, Any]
    complaint: str | None


async def _judge(
    memory: Memory, turn: Turn, noted: Sequence[str] = (), first: bool = False, again: bool = False
) -> tuple[Answer, Memory]:
    """The next question, or the verdict.

    Args:
        first: the interview begins.
        again: the person asks how it stands.
    """
    found = await _assess(memory, turn)
    memory = replace(memory, facts=found.facts, topic=found.assessment["item_id"])
    question = found.assessment["next_question"]
    if question:
        before = [found.complaint] if found.complaint else list(noted)
        before += not_before(found.assessment, None if again else _told(turn))
        before += rules_about(found.assessment, turn.heard.normalized) if first else []
        before += so_far(found.assessment["outcome"])
        if question["told"] is not None and question["fact"] == turn.memory.asked_fact:
            before.append(phrase("interview.rough"))
        if first:
            before.append(phrase("interview.first"))
        return asking(question, before, memory.topic), replace(memory, asked=question)
    item = await services().item(found.assessment["item_id"], turn.as_of)
    also = await _also(memory, turn)
    answer = settled(found.assessment, item, also, turn.as_of)
    # The scheme is kept: "说错了，是三年" is judged anew.
    return answer, replace(memory, asked=None, misheard=0)


async def _assess(memory: Memory, turn: Turn) -> _Assessed:
    """Judges with all facts; where they contradict each other the newer word counts, and an impossible one is told."""
    catalogue, told = await eligibility().facts(), dict(memory.facts)
    complaint: str | None = None
    while True:
        try:
            known = for_rules(told, catalogue, turn.as_of)
            return _Assessed(await eligibility().assess(str(memory.scheme), known, turn.as_of), told, complaint)
        except NotFound:
            raise
        except BadInput as error:
            wrong = {field.field.removeprefix("facts.") for field in error.fields} & told.keys()
            if not wrong:
                raise ServiceDown(error.sentence) from error
            older = wrong - turn.heard.facts.keys()
            complaint = None if older else phrase("interview.wrong", reason=error.sentence)
            told = without(told, older or wrong)


async def _also(memory: Memory, turn: Turn) -> list[str]:
    """Names of up to three other schemes that the facts make likely."""
    known = for_rules(memory.facts, await eligibility().facts(), turn.as_of)
    try:
        results = (await eligibility().screen(known, turn.as_of))["results"]
    except BadInput:  # the rest of the answer stands without it
        return []
    likely = [one for one in results if one["likely"] and memory.topic not in (one["item_id"], one["scheme_id"])]
    return [_BRACKETS.sub("", one["name"]) for one in likely][:_MOST_ALSO]


def _noted(turn: Turn) -> list[str]:
    """What was heard, said back, so that a mishearing is seen at once."""
    facts = spoken_facts({name: value for name, value in turn.heard.facts.items() if value != UNKNOWN})
    if not facts:
        return []
    return [phrase("interview.noted", facts=fixed.said_back(facts))]


def _told(turn: Turn) -> set[str]:
    """The facts of this message, and those that follow from them."""
    return {*turn.heard.facts, *implied(turn.heard.facts, turn.as_of)}


def _last(turn: Turn, memory: Memory) -> str | None:
    return list(turn.heard.facts)[-1] if turn.heard.facts else memory.last_fact
