"""In: a sentence while a question of ours is open. Out: whether it answers, asks about the question, ends the
interview, or is about something else (then the question is asked again afterwards).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from math import floor
from typing import Any

from bot.dialogue.choices import wants_more
from bot.dialogue.memory import Memory
from bot.messages import ITEM_ACTS, Understood
from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.facts.implied import implied

ANSWER, ABOUT, STOP, WHAT_IF = "answer_question", "about_question", "stop_asking", "what_if"
"""What the sentence is, as intents of the domain."""
MOST_TRIES = 2
"""So often a question is asked again with an example; then it is left open and a person named."""
_STATEMENTS = frozenset({"inform", "affirm", "deny", "correct"})
_ABOUT_VERDICT = _STATEMENTS | {"check_eligibility", "ask_amount", "ask_conditions", "out_of_scope"}
"""Acts of a sentence that may go on from a verdict."""
_WHY = re.compile(
    r"为(?:什么|啥|何).{0,6}(?:问|要知道|要这个)|问(?:这个|这|那个)(?:干|做)(?:嘛|啥|什么)|(?:干嘛|凭什么|干啥)问|有什么用|问它干"
)
_WHERE = re.compile(
    r"(?:在|去|到|上)?(?:哪|哪里|哪儿|哪个地方)(?:能|可以|可|才能)?(?:查|看|看到|查到|找到)|(?:怎么|咋|如何)(?:查|看|晓得|知道)"
)
_ENOUGH = "算了|不问了|别问了|不说了|不答了|不想(?:说|答|问)了?|停|停止|退出|先这样|到此为止|不查了|不用了"
_STOP = re.compile(rf"^(?:[,，。\s]*(?:{_ENOUGH})(?:吧|啦|了|啊)?)+[。.!！]*$")
_AGAIN = re.compile(
    r"(?:什么时候|啥时候|几时|哪天|多久|几月)[^,，。]{0,4}(?:够|行|能|可以|满)|等到?(?:几月|什么时候|啥时候|哪天)|差多少|还差|差几"
)
_OWN = re.compile(r"(?<!怎么)(?<!咋)(?<!咋个)(?<!怎样)(?<!如何)算|我|俺|咱|能(?:拿|领|得|积|有)")
_ASKS = re.compile(r"[吗么?？]|多少|几个|怎么|咋|哪|什么|啥|为什么|能不能|是不是|有没有|要不要|可以不")
_PLACED = re.compile(r"(?:我?(?:选|要|是))?(第)?([1-9一二三四五六七八九])(?:个|项|种|条)?(?:吧|啊|的)?[。.!！]?")
_PLACES = "一二三四五六七八九"
_SHORT, _UNSURE, _PERHAPS, _ELSEWHERE = 8, 0.6, 0.25, 0.9


def meaning(heard: Understood, memory: Memory) -> str | None:
    """What a sentence is to the open question; None when it is about something else.

    A sentence that holds the fact asked for, or that tells facts and asks nothing, is an answer, whatever else the
    classifiers make of it.
    """
    asked = memory.asked_fact
    if asked is None:
        return None
    text = heard.normalized
    if _STOP.match(text):
        return STOP
    if _WHY.search(text) or (_WHERE.search(text) and len(text) <= _SHORT + 2):
        return ABOUT
    if wants_more(text) or by_place(text, memory.asked or {}):
        return ANSWER
    if asked not in heard.facts and _asks_elsewhere(heard, memory):
        return None
    if asked in heard.facts or ((heard.facts or heard.act in _STATEMENTS) and not _ASKS.search(text)):
        return ANSWER
    # A scrap the classifiers make nothing of is a try at an answer; a question is a question.
    scrap = len(text) <= _SHORT and not _ASKS.search(text) and heard.act in (*ITEM_ACTS, "out_of_scope")
    return ANSWER if scrap and (heard.act_confidence < _UNSURE or heard.act == "out_of_scope") else None


def _asks_elsewhere(heard: Understood, memory: Memory) -> bool:
    """Whether it clearly asks for something else, facts or not: "公积金总能取吧，我上个月刚离职"."""
    surely = heard.act in ITEM_ACTS and heard.act_confidence >= _UNSURE and heard.item_score >= _ELSEWHERE
    return surely and heard.item_id not in (None, memory.topic, memory.scheme)


def by_place(text: str, question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer a person names by its place among those offered: "第二个"; empty when the sentence is no such thing.

    A bare "2" counts only where one of several words was asked for: "有没有孩子" is answered "2" by a father of two.

    >>> by_place("第二个", {"fact": "f", "type": "bool"})
    {'f': False}
    >>> by_place("2", {"fact": "f", "type": "enum", "choices": [{"value": "a"}, {"value": "b"}]})
    {'f': 'b'}
    """
    found = _PLACED.fullmatch(text)
    if not found or question.get("type") not in ("bool", "enum"):
        return {}
    chosen = question["type"] == "enum"
    offered = [choice["value"] for choice in question.get("choices") or ()] if chosen else [True, False]
    place = int(found[2]) if found[2].isdigit() else _PLACES.index(found[2]) + 1
    if not (found[1] or chosen) or place > len(offered) + 1:
        return {}
    return {str(question["fact"]): [*offered, UNKNOWN][place - 1]}


def supposes(heard: Understood, memory: Memory) -> bool:
    """Whether it asks how the verdict would be if something were otherwise: "我要是多交两年社保呢".

    "如果社保断了要带什么" asks for a part of an item, whatever it supposes.
    """
    open_to_it = heard.act in _ABOUT_VERDICT or heard.act_confidence < _UNSURE
    return bool(memory.scheme and heard.supposed) and open_to_it


def asks_where(heard: Understood) -> bool:
    """Whether it asks where the answer can be found (else it asks why we want to know)."""
    return bool(_WHERE.search(heard.normalized)) and not _WHY.search(heard.normalized)


def wants_outcome(act: str, heard: Understood, scheme: Mapping[str, Any]) -> bool:
    """Whether a question wants the person's own sum or doses: "算积分", "我能领多少", "一岁半该打什么针".

    A table of all of them is the answer to everybody else.

    Args:
        scheme: an entry of GET /api/v1/schemes.
    """
    told = bool(heard.facts.keys() & set(scheme["facts"]))
    if scheme["outcome"] == "doses":
        return told
    own = bool(heard.facts) or bool(_OWN.search(heard.normalized))
    return bool(scheme["outcome"]) and act == "ask_amount" and own


def only_fitting(schemes: Sequence[Mapping[str, Any] | None], facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Of the schemes of the items that may be meant the one to ask through; None when that is not clear.

    One for all of them is; so is the only one that asks for everything that was told ("36岁，高中" is about the person,
    not about a child's exam).
    """
    if all(scheme == schemes[0] for scheme in schemes):
        return schemes[0]
    fitting = {str(scheme["id"]): scheme for scheme in schemes if scheme and facts.keys() <= set(scheme["facts"])}
    return next(iter(fitting.values())) if facts and len(fitting) == 1 else None


def wants_verdict_again(heard: Understood) -> bool:
    """Whether it goes on from a verdict: from when, how much is missing ("那我什么时候够", "还差多少")."""
    return bool(_AGAIN.search(heard.normalized))


def may_be_own_case(act: str, heard: Understood) -> bool:
    """Whether a question for the conditions may well be "do I meet them": "我够不够条件"."""
    chance = next((chance for name, chance in heard.acts if name == "check_eligibility"), 0.0)
    return act == "ask_conditions" and chance >= _PERHAPS


def for_rules(facts: Mapping[str, Any], catalogue: Mapping[str, Mapping[str, Any]], as_of: date) -> dict[str, Any]:
    """Facts as heard → facts as rules take them: whole numbers where a rule counts whole ones ("六岁半" is six),
    choices as words, "don't know" as None, and what follows from them; what no rule asks for is left out.

    >>> catalogue = {"age": {"type": "int"}, "level": {"type": "enum"}}
    >>> for_rules({"age": 6.5, "level": 4, "who": "unknown"}, catalogue, date(2026, 11, 23))
    {'age': 6, 'level': '4'}
    """
    found: dict[str, Any] = {}
    for name, value in {**implied(facts, as_of), **facts}.items():
        kind = catalogue[name]["type"] if name in catalogue else None
        if kind is not None:
            found[name] = None if value in (None, UNKNOWN) else _fitted(value, kind)
    return found


def _fitted(value: Any, kind: str) -> Any:
    if kind == "enum":
        return str(value)
    if kind == "int" and isinstance(value, Mapping):
        return {end: floor(number) for end, number in value.items()}
    return floor(value) if kind == "int" and isinstance(value, float) else value


def told_again(before: Mapping[str, Any], heard: Mapping[str, Any]) -> dict[str, Any]:
    """What is known after a message: the newer word counts; a "don't know" does not wipe out what was told."""
    kept = {name: value for name, value in heard.items() if value != UNKNOWN or before.get(name) is None}
    return {**before, **kept}


def without(facts: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The facts less some."""
    return {name: value for name, value in facts.items() if name not in names}
