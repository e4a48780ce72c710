"""In: an utterance as it was understood. Out: the mind after it. Pure; what it needs understood, it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.hotline.assist import breath, facts, ranking, warnings
from bot.channels.hotline.assist.asked import asked_fact, is_question
from bot.channels.hotline.assist.mind import MOST_DEMANDS, MOST_RECENT, Clue, Demand, Mind, Warned
from bot.channels.hotline.transcript import Line
from bot.dialogue.turn import LIKELY, POSSIBLE, SURE, takes_back
from bot.messages import ITEM_ACTS, Understood

PAUSE_MS = 2_500
"""Two utterances of a caller with a shorter pause between them may be one sentence that a recogniser cut."""
_STAYS_OPEN = 2
"""Caller utterances an agent's question waits for its answer."""
_SHORT = 10
"""An utterance of so few characters may be the end of the one before."""
_STATED = 0.9
"""From this probability on a sentence states something: it is not half of the question after it."""
_REMEMBERED = 60
"""Characters of an agent's question."""
_HOW = re.compile(r"怎么|怎样|如何|能不能|可不可以|要不要|该不该|行不行|为啥|干嘛")


@dataclass(frozen=True)
class Wanted:
    """What must be understood of a caller's utterance."""

    texts: tuple[str, ...]
    """The utterance; joined to the one before, where that may be one sentence; its parts, where it asks two things."""
    asked: str | None
    """The fact it may answer."""
    topic: str | None
    """The item talked of."""


def wanted(mind: Mind, line: Line) -> Wanted:
    """What to have understood of a line before `heard`."""
    text = breath.corrected(breath.kept(line.text))
    joined = (mind.last[0] + text,) if _may_go_on(mind, line) and mind.last else ()
    return Wanted((text, *joined, *breath.parts(text)), mind.asked or _told_before(mind, line), ranking.topic(mind)[0])


def _told_before(mind: Mind, line: Line) -> str | None:
    """The fact that "不对，是十个月" takes back, or that the mended utterance told."""
    told = [one for one in mind.facts.values() if one.segment_id == line.id or not line.revised]
    last = max(told, key=lambda one: one.segment_id, default=None)
    again = line.revised or takes_back(line.text) or breath.corrects(line.text)
    return last.fact if last is not None and again else None


def _may_go_on(mind: Mind, line: Line) -> bool:
    if mind.last is None or mind.last[1] == line.id:
        return False
    near = -PAUSE_MS <= line.begin_ms - mind.last[2] <= PAUSE_MS
    return near and (mind.last[3] or len(line.text) <= _SHORT)


def heard(mind: Mind, line: Line, needed: Wanted, understood: Sequence[Understood]) -> Mind:
    """The mind after a caller's utterance.

    Args:
        needed: of `wanted`.
        understood: for each text of it.
    """
    understood = [replace(one, alert=warnings.alert_in(one)) for one in understood]
    whole = len(understood) - len(breath.parts(needed.texts[0]))
    alone, joined, asks = understood[0], understood[1] if whole > 1 else None, understood[whole:]
    mind = ranking.without_utterance(facts.unheard(mind, line.id), line.id) if line.revised else mind
    best, words = _better(alone, joined, mind, line)
    clues = _clues(best, asks if best is alone else (), mind, line)
    mind = ranking.with_clues(mind, clues)
    for clue in clues:
        mind = _with_demand(mind, clue, words, line)
    mind = facts.told(mind, alone.facts, line.text, line)
    if joined is not None:  # "我社保交了" "八个月": told by the two halves only
        mind = facts.told(mind, _without(joined.facts, alone.facts), joined.text, line)
    mind = warnings.with_warnings(mind, _warned(alone, joined, mind, line))
    answered = mind.asked is not None and mind.asked in alone.facts
    waits = 0 if answered else max(0, mind.asked_for - 1)
    return replace(
        mind,
        asked=mind.asked if waits else None,
        asked_for=waits,
        questioned="",
        last=(best.text[-200:], line.id, line.end_ms, _says_little(best)),
        recent=(*mind.recent, line.text)[-MOST_RECENT:],
    )


def _clues(best: Understood, asks: Sequence[Understood], mind: Mind, line: Line) -> list[Clue]:
    """What an utterance says about items: one clue, or one for each thing it asks."""
    if len({one.item_id for one in asks if _names(one)}) > 1:
        found = [ranking.clue_of(one, mind, line.id) for one in asks if _names(one)]
    elif _answers(best, mind):
        found = []
    else:
        found = [ranking.clue_of(best, mind, line.id)]
    if not any(found) and best.act == "affirm" and not best.facts:
        found = [ranking.confirmed(mind, line.id)]
    return [clue for clue in found if clue is not None]


def _names(reading: Understood) -> bool:
    return reading.item_id is not None and reading.item_score >= SURE


def _answers(reading: Understood, mind: Mind) -> bool:
    """Whether it answers what the agent has just asked ("两年"): it asks nothing and names no item."""
    if not mind.questioned or _names(reading) or reading.act == "report_problem":
        return False
    return not is_question(reading.normalized) and not _HOW.search(reading.normalized)


def _warned(alone: Understood, joined: Understood | None, mind: Mind, line: Line) -> list[Warned]:
    found = warnings.heard_in(alone, mind, line.id)
    return found if joined is None else [*found, *warnings.heard_in(joined, mind, line.id, sure_only=True)]


def overheard(mind: Mind, line: Line, understood: Understood, read: Callable[[str], Mapping[str, Any]]) -> Mind:
    """The mind after an agent's utterance: context, and what was asked. Never a fact.

    Args:
        read: facts in a sentence of a caller.
    """
    fact = asked_fact(understood.normalized, mind.offered, read)
    if fact is not None:
        mind = replace(mind, asked=fact, asked_for=_STAYS_OPEN)
    questioned = understood.normalized[-_REMEMBERED:] if is_question(understood.normalized) else ""
    mind, context = replace(mind, last=None, questioned=questioned), ranking.context_of(understood, line.id)
    return ranking.with_clues(mind, [context] if context else [])


def _better(alone: Understood, joined: Understood | None, mind: Mind, line: Line) -> tuple[Understood, str]:
    """Which reading to go by: the two halves together only where they say more than the second one alone."""
    if joined is None or mind.last is None or not mind.last[3]:
        return alone, line.text
    more = joined.item_score > max(alone.item_score, LIKELY) or (alone.item_id is None and joined.item_id is not None)
    return (joined, joined.text) if more else (alone, line.text)


def _without(joined: Mapping[str, Any], alone: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in joined.items() if name not in alone}


def _says_little(reading: Understood) -> bool:
    """Whether it may be half a sentence: it tells no fact, names no item, and is no statement for its own sake."""
    if reading.facts or (reading.item_id is not None and reading.item_score >= LIKELY):
        return False
    hinted = max((one.score for one in reading.alternatives), default=0.0)
    return not (reading.act == "inform" and reading.act_confidence >= _STATED and hinted < POSSIBLE / 2)


def _with_demand(mind: Mind, clue: Clue, words: str, line: Line) -> Mind:
    """The mind with what is asked for, each item and act once; a surer wording takes the place of a vague one."""
    item_id = max(clue.items, key=lambda name: clue.items[name])
    act, strength = clue.act or "ask_overview", clue.items[item_id]
    if act not in ITEM_ACTS or strength < LIKELY or item_id in mind.not_meant:
        return mind
    demand = Demand(item_id, act, words[:200], line.id, line.begin_ms, line.end_ms, strength)
    if any((one.item_id, one.act) == (item_id, act) for one in mind.demands):
        return mind
    return replace(mind, demands=(*mind.demands, demand)[-MOST_DEMANDS:])
