"""In: a line of a call and what is remembered of it. Out: the mind after it, and the assist message for the screens.

What costs is done here, off the event loop: understanding in batches together with all other channels, rules through
the eligibility client. What is decided stands in assist/, purely.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

import structlog
from rapidfuzz import fuzz

from bot.channels.ahead import Ahead
from bot.channels.hotline.assist import eligibility, facts, listening, ranking, saying, warnings
from bot.channels.hotline.assist.contradiction import contradicted
from bot.channels.hotline.assist.mind import Mind
from bot.channels.hotline.assist.ranking import Ranked
from bot.channels.hotline.transcript import Line
from bot.clock import today
from bot.dialogue.interview import for_rules
from bot.errors import BadInput, ServiceDown
from bot.messages import Channel, Understood
from services.clients import EligibilityClient

log = structlog.get_logger(__name__)

Data = Mapping[str, Any]
_REMEMBERED = 512
_SPOKEN_LIKE, _SPOKEN_LEAST = 75, 12
"""How alike an agent's words and a card's line are, of 100, and how many characters it takes to tell."""


class Understanding(Protocol):
    """What is used of station 2."""

    def understand(
        self,
        text: str,
        channel: Channel = "web",
        today: date | None = None,
        asked: str | None = None,
        topic: str | None = None,
    ) -> Understood:
        """What a sentence says."""  # fmt: skip

    def by_sound(self, text: str) -> str:
        """The words that a recogniser's text sounds like."""


class Assistant:
    """Assists agents. One object serves all calls.

    Args:
        understanding: the understander in force; raises Unavailable while it loads.
        ahead: does the costly part for several sentences at once.
        item: an item in force on a day; None when there is none.
        rules: the eligibility client; called in the event loop.
        read: facts in a sentence, for an agent's question turned into its answer.
    """

    def __init__(
        self,
        understanding: Callable[[], Understanding],
        ahead: Ahead,
        item: Callable[[str, date], Data | None],
        rules: Callable[[], EligibilityClient],
        read: Callable[[str, date], Data],
    ) -> None:
        self._understanding, self._ahead, self._item, self._rules = understanding, ahead, item, rules
        self._read = read
        self._assessed: OrderedDict[str, Data | None] = OrderedDict()

    async def hear(self, mind: Mind, line: Line) -> Mind:
        """The mind after one final line.

        Raises:
            Unavailable: the understanding is still loading.
        """
        if line.speaker == "agent":
            return await self._overhear(mind, line)
        needed = listening.wanted(mind, line)
        return listening.heard(mind, line, needed, await self._understood(needed))

    async def _overhear(self, mind: Mind, line: Line) -> Mind:
        readings = await self._understood(listening.Wanted((line.text,), None, ranking.topic(mind)[0]))
        return await asyncio.to_thread(self._agent_said, mind, line, readings[0])

    def _agent_said(self, mind: Mind, line: Line, understood: Understood) -> Mind:
        day = today()
        mind = listening.overheard(mind, line, understood, lambda text: self._read(text, day))
        about, _ = ranking.topic(mind)
        item = self._item(about, day) if about else None
        if item is None:
            return mind
        known = {float(one.value) for one in mind.facts.values() if isinstance(one.value, int | float)}
        wrong = contradicted(understood.normalized, item, known, line.id)
        return warnings.with_warnings(mind, [wrong] if wrong else [])

    async def _understood(self, needed: listening.Wanted) -> list[Understood]:
        ear = self._understanding()
        await asyncio.gather(*(self._ahead.ready(ear.by_sound(text)) for text in needed.texts))
        return await asyncio.to_thread(self._finish, needed)

    def _finish(self, needed: listening.Wanted) -> list[Understood]:
        ear, day = self._understanding(), today()
        return [ear.understand(text, "hotline", day, needed.asked, needed.topic) for text in needed.texts]

    async def advise(self, mind: Mind, pinned: Sequence[str] = ()) -> tuple[Mind, dict[str, Any]]:
        """The assist message (without revision, time and marks), and the mind that knows which questions it shows."""
        day, found = today(), ranking.ranked(mind, pinned)
        judged = await self._judge(found, facts.values(mind), day)
        message = await asyncio.to_thread(self._message, mind, found, judged, day)
        open_ones = (one["next_question"] for one in message["eligibility"] if one["next_question"])
        return replace(mind, offered={one["fact"]: one["text"] for one in open_ones}), message

    def _message(self, mind: Mind, found: Sequence[Ranked], judged: Mapping[str, Data], day: date) -> dict[str, Any]:
        cards, items = [], []
        for one in found:
            item = self._item(one.item_id, day)
            if item is None:  # withdrawn since it was linked
                continue
            assessment = judged.get(one.item_id)
            answer = saying.answer_of(item, one.act, day, assessment)
            cards.append(saying.card(item, answer, saying.line_to_say(answer, assessment, one.act), one.score, one.act))
            items.append(item)
        schemes = {assessment["scheme_id"]: eligibility.shown(assessment) for assessment in judged.values()}
        return {
            "type": "assist",
            "items": cards,
            "facts": facts.values(mind),
            "heard": facts.shown(mind),
            "eligibility": list(schemes.values()),
            "warnings": [vars(one) for one in mind.warnings],
            "checklist": saying.checklist(items[0], day) if items else None,
        }

    async def _judge(self, found: Sequence[Ranked], known: Mapping[str, Any], day: date) -> dict[str, Data]:
        """Item → assessment, of the first items whose scheme is in play."""
        judged: dict[str, Data] = {}
        try:
            for one in found[: eligibility.MOST_SCHEMES]:
                scheme = await self._rules().scheme_of(one.item_id)
                if scheme is None or not eligibility.in_play(one, scheme, known):
                    continue
                assessment = await self._assess(str(scheme["id"]), known, day)
                if assessment is not None:
                    judged[one.item_id] = assessment
        except ServiceDown as error:
            log.warning("assist_without_rules", reason=error.sentence)
        return judged

    async def _assess(self, scheme_id: str, known: Mapping[str, Any], day: date) -> Data | None:
        """The assessment; None where facts contradict each other: the agent sees both and asks."""
        told = for_rules(known, await self._rules().facts(), day)
        key = repr((scheme_id, day, sorted(told.items(), key=lambda pair: pair[0])))
        if key not in self._assessed:
            try:
                self._assessed[key] = await self._rules().assess(scheme_id, told, day)
            except ServiceDown:
                raise
            except BadInput:
                self._assessed[key] = None
            while len(self._assessed) > _REMEMBERED:
                self._assessed.popitem(last=False)
        return self._assessed[key]


def spoken_cards(assist: Data | None, words: str) -> list[Data]:
    """The cards whose line an agent has just said, in much the same words."""
    if assist is None or len(words) < _SPOKEN_LEAST:
        return []
    return [card for card in assist["items"] if _says(card["say"], words)]


def _says(line: str, words: str) -> bool:
    """Whether the beginning of a line, up to the length of the words, was said."""
    return len(line) >= _SPOKEN_LEAST and fuzz.partial_ratio(words, line) >= _SPOKEN_LIKE
