"""What waits for whoever begins work: counted by role, each with its page; nothing that fails stops the look-up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import today
from bot.errors import Unavailable
from services.cases.tables import service_case
from services.knowledge.drafts import Plan
from services.knowledge.files import plain
from tests.staff.conftest import Desk, desk_on

PERMIT = "residence.permit.apply"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Desk]:
    with desk_on(f"sqlite:///{tmp_path / 'staff.db'}", tmp_path) as made:
        yield made


def test_everybody_sees_what_is_theirs_to_do(own: Desk) -> None:
    console, yesterday = own.console, today() - timedelta(days=1)
    own.knowledge.cases.open("c1", "web", "asked", [("person", "人工")])
    case = console.cases.open("request", "", "催一下", "13812345678", "web")
    with console.cases.transaction() as connection:
        mine = service_case.update().where(service_case.c.number == case.number)
        connection.execute(mine.values(due=yesterday, accept_due=yesterday))
    console.checks.assign(PERMIT, "editor", yesterday, "admin")
    number = console.drafts.begin(PERMIT, plain(console.serving.snapshot().get(PERMIT).item), "editor", Plan())
    console.drafts.submit(number, "editor")
    seen = {role: own.person(role).get("/").text for role in ("reader", "agent", "editor", "approver")}
    assert "等你做的" not in seen["reader"]
    for words, least in (("1 位在等人接", "agent"), ("1 张工单晚了", "agent"), ("1 个事项等你核对，1 个晚了", "editor"),
                         ("可能过期了", "editor"), ("1 份草稿等审核", "approver")):  # fmt: skip
        assert words in seen[least], words
    assert "等你核对" not in seen["approver"], "it is the editor's"
    assert "份草稿等审核" not in seen["editor"]
    assert "等你做的" not in own.person("agent").get("/?q=居住证").text, "whoever searches is not to be disturbed"


def test_what_cannot_be_counted_is_left_out(own: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise Unavailable("x")

    monkeypatch.setattr(own.knowledge, "handover", away)
    page = own.person("editor").get("/")
    assert page.status_code == 200
    assert "可能过期了" in page.text
