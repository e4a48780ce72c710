"""In: a sentence. Out: ages in whole years ("六岁半" 6, "五十多岁" 50–59) and school grades (1–12)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.facts.numerals import FUZZ, NUMBER, parse
from bot.understanding.facts.spans import Kind, Span

_AGE = re.compile(
    rf"(?P<near>快|不到|不满|未满|马上|将近|没满|没到)?满?(?P<n>{NUMBER}{FUZZ}?)(?:个)?(?:周)?岁(?:(?P<more>多|出头|半)|[零又]?(?P<plus>{NUMBER})个月)?"
    r"(?P<limit>以[上下内前]|之前|以后|内)?"
)
_THIS_YEAR = re.compile(
    r"(?:今年|年纪|岁数|年龄)(?:都|也|已经|快|刚|才|刚好|刚满|虚岁|实岁|就)*(?P<n>[0-9]{2}|[二三四五六七八九]?十[一二三四五六七八九]?|[二三四五六七八九]十[几多])"
    r"(?![年月日号天个块元万千百点次周分斤人名家户米级等项种届零〇一二三四五六七八九十0-9])"
)
"""An age without the word: "今年五十三"."""
_NEARLY = re.compile("^(?:我|俺)?(?:都|也)?快(?P<n>[二三四五六七八九]十|[2-9]0)了$")
""""快六十了" is 59."""
_GRADE = re.compile(
    r"(?P<n>[一二三四五六七八九1-9])年级|(?<![最当起年月])初(?P<junior>[一二三123])(?![0-9十月号个])|(?<![最很提])高(?P<senior>[一二三123])(?![0-9十])"
)
_DIGIT = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def find_ages(text: str) -> Iterator[Span]:
    """Ages in `text`, in whole years as laws count them.

    >>> [(a.low, a.high) for a in find_ages("娃六岁半,我妈五十多岁")]
    [(6, 6), (50, 59)]
    """
    for match in _AGE.finditer(text):
        said, start = match["n"], match.start()
        if text[max(0, match.start("n") - 1) : match.start("n")] == "老" and len(said) > 1 and "十" not in said:
            said, start = said[1:], match.start("n") + 1  # "老二四岁" is the second child, four years old
        value = parse(said)
        if value is None or value[1] > 120:
            continue
        low, high = int(value[0]), int(value[1])
        if match["near"]:
            low, high = max(0, low - 1), max(0, low - 1)
        months = _in_months(match, low) if low == high and not match["near"] else None
        kind: Kind = "limit" if match["limit"] else "age"
        yield Span(kind, start, match.end(), low, high, "year", months)
    if nearly := _NEARLY.match(text):
        value = parse(nearly["n"])
        if value:
            yield Span("age", nearly.start("n"), nearly.end("n"), int(value[0]) - 1, int(value[1]) - 1, "year")
    for match in _THIS_YEAR.finditer(text):
        value = parse(match["n"])
        if value and not text.startswith("岁", match.end()):
            yield Span("age", match.start("n"), match.end(), int(value[0]), int(value[1]), "year")


def _in_months(match: re.Match[str], years: int) -> tuple[int, int] | None:
    """ "一岁半" and "两岁三个月" tell months; "两岁" does not."""
    if plus := parse(match["plus"]) if match["plus"] else None:
        return years * 12 + int(plus[0]), years * 12 + int(plus[1])
    if match["more"]:
        return (years * 12 + 6,) * 2 if match["more"] == "半" else (years * 12 + 1, years * 12 + 11)
    return None


def find_grades(text: str) -> Iterator[Span]:
    """School grades in `text`: 1–6 primary, 7–9 junior, 10–12 senior.

    >>> [g.low for g in find_grades("老大初二,老二三年级")]
    [8, 3]
    """
    for match in _GRADE.finditer(text):
        said = match["n"] or match["junior"] or match["senior"]
        number = _DIGIT.get(said) or int(said)
        offset = 6 if match["junior"] else 9 if match["senior"] else 0
        yield Span("grade", match.start(), match.end(), number + offset, number + offset)
