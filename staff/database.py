"""In: a database URL. Out: transactions on a database that has the console's tables."""

from __future__ import annotations

from pathlib import Path

from services.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")


class StaffDatabase(Database):
    """The database with the console's tables.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, MIGRATIONS)
