"""The inbox: who is first, one clerk a conversation, WeChat's limit in words, no text lost, every read on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import now
from bot.errors import Unavailable
from services.handover.models import NOTICES, Case
from services.handover.store import MOST_CHARS
from staff.inbox import budget_words, sorted_inbox, suggest
from staff.sessions import HERE, IDLE
from staff.tables import staff_session
from tests.staff.conftest import Desk

POLL = {"x-poll": "1", "hx-request": "true"}


def opened(desk: Desk, name: str, channel: str = "web", question: str = "居住证要带什么") -> Case:
    said = [("person", question), ("machine", "带身份证"), ("person", "人工")]
    return desk.knowledge.cases.open(name, channel, "asked", said)[0]  # type: ignore[arg-type]


def seen_in(page: str) -> str:
    return page.split("seen=")[1][:16]


def test_promises_come_first_by_their_time_then_dangers_then_the_longest_wait() -> None:
    at = now()
    plain = Case(1, "c", "web", "waiting", "asked", None, at, None, at)
    danger, mine = replace(plain, id=2, reason="danger"), replace(plain, id=3, state="claimed", staff="a")
    later = replace(plain, id=4, reason="call_back", due_at=at + timedelta(hours=2))
    sooner = replace(later, id=5, due_at=at + timedelta(hours=1))
    undated = replace(later, id=6, due_at=None)
    found = sorted_inbox([plain, danger, mine, undated, later, sooner])
    assert [[c.id for c in part] for part in (found.promised, found.waiting, found.claimed)] == [[5, 4, 6], [2, 1], [3]]
    assert found.seen(at) != sorted_inbox([plain, danger, mine, undated, later]).seen(at)
    assert found.seen(at) != found.seen(at + timedelta(hours=3)), "a time has come"


@pytest.mark.parametrize(
    ("channel", "left", "word"),
    [
        ("web", None, "发几条都行"), ("wechat", None, "查不到"), ("wechat", (0, 0), "一条也不能发"),
        ("wechat", (1, 90), "只剩这一条"), ("wechat", (1, 90), "1 分钟"), ("wechat", (4, 7300), "还能发 4 条，2 小时"),
    ],
)  # fmt: skip
def test_the_limit_of_wechat_in_words(channel: str, left: tuple[int, int] | None, word: str) -> None:
    case = Case(1, "c", channel, "waiting", "asked", None, now(), None, now())
    assert word in budget_words(case, left)


def test_from_waiting_to_closed(desk: Desk) -> None:
    case, agent, store = opened(desk, "way"), desk.person("agent"), desk.knowledge.cases
    assert f"/staff/handover/{case.id}" in agent.get("/handover").text
    assert agent.post(f"/handover/{case.id}/claim").status_code == 303
    page = agent.get(f"/handover/{case.id}").text
    assert "居住证要带什么" in page
    assert 'id="suggested"' in page
    assert agent.post(f"/handover/{case.id}/reply", {"text": "请带照片，打13812345678"}).status_code == 303
    assert store.history(case.id)[-1].text == "请带照片，打〔手机号〕"
    assert agent.post(f"/handover/{case.id}/transfer", {"to": "reader"}).status_code == 422, "may not take over"
    assert agent.post(f"/handover/{case.id}/transfer", {"to": "editor"}).status_code == 303
    assert store.get(case.id).staff == "editor"
    editor = desk.person("editor")
    assert editor.post(f"/handover/{case.id}/transfer", {"to": ""}).status_code == 303
    assert store.get(case.id).state == "waiting"
    assert editor.post(f"/handover/{case.id}/close").status_code == 303
    assert store.get(case.id).state == "closed"
    assert all(f"{name}" in {line.text for line in store.history(case.id)} for name in NOTICES)
    assert "hx-get" not in agent.get(f"/handover/{case.id}").text.split('id="talk"')[1], "nothing comes any more"


def test_the_second_is_told_who_has_it_and_keeps_the_words(desk: Desk) -> None:
    case, agent, editor = opened(desk, "two"), desk.person("agent"), desk.person("editor")
    assert agent.post(f"/handover/{case.id}/claim").status_code == 303
    late = editor.post(f"/handover/{case.id}/claim")
    assert (late.status_code, "agent 已经接了这一位" in late.text) == (409, True)
    kept = editor.post(f"/handover/{case.id}/reply", {"text": "写了一半<b>"})
    assert (kept.status_code, "写了一半&lt;b&gt;" in kept.text) == (409, True)
    for bad in ("", "长" * (MOST_CHARS + 1)):
        refused = agent.post(f"/handover/{case.id}/reply", {"text": bad})
        assert (refused.status_code, bad in refused.text) == (422, True)
    assert [line.who for line in desk.knowledge.cases.history(case.id)] == ["person", "machine", "person", "notice"]
    assert editor.post(f"/handover/{case.id}/close").status_code == 409


def test_pages_ask_again_only_for_what_is_new_and_every_read_is_on_record(desk: Desk) -> None:
    case, agent = opened(desk, "again"), desk.person("agent")
    inbox = seen_in(agent.get("/handover").text)
    assert agent.get(f"/handover?seen={inbox}", headers=POLL).status_code == 204
    other = opened(desk, "new")
    changed = agent.get(f"/handover?seen={inbox}", headers=POLL)
    assert f"case-{other.id}" in changed.text
    assert "<html" not in changed.text

    def reads() -> int:
        return sum(deed.target == str(case.id) for deed in desk.console.audit.page(did="handover_read")[0])

    talk = seen_in(agent.get(f"/handover/{case.id}").text)
    assert reads() == 1
    assert agent.get(f"/handover/{case.id}/talk?seen={talk}", headers=POLL).status_code == 204
    assert reads() == 1, "nothing was shown"
    desk.knowledge.cases.add(case.id, "person", "在吗<script>")
    more = agent.get(f"/handover/{case.id}/talk?seen={talk}", headers=POLL)
    assert "在吗&lt;script&gt;" in more.text
    assert "<textarea" not in more.text, "what is being typed stands outside"
    assert reads() == 2


def test_asking_again_keeps_no_session_alive_and_takes_nobody_away(desk: Desk) -> None:
    case, agent = opened(desk, "idle"), desk.person("agent")
    with desk.console.database.transaction() as connection:
        half, mine = now() - IDLE / 2, staff_session.update().where(staff_session.c.name == "agent")
        connection.execute(mine.values(seen_at=half))
    assert agent.get(f"/handover/{case.id}/talk", headers=POLL).status_code == 200
    with desk.console.database.transaction() as connection:
        seen = {
            row.seen_at for row in connection.execute(staff_session.select().where(staff_session.c.name == "agent"))
        }
        assert max(seen) == half
        connection.execute(mine.values(seen_at=now() - IDLE * 2))
    over = agent.get(f"/handover/{case.id}/talk", headers=POLL)
    with desk.console.database.transaction() as connection:  # other tests share the console
        connection.execute(mine.values(seen_at=now()))
    assert over.status_code == 286
    assert "hx-redirect" not in over.headers
    assert f"next=/staff/handover/{case.id}" in over.text


def test_wechat_shows_what_is_left_and_what_was_refused(desk: Desk) -> None:
    case, agent = opened(desk, "wx:1", "wechat"), desk.person("agent")
    desk.knowledge.left = (2, 3600)
    assert "还能发 2 条" in agent.get(f"/handover/{case.id}").text
    desk.knowledge.cases.record("wx:1", 45015, "超过时间", "请来补<照片>")
    assert "请来补&lt;照片&gt;" in agent.get("/handover/undelivered").text
    assert desk.console.audit.page(did="undelivered_read")[0]


def test_a_suggestion_is_of_the_latest_sentence_about_an_item(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(desk, "hint", question="居住证首次申领")
    lines = desk.knowledge.cases.history(case.id)
    found = suggest(desk.knowledge, case, lines[:2], now())
    assert (found.question, found.item_id) == ("居住证首次申领", "residence.permit.apply")
    assert "还有" in found.text, "it was cut, and says so"
    assert "回“更多”" not in found.text, "only the machine knows that word"
    assert suggest(desk.knowledge, case, [], now()).text == ""

    def loading() -> None:
        raise Unavailable("还在准备")

    monkeypatch.setattr(desk.knowledge, "snapshot", loading)
    assert suggest(desk.knowledge, case, lines, now()).problem == "还在准备"


@pytest.mark.parametrize("number", ["0", "99999", "9" * 30])
def test_no_such_conversation(desk: Desk, number: str) -> None:
    agent = desk.person("agent")
    assert agent.get(f"/handover/{number}").status_code == 404
    assert agent.post(f"/handover/{number}/claim").status_code == 404


def test_colleagues_at_work_are_named_first(desk: Desk) -> None:
    agent, case = desk.person("agent"), opened(desk, "presence")
    desk.person("approver")
    long_ago = now() - HERE - timedelta(minutes=1)
    with desk.console.database.transaction() as connection:
        connection.execute(staff_session.update().where(staff_session.c.name == "editor").values(seen_at=long_ago))
    assert "approver" in agent.get("/handover").text.partition("现在在的同事")[2].partition("</p>")[0]
    assert "editor" not in agent.get("/handover").text.partition("现在在的同事")[2].partition("</p>")[0]
    agent.post(f"/handover/{case.id}/claim")
    page = agent.get(f"/handover/{case.id}").text
    assert page.index("approver（在）") < page.index("editor（现在不在）")
