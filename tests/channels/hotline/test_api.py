"""The contract's hotline addresses of a whole running server, by real WebSockets."""

from __future__ import annotations

import asyncio
import json
import uuid
from contextlib import suppress
from typing import Any

import httpx
import pytest
import websockets

from tests.journeys.conftest import Server

pytestmark = pytest.mark.engine


@pytest.fixture
def call_id() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


def address(server: Server, call_id: str, which: str) -> str:
    return f"{server.url.replace('http', 'ws')}/api/v1/hotline/calls/{call_id}/{which}"


def segment(text: str, begin: int = 0, speaker: str = "caller", final: bool = True, **more: Any) -> str:
    data = {"type": "segment", "speaker": speaker, "text": text, "final": final, "begin_ms": begin,
            "end_ms": begin + 1500, **more}  # fmt: skip
    return json.dumps(data)


async def fetched(server: Server, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"{server.url}/api/v1/hotline/calls/", headers=headers) as client:
        return await client.get(path)


async def got(socket: Any, seconds: float = 20) -> dict[str, Any]:
    return dict(json.loads(await asyncio.wait_for(socket.recv(), seconds)))


async def test_a_call_from_the_first_word_to_the_summary(server: Server, call_id: str) -> None:
    async with (
        websockets.connect(address(server, call_id, "assist")) as screen,
        websockets.connect(address(server, call_id, "transcript")) as inlet,
    ):
        await inlet.send(segment("喂你好我想", final=False))
        await inlet.send(segment("喂你好我想问居住证积分要带什么材料"))
        first = await got(screen)
        assert (first["type"], first["revision"], first["segment_end_ms"]) == ("assist", 1, 1500)
        top = first["items"][0]
        assert top["item_id"] == "points.apply"
        assert top["say"]
        assert len(top["say"]) <= 120
        assert not set("（）()《》0123456789") & set(top["say"])
        assert top["citations"]
        await inlet.send(segment("您社保交了几个月了", 2_000, "agent"))
        await inlet.send(segment("八个月", 4_000))
        second = await got(screen)
        assert second["facts"] == {"social_insurance_months": 8}
        assert second["heard"][0]["words"] == "八个月"
        assert [one["scheme_id"] for one in second["eligibility"]] == ["points.apply"]
        assert second["eligibility"][0]["next_question"]["text"]
        await inlet.send('{"type": "end"}')
        assert await got(screen) == {"type": "end"}
    whole = (await fetched(server, call_id)).json()
    assert [line["text"] for line in whole["segments"]][1:] == ["您社保交了几个月了", "八个月"]
    summary = (await fetched(server, f"{call_id}/summary")).json()
    assert summary["item_ids"] == ["points.apply"]
    assert "居住证积分要带什么材料" in summary["demand"]
    assert summary["case_draft"]["text"]["segments"][0] == {"id": 0, "begin_ms": 0, "end_ms": 1500}


async def test_an_answer_that_the_recogniser_mends(server: Server, call_id: str) -> None:
    async with (
        websockets.connect(address(server, call_id, "assist")) as screen,
        websockets.connect(address(server, call_id, "transcript")) as inlet,
    ):
        await inlet.send(segment("我能不能办居住证积分"))
        await got(screen)
        await inlet.send(segment("您社保交了几个月了", 2_000, "agent"))
        for text, value in (("八个月", 8), ("十个月", 10)):
            await inlet.send(segment(text, 4_000))
            assert (await got(screen))["facts"] == {"social_insurance_months": value}
        await inlet.send(segment("嗯", 4_000))
        assert (await got(screen))["facts"] == {}


async def test_bad_messages_are_answered_and_the_call_goes_on(server: Server, call_id: str) -> None:
    async with websockets.connect(address(server, call_id, "transcript")) as inlet:
        for bad in ("{", b"\x00\x01", "[]", segment("x", speaker="nobody"), segment("长" * 70_000), '{"type": "end"}'):
            await inlet.send(bad)
            answer = await got(inlet)
            assert answer["type"] == "problem"
            assert answer["text"]
        await inlet.send(segment("居住登记怎么办"))
        await inlet.send("?")
        await got(inlet)
    shot = (await fetched(server, call_id)).json()
    assert [line["text"] for line in shot["segments"]] == ["居住登记怎么办"]


async def test_ten_megabytes_end_the_connection_not_the_call(server: Server, call_id: str) -> None:
    async with websockets.connect(address(server, call_id, "transcript")) as inlet:
        await inlet.send(segment("居住登记怎么办"))
        with suppress(websockets.ConnectionClosed):  # closed while it is still being sent
            await inlet.send("x" * 10_000_000)
        with pytest.raises(websockets.ConnectionClosed):
            await got(inlet)
    async with websockets.connect(address(server, call_id, "transcript")) as inlet:
        await inlet.send(segment("要带什么", 2_000))
        await inlet.send("?")
        await got(inlet)
    shot = (await fetched(server, call_id)).json()
    assert [line["text"] for line in shot["segments"]] == ["居住登记怎么办", "要带什么"]


async def test_a_second_producer_takes_over(server: Server, call_id: str) -> None:
    first = await websockets.connect(address(server, call_id, "transcript"))
    await first.send(segment("第一句"))
    async with websockets.connect(address(server, call_id, "transcript")) as second:
        await second.send(segment("第二句", 3_000))
        await second.send("?")
        await got(second)
        await first.send(segment("第三句", 6_000))
        assert (await got(first))["type"] == "problem"
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await got(first)
        assert closed.value.code == 4409


@pytest.mark.parametrize("which", ["transcript", "assist"])
async def test_a_name_no_call_can_have(server: Server, which: str) -> None:
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        await websockets.connect(address(server, "a%20b", which))
    assert refused.value.status_code == 422


async def test_a_page_from_elsewhere_and_a_proxy_are_refused(server: Server, call_id: str) -> None:
    for headers in ({"Origin": "https://example.com"}, {"X-Forwarded-For": "10.0.0.1"}):
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            await websockets.connect(address(server, call_id, "assist"), extra_headers=headers)
        assert refused.value.status_code == 403
        answer = await fetched(server, call_id, **headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_unknown_calls_are_not_found(api: httpx.Client, call_id: str) -> None:
    for tail in ("", "/summary"):
        answer = api.get(f"/api/v1/hotline/calls/{call_id}{tail}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert api.get("/api/v1/hotline/calls/a%20b").status_code == 422
