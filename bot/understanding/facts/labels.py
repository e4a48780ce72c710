"""In: facts by the name rules use. Out: the same as people say them, label and value ("社保": "8个月")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.facts.askable import askable
from bot.understanding.facts.catalogue import FactType

_UNITS = {"month": "个月", "week": "周", "year": "岁", "yuan": "元", "hour": "小时", "day": "天"}


def spoken_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """Chinese label → value as people say it, in the order given; names nobody knows are left out.

    >>> spoken_facts({"social_insurance_months": {"min": 24, "max": 35}, "has_residence_permit": False})
    {'社保': '24到35个月', '有居住证': '没有'}
    """
    known = askable()
    return {_label(name, known[name]): _spoken(value, known[name]) for name, value in facts.items() if name in known}


def _label(name: str, fact: FactType) -> str:
    if name != fact.child:
        return fact.label
    return f"孩子{fact.label}" if fact.label.startswith("有") else f"孩子的{fact.label}"


def _spoken(value: Any, fact: FactType) -> str:
    if value == UNKNOWN:
        return "不清楚"
    if isinstance(value, bool):
        return _yes_no(value, fact.label)
    if fact.type == "enum":
        return fact.choices.get(str(value), str(value))
    if fact.type == "date":
        return _date(str(value))
    unit = _UNITS.get(fact.unit, fact.unit)
    if isinstance(value, Mapping):
        return f"{_plain(value['min'])}到{_plain(value['max'])}{unit}"
    return f"{_plain(value)}{unit}"


def _yes_no(value: bool, label: str) -> str:
    if re.search("^有|有房", label):
        return "有" if value else "没有"
    return "是" if value else "不是"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _date(value: str) -> str:
    """ "2020-03" is said 2020年3月."""
    parts = value.split("-")
    if not all(part.isdigit() for part in parts):
        return value
    return "".join(f"{int(part)}{mark}" for part, mark in zip(parts, "年月日", strict=False))
