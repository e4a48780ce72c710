"""In: an arithmetic formula of a scheme. Out: a function from what is known to the lowest and highest result.

Allowed: numbers, + - * /, parentheses, names of facts and parameters, min max floor ceil. Interval arithmetic
(Moore 1966): the bounds hold whatever the true values are; they are tight when each fact stands once.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

from services.eligibility.facts.known import Range, Values
from services.eligibility.facts.models import Fact
from services.eligibility.rules.parameters import Worth

Sum = Callable[[Values], Range]
_EXACT = 9
"""Digits kept: 0.1 + 0.2 must be 0.3 to a person."""


def names_in(text: str) -> set[str]:
    """The facts and parameters a formula needs.

    Raises:
        ValueError: it is not a formula; the sentence is for a clerk.
    """
    nodes = list(ast.walk(_tree(text)))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in called}


def formula(text: str, facts: Mapping[str, Fact], worths: Mapping[str, Worth]) -> Sum:
    """Compiles a formula.

    Raises:
        ValueError: it is not a formula, or names something unknown.

    >>> rate = formula("min(30, 5 + 2 * 3) / 4", {}, {})
    >>> rate({})
    (2.75, 2.75)
    """
    return _rounded(_compiled(_tree(text).body, facts, worths))


def _tree(text: str) -> ast.Expression:
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"“{text}”不是算式") from error


def _rounded(inner: Sum) -> Sum:
    def rounded(values: Values) -> Range:
        low, high = inner(values)
        return round(low, _EXACT), round(high, _EXACT)

    return rounded


def _compiled(node: ast.expr, facts: Mapping[str, Fact], worths: Mapping[str, Worth]) -> Sum:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return _constant(float(node.value))
    if isinstance(node, ast.Name):
        return _name(node.id, facts, worths)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _compiled(node.operand, facts, worths)
        return lambda values: (lambda r: (-r[1], -r[0]))(inner(values))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        combine = _OPERATORS[type(node.op)]
        left, right = _compiled(node.left, facts, worths), _compiled(node.right, facts, worths)
        return lambda values: combine(left(values), right(values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords and node.args:
        return _call(node.func.id, [_compiled(argument, facts, worths) for argument in node.args])
    raise ValueError(f"算式里不能写“{ast.unparse(node)}”，只能写数、加减乘除、min、max、floor、ceil 和事实、参数的名称")


def _constant(value: float) -> Sum:
    return lambda values: (value, value)


def _name(name: str, facts: Mapping[str, Fact], worths: Mapping[str, Worth]) -> Sum:
    if name in worths:
        return _constant(worths[name].value)
    fact = facts.get(name)
    if fact is None or fact.range is None:
        raise ValueError(f"算式里的“{name}”不是参数，也不是一个数的事实")
    whole = fact.range
    return lambda values: values.get(name, whole)  # type: ignore[return-value]


def _call(name: str, arguments: list[Sum]) -> Sum:
    if name in ("floor", "ceil") and len(arguments) == 1:
        step, inner = (math.floor, math.ceil)[name == "ceil"], arguments[0]
        # Digits beyond _EXACT are noise of binary numbers: 2.9999999999 full years are 3.
        return lambda values: tuple(float(step(round(end, _EXACT))) for end in inner(values))  # type: ignore[return-value]
    if name in ("min", "max") and len(arguments) > 1:
        choose: Any = min if name == "min" else max
        return lambda values: tuple(map(choose, *(argument(values) for argument in arguments)))
    raise ValueError(f"算式里的 {name}(…) 用不了，能用 min、max（两个数以上）和 floor、ceil（一个数）")


def _times(a: Range, b: Range) -> Range:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _over(a: Range, b: Range) -> Range:
    if b[0] <= 0 <= b[1]:
        return -math.inf, math.inf
    corners = [x / y for x in a for y in b]
    return min(corners), max(corners)


_OPERATORS: dict[type[ast.operator], Callable[[Range, Range], Range]] = {
    ast.Add: lambda a, b: (a[0] + b[0], a[1] + b[1]),
    ast.Sub: lambda a, b: (a[0] - b[1], a[1] - b[0]),
    ast.Mult: _times,
    ast.Div: _over,
}
