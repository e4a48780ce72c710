"""In: a piece of a sentence and the question before it. Out: the whole sentence that the piece stands for.

"那居住登记呢" after "办居住证要带什么" asks what to bring for the registration; "考了电工证的那个" after "补贴咋领"
says which subsidy. Understanding gets the whole sentence, so that act and item are found as in any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from bot.dialogue.choices import Pick, pick
from bot.dialogue.memory import Memory
from bot.messages import ITEM_ACTS, Understood

LONGEST_QUESTION = 60
"""Characters kept of a question: of a long story its end, where the question stands."""
_PIECE = re.compile(
    r"(?:那么?|还有|哦|噢|嗯|哎)?[,，]?(?P<piece>[^,，。?？!！]{1,14}?)(?:里面?|上面?|方面|这边|这块|那边|那块)?的?呢[。?？!！啊呀]*"
)
_ASKS = re.compile("什么|啥|怎么|咋|哪|几|多少|多久|为何|谁|吗|还有|然后|后来|现在|更多|剩下|其他|别的|[这它]个?$")
_PERSON = re.compile(
    "孩子|小孩|娃|崽|伢|妮|闺女|儿子|女儿|老婆|老公|爱人|媳妇|对象|家属|父母|老人|爸|妈|我|俺|外地|本地|户口|户籍|没|不|如果|要是|假如|万一"
)
"""Says for whom or under what condition, and takes nobody's place: "小孩呢"."""
_SUBJECT = re.compile(
    "养老保险|养老金|医疗保险|医保|社保|公积金|失业保险|失业金|生育津贴|工伤保险|居住证|居住登记|积分"
    "|公租房|保租房|廉租房|幼儿园|小学|初中|高中|中职|中专|中考|高考"
)
"""Subjects that take each other's place in a question: "养老保险能转回老家不" – "医保呢"."""
_UNCLEAR = 0.4
"""A sentence about an item less probable than this does not stand on its own while a choice is open."""
_TOLD = frozenset({"inform", "affirm", "deny", "correct", "out_of_scope"})


def completed(heard: Understood, memory: Memory) -> str | None:
    """The whole sentence; None when the sentence is whole by itself, or nothing is known that would complete it."""
    if not memory.question or memory.asked or heard.alert:
        return None
    if memory.choices and _tells_which(heard, memory):
        return f"{heard.normalized}，{memory.question}"
    found = _PIECE.fullmatch(heard.normalized)
    if found is None or heard.supposed or memory.looking_for or memory.topic is None:
        return None
    piece = found["piece"]
    if _ASKS.search(piece):
        return None
    asked_for = _SUBJECT.search(memory.question)
    if asked_for and _SUBJECT.search(piece):
        return memory.question.replace(asked_for[0], piece, 1)
    if memory.named and memory.named in memory.question and not _PERSON.search(piece):
        return memory.question.replace(memory.named, piece, 1)
    return piece + memory.question


def moves_on(heard: Understood) -> bool:
    """Whether a completed sentence is about another thing than the one before it: "那居住登记呢", not "小孩呢"."""
    found = _PIECE.fullmatch(heard.text.strip())
    return bool(found and heard.normalized != heard.text and not _PERSON.search(found["piece"]))


def _tells_which(heard: Understood, memory: Memory) -> bool:
    if pick(heard.normalized, memory.choices) is not Pick.NOT_AN_ANSWER:
        return False
    return heard.act in _TOLD or (heard.act in ITEM_ACTS and heard.item_score < _UNCLEAR)


def kept_question(text: str) -> str:
    """As much of a question as is remembered.

    >>> kept_question("我河南的，" * 20 + "公租房能申请吗")[-7:]
    '公租房能申请吗'
    """
    return text[-LONGEST_QUESTION:].lstrip("，,。")


def named_by(question: str, names: Iterable[str]) -> str | None:
    """The words of a question that name its item, as far as they are in one of its names; at least two characters.

    >>> named_by("养老保险能取现金不", ["城镇职工养老保险转移", "社保转回老家"])
    '养老保险'
    >>> named_by("要不要钱", ["居住证"]) is None
    True
    """
    best = ""
    for name in names:
        match = SequenceMatcher(None, question, name, autojunk=False).find_longest_match(0, len(question), 0, len(name))
        if match.size > max(len(best), 1):
            best = question[match.a : match.a + match.size]
    return best or None
