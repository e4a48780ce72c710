"""What people give, checked and completed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from services.eligibility.facts.calendar import add_months, months_between
from services.eligibility.facts.known import date_range, known, number_range
from tests.services.eligibility.world import DAY, FACTS

DATES = st.dates(date(1930, 1, 1), date(2050, 12, 31))


def wrong(**facts: object) -> str:
    with pytest.raises(BadInput) as error:
        known(facts, FACTS, DAY)
    assert error.value.status == 422
    assert all(field.field.startswith("facts.") for field in error.value.fields)
    return error.value.sentence


def test_the_states_of_a_fact() -> None:
    found = known({"local": False, "area": None, "insured_months": {"min": 5, "max": 6}}, FACTS, DAY)
    assert found.values == {"local": False, "insured_months": (5, 6)}
    assert found.dont_know == {"area"}
    assert "degree" not in found.values


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"shoe_size": 42}, "没有这一项"),
        ({"local": "yes"}, "true 或 false"),
        ({"local": 1}, "true 或 false"),
        ({"insured_months": "8"}, "要填一个数"),
        ({"insured_months": True}, "要填一个数"),
        ({"insured_months": 8.5}, "要填整数"),
        ({"insured_months": -1}, "在 0 到 600 之间"),
        ({"insured_months": 601}, "在 0 到 600 之间"),
        ({"insured_months": float("nan")}, "要填一个数"),
        ({"insured_months": {"min": 9, "max": 8}}, "小的要写在 min"),
        ({"insured_months": {"min": 9}}, "min 和 max"),
        ({"insured_months": [8]}, "要填一个数"),
        ({"degree": "phd"}, "none、college、master"),
        ({"degree": 1}, "none、college、master"),
        ({"birth": "1990-02-30"}, "不是日期"),
        ({"birth": 19900101}, "要填日期"),
        ({"birth": "2027-01-01"}, "还没到"),
        ({"age": 30, "birth": "1980-01-01"}, "对不上"),
        ({"has_permit": False, "permit_months": 3}, "对不上"),
        ({"child_age": 40, "age": 30}, "要小于"),
    ],
)
def test_wrong_facts_are_named_in_chinese(facts: dict[str, object], says: str) -> None:
    assert says in wrong(**facts)


def test_every_wrong_fact_is_told_at_once() -> None:
    with pytest.raises(BadInput) as error:
        known({"local": 3, "insured_months": -1}, FACTS, DAY)
    assert {field.field for field in error.value.fields} == {"facts.local", "facts.insured_months"}


def test_an_age_follows_from_a_birth_date_and_the_other_way_round() -> None:
    assert known({"birth": "2010-11-23"}, FACTS, DAY).values["age"] == (16, 16)
    assert known({"birth": "2010-11-24"}, FACTS, DAY).values["age"] == (15, 15)
    assert known({"birth": "2010"}, FACTS, DAY).values["age"] == (15, 16)
    early, late = known({"age": 15}, FACTS, DAY).values["birth"]  # type: ignore[misc]
    assert (date.fromordinal(int(early)), date.fromordinal(int(late))) == (date(2010, 11, 24), date(2011, 11, 23))  # type: ignore[arg-type]


def test_a_month_that_has_begun_ends_today_where_the_future_is_impossible() -> None:
    low, high = known({"injury": "2026-11"}, FACTS, DAY).values["injury"]  # type: ignore[misc]
    assert (low, high) == (date(2026, 11, 1).toordinal(), DAY.toordinal())
    assert known({"move": "2027-03"}, FACTS, DAY).values["move"][1] == date(2027, 3, 31).toordinal()  # type: ignore[index]


def test_no_permit_means_no_months_and_months_mean_a_permit() -> None:
    assert known({"has_permit": False}, FACTS, DAY).values["permit_months"] == (0, 0)
    assert known({"permit_months": 2}, FACTS, DAY).values["has_permit"] is True


def test_a_rough_number_is_narrowed_by_what_a_date_says() -> None:
    found = known({"age": {"min": 10, "max": 20}, "birth": "2010-11-23"}, FACTS, DAY)
    assert found.values["age"] == (16, 16)


@given(DATES, st.integers(-600, 600))
def test_promised_months_are_there_on_the_promised_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert months_between(day, later) >= months
    if months > 0:
        assert months_between(day, later - timedelta(1)) < months


@given(DATES, st.integers(0, 100), st.integers(0, 5), st.sampled_from([1, 12]))
def test_a_number_and_the_dates_it_comes_from_agree(today: date, least: int, more: int, months: int) -> None:
    early, late = date_range((least, least + more), months, today)
    assert number_range((early, late), months, today) == (least, least + more)
    assert number_range((early - 1, early - 1), months, today)[0] > least + more
    if late < today.toordinal():
        assert number_range((late + 1, late + 1), months, today)[0] < least


@pytest.mark.parametrize(
    ("number", "months", "today", "first", "last"),
    [
        (1, 1, date(2025, 2, 28), date(2025, 1, 1), date(2025, 1, 31)),
        (1, 12, date(2025, 2, 28), date(2023, 3, 1), date(2024, 2, 29)),
        (1, 12, date(2024, 2, 29), date(2022, 3, 1), date(2023, 2, 28)),
        (0, 1, date(2026, 3, 31), date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_which_days_a_number_of_months_can_have_begun_on(
    number: int, months: int, today: date, first: date, last: date
) -> None:
    found = [date.fromordinal(int(end)) for end in date_range((number, number), months, today)]
    assert found == [first, last]
