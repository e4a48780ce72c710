"""In: nothing. Out: the types the fact finder works with: a piece of text with its value, and what was heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.messages import Entity

Kind = Literal[
    "duration",
    "money",
    "age",
    "date",
    "number",
    "big_number",
    "grade",
    "rate",
    "rate_day",
    "rate_hour",
    "limit",
    "place",
    "home",
]


@dataclass(frozen=True)
class Span:
    """A piece of the text that carries a value."""

    kind: Kind
    """What sort of value; `rate` is the "a month" of a monthly wage, `limit` is "within three months"."""
    start: int
    """First character, from 0."""
    end: int
    """One past the last character."""
    low: float = 0
    """Smallest value meant: months, years of age, yuan or a plain number."""
    high: float = 0
    """Largest value meant, included; equal to `low` when the value is exact."""
    unit: str = ""
    """Unit it was said in: year, month, week, day, hour; empty for plain numbers."""
    months: tuple[int, int] | None = None
    """Of an age, the same in months, smallest and largest; None where it was told in whole years."""
    text: str = ""
    """Usual name of a place, ISO form of a date."""


@dataclass(frozen=True)
class FactsHeard:
    """What one sentence tells about the person's situation."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    """Facts by the name rules use; an interval is {"min": a, "max": b}, both included."""
    entities: tuple[Entity, ...] = ()
    """Pieces of the text that name something, in order."""
    supposed: Mapping[str, Any] = field(default_factory=dict)
    """Facts that are only supposed: "要是社保交满十年呢"."""
