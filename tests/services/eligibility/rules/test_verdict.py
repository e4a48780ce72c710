"""The semantics, written down as tables before any rule."""

from __future__ import annotations

from itertools import product

import pytest

from services.eligibility.rules.verdict import NO, UNKNOWN, YES, at_least, excepted, negated
from tests.services.eligibility.world import DAY, leaf, scheme

ALL_TABLE = {
    (NO, NO): NO, (NO, UNKNOWN): NO, (NO, YES): NO,
    (UNKNOWN, UNKNOWN): UNKNOWN, (UNKNOWN, YES): UNKNOWN, (YES, YES): YES,
}  # fmt: skip
ANY_TABLE = {
    (NO, NO): NO, (NO, UNKNOWN): UNKNOWN, (NO, YES): YES,
    (UNKNOWN, UNKNOWN): UNKNOWN, (UNKNOWN, YES): YES, (YES, YES): YES,
}  # fmt: skip
SAID = {YES: True, NO: False}


@pytest.mark.parametrize(("group", "table"), [("all", ALL_TABLE), ("any", ANY_TABLE)])
def test_groups_follow_kleene(group: str, table: dict[tuple[int, int], int]) -> None:
    made = scheme({group: [leaf("a", "local", **{"is": True}), leaf("b", "has_permit", **{"is": True})]})
    for one, other in product((NO, UNKNOWN, YES), repeat=2):
        values = {n: SAID[v] for n, v in (("local", one), ("has_permit", other)) if v != UNKNOWN}
        assert made.on(DAY).rule.judge(values) == table[tuple(sorted((one, other)))]  # type: ignore[index]


def test_not_turns_round_and_unknown_stays() -> None:
    made = scheme({"not": leaf("a", "local", **{"is": True})}).on(DAY).rule
    assert [made.judge(v) for v in ({"local": True}, {}, {"local": False})] == [NO, UNKNOWN, YES]
    assert [negated(v) for v in (NO, UNKNOWN, YES)] == [YES, UNKNOWN, NO]


def test_at_least_k_is_what_every_completion_says() -> None:
    for size in (1, 2, 3, 4):
        for parts in product((NO, UNKNOWN, YES), repeat=size):
            open_ends = [(NO, YES) if part == UNKNOWN else (part,) for part in parts]
            for wanted in range(size + 2):
                outcomes = {sum(p == YES for p in filled) >= wanted for filled in product(*open_ends)}
                expected = UNKNOWN if len(outcomes) == 2 else YES if outcomes == {True} else NO
                assert at_least(wanted, parts) == expected


def test_an_exception_is_what_every_completion_says() -> None:
    for rule, holds, then in product((NO, UNKNOWN, YES), (NO, UNKNOWN, YES), (NO, YES)):
        outcomes = {
            then if h == YES else r
            for r in ((NO, YES) if rule == UNKNOWN else (rule,))
            for h in ((NO, YES) if holds == UNKNOWN else (holds,))
        }
        assert excepted(rule, holds, then) == (outcomes.pop() if len(outcomes) == 1 else UNKNOWN)


def test_a_count_group_of_a_scheme() -> None:
    parts = [leaf("a", "local", **{"is": True}), leaf("b", "has_permit", **{"is": True}), leaf("c", "area", under=5)]
    judge = scheme({"count": 2, "of": parts}).on(DAY).rule.judge
    assert judge({"local": True, "has_permit": True}) == YES
    assert judge({"local": False, "has_permit": False}) == NO
    assert judge({"local": False, "has_permit": True}) == UNKNOWN
