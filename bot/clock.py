"""In: nothing. Out: the present moment, in Shanghai. The only reader of the machine's clock for dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one offset all year round, so no time-zone database is needed."""


def now() -> datetime:
    """The present moment, with Shanghai's offset."""
    return datetime.now(SHANGHAI)


def today() -> date:
    """Today's date in Shanghai."""
    return now().date()
