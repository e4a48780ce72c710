"""In: a scheme's parameters and a day. Out: what each is worth that day, with its source and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.eligibility.facts.calendar import FAR
from services.eligibility.models import Parameter


@dataclass(frozen=True)
class Worth:
    """A parameter on one day."""

    value: float
    """The number; of a date its ordinal."""
    cite: str
    """Reference of the source in the item."""
    sure: bool
    """False: the value is of low confidence."""
    is_date: bool
    """Whether `value` is an ordinal."""
    unit: str
    """As people read it."""

    def text(self) -> str:
        """The value as people read it.

        >>> Worth(6.0, "s1", True, False, "个月").text()
        '6'
        """
        return date.fromordinal(int(self.value)).isoformat() if self.is_date else f"{self.value:g}"


def worth(parameter: Parameter, day: date) -> Worth | None:
    """What it is worth on a day; None where no value covers the day."""
    for start, end, found in spans(parameter):
        if start <= day < end:
            return found
    return None


def spans(parameter: Parameter) -> list[tuple[date, date, Worth]]:
    """The times of each value, first day and day after the last."""
    found = []
    starts = [dated.since.first_day() for dated in parameter.values]
    for place, dated in enumerate(parameter.values):
        follows = starts[place + 1] if place + 1 < len(starts) else FAR
        end = min(follows, dated.until.last_day() + timedelta(1)) if dated.until else follows
        is_date = isinstance(dated.value, str)
        value = float(dated.value.first_day().toordinal()) if isinstance(dated.value, str) else float(dated.value)
        sure = dated.confidence != "low"
        found.append((starts[place], end, Worth(value, dated.cite, sure, is_date, parameter.unit)))
    return found


def worths(parameters: Mapping[str, Parameter], day: date) -> dict[str, Worth]:
    """All parameters that have a value on a day."""
    found = {name: worth(parameter, day) for name, parameter in parameters.items()}
    return {name: value for name, value in found.items() if value is not None}


def neat(number: float) -> float | None:
    """A number without a needless ".0"; None for "without limit", which JSON cannot write.

    >>> neat(30.0), neat(2.5)
    (30, 2.5)
    """
    if not math.isfinite(number):
        return None
    return int(number) if float(number).is_integer() else number
