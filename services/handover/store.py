"""In: what happens to cases. Out: cases and lines, in SQLite or PostgreSQL. Call it in threads.

Everything is one statement or one transaction: two clerks who claim one case, two processes that send one reply, a
message that is handled twice after a crash: the database decides who is first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clock import SHANGHAI, now
from bot.errors import BadInput, Conflict, NotFound
from services import database
from services.handover.models import Case, Line, Reason, Waiting, Who
from services.handover.tables import handover_case as cases
from services.handover.tables import handover_line as lines
from services.handover.tables import undelivered

MIGRATIONS = Path(__file__).with_name("migrations")
MOST_CHARS = 1_000
"""Of one reply: a person reads it on a phone."""
_SENDING_S = 90
"""A process that has taken a line and says nothing for so long is dead."""


class HandoverStore:
    """Cases. Every method raises `Unavailable` when the database is locked, gone or unreachable.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        self._engine = database.open_engine(url)

    def migrate(self) -> None:
        """Create or update the tables. Safe when several replicas start at once."""
        database.migrate(self._engine, MIGRATIONS)

    def open(
        self,
        conversation_id: str,
        channel: str,
        reason: Reason,
        said: Iterable[tuple[Who, str]] = (),
        due_at: datetime | None = None,
    ) -> tuple[Case, bool]:
        """The conversation's open case and whether it is new; opened twice, it is one.

        Args:
            said: what was said before, masked, oldest first.
            due_at: by when staff have promised to look.
        """
        at = now()
        values = {"conversation_id": conversation_id, "open_for": conversation_id, "channel": channel,
                  "state": "waiting", "reason": reason, "opened_at": at, "changed_at": at,
                  "due_at": due_at}  # fmt: skip
        try:
            with database.transaction(self._engine) as connection:
                number = connection.execute(cases.insert().values(**values)).inserted_primary_key[0]
                rows = [_line(number, who, text, at) for who, text in said]
                if rows:
                    connection.execute(lines.insert(), rows)
                return _one(connection, number), True
        except sa.exc.IntegrityError:
            found = self.current(conversation_id)
            if found is None:  # closed in this very moment
                return self.open(conversation_id, channel, reason, said, due_at)
            return found, False

    def current(self, conversation_id: str) -> Case | None:
        """The conversation's open case."""
        found = self._cases(cases.c.open_for == conversation_id)
        return found[0] if found else None

    def open_cases(self) -> list[Case]:
        """All that wait or are claimed, longest first."""
        return self._cases(cases.c.open_for.is_not(None))

    def waiting(self) -> list[Case]:
        """Cases nobody has claimed, longest first."""
        return self._cases(cases.c.state == "waiting")

    def get(self, number: int) -> Case:
        """One case.

        Raises:
            NotFound: no such case.
        """
        with database.transaction(self._engine) as connection:
            return _one(connection, number)

    def history(self, number: int) -> list[Line]:
        """All lines of a case, oldest first.

        Raises:
            NotFound: no such case.
        """
        self.get(number)
        with database.transaction(self._engine) as connection:
            rows = connection.execute(sa.select(lines).where(lines.c.case_id == number).order_by(lines.c.id))
            return [_read(row) for row in rows]

    def claim(self, number: int, staff: str, tell: bool = True) -> Case:
        """Takes a waiting case; the person is told.

        Args:
            tell: False where they are told elsewhere.

        Raises:
            NotFound: no such case.
            Conflict: somebody else has it, or it is closed.
        """
        change = cases.update().where(cases.c.id == number, cases.c.state == "waiting")
        return self._change(
            change.values(state="claimed", staff=_name(staff), changed_at=now()), number, "claimed" if tell else None
        )

    def transfer(self, number: int, staff: str, to: str) -> Case:
        """Hands a claimed case to a colleague, or back to those who wait (`to` empty); the person is told.

        Raises:
            NotFound, Conflict: as claim; only who has it can hand it on.
        """
        mine = (cases.c.id == number, cases.c.state == "claimed", cases.c.staff == _name(staff))
        values = {"state": "claimed", "staff": _name(to)} if to.strip() else {"state": "waiting", "staff": None}
        return self._change(cases.update().where(*mine).values(changed_at=now(), **values), number, "transferred")

    def close(self, number: int, staff: str | None, tell: bool = True) -> Case:
        """Ends a case; the person is told that the assistant answers again.

        Args:
            staff: who ends it; None: the person, who is not told what they did themselves.

        Raises:
            NotFound, Conflict: as claim.
        """
        mine: list[Any] = [cases.c.id == number, cases.c.open_for.is_not(None)]
        if staff is not None:
            mine.append((cases.c.state == "waiting") | (cases.c.staff == _name(staff)))
        change = cases.update().where(*mine).values(state="closed", open_for=None, changed_at=now())
        return self._change(change, number, "closed" if staff is not None and tell else None)

    def reply(self, number: int, staff: str, text: str) -> Line:
        """What a person of staff says; it goes out by the case's channel.

        Args:
            text: masked by the caller.

        Raises:
            NotFound: no such case.
            Conflict: they have not claimed it.
            BadInput: empty or too long.
        """
        if not text.strip() or len(text) > MOST_CHARS:
            raise BadInput(f"回复要有字，最多 {MOST_CHARS} 个字。")
        with database.transaction(self._engine) as connection:
            # Written first: a transaction that reads first may find the database taken when it comes to write.
            mine = (cases.c.id == number, cases.c.state == "claimed", cases.c.staff == _name(staff))
            if not connection.execute(cases.update().where(*mine).values(staff=_name(staff))).rowcount:
                _one(connection, number)
                raise Conflict("这件事不在你手上，先领取再回复。")
            return _added(connection, _line(number, "staff", text.strip(), now(), outgoing=1))

    def add(self, number: int, who: Who, text: str, key: str | None = None) -> None:
        """What the person or the machine said in an open case.

        Args:
            text: masked.
            key: the same for the same message: handled twice, it is noted once.
        """
        try:
            with database.transaction(self._engine) as connection:
                _added(connection, _line(number, who, text, now(), key=key))
        except sa.exc.IntegrityError:
            return  # it stands there already

    def take_outgoing(self, channels: Sequence[str], most: int = 50) -> list[Waiting]:
        """Lines to send now, the oldest of each case, taken by nobody else. Say `sent` or `not_sent` of each.

        While one is being sent, the next of its case waits: two processes must not overtake each other.
        """
        at = now()
        oldest = sa.select(sa.func.min(lines.c.id)).where(lines.c.outgoing == 1).group_by(lines.c.case_id)
        free = (lines.c.outgoing == 1) & (lines.c.taken_until.is_(None) | (lines.c.taken_until < at))
        joined = sa.select(lines, cases.c.conversation_id, cases.c.channel).join(cases)
        query = (
            joined.where(free, lines.c.id.in_(oldest), cases.c.channel.in_(channels)).order_by(lines.c.id).limit(most)
        )
        with database.transaction(self._engine) as connection:
            found = connection.execute(query).fetchall()
        return [Waiting(_read(row), row.conversation_id, row.channel) for row in found if self._taken(row.id, at)]

    def _taken(self, line_id: int, at: datetime) -> bool:
        free = (lines.c.outgoing == 1) & (lines.c.taken_until.is_(None) | (lines.c.taken_until < at))
        change = lines.update().where(lines.c.id == line_id, free)
        with database.transaction(self._engine) as connection:
            return bool(connection.execute(change.values(taken_until=at + timedelta(seconds=_SENDING_S))).rowcount)

    def sent(self, line_id: int) -> None:
        """A line has left."""
        self._line_becomes(line_id, outgoing=0, taken_until=None, sent_at=now())

    def not_sent(self, line_id: int) -> None:
        """It could not be sent now."""
        self._line_becomes(line_id, taken_until=None)

    def for_page(self, conversation_id: str, after: int, channel: str = "web") -> list[Line]:
        """What staff said in a conversation, and notices, since a line: for a page that asks. They count as sent."""
        wanted = (cases.c.conversation_id == conversation_id, cases.c.channel == channel, lines.c.id > after,
                  lines.c.who.in_(("staff", "notice")))  # fmt: skip
        with database.transaction(self._engine) as connection:
            query = sa.select(lines).join(cases).where(*wanted).order_by(lines.c.id).limit(100)
            found = [_read(row) for row in connection.execute(query)]
        fresh = [line.id for line in found if line.sent_at is None]
        if fresh:
            with database.transaction(self._engine) as connection:
                connection.execute(lines.update().where(lines.c.id.in_(fresh)).values(outgoing=0, sent_at=now()))
        return found

    def record(self, conversation_id: str, code: int, reason: str, text: str) -> None:
        """Writes down what a channel refused for good."""
        values = {"conversation_id": conversation_id, "at": now(), "code": code, "reason": reason, "text": text}
        with database.transaction(self._engine) as connection:
            connection.execute(undelivered.insert().values(**values))

    def records(self, most: int = 100) -> list[dict[str, Any]]:
        """What could not be delivered, newest first."""
        with database.transaction(self._engine) as connection:
            found = connection.execute(sa.select(undelivered).order_by(undelivered.c.id.desc()).limit(most))
            return [{**row._mapping, "at": _aware(row.at).isoformat()} for row in found]

    def forget(self, conversation_id: str) -> None:
        """Erases everything of a conversation."""
        own = sa.select(cases.c.id).where(cases.c.conversation_id == conversation_id)
        with database.transaction(self._engine) as connection:
            connection.execute(lines.delete().where(lines.c.case_id.in_(own)))
            connection.execute(cases.delete().where(cases.c.conversation_id == conversation_id))
            connection.execute(undelivered.delete().where(undelivered.c.conversation_id == conversation_id))

    def _change(self, change: Any, number: int, notice: str | None) -> Case:
        with database.transaction(self._engine) as connection:
            done = connection.execute(change).rowcount
            case = _one(connection, number)
            if not done:
                raise Conflict("这件事已经有人在办，或者已经结束。")
            if notice:
                connection.execute(lines.insert().values(**_line(number, "notice", notice, now(), outgoing=1)))
            return case

    def _cases(self, which: Any) -> list[Case]:
        with database.transaction(self._engine) as connection:
            return [_case(row) for row in connection.execute(sa.select(cases).where(which).order_by(cases.c.id))]

    def _line_becomes(self, line_id: int, **values: Any) -> None:
        with database.transaction(self._engine) as connection:
            connection.execute(lines.update().where(lines.c.id == line_id).values(**values))


def _name(staff: str) -> str:
    if not staff.strip() or len(staff) > 64:
        raise BadInput("要写明是哪位工作人员。")
    return staff.strip()


def _line(number: int, who: Who, text: str, at: datetime, outgoing: int = 0, key: str | None = None) -> dict[str, Any]:
    return {"case_id": number, "who": who, "text": text, "at": at, "outgoing": outgoing, "message_key": key}


def _added(connection: Connection, values: dict[str, Any]) -> Line:
    number = connection.execute(lines.insert().values(**values)).inserted_primary_key[0]
    return _read(connection.execute(sa.select(lines).where(lines.c.id == number)).one())


def _one(connection: Connection, number: int) -> Case:
    row = connection.execute(sa.select(cases).where(cases.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("没有这件事。")
    return _case(row)


def _case(row: Any) -> Case:
    return Case(row.id, row.conversation_id, row.channel, row.state, row.reason, row.staff, _aware(row.opened_at),
                _aware(row.due_at) if row.due_at else None, _aware(row.changed_at))  # fmt: skip


def _read(row: Any) -> Line:
    return Line(row.id, row.case_id, row.who, row.text, _aware(row.at), _aware(row.sent_at) if row.sent_at else None)


def _aware(at: datetime) -> datetime:
    """SQLite gives back the Shanghai time it was given, without its offset."""
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)
