"""In: cases opened, moved on, merged, asked for. Out: cases with their history, in SQL. Call it in threads."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clock import now
from bot.errors import BadInput, Conflict, NotFound, TooMany
from services.cases.models import (
    ACCEPT_DAYS,
    ANSWER_DAYS,
    ASK_AFTER,
    ASK_AGAIN,
    NEXT,
    OPEN,
    OUTCOME_NAMES,
    STATE_NAMES,
    Case,
    Outcome,
    Step,
)
from services.cases.tables import case_step, service_case
from services.cases.workdays import after
from services.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")
CITIZEN = "来访人"
TRIES, REST = 5, timedelta(minutes=15)
"""Wrong last digits in a row before a case answers nobody for a while."""
UNKNOWN = "工单号或手机后四位不对。请看看登记时给你的号码。"
_LETTERS = "ACDEFGHJKLMNPQRTUVWXY3479"


class CaseStore(Database):
    """The cases of one database; its tables are made on first use.

    Every method raises `Unavailable` when the database is locked, gone or unreachable.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, MIGRATIONS)

    def open(
        self,
        kind: str,
        item_id: str,
        text: str,
        contact: str,
        channel: str,
        by: str = CITIZEN,
        conversation_id: str = "",
    ) -> Case:
        """A new case; text is masked by the caller.

        Args:
            conversation_id: where it is left, to be asked there later whether it was solved.
        """
        at = now()
        due = after(at.date(), ANSWER_DAYS[kind])
        row = {
            "number": f"MH{at:%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(5))}",
            "kind": kind, "item_id": item_id, "text": text, "contact": contact, "channel": channel,
            "state": "received", "department": "", "owner": "", "merged_into": "", "opened_at": at,
            "accept_due": after(at.date(), ACCEPT_DAYS).day, "due": due.day, "due_estimated": due.estimated,
            "solved": None, "saves": 1, "misses": 0, "resting_until": None,
            "conversation_id": conversation_id or None,
        }  # fmt: skip
        with self.transaction() as connection:
            connection.execute(service_case.insert().values(**row))
            _step(connection, row["number"], by, "received", "登记", True)
        return self.get(str(row["number"]))

    def get(self, number: str) -> Case:
        """One case with its history.

        Raises:
            NotFound: there is none.
        """
        with self.transaction() as connection:
            return _one(connection, number)

    def for_citizen(self, number: str, last_four: str) -> Case:
        """A case for the person who left it: the one it was merged into, when it was.

        Raises:
            NotFound: no such number, or other last digits; the sentence does not tell which.
            TooMany: too many wrong digits.
        """
        with self.transaction() as connection:
            row = connection.execute(sa.select(service_case).where(service_case.c.number == number)).first()
        if row is None:
            raise NotFound(UNKNOWN)
        if row.resting_until is not None and row.resting_until > now():
            raise TooMany("后四位错得太多，请过 15 分钟再查，或打 12345 问。")
        good = secrets.compare_digest(_digits(row.contact)[-4:].encode(), last_four.encode("utf-8", "replace"))
        with self.transaction() as connection:
            mine = service_case.update().where(service_case.c.number == number)
            if good and row.misses:
                connection.execute(mine.values(misses=0))
            elif not good:
                connection.execute(mine.values(misses=service_case.c.misses + 1))
                connection.execute(
                    mine.where(service_case.c.misses >= TRIES).values(misses=0, resting_until=now() + REST)
                )
        if not good:
            raise NotFound(UNKNOWN)
        return self.get(row.merged_into or number)

    def move(
        self, number: str, saves: int, by: str, state: str = "", note: str = "", public: bool = False,
        department: str | None = None, owner: str | None = None,
    ) -> Case:  # fmt: skip
        """Take a case on: another state, department, owner, a note; empty: as it is.

        Raises:
            Conflict: somebody else changed it since it was looked at.
            BadInput: that state cannot follow.
        """
        case = self.get(number)
        state = state or case.state
        if state != case.state and state not in NEXT[case.state]:
            raise BadInput(f"“{STATE_NAMES[case.state]}”后面不能直接是“{STATE_NAMES.get(state, state)}”。")
        values: dict[str, Any] = {"state": state, "saves": saves + 1}
        values |= {} if department is None else {"department": department}
        values |= {} if owner is None else {"owner": owner}
        if state != case.state:
            values |= {"ask_after": now() + ASK_AFTER if state == "answered" else None, "asked_at": None}
        with self.transaction() as connection:
            _change(connection, number, saves, values)
            _step(connection, number, by, state, note, public)
        return self.get(number)

    def merge(self, number: str, into: str, saves: int, by: str) -> Case:
        """The same matter twice: the citizen of the one sees how the other goes.

        Raises:
            BadInput: into itself, or into one that was merged away.
            NotFound: one of them does not exist.
        """
        target = self.get(into)
        if number == into or target.merged_into or self.get(number).merged_into:
            raise BadInput("不能并到自己，也不能并到已经并掉的工单。")
        with self.transaction() as connection:
            _change(connection, number, saves, {"state": "merged", "merged_into": into, "saves": saves + 1})
            # what had been merged into it goes along
            connection.execute(
                service_case.update().where(service_case.c.merged_into == number).values(merged_into=into)
            )
            _step(connection, number, by, "merged", f"并到 {into}", True)
            _step(connection, into, by, target.state, f"{number} 并到这里", False)
        return self.get(number)

    def outcome(self, number: str, last_four: str, said: Outcome) -> Case:
        """The citizen says how it went.

        Raises:
            NotFound, TooMany: as for_citizen.
            BadInput: it has not been answered yet.
        """
        return self.said(self.for_citizen(number, last_four).number, said)

    def said(self, number: str, said: Outcome) -> Case:
        """What a citizen says whom we know: solved closes the case, unsolved sends it back, not_yet asks again later.

        Raises:
            BadInput: it has not been answered yet.
        """
        case = self.get(number)
        if case.state not in ("answered", "closed"):
            raise BadInput("还没有给你答复，答复以后再说办成没有。")
        state = {"solved": "closed", "unsolved": "working", "not_yet": case.state}[said]
        values: dict[str, Any] = {"state": state, "outcome": said, "asked_at": None, "saves": case.saves + 1}
        values |= {"solved": said == "solved"} if said != "not_yet" else {}
        values["ask_after"] = now() + ASK_AGAIN if said == "not_yet" and state == "answered" else None
        with self.transaction() as connection:
            _change(connection, number, case.saves, values)
            _step(connection, number, CITIZEN, state, OUTCOME_NAMES[said], True)
        return self.get(number)

    def listed(self, state: str = "", kind: str = "", item_id: str = "", late_on: date | None = None,
               owner: str = "", most: int = 51, skip: int = 0) -> list[Case]:  # fmt: skip
        """Cases without history, the most urgent first; `state` "open": all that are worked on."""
        table = service_case.c
        query = sa.select(service_case).order_by(table.due, table.number).limit(most).offset(skip)
        if state:
            query = query.where(table.state.in_(OPEN) if state == "open" else table.state == state)
        for column, value in ((table.kind, kind), (table.item_id, item_id), (table.owner, owner)):
            query = query.where(column == value) if value else query
        if late_on:
            query = query.where(table.state.in_(OPEN), table.due < late_on)
        with self.transaction() as connection:
            return [_case(row) for row in connection.execute(query)]

    def figures(self, day: date) -> dict[str, int]:
        """How many: open, late, answered, solved, unsolved."""
        table, number = service_case.c, sa.func.count()
        query = sa.select(table.state, table.solved, number).group_by(table.state, table.solved)
        with self.transaction() as connection:
            rows = [(state, solved, int(count)) for state, solved, count in connection.execute(query)]
        return {
            "open": sum(count for state, _, count in rows if state in OPEN), "late": self.late(day),
            "answered": sum(count for state, _, count in rows if state == "answered"),
            "solved": sum(count for _, solved, count in rows if solved is True),
            "unsolved": sum(count for _, solved, count in rows if solved is False),
        }  # fmt: skip

    def late(self, day: date) -> int:
        """How many should have been answered by now."""
        late = sa.select(sa.func.count()).select_from(service_case)
        late = late.where(service_case.c.state.in_(OPEN), service_case.c.due < day)
        with self.transaction() as connection:
            return int(connection.scalar(late))


def _change(connection: Connection, number: str, saves: int, values: dict[str, Any]) -> None:
    same = (service_case.c.number == number) & (service_case.c.saves == saves)
    if not connection.execute(service_case.update().where(same).values(**values)).rowcount:
        raise Conflict("你看的时候，别人动过这张工单。你写的没有存，请看一眼再试。")


def _step(connection: Connection, number: Any, by: str, state: str, note: str, public: bool) -> None:
    row = {"number": number, "at": now(), "by": by, "state": state, "note": note, "public": public}
    connection.execute(case_step.insert().values(**row))


def _one(connection: Connection, number: str) -> Case:
    row = connection.execute(sa.select(service_case).where(service_case.c.number == number)).first()
    if row is None:
        raise NotFound("没有这张工单。")
    steps = connection.execute(sa.select(case_step).where(case_step.c.number == number).order_by(case_step.c.id))
    return _case(row, tuple(Step(s.at, s.by, s.state, s.note, s.public) for s in steps))


def _case(row: Any, history: tuple[Step, ...] = ()) -> Case:
    opened: datetime = row.opened_at
    return Case(
        row.number, row.kind, row.item_id, row.text, row.contact, row.channel, row.state, row.department, row.owner,
        row.merged_into, opened, row.accept_due, row.due, row.due_estimated, row.solved, row.saves,
        row.outcome, row.conversation_id or "", history,
    )  # fmt: skip


def _digits(contact: str) -> str:
    return "".join(sign for sign in contact if sign.isdigit())
