"""In: items on a day. Out: which must be held against their official pages, why, who does it, how far we are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa

from services.knowledge.item_state import CHECK_HOLDS, has_ended, verification_on
from services.knowledge.models import TOPICS, Item
from staff.audit import record
from staff.database import StaffDatabase
from staff.tables import staff_check

Why = Literal["expired", "stale_source", "in_30", "in_60", "in_90", "low", "unverified"]
WHYS: dict[Why, str] = {
    "expired": "可能过期", "stale_source": "有依据已到期", "in_30": "30 天内到期", "in_60": "60 天内到期",
    "in_90": "90 天内到期", "low": "把握低", "unverified": "没核对过",
}  # fmt: skip
"""In the order of haste."""


@dataclass(frozen=True)
class Task:
    """One item to be checked."""

    item: Item
    """Which."""
    whys: tuple[Why, ...]
    """Why, the most urgent first."""
    ends: date | None
    """When it will count as expired; None: no day is known."""
    owner: str = ""
    """Who does it; empty: nobody yet."""
    due: date | None = None
    """Until when."""


@dataclass(frozen=True)
class Coverage:
    """How far a topic is."""

    topic: str
    verified: int
    unverified: int
    expired: int

    @property
    def total(self) -> int:
        """Items of the topic."""
        return self.verified + self.unverified + self.expired


def reasons(item: Item, day: date) -> tuple[Why, ...]:
    """Why an item is to be checked; empty when there is no need."""
    state, ends = verification_on(item, day), end_of(item, day)
    found: list[Why] = ["expired"] if state == "expired" else []
    if any(has_ended(source, day) for source in item.sources):
        found.append("stale_source")
    if ends is not None and state != "expired":
        soon: tuple[tuple[int, Why], ...] = ((30, "in_30"), (60, "in_60"), (90, "in_90"))
        found += [why for days, why in soon if ends <= day + timedelta(days=days)][:1]
    if item.confidence == "low":
        found.append("low")
    return (*found, "unverified") if state == "unverified" else tuple(found)


def end_of(item: Item, day: date) -> date | None:
    """The next day on which something it rests on ends: a document, or its check."""
    check = item.verification
    ends = [source.effective_to.last_day() for source in item.sources if source.effective_to]
    if check.check_again is not None:
        ends.append(check.check_again.last_day())
    elif check.state == "verified" and check.on is not None:
        ends.append(check.on.last_day() + CHECK_HOLDS)
    return min((end for end in ends if end >= day), default=None)


def coverage(items: Iterable[Item], day: date) -> list[Coverage]:
    """Every topic."""
    count: Counter[tuple[str, str]] = Counter((item.topic, verification_on(item, day)) for item in items)
    return [
        Coverage(topic, count[topic, "verified"], count[topic, "unverified"], count[topic, "expired"])
        for topic in TOPICS
    ]


class CheckQueue:
    """Who checks what.

    Args:
        database: where that is written.
    """

    def __init__(self, database: StaffDatabase) -> None:
        self._database = database

    def tasks(self, items: Iterable[Item], day: date, why: str = "", owner: str = "") -> list[Task]:
        """Tasks, the most urgent first; only of one kind or one person when asked."""
        owners = self._owners()
        found = []
        for item in items:
            whys = reasons(item, day)
            who, due = owners.get(item.id, ("", None))
            if whys and (not why or why in whys) and (not owner or owner == who):
                found.append(Task(item, whys, end_of(item, day), who, due))
        haste = list(WHYS)
        return sorted(found, key=lambda t: (t.due or date.max, haste.index(t.whys[0]), t.ends or date.max, t.item.id))

    def assign(self, item_id: str, owner: str, due: date | None, by: str) -> None:
        """Give a task to somebody; an empty owner takes it back."""
        with self._database.transaction() as connection:
            connection.execute(staff_check.delete().where(staff_check.c.item_id == item_id))
            if owner:
                connection.execute(staff_check.insert().values(item_id=item_id, owner=owner, due=due))
            record(connection, by, "assigned", item_id, owner=owner, due=str(due or ""))

    def _owners(self) -> Mapping[str, tuple[str, date | None]]:
        with self._database.transaction() as connection:
            rows = connection.execute(sa.select(staff_check)).fetchall()
        return {row.item_id: (row.owner, row.due) for row in rows}
