"""In: a person who has signed in. Out: a cookie's value, and from it the person again until the session ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa

from bot.clock import now
from staff.accounts import User
from staff.database import StaffDatabase
from staff.tables import staff_session, staff_user

IDLE = timedelta(minutes=60)
"""A session that nobody uses ends after this long."""
LONGEST = timedelta(hours=12)
"""A working day; then the password is asked again."""
HERE = timedelta(minutes=10)
"""Whoever did something so lately is at their desk; a page that asks by itself does not count."""
_NOTE_EVERY = timedelta(minutes=1)
"""Use is written down at most so often: most requests only read."""


@dataclass(frozen=True)
class Session:
    """Somebody at work."""

    user: User
    """Who."""
    csrf: str
    """What every form of theirs must carry."""


class Sessions:
    """Sessions in SQL (docs/decisions/0020-staff-sessions-in-sql.md).

    Args:
        database: where they are.
    """

    def __init__(self, database: StaffDatabase) -> None:
        self._database = database

    def begin(self, user: User) -> str:
        """The value of the cookie; it is kept nowhere here."""
        token, at = secrets.token_urlsafe(32), now()
        row = {"token_hash": _hash(token), "name": user.name, "csrf": secrets.token_urlsafe(24)}
        with self._database.transaction() as connection:
            connection.execute(staff_session.delete().where(staff_session.c.began_at < at - LONGEST))
            connection.execute(staff_session.insert().values(**row, began_at=at, seen_at=at))
        return token

    def of(self, token: str, used: bool = True) -> Session | None:
        """The session of a cookie; None when there is none or it has ended.

        Args:
            used: somebody is at work, so it lasts on.
        """
        if not token:
            return None
        mine, at = staff_session.c.token_hash == _hash(token), now()
        query = sa.select(staff_session, staff_user).where(mine, staff_user.c.name == staff_session.c.name)
        with self._database.transaction() as connection:
            row = connection.execute(query.where(staff_user.c.active)).first()
        if row is None:
            return None
        if at - row.seen_at > IDLE or at - row.began_at > LONGEST:
            return None
        if used and at - row.seen_at > _NOTE_EVERY:
            # a transaction of its own: SQLite refuses to turn a reading one into a writing one under load
            with self._database.transaction() as connection:
                connection.execute(staff_session.update().where(mine).values(seen_at=at))
        user = User(row[staff_user.c.name], row.role, row.must_change, row.active, row.locked_until)
        return Session(user, row.csrf)

    def here(self) -> set[str]:
        """Names of those who are at work now."""
        lately = sa.select(staff_session.c.name).where(staff_session.c.seen_at > now() - HERE).distinct()
        with self._database.transaction() as connection:
            return {row.name for row in connection.execute(lately)}

    def end(self, token: str) -> None:
        """Sign out."""
        with self._database.transaction() as connection:
            connection.execute(staff_session.delete().where(staff_session.c.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
