"""Each condition of each shipped scheme matters: in some case turning only it round turns the verdict, both ways."""

from __future__ import annotations

import pytest

from bot.errors import BadInput
from bot.settings import ROOT
from services.eligibility.assess import judge
from services.eligibility.cases import load_cases
from services.eligibility.facts.known import Values, known
from services.eligibility.files import shipped_book
from services.eligibility.rules.compiler import Rule
from services.eligibility.rules.verdict import NO, UNKNOWN, YES, Verdict, at_least, excepted, negated
from services.eligibility.scheme import Scheme

SCHEMES = list(shipped_book().schemes.values())
OUT_OF_REACH: dict[str, dict[str, set[Verdict]]] = {
    # A woman as old as a man must be is old enough already.
    "employment.hardship_person": {"man": {NO}},
    # Whoever has no Shanghai hukou meets a number of low confidence, and every verdict has to be checked.
    "housing.public_rental.minhang": {"shanghai_hukou": {YES, NO}},
    # What is not listed waits for the office either way.
    "labour.legal_aid": {"matter_listed": {NO}, "matter_unclear": {NO}},
    # Each way leads over the same fact: who is not family is nobody's child or spouse on the points way either.
    "medins.resident.shanghai": {"family": {NO}},
    # With a college diploma, who wants to go to college is let in already.
    "training.education_dream": {"to_bachelor": {NO}},
}
"""Conditions that no person can make decisive, and why."""


def turned(rule: Rule, values: Values, name: str) -> Verdict:
    """The verdict should the condition of this name say the opposite."""
    if not rule.parts:
        return negated(rule.judge(values)) if rule.node.id == name else rule.judge(values)
    parts = [turned(part, values, name) for part in rule.parts]
    node = rule.node
    found = negated(parts[0]) if node.not_ else at_least(node.count or (len(parts) if node.all else 1), parts)
    for exception, then in rule.exceptions:
        found = excepted(found, turned(exception, values, name), then)
    return found


def decided(scheme: Scheme) -> dict[str, set[Verdict]]:
    """Of each condition that can be sure: the verdicts with which it decided a case."""
    found: dict[str, set[Verdict]] = {}
    for case in load_cases(ROOT / "schemes" / scheme.file.id / "cases.yml"):
        try:
            judged = judge(scheme, known(case.facts, scheme.facts, case.on.first_day()))
        except BadInput:
            continue
        values = judged.known.values
        for rule in () if judged.today.stale else judged.today.rule.conditions():
            own = rule.judge(values)
            seen = found.setdefault(str(rule.node.id), set())
            if rule.doubt:
                seen.add(UNKNOWN)
            elif own != UNKNOWN and turned(judged.today.rule, values, str(rule.node.id)) != judged.today.rule.judge(
                values
            ):
                seen.add(own)
    return found


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: str(scheme.file.id))
def test_every_condition_decides_a_case_each_way(scheme: Scheme) -> None:
    missing = {name: {YES, NO} - seen for name, seen in decided(scheme).items() if UNKNOWN not in seen}
    found = {name: verdicts for name, verdicts in missing.items() if verdicts}
    assert found == OUT_OF_REACH.get(scheme.file.id, {}), "1: met, -1: unmet and decisive in no case"
