"""In: a normalised sentence. Out: what it supposes, said as a statement: "我要是多交两年社保呢" → "我多交两年社保"."""

from __future__ import annotations

import re

from bot.understanding.facts.clauses import AS_FOR

_IF = re.compile("要是|如果|假如|假设|假使|若是|倘若|倘使|万一")
_THEN = re.compile(AS_FOR)
_STOP = re.compile("[,，。!！?？;；]")
_TAIL = re.compile(
    r"(?:(?:那|那么|就|又|还|总|我|这样)*(?:够不够|够了?[吗不么]|行不行|行[吗不么]|可以[吗不么]|可不可以|能不能.*|能.{0,8}[吗不么]|会不会.*"
    r"|(?:一共|总共|能|会|有|是|得|加|差|多|到)*(?:多少|几)分?.*|会?(?:怎么样|怎样|咋样|咋个)|呢|咧|嘛|啊|呀|嘞))+$"
)


def supposition(text: str) -> str | None:
    """The supposed part as a statement; None when nothing is supposed.

    >>> supposition("我要是多交两年社保呢"), supposition("社保交满十年的话够不够"), supposition("居住证怎么办")
    ('我多交两年社保', '社保交满十年', None)
    >>> supposition("离达标差多少，如果我老婆是上海户口，能加几分")
    '我老婆是上海户口'
    """
    if found := _IF.search(text):
        before = _STOP.split(text[: found.start()])[-1]
        clause = before + _STOP.split(text[found.end() :])[0]
    elif found := _THEN.search(text):
        clause = _STOP.split(text[: found.start()])[-1]
    else:
        return None
    return _TAIL.sub("", clause.split("的话")[0]) or None
