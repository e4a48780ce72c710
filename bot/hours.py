"""In: opening hours as an operator wrote them, a moment. Out: whether staff are there, and when next. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_FORM = re.compile(r"([1-7])-([1-7]) ([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)")
_LONGEST_GAP_DAYS = 30


@dataclass(frozen=True)
class Hours:
    """When staff are there. Nothing is known of hours nobody wrote down: then `known` is False."""

    days: frozenset[int] = frozenset()
    """1 Monday … 7 Sunday."""
    begins: time = time(0)
    ends: time = time(0)
    closed: frozenset[date] = frozenset()
    """Days on which nobody is there all the same."""

    @property
    def known(self) -> bool:
        """Whether there are hours at all."""
        return bool(self.days)

    def open(self, at: datetime) -> bool:
        """Whether somebody is there at a moment."""
        return self._works(at.date()) and self.begins <= at.time() < self.ends

    def next_open(self, at: datetime) -> datetime | None:
        """The moment itself when somebody is there, else when they come next; None when that is not known."""
        if self.open(at):
            return at
        for ahead in range(_LONGEST_GAP_DAYS):
            day = at.date() + timedelta(days=ahead)
            begins = datetime.combine(day, self.begins, at.tzinfo)
            if self._works(day) and begins > at:
                return begins
        return None

    def _works(self, day: date) -> bool:
        return day.isoweekday() in self.days and day not in self.closed


def parse_hours(text: str, closed: str = "") -> Hours:
    """Hours written "1-5 09:00-17:00" (Monday to Friday); empty: not known.

    Args:
        closed: days off, "2026-10-01,2026-10-02".

    Raises:
        ValueError: another form.

    >>> parse_hours("1-5 09:00-17:00").open(datetime(2026, 11, 23, 10))
    True
    """
    away = frozenset(_days(closed.split(",")))
    if not text.strip():
        return Hours()
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise ValueError("要写成 1-5 09:00-17:00（星期一到五）。")
    first, last, begins, ends = found.groups()
    if first > last or begins >= ends:
        raise ValueError("开始要在结束之前。")
    days = frozenset(range(int(first), int(last) + 1))
    return Hours(days, time.fromisoformat(begins), time.fromisoformat(ends), away)


def _days(words: Iterable[str]) -> Iterable[date]:
    return (date.fromisoformat(word.strip()) for word in words if word.strip())


def say_when(at: datetime, now: datetime) -> str:
    """A moment as people say it.

    >>> say_when(datetime(2026, 11, 24, 9), datetime(2026, 11, 23, 20))
    '明天9:00'
    """
    ahead = (at.date() - now.date()).days
    day = {0: "今天", 1: "明天", 2: "后天"}.get(ahead) or f"{at.month}月{at.day}日"
    return f"{day}{at.hour}:{at.minute:02}"
