"""In: what was asked and answered, masked. Out: rows in SQL: the latest, the unanswered, what was told on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.database import Database
from services.questions.counting import count, counted
from services.questions.models import PLACE, TALK, UNSURE, Asked, Dimension, Tally
from services.questions.most_asked import top_items
from services.questions.tables import asked

MIGRATIONS = Path(__file__).with_name("migrations")


class QuestionStore(Database):
    """What was asked, in one database; its table is made on first use.

    Every method raises `Unavailable` when the database is locked, gone or unreachable.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, MIGRATIONS)

    def add(self, rows: Sequence[Asked]) -> None:
        """Write rows down, and count the needs among them."""
        with self.transaction() as connection:
            connection.execute(asked.insert(), [asdict(row) for row in rows])
            count(connection, rows)

    def latest(self, most: int = 300) -> list[str]:
        """Questions about items, each text once, the latest first."""
        query = sa.select(asked.c.text).where(asked.c.told_item != "").order_by(asked.c.id.desc()).limit(most * 3)
        with self.transaction() as connection:
            texts = [row.text for row in connection.execute(query)]
        return list(dict.fromkeys(texts))[:most]

    def told(self, since: datetime, until: datetime, conversation: str = "", item_id: str = "", most: int = 51,
             skip: int = 0) -> list[Asked]:  # fmt: skip
        """What people were told between two moments, the latest first."""
        query = sa.select(asked).where(asked.c.at >= since, asked.c.at < until)
        query = query.where(asked.c.conversation == conversation) if conversation else query
        query = query.where(asked.c.told_item == item_id) if item_id else query
        return self._rows(query.order_by(asked.c.at.desc()).limit(most).offset(skip))

    def in_vain(self, since: datetime, most: int = 800) -> list[Asked]:
        """Questions that no item answered, or only by a guess, the latest first. See `result_of`."""
        guessed = (asked.c.item_score < UNSURE) & (asked.c.told_item == asked.c.item_id)
        query = sa.select(asked).where(asked.c.at >= since, asked.c.in_scope, (asked.c.told_item == "") | guessed)
        query = query.where(asked.c.act.notin_((*TALK, PLACE)))
        return self._rows(query.order_by(asked.c.at.desc()).limit(most))

    def counted(self, by: Dimension, since: date, chosen: Mapping[Dimension, str]) -> dict[Any, Tally]:
        """Needs since a day, by one dimension, among those of the chosen ones.

        Args:
            by: what the keys are.
            since: the first day.
            chosen: only these, as {"channel": "web"}.
        """
        with self.transaction() as connection:
            return counted(connection, by, since, chosen)

    def top_items(self, since: date, most: int = 20) -> dict[str, Tally]:
        """The items asked about most since a day, the most asked first."""
        with self.transaction() as connection:
            return top_items(connection, since, most)

    def forget(self, before: datetime) -> int:
        """Delete what is older; the number of rows."""
        with self.transaction() as connection:
            return int(connection.execute(asked.delete().where(asked.c.at < before)).rowcount)

    def erase(self, conversation: str) -> int:
        """Delete a conversation, when its person asks for it; the number of rows."""
        with self.transaction() as connection:
            return int(connection.execute(asked.delete().where(asked.c.conversation == conversation)).rowcount)

    def _rows(self, query: sa.sql.Select) -> list[Asked]:
        with self.transaction() as connection:
            rows = connection.execute(query).fetchall()
        # rows from before a column was there hold nothing in it
        return [
            Asked(**{name: row[name] for name in Asked.__dataclass_fields__ if row[name] is not None}) for row in rows
        ]


def keep_since(now: datetime, days: int) -> datetime:
    """The oldest moment that is kept."""
    return now - timedelta(days=days)
