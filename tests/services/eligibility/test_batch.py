"""The numpy batch says what single verdicts say."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from services.eligibility.batch import people, verdicts
from services.eligibility.facts.known import Value
from services.eligibility.files import shipped_book
from services.eligibility.scheme import Scheme
from tests.services.eligibility.rules.test_exact import tree
from tests.services.eligibility.world import DAY, FACTS, leaf, scheme

PEOPLE = 200


def columns_and_people(made: Scheme, seed: int) -> tuple[dict[str, Any], list[dict[str, Value]]]:
    """Random persons, some facts unknown: as columns, and one by one."""
    draw = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    persons: list[dict[str, Value]] = [{} for _ in range(PEOPLE)]
    for name in made.order:
        fact, unknown = made.facts[name], draw.random(PEOPLE) < 0.3
        if fact.type in ("bool", "enum"):
            choices = [False, True] if fact.type == "bool" else list(fact.choices)
            column: Any = np.where(unknown, -1, draw.integers(0, len(choices), PEOPLE))
            told = [choices[place] for place in column]
        else:
            low, high = (0, 40) if fact.range else (DAY.toordinal() - 1000, DAY.toordinal())
            column = np.where(unknown, np.nan, draw.integers(low, high, PEOPLE).astype(float))
            told = [(number, number) for number in column]
        columns[name] = column
        for person, value, missing in zip(persons, told, unknown, strict=True):
            if not missing:
                person[name] = value
    return columns, persons


def agree(made: Scheme, seed: int) -> None:
    today = made.on(DAY)
    columns, persons = columns_and_people(made, seed)
    assert verdicts(today, made.facts, columns, PEOPLE).tolist() == [today.rule.judge(person) for person in persons]
    assert list(people(made.facts, columns, PEOPLE)) == persons


@pytest.mark.parametrize("seed", range(60))
def test_random_rules(seed: int) -> None:
    agree(scheme(tree(random.Random(seed), 3, [0])), seed)


def test_lengths_of_time_and_numbers_out_of_several() -> None:
    agree(
        scheme({"all": [leaf("a", "injury", within=12, unit="month"), leaf("b", "insured_months", one_of=[3, 5])]}), 1
    )


def test_a_stale_scheme_decides_nothing() -> None:
    made = scheme(leaf("a", "local", **{"is": True}), check_before="2020-01-01")
    assert not verdicts(made.on(DAY), FACTS, {"local": np.array([1, 0])}, 2).any()


def test_every_shipped_scheme_sums_included() -> None:
    for made in shipped_book().schemes.values():
        agree(made, 7)


def test_a_fact_without_a_column_is_unknown_for_everybody_unless_it_cannot_matter() -> None:
    made = scheme(leaf("a", "area", at_least=15))
    assert verdicts(made.on(DAY), FACTS, {}, 3).tolist() == [0, 0, 0]
    made = scheme(leaf("a", "area", at_least=0))
    assert verdicts(made.on(DAY), FACTS, {}, 2).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("kind", "met"),
    [
        ("at_least", [False, True, True]),
        ("over", [False, False, True]),
        ("at_most", [True, True, False]),
        ("under", [True, False, False]),
        ("is", [False, True, False]),
    ],
)
def test_each_comparison_at_its_bound(kind: str, met: list[bool]) -> None:
    made = scheme(leaf("a", "area", **{kind: 15}))
    column = np.array([14.0, 15.0, 16.0, np.nan])
    found = verdicts(made.on(DAY), FACTS, {"area": column}, 4)
    assert found.tolist() == [*(1 if one else -1 for one in met), 0]
    assert found.dtype == np.int8


def test_what_a_person_decides_is_unknown_in_a_batch_too() -> None:
    made = scheme({"id": "a", "text": "看名额", "cite": "s1", "judged_by": "学校"})
    assert verdicts(made.on(DAY), FACTS, {}, 2).tolist() == [0, 0]
    doubted = scheme(leaf("a", "area", under=9, confidence="low"))
    assert verdicts(doubted.on(DAY), FACTS, {"area": np.array([1.0, 20.0])}, 2).tolist() == [0, 0]


@pytest.mark.parametrize(
    "needs",
    [
        {"all": [leaf("a", "local", **{"is": True}), leaf("b", "area", under=9)]},
        {"any": [leaf("a", "local", **{"is": True}), {"not": leaf("b", "degree", **{"is": "none"})}]},
        {"count": 2, "of": [leaf("a", "local", **{"is": True}), leaf("b", "area", under=9), leaf("c", "age", over=9)]},
        {"all": [leaf("a", "area", under=9)], "except": [{"when": leaf("b", "local", **{"is": True}), "then": "met"}]},
        {
            "all": [leaf("a", "area", under=9)],
            "except": [{"when": leaf("b", "local", **{"is": True}), "then": "unmet"}],
        },
        {"id": "a", "text": "够分", "cite": "s1", "score": True, "at_least": 6},
    ],
)
def test_a_batch_is_int8_whatever_columns_are_missing(needs: dict[str, Any]) -> None:
    lines = [{"id": "l", "text": "分", "cite": "s1", "formula": "area"}]
    made = scheme(needs, outcome={"kind": "points", "lines": lines})
    columns = {"area": np.array([3.0, 9.0, np.nan]), "local": np.array([1, 0, -1])}
    for names in (["area", "local"], ["area"], ["local"], []):
        given = {name: columns[name] for name in names}
        found = verdicts(made.on(DAY), FACTS, given, 3)
        persons = list(people(FACTS, given, 3))
        assert found.tolist() == [made.on(DAY).rule.judge(person) for person in persons]
        assert (found.dtype, found.shape) == (np.int8, (3,))
    stale = scheme(needs, outcome={"kind": "points", "lines": lines}, check_before="2020-01-01")
    assert verdicts(stale.on(DAY), FACTS, columns, 3).dtype == np.int8
    assert verdicts(stale.on(DAY), FACTS, columns, 3).tolist() == [0, 0, 0]
