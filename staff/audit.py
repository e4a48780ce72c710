"""In: who did what to what. Out: the record that nobody can change, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.clock import now
from services.calls.models import SATISFIED
from staff.act_names import ACT_NAMES
from staff.database import StaffDatabase
from staff.roles import NAMES
from staff.tables import staff_audit

DEEDS: dict[str, str] = {
    "sign_in": "登录", "sign_in_failed": "登录失败", "locked": "账号锁定", "sign_out": "退出",
    "user_added": "新建账号", "user_changed": "改账号", "password_reset": "重置密码", "password_changed": "改密码",
}  # fmt: skip
"""Everything that is recorded, with its Chinese name. Other modules add theirs below."""
DEEDS |= {
    "draft_saved": "存草稿", "draft_submitted": "交审核", "draft_dropped": "丢弃草稿", "draft_returned": "退回修改",
    "published": "发布", "rolled_back": "退回旧版", "checked": "标为已核对", "assigned": "分派核对",
    "imported": "导入", "import_published": "整批发布",
    "exported": "导出", "sentence_added": "加例句", "sentence_judged": "审例句",
    "case_read": "看工单", "case_changed": "办工单", "case_opened": "新建工单", "cases_exported": "导出工单",
    "answers_read": "查答过的话", "handover_read": "看接待", "handover_claimed": "接下", "handover_replied": "回复",
    "handover_transferred": "转接", "handover_closed": "接待完", "undelivered_read": "看没送到的",
    "call_read": "看通话", "call_saved": "存通话小结", "called_back": "回访", "call_erased": "删除通话",
    "cards_done": "收起不对的卡片",
}  # fmt: skip
DETAILS: dict[str, str] = {
    "role": "权限", "active": "能登录", "how": "方式", "version": "第几版", "draft": "草稿号", "drafts": "草稿号",
    "author": "作者", "to": "退到第几版", "owner": "谁核对", "due": "哪天前", "items": "几个事项", "act": "在做什么",
    "good": "收下", "cases": "几张", "state": "状态", "into": "并到", "day": "哪天", "records": "几条", "lines": "几句",
    "weeks": "几周", "channel": "渠道", "area": "街镇", "topic": "主题", "meant": "要的",
    "said": "说了什么",
}  # fmt: skip
"""Everything that is recorded besides, with its Chinese name."""
_VALUES: dict[str, Mapping[Any, str]] = {
    "role": NAMES, "act": ACT_NAMES, "active": {True: "是", False: "否"}, "good": {True: "是", False: "否"},
    "how": {"oidc": "单位账号"}, "said": SATISFIED,
}  # fmt: skip
PAGE = 50


@dataclass(frozen=True)
class Deed:
    """One line of the record."""

    at: datetime
    """When."""
    name: str
    """Who; what was typed as name, when a sign-in failed."""
    did: str
    """One of DEEDS."""
    target: str
    """To what: an item id, a case number, an account."""
    detail: Mapping[str, Any]
    """More, never personal data."""

    @property
    def words(self) -> str:
        """The detail, to be read."""
        told = {key: value for key, value in self.detail.items() if value not in ("", None)}
        return "，".join(f"{DETAILS.get(key, key)} {_read(_VALUES.get(key, {}), told[key])}" for key in told)


def record(connection: Connection, name: str, did: str, target: str = "", **detail: Any) -> None:
    """Add a line, in the transaction of what it is about: both happen, or neither.

    Raises:
        KeyError: no such deed or detail; the lists above must name it.
    """
    if did not in DEEDS or not detail.keys() <= DETAILS.keys():
        raise KeyError((did, *detail))
    row = {"at": now(), "name": name[:64], "did": did, "target": target[:256], "detail": detail}
    connection.execute(staff_audit.insert().values(**row))


def _read(names: Mapping[Any, str], value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return names.get(value, str(value))


class Audit:
    """Reads the record; writes what has no transaction of its own.

    Args:
        database: where it is.
    """

    def __init__(self, database: StaffDatabase) -> None:
        self._database = database

    def note(self, name: str, did: str, target: str = "", **detail: Any) -> None:
        """Add a line."""
        with self._database.transaction() as connection:
            record(connection, name, did, target, **detail)

    def page(self, number: int = 1, name: str = "", did: str = "") -> tuple[list[Deed], bool]:
        """Lines, newest first, and whether there are more.

        Args:
            number: from 1.
            name: only this person's.
            did: only this kind.
        """
        query = sa.select(staff_audit).order_by(staff_audit.c.id.desc()).limit(PAGE + 1).offset((number - 1) * PAGE)
        if name:
            query = query.where(staff_audit.c.name == name)
        if did:
            query = query.where(staff_audit.c.did == did)
        with self._database.transaction() as connection:
            rows = connection.execute(query).fetchall()
        return [Deed(r.at, r.name, r.did, r.target, r.detail) for r in rows[:PAGE]], len(rows) > PAGE
