"""In: names and passwords. Out: accounts, who may sign in, lockout after wrong passwords, the first administrator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clock import now
from bot.errors import BadInput, Conflict, FieldError, NotFound, NotSignedIn
from staff import passwords
from staff.audit import record
from staff.database import StaffDatabase
from staff.roles import Role
from staff.tables import staff_session, staff_user

TRIES = 5
"""Wrong passwords in a row before an account rests."""
REST = timedelta(minutes=15)
FIRST = "admin"
"""Name of the first administrator."""
_NAME = re.compile(r"[\w.@-]{2,32}")
WRONG = "用户名或密码不对。连续错 5 次，账号会停 15 分钟。"


@dataclass(frozen=True)
class User:
    """Somebody who may sign in."""

    name: str
    """Unique; shown beside everything they do."""
    role: Role
    """What they may do."""
    must_change: bool
    """The password was set by somebody else."""
    active: bool
    """False: left; may not sign in."""
    locked_until: datetime | None
    """Too many wrong passwords: not before then."""
    elsewhere: bool = False
    """They sign in at the organisation's provider, without a password of ours."""


class Accounts:
    """The accounts of one database.

    Args:
        database: where they are.
    """

    def __init__(self, database: StaffDatabase) -> None:
        self._database = database

    def first_admin(self, given: str) -> str | None:
        """Make the first account when there is none.

        Args:
            given: its password; empty: a random one.
        Returns:
            The random password, to be printed once; None when nothing needs to be told.
        """
        with self._database.transaction() as connection:
            if connection.scalar(sa.select(sa.func.count()).select_from(staff_user)):
                return None
        password = given or passwords.made()
        try:
            self.add(FIRST, "admin", password, by="system", must_change=not given)
        except Conflict:  # another process was faster
            return None
        return None if given else password

    def add(self, name: str, role: Role, password: str, by: str, must_change: bool = True) -> None:
        """A new account.

        Raises:
            BadInput: the name is not 2–32 letters, digits, Chinese characters or . _ @ -
            Conflict: the name is taken.
        """
        if not _NAME.fullmatch(name):
            problem = "用户名要 2 到 32 个字，可以用汉字、字母、数字和 . _ @ -"
            raise BadInput(problem, (FieldError("name", problem),))
        row = {"name": name, "role": role, "password_hash": passwords.hashed(password), "must_change": must_change}
        row |= {"active": True, "failures": 0, "locked_until": None, "created_at": now()}
        try:
            with self._database.transaction() as connection:
                connection.execute(staff_user.insert().values(**row))
                record(connection, by, "user_added", name, role=role)
        except sa.exc.IntegrityError as error:
            raise Conflict(f"已经有用户 {name}。") from error

    def everyone(self) -> list[User]:
        """All accounts, by name."""
        with self._database.transaction() as connection:
            return [_user(row) for row in connection.execute(sa.select(staff_user).order_by(staff_user.c.name))]

    def sign_in(self, name: str, password: str) -> User:
        """The person, when the password is right.

        Raises:
            NotSignedIn: wrong, left, or resting; always the same sentence for a wrong name and a wrong password.
        """
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(staff_user).where(staff_user.c.name == name)).first()
        resting = row is not None and row.locked_until is not None and row.locked_until > now()
        good = passwords.right(row.password_hash if row else None, password)
        if resting:
            raise NotSignedIn("密码错得太多，账号先停 15 分钟。急用请找管理员。")
        with self._database.transaction() as connection:
            if row is None or not good or not row.active:
                self._missed(connection, name, row is not None)
            else:
                fresh = staff_user.update().where(staff_user.c.name == name)
                connection.execute(fresh.values(failures=0, locked_until=None))
                record(connection, name, "sign_in")
        if row is None or not good or not row.active:
            raise NotSignedIn(WRONG)
        return _user(row)

    def _missed(self, connection: Connection, name: str, known: bool) -> None:
        """Counted in the database itself: guesses sent at once to several processes all count."""
        record(connection, name if known else "?", "sign_in_failed")
        if not known:
            return
        mine = staff_user.update().where(staff_user.c.name == name)
        connection.execute(mine.values(failures=staff_user.c.failures + 1))
        too_many = mine.where(staff_user.c.failures >= TRIES)
        if connection.execute(too_many.values(failures=0, locked_until=now() + REST)).rowcount:
            record(connection, name, "locked", name)

    def change(self, name: str, role: Role, active: bool, by: str) -> None:
        """Another role, or an account that rests for good; also ends a lockout.

        Raises:
            NotFound: no such account.
            BadInput: the last administrator would be gone.
        """
        admins = (staff_user.c.role == "admin") & staff_user.c.active & (staff_user.c.name != name)
        with self._database.transaction() as connection:
            values = {"role": role, "active": active, "failures": 0, "locked_until": None}
            if not connection.execute(staff_user.update().where(staff_user.c.name == name).values(**values)).rowcount:
                raise NotFound(f"没有用户 {name}。")
            left = connection.scalar(sa.select(sa.func.count()).select_from(staff_user).where(admins))
            if not left and not (role == "admin" and active):
                raise BadInput("至少要留一个能用的管理员。")
            if not active:
                connection.execute(staff_session.delete().where(staff_session.c.name == name))
            record(connection, by, "user_changed", name, role=role, active=active)

    def set_password(self, name: str, password: str, by: str) -> None:
        """A new password, also for who had none; their sessions end. Set by somebody else, it must be changed again.

        Raises:
            NotFound: no such account.
            BadInput: too easy.
        """
        passwords.check_new(password, name)
        values = {"password_hash": passwords.hashed(password), "must_change": by != name}
        values |= {"failures": 0, "locked_until": None, "subject": None}
        with self._database.transaction() as connection:
            if not connection.execute(staff_user.update().where(staff_user.c.name == name).values(**values)).rowcount:
                raise NotFound(f"没有用户 {name}。")
            connection.execute(staff_session.delete().where(staff_session.c.name == name))
            record(connection, by, "password_changed" if by == name else "password_reset", name)


def _user(row: sa.engine.Row) -> User:
    return User(row.name, row.role, row.must_change, row.active, row.locked_until, row.subject is not None)
