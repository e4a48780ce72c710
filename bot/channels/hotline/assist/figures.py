"""In: a sentence, an item. Out: the figures in them with their units (15 工作日, 200 元), to compare the two. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.understanding.facts.numerals import NUMBER, parse

Figure = tuple[float, str]
"""A value and its unit."""
_UNITS = {
    "个工作日": "工作日", "工作日": "工作日", "天": "天", "日内": "天", "个月": "月", "年": "年",
    "周岁": "岁", "岁": "岁",
    "元": "元", "块钱": "元", "块": "元", "分": "分", "平方米": "平方米", "平方": "平方米", "平": "平方米",
}  # fmt: skip
_FIGURE = re.compile(rf"(?P<value>{NUMBER})(?P<vague>来|几|多|余)?\s*(?P<unit>{'|'.join(_UNITS)})(?!钟|之|以?上下)")
_PERCENT = re.compile(rf"百分之(?P<said>{NUMBER})|(?P<value>\d+(?:\.\d+)?)\s*[%％]")
_HALF = (("半年", (6.0, "月")), ("一年半", (18.0, "月")), ("半个月", (0.5, "月")))
_FIRST_YEAR = 1900
"""From here on so many years are a date ("2026年起")."""
_SAME = {"年": (12.0, "月")}


def figures(text: str) -> Iterator[tuple[Figure, int]]:
    """Every exact figure of a text with its place; vague ones ("十几天") are passed over.

    >>> [figure for figure, _ in figures("十五个工作日，工本费20块，百分之八")]
    [(15.0, '工作日'), (20.0, '元'), (8.0, '%')]
    """
    for found in _FIGURE.finditer(text):
        meant = parse(found["value"])
        a_date = found["unit"] == "年" and meant is not None and meant[0] >= _FIRST_YEAR
        if meant is not None and meant[0] == meant[1] and not found["vague"] and not a_date:
            yield same_unit(float(meant[0]), _UNITS[found["unit"]]), found.start()
    for found in _PERCENT.finditer(text):
        meant = parse(found["said"] or found["value"])
        if meant is not None and meant[0] == meant[1]:
            yield (float(meant[0]), "%"), found.start()
    for words, figure in _HALF:
        if words in text:
            yield figure, text.index(words)


def same_unit(value: float, unit: str) -> Figure:
    """Years as months, so that "一年" and "12个月" are the same."""
    factor, other = _SAME.get(unit, (1.0, unit))
    return value * factor, other


def shown(figure: Figure) -> str:
    """A figure as one writes it.

    >>> shown((15.0, "工作日")), shown((6.0, "月")), shown((0.5, "%"))
    ('15个工作日', '6个月', '0.5%')
    """
    value, unit = figure
    return f"{value:g}{'个' if unit in ('工作日', '月') else ''}{unit}"


def of_item(item: Mapping[str, Any]) -> set[Figure]:
    """Every figure that stands anywhere in an item: what an agent may say of it."""
    found = {figure for text in _texts(item) for figure, _ in figures(text)}
    for number in (item.get("numbers") or {}).values():
        if isinstance(number.get("value"), int | float):
            unit = str(number["unit"])
            base = next((ours for theirs, ours in _UNITS.items() if unit.startswith(theirs)), unit)
            found.add(same_unit(float(number["value"]), base))
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in ("sources", "id", "related"):
                yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
