"""In: what a person answers to "which of these do you mean?". Out: the choice, none of them, or no answer at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from rapidfuzz import fuzz

_NUMBER = {"1": 0, "一": 0, "2": 1, "二": 1, "两": 1, "3": 2, "三": 2, "4": 3, "四": 3}
_ORDINAL = re.compile(
    r"^(?:我?(?:要|选|问|说)?的?是?)?第?([1-4一二两三四])(?:个|项|条|种|号)?(?:吧|啊|那个|的)?[。.!！]?$"
)
_LAST = re.compile(r"^(?:最后|末尾|后面)(?:一个|那个|的)?")
_FIRST = re.compile(r"^(?:头一个|前面那个|上面那个|前一个)")
_LATTER = re.compile(r"^后(?:一个|面那个|者)")
_NONE = re.compile(r"都不(?:是|对)|没有一个|不是这(?:些|几个|两个)|都不沾边")
_TAIL = re.compile(r"(?:那个|这个|那种|的那个|吧|啊|呀|嘛|哦|呢|的)+$")
_MORE = frozenset(
    ["更多", "看更多", "全部", "看全", "还有呢", "还有吗", "还有什么", "继续", "接着说", "往下说", "剩下的呢"]
)
_LIKE_ENOUGH = 80.0
"""A name counts as chosen from this partial similarity on (0–100); below it people mean something new."""


class Pick(Enum):
    """Why no choice was made."""

    NONE_OF_THEM = "none_of_them"
    NOT_AN_ANSWER = "not_an_answer"


def pick(text: str, choices: Mapping[str, Sequence[str]]) -> str | Pick:
    """Which of the offered items a short answer means.

    Args:
        text: the normalised answer ("第二个", "公租房那个", "都不是").
        choices: item ids in the order they were shown, each with the names it may be called by.

    >>> pick("第二个", {"a": ["公租房"], "b": ["保租房"]})
    'b'
    >>> pick("都不是", {"a": [], "b": []}) is Pick.NONE_OF_THEM
    True
    """
    if _NONE.search(text):
        return Pick.NONE_OF_THEM
    place = _place(text, len(choices))
    if place is not None:
        return list(choices)[place] if place < len(choices) else Pick.NOT_AN_ANSWER
    return _by_name(text, choices)


def wants_more(text: str) -> bool:
    """Whether a normalised sentence asks for the rest of what was said.

    >>> [wants_more(said) for said in ("更多吧", "更多材料")]
    [True, False]
    """
    return text.rstrip("。.!！吧呗") in _MORE


def _place(text: str, count: int) -> int | None:
    if found := _ORDINAL.match(text):
        return _NUMBER[found.group(1)]
    if _FIRST.match(text):
        return 0
    if _LAST.match(text) or _LATTER.match(text):
        return count - 1
    return None


def _by_name(text: str, choices: Mapping[str, Sequence[str]]) -> str | Pick:
    said = _TAIL.sub("", text)
    if not 2 <= len(said) <= 40:
        return Pick.NOT_AN_ANSWER
    scores = {choice: max((_likeness(said, name) for name in names), default=0.0) for choice, names in choices.items()}
    best = max(scores, key=lambda choice: scores[choice])
    others = [score for choice, score in scores.items() if choice != best]
    if scores[best] < _LIKE_ENOUGH or any(score >= scores[best] for score in others):
        return Pick.NOT_AN_ANSWER
    return best


def _likeness(said: str, name: str) -> float:
    # A short answer is compared as a piece of the name, a long one as a whole: "公租房" is in every name that
    # begins so, and a new question must not be taken for a choice because it shares two characters.
    return fuzz.partial_ratio(said, name) if len(said) <= len(name) else fuzz.ratio(said, name)
