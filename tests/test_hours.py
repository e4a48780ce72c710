"""Hours as operators write them; a time is promised only when it is known."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.hours import Hours, parse_hours, say_when

WORK = parse_hours("1-5 09:00-17:00", "2026-11-24,2026-11-25")
MONDAY = datetime(2026, 11, 23)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (MONDAY.replace(hour=8), MONDAY.replace(hour=9)),
        (MONDAY.replace(hour=9), MONDAY.replace(hour=9)),
        (MONDAY.replace(hour=16, minute=59), MONDAY.replace(hour=16, minute=59)),
        (MONDAY.replace(hour=17), datetime(2026, 11, 26, 9)),
        (datetime(2026, 11, 28, 12), datetime(2026, 11, 30, 9)),
    ],
)
def test_when_somebody_is_there_next(at: datetime, opens: datetime) -> None:
    assert WORK.next_open(at) == opens


def test_nothing_is_promised_without_hours() -> None:
    assert parse_hours("") == Hours()
    assert Hours().next_open(MONDAY) is None


@pytest.mark.parametrize("wrong", ["9-17", "5-1 09:00-17:00", "1-5 17:00-09:00", "1-5 29:00-30:00", "1-8 09:00-17:00"])
def test_other_forms_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the time's own words are as good)
        parse_hours(wrong)


def test_days_as_people_say_them() -> None:
    assert [say_when(MONDAY.replace(day=day, hour=9), MONDAY) for day in (23, 24, 25, 28)] == [
        "今天9:00",
        "明天9:00",
        "后天9:00",
        "11月28日9:00",
    ]
