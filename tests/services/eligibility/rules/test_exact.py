"""The exactness step against trying every completion; and soundness of every verdict."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

from services.eligibility.facts.known import Value
from services.eligibility.rules.compiler import Rule
from services.eligibility.rules.exact import Exact
from services.eligibility.rules.verdict import NO, UNKNOWN, YES
from tests.services.eligibility.world import DAY, FACTS, leaf, scheme

MONTHS = range(0, 601)
CHOICES: dict[str, list[Value]] = {
    "insured_months": [(float(n), float(n)) for n in range(0, 13)],
    "local": [True, False],
    "degree": ["none", "college", "master"],
}


def tree(draw: random.Random, depth: int, counter: list[int]) -> dict[str, Any]:
    """A random rule over three facts, with numbers small enough to try them all."""
    counter[0] += 1
    name = f"n{counter[0]}"
    if depth == 0 or draw.random() < 0.25:
        kind = draw.choice(["insured_months", "local", "degree"])
        if kind == "insured_months":
            return leaf(name, kind, **{draw.choice(["at_least", "at_most", "over", "under"]): draw.randint(0, 12)})
        if kind == "local":
            return leaf(name, kind, **{"is": draw.random() < 0.5})
        return leaf(name, kind, one_of=draw.sample(["none", "college", "master"], draw.randint(1, 2)))
    parts = [tree(draw, depth - 1, counter) for _ in range(draw.randint(2, 3))]
    shape = draw.random()
    if shape < 0.15:
        return {"not": parts[0]}
    if shape < 0.3:
        return {"count": draw.randint(1, len(parts)), "of": parts}
    group: dict[str, Any] = {draw.choice(["all", "any"]): parts}
    if shape > 0.8:
        group["except"] = [{"when": tree(draw, 0, counter), "then": draw.choice(["met", "unmet"])}]
    return group


def completions(values: dict[str, Value]) -> list[dict[str, Value]]:
    names = list(CHOICES)
    pools = [[values[n]] if n in values else CHOICES[n] for n in names]
    # Beyond 12 nothing changes: every bound is at most 12, and 13 stands for all of it.
    pools = [
        [*pool, (13.0, 13.0)] if n == "insured_months" and n not in values else pool
        for n, pool in zip(names, pools, strict=True)
    ]
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*pools)]


def truth(rule: Rule, values: dict[str, Value]) -> int:
    outcomes = {rule.judge(person) for person in completions(values)}
    assert outcomes <= {YES, NO}, "a complete person is always decided"
    return outcomes.pop() if len(outcomes) == 1 else UNKNOWN


@pytest.mark.parametrize("seed", range(150))
def test_random_rules_are_exact_on_every_partial_person(seed: int) -> None:
    draw = random.Random(seed)
    rule = scheme(tree(draw, 3, [0])).on(DAY).rule
    exact = Exact(rule, FACTS)
    for _ in range(40):
        values = {name: draw.choice(pool) for name, pool in CHOICES.items() if draw.random() < 0.5}
        real = truth(rule, values)
        assert rule.judge(values) in (real, UNKNOWN), "unsound"
        assert exact.judge(values) == real


def test_either_half_of_a_number_line_is_enough() -> None:
    rule = scheme({"any": [leaf("a", "area", under=6), leaf("b", "area", at_least=6)]}).on(DAY).rule
    assert rule.judge({}) == UNKNOWN
    assert Exact(rule, FACTS).judge({}) == YES


def test_dates_have_cells_too() -> None:
    needs = {"any": [leaf("a", "injury", within=1, unit="year"), leaf("b", "injury", past=1, unit="year")]}
    assert Exact(scheme(needs).on(DAY).rule, FACTS).judge({}) == YES


def test_a_bound_outside_the_declared_range_decides_without_asking() -> None:
    assert scheme(leaf("a", "area", at_least=0)).on(DAY).rule.judge({}) == YES
    assert scheme(leaf("a", "area", over=500)).on(DAY).rule.judge({}) == NO


def test_too_many_combinations_stay_unknown_instead_of_hanging() -> None:
    parts = []
    for number in range(1, 60):
        parts += [
            leaf(f"a{number}", "insured_months", under=number * 7),
            leaf(f"b{number}", "other_months", over=number * 7),
        ]
    assert Exact(scheme({"any": parts}).on(DAY).rule, FACTS).judge({}) == UNKNOWN


def test_exact_numbers_have_cells_of_their_own() -> None:
    needs: dict[str, Any] = {
        "any": [leaf("a", "insured_months", **{"is": 3}), {"not": leaf("b", "insured_months", one_of=[3, 5])}]
    }
    rule = scheme(needs).on(DAY).rule
    assert Exact(rule, FACTS).judge({}) == UNKNOWN, "five is in the second only"
    needs["any"].append(leaf("c", "insured_months", **{"is": 5}))
    assert Exact(scheme(needs).on(DAY).rule, FACTS).judge({}) == YES


@pytest.mark.parametrize(
    ("fact", "verdict"),
    [("insured_months", YES), ("area", UNKNOWN)],
)
def test_between_two_whole_numbers_there_is_room_only_for_what_is_not_whole(fact: str, verdict: int) -> None:
    needs = {"any": [leaf("a", fact, at_most=5), leaf("b", fact, at_least=6)]}
    assert Exact(scheme(needs).on(DAY).rule, FACTS).judge({}) == verdict


def test_only_what_a_range_allows_is_tried() -> None:
    needs = {"any": [leaf("a", "insured_months", under=6), leaf("b", "insured_months", over=8)]}
    exact = Exact(scheme(needs).on(DAY).rule, FACTS)
    values: dict[tuple[float, float], int] = {
        (3.0, 5.0): YES, (5.0, 6.0): UNKNOWN, (5.0, 9.0): UNKNOWN, (6.0, 8.0): NO, (8.0, 9.0): UNKNOWN,
        (9.0, 20.0): YES,
    }  # fmt: skip
    assert {ends: exact.judge({"insured_months": ends}) for ends in values} == values
    outside = {"all": [leaf("a", "insured_months", at_least=6), leaf("b", "insured_months", under=6)]}
    assert Exact(scheme(outside).on(DAY).rule, FACTS).judge({}) == NO
