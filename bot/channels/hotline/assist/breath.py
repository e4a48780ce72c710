"""In: what a caller said in one breath. Out: the same without what they took back; its parts, where it asks two things.

Pure.
"""

from __future__ import annotations

import re

from bot.understanding.facts.numerals import NUMBER

_PAUSE = r"(?:[,，\s]|哦|噢|啊|呃|嗯|那个)*"
_NO = r"(?:不是|不对|说错了?|讲错了?|记错了?)"
_AMOUNT = rf"(?:{NUMBER})(?:个半月|个月|年半|年|周?岁|天|块|元)"
_REPEATED = re.compile(rf"(?P<taken>\w{{1,8}}?){_PAUSE}{_NO}(?P=taken){_PAUSE}(?:应该)?是")
_BETTER = re.compile(rf"{_AMOUNT}了?{_PAUSE}{_NO}{_PAUSE}(?:应该|就|是)*(?={_AMOUNT})")
_BEGINS = re.compile(rf"^{_PAUSE}(?:我刚?才?)?{_NO}{_PAUSE}(?:应该|就|是)*")
_NEXT = re.compile(
    r"还有(?:就是|一个|个)?|另外|再(?:一个|就是|有)|一个是|一个呢?是|第[一二三]个?(?:是|事)|顺便(?:问|再)?"
)
_LEAST, _MOST = 5, 3


def kept(text: str) -> str:
    """What stays of a sentence that corrects itself.

    >>> kept("我社保交了两年不是两年是一年半"), kept("孩子五岁哦不对六岁")
    ('我社保交了一年半', '孩子六岁')
    """
    return _BETTER.sub("", _REPEATED.sub("", text))


def corrects(text: str) -> bool:
    """Whether it begins by taking back what was said before.

    >>> corrects("哦说错了六岁"), corrects("不是本地的")
    (True, False)
    """
    found = _BEGINS.match(text)
    return found is not None and bool(re.match(NUMBER, text[found.end() :]))


def corrected(text: str) -> str:
    """The correction itself.

    >>> corrected("哦说错了六岁")
    '六岁'
    """
    return _BEGINS.sub("", text) if corrects(text) else text


def parts(text: str) -> tuple[str, ...]:
    """The things a sentence asks one after another; nothing where it asks one.

    >>> parts("我想问两个事一个是居住证怎么办一个是孩子打疫苗去哪里打")
    ('我想问两个事', '居住证怎么办', '孩子打疫苗去哪里打')
    """
    found = [part.strip(" ,，。") for part in _NEXT.split(text)]
    long = tuple(part for part in found if len(part) >= _LEAST)
    return long[-_MOST:] if len(long) > 1 else ()
