"""The coming days of a rule, held against judging it anew on every one of the next five hundred days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.eligibility.facts.calendar import add_months, months_between
from services.eligibility.facts.known import known
from services.eligibility.rules.spans import Days
from services.eligibility.rules.timeline import Timeline, assumptions
from services.eligibility.rules.verdict import NO, YES
from services.eligibility.scheme import Scheme
from tests.services.eligibility.world import DAY, FACTS, leaf, scheme

DAYS = 500
RISES = {
    "values": [{"from": "2020-01-01", "value": 12, "cite": "s1"}, {"from": "2027-04-01", "value": 15, "cite": "s1"}]
}
PARAMETERS = {"long": {"unit": "个月", **RISES}}
LOCAL = leaf("l", "local", **{"is": True})
GROWN = leaf("g", "insured_months", at_least=12)
OLD = leaf("o", "age", at_least=18)
POINTS = {
    "kind": "points",
    "lines": [
        {"id": "y", "text": "年限", "cite": "s1", "formula": "3 * floor(insured_months / 12)"},
        {"id": "a", "text": "年龄", "cite": "s1", "formula": "max(0, 20 - age)"},
    ],
}
FACTS_TODAY: dict[str, Any] = {
    "insured_months": 8, "other_months": 30, "birth": "2009-03-31", "injury": "2026-01-31", "move": "2027-02-10",
    "local": False, "area": 12,
}  # fmt: skip


def on(day: date) -> dict[str, Any]:
    """What will be told on a later day, should everything go on."""
    grown = months_between(DAY, day)
    months = {name: FACTS_TODAY[name] + grown for name in ("insured_months", "other_months")}
    return {**FACTS_TODAY, **months}


def holds(days: Days, day: date) -> bool:
    return any(start <= day.toordinal() < end for start, end in days)


def agree(made: Scheme) -> None:
    rule = made.on(DAY).rule
    future = Timeline(known(FACTS_TODAY, FACTS, DAY), FACTS, made.file.parameters, made.until).future(rule)
    for day in (DAY + timedelta(n) for n in range(DAYS)):
        verdict = made.on(day).rule.judge(known(on(day), FACTS, day).values)
        assert (holds(future.holds, day), holds(future.fails, day)) == (verdict == YES, verdict == NO), day


@pytest.mark.parametrize("fact", ["insured_months", "age", "area"])
@pytest.mark.parametrize("kind", ["at_least", "over", "at_most", "under"])
@pytest.mark.parametrize("bound", [8, 12, 17, 18, "long"])
def test_numbers_that_grow_ages_and_numbers_that_stay(fact: str, kind: str, bound: Any) -> None:
    agree(scheme(leaf("a", fact, **{kind: bound}), parameters=PARAMETERS))


@pytest.mark.parametrize("kind", ["within", "past"])
@pytest.mark.parametrize("fact", ["injury", "move"])
@pytest.mark.parametrize(("length", "unit"), [(1, "year"), (13, "month"), (400, "day"), (-30, "day"), (0, "day")])
def test_lengths_of_time(kind: str, fact: str, length: int, unit: str) -> None:
    agree(scheme(leaf("a", fact, **{kind: length, "unit": unit})))


@pytest.mark.parametrize("kind", ["on_or_after", "on_or_before"])
@pytest.mark.parametrize("bound", ["2026-01-30", "2026-01-31", "2026-02-01"])
def test_dates_stay_where_they_are(kind: str, bound: str) -> None:
    agree(scheme(leaf("a", "injury", **{kind: bound})))


@pytest.mark.parametrize(
    "needs",
    [
        LOCAL,
        {"not": LOCAL},
        {"not": GROWN},
        {"all": [GROWN, OLD]},
        {"any": [GROWN, OLD]},
        {"count": 2, "of": [GROWN, OLD, LOCAL]},
        {"count": 1, "of": [GROWN, LOCAL]},
        {"all": [LOCAL], "except": [{"when": GROWN, "then": "met"}]},
        {"all": [GROWN], "except": [{"when": OLD, "then": "unmet"}]},
        {"any": [OLD], "except": [{"when": GROWN, "then": "unmet"}, {"when": LOCAL, "then": "met"}]},
    ],
)
def test_groups_and_exceptions(needs: dict[str, Any]) -> None:
    agree(scheme(needs))


def future(needs: dict[str, Any], **facts: Any) -> tuple[Days, Days]:
    made = scheme(needs)
    found = Timeline(known(facts, FACTS, DAY), FACTS, {}).future(made.on(DAY).rule)
    return found.holds, found.fails


ALWAYS = ((DAY.toordinal(), date(9999, 1, 1).toordinal()),)


def test_an_unknown_exception_does_not_matter_where_the_rule_says_the_same() -> None:
    unsure = [{"when": leaf("x", "has_permit", **{"is": True}), "then": "met"}]
    assert future({"all": [LOCAL], "except": unsure}, local=True) == (ALWAYS, ())
    assert future({"all": [LOCAL], "except": unsure}, local=False) == ((), ())
    unsure[0]["then"] = "unmet"
    assert future({"all": [LOCAL], "except": unsure}, local=True) == ((), ())
    assert future({"all": [LOCAL], "except": unsure}, local=False) == ((), ALWAYS)


def test_what_is_not_known_promises_nothing() -> None:
    assert future(leaf("a", "injury", within=1, unit="year")) == ((), ())
    assert future(leaf("a", "injury", past=1, unit="year")) == ((), ())
    assert future(leaf("a", "area", under=9, confidence="low"), area=3) == ((), ())
    assert future({"id": "a", "text": "名额", "cite": "s1", "judged_by": "学校"}) == ((), ())
    assert future(leaf("a", "area", under=9)) == ((), ())


def test_a_rough_date_counts_from_its_later_end_for_a_promise() -> None:
    start, end = DAY.toordinal(), date(9999, 1, 1).toordinal()
    first, last = (date(2027, 3, day).toordinal() for day in (1, 31))
    assert future(leaf("a", "injury", past=1, unit="year"), injury="2026-03") == (((last, end),), ((start, first),))
    found = future(leaf("a", "injury", within=1, unit="year"), injury="2026-03")
    assert found == (((start, first + 1),), ((last + 1, end),))


def test_a_rough_number_counts_from_its_lower_end_for_a_promise() -> None:
    start, end = DAY.toordinal(), date(9999, 1, 1).toordinal()
    early, late = add_months(DAY, 3).toordinal(), add_months(DAY, 7).toordinal()
    found = future(leaf("a", "insured_months", at_least=12), insured_months={"min": 5, "max": 9})
    assert found == (((late, end),), ((start, early),))


def test_a_sum_is_looked_at_once_a_month_for_five_years() -> None:
    needs = {"id": "enough", "text": "够分", "cite": "s1", "score": True, "at_least": 6}
    made = scheme(needs, outcome=POINTS)

    def looked(**facts: Any) -> tuple[Days, Days]:
        timeline = Timeline(known(facts, FACTS, DAY), FACTS, {})
        found = timeline.future(made.on(DAY).rule)
        return found.holds, found.fails

    def ordinal(months: int) -> int:
        return add_months(DAY, months).toordinal()

    # 3 points at once and 3 for being seventeen, 2 from the birthday, 6 from the second full year on.
    assert looked(insured_months=12, birth="2009-03-31") == (
        ((ordinal(0), ordinal(4)), (ordinal(12), ordinal(60))),
        ((ordinal(5), ordinal(11)),),
    )
    assert looked(insured_months=0, birth="1980-01-01") == (((ordinal(24), ordinal(60)),), ((ordinal(0), ordinal(23)),))
    assert looked(birth="1980-01-01", insured_months={"min": 0, "max": 12}) == (
        ((ordinal(24), ordinal(60)),),
        ((ordinal(0), ordinal(11)),),
    )


def test_what_must_go_on_is_said_of_what_is_not_met_yet() -> None:
    made = scheme({"all": [GROWN, leaf("m", "other_months", at_least=40), LOCAL]})
    facts = known({"insured_months": 20, "other_months": 1}, FACTS, DAY).values
    assert assumptions(made.on(DAY).rule, FACTS, facts) == ("一直在交",)
    met = known({"insured_months": 20, "other_months": 50}, FACTS, DAY).values
    assert assumptions(made.on(DAY).rule, FACTS, met) == ()
    scored = scheme({"id": "s", "text": "够分", "cite": "s1", "score": True, "at_least": 99}, outcome=POINTS)
    assert assumptions(scored.on(DAY).rule, FACTS, met) == ("一直在交",)
    assert assumptions(scored.on(DAY).rule, FACTS, {"local": True}) == ()
