"""In: a day, a number of working days. Out: the day they end on, by China's holidays and make-up workdays.

Source: the State Council's yearly notices (国务院办公厅关于部分节假日安排的通知) as the package
`chinesecalendar` holds them. A year whose notice is not out yet is counted Monday to Friday, and the result says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True)
class Due:
    """A day that was counted to."""

    day: date
    """The last of the working days."""
    estimated: bool
    """True: a year without published holidays was counted Monday to Friday."""


def is_workday(day: date) -> tuple[bool, bool]:
    """Whether people work on that day, and whether that is certain.

    >>> is_workday(date(2026, 10, 1)), is_workday(date(2026, 10, 10)), is_workday(date(2026, 11, 24))
    ((False, True), (True, True), (True, True))
    """
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:  # what the package says of a year it does not know
        return day.weekday() < 5, False


def after(start: date, workdays: int) -> Due:
    """So many working days after a day; the day itself does not count.

    >>> after(date(2026, 9, 30), 1)
    Due(day=datetime.date(2026, 10, 8), estimated=False)
    """
    day, left, estimated = start, workdays, False
    while left > 0:
        day += timedelta(days=1)
        works, certain = is_workday(day)
        estimated |= not certain
        left -= works
    return Due(day, estimated)
