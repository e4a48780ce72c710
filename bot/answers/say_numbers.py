"""In: a line with figures. Out: the line with every figure in words, as one says it (幺 in telephone numbers)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import cn2an

_DIGIT = "零一二三四五六七八九"
_TO = r"\s*[-–—～~至]+\s*"
_WORDS = "零一二三四五六七八九十两"
_PLAIN = r"(?<![\d.])\d+(?:\.\d+)?"
_ADDRESS = re.compile(r"[（(]?(?:[a-z]+\.)+(?:cn|net|com)[）)]?", re.IGNORECASE)


def _phone(number: str) -> str:
    return "".join("幺" if sign == "1" else _DIGIT[int(sign)] for sign in number if sign.isdigit())


def _year(number: str) -> str:
    return "".join(_DIGIT[int(sign)] for sign in number)


def _count(number: str) -> str:
    """A quantity in words.

    >>> _count("2340"), _count("10"), _count("0.5"), _count("37302")
    ('两千三百四十', '十', '零点五', '三万七千三百零二')
    """
    whole = number.lstrip("0") if "." not in number else number
    if len(whole.split(".")[0]) > 12:
        return _phone(number)
    words: str = cn2an.an2cn(whole or "0", "low")
    words = re.sub(r"^一十", "十", words)
    return re.sub(r"^二(?=[千万亿])", "两", words)


def _of_hundred(number: str) -> str:
    return "百分之" + _count(number)


def _clock(hour: str, minute: str) -> str:
    return _count(hour) + "点" + ("" if minute == "00" else _count(minute) + "分")


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(\d{1,2}):(\d{2})"), lambda m: _clock(m[1], m[2])),
    (
        re.compile(r"(20\d\d|19\d\d)-(\d{1,2})-(\d{1,2})(?!\d)"),
        lambda m: f"{_year(m[1])}年{_count(m[2])}月{_count(m[3])}日",
    ),
    (re.compile(r"(20\d\d|19\d\d)-(0[1-9]|1[0-2])(?!\d)"), lambda m: f"{_year(m[1])}年{_count(m[2])}月"),
    (re.compile(rf"(20\d\d|19\d\d){_TO}(20\d\d|19\d\d)(?=\s*年)"), lambda m: f"{_year(m[1])}到{_year(m[2])}"),
    (re.compile(r"(?<![\d.])(20\d\d|19\d\d)(?=\s*[年学][^限]|\s*年$|[)）〕,，]|$)"), lambda m: _year(m[1])),
    (re.compile(r"(?<=〔)\d{4}(?=〕)"), lambda m: _year(m[0])),
    (re.compile(r"021-(?=\d)"), lambda m: _phone(m[0])),
    (
        re.compile(r"(?<=[打拨叫报、／/或；;，,（( ])1(?:10|19|20)(?=\s*(?:[、,，;；。.)）/／或(（报并求]|$))"),
        lambda m: _phone(m[0]),
    ),
    (re.compile(r"(?<=[打拨叫报])\s*1(?:10|19|20)(?![\d分])"), lambda m: _phone(m[0])),
    (re.compile(r"(?<![\d.])(?:12\d{3}|96\d{3,4}|\d{8}|1\d{10})(?![\d.万元])"), lambda m: _phone(m[0])),
    (
        re.compile(r"(?<![\d/])(1[0-2]|[1-9])/([12]\d|3[01]|[1-9])(?![\d/%个年])"),
        lambda m: f"{_count(m[1])}月{_count(m[2])}日",
    ),
    (re.compile(rf"({_PLAIN})\s*[%％]{_TO}({_PLAIN})\s*[%％]"), lambda m: f"{_of_hundred(m[1])}到{_of_hundred(m[2])}"),
    (re.compile(rf"({_PLAIN}){_TO}({_PLAIN})\s*[%％]"), lambda m: f"{_of_hundred(m[1])}到{_of_hundred(m[2])}"),
    (re.compile(rf"({_PLAIN})\s*[%％]"), lambda m: _of_hundred(m[1])),
    (re.compile(rf"(?<=\d){_TO}(?=\d)|(?<=[月日年元天岁分点]){_TO}(?=\d)"), lambda m: "到"),
    (re.compile(r"(?<=\d)/(?=\d)"), lambda m: "、"),
    (re.compile(r"(?<![\d.])2(?=\s*(?:个|年|天|次|周岁|人|样|万|份|条|项|步|倍|小时|方))"), lambda m: "两"),
    (re.compile(r"\d+\.\d+(?:\.\d+)+"), lambda m: _phone(m[0])),
    (re.compile(r"\d+(?:\.\d+)?"), lambda m: _count(m[0])),
    (re.compile(rf"(?<=[{_WORDS}日月年元天岁分点])\s*[-–—～~]+\s*(?=[{_WORDS}百])"), lambda m: "到"),
)


def say_numbers(line: str) -> str:
    """A line with its figures in words; no ASCII digit is left.

    >>> say_numbers("2025年12月1日起，5%～7%，15个工作日，120分")
    '二零二五年十二月一日起，百分之五到百分之七，十五个工作日，一百二十分'
    >>> say_numbers("打120；受理9:00–11:30")
    '打幺二零；受理九点到十一点三十分'
    """
    line = _ADDRESS.sub("", _ascii_figures(line)).replace(",000", "000")
    for pattern, words in _RULES:
        line = pattern.sub(words, line)
    return line


def _ascii_figures(line: str) -> str:
    """Full-width and other decimal digits as ASCII; ² and the like are left, they are not counted with."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in line)
