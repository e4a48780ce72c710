"""In: a sentence. Out: its lengths of time, in months ("一年半" 18, "两年多" 24–35, "快半年" 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil, floor

from bot.understanding.facts.numerals import FUZZ, NUMBER, parse
from bot.understanding.facts.spans import Kind, Span

_N = rf"(?:{NUMBER}{FUZZ}?)"
_BEFORE = (
    r"(?:(?P<under>不到|不足|未满|没到|没满)|(?P<near>快到?|将近|接近|马上|眼看)|(?P<about>差不多|大概|大约|约|左右))"
    r"(?:有|要|满)?了?"
)
_AFTER = (
    r"(?:(?P<over>多点?|出头|以上|往上|有余|不止)|(?P<around>左右|上下|的样子|光景)"
    r"|(?P<half_more>半)|(?P<under_after>不到)(?=$|[,。吧呢的还就才]))?"
)
_MONTHS_TAIL = rf"(?:[零又加和,]?(?P<plus>{_N})个?(?P<plus_half>半)?月)?"
_NOT_LENGTH = r"(?!级|纪|龄|代|份|初|底|中|度|检|审|假|终|夜|薪|货|卡|出生|生)"
LENGTH = (
    rf"(?<!第)(?:{_BEFORE})?(?:"
    rf"(?<![上下])(?P<part>大|小|多)?半年{_NOT_LENGTH}"
    rf"|(?P<years>{_N})个?(?P<years_over>多)?(?:整)?年{_NOT_LENGTH}(?:{_MONTHS_TAIL})"
    rf"|(?P<months>{_N})个?(?P<months_half>半)?(?P<months_over>多)?(?:整)?月(?!份|底|初|中|[0-9]{{1,2}}[号日]|{_N}[号日])"
    rf"|(?P<loose>个把月)"
    rf"|(?P<half_month>半个?月)"
    rf"|(?P<weeks>{_N})个?(?P<weeks_half>半)?(?:星期|礼拜|周(?!岁|年|[一二三四五六日末]))"
    rf"|(?P<days>{_N})(?:来|多)?天"
    rf"|(?P<hours>{_N})个?(?:半)?(?:钟头|小时|钟(?!头))"
    rf"){_AFTER}"
)
"""A length of time with the words that make it vague, as a pattern."""
DURATION = re.compile(LENGTH + r"(?P<limit>(?:以|之)?内(?!蒙)|(?:以|之)[前后]|[一两三]次|才能|起步)?")
"""The same with what makes it a limit ("三个月内") and no length that has passed."""

_NOT_ONE = re.compile("一(?:个月|天)[都也]?没")
""" "一个月没断过" is no length."""


def find_durations(text: str) -> Iterator[Span]:
    """Lengths of time in `text`, left to right; months are counted whole, an interval includes both ends.

    >>> [(d.low, d.high) for d in find_durations("交了一年零两个月,断过8个月,快半年了")]
    [(14, 14), (8, 8), (5, 5)]
    """
    for match in DURATION.finditer(text):
        base = _range(match)
        if base is None or (match["months"] and _is_calendar_month(match)):
            continue
        low, high, unit = base
        low, high = _hedged(match, low, high)
        kind: Kind = "limit" if match["limit"] or _NOT_ONE.match(text, match.start()) else "duration"
        yield Span(kind, match.start(), match.end(), low, high, unit)


def _is_calendar_month(match: re.Match[str]) -> bool:
    """ "8月" is August, "8个月" is a length, "两月" is spoken for two months."""
    said = match[0]
    return "个" not in said and "俩" not in said and not match["months_over"] and not said.startswith(("两", "仨"))


def _range(match: re.Match[str]) -> tuple[float, float, str] | None:
    if match["loose"]:
        return 1, 1, "month"
    if match["half_month"]:
        return 0.5, 0.5, "day"
    if "半年" in match[0] and not match["years"]:
        return {"大": (7, 11, "month"), "小": (4, 5, "month")}.get(match["part"] or "", (6, 6, "month"))
    for group, size, unit in (("weeks", 7 / 30, "week"), ("days", 1 / 30, "day"), ("hours", 1 / 720, "hour")):
        if match[group]:
            n = parse(match[group])
            half = size / 2 if group == "weeks" and match["weeks_half"] else 0
            return n and (n[0] * size + half, n[1] * size + half, unit)
    return _years(match) if match["years"] else _months(match)


def _months(match: re.Match[str]) -> tuple[float, float, str] | None:
    n = parse(match["months"])
    if n is None or n[1] > 1200:
        return None
    extra = 0.5 if match["months_half"] else 0
    return n[0] + extra, n[1] + extra, "month"


def _years(match: re.Match[str]) -> tuple[float, float, str] | None:
    n = parse(match["years"])
    if n is None or n[1] > 100:
        return None
    low, high = n[0] * 12, n[1] * 12
    if match["years"][-1] in "多几来余":
        high += 11
    if match["years_over"]:
        high += 11
    plus = parse(match["plus"]) if match["plus"] else None
    if plus:
        low, high = low + plus[0], high + plus[1]
    return low, high, "year"


def _hedged(match: re.Match[str], low: float, high: float) -> tuple[float, float]:
    """The range after "多", "左右", "快", "不到" have done their work."""
    unit_year = bool(match["years"]) or "半年" in match[0]
    if match["half_more"]:
        if match["years"] and not match["plus"]:
            low, high = low + 6, high + 6
    elif match["over"] or match["months_over"]:
        high += (11 if match["years"] else 5) if unit_year else 0
    margin = max(1, round(low / 10))
    if match["about"] or match["around"]:
        if low != high:
            return low, high
        return max(0, low - margin), high + margin
    if match["near"]:
        return max(0, low - max(1, floor(low / 6))), max(0, low - 1)
    if match["under"] or match["under_after"]:
        return 0, max(0, low - 1)
    return low, high


def whole_months(span: Span) -> tuple[int, int]:
    """Whole months in a duration, smallest and largest."""
    return floor(span.low + 1e-9), floor(span.high + 1e-9)


def in_unit(span: Span, unit: str) -> tuple[int, int] | None:
    """A duration in months, weeks, days, years or hours of a fact; None when it cannot be told.

    A time said in days is never turned into years, nor one said in months into weeks.
    """
    if unit == "month" and span.unit != "hour":
        return whole_months(span)
    if unit == "year":
        return (floor(span.low / 12), floor(span.high / 12)) if span.unit == "year" else None
    size = {"week": 30 / 7, "day": 30, "hour": 720}.get(unit)
    if size is None or (span.unit != unit and not (unit == "day" and span.unit == "week")):
        return None
    return floor(span.low * size + 1e-6), ceil(span.high * size - 1e-6)
