"""In: rules and what is known today. Out: on which coming days they hold for certain, and from which day the whole.

Each condition is a set of days: numbers that grow reach their bound, ages pass limits, deadlines run out, parameters
change. A set of days handles what looking for one threshold gets wrong: insured long enough in July, but over the
age limit in May.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.eligibility.facts.calendar import FAR, add_months
from services.eligibility.facts.known import Known, Range, Values, number_range
from services.eligibility.facts.models import Fact
from services.eligibility.models import Node, Parameter
from services.eligibility.rules.comparing import comparison, moved
from services.eligibility.rules.compiler import Rule
from services.eligibility.rules.parameters import spans
from services.eligibility.rules.spans import NEVER, Days, common, first_from, in_at_least, joined
from services.eligibility.rules.verdict import NO, YES, Verdict

_MONTHS = {"month": 1, "year": 12}
_MONTHS_AHEAD = 60
"""How far ahead a sum is counted."""
_BOUNDED = ("at_least", "over", "at_most", "under", "on_or_after", "on_or_before")
"""Comparisons with a bound that may change with the years."""


@dataclass(frozen=True)
class Future:
    """The coming days of a rule."""

    holds: Days
    """It is met for certain."""
    fails: Days
    """It is not met for certain."""


class Timeline:
    """Looks ahead from one day.

    Args:
        known: what is known.
        facts: the catalogue.
        parameters: of the scheme.
        until: the last day of the scheme; nothing is promised after it.
    """

    def __init__(
        self,
        known: Known,
        facts: Mapping[str, Fact],
        parameters: Mapping[str, Parameter],
        until: date | None = None,
    ) -> None:
        self._known, self._facts, self._parameters = known, facts, parameters
        self._start = known.as_of.toordinal()
        self._end = until.toordinal() + 1 if until else FAR.toordinal()
        self._always: Days = ((self._start, self._end),)

    def met_from(self, rule: Rule) -> date | None:
        """The first day from today on which the rule is met for certain."""
        day = first_from(self._start, self.future(rule).holds)
        return date.fromordinal(day) if day is not None else None

    def future(self, rule: Rule) -> Future:
        """The coming days of a rule."""
        found = self._group(rule) if rule.parts else self._condition(rule)
        for exception, then in rule.exceptions:
            met = self.future(exception)
            given_way = Future(met.holds, NEVER) if then == YES else Future(NEVER, met.holds)
            found = Future(
                joined([*common(found.holds, met.fails), *given_way.holds, *self._either(found.holds, then == YES)]),
                joined([*common(found.fails, met.fails), *given_way.fails, *self._either(found.fails, then == NO)]),
            )
        return found

    def _either(self, days: Days, same: bool) -> Days:
        """Days on which the rule says what the exception would say, so that it does not matter."""
        return days if same else NEVER

    def _group(self, rule: Rule) -> Future:
        parts = [self.future(part) for part in rule.parts]
        size, node = len(parts), rule.node
        if node.not_:
            return Future(parts[0].fails, parts[0].holds)
        wanted = size if node.all else 1 if node.any else node.count or 1
        holds = in_at_least(wanted, [part.holds for part in parts])
        return Future(holds, in_at_least(size - wanted + 1, [part.fails for part in parts]))

    def _condition(self, rule: Rule) -> Future:
        if rule.doubt:
            return Future(NEVER, NEVER)
        node = rule.node
        kind = node.comparison
        if node.fact and kind in ("within", "past"):
            return self._length_of_time(node, rule.bound or 0.0)
        if node.fact and kind in _BOUNDED:
            return self._number(node, kind, rule)
        if node.score:
            return self._sum(rule)
        return self._settled(rule.judge(self._known.values))

    def _sum(self, rule: Rule) -> Future:
        """A sum, looked at once a month: what grows has grown, ages are those of the day. A month counts as met when
        the sum is enough at its beginning and at its end.
        """
        days = [add_months(self._known.as_of, number) for number in range(_MONTHS_AHEAD + 1)]
        verdicts = [rule.judge(self._values_on(day, number)) for number, day in enumerate(days)]
        months = list(zip(pairwise(days), pairwise(verdicts), strict=True))

        def during(wanted: Verdict) -> Days:
            return joined([(a.toordinal(), b.toordinal()) for (a, b), both in months if both == (wanted, wanted)])

        return Future(common(during(YES), self._always), common(during(NO), self._always))

    def _values_on(self, day: date, months: int) -> Values:
        """What will be known so many months ahead, should everything go on."""
        values = dict(self._known.values)
        for name, value in self._known.values.items():
            fact = self._facts[name]
            if not isinstance(value, tuple):
                continue
            if fact.grows:
                more = months // _MONTHS[fact.grows.every]
                values[name] = value[0] + more, value[1] + more
            began = values.get(fact.counted_from.date) if fact.counted_from else None
            if fact.counted_from and isinstance(began, tuple):
                values[name] = number_range(began, _MONTHS[fact.counted_from.unit], day)
        return values

    def _settled(self, verdict: Verdict) -> Future:
        return Future(self._always if verdict == YES else NEVER, self._always if verdict == NO else NEVER)

    def _length_of_time(self, node: Node, length: float) -> Future:
        began = self._known.values.get(str(node.fact))
        if not isinstance(began, tuple):
            return Future(NEVER, NEVER)
        ends = [moved(date.fromordinal(int(day)), length, str(node.unit)).toordinal() for day in began]
        if node.within is not None:  # until that day, that day included
            return Future(self._between(0, ends[0] + 1), self._between(ends[1] + 1, self._end))
        return Future(self._between(ends[1], self._end), self._between(0, ends[0]))

    def _number(self, node: Node, kind: str, rule: Rule) -> Future:
        """Piece by piece, as long as the bound stays the same."""
        name = getattr(node, kind)
        pieces = [(self._start, self._end, rule.bound)]
        if name in self._parameters:
            worths = spans(self._parameters[name])
            pieces = [(s.toordinal(), e.toordinal(), w.value) for s, e, w in worths if w.sure]
        holds: list[tuple[int, int]] = []
        fails: list[tuple[int, int]] = []
        for start, end, bound in pieces:
            piece = self._between(start, end)
            future = self._against(str(node.fact), kind, bound or 0.0)
            holds.extend(common(piece, future.holds))
            fails.extend(common(piece, future.fails))
        return Future(joined(holds), joined(fails))

    def _against(self, name: str, kind: str, bound: float) -> Future:
        """One bound: "rises to it" or "stays below it" is the same threshold seen from two sides."""
        fact = self._facts[name]
        if not fact.grows and not fact.counted_from:
            return self._settled(comparison(kind, bound, fact.range)(self._known.values.get(name)))
        threshold = math.floor(bound) + 1 if kind in ("over", "at_most") else bound
        sure, possible = self._reached(name, threshold)
        after, before = self._between(sure, self._end), self._between(0, possible)
        return Future(after, before) if kind in ("at_least", "over") else Future(before, after)

    def _reached(self, name: str, threshold: float) -> tuple[int, int]:
        """From which day the number is at least `threshold` for certain, and from which day it may be."""
        fact, value = self._facts[name], self._known.values.get(name)
        if fact.counted_from:
            began = self._known.values.get(fact.counted_from.date)
            if isinstance(began, tuple):
                months = math.ceil(threshold) * _MONTHS[fact.counted_from.unit]
                early, late = (add_months(date.fromordinal(int(day)), months).toordinal() for day in began)
                return late, early
        low, high = value if isinstance(value, tuple) else fact.range or (-math.inf, math.inf)
        return self._grown(fact, float(low), threshold), self._grown(fact, float(high), threshold)

    def _grown(self, fact: Fact, number: float, threshold: float) -> int:
        if number >= threshold:
            return self._start
        if not fact.grows or not math.isfinite(number):
            return self._end
        units = math.ceil(round(threshold - number, 9))
        return add_months(self._known.as_of, units * _MONTHS[fact.grows.every]).toordinal()

    def _between(self, start: int, end: int) -> Days:
        return joined([(max(start, self._start), min(end, self._end))])


def assumptions(rule: Rule, facts: Mapping[str, Fact], values: Mapping[str, bool | str | Range]) -> tuple[str, ...]:
    """What must go on for the day to be true, of the conditions that are not met yet."""
    found: dict[str, None] = {}
    for condition in rule.conditions():
        if condition.judge(values) == YES:
            continue
        names = values if condition.node.score else (condition.node.fact or "",)
        grown = (facts[name].grows for name in names if name in facts)
        found.update({growth.assuming: None for growth in grown if growth})
    return tuple(found)
