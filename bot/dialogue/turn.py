"""In: one understood sentence and what the conversation remembers. Out: what to do about it, as data.

Topic carry-over, clarification and its answer, and "not understood" are decided here and nowhere else, purely,
for the dialogue engine and for the degraded mode alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.dialogue import interview
from bot.dialogue.choices import Pick, pick, wants_more
from bot.dialogue.ellipsis import moves_on
from bot.dialogue.memory import Memory
from bot.messages import ITEM_ACTS, ItemScore, Understood
from bot.understanding.danger import spoken_alert

SURE = 0.55
"""From this calibrated probability on an item is answered without asking back."""
LIKELY, RIVAL = 0.4, 0.35
"""From the first on an item is answered unless another has at least this share of its probability."""
POSSIBLE = 0.08
"""Below this probability an item is not even offered as a choice."""
CLOSE = 0.6
"""A second item with at least this share of the first one's probability makes the two "close"."""
STAY = 0.25
"""The item talked about keeps the floor when it has at least this share of the best one's probability."""
MOST_CHOICES = 4
_TAKES_BACK = re.compile(
    r"\s*(?:哎|诶|啊|等下|等等)?[,，\s]*(?:不对|不是|说错|讲错|打错|写错|错了|更正|弄错|搞错|应该是)"
)
_FOLLOWS = re.compile(r"(?:那|那么|还有|然后|另外)(?!个|边|里|儿)")
_SHORT, _FOLLOWING = 5, 0.65
"""A sentence of so few characters, or one that begins with "那…", leaves the topic only for an item this probable."""
_OF_ITSELF, _CLEARLY = (
    re.compile(
        r"[,，。](?:那|这样|这种|这|还|也|我|他|她|娃|孩子)*(?:得行|行|中|可以|能行|够|要紧|有事|有影响|影响|作数|算数|算|能办|能申请)"
        r"(?:不(?:得行|行|中|可以|够|要紧|影响|作数|算数|算|能办|能申请)?|吗|么|没|嘛|伐|啵|呗)?[。?!啊呀嘞撒哦]*$"
    ),
    0.9,
)
"""A question without an object ("社保断断续续交的，得行不") is about what is being talked of, unless its words name
another item this clearly."""
_HARDLY, _PERHAPS = 0.45, 0.15
"""Below the first an act is a guess; from the second on another act may have been meant."""
_HINT = 0.05
"""Summed probability of all items from which on a statement hints at one."""
_STATEMENTS = frozenset({"inform", "affirm", "deny", "correct"})
_QUESTION = re.compile(r"(?:[吗呢么嘛不没?]|对不对|是不是|行不行|真的假的)[。!啊呀]*$")
"""How a sentence ends that asks on, though its words state something: "网上说打七折,对不对"."""


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


def takes_back(text: str) -> bool:
    """Whether a sentence begins by taking back what was said before it."""
    return bool(_TAKES_BACK.match(text))


def in_context(heard: Understood, memory: Memory) -> str:
    """The sentence's act, or what it is in its conversation: "danger", "choose", "ask_more", "ask_on", or what it is
    to an open question of an interview."""
    if heard.alert and not _tells_of_an_injury(heard, memory):
        return "danger"
    if memory.choices and _choice(heard, memory) is not Pick.NOT_AN_ANSWER:
        return "choose"
    if interview.supposes(heard, memory):
        return interview.WHAT_IF
    if memory.more and wants_more(heard.normalized):  # also of an answer given while a question of ours is open
        return "ask_more"
    if said := interview.meaning(heard, memory):
        return said
    placed = any(entity.type == "place" for entity in heard.entities)
    if memory.looking_for and placed and heard.act in _STATEMENTS:
        return "find_place"
    if memory.topic and heard.act in _STATEMENTS and not heard.facts and heard.item_id not in (None, memory.topic):
        return "ask_on"  # "我问的不是居住证，是居住登记"
    if memory.topic and heard.act in _STATEMENTS and not heard.facts and _QUESTION.search(heard.normalized):
        return "ask_on"
    if memory.topic and heard.act not in ITEM_ACTS and heard.act_confidence < _HARDLY and _item_act(heard):
        return "ask_on"
    return heard.act


def _tells_of_an_injury(heard: Understood, memory: Memory) -> bool:
    """Whether a sentence about an injury is told while claims for one are talked of, without a cry for help."""
    about = memory.topic is not None and memory.topic.startswith("labour.work_injury")
    return about and heard.alert == "serious_injury" and spoken_alert(heard.normalized) is None


def trouble(heard: Understood, memory: Memory) -> Decision:
    """What a statement at the start of a talk asks for without saying so: "厂里三个月没发工资了".

    Later in a talk a statement is a fact about its topic, and nothing is asked: Lost.
    """
    act = _item_act(heard)
    if memory.topic or act is None:
        return Lost()
    guesses = sorted(heard.alternatives, key=lambda c: -c.score)
    if heard.item_id:
        guesses.insert(0, ItemScore(heard.item_id, heard.item_score))
    total = sum(c.score for c in guesses)
    if total < _HINT:
        return Lost()
    # Of what it may be about if it is about anything: "no item" is left out of the reckoning.
    shares = [ItemScore(c.item_id, c.score / total) for c in guesses]
    return _among([c for c in shares if c.score >= POSSIBLE], act)


def decide(heard: Understood, memory: Memory) -> Decision:
    """What to do about a sentence that is about an item, or that answers our question which one."""
    meaning = in_context(heard, memory)
    if meaning == "ask_more" and memory.topic:
        return Tell(memory.topic, memory.act or "ask_overview", rest=True)
    if meaning == "choose":
        chosen = _choice(heard, memory)
        return Tell(chosen, memory.open_act or "ask_overview") if isinstance(chosen, str) else Lost()
    act = _item_act(heard) or memory.act or "ask_overview"
    candidates = _candidates(heard)
    if moves_on(heard):  # "那居住登记呢": whatever is meant, it is not what was talked of
        candidates = [c for c in candidates if c.item_id != memory.topic]
    elif memory.topic and _stays(memory.topic, heard, candidates):
        return Tell(memory.topic, act)
    return _among(candidates, act)


def _item_act(heard: Understood) -> str | None:
    """The most probable act about an item, when it is probable at all."""
    if heard.act in ITEM_ACTS:
        return heard.act
    return next((act for act, chance in heard.acts if act in ITEM_ACTS and chance >= _PERHAPS), None)


def _among(candidates: list[ItemScore], act: str) -> Decision:
    """One item when it is clear, a question back when several are close."""
    if not candidates:
        return Lost()
    best = candidates[0]
    close = [c for c in candidates[1:] if c.score >= CLOSE * best.score]
    sure = best.score >= SURE and not (close and close[0].score >= SURE * CLOSE)
    unrivalled = best.score >= LIKELY and all(c.score < RIVAL * best.score for c in candidates[1:])
    if sure or unrivalled or len(candidates) == 1:
        return Tell(best.item_id, act)
    return Clarify(tuple(c.item_id for c in candidates[:MOST_CHOICES]), act)


def _choice(heard: Understood, memory: Memory) -> str | Pick:
    """The offered item that is meant: by place, by name, or by what the sentence is about."""
    named = pick(heard.normalized, memory.choices)
    if named is not Pick.NOT_AN_ANSWER or heard.act not in _STATEMENTS:
        return named
    scores = {c.item_id: c.score for c in heard.alternatives if c.item_id in memory.choices}
    if heard.item_id and heard.item_id in memory.choices:
        scores[heard.item_id] = heard.item_score
    best = max(scores, key=lambda item_id: scores[item_id], default=None)
    if best is None or scores[best] < POSSIBLE:
        return Pick.NOT_AN_ANSWER
    others = [score for item_id, score in scores.items() if item_id != best]
    return Pick.NOT_AN_ANSWER if any(score > CLOSE * scores[best] for score in others) else best


def _candidates(heard: Understood) -> list[ItemScore]:
    found = list(heard.alternatives)
    if heard.item_id:
        found.insert(0, ItemScore(heard.item_id, heard.item_score))
    found.sort(key=lambda c: -c.score)
    return [c for c in found if c.score >= POSSIBLE]


def _stays(topic: str, heard: Understood, candidates: list[ItemScore]) -> bool:
    """Whether the talk is still about the topic: nothing else was named, or the topic is among what was."""
    if not candidates:
        return True
    if heard.item_id is None:
        # No item is the likeliest reading; a statement is not linked at all, so there its best guess may count.
        return heard.act in ITEM_ACTS or candidates[0].score < 2 * POSSIBLE
    following = _FOLLOWS.match(heard.normalized) or len(heard.normalized) <= _SHORT
    leaves = _CLEARLY if _OF_ITSELF.search(heard.normalized) else _FOLLOWING if following else SURE
    if candidates[0].score < leaves:
        # In the middle of a talk an unclear sentence is about what is being talked of: a new subject gets named.
        return True
    score = next((c.score for c in candidates if c.item_id == topic), 0.0)
    return score >= STAY * candidates[0].score
