"""In: a database URL. Out: transactions on a database that has the console's tables."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Connection

from services.knowledge import database

MIGRATIONS = Path(__file__).with_name("migrations")


class StaffDatabase:
    """Migrates on first use, so that a database that was away at the start is no obstacle later.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        self._engine = database.open_engine(url)
        self._ready, self._lock = False, threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction.

        Raises:
            Unavailable: the database is locked, gone or unreachable.
        """
        self.prepare()
        with database.transaction(self._engine) as connection:
            yield connection

    def prepare(self) -> None:
        """Create or update the tables."""
        with self._lock:
            if not self._ready:
                database.migrate(self._engine, MIGRATIONS)
                self._ready = True

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
