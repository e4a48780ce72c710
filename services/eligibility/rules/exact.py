"""In: a rule that Kleene's logic leaves unknown. Out: the verdict that all completions share, if they do.

"At least 6 or less than 6" is true whatever the number is, but each half is unknown. So facts that stand in several
conditions are tried with one value from each stretch between their bounds; facts that stand once need no trial.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from services.eligibility.facts.known import Value, Values
from services.eligibility.facts.models import Fact
from services.eligibility.rules.comparing import FOREVER
from services.eligibility.rules.compiler import Rule
from services.eligibility.rules.verdict import NO, UNKNOWN, YES, Verdict

MOST_TRIALS = 4_096
"""More combinations than this are not tried; the verdict then stays unknown, which is safe."""
_STEP = 1e-6


class Exact:
    """Finds exact verdicts of one rule.

    Args:
        rule: the whole scheme's.
        facts: the catalogue.
    """

    def __init__(self, rule: Rule, facts: Mapping[str, Fact]) -> None:
        self._rule = rule
        self._conditions: dict[str, list[Rule]] = defaultdict(list)
        for condition in rule.conditions():
            if condition.test is not None and condition.node.fact and not condition.doubt:
                self._conditions[condition.node.fact].append(condition)
        self._repeated = {name: facts[name] for name, found in self._conditions.items() if len(found) > 1}

    def judge(self, values: Values) -> Verdict:
        """The verdict every completion of `values` has; UNKNOWN when they differ."""
        found = self._rule.judge(values)
        if found != UNKNOWN or not self._repeated:
            return found
        open_facts = [name for name in self._repeated if self._open(name, values)]
        cells = [list(self._cells(name, values)) for name in open_facts]
        if not open_facts or prod(map(len, cells)) > MOST_TRIALS:
            return UNKNOWN
        verdicts: set[Verdict] = set()
        for chosen in product(*cells):
            verdicts.add(self._rule.judge({**values, **dict(zip(open_facts, chosen, strict=True))}))
            if UNKNOWN in verdicts or len(verdicts) > 1:
                return UNKNOWN
        return YES if verdicts == {YES} else NO

    def _open(self, name: str, values: Values) -> bool:
        value = values.get(name)
        return any(c.test(value) == UNKNOWN for c in self._conditions[name] if c.test)

    def _cells(self, name: str, values: Values) -> Iterable[Value]:
        """One value of each stretch on which no condition changes."""
        fact = self._repeated[name]
        if fact.type == "bool":
            return (True, False)
        if fact.type == "enum":
            return tuple(fact.choices)
        found = values.get(name)
        low, high = found if isinstance(found, tuple) else fact.range or FOREVER
        marks = {low, high}
        for condition in self._conditions[name]:
            marks.update(self._marks(condition))
        step = 1.0 if fact.type in ("int", "date") else _STEP
        around = {mark + move for mark in marks for move in (-step, 0.0, step)}
        return [(mark, mark) for mark in sorted(around) if low <= mark <= high]

    def _marks(self, condition: Rule) -> Iterable[float]:
        node = condition.node
        if node.comparison in ("equals", "one_of"):
            wanted = node.one_of if node.one_of is not None else (node.equals,)
            return [float(one) for one in wanted if isinstance(one, int | float)]
        return [condition.edge] if condition.edge is not None else []
