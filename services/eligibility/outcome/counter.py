"""In: a scheme's outcome and what is known. Out: points, money or months as a range, line by line; deadlines.

A line whose facts are unknown has a range. The sum of ranges holds whatever the answers will be, so that "still
short of 120" is said only when it is true for certain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.eligibility.facts.known import Range, Values
from services.eligibility.facts.models import Fact
from services.eligibility.models import Deadline, Line, Outcome
from services.eligibility.outcome.formula import Sum, formula, names_in
from services.eligibility.rules.comparing import moved
from services.eligibility.rules.compiler import Compiler, Rule
from services.eligibility.rules.parameters import Worth
from services.eligibility.rules.verdict import NO, YES


@dataclass(frozen=True)
class CountedLine:
    """A line ready to be counted."""

    line: Line
    """As written."""
    amount: Sum
    """What it gives where its condition holds."""
    when: Rule | None
    """Its condition."""
    sure: bool
    """False when it uses a parameter of low confidence."""

    def value(self, values: Values) -> Range:
        """What it gives, lowest and highest."""
        low, high = self.amount(values)
        holds = YES if self.when is None else self.when.judge(values)
        if holds == YES:
            return low, high
        return (0.0, 0.0) if holds == NO else (min(0.0, low), max(0.0, high))


@dataclass(frozen=True)
class DueDate:
    """A deadline ready to be counted."""

    deadline: Deadline
    """As written."""
    length: float | None
    """How long after the date; None where no value covers the day."""
    when: Rule | None
    """Its condition."""
    sure: bool
    """False when its length is of low confidence."""

    def day(self, values: Values) -> tuple[date, bool] | None:
        """The day, and whether it is exact (else it is the earliest possible); None when it does not apply."""
        began = values.get(self.deadline.since)
        if self.length is None or not isinstance(began, tuple):
            return None
        if self.when is not None and self.when.judge(values) == NO:
            return None
        day = moved(date.fromordinal(int(began[0])), self.length, self.deadline.unit)
        return day, began[0] == began[1]


class Counter:
    """Counts an outcome.

    Args:
        outcome: as written.
        facts: the catalogue.
        worths: the parameters on the day.
        as_of: the day.

    Raises:
        ValueError: a formula is wrong.
    """

    def __init__(self, outcome: Outcome, facts: Mapping[str, Fact], worths: Mapping[str, Worth], as_of: date) -> None:
        self.outcome, self._facts, self._worths = outcome, facts, worths
        compiler = Compiler(facts, worths, as_of)
        self.lines = tuple(self._line(line, compiler) for line in outcome.lines)
        self.deadlines = tuple(self._deadline(deadline, compiler) for deadline in outcome.deadlines)

    def total(self, values: Values) -> Range:
        """The sum of all lines; of lines of one group only the largest counts."""
        low = high = 0.0
        groups: dict[str, Range] = {}
        for counted in self.lines:
            least, most = counted.value(values)
            group = counted.line.group
            if group is None:
                low, high = low + least, high + most
            elif group in groups:
                groups[group] = max(groups[group][0], least), max(groups[group][1], most)
            else:
                groups[group] = least, most
        low += sum(least for least, _ in groups.values())
        high += sum(most for _, most in groups.values())
        if self.outcome.floor is not None:
            low, high = max(low, self.outcome.floor), max(high, self.outcome.floor)
        return round(low, 2), round(high, 2)

    def threshold(self) -> float | None:
        """How much is enough; None when there is no such line or it has no value on the day."""
        found = self._worths.get(self.outcome.threshold or "")
        return found.value if found else None

    def _line(self, line: Line, compiler: Compiler) -> CountedLine:
        when = compiler.rule(line.when) if line.when else None
        sure = line.confidence != "low"
        if line.formula is not None:
            names = names_in(line.formula)
            if names - self._worths.keys() - self._facts.keys():  # no value of a parameter covers this day
                return CountedLine(line, _anything, when, False)
            sure = sure and all(self._worths[name].sure for name in names & self._worths.keys())
            return CountedLine(line, formula(line.formula, self._facts, self._worths), when, sure)
        if line.table is not None:
            return CountedLine(line, _table(line.table, line.scores), when, sure)
        assert line.over is not None
        return CountedLine(line, _steps(self._facts[line.over], line.steps), when, sure)

    def _deadline(self, deadline: Deadline, compiler: Compiler) -> DueDate:
        when = compiler.rule(deadline.when) if deadline.when else None
        if not isinstance(deadline.add, str):
            return DueDate(deadline, float(deadline.add), when, True)
        found = self._worths.get(deadline.add)
        return DueDate(deadline, found.value if found else None, when, bool(found and found.sure))


def _anything(values: Values) -> Range:
    return -math.inf, math.inf


def _table(fact: str, scores: Mapping[str, float]) -> Sum:
    whole = float(min(scores.values())), float(max(scores.values()))

    def look_up(values: Values) -> Range:
        value = values.get(fact)
        if value is None:
            return whole
        found = float(scores[str(value)])
        return found, found

    return look_up


def _steps(fact: Fact, steps: tuple[tuple[float, float], ...]) -> Sum:
    """The amount of the highest step reached; 0 below the first. Amounts need not rise."""

    whole: Range = fact.range or (0.0, 0.0)

    def climb(values: Values) -> Range:
        found = values.get(fact.id)
        low, high = found if isinstance(found, tuple) else whole
        reached = [_step(steps, low), *(amount for start, amount in steps if low < start <= high)]
        return min(reached), max(reached)

    return climb


def _step(steps: tuple[tuple[float, float], ...], number: float) -> float:
    return next((amount for start, amount in reversed(steps) if number >= start), 0.0)
