"""In: a number as people write or say it ("八", "1.2万", "十来", "七八", "一百二"). Out: the range of values meant."""

from __future__ import annotations

import re
from functools import lru_cache

import cn2an

_DIGITS = "零〇一二三四五六七八九两"
_CHINESE = f"[{_DIGITS}十百千万俩仨廿卅幺]"
NUMBER = (
    rf"(?:[0-9]{{1,9}}(?:\.[0-9]{{1,4}})?(?:万[0-9](?![0-9])|[百千万]|[wk](?![a-z]))?"
    rf"|{_CHINESE}{{1,12}}(?:点(?!一天|一个)[{_DIGITS}]{{1,3}}万?)?)"
)
"""A numeral, as a pattern without groups."""
FUZZ = r"(?:来|几|多|余)"
"""What makes a numeral vague when it follows directly."""

_PLAIN = str.maketrans({"俩": "二", "仨": "三", "幺": "一", "〇": "零", "两": "二"})
_SPREAD = re.compile(r"^(.*?)([一二三四五六七八九])([一二三四五六七八九])([十百千万]?)$")
_MULTIPLIER = {"百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000}

_PER = re.compile("(?<=[一二两三四五六七八九])一(?=个月|天|个小时|个钟|小时)")


def parted_from_unit(text: str) -> str:
    """`text`, as long as before, with "四千八一个月" no longer one numeral.

    >>> parted_from_unit("四千八一个月"), parted_from_unit("十一个月")
    ('四千八1个月', '十一个月')
    """
    return _PER.sub("1", text)


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[float, float] | None:
    """Smallest and largest value meant by a numeral matched by NUMBER and FUZZ; None when it is no number.

    >>> parse("一百二"), parse("1.2万"), parse("七八"), parse("十几"), parse("廿三")
    ((120, 120), (12000.0, 12000.0), (7, 8), (11, 19), (23, 23))
    """
    fuzz = text[-1] if text[-1] in "来几多余" else ""
    core = text[: -len(fuzz)] if fuzz else text
    spread = _spread(core)
    exact = None if spread else _exact(core)
    if spread or exact is None:
        return spread
    return _fuzzy(exact, fuzz)


def _exact(text: str) -> float | None:
    if text[0].isdigit() and text.isascii() and text[-1].isdigit():
        return float(text) if "." in text else int(text)
    if text[0].isdigit():
        head, mark, tail = re.split(r"([百千万wk])", text, maxsplit=1)
        return float(head) * _MULTIPLIER[mark] + (int(tail) * _MULTIPLIER[mark] / 10 if tail else 0)
    plain = text.replace("廿", "二十").replace("卅", "三十").translate(_PLAIN)
    if len(plain) > 1 and not re.search("[十百千万点]", plain):
        return int(cn2an.cn2an(plain, "smart")) if len(plain) < 5 else None
    try:
        value = cn2an.cn2an(("一" + plain) if plain[0] in "百千万" else plain, "smart")
    except (ValueError, KeyError):  # cn2an looks "十零" up in a table that has no such place
        return None
    return float(value) if value % 1 else int(value)


def _spread(text: str) -> tuple[float, float] | None:
    """ "七八" is seven or eight, "三四十" thirty or forty, "十七八" seventeen or eighteen."""
    match = _SPREAD.match(text.replace("两", "二"))
    if not match or (match[1] and match[1][-1] not in "十百千万"):
        return None
    if _DIGITS.index(match[3]) - _DIGITS.index(match[2]) != 1:
        return None
    low, high = (_exact(match[1] + digit + match[4]) for digit in (match[2], match[3]))
    return (low, high) if low is not None and high is not None else None


def _fuzzy(value: float, fuzz: str) -> tuple[float, float]:
    if fuzz == "来":
        return int(value * 0.9), int(value * 1.2)
    if fuzz:
        step = 1
        while value and value % (step * 10) == 0:
            step *= 10
        return (value + 1 if fuzz == "几" else value), value + step - 1
    return value, value
