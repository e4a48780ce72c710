"""Cases at the console: registered, worked on, merged, exported; every reading is on record."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from bot.clock import today
from staff.case_files import HEAD, rows
from staff.sheets import to_csv, to_xlsx
from tests.staff.conftest import Desk

SENT = {"kind": "request", "text": "材料交了三周没消息", "contact": "13812345678", "item_id": "residence.permit.apply"}


def test_from_registering_to_an_answer(desk: Desk) -> None:
    agent = desk.person("agent")
    assert agent.post("/cases/new", {**SENT, "contact": "1"}).status_code == 422
    assert agent.post("/cases/new", {**SENT, "item_id": "no.such"}).status_code == 404
    kept = agent.post("/cases/new", {**SENT, "kind": "x"})
    assert "材料交了三周没消息" in kept.text
    number = agent.post("/cases/new", SENT).headers["location"].split("/")[-1].split("?")[0]
    assert "13812345678" in agent.get(f"/cases/{number}").text
    unexplained = agent.post(f"/cases/{number}", {"saves": "1", "state": "answered", "note": "好了"})
    assert unexplained.status_code == 422
    assert "好了" in unexplained.text
    sent = {
        "saves": "1",
        "state": "answered",
        "note": "请来补照片",
        "public": "1",
        "mine": "1",
        "department": "受理中心",
    }
    assert agent.post(f"/cases/{number}", sent).status_code == 303
    assert agent.post(f"/cases/{number}", sent).status_code == 409
    case = desk.console.cases.get(number)
    assert (case.state, case.owner, case.department) == ("answered", "agent", "受理中心")
    record = desk.person("admin").get("/audit?did=case_read").text
    assert number in record
    assert "13812345678" not in record


def test_an_items_page_shows_its_open_cases_to_agents(desk: Desk) -> None:
    sent = {**SENT, "item_id": "市筹公共租赁住房（准入资格申请）"}
    number = desk.person("agent").post("/cases/new", sent).headers["location"].split("/")[-1].split("?")[0]
    path = "/items/housing.public_rental.city"
    assert desk.console.cases.get(number).item_id == path.removeprefix("/items/"), "an item may be named"
    assert number in desk.person("agent").get(path).text
    assert number not in desk.person("reader").get(path).text


def test_files_hold_no_contact_and_run_nothing(desk: Desk) -> None:
    case = desk.console.cases.open("request", "", '=HYPERLINK("x")', "13812345678", "web")
    content = to_csv(HEAD, rows([case])).decode("utf-8-sig")
    head, row = csv.reader(StringIO(content))
    assert tuple(head) == HEAD
    assert row[3].startswith("'=")
    assert "13812345678" not in content
    with ZipFile(BytesIO(to_xlsx("工单", HEAD, rows([case])))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    approver = desk.person("approver")
    assert approver.get("/cases/export?form=xlsx").content[:2] == b"PK"
    assert case.number in approver.get("/cases/export?form=csv&state=open").text


def test_script_in_a_case_stays_text(desk: Desk) -> None:
    bad = "<script>alert(1)</script>"
    case = desk.console.cases.open("request", bad, bad, "13812345678", "web")
    for path in (f"/cases/{case.number}", "/cases?state=", f"/cases?item={bad}"):
        assert "<script>alert" not in desk.person("agent").get(path).text
    assert case.due >= today()
