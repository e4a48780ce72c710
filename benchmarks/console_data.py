"""In: the inventory, numbers of rows. Out: an inventory of any size, and a database as full as after years of work."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from bot.clock import now
from services.cases.models import KINDS
from services.cases.store import CaseStore
from services.cases.tables import service_case
from services.handover.store import HandoverStore
from services.handover.tables import handover_case, handover_line
from services.knowledge.models import Item
from services.questions.models import Asked
from services.questions.store import QuestionStore
from staff.database import StaffDatabase
from staff.tables import staff_audit

DAYS = 180
"""Rows lie so far back: as long as questions are kept."""
AT_ONCE = 10_000
AREAS = (
    "",
    "",
    "莘庄镇",
    "七宝镇",
    "颛桥镇",
    "浦江镇",
    "梅陇镇",
    "虹桥镇",
    "马桥镇",
    "吴泾镇",
    "江川路街道",
    "古美路街道",
)
CHANNELS = ("web", "web", "wechat", "hotline")


def many_items(items: Sequence[Item], size: int) -> list[Item]:
    """The inventory itself, then crossings of two of its items with names and everyday names of their own."""
    draw, made = random.Random(1), list(items[:size])
    for number in range(size - len(made)):
        one, other = draw.choice(items), draw.choice(items)
        names = tuple(f"{alias}{number % 97}" for alias in one.aliases[:3])
        fields = {"id": f"{one.id}_{number}", "name": one.name[:6] + other.name[-6:], "aliases": names}
        made.append(one.copy(update=fields))
    return made


def fill(url: str, items: Sequence[Item], questions: Sequence[str], rows: int) -> None:
    """Questions with their counts; a tenth as many cases, conversations with staff and lines of the record.

    Args:
        url: a database that has none of these yet.
        items: what questions are about.
        questions: wordings.
        rows: of questions.
    """
    draw = random.Random(2)
    store = QuestionStore(url)
    for _ in range(0, rows, AT_ONCE):
        store.add([_asked(draw, items, questions) for _ in range(min(AT_ONCE, rows))])
    store.close()
    cases, handover, staff = CaseStore(url), HandoverStore(url), StaffDatabase(url)
    with cases.transaction() as connection:
        _insert(connection, service_case, (_case(draw, items, n) for n in range(rows // 10)))
    handover.migrate()
    with staff.transaction() as connection:  # one database holds them all
        _insert(connection, handover_case, (_talk(draw, n) for n in range(1, rows // 10 + 1)))
        _insert(connection, handover_line, (_line(draw, n) for n in range(1, rows // 10 + 1) for _ in range(3)))
        _insert(connection, staff_audit, (_deed(draw, items) for _ in range(rows // 10)))
    for one in (cases, staff):
        one.close()


def _moment(draw: random.Random) -> datetime:
    return now() - timedelta(minutes=draw.randrange(DAYS * 1440))


def _asked(draw: random.Random, items: Sequence[Item], questions: Sequence[str]) -> Asked:
    # few items are asked about often, most seldom: half the questions fall on an eighth of the items
    item, vain = items[int(len(items) * draw.random() ** 3)], draw.random() < 0.1
    told = "" if vain else item.id
    return Asked(
        _moment(draw), f"{draw.randrange(200_000):032x}", draw.choice(CHANNELS), draw.choice(questions),
        "ask_materials", told, 0.0 if vain else 0.9, True, item.summary, told, 0 if vain else 1, draw.choice(AREAS),
        "" if vain else item.topic,
    )  # fmt: skip


def _case(draw: random.Random, items: Sequence[Item], number: int) -> dict[str, Any]:
    at, item, is_open = _moment(draw), draw.choice(items), number % 50 == 0
    return {
        "number": f"MH-{number:07d}", "kind": draw.choice(KINDS), "item_id": item.id, "text": item.summary,
        "contact": "13800000000", "channel": "web", "state": "working" if is_open else "closed", "department": "",
        "owner": "", "merged_into": "", "opened_at": at, "accept_due": at.date(), "due": at.date(),
        "due_estimated": False, "solved": None if is_open else True, "saves": 1, "misses": 0, "resting_until": None,
        "conversation_id": None, "outcome": None if is_open else "solved",
    }  # fmt: skip


def _talk(draw: random.Random, number: int) -> dict[str, Any]:
    at, is_open = _moment(draw), number % 2_000 == 0
    return {
        "id": number, "conversation_id": f"c{number}", "open_for": f"c{number}" if is_open else None,
        "channel": "web", "state": "waiting" if is_open else "closed", "reason": "asked", "staff": None,
        "opened_at": at, "due_at": None, "changed_at": at,
    }  # fmt: skip


def _line(draw: random.Random, case: int) -> dict[str, Any]:
    return {"case_id": case, "who": "person", "text": "居住证要带什么材料", "at": _moment(draw), "outgoing": 0}


def _deed(draw: random.Random, items: Sequence[Item]) -> dict[str, Any]:
    return {"at": _moment(draw), "name": "admin", "did": "published", "target": draw.choice(items).id, "detail": {}}


def _insert(connection: Any, table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(table.insert(), some)
