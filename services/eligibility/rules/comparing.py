"""In: a condition and what its bound is worth. Out: a test of one fact's value, three-valued; pure closures.

A value that may lie on both sides of the bound is UNKNOWN. A fact nobody gave has its whole declared range, so a
bound outside the range decides all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from services.eligibility.facts.calendar import add_months
from services.eligibility.facts.known import Range, Value
from services.eligibility.facts.models import Fact
from services.eligibility.rules.verdict import NO, UNKNOWN, YES, Verdict

Test = Callable[[Value | None], Verdict]
FOREVER: Range = (float(date.min.toordinal()), float(date.max.toordinal()))
"""All days, as ordinals."""
_MONTHS = {"month": 1, "year": 12}


def equality(fact: Fact, wanted: tuple[bool | float | str, ...]) -> Test:
    """Whether the value is one of these."""
    if fact.type in ("bool", "enum"):
        everything = (True, False) if fact.type == "bool" else tuple(fact.choices)
        absent: Verdict = YES if set(everything) <= set(wanted) else UNKNOWN
        return lambda value: absent if value is None else YES if value in wanted else NO
    numbers = [float(one) for one in wanted]  # exact numbers: YES only when the value is exact, too
    whole = fact.range or FOREVER

    def among(value: Value | None) -> Verdict:
        low, high = value if isinstance(value, tuple) else whole
        if low == high:
            return YES if low in numbers else NO
        return UNKNOWN if any(low <= number <= high for number in numbers) else NO

    return among


def comparison(kind: str, bound: float, whole: Range | None = None) -> Test:
    """Whether a number or date (as an ordinal) is on the right side of a bound; `whole`: all it can be."""
    whole = whole or FOREVER
    if kind in ("at_least", "on_or_after"):
        return _side(lambda end: end >= bound, whole, 0, 1)
    if kind == "over":
        return _side(lambda end: end > bound, whole, 0, 1)
    if kind in ("at_most", "on_or_before"):
        return _side(lambda end: end <= bound, whole, 1, 0)
    return _side(lambda end: end < bound, whole, 1, 0)


def _side(holds: Callable[[float], bool], whole: Range, sure: int, maybe: int) -> Test:
    """A test of ranges: met when the end `sure` holds, open when only the end `maybe` does."""

    def judge(ends: Range) -> Verdict:
        return YES if holds(ends[sure]) else UNKNOWN if holds(ends[maybe]) else NO

    absent = judge(whole)
    return lambda value: absent if value is None else judge(value)  # type: ignore[arg-type]


def moved(day: date, length: float, unit: str) -> date:
    """`day` so many units later; months as calendar.py says.

    >>> moved(date(2026, 1, 31), 1, "month"), moved(date(2026, 1, 31), 30, "day")
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 2))
    """
    if unit == "day":
        return day + timedelta(length)
    return add_months(day, round(length * _MONTHS[unit]))


def still_within(as_of: date, length: float, unit: str) -> float:
    """The earliest day (ordinal) that lies no more than so many units back."""
    return _edge(as_of, length, unit, lambda day: moved(day, length, unit) >= as_of)


def long_past(as_of: date, length: float, unit: str) -> float:
    """The latest day (ordinal) that lies at least so many units back."""
    return _edge(as_of, length, unit, lambda day: moved(day, length, unit) > as_of) - 1


def _edge(as_of: date, length: float, unit: str, late: Callable[[date], bool]) -> float:
    """The first day for which `late` holds; months have different lengths, so it is searched near the estimate."""
    day = moved(as_of, -length, unit) - timedelta(4)
    while not late(day):
        day += timedelta(1)
    return float(day.toordinal())
