"""One value against one bound: below it, on it, above it, across it; lengths of time to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.eligibility.rules.comparing import FOREVER, comparison, equality, long_past, moved, still_within
from services.eligibility.rules.verdict import NO, UNKNOWN, YES
from tests.services.eligibility.world import DAY, FACTS

RISING = [((9, 9), NO), ((10, 10), YES), ((11, 11), YES), ((8, 9), NO), ((9, 10), UNKNOWN), ((10, 12), YES)]
OVER = [((9, 9), NO), ((10, 10), NO), ((11, 11), YES), ((9, 10), NO), ((10, 11), UNKNOWN), ((11, 12), YES)]
FALLING = [((9, 9), YES), ((10, 10), YES), ((11, 11), NO), ((8, 10), YES), ((10, 11), UNKNOWN), ((11, 12), NO)]
UNDER = [((9, 9), YES), ((10, 10), NO), ((11, 11), NO), ((8, 9), YES), ((9, 10), UNKNOWN), ((10, 12), NO)]
TABLES = {
    "at_least": RISING, "on_or_after": RISING, "over": OVER,
    "at_most": FALLING, "on_or_before": FALLING, "under": UNDER,
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_a_value_at_its_bound(kind: str) -> None:
    judged = comparison(kind, 10.0, (0.0, 20.0))
    assert [judged(value) for value, _ in TABLES[kind]] == [verdict for _, verdict in TABLES[kind]]
    assert judged(None) == UNKNOWN


@pytest.mark.parametrize("kind", TABLES)
def test_a_fact_nobody_gave_has_its_whole_range(kind: str) -> None:
    for value, verdict in TABLES[kind]:
        assert comparison(kind, 10.0, value)(None) == verdict


def test_without_a_range_all_days_are_possible() -> None:
    assert comparison("at_least", 10.0)(None) == UNKNOWN
    assert comparison("on_or_after", FOREVER[0])(None) == YES
    assert comparison("over", FOREVER[1])(None) == NO
    assert [date.fromordinal(int(end)) for end in FOREVER] == [date.min, date.max]


def test_being_one_of_these() -> None:
    number = equality(FACTS["insured_months"], (3, 5))
    assert [number((n, n)) for n in (2, 3, 4, 5, 6)] == [NO, YES, NO, YES, NO]
    assert [number(ends) for ends in ((2, 3), (5, 9), (4, 4.5), (6, 9), (0, 2))] == [UNKNOWN, UNKNOWN, NO, NO, NO]
    assert number(None) == UNKNOWN
    assert equality(FACTS["insured_months"], (900,))(None) == NO
    assert equality(FACTS["birth"], (5,))(None) == UNKNOWN
    choice = equality(FACTS["degree"], ("none", "college"))
    assert [choice(value) for value in ("none", "college", "master", None)] == [YES, YES, NO, UNKNOWN]
    assert equality(FACTS["degree"], ("none", "college", "master"))(None) == YES
    yes = equality(FACTS["local"], (True,))
    assert [yes(value) for value in (True, False, None)] == [YES, NO, UNKNOWN]
    assert equality(FACTS["local"], (True, False))(None) == YES


@pytest.mark.parametrize(
    ("length", "unit", "later"),
    [
        (30, "day", date(2026, 12, 23)),
        (-30, "day", date(2026, 10, 24)),
        (1, "month", date(2026, 12, 23)),
        (1.5, "year", date(2028, 5, 23)),
        (-2, "year", date(2024, 11, 23)),
    ],
)
def test_a_day_moved(length: float, unit: str, later: date) -> None:
    assert moved(DAY, length, unit) == later


@pytest.mark.parametrize("today", [DAY, date(2024, 2, 29), date(2025, 2, 28), date(2026, 3, 31), date(2026, 3, 1)])
@pytest.mark.parametrize(
    ("length", "unit"), [(0, "day"), (1, "day"), (60, "day"), (-30, "day"), (1, "month"), (6, "month"), (1, "year")]
)
def test_the_first_and_last_days_of_a_length_of_time(today: date, length: float, unit: str) -> None:
    days = [today + timedelta(n) for n in range(-500, 100)]
    within = [day for day in days if moved(day, length, unit) >= today]
    past = [day for day in days if moved(day, length, unit) <= today]
    assert still_within(today, length, unit) == min(within).toordinal()
    assert long_past(today, length, unit) == max(past).toordinal()
