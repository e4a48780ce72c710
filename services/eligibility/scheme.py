"""In: a scheme as written, the catalogue, its sources and a day. Out: the scheme ready to judge on that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from services.eligibility.facts.models import Fact
from services.eligibility.models import Line, SchemeFile
from services.eligibility.outcome.counter import Counter
from services.eligibility.outcome.doses import AGE_FACT, ASKED_FACT
from services.eligibility.outcome.formula import names_in
from services.eligibility.rules.compiler import Compiler, Rule, facts_of
from services.eligibility.rules.exact import Exact
from services.eligibility.rules.parameters import Worth, worths
from services.knowledge.reference_models import ImmunisationSchedule

_DAYS_KEPT = 16
"""Days a scheme stays compiled for: today, and those of a few "as of" questions."""


@dataclass(frozen=True)
class OnDay:
    """A scheme on one day."""

    rule: Rule
    """Its conditions."""
    exact: Exact
    """Finds its exact verdict."""
    counter: Counter | None
    """Counts its outcome."""
    worths: Mapping[str, Worth]
    """Its parameters that day."""
    stale: bool
    """True: past its end or its check date, so that every verdict "needs checking"."""


class Scheme:
    """One scheme.

    Args:
        file: as written.
        facts: the catalogue.
        sources: reference → citation, of its item.
        schedule: of vaccinations, for an outcome of doses.
    """

    def __init__(
        self,
        file: SchemeFile,
        facts: Mapping[str, Fact],
        sources: Mapping[str, Mapping[str, Any]],
        schedule: ImmunisationSchedule | None = None,
    ) -> None:
        self.file, self.facts, self.sources, self.schedule = file, facts, sources, schedule
        self.since = file.in_force.since.first_day()
        self.until = file.in_force.until.last_day() if file.in_force.until else None
        self.order = tuple(name for name in _order(file) if name in facts)
        """Every fact the scheme looks at, in the order to ask."""
        self.on = lru_cache(_DAYS_KEPT)(self._on)

    def _on(self, day: date) -> OnDay:
        found = worths(self.file.parameters, day)
        counter = Counter(self.file.outcome, self.facts, found, day) if self.file.outcome else None
        compiler = Compiler(self.facts, found, day, counter.total if counter else None)
        rule = compiler.rule(self.file.needs)
        ended = self.until is not None and day > self.until
        return OnDay(rule, Exact(rule, self.facts), counter, found, ended or day > self.check_before)

    @property
    def check_before(self) -> date:
        """The last day its rules count as checked."""
        return self.file.check_before.last_day()

    def stale_since(self) -> date:
        """The first day on which its verdicts need checking."""
        ends = [self.check_before, *([self.until] if self.until else [])]
        return min(ends) + timedelta(1)


def _order(file: SchemeFile) -> tuple[str, ...]:
    """Every name the scheme looks at: facts, and parameters of formulas."""
    found = dict.fromkeys(file.ask)
    found.update(dict.fromkeys(facts_of(file.needs)))
    outcome = file.outcome
    for line in outcome.lines if outcome else ():
        found.update(dict.fromkeys(line_facts(line)))
    if outcome and outcome.kind == "doses":
        found.update(dict.fromkeys((ASKED_FACT, AGE_FACT)))
    for deadline in outcome.deadlines if outcome else ():
        found[deadline.since] = None
        found.update(dict.fromkeys(facts_of(deadline.when) if deadline.when else ()))
    return tuple(found)


def line_facts(line: Line) -> list[str]:
    """The facts (and, of a formula, parameters) one line needs."""
    names = sorted(names_in(line.formula)) if line.formula else []
    return [*names, *filter(None, (line.table, line.over)), *(facts_of(line.when) if line.when else ())]
