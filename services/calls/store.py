"""In: ended calls, what agents saved, wrong cards. Out: the same, until they are too old. Call it in threads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.clock import now
from bot.errors import Conflict, NotFound
from services.calls.models import CallRecord, WrongCard
from services.calls.tables import ended_call, wrong_card
from services.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")
_NAME = 64


class CallStore(Database):
    """Ended calls of one database; its tables are made on first use.

    Every method raises `Unavailable` when the database is locked, gone or unreachable.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, MIGRATIONS)

    def record(self, call: CallRecord) -> None:
        """Writes an ended call down; ended once more, it takes the place of what was there, unless an agent saved it:
        then only lines and end are new. An agent who has the older summary before them cannot save it any more.
        """
        fresh = {
            "ended_at": call.ended_at, "agent": call.agent[:_NAME],
            "transcript": _json(list(call.transcript)),
        }  # fmt: skip
        same = (ended_call.c.call_id == call.call_id) & (ended_call.c.started_at == call.started_at)
        try:
            with self.transaction() as connection:
                if connection.execute(ended_call.update().where(same).values(**fresh)).rowcount:
                    summary = _json(call.summary)
                    other = same & (ended_call.c.saved_by == "") & (ended_call.c.summary != summary)
                    newer = {"summary": summary, "saves": ended_call.c.saves + 1}
                    connection.execute(ended_call.update().where(other).values(**newer))
                    return
                row = {"call_id": call.call_id, "started_at": call.started_at, "summary": _json(call.summary),
                       "saved_by": "", "case_number": "", "saves": 0, **fresh}  # fmt: skip
                connection.execute(ended_call.insert().values(**row))
        except sa.exc.IntegrityError:  # another process was first
            self.record(call)

    def get(self, call_id: str) -> CallRecord:
        """The last call of that name.

        Raises:
            NotFound: there is none, or it was too old to keep.
        """
        query = sa.select(ended_call).where(ended_call.c.call_id == call_id)
        with self.transaction() as connection:
            row = connection.execute(query.order_by(ended_call.c.started_at.desc()).limit(1)).first()
        if row is None:
            raise NotFound("没有这通电话，或者已经过了保存时间。")
        return _record(row)

    def one(self, number: int) -> CallRecord:
        """The call of that number in the database.

        Raises:
            NotFound: it was too old to keep, or erased.
        """
        with self.transaction() as connection:
            row = connection.execute(sa.select(ended_call).where(ended_call.c.id == number)).first()
        if row is None:
            raise NotFound("没有这通电话，或者已经过了保存时间。")
        return _record(row)

    def listed(self, waiting: bool = False, most: int = 51, skip: int = 0) -> list[CallRecord]:
        """Ended calls, the latest first; `waiting`: those whose summary nobody has saved."""
        query = sa.select(ended_call).order_by(ended_call.c.ended_at.desc()).limit(most).offset(skip)
        query = query.where(ended_call.c.saved_by == "") if waiting else query
        with self.transaction() as connection:
            return [_record(row) for row in connection.execute(query)]

    def to_call_back(self, day: date, most: int = 51, skip: int = 0) -> list[CallRecord]:
        """Calls whose call-back is due by a day, the longest due first."""
        due = ended_call.c.call_back_on <= day
        query = sa.select(ended_call).where(due).order_by(ended_call.c.call_back_on, ended_call.c.id)
        with self.transaction() as connection:
            return [_record(row) for row in connection.execute(query.limit(most).offset(skip))]

    def save(
        self, number: int, saves: int, agent: str, summary: Mapping[str, Any], call_back_on: date | None = None
    ) -> CallRecord:
        """What an agent made of the summary.

        Args:
            number: of the record, not the call's name: a later call may have the same one.
            saves: of the record they looked at.
            summary: masked by the caller.

        Raises:
            Conflict: somebody else saved it in the meantime, or the call went on.
            NotFound: no such call.
        """
        values = {"saved_by": agent[:_NAME], "saved_at": now(), "call_back_on": call_back_on}
        return self._changed(number, saves, {"summary": _json(summary), **values})

    def called_back(self, number: int, saves: int, summary: Mapping[str, Any], again_on: date | None) -> CallRecord:
        """The caller was asked whether they are satisfied; whose summary it is does not change.

        Args:
            summary: with what they said.
            again_on: when to try again; None: it is done.

        Raises:
            Conflict, NotFound: as `save`.
        """
        return self._changed(number, saves, {"summary": _json(summary), "call_back_on": again_on})

    def _changed(self, number: int, saves: int, values: Mapping[str, Any]) -> CallRecord:
        same = (ended_call.c.id == number) & (ended_call.c.saves == saves)
        with self.transaction() as connection:
            changed = connection.execute(ended_call.update().where(same).values(**values, saves=saves + 1)).rowcount
        record = self.one(number)
        if not changed:
            raise Conflict("你看的时候，这通电话的小结变过了：别人存过，或者电话又接着打了。")
        return record

    def case_opened(self, number: int, case_number: str) -> None:
        """A case was opened of the call."""
        with self.transaction() as connection:
            connection.execute(ended_call.update().where(ended_call.c.id == number).values(case_number=case_number))

    def wrong(self, call_id: str, words: str, shown: str, meant: str, agent: str) -> None:
        """An agent says that a card is wrong.

        Args:
            words: masked.
            meant: the item that was meant; empty: not said.
        """
        row = {"at": now(), "call_id": call_id, "words": words[:1000], "shown_item": shown[:128],
               "meant_item": meant[:128], "agent": agent[:_NAME], "done_by": ""}  # fmt: skip
        with self.transaction() as connection:
            connection.execute(wrong_card.insert().values(**row))

    def wrongs(self, done: bool = False, most: int = 51, skip: int = 0) -> list[WrongCard]:
        """Wrong cards, the latest first; those nobody has dealt with, or (`done`) the others."""
        query = sa.select(wrong_card).where((wrong_card.c.done_by != "") if done else (wrong_card.c.done_by == ""))
        with self.transaction() as connection:
            rows = connection.execute(query.order_by(wrong_card.c.id.desc()).limit(most).offset(skip)).fetchall()
        return [WrongCard(**row._mapping) for row in rows]

    def wrong_done(self, shown: str, meant: str, newest: int, by: str) -> int:
        """Somebody has dealt with a confusion: all its cards up to the newest they saw; the number of cards."""
        same = (wrong_card.c.shown_item == shown) & (wrong_card.c.meant_item == meant) & (wrong_card.c.done_by == "")
        change = wrong_card.update().where(same & (wrong_card.c.id <= newest)).values(done_by=by[:_NAME])
        with self.transaction() as connection:
            return int(connection.execute(change).rowcount)

    def forget(self, before: datetime) -> int:
        """Deletes what is older: calls and the words of wrong cards; the number of calls."""
        with self.transaction() as connection:
            connection.execute(wrong_card.delete().where(wrong_card.c.at < before))
            return int(connection.execute(ended_call.delete().where(ended_call.c.ended_at < before)).rowcount)

    def erase(self, call_id: str) -> int:
        """Deletes a call, when its caller asks for it; the number of rows."""
        with self.transaction() as connection:
            connection.execute(wrong_card.delete().where(wrong_card.c.call_id == call_id))
            return int(connection.execute(ended_call.delete().where(ended_call.c.call_id == call_id)).rowcount)


def _record(row: Any) -> CallRecord:
    values = dict(row._mapping)
    values["transcript"], values["summary"] = json.loads(row.transcript), json.loads(row.summary)
    return CallRecord(**values)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
