"""One scripted call by telephone sound into a whole server, heard by Whisper in it: the agent sees the right card."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import websockets

from bot.channels.hotline.sound.frames import HANG_UP, IDENTITY, encoded
from tests.channels.hotline.exchange import LegPlayer
from tests.channels.hotline.recognisers.stand_ins import silence
from tests.channels.hotline.test_api import address, fetched
from tests.journeys.conftest import Server, free_port, running
from tests.speech import fetch, spoken

pytestmark = pytest.mark.engine
CALLER = ["居住证到期了怎么续签", "老板拖欠我们十几个人的工资，找谁投诉"]
AGENT = ["好的，请您稍等"]


class Exchange:
    """A server that takes AudioSocket, and where."""

    def __init__(self, server: Server, port: int) -> None:
        self.server, self.port = server, port

    def announce(self, way: str = "json", **leg: Any) -> httpx.Response:
        return self.post(**{way: leg})

    def post(self, **what: Any) -> httpx.Response:
        return httpx.post(f"{self.server.url}/api/v1/hotline/legs", timeout=10, **what)


@pytest_asyncio.fixture(scope="module")
async def exchange(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exchange]:
    port = free_port()
    settings = {"ASR_URL": f"whisper:{fetch()}", "AUDIOSOCKET_PORT": str(port)}
    with running(Path(tmp_path_factory.mktemp("heard")), **settings) as server:
        server.wait("/readyz", 120)
        yield Exchange(server, port)


async def test_two_legs_of_telephone_sound_become_cards(exchange: Exchange) -> None:
    call_id, legs = f"ring-{uuid4().hex[:8]}", {"caller": str(uuid4()), "agent": str(uuid4())}
    for speaker, leg in legs.items():
        told = exchange.announce(uuid=leg, call_id=call_id, speaker=speaker)
        assert told.json() == {"uuid": leg, "call_id": call_id, "speaker": speaker}
    caller, agent = [await LegPlayer.connect(exchange.port, leg) for leg in legs.values()]
    async with websockets.connect(address(exchange.server, call_id, "assist")) as screen:
        first, second = spoken(CALLER)
        await caller.play(silence(800) + first + silence(1_500))
        assist = json.loads(await asyncio.wait_for(screen.recv(), 60))
        while assist["items"][0]["item_id"] != "residence.permit.endorsement":
            assist = json.loads(await asyncio.wait_for(screen.recv(), 60))
        await agent.play(silence(800) + spoken(AGENT)[0] + silence(1_500))
        await caller.play(second + silence(1_500))
        while assist["items"][0]["item_id"] != "labour.wage_arrears":
            assist = json.loads(await asyncio.wait_for(screen.recv(), 60))
    await caller.hang_up()
    await agent.hang_up()
    call = (await fetched(exchange.server, call_id)).json()
    assert [line["speaker"] for line in call["segments"]].count("agent") >= 1
    summary = (await fetched(exchange.server, f"{call_id}/summary")).json()
    assert {"residence.permit.endorsement", "labour.wage_arrears"} <= set(summary["item_ids"])


async def test_bad_announcements_are_named(exchange: Exchange) -> None:
    good = {"uuid": str(uuid4()), "call_id": "c", "speaker": "agent"}
    for wrong in ({"uuid": "no"}, {"call_id": "a b"}, {"call_id": "x" * 129}, {"speaker": "boss"}):
        for way in ("json", "data"):
            refused = exchange.announce(way, **{**good, **wrong})
            assert refused.status_code == 422
            assert refused.json()["detail"]
    for body in (b"", b"{", b"[" * 50_000, b"\xff\xfe", b"[1]", b"null"):
        for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
            refused = exchange.post(content=body, headers={"Content-Type": kind})
            assert refused.status_code in (400, 422)
            assert refused.json()["detail"]


async def test_a_dialplan_announces_by_form(exchange: Exchange) -> None:
    leg = {"uuid": str(uuid4()), "call_id": "1732407600.42", "speaker": "agent"}
    assert exchange.announce("data", **leg).json() == leg


async def test_strangers_silence_and_music_leave_the_server_as_it_was(exchange: Exchange) -> None:
    stranger = await LegPlayer.connect(exchange.port, None)
    await stranger.send(b"GET / HTTP/1.1\r\n\r\n" + b"\xff" * 70_000)
    assert await stranger.gone() in (encoded(HANG_UP), b"")
    leg = str(uuid4())
    quiet = await LegPlayer.connect(exchange.port, leg)
    await quiet.play(silence(10_000))
    await quiet.send(encoded(IDENTITY, b"twice"))
    await quiet.hang_up()
    assert (await fetched(exchange.server, leg)).status_code == 404
    assert (await asyncio.to_thread(httpx.get, f"{exchange.server.url}/readyz", timeout=10)).status_code == 200
