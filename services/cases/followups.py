"""In: answered cases and the conversations they came from. Out: whom to ask 办成了吗?, and figures of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.cases.models import Outcome
from services.cases.store import CaseStore
from services.cases.tables import service_case

ANSWERS = timedelta(days=14)
"""So long after the question “办成了” counts as its answer; later it is a sentence like any other."""
_MOST = 5_000
_CASE = service_case.c


@dataclass(frozen=True)
class Pending:
    """A case whose person is to be asked, or has been."""

    number: str
    """The case."""
    conversation_id: str
    """Where."""
    asked_at: datetime | None
    """When it was asked; None: not yet."""


@dataclass(frozen=True)
class Outcomes:
    """What became of answered cases of one kind."""

    answered: int = 0
    """All that got an answer."""
    solved: int = 0
    """办成了."""
    unsolved: int = 0
    """没办成."""
    not_yet: int = 0
    """还没去."""

    @property
    def silent(self) -> int:
        """Of these the person said nothing."""
        return self.answered - self.solved - self.unsolved - self.not_yet


class FollowUps:
    """The question whether it helped. Every method blocks on the database and raises `Unavailable` when it is away.

    Args:
        store: where the cases are.
    """

    def __init__(self, store: CaseStore) -> None:
        self._store = store

    def pending(self, at: datetime) -> list[Pending]:
        """Everybody to be asked by now, and everybody whose answer may still come; the longest due first."""
        where = (_CASE.state == "answered", _CASE.conversation_id.is_not(None), _CASE.ask_after <= at)
        fresh = _CASE.asked_at.is_(None) | (_CASE.asked_at > at - ANSWERS)
        query = sa.select(_CASE.number, _CASE.conversation_id, _CASE.asked_at).where(*where, fresh)
        with self._store.transaction() as connection:
            rows = connection.execute(query.order_by(_CASE.ask_after, _CASE.number).limit(_MOST)).fetchall()
        return [Pending(row.number, row.conversation_id, row.asked_at) for row in rows]

    def ask(self, number: str, at: datetime) -> bool:
        """Take it on to ask now; False: somebody else has, or it is not to be asked any more."""
        mine = (_CASE.number == number, _CASE.state == "answered", _CASE.ask_after <= at, _CASE.asked_at.is_(None))
        with self._store.transaction() as connection:
            return bool(connection.execute(service_case.update().where(*mine).values(asked_at=at)).rowcount)

    def said(self, number: str, said: Outcome) -> None:
        """What the person answers. As CaseStore.said."""
        self._store.said(number, said)

    def unlink(self, conversation_id: str) -> int:
        """Forget where cases came from, when their person asks for it or leaves: the work itself goes on.

        Returns:
            How many cases.
        """
        mine = service_case.update().where(_CASE.conversation_id == conversation_id)
        with self._store.transaction() as connection:
            return int(connection.execute(mine.values(conversation_id=None, ask_after=None)).rowcount)

    def outcomes(self, since: datetime) -> Mapping[str, Outcomes]:
        """By kind, of the cases opened since a moment."""
        was = _CASE.state.in_(("answered", "closed")) | _CASE.outcome.is_not(None)
        query = sa.select(_CASE.kind, _CASE.outcome, sa.func.count()).where(_CASE.opened_at >= since, was)
        found: dict[str, dict[str, int]] = {}
        with self._store.transaction() as connection:
            for kind, outcome, number in connection.execute(query.group_by(_CASE.kind, _CASE.outcome)):
                of_kind = found.setdefault(kind, {"answered": 0})
                of_kind["answered"] += int(number)
                if outcome:
                    of_kind[outcome] = int(number)
        return {kind: Outcomes(**numbers) for kind, numbers in found.items()}
