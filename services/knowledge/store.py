"""In: items to publish. Out: every version of every item, in SQLite or PostgreSQL. Call it in threads."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clock import now
from bot.errors import NotFound
from services import database
from services.knowledge.models import Item
from services.knowledge.snapshot import FIRST_DAY, Published, newest
from services.knowledge.tables import item_version, knowledge_revision

MIGRATIONS = Path(__file__).with_name("migrations")
SEED_AUTHOR = "seed"
"""Author of the versions that came from files at the first start."""
History = Mapping[str, tuple[Published, ...]]


@dataclass(frozen=True)
class VersionRecord:
    """How a version came to be."""

    version: int
    """Its number."""
    valid_from: date
    """First day it answers."""
    valid_to: date | None
    """Last day; None while it has no end."""
    published_at: datetime | None
    """When it was published."""
    author: str
    """Who wrote it."""
    approver: str | None
    """Who approved it; None for what came from files or the command line."""


class KnowledgeStore:
    """Published items with all their versions.

    Every method raises `Unavailable` when the database is locked, gone or unreachable.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        self._engine = database.open_engine(url)

    def migrate(self) -> None:
        """Create or update the tables. Safe when several replicas start at once."""
        database.migrate(self._engine, MIGRATIONS)

    def seed(self, items: Iterable[Item]) -> bool:
        """Publish items from files, only when nothing was ever published.

        Returns:
            Whether this call did it. A second start, or a second replica starting at once, changes nothing.
        """
        with database.transaction(self._engine) as connection:
            if not _bump(connection, knowledge_revision.c.value == 0):
                return False
            rows = [_row(item, 1, SEED_AUTHOR, FIRST_DAY, now(), 1) for item in items]
            if rows:
                connection.execute(item_version.insert(), rows)
            return True

    def publish(self, item: Item, author: str, valid_from: date) -> int:
        """Add a published version that answers from `valid_from` on.

        Returns:
            Its version number. Earlier versions keep answering for earlier days.
        """
        with self.publishing() as connection:
            return add_version(connection, item, author, valid_from)

    @contextmanager
    def publishing(self) -> Iterator[Connection]:
        """A transaction in which published knowledge may change (`add_version`); publishers wait for each other."""
        with database.transaction(self._engine) as connection:
            _bump(connection)
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that leaves published knowledge alone: drafts, reading."""
        with database.transaction(self._engine) as connection:
            yield connection

    def records(self, item_id: str) -> list[VersionRecord]:
        """Who published each version of an item when, newest first."""
        query = sa.select(item_version).where(item_version.c.item_id == item_id, item_version.c.state != "draft")
        with database.transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(item_version.c.version.desc())).fetchall()
        return [VersionRecord(r.version, r.valid_from, r.valid_to, r.published_at, r.author, r.approver) for r in rows]

    def retire(self, item_id: str, last_day: date) -> None:
        """End an item: after `last_day` it answers no more; questions for earlier days still find it.

        Raises:
            NotFound: nothing of that id is published beyond that day.
        """
        ends_later = item_version.c.valid_to.is_(None) | (item_version.c.valid_to > last_day)
        which = (item_version.c.item_id == item_id) & (item_version.c.state == "published") & ends_later
        with database.transaction(self._engine) as connection:
            _bump(connection)
            change = item_version.update().where(which)
            values = {"state": "retired", "valid_to": last_day, "revision": _revision(connection)}
            if connection.execute(change.values(**values)).rowcount == 0:
                raise NotFound(f"没有这个事项：{item_id}")

    def published(self, as_of: date) -> list[tuple[Item, int]]:
        """The items in force on a day with their version numbers, in id order."""
        found = (newest(versions, as_of) for versions in self.changed_since(-1)[1].values())
        return [(p.item, p.version) for p in found if p is not None]

    def versions(self, item_id: str) -> list[Published]:
        """All published versions of an item, oldest first; empty when there is none."""
        with database.transaction(self._engine) as connection:
            return list(_histories(connection, item_version.c.item_id == item_id).get(item_id, ()))

    def version_on(self, item_id: str, day: date) -> Published | None:
        """The version that answers for a day; None when there is none."""
        return newest(self.versions(item_id), day)

    def revision(self) -> int:
        """How often published knowledge has changed; 0 before the seed."""
        with database.transaction(self._engine) as connection:
            return _revision(connection)

    def changed_since(self, revision: int) -> tuple[int, History]:
        """The counter now, and the whole history of each item that changed after `revision` (-1: all)."""
        with database.transaction(self._engine) as connection:
            counter = _revision(connection)
            if revision < 0:
                return counter, _histories(connection, sa.true())
            changed = sa.select(item_version.c.item_id).where(item_version.c.revision > revision)
            return counter, _histories(connection, item_version.c.item_id.in_(changed))

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def add_version(
    connection: Connection,
    item: Item,
    author: str,
    valid_from: date,
    valid_to: date | None = None,
    approver: str | None = None,
) -> int:
    """The next version of an item, inside `KnowledgeStore.publishing`.

    Args:
        connection: of that transaction.
        item: the text.
        author: who wrote it.
        valid_from: first day it answers.
        valid_to: last day; after it the version before answers again.
        approver: who approved it.
    Returns:
        Its number.
    """
    number = last_version(connection, item.id) + 1
    row = _row(item, number, author, valid_from, now(), _revision(connection))
    connection.execute(item_version.insert(), {**row, "valid_to": valid_to, "approver": approver})
    return number


def last_version(connection: Connection, item_id: str) -> int:
    """The highest version number of an item; 0 when there is none."""
    newest_version = sa.func.coalesce(sa.func.max(item_version.c.version), 0)
    return int(connection.scalar(sa.select(newest_version).where(item_version.c.item_id == item_id)))


def _bump(connection: Connection, only_if: Any = True) -> bool:
    """First statement of every change: takes the write lock, so that changes happen one after another."""
    change = knowledge_revision.update().where(knowledge_revision.c.id == 1)
    if only_if is not True:
        change = change.where(only_if)
    return bool(connection.execute(change.values(value=knowledge_revision.c.value + 1)).rowcount)


def _revision(connection: Connection) -> int:
    return int(connection.scalar(sa.select(knowledge_revision.c.value).where(knowledge_revision.c.id == 1)))


def _row(item: Item, version: int, author: str, start: date, at: datetime, revision: int) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "version": version,
        "state": "published",
        "body": json.loads(item.json()),
        "valid_from": start,
        "valid_to": None,
        "published_at": at,
        "author": author,
        "revision": revision,
    }


def _histories(connection: Connection, which: Any) -> History:
    query = sa.select(item_version).where(which, item_version.c.state != "draft")
    found: dict[str, list[Published]] = defaultdict(list)
    for row in connection.execute(query.order_by(item_version.c.item_id, item_version.c.version)):
        item = Item.parse_obj(row.body)
        found[row.item_id].append(Published(item, row.version, row.valid_from, row.valid_to))
    return {item_id: tuple(versions) for item_id, versions in found.items()}
