"""In: what the caller's utterances say about items. Out: the items meant now, the likeliest first. Pure.

Evidence decays with every utterance that names an item, not with "嗯" or a told fact: an interview of ten questions
leaves its item on top, a new demand takes the top at once, and the one before it stays below.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.channels.hotline.assist.mind import MOST_CLUES, Clue, Mind
from bot.dialogue.memory import Memory
from bot.dialogue.turn import LIKELY, POSSIBLE, SURE, Clarify, Tell, decide, in_context, trouble
from bot.messages import ITEM_ACTS, Understood

DECAY = 0.8
"""What is left of a clue after the next one."""
MOST_CARDS = 4
SHOWN = 0.12
"""Below this score a card is not worth a glance."""
_BY_TOPIC = 0.7
"""Strength of a question that names nothing and so is about what is being talked of."""
_OTHERS, _STATED, _BY_AGENT = 0.6, 0.6, 0.5
"""Shares: of items that may be meant as well, of an item a statement names, of what an agent names."""
_TROUBLES = {"wage_arrears_months": "labour.wage_arrears"}
"""Facts that are a trouble by themselves, whatever the words: months without wages."""
_STATEMENTS = frozenset({"inform", "affirm", "deny", "correct"})


@dataclass(frozen=True)
class Ranked:
    """An item that may be meant."""

    item_id: str
    """The item."""
    score: float
    """Recency times strength, 0–1."""
    act: str
    """What was asked about it last."""


def ranked(mind: Mind, pinned: Collection[str] = ()) -> list[Ranked]:
    """The items to show, at most MOST_CARDS and what is pinned besides; first what was asked last.

    >>> mind = Mind(clues=(Clue(0, {"a": 0.9}, "ask_cost"), Clue(1, {"b": 0.9}, "ask_place")))
    >>> [(one.item_id, one.score, one.act) for one in ranked(mind)]
    [('b', 0.9, 'ask_place'), ('a', 0.72, 'ask_cost')]
    """
    scores: dict[str, float] = {}
    acts: dict[str, str] = {}
    for age, clue in enumerate(reversed(mind.clues)):
        for item_id, strength in clue.items.items():
            scores[item_id] = max(scores.get(item_id, 0.0), strength * DECAY**age)
            if clue.act and clue.by == "caller":
                acts.setdefault(item_id, clue.act)
    for item_id in pinned:
        scores.setdefault(item_id, 0.0)
    found = [Ranked(name, round(score, 4), acts.get(name, "ask_overview")) for name, score in scores.items()]
    asked = _asked_last(mind)
    found.sort(key=lambda one: (one.item_id != asked, -one.score))
    likely = [one.item_id for one in found if one.score >= SHOWN][:MOST_CARDS]
    return [one for one in found if one.item_id in likely or one.item_id in pinned]


def _asked_last(mind: Mind) -> str | None:
    """What the caller's last clue asks for, where it is likely: on top, even of what was named more clearly before."""
    last = mind.clues[-1] if mind.clues else None
    if last is None or last.by != "caller" or last.act is None:
        return None
    best = max(last.items, key=lambda name: last.items[name])
    return best if last.items[best] >= LIKELY else None


def topic(mind: Mind) -> tuple[str | None, str | None]:
    """The item talked of now, and what was asked about it; None while that is not clear."""
    first = next(iter(ranked(mind)), None)
    return (first.item_id, first.act) if first and first.score >= SURE * _OTHERS else (None, None)


def clue_of(heard: Understood, mind: Mind, segment_id: int) -> Clue | None:
    """What a caller's utterance says about items; None when nothing."""
    about, act = topic(mind)
    memory = Memory(topic=about, act=act)
    if not heard.in_scope and heard.item_id is None:
        return None
    meaning = in_context(heard, memory)
    if meaning in ITEM_ACTS or meaning == "ask_on":
        return _asked(heard, memory, segment_id)
    if meaning == "find_place" and heard.item_id and heard.item_score >= SURE:
        return Clue(segment_id, {heard.item_id: heard.item_score}, "ask_place")
    if meaning not in _STATEMENTS:
        return None
    decision = trouble(heard, memory)
    if isinstance(decision, Tell):
        return Clue(segment_id, {decision.item_id: max(_BY_TOPIC, _score(heard, decision.item_id))}, decision.act)
    if isinstance(decision, Clarify):
        return Clue(segment_id, {one: max(POSSIBLE, _score(heard, one)) for one in decision.item_ids}, decision.act)
    if heard.item_id and heard.item_id != about and heard.item_score >= SURE:
        return Clue(segment_id, {heard.item_id: heard.item_score * _STATED})
    told = next((item_id for fact, item_id in _TROUBLES.items() if heard.facts.get(fact)), None)
    return Clue(segment_id, {told: _BY_TOPIC}, "report_problem") if told and about is None else None


def context_of(heard: Understood, segment_id: int) -> Clue | None:
    """What an agent's utterance says about items: weaker than the caller's word."""
    if heard.item_id is None or heard.item_score < SURE:
        return None
    return Clue(segment_id, {heard.item_id: heard.item_score * _BY_AGENT}, by="agent")


def confirmed(mind: Mind, segment_id: int) -> Clue | None:
    """The caller's "对" to an item the agent has just named."""
    last = mind.clues[-1] if mind.clues else None
    if last is None or last.by != "agent":
        return None
    return Clue(segment_id, {name: min(1.0, strength / _BY_AGENT) for name, strength in last.items.items()})


def with_clues(mind: Mind, fresh: Sequence[Clue]) -> Mind:
    """The mind after the clues of one utterance; those of a mended one stand where the old ones stood."""
    meant = [replace(clue, items=_rounded(clue, mind)) for clue in fresh]
    numbers = {clue.segment_id for clue in meant}
    others = [clue for clue in mind.clues if clue.segment_id not in numbers]
    clues = sorted([*others, *(clue for clue in meant if clue.items)], key=lambda one: one.segment_id)
    return replace(mind, clues=tuple(clues)[-MOST_CLUES:])


def _rounded(clue: Clue, mind: Mind) -> dict[str, float]:
    return {name: round(score, 4) for name, score in clue.items.items() if name not in mind.not_meant}


def without_utterance(mind: Mind, segment_id: int) -> Mind:
    """The mind before an utterance that has been mended: what it said of items is heard anew."""
    return replace(
        mind,
        clues=tuple(clue for clue in mind.clues if clue.segment_id != segment_id),
        demands=tuple(demand for demand in mind.demands if demand.segment_id != segment_id),
    )


def without_item(mind: Mind, item_id: str) -> Mind:
    """The mind after the agent called a card wrong."""
    clues = (replace(clue, items=_less(clue.items, item_id)) for clue in mind.clues)
    return replace(
        mind,
        clues=tuple(clue for clue in clues if clue.items),
        not_meant=(*mind.not_meant, item_id)[-MOST_CLUES:],
        demands=tuple(demand for demand in mind.demands if demand.item_id != item_id),
    )


def _asked(heard: Understood, memory: Memory, segment_id: int) -> Clue | None:
    decision = decide(heard, memory)
    if isinstance(decision, Tell):
        others = {one.item_id: one.score * _OTHERS for one in heard.alternatives if one.score >= POSSIBLE}
        sure = _score(heard, decision.item_id)
        strength = max(sure, _BY_TOPIC) if decision.item_id == memory.topic else sure
        return Clue(segment_id, {**others, decision.item_id: strength}, decision.act)
    if isinstance(decision, Clarify):
        return Clue(segment_id, {one: _score(heard, one) for one in decision.item_ids}, decision.act)
    return None


def _score(heard: Understood, item_id: str) -> float:
    if item_id == heard.item_id:
        return heard.item_score
    return next((one.score for one in heard.alternatives if one.item_id == item_id), 0.0)


def _less(items: Mapping[str, float], item_id: str) -> dict[str, float]:
    return {name: score for name, score in items.items() if name != item_id}
