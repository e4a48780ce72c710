"""In: facts as a program or a conversation gives them. Out: what is known, checked and completed, or errors by field.

States of a fact: not asked (absent) · "don't know" (given as null; never asked again) · a value · for "about half a
year" a range. A value: true or false, a word, or the two ends of a number or of a date (as an ordinal).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.errors import BadInput, FieldError
from services.eligibility.facts.calendar import add_months, months_between
from services.eligibility.facts.models import Fact
from services.knowledge.text_types import PartialDate

Range = tuple[float, float]
Value = bool | str | Range
"""A number or date is always a range; the ends are the same when it is exact."""
Values = Mapping[str, Value]
_MONTHS = {"year": 12, "month": 1}


@dataclass(frozen=True)
class Known:
    """What is known of one person on one day."""

    values: Values
    """By fact: given, counted and implied."""
    given: Mapping[str, Any]
    """As they came, without the "don't know"."""
    dont_know: frozenset[str]
    """Asked in vain."""
    as_of: date
    """The day everything is judged for."""


def known(given: Mapping[str, object], facts: Mapping[str, Fact], as_of: date) -> Known:
    """Checks and completes what was given.

    Args:
        given: fact → true/false, a number or {"min", "max"}, "2020-03-01" (or "2020-03"), a choice; None: don't know.
        facts: the catalogue.
        as_of: the day to judge for.

    Raises:
        BadInput: with one FieldError ("facts.<id>") for every wrong or contradictory fact.
    """
    wrong: list[FieldError] = []
    values: dict[str, Value] = {}
    for name, raw in given.items():
        if name not in facts:
            wrong.append(FieldError(f"facts.{name}", "没有这一项，能填的见 /api/v1/facts"))
        elif raw is not None:
            try:
                values[name] = _read(raw, facts[name], as_of)
            except ValueError as error:
                wrong.append(FieldError(f"facts.{name}", f"{facts[name].label}：{error}"))
    if not wrong:
        values, wrong = _complete(values, facts, as_of)
    if wrong:
        raise BadInput("；".join(error.message for error in wrong) + "。", tuple(wrong))
    dont_know = frozenset(name for name, raw in given.items() if raw is None and name not in values)
    return Known(values, {name: raw for name, raw in given.items() if raw is not None}, dont_know, as_of)


def _read(raw: object, fact: Fact, as_of: date) -> Value:
    """One value; ValueError with a sentence when it does not fit its fact."""
    if fact.type == "bool":
        if isinstance(raw, bool):
            return raw
        raise ValueError("要填 true 或 false")
    if fact.type == "enum":
        if isinstance(raw, str) and raw in fact.choices:
            return raw
        raise ValueError(f"要填 {'、'.join(fact.choices)} 其中一个")
    low, high = _ends(raw, fact)
    if low > high:
        raise ValueError("小的要写在 min，大的写在 max")
    if fact.type == "date":
        if high > as_of.toordinal() and not fact.future:
            if low > as_of.toordinal():
                raise ValueError("这个日期还没到，请再看看写对没有")
            high = as_of.toordinal()
        return low, high
    assert fact.range is not None
    if low < fact.range[0] or high > fact.range[1]:
        raise ValueError(f"要在 {fact.range[0]:g} 到 {fact.range[1]:g} 之间")
    return low, high


def _ends(raw: object, fact: Fact) -> Range:
    if isinstance(raw, Mapping):
        if set(raw) != {"min", "max"}:
            raise ValueError("写范围要有 min 和 max 两项")
        return _end(raw["min"], fact, False), _end(raw["max"], fact, True)
    return _end(raw, fact, False), _end(raw, fact, True)


def _end(raw: object, fact: Fact, last: bool) -> float:
    if fact.type == "date":
        if not isinstance(raw, str):
            raise ValueError("要填日期，例如 2020-03-01")
        day = PartialDate.check(raw)
        return (day.last_day() if last else day.first_day()).toordinal()
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise ValueError("要填一个数")
    if fact.type == "int" and raw != int(raw):
        raise ValueError("要填整数")
    return raw


def _complete(
    values: dict[str, Value], facts: Mapping[str, Fact], as_of: date
) -> tuple[dict[str, Value], list[FieldError]]:
    """Adds what is counted from dates and what values imply, until nothing new comes; and finds contradictions."""
    wrong: dict[str, FieldError] = {}
    waiting = list(values)
    while waiting and not wrong:
        name = waiting.pop()
        for other, value, why in _consequences(name, values, facts, as_of):
            merged = _merge(values.get(other), value)
            if merged is None:
                wrong[name] = FieldError(f"facts.{name}", f"{facts[name].label}和{facts[other].label}对不上：{why}")
            elif merged != values.get(other):
                values[other] = merged
                waiting.append(other)
    for name, value in values.items():
        for other in facts[name].less_than:
            mine, theirs = value, values.get(other)
            if isinstance(mine, tuple) and isinstance(theirs, tuple) and mine[0] >= theirs[1]:
                text = f"{facts[name].label}要小于{facts[other].label}，请再看看写对没有"
                wrong[name] = FieldError(f"facts.{name}", text)
    return values, list(wrong.values())


def _consequences(
    name: str, values: Values, facts: Mapping[str, Fact], as_of: date
) -> Iterable[tuple[str, Value, str]]:
    """What one known fact says about others: fact, value, and the sentence should it contradict."""
    fact, value = facts[name], values[name]
    if fact.counted_from and isinstance(value, tuple):
        months = _MONTHS[fact.counted_from.unit]
        yield fact.counted_from.date, date_range(value, months, as_of), "算下来不是同一个时间"
    for other in facts.values():
        if other.counted_from and other.counted_from.date == name and isinstance(value, tuple):
            yield other.id, number_range(value, _MONTHS[other.counted_from.unit], as_of), "算下来不是同一个时间"
    for rule in fact.implies:
        if rule.at_least is not None:
            holds = isinstance(value, tuple) and value[0] >= rule.at_least
        else:
            holds = value == rule.equals or value == (rule.equals, rule.equals)
        if holds:
            told = rule.value
            exact = isinstance(told, int | float) and not isinstance(told, bool)
            yield rule.fact, (told, told) if exact else told, "两样不能同时成立"  # type: ignore[misc]


def _merge(old: Value | None, new: Value) -> Value | None:
    """What both allow; None when they exclude each other."""
    if old is None or old == new:
        return new
    if isinstance(old, tuple) and isinstance(new, tuple):
        low, high = max(old[0], new[0]), min(old[1], new[1])
        return (low, high) if low <= high else None
    return None


def number_range(dates: Range, months: int, as_of: date) -> Range:
    """How many full units (of so many months) have passed on `as_of` since a date between the two ends."""
    early, late = (date.fromordinal(int(end)) for end in dates)
    return float(months_between(late, as_of) // months), float(months_between(early, as_of) // months)


def date_range(numbers: Range, months: int, as_of: date) -> Range:
    """Between which dates a time began that is so many full units long on `as_of`.

    >>> [date.fromordinal(int(end)).isoformat() for end in date_range((15, 15), 12, date(2026, 11, 23))]
    ['2010-11-24', '2011-11-23']
    """
    least, most = (math.floor(end) * months for end in numbers)
    latest = add_months(as_of, -least)
    while add_months(latest + timedelta(1), least) <= as_of:
        latest += timedelta(1)
    earliest = add_months(as_of, -(most + months))
    while add_months(earliest, most + months) <= as_of:
        earliest += timedelta(1)
    return float(earliest.toordinal()), float(latest.toordinal())
