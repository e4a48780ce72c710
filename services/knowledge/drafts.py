"""In: proposed texts of items. Out: drafts: saved, handed in, returned, dropped, or published by a second person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clock import now
from bot.errors import BadInput, Conflict, NotAllowed, NotFound
from services.knowledge.models import Item
from services.knowledge.store import KnowledgeStore, add_version, last_version
from services.knowledge.tables import item_draft

OPEN = ("draft", "submitted")
"""States in which a draft is still worked on."""
STATE_NAMES = {"draft": "在写", "submitted": "等审核", "published": "已发布", "dropped": "已丢弃"}


@dataclass(frozen=True)
class Plan:
    """When and why a text shall hold."""

    valid_from: date | None = None
    """First day; None: the day it is published."""
    valid_to: date | None = None
    """Last day; after it the version before answers again. None: no end."""
    reason: str = ""
    """Why it is changed, for the second person."""


@dataclass(frozen=True)
class Draft:
    """A proposed text."""

    id: int
    """Its number."""
    item_id: str
    """Which item."""
    base_version: int
    """What was the last version when it was begun; 0: a new item."""
    state: str
    """One of STATE_NAMES."""
    body: Mapping[str, Any]
    """Plain data as the form holds it; perhaps not right yet."""
    plan: Plan
    """When and why."""
    author: str
    """Who writes it."""
    reviewer: str | None
    """Who approved or returned it."""
    remark: str
    """What the reviewer said."""
    saves: int
    """How often it was saved; a form carries it, so that two editors at once are noticed."""
    published_version: int | None
    """What it became."""
    changed_at: datetime
    """When it was last saved."""


class Drafts:
    """The drafts of one database.

    Args:
        store: the knowledge they are for.
    """

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store

    def begin(self, item_id: str, body: Mapping[str, Any], author: str, plan: Plan = Plan()) -> int:
        """A new draft on the item's last version.

        Returns:
            Its number.
        """
        # apart from the insert: SQLite refuses to turn a reading transaction into a writing one under load
        with self._store.transaction() as connection:
            base = last_version(connection, item_id)
        with self._store.transaction() as connection:
            row = {"item_id": item_id, "base_version": base, "state": "draft"}
            row |= {"body": _jsonable(body), **_planned(plan), "author": author, "remark": "", "saves": 1}
            row |= {"created_at": now(), "changed_at": now()}
            return int(connection.execute(item_draft.insert().values(**row)).inserted_primary_key[0])

    def save(self, number: int, saves: int, body: Mapping[str, Any], plan: Plan) -> int:
        """Write a draft anew.

        Args:
            number: which.
            saves: how often it had been saved when the form was opened.
            body: the new text.
            plan: when and why.
        Returns:
            The new count of saves.
        Raises:
            Conflict: somebody else saved it in between; nothing is overwritten.
        """
        values = {"body": _jsonable(body), **_planned(plan), "saves": saves + 1, "changed_at": now()}
        same = (item_draft.c.id == number) & (item_draft.c.saves == saves) & (item_draft.c.state == "draft")
        with self._store.transaction() as connection:
            if not connection.execute(item_draft.update().where(same).values(**values)).rowcount:
                raise Conflict("你写的时候，别人存过或交过这份草稿。你的内容还在下面，别人的没有被盖掉。")
        return saves + 1

    def submit(self, number: int, author: str) -> None:
        """Hand a draft in for approval. Who hands it in counts as having written it.

        Raises:
            Conflict: it is not being written any more.
        """
        self._move(number, "draft", {"state": "submitted", "author": author})

    def give_back(self, number: int, reviewer: str, remark: str) -> None:
        """Return a draft to be written further.

        Raises:
            Conflict: it is not waiting for approval.
        """
        self._move(number, "submitted", {"state": "draft", "reviewer": reviewer, "remark": remark[:500]})

    def drop(self, number: int) -> None:
        """Give a draft up; it stays in the list of what was.

        Raises:
            Conflict: it was published or dropped already.
        """
        self._move(number, OPEN, {"state": "dropped"})

    def publish(self, number: int, saves: int, item: Item, approver: str, today: date) -> int:
        """Put a draft in force. The caller has checked that `item` is its body, and announces it afterwards.

        Args:
            number: which.
            saves: as the approver saw it.
            item: the checked text.
            approver: the second person.
            today: it answers from this day when the plan names none, or one that has passed.
        Returns:
            The new version number.
        Raises:
            NotAllowed: the approver wrote it.
            Conflict: changed since the approver looked, or the item has got another version meanwhile.
            BadInput: it would end before it begins.
        """
        with self._store.publishing() as connection:
            return _publish(connection, number, saves, item, approver, today)

    def publish_all(self, drafts: Sequence[tuple[int, int, Item]], approver: str, today: date) -> list[int]:
        """Put many drafts in force at once, each as number, saves, checked text: all of them, or none.

        Returns:
            Their version numbers.
        Raises:
            NotAllowed, Conflict, BadInput: as publish, for any of them; the sentence names the item.
        """
        versions = []
        with self._store.publishing() as connection:
            for number, saves, item in drafts:
                try:
                    versions.append(_publish(connection, number, saves, item, approver, today))
                except (Conflict, BadInput) as error:
                    raise type(error)(f"一个都没有发布。“{item.name}”：{error.sentence}") from error
        return versions

    def waiting_for(self, reason: str) -> list[Draft]:
        """Everything handed in with one reason (an import), in the order it came."""
        same = (item_draft.c.reason == reason) & (item_draft.c.state == "submitted")
        with self._store.transaction() as connection:
            rows = connection.execute(sa.select(item_draft).where(same).order_by(item_draft.c.id)).fetchall()
        return [_draft(row) for row in rows]

    def get(self, number: int) -> Draft:
        """One draft.

        Raises:
            NotFound: there is none.
        """
        with self._store.transaction() as connection:
            return _one(connection, number)

    def listed(self, states: Sequence[str] = OPEN, item_id: str = "", most: int = 200) -> list[Draft]:
        """Drafts in these states, the last changed first."""
        query = sa.select(item_draft).where(item_draft.c.state.in_(states))
        if item_id:
            query = query.where(item_draft.c.item_id == item_id)
        with self._store.transaction() as connection:
            rows = connection.execute(query.order_by(item_draft.c.changed_at.desc()).limit(most)).fetchall()
        return [_draft(row) for row in rows]

    def _move(self, number: int, before: str | Sequence[str], values: Mapping[str, Any]) -> None:
        states = (before,) if isinstance(before, str) else before
        which = (item_draft.c.id == number) & item_draft.c.state.in_(states)
        # each step counts as a save: a form opened before it is stale after it
        fresh = {**values, "changed_at": now(), "saves": item_draft.c.saves + 1}
        with self._store.transaction() as connection:
            if not connection.execute(item_draft.update().where(which).values(**fresh)).rowcount:
                _one(connection, number)
                raise Conflict("这份草稿刚被别人动过，请刷新看看。")


def _publish(connection: Connection, number: int, saves: int, item: Item, approver: str, today: date) -> int:
    draft = _one(connection, number)
    if draft.author == approver:
        raise NotAllowed("自己写的要别人来审。请另一位同事审核。")
    if draft.state != "submitted" or draft.saves != saves:
        raise Conflict("这份草稿刚被人动过，请重新看一遍再审。")
    if last_version(connection, draft.item_id) != draft.base_version:
        raise Conflict("写这份草稿以后，这个事项已经有了新的一版。请退回，让作者照新版再改。")
    start = max(draft.plan.valid_from or today, today)
    if draft.plan.valid_to is not None and draft.plan.valid_to < start:
        raise BadInput("结束的日子早于开始的日子，请退回修改。")
    version = add_version(connection, item, draft.author, start, draft.plan.valid_to, approver)
    done = {"state": "published", "reviewer": approver, "published_version": version, "changed_at": now()}
    connection.execute(item_draft.update().where(item_draft.c.id == number).values(**done))
    return version


def _one(connection: Connection, number: int) -> Draft:
    row = connection.execute(sa.select(item_draft).where(item_draft.c.id == number)).first()
    if row is None:
        raise NotFound(f"没有第 {number} 号草稿。")
    return _draft(row)


def _draft(row: sa.engine.Row) -> Draft:
    plan = Plan(row.valid_from, row.valid_to, row.reason)
    return Draft(
        row.id, row.item_id, row.base_version, row.state, row.body, plan, row.author, row.reviewer, row.remark,
        row.saves, row.published_version, row.changed_at,
    )  # fmt: skip


def _planned(plan: Plan) -> dict[str, Any]:
    return {"valid_from": plan.valid_from, "valid_to": plan.valid_to, "reason": plan.reason[:500]}


def _jsonable(body: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(body, default=str))
