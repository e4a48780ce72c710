"""In: what an agent said. Out: the fact the agent asked for, in whatever words. Pure.

The question is turned into its own answer ("您社保交了几个月了" → "我社保交了3个月了") and read by the reader that
hears callers: what it finds is what was asked for. Questions on the screen are also known by their wording.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rapidfuzz import fuzz

from bot.understanding.facts.askable import askable

_ASKS = re.compile(
    r"几|多少|多久|多长|多大|什么|哪[里儿个]?|[吗么嘛][?？。]?$|[?？]$|有没有|有无|是不是|是否|没有[?？。]?$|了没[?？。]?$|会不会"
)
_WORDS = (
    (re.compile(r"请问|麻烦问一下|问一下|那么|您好|你好"), ""),
    (re.compile(r"您|你"), "我"),
    (re.compile(r"有没有|有无"), "有"),
    (re.compile(r"是不是|是否"), "是"),
    (re.compile(r"多长时间|多久"), "3个月"),
    (re.compile(r"多大(?:年纪|岁数|了)?"), "30岁"),
    (re.compile(r"(?:哪里|哪儿|什么地方|哪个省|哪)的?人"), "河南人"),
    (re.compile(r"几|多少"), "3"),
    (re.compile(r"了(?:吗|没有|没|么)[?？。!！]*$"), "了"),
    (re.compile(r"(?:没有|吗|么|嘛|呢|啊)?[?？。!！]*$"), ""),
)
_LIKE = 72
"""How alike two wordings of one question are, of 100."""
_LONGEST = 60


def is_question(sentence: str) -> bool:
    """Whether it asks.

    >>> is_question("您社保交了几个月了"), is_question("您带身份证来就行")
    (True, False)
    """
    return bool(_ASKS.search(sentence.strip()))


def answered_form(question: str) -> str:
    """A question as if it were answered.

    >>> answered_form("请问您有没有居住证?"), answered_form("您社保交了几个月了")
    ('我有居住证', '我社保交了3个月了')
    """
    for words, put in _WORDS:
        question = words.sub(put, question.strip())
    return question


def asked_fact(sentence: str, offered: Mapping[str, str], read: Callable[[str], Mapping[str, Any]]) -> str | None:
    """The fact that is asked for; None when it is no question about one.

    Args:
        sentence: the agent's, normalised.
        offered: fact → question, as the screen shows them.
        read: facts in a sentence of a caller.
    """
    clauses = [part for part in re.split(r"[,，。;；]", sentence[-_LONGEST:]) if part.strip()]
    last = next((part for part in reversed(clauses) if is_question(part)), None)
    if last is None and not is_question(sentence):
        return None
    wording = last or sentence[-_LONGEST:]
    alike = {fact: fuzz.ratio(_bare(wording), _bare(text)) for fact, text in offered.items()}
    best = max(alike, key=lambda fact: alike[fact], default=None)
    if best is not None and alike[best] >= _LIKE:
        return best
    found = [fact for fact in read(answered_form(wording)) if fact in askable()]
    in_play = [fact for fact in found if fact in offered]
    if in_play or found:
        return (in_play or found)[0]
    return _by_label(wording, offered) or _by_label(wording, [fact for fact in askable() if fact not in offered])


def _by_label(wording: str, facts: Iterable[str]) -> str | None:
    """The fact whose subject is named ("合同呢", "您什么学历"), when only one is."""
    known = askable()
    subjects = {fact: _subject(known[fact].label) for fact in facts if fact in known}
    named = [fact for fact, subject in subjects.items() if len(subject) > 1 and subject in wording]
    return named[0] if len(named) == 1 else None


def _subject(label: str) -> str:
    return re.sub(r"^(?:有|是|在|已经|已)", "", label) or label


def _bare(text: str) -> str:
    return re.sub(r"\W|[您你我的了吗呢]|请问", "", text)
