"""What a parameter is worth on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.eligibility.facts.calendar import FAR
from services.eligibility.models import Parameter
from services.eligibility.rules.parameters import Worth, neat, spans, worth, worths
from tests.services.eligibility.world import DAY


def parameter(*values: dict[str, Any]) -> Parameter:
    return Parameter(unit="元", values=[{"cite": "s1", **value} for value in values])


CHANGING = parameter(
    {"from": "2024", "value": 5},
    {"from": "2025-07", "value": 6.5, "confidence": "low", "to": "2025-12"},
    {"from": "2026-07-01", "value": 7, "confidence": "high", "cite": "s2"},
)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2023, 12, 31), None),
        (date(2024, 1, 1), 5),
        (date(2025, 6, 30), 5),
        (date(2025, 7, 1), 6.5),
        (date(2025, 12, 31), 6.5),
        (date(2026, 1, 1), None),
        (date(2026, 6, 30), None),
        (date(2026, 7, 1), 7),
        (date(2099, 1, 1), 7),
    ],
)
def test_the_value_of_the_day(day: date, value: float | None) -> None:
    found = worth(CHANGING, day)
    assert (found.value if found else None) == value
    assert ("p" in worths({"p": CHANGING}, day)) == (value is not None)


def test_each_stretch_with_its_source_and_how_sure_it_is() -> None:
    assert spans(CHANGING) == [
        (date(2024, 1, 1), date(2025, 7, 1), Worth(5.0, "s1", True, False, "元")),
        (date(2025, 7, 1), date(2026, 1, 1), Worth(6.5, "s1", False, False, "元")),
        (date(2026, 7, 1), FAR, Worth(7.0, "s2", True, False, "元")),
    ]


def test_an_end_past_the_next_beginning_is_cut_there() -> None:
    late = parameter({"from": "2024", "to": "2026", "value": 1}, {"from": "2025", "value": 2})
    assert [end for _, end, _ in spans(late)] == [date(2025, 1, 1), FAR]


def test_dates_and_numbers_as_people_read_them() -> None:
    day = worth(parameter({"from": "2024", "value": "2026-09-01"}), DAY)
    assert day == Worth(float(date(2026, 9, 1).toordinal()), "s1", True, True, "元")
    assert day.text() == "2026-09-01"
    assert [Worth(value, "s1", True, False, "元").text() for value in (6.0, 2.5, 120000.0)] == ["6", "2.5", "120000"]
    assert [neat(value) for value in (6.0, 2.5, float("inf"), float("-inf"))] == [6, 2.5, None, None]
