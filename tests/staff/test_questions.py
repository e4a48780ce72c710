"""From what was asked in vain to an alias, a sentence, an item in one click; what was told to whom on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from bot.clock import now, today
from services.knowledge.files import plain
from services.questions.models import Asked
from tests.staff.conftest import Desk, desk_on

PERMIT = "residence.permit.apply"
VAIN = Asked(now(), "h", "web", "绿本本咋整&<b>", "ask_procedure", PERMIT, 0.3, True, "没听懂", "", 0)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Desk]:
    with desk_on(f"sqlite:///{tmp_path / 'staff.db'}", tmp_path) as made:
        yield made


def test_one_click_to_an_alias_a_sentence_and_an_item(own: Desk) -> None:
    own.console.questions.add([VAIN])
    editor = own.person("editor")
    page = editor.get("/questions").text
    asked = "%E7%BB%BF%E6%9C%AC%E6%9C%AC%E5%92%8B%E6%95%B4%26%3Cb%3E"
    for to in (f"/items/{PERMIT}/edit?alias={asked}", f"/try?q={asked}", f"/new?alias={asked}"):
        assert f"/staff{to}" in page
        assert "绿本本咋整&<b>" in unescape(editor.get(to).text), to
        assert "咋整&<b>" not in editor.get(to).text, "stays text"
    near = editor.get("/questions/near?text=居住证咋办&").text
    assert f"/staff/items/{PERMIT}/edit?alias=" in near
    assert "没有相近的" in editor.get("/questions/near?text=").text


def test_an_alias_goes_into_the_form_and_into_a_draft_that_is_there(own: Desk) -> None:
    editor = own.person("editor")
    page = editor.get(f"/items/{PERMIT}/edit?alias=绿本本13812345678").text
    assert "13812345678" not in page, "masked"
    body = plain(own.console.serving.snapshot().get(PERMIT).item)
    number = own.console.drafts.begin(PERMIT, body, "editor")
    to = editor.get(f"/items/{PERMIT}/edit?alias=绿本本").headers["location"].removeprefix("/staff")
    assert to.startswith(f"/drafts/{number}?alias=")
    assert "绿本本" in editor.get(to).text
    assert "绿本本" not in editor.get(f"/drafts/{number}").text, "only shown, not saved"
    known = body["aliases"][0]
    assert editor.get(f"/items/{PERMIT}/edit?alias={known}").status_code == 303


def test_what_was_told_to_whoever_left_a_case_or_talked_to_staff(own: Desk) -> None:
    mine = own.knowledge.conversation_hash("wx-openid-7")
    row = replace(VAIN, conversation=mine, told="先登记", told_item=PERMIT, told_version=1, item_score=0.9)
    own.console.questions.add([row, replace(row, conversation="other", told="别人的"),
                               replace(row, told="昨天的", at=now() - timedelta(days=1))])  # fmt: skip
    case = own.console.cases.open("request", PERMIT, "催一下", "13812345678", "web", conversation_id="wx-openid-7")
    talk, _ = own.knowledge.cases.open("wx-openid-7", "web", "asked", [("person", "人工")])
    nameless = own.console.cases.open("request", "", "催一下", "13812345678", "staff")
    approver = own.person("approver")
    assert f"/staff/questions/told?case={case.number}" in approver.get(f"/cases/{case.number}").text
    assert f"/staff/questions/told?talk={talk.id}" in approver.get(f"/handover/{talk.id}").text
    assert "told?case" not in own.person("agent").get(f"/cases/{case.number}").text, "not theirs to see"
    for query in (f"case={case.number}", f"talk={talk.id}", f"talk={talk.id}&item={PERMIT}"):
        page = approver.get(f"/questions/told?{query}").text
        assert "先登记" in page
        assert "别人的" not in page
        assert "昨天的" not in page
        assert "openid" not in page, "whose it is stays out of pages and addresses"
        assert "首次申领 第 1 版" in page, "items by their names"
    assert "昨天的" in approver.get(f"/questions/told?case={case.number}&day={today() - timedelta(days=1)}").text
    assert "先登记" in approver.get("/questions/told?item=《上海市居住证》首次申领").text
    for query in (f"case={nameless.number}", "case=MH0", "talk=987", "item=没有的事"):
        assert approver.get(f"/questions/told?{query}").status_code == 404, query
    assert mine in own.person("admin").get("/audit?did=answers_read").text
