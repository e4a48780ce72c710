"""From which day something is met: against plain simulation, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.eligibility.assess import assess, judge
from services.eligibility.facts.calendar import add_months
from services.eligibility.facts.known import known
from services.eligibility.rules.verdict import YES
from tests.services.eligibility.world import DAY, FACTS, leaf, scheme


def since(needs: dict[str, Any], facts: dict[str, Any], **more: Any) -> str | None:
    found = assess(scheme(needs, **more), facts, DAY)
    assert found["status"] == "ineligible"
    return (found["eligible_from"] or {}).get("date")


def test_months_that_grow_reach_their_bound() -> None:
    needs = leaf("a", "insured_months", at_least=12)
    assert since(needs, {"insured_months": 8}) == "2027-03-23"
    found = assess(scheme(needs), {"insured_months": 8}, DAY)
    assert found["eligible_from"]["assuming"] == ["一直在交"]
    assert found["conditions"][0]["met_from"] == "2027-03-23"


def test_a_range_promises_the_later_day() -> None:
    assert since(leaf("a", "insured_months", at_least=12), {"insured_months": {"min": 5, "max": 6}}) == "2027-06-23"


def test_what_does_not_grow_is_never_promised() -> None:
    assert since(leaf("a", "area", at_least=12), {"area": 8}) is None
    assert since(leaf("a", "local", **{"is": True}), {"local": False}) is None


def test_an_age_is_reached_on_the_birthday() -> None:
    assert since(leaf("a", "age", at_least=18), {"birth": "2009-03-01"}) == "2027-03-01"
    assert since(leaf("a", "age", at_least=18), {"age": 17}) == "2027-11-23"
    assert since(leaf("a", "age", over=18), {"birth": "2009-03-01"}) == "2028-03-01"


def test_insured_long_enough_but_too_old_by_then() -> None:
    needs = {"all": [leaf("a", "insured_months", at_least=12), leaf("b", "age", under=45)]}
    assert since(needs, {"insured_months": 4, "birth": "1982-05-01"}) is None  # July 2027; 45 in May
    assert since(needs, {"insured_months": 4, "birth": "1982-08-01"}) == "2027-07-23"


def test_the_first_of_several_ways() -> None:
    needs = {"any": [leaf("a", "insured_months", at_least=24), leaf("b", "other_months", at_least=12)]}
    assert since(needs, {"insured_months": 20, "other_months": 2}) == "2027-03-23"


def test_a_parameter_that_changes_counts_from_its_day() -> None:
    values = [{"from": "2020-01-01", "value": 12, "cite": "s1"}, {"from": "2027-01-01", "value": 6, "cite": "s1"}]
    more = {"parameters": {"months": {"unit": "个月", "values": values}}}
    assert since(leaf("a", "insured_months", at_least="months"), {"insured_months": 5}, **more) == "2027-01-01"


def test_time_since_an_event() -> None:
    assert since(leaf("a", "injury", past=12, unit="month"), {"injury": "2026-03-31"}) == "2027-03-31"
    assert since(leaf("a", "injury", within=12, unit="month"), {"injury": "2024-03-31"}) is None


def test_an_exception_that_still_grows() -> None:
    needs = {
        "all": [leaf("a", "local", **{"is": True})],
        "except": [{"when": leaf("b", "insured_months", at_least=12), "then": "met"}],
    }
    assert since(needs, {"local": False, "insured_months": 11}) == "2026-12-23"


def test_a_doubtful_condition_promises_nothing() -> None:
    needs = {
        "all": [leaf("a", "insured_months", at_least=12), leaf("b", "area", under=9, confidence="low")],
    }
    assert since(needs, {"insured_months": 3, "area": 1}) is None


@pytest.mark.parametrize("kind", ["at_least", "at_most", "over", "under"])
@settings(max_examples=40, deadline=None)
@given(months=st.integers(0, 30), bound=st.integers(0, 30), birth_days=st.integers(0, 9000), limit=st.integers(1, 25))
def test_it_is_the_first_day_a_simulation_finds(
    kind: str, months: int, bound: int, birth_days: int, limit: int
) -> None:
    """On the days on which anything can change for three years, and those before: the number grown, the age then."""
    birth = DAY - timedelta(birth_days)
    needs = {"all": [leaf("a", "insured_months", **{kind: bound}), leaf("b", "age", under=limit)]}
    made = scheme(needs)
    facts = {"insured_months": months, "birth": birth.isoformat()}
    found = assess(made, facts, DAY)
    if found["status"] != "ineligible":
        return
    promised = (found["eligible_from"] or {}).get("date")
    turns = [add_months(DAY, n) for n in range(37)] + [add_months(birth, 12 * n) for n in range(29)]
    days = sorted({day - timedelta(n) for day in turns for n in (0, 1) if day - timedelta(n) >= DAY})
    real = next((day for day in days if _holds(made, months, birth, day)), None)
    assert promised == (real.isoformat() if real else None)


def _holds(made: Any, months: int, birth: date, day: date) -> bool:
    grown = months
    while add_months(DAY, grown - months + 1) <= day:
        grown += 1
    facts = {"insured_months": grown, "birth": birth.isoformat()}
    return bool(judge(made, known(facts, FACTS, day)).verdict == YES)


def test_a_sum_that_grows_reaches_its_line() -> None:
    lines = [{"id": "years", "text": "年限", "cite": "s1", "formula": "3 * floor(insured_months / 12)"}]
    needs = {"id": "enough", "text": "够分", "cite": "s1", "score": True, "at_least": 9}
    made = scheme(needs, outcome={"kind": "points", "lines": lines})
    found = assess(made, {"insured_months": 31}, DAY)
    assert found["eligible_from"] == {"date": "2027-04-23", "assuming": ["一直在交"]}


def test_nothing_is_promised_after_the_scheme_ends() -> None:
    ends = {"in_force": {"from": "2020-01-01", "to": "2027-03-22"}}
    assert since(leaf("a", "insured_months", at_least=12), {"insured_months": 8}, **ends) is None


def test_what_must_not_be_ends_when_it_grows_out_of_it() -> None:
    needs = {"not": leaf("a", "insured_months", under=12)}
    assert since(needs, {"insured_months": 8}) == "2027-03-23"
    assert since({"not": leaf("a", "age", under=18)}, {"birth": "2009-03-01"}) == "2027-03-01"
    assert since({"not": leaf("a", "insured_months", at_least=1)}, {"insured_months": 3}) is None


def test_so_many_of_several() -> None:
    parts = [
        leaf("a", "insured_months", at_least=12),
        leaf("b", "other_months", at_least=12),
        leaf("c", "age", under=1),
    ]
    facts = {"insured_months": 8, "other_months": 2, "birth": "1990-01-01"}
    assert since({"count": 1, "of": parts}, facts) == "2027-03-23"
    assert since({"count": 2, "of": parts}, facts) == "2027-09-23"
    assert since({"count": 3, "of": parts}, facts) is None
