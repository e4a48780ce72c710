"""In: texts of an address. Out: page numbers and days, forgiving: a slip of the keyboard is no error page."""

from __future__ import annotations

from datetime import date

MOST_PAGES = 10_000


def page_number(text: str) -> int:
    """From 1.

    >>> page_number("3"), page_number("x"), page_number("-1")
    (3, 1, 1)
    """
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def day_of(text: str) -> date | None:
    """A day written 2026-11-23; None when it is none, or outside 2000–2100.

    >>> day_of("2026-11-23"), day_of("gestern")
    (datetime.date(2026, 11, 23), None)
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
