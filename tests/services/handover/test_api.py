"""The HTTP interface of handover: closed without its key, and each step as the contract says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from bot.channels.masking import mask
from bot.channels.web import staff_lines
from bot.operation.problems import install_problems
from services.handover import api
from services.handover.store import HandoverStore

KEY = {"Authorization": "Bearer key"}


@pytest.fixture
def store(tmp_path: Path) -> HandoverStore:
    made = HandoverStore(f"sqlite:///{tmp_path / 'x.db'}")
    made.migrate()
    return made


@pytest_asyncio.fixture
async def http(store: HandoverStore) -> AsyncIterator[httpx.AsyncClient]:
    async def left(conversation_id: str) -> tuple[int, int] | None:
        return (4, 100)

    app = FastAPI()
    install_problems(app)
    app.include_router(api.router(lambda: store, left, mask, "key"))
    app.include_router(staff_lines.router(lambda: store))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x/api/v1") as client:
        yield client


async def test_the_way_of_a_case(http: httpx.AsyncClient, store: HandoverStore) -> None:
    case, _ = store.open("c1", "web", "asked", [("person", "人工")])
    cases = (await http.get("/handover/cases", headers=KEY)).json()["cases"]
    assert [one["state"] for one in cases] == ["waiting"]
    way = f"/handover/cases/{case.id}"
    assert (await http.post(f"{way}/claim", json={"staff": "小王"}, headers=KEY)).json()["staff"] == "小王"
    reply = await http.post(f"{way}/reply", json={"staff": "小王", "text": "打13812345678"}, headers=KEY)
    assert reply.json()["text"] == "打〔手机号〕"
    taken = await http.post(f"{way}/claim", json={"staff": "小李"}, headers=KEY)
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict")
    assert (await http.post(f"{way}/transfer", json={"staff": "小王", "to": "小李"}, headers=KEY)).status_code == 200
    assert (await http.post(f"{way}/close", json={"staff": "小李"}, headers=KEY)).json()["state"] == "closed"
    whole = (await http.get(way, headers=KEY)).json()
    assert (len(whole["lines"]), whole["budget"]) == (5, None)
    page = (await http.get("/chat/c1/messages")).json()
    assert page["staff"] is None
    assert [(line["who"], line["text"][:5]) for line in page["messages"]] == [
        ("notice", "工作人员来"), ("staff", "打〔手机号"), ("notice", "换了一位工"), ("notice", "工作人员办"),
    ]  # fmt: skip
    last = page["messages"][-1]["id"]
    assert (await http.get("/chat/c1/messages", params={"after": last})).json() == {"messages": [], "staff": None}
    store.open("c1", "web", "asked")
    assert (await http.get("/chat/c1/messages", params={"after": last})).json() == {"messages": [], "staff": "waiting"}


async def test_wechats_budget_is_shown(http: httpx.AsyncClient, store: HandoverStore) -> None:
    case, _ = store.open("wx:1", "wechat", "call_back")
    whole = (await http.get(f"/handover/cases/{case.id}", headers=KEY)).json()
    assert whole["budget"] == {"messages": 4, "seconds": 100}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "key\xe9"}])
@pytest.mark.parametrize("path", ["cases", "cases/1", "undelivered"])
async def test_without_the_key_it_is_closed(http: httpx.AsyncClient, headers: dict[str, str], path: str) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert (await http.get(f"/handover/{path}", headers=raw)).status_code == 403


async def test_an_empty_key_opens_nothing(store: HandoverStore) -> None:
    app = FastAPI()
    install_problems(app)

    async def left(conversation_id: str) -> None:
        return None

    app.include_router(api.router(lambda: store, left, mask, ""))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:
        assert (await client.get("/api/v1/handover/cases", headers={"Authorization": "Bearer "})).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/handover/cases/99", None, 404),
        ("GET", "/handover/cases/x", None, 422),
        ("POST", "/handover/cases/99/claim", {"staff": "小王"}, 404),
        ("POST", "/handover/cases/99/claim", {}, 422),
        ("POST", "/handover/cases/99/claim", {"staff": " "}, 422),
        ("POST", "/handover/cases/99/reply", {"staff": "小王", "text": ""}, 422),
        ("GET", "/chat/c 1/messages", None, 422),
        ("GET", "/chat/c1/messages?after=-1", None, 422),
        ("GET", "/chat/c1/messages?after=1e9", None, 422),
    ],
)
async def test_bad_input(http: httpx.AsyncClient, method: str, path: str, body: object, status: int) -> None:
    answer = await http.request(method, path, json=body, headers=KEY)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
