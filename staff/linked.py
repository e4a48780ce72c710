"""In: who an OpenID provider says it is. Out: their account here; made only where the operator allows it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.errors import BadInput, Conflict, NotAllowed
from staff import passwords
from staff.accounts import Accounts, User
from staff.audit import record
from staff.database import StaffDatabase
from staff.oidc import Identity
from staff.roles import Role
from staff.tables import staff_user

WAITS = ""
"""Subject of an account that is to be used with the organisation's sign-in, but has not been yet."""
NOBODY = "这里还没有你的账号，请找管理员开通“用单位账号登录”。"
NO_ROLE = "单位那边没有给你这里的权限，请找管理员。"


class Linked:
    """Accounts that sign in elsewhere. One with a password is never taken over: names can be chosen, subjects cannot.

    Args:
        database: where they are.
        accounts: makes and changes them.
        create: people who have no account get one.
        by_claim: the provider decides about roles.
    """

    def __init__(self, database: StaffDatabase, accounts: Accounts, create: bool, by_claim: bool) -> None:
        self._database, self._accounts, self._create, self._by_claim = database, accounts, create, by_claim

    def add(self, name: str, role: Role, by: str) -> None:
        """An account for somebody who has not come yet; it has no password anybody knows.

        Raises:
            BadInput, Conflict: as Accounts.add.
        """
        self._accounts.add(name, role, passwords.made(), by, must_change=False)
        with self._database.transaction() as connection:
            connection.execute(staff_user.update().where(staff_user.c.name == name).values(subject=WAITS))

    def sign_in(self, who: Identity) -> User:
        """Their account.

        Raises:
            NotAllowed: they have none, it is closed, or the provider gives them no role.
        """
        if self._by_claim and who.role is None:
            self._refused(who.name, NO_ROLE)
        name = self._name_of(who)
        if name is None and self._create:
            name = self._made(who)
        user = next((one for one in self._accounts.everyone() if one.name == name and one.active), None)
        if user is None:
            self._refused(who.name, NOBODY)
            raise AssertionError  # _refused does not return
        if self._by_claim and who.role and who.role != user.role:
            try:
                self._accounts.change(user.name, who.role, True, by="oidc")
            except BadInput as error:  # the last administrator
                raise NotAllowed(error.sentence) from error
            user = User(user.name, who.role, user.must_change, True, None)
        with self._database.transaction() as connection:
            record(connection, user.name, "sign_in", how="oidc")
        return user

    def _name_of(self, who: Identity) -> str | None:
        """By subject; else the account that waits under this name is theirs from now on."""
        with self._database.transaction() as connection:
            name = _by_subject(connection, who.subject)
        if name is not None:
            return name
        waiting = (staff_user.c.name == who.name) & (staff_user.c.subject == WAITS)
        with self._database.transaction() as connection:
            bound = connection.execute(staff_user.update().where(waiting).values(subject=who.subject)).rowcount
        return who.name if bound else None

    def _made(self, who: Identity) -> str | None:
        try:
            self.add(who.name, who.role or "reader", by="oidc")
        except (BadInput, Conflict):  # a name we cannot use, or somebody else's
            return None
        return self._name_of(who)

    def _refused(self, name: str, why: str) -> None:
        with self._database.transaction() as connection:
            record(connection, name, "sign_in_failed", how="oidc")
        raise NotAllowed(why)


def _by_subject(connection: Connection, subject: str) -> str | None:
    name = connection.scalar(sa.select(staff_user.c.name).where(staff_user.c.subject == subject))
    return str(name) if name is not None else None
