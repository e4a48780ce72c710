"""In: somebody who begins work. Out: what waits for them, each with the page where it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from bot.errors import LaihutongError
from staff.console import Console
from staff.gate import Visit
from staff.roles import Role


@dataclass(frozen=True)
class Reminder:
    """One thing that waits."""

    words: str
    """What, and how many."""
    to: str
    """Its page."""


def _people(console: Console, user: str, day: date) -> Iterator[Reminder]:
    waiting = sum(case.state == "waiting" for case in console.serving.handover().open_cases())
    if waiting:
        yield Reminder(f"{waiting} 位在等人接", "/staff/handover")


def _late_cases(console: Console, user: str, day: date) -> Iterator[Reminder]:
    late = console.cases.late(day)
    if late:
        yield Reminder(f"{late} 张工单晚了", "/staff/cases?late=1")


def _checks(console: Console, user: str, day: date) -> Iterator[Reminder]:
    snapshot = console.serving.snapshot()
    mine, number = console.checks.tasks(snapshot, day, owner=user)
    late = sum(task.due is not None and task.due < day for task in mine)
    if number:
        words = f"{number} 个事项等你核对" + (f"，{late} 个晚了" if late else "")
        yield Reminder(words, f"/staff/checks?owner={quote(user)}")
    for why, words in (("expired", "可能过期了"), ("in_30", "30 天内到期")):
        _, number = console.checks.tasks(snapshot, day, why, most=0)
        if number:
            yield Reminder(f"{number} 个事项{words}", f"/staff/checks?why={why}")


def _drafts(console: Console, user: str, day: date) -> Iterator[Reminder]:
    waiting = sum(draft.author != user for draft in console.drafts.listed(("submitted",)))
    if waiting:
        yield Reminder(f"{waiting} 份草稿等审核", "/staff/drafts")


_KINDS: tuple[tuple[Role, Callable[[Console, str, date], Iterator[Reminder]]], ...] = (
    ("agent", _people), ("agent", _late_cases), ("editor", _checks), ("approver", _drafts),
)  # fmt: skip
"""Least role, what is counted."""


def reminders(console: Console, visit: Visit, day: date) -> list[Reminder]:
    """Everything that waits; what cannot be counted now is left out: looking up must not fail for it."""
    found: list[Reminder] = []
    for needed, count in _KINDS:
        if visit.may(needed):
            with suppress(LaihutongError):
                found += count(console, visit.user, day)
    return found
