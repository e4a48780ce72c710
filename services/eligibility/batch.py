"""In: a scheme and columns of facts of many persons. Out: their verdicts as int8, in numpy: for "who gains or loses".

Columns: numbers and dates (as ordinals) with NaN for unknown; yes or no as 1, 0 and -1 for unknown; choices as the
place in the fact's `choices`, -1 for unknown. Kleene's logic, without the exactness step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from services.eligibility.facts.known import Value
from services.eligibility.facts.models import Fact
from services.eligibility.rules.comparing import Test
from services.eligibility.rules.compiler import Rule
from services.eligibility.rules.verdict import UNKNOWN, YES
from services.eligibility.scheme import OnDay

Verdicts = npt.NDArray[np.int8]
Columns = Mapping[str, npt.NDArray[Any]]


def verdicts(today: OnDay, facts: Mapping[str, Fact], columns: Columns, size: int) -> Verdicts:
    """The verdict of each person; facts without a column are unknown for everybody. A condition on the total of an
    outcome is counted person by person, so schemes with one take far longer.
    """
    if today.stale:
        return np.zeros(size, np.int8)
    return _rule(today.rule, facts, columns, size)


def people(facts: Mapping[str, Fact], columns: Columns, size: int) -> Iterator[dict[str, Value]]:
    """The same persons one by one, as a rule's `judge` takes them; what is unknown is left out."""
    for row in range(size):
        values = {name: _value(facts[name], float(column[row])) for name, column in columns.items()}
        yield {name: value for name, value in values.items() if value is not None}


def _value(fact: Fact, number: float) -> Value | None:
    if fact.type == "bool":
        return None if number < 0 else bool(number)
    if fact.type == "enum":
        return None if number < 0 else tuple(fact.choices)[int(number)]
    return None if isnan(number) else (number, number)


def _rule(rule: Rule, facts: Mapping[str, Fact], columns: Columns, size: int) -> Verdicts:
    found = _group(rule, facts, columns, size) if rule.parts else _condition(rule, facts, columns, size)
    for exception, then in rule.exceptions:
        holds = _rule(exception, facts, columns, size)
        unsure = np.where(found == then, found, np.int8(UNKNOWN))
        found = np.select([holds == 1, holds == -1], [np.int8(then), found], unsure).astype(np.int8)
    return found


def _group(rule: Rule, facts: Mapping[str, Fact], columns: Columns, size: int) -> Verdicts:
    parts = [_rule(part, facts, columns, size) for part in rule.parts]
    node = rule.node
    if node.not_:
        return -parts[0]
    if node.all:
        return reduce(np.minimum, parts)
    if node.any:
        return reduce(np.maximum, parts)
    ranked = np.sort(np.stack(parts), axis=0)
    found: Verdicts = ranked[len(parts) - (node.count or 1)]
    return found


def _condition(rule: Rule, facts: Mapping[str, Fact], columns: Columns, size: int) -> Verdicts:
    name, test = rule.node.fact, rule.test
    if rule.node.score:
        return np.array([rule.judge(person) for person in people(facts, columns, size)], np.int8)
    if rule.doubt or test is None or name is None:
        return np.zeros(size, np.int8)
    fact = facts[name]
    if name not in columns:
        return np.full(size, test(None), np.int8)
    column = columns[name]
    if fact.type in ("bool", "enum"):
        # The tests of all choices, the unknown last: -1 finds it.
        choices = (False, True) if fact.type == "bool" else tuple(fact.choices)
        table = np.array([*(test(choice) for choice in choices), test(None)], np.int8)
        picked: Verdicts = table[column.astype(np.int64)]
        return picked
    return _number(rule, fact, test, column)


def _number(rule: Rule, fact: Fact, test: Test, column: npt.NDArray[np.generic]) -> Verdicts:
    """Numbers are exact here, so a test has one turning point: found once, compared in one pass."""
    node = rule.node
    if node.comparison in ("equals", "one_of"):
        wanted = node.one_of if node.one_of is not None else (node.equals,)
        inside = np.isin(
            column, np.array([float(one) for one in wanted if one is not None and not isinstance(one, str)])
        )
    else:
        inside = _side(rule, column)
    absent = test(None)
    found = np.where(inside, np.int8(YES), np.int8(-1))
    found[np.isnan(column)] = absent
    return found


def _side(rule: Rule, column: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = _COMPARED[str(rule.node.comparison)](column, rule.edge)
    return found


_COMPARED: dict[str, Any] = {
    "at_least": np.greater_equal, "on_or_after": np.greater_equal, "within": np.greater_equal, "over": np.greater,
    "at_most": np.less_equal, "on_or_before": np.less_equal, "past": np.less_equal, "under": np.less,
}  # fmt: skip
