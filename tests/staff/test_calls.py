"""The list of calls, the search and cards of a call's screen, and who gets onto its live line."""

from __future__ import annotations

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from staff import call_line
from staff.call_line import REFUSED, SIGN_IN, UNKNOWN
from staff.console import Console
from staff.lookup import READY
from tests.staff.conftest import Desk
from tests.staff.people import Person
from tests.staff.scripted_calls import PERMIT, item

LIVE = "/staff/calls/c-1/live"


def closed_with(desk: Desk, path: str, who: Person | None = None, **headers: str) -> int:
    """The code a screen is turned away with."""
    client = who.client if who else desk.client()
    with client.websocket_connect(path, headers=headers) as screen:  # type: ignore[attr-defined]
        with pytest.raises(WebSocketDisconnect) as closed:
            screen.receive_json()
        return int(closed.value.code)


def onto(desk: Desk, who: Person, call_id: str) -> WebSocketTestSession:
    """A screen of a call."""
    return who.client.websocket_connect(f"/staff/calls/{call_id}/live")  # type: ignore[attr-defined, no-any-return]


def test_the_list_shows_calls_and_asks_only_for_what_is_new(desk: Desk) -> None:
    agent = desk.person("agent")
    desk.calls.hear("list-1", "caller", "居住证<b>怎么办", 0, 1)
    desk.calls.help("list-1", item(PERMIT, "居住证首次申领", "ask_overview", "带身份证"))
    page = agent.get("/calls").text
    assert "居住证&lt;b&gt;怎么办" in page
    assert "居住证首次申领" in page
    seen = page.split("seen=")[1][:16]
    poll = {"x-poll": "1", "hx-request": "true"}
    assert agent.get(f"/calls?seen={seen}", headers=poll).status_code == 204
    desk.calls.hear("list-1", "caller", "要带什么", 900, 2)
    changed = agent.get(f"/calls?seen={seen}", headers=poll)
    assert "要带什么" in changed.text
    assert "<html" not in changed.text


def test_without_a_hotline_the_page_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.console, "calls", Console(desk.console.chosen, desk.knowledge).calls)
    agent = desk.person("agent")
    assert "没有接热线" in agent.get("/calls").text
    with onto(desk, agent, "c-1") as screen:
        assert "没有接热线" in screen.receive_json()["text"]


def test_search_and_card(desk: Desk) -> None:
    agent = desk.person("agent")
    rows = agent.get("/calls/search?q=gzf").json()["rows"]
    assert "租赁" in rows[0]["name"]
    assert len(rows) <= 8
    assert agent.get("/calls/search?q=").json() == {"rows": []}
    found = agent.get(f"/calls/card/{PERMIT}").json()
    assert found["card"]["item_id"] == PERMIT
    assert found["card"]["say"]
    assert [one["act"] for one in found["ready"]] == list(READY)
    assert agent.get("/calls/card/no.such").status_code == 404


@pytest.mark.parametrize("call_id", ["a b", "a/b", "x" * 129, "<script>"])
def test_no_such_call(desk: Desk, call_id: str) -> None:
    assert desk.person("agent").get(f"/calls/{call_id}").status_code == 404


def test_who_gets_onto_the_line(desk: Desk) -> None:
    agent = desk.person("agent")
    assert closed_with(desk, LIVE) == SIGN_IN
    assert closed_with(desk, LIVE, desk.person("reader")) == REFUSED
    assert closed_with(desk, LIVE, agent, origin="https://evil.invalid") == REFUSED
    assert closed_with(desk, f"/staff/calls/{'x' * 129}/live", agent) == UNKNOWN
    with onto(desk, agent, "c-1") as screen:
        assert screen.receive_json()["type"] == "snapshot"
    assert any(deed.target == "c-1" for deed in desk.console.audit.page(did="call_read")[0])


def test_what_a_screen_does_is_done_in_its_name(desk: Desk) -> None:
    agent = desk.person("agent")
    with onto(desk, agent, "c-2") as screen, onto(desk, desk.person("editor"), "c-2") as other:
        assert [screen.receive_json()["type"], other.receive_json()["type"]] == ["snapshot", "snapshot"]
        screen.send_json({"type": "said", "item_id": PERMIT})
        for one in (screen, other):
            assert one.receive_json()["said"][0]["by"] == "agent"


@pytest.mark.parametrize("bad", ["{", "[]", "7", '{"type": "dance"}', "[" * 5_000, '"' + "长" * 5_000 + '"'])
def test_a_bad_message_is_answered_and_the_screen_stays(desk: Desk, bad: str) -> None:
    with onto(desk, desk.person("agent"), "c-3") as screen:
        screen.receive_json()
        screen.send_text(bad)
        assert screen.receive_json()["type"] == "problem"
        screen.send_json({"type": "pin", "item_id": PERMIT, "on": True})
        assert screen.receive_json()["pinned"] == [PERMIT]
        screen.send_json({"type": "pin", "item_id": PERMIT, "on": False})


def test_signing_out_ends_the_screen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_line, "LOOK_AGAIN_S", 0.05)
    agent = desk.person("agent")
    with onto(desk, agent, "c-4") as screen:
        screen.receive_json()
        agent.post("/sign-out")
        with pytest.raises(WebSocketDisconnect) as closed:
            screen.receive_json()
        assert closed.value.code == SIGN_IN
