"""In: dates and numbers of months. Out: dates. One rule for the ends of months, in one place.

Month-end rule: a day that a month lacks becomes the month's last day (31 January + 1 month = 28 or 29 February).
Months "from A to B" is the largest n with A + n months ≤ B, so the two agree: whoever is promised "in n months, on
that day" has n months on that day. Somebody born on 29 February comes of age on 28 February in common years.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

FAR = date(9999, 1, 1)
"""Stands for "for ever"."""


def add_months(day: date, months: int) -> date:
    """`day` moved by so many months; dates past the calendar become its end or beginning.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    if year < 1:
        return date.min
    if year >= FAR.year:
        return FAR
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def months_between(start: date, end: date) -> int:
    """Full months from `start` to `end`; negative when `end` comes first.

    >>> months_between(date(2026, 1, 31), date(2026, 2, 28)), months_between(date(2026, 5, 10), date(2026, 6, 9))
    (1, 0)
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
