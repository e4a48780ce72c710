"""Ends of months and the ends of the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from services.eligibility.facts.calendar import FAR, add_months, months_between


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 0, date(2026, 11, 30)),
        (date(1, 1, 31), -1, date.min),
        (date(1, 2, 28), -1, date(1, 1, 28)),
        (date(9998, 12, 31), 0, date(9998, 12, 31)),
        (date(9998, 12, 31), 1, FAR),
        (date(2026, 1, 1), 10**6, FAR),
        (date(2026, 1, 1), -(10**6), date.min),
    ],
)
def test_a_day_some_months_on(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 3, 30), 1),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2026, 5, 10), date(2026, 5, 10), 0),
        (date(2026, 5, 10), date(2026, 5, 9), -1),
        (date(2025, 5, 10), date(2026, 5, 10), 12),
        (date(2026, 5, 10), date(2025, 5, 10), -12),
    ],
)
def test_full_months_between_two_days(start: date, end: date, months: int) -> None:
    assert months_between(start, end) == months
