"""In: answered cases, a person's next message. Out: the question 办成了吗?, asked once, and its answer in the case.

It never comes into an interview: there “还没去” may answer another question. Without Redis nobody knows what was said
last; then only those answers count that come with the case's number (POST /api/v1/cases/{number}/outcome).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.answers import fixed
from bot.answers.phrases import phrase
from bot.clock import now
from bot.dialogue.engine import Turned
from bot.errors import BadInput, Conflict, Unavailable
from bot.messages import Channel, Understood
from services.cases.followups import FollowUps
from services.cases.models import OUTCOME_NAMES, Outcome

log = structlog.get_logger(__name__)

EVERY_S = 10.0
"""Whom to ask is looked up this often."""
_SAID: dict[Outcome, re.Pattern[str]] = {
    "solved": re.compile(r"(?:都|已经)?(?:办成|办好|解决|搞定|弄好)了?|成了"),
    "unsolved": re.compile(r"(?:还是|还)?没有?(?:办成|办好|解决|搞定|弄好|成)|办不成|不行"),
    "not_yet": re.compile(r"(?:我?还)?没有?(?:去|办)(?:过)?(?:呢)?|过几天(?:再)?去"),
}
_POLITE = re.compile(r"[\s，。！!,.~]|谢谢你?")
_OPEN_TALK = ("greet", "thanks", "goodbye")


class OutcomeTalk:
    """Asks people who left a case in a conversation.

    Args:
        follow_ups: whom to ask; its calls block.
    """

    def __init__(self, follow_ups: FollowUps) -> None:
        self._follow_ups = follow_ups
        self._asked: dict[str, str] = {}
        self._to_ask: dict[str, str] = {}
        self._next: datetime | None = None

    async def look(self) -> None:
        """Learns whom to ask; cheap to call often. Raises Unavailable."""
        at = now()
        if self._next is not None and (self._next - at).total_seconds() > 0:
            return
        self._next = at.fromtimestamp(at.timestamp() + EVERY_S, at.tzinfo)
        found = await asyncio.to_thread(self._follow_ups.pending, at)
        self._to_ask = {one.conversation_id: one.number for one in reversed(found) if one.asked_at is None}
        self._asked = {one.conversation_id: one.number for one in reversed(found) if one.asked_at is not None}

    async def heard(self, conversation_id: str, text: str, said: Sequence[tuple[str, str]]) -> Turned | None:
        """The thanks, when this is the answer to our question; None: a message like any other.

        Args:
            conversation_id: whose.
            text: what was written.
            said: the last lines of the conversation.
        """
        number, outcome = self._asked.get(conversation_id), outcome_of(text)
        last = next((words for who, words in reversed(said) if who == "machine"), "")
        if number is None or outcome is None or phrase("follow_up.ask", number=number) not in last:
            return None
        try:
            await asyncio.to_thread(self._follow_ups.said, number, outcome)
        except (BadInput, Conflict) as error:  # staff took it up again meanwhile
            log.info("outcome_too_late", reason=error.sentence)
            return None
        except Unavailable as error:
            log.error("outcome_not_kept", reason=error.sentence)
            return None
        self._asked.pop(conversation_id, None)
        return Turned(Understood(text, text, "inform", 1.0), (fixed.say(f"follow_up.{outcome}"),))

    async def ask(self, conversation_id: str, channel: Channel, turned: Turned) -> Turned:
        """The answers, and below them our question when it is time for it and nothing else is open."""
        number = self._to_ask.get(conversation_id)
        if number is None or channel == "hotline" or not _free(turned):
            return turned
        try:
            mine = await asyncio.to_thread(self._follow_ups.ask, number, now())
        except Unavailable as error:
            log.error("outcome_not_asked", reason=error.sentence)
            return turned
        self._to_ask.pop(conversation_id, None)
        if not mine:
            return turned
        self._asked[conversation_id] = number
        question = fixed.say("follow_up.ask", tuple(OUTCOME_NAMES.values()), number=number)
        # their own taps would stand between ours: one question at a time
        return replace(turned, answers=(*(replace(one, quick_replies=()) for one in turned.answers), question))


def outcome_of(text: str) -> Outcome | None:
    """What a whole sentence says about it; None: nothing.

    >>> [outcome_of(text) for text in ("办成了，谢谢", "还是没办成", "还没去呢", "办成了要多久")]
    ['solved', 'unsolved', 'not_yet', None]
    """
    plain = _POLITE.sub("", text)
    return next((outcome for outcome, words in _SAID.items() if words.fullmatch(plain)), None)


def _free(turned: Turned) -> bool:
    """Whether nothing waits for the person's answer: no interview, no choice between items, no danger."""
    if turned.heard.alert or turned.heard.act == "request_human":
        return False
    if any(phrase("interview.unknown") in answer.quick_replies for answer in turned.answers):
        return False
    return turned.heard.act in _OPEN_TALK or any(answer.item_id for answer in turned.answers)
