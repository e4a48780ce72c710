"""In: one understood sentence and what the conversation remembers. Out: what to do about it, as data.

Topic carry-over, clarification and its answer, and "not understood" are decided here and nowhere else, purely,
for the dialogue engine and for the degraded mode alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.choices import Pick, pick
from bot.dialogue.memory import Memory
from bot.messages import ITEM_ACTS, ItemScore, Understood

SURE = 0.55
"""From this calibrated probability on an item is answered without asking back."""
POSSIBLE = 0.12
"""Below this probability an item is not even offered as a choice."""
CLOSE = 0.6
"""A second item with at least this share of the first one's probability makes the two "close"."""
STAY = 0.25
"""The item talked about keeps the floor when it has at least this share of the best one's probability."""
MOST_CHOICES = 4


@dataclass(frozen=True)
class Tell:
    """Answer this part of this item."""

    item_id: str
    """The item."""
    act: str
    """Which part, an act about an item."""
    rest: bool = False
    """True for the lines the last answer did not show."""


@dataclass(frozen=True)
class Clarify:
    """Ask which of these is meant."""

    item_ids: tuple[str, ...]
    """Two to four items, most probable first."""
    act: str
    """What to answer once the choice is made."""


@dataclass(frozen=True)
class Lost:
    """Nothing in the inventory fits: say so and give the hotline number."""


Decision = Tell | Clarify | Lost


def decide(heard: Understood, memory: Memory, names: Mapping[str, Sequence[str]]) -> Decision:
    """What to do about a sentence that is about an item.

    Args:
        heard: the sentence.
        memory: the conversation so far.
        names: names of the items on offer, for an answer to a clarification.
    """
    if memory.choices:
        chosen = pick(heard.normalized, memory.choices, names)
        if isinstance(chosen, str):
            return Tell(chosen, memory.open_act or "ask_overview")
        if chosen is Pick.NONE_OF_THEM:
            return Lost()
    act = heard.act if heard.act in ITEM_ACTS else (memory.act or "ask_overview")
    candidates = _candidates(heard)
    if memory.topic and _stays(memory.topic, candidates):
        return Tell(memory.topic, act)
    if not candidates:
        return Lost()
    best = candidates[0]
    close = [c for c in candidates[1:] if c.score >= CLOSE * best.score]
    if best.score >= SURE and not (close and close[0].score >= SURE * CLOSE):
        return Tell(best.item_id, act)
    if not close and best.score >= 2 * POSSIBLE:
        return Tell(best.item_id, act)
    offered = [c.item_id for c in candidates[:MOST_CHOICES]]
    return Clarify(tuple(offered), act) if len(offered) > 1 else Tell(best.item_id, act)


def _candidates(heard: Understood) -> list[ItemScore]:
    found = list(heard.alternatives)
    if heard.item_id:
        found.insert(0, ItemScore(heard.item_id, heard.item_score))
    found.sort(key=lambda c: -c.score)
    return [c for c in found if c.score >= POSSIBLE]


def _stays(topic: str, candidates: list[ItemScore]) -> bool:
    """Whether the talk is still about the topic: nothing else was named, or the topic is among what was."""
    if not candidates:
        return True
    score = next((c.score for c in candidates if c.item_id == topic), 0.0)
    return score >= STAY * candidates[0].score
