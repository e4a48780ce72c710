"""In: a scheme, the fact catalogue and a day. Out: its conditions as closures over what is known of a person.

What is costly or depends on the day (parameters, bounds) is done once; a verdict then takes microseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.eligibility.facts.known import Range, Values
from services.eligibility.facts.models import Fact
from services.eligibility.models import Bound, Node
from services.eligibility.rules.comparing import Test, comparison, equality, long_past, still_within
from services.eligibility.rules.parameters import Worth, neat
from services.eligibility.rules.verdict import NO, UNKNOWN, YES, Verdict, at_least, excepted, negated
from services.knowledge.text_types import PartialDate

Doubt = Literal["low_confidence", "no_value", "judged"]
"""Why a condition stays unknown whatever the person says: its number is unsure, none covers the day, a person
decides."""
Judge = Callable[[Values], Verdict]
Score = Callable[[Values], tuple[float, float]]
"""The sum of a scheme's outcome, lowest and highest."""


@dataclass(frozen=True)
class Rule:
    """A condition or a group, ready to judge."""

    node: Node
    """As written."""
    judge: Judge
    """Its verdict."""
    parts: tuple[Rule, ...] = ()
    """The rules inside a group."""
    exceptions: tuple[tuple[Rule, Verdict], ...] = ()
    """When the group gives way, and to which verdict."""
    bound: float | None = None
    """Of a comparison, in the unit of the fact; of `within` and `past` the length."""
    edge: float | None = None
    """The bound that values are compared with: as `bound`, of `within` and `past` a day (ordinal)."""
    required: str | bool | float | None = None
    """The bound as the API gives it: a number, a date, the wanted choices."""
    doubt: Doubt | None = None
    """Why it stays unknown."""
    test: Test | None = field(default=None, repr=False)
    """The test of one value, of a condition on a fact."""

    def conditions(self) -> Iterator[Rule]:
        """The conditions inside, in their order; of exceptions too."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.conditions()
        for exception, _ in self.exceptions:
            yield from exception.conditions()


class Compiler:
    """Makes rules of nodes.

    Args:
        facts: the catalogue.
        worths: the parameters on the day.
        as_of: the day.
        score: of the outcome, for conditions on it.
    """

    def __init__(
        self, facts: Mapping[str, Fact], worths: Mapping[str, Worth], as_of: date, score: Score | None = None
    ) -> None:
        self._facts, self._worths, self._as_of, self._score = facts, worths, as_of, score

    def rule(self, node: Node) -> Rule:
        """The rule of a node."""
        if not node.parts:
            return self._condition(node)
        parts = tuple(self.rule(part) for part in node.parts)
        exceptions = tuple((self.rule(e.when), YES if e.then == "met" else NO) for e in node.except_)
        judge = _group(node, [part.judge for part in parts])
        for exception, then in exceptions:
            judge = _with_exception(judge, exception.judge, then)
        return Rule(node, judge, parts, exceptions)

    def _condition(self, node: Node) -> Rule:
        if node.judged_by:
            return Rule(node, _unknown, doubt="judged", required=node.judged_by)
        kind = node.comparison
        assert kind is not None
        if kind in ("equals", "one_of"):
            return self._equality(node)
        found = self._bound(getattr(node, kind))
        if found is None:
            return Rule(node, _unknown, doubt="no_value")
        bound, shown, sure = found
        doubt: Doubt | None = None if sure and node.confidence != "low" else "low_confidence"
        edge = self._edge(node, kind, bound)
        whole = self._facts[node.fact].range if node.fact else _ANY_SCORE
        test = comparison(_SAME_AS.get(kind, kind), edge, whole)
        judge = _unknown if doubt else self._judge(node, test)
        return Rule(node, judge, bound=bound, edge=edge, required=shown, doubt=doubt, test=test)

    def _equality(self, node: Node) -> Rule:
        wanted = node.one_of if node.one_of is not None else (node.equals,)
        assert node.fact is not None
        fact = self._facts[node.fact]
        test = equality(fact, wanted)  # type: ignore[arg-type]
        doubt: Doubt | None = "low_confidence" if node.confidence == "low" else None
        named = "、".join(fact.choices.get(str(one), f"{one}") for one in wanted)
        required = wanted[0] if isinstance(wanted[0], bool) else named
        judge = _unknown if doubt else self._judge(node, test)
        return Rule(node, judge, required=required, doubt=doubt, test=test)

    def _edge(self, node: Node, kind: str, bound: float) -> float:
        if kind == "within":
            return still_within(self._as_of, bound, str(node.unit))
        if kind == "past":
            return long_past(self._as_of, bound, str(node.unit))
        return bound

    def _judge(self, node: Node, test: Test) -> Judge:
        if node.score:
            assert self._score is not None
            score = self._score
            return lambda values: test(score(values))
        name = node.fact
        return lambda values: test(values.get(name))  # type: ignore[arg-type]

    def _bound(self, raw: Bound) -> tuple[float, str | float | None, bool] | None:
        """A bound's number, how the API shows it, and whether it is sure; None where its parameter has no value."""
        if isinstance(raw, str) and raw in self._worths:
            found = self._worths[raw]
            return found.value, found.text() if found.is_date else neat(found.value), found.sure
        if isinstance(raw, str):
            try:
                return float(PartialDate.check(raw).first_day().toordinal()), raw, True
            except ValueError:
                return None
        return float(raw), neat(float(raw)), True


_SAME_AS = {"within": "on_or_after", "past": "on_or_before"}
"""A length of time back from today is a day."""
_ANY_SCORE: Range = (-math.inf, math.inf)


def _unknown(values: Values) -> Verdict:
    return UNKNOWN


def _group(node: Node, judges: list[Judge]) -> Judge:
    if node.not_:
        inner = judges[0]
        return lambda values: negated(inner(values))
    if node.of:
        count = node.count or 1
        return lambda values: at_least(count, [judge(values) for judge in judges])
    return _all_of(judges) if node.all else _any_of(judges)


def _all_of(judges: list[Judge]) -> Judge:
    def judge_all(values: Values) -> Verdict:
        found: Verdict = YES
        for judge in judges:
            verdict = judge(values)
            if verdict < found:
                if verdict == NO:
                    return NO
                found = verdict
        return found

    return judge_all


def _any_of(judges: list[Judge]) -> Judge:
    def judge_any(values: Values) -> Verdict:
        found: Verdict = NO
        for judge in judges:
            verdict = judge(values)
            if verdict > found:
                if verdict == YES:
                    return YES
                found = verdict
        return found

    return judge_any


def _with_exception(rule: Judge, holds: Judge, then: Verdict) -> Judge:
    return lambda values: excepted(rule(values), holds(values), then)


def facts_of(node: Node) -> Iterator[str]:
    """The facts a node looks at, in their order, each as often as it stands there."""
    if node.fact:
        yield node.fact
    for part in node.parts:
        yield from facts_of(part)
    for exception in node.except_:
        yield from facts_of(exception.when)
