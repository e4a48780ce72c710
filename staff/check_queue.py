"""In: items on a day. Out: which must be held against their official pages, why, who does it, how far we are."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, islice
from typing import Literal

import sqlalchemy as sa

from bot.messages import Verification as State
from services.knowledge.item_state import CHECK_HOLDS, has_ended, verification_on
from services.knowledge.models import TOPICS, Item
from services.knowledge.snapshot import Published, Snapshot
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


class Standings:
    """How every item stands on a day; of a new snapshot only what changed is looked at anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: Snapshot | None = None
        self._day: date | None = None
        self._tasks: dict[str, tuple[Published, State, Task]] = {}
        self._urgent: dict[str, tuple[Task, ...]] = {}
        self._coverage: tuple[Coverage, ...] = ()

    def urgent(self, snapshot: Snapshot, day: date, why: str = "") -> tuple[Task, ...]:
        """What is to be checked (for one reason), the most urgent first, without owners."""
        with self._lock:
            self._know(snapshot, day)
            return self._urgent.get(why, ())

    def task(self, item_id: str) -> Task | None:
        """One of those last asked for; None: nothing is to be checked there."""
        _, _, task = self._tasks.get(item_id, (None, None, None))
        return task if task and task.whys else None

    def coverage(self, snapshot: Snapshot, day: date) -> tuple[Coverage, ...]:
        """Every topic."""
        with self._lock:
            self._know(snapshot, day)
            return self._coverage

    def _know(self, snapshot: Snapshot, day: date) -> None:
        if self._of is snapshot and self._day == day:
            return
        before = self._tasks if self._day == day else {}
        self._tasks = {
            key: before[key] if key in before and before[key][0] is published else _stands(published, day)
            for key, published in snapshot.current.items()
        }
        every = tuple(sorted((task for _, _, task in self._tasks.values() if task.whys), key=_haste))
        self._urgent = {"": every, **{why: tuple(task for task in every if why in task.whys) for why in WHYS}}
        count: Counter[tuple[str, str]] = Counter(
            (published.item.topic, state) for published, state, _ in self._tasks.values()
        )
        self._coverage = tuple(
            Coverage(topic, count[topic, "verified"], count[topic, "unverified"], count[topic, "expired"])
            for topic in TOPICS
        )
        self._of, self._day = snapshot, day


def _stands(published: Published, day: date) -> tuple[Published, State, Task]:
    item = published.item
    return published, verification_on(item, day), Task(item, reasons(item, day), end_of(item, day))


def _haste(task: Task) -> tuple[int, date, str]:
    return list(WHYS).index(task.whys[0]), task.ends or date.max, task.item.id


class CheckQueue:
    """Who checks what.

    Args:
        database: where that is written.
    """

    def __init__(self, database: StaffDatabase) -> None:
        self._database, self._standings = database, Standings()

    def tasks(
        self, snapshot: Snapshot, day: date, why: str = "", owner: str = "", most: int = 100
    ) -> tuple[list[Task], int]:
        """The most urgent tasks, those with a due day before the others; and how many there are.

        Args:
            why: only for this reason.
            owner: only this person's.
        """
        found = self._standings.urgent(snapshot, day, why)
        given = {}
        for item_id, (name, due) in self._owners().items():
            task = self._standings.task(item_id)
            if task is not None and why in ("", *task.whys) and owner in ("", name):
                given[item_id] = replace(task, owner=name, due=due)
        dated = sorted((task for task in given.values() if task.due), key=lambda t: (t.due or date.max, _haste(t)))
        if owner:
            undated = sorted((task for task in given.values() if not task.due), key=_haste)
            return [*dated, *undated][:most], len(given)
        ahead = {task.item.id for task in dated}
        others = (given.get(task.item.id, task) for task in found if task.item.id not in ahead)
        return list(islice(chain(dated, others), most)), len(found)

    def coverage(self, snapshot: Snapshot, day: date) -> tuple[Coverage, ...]:
        """How far each topic is."""
        return self._standings.coverage(snapshot, day)

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
