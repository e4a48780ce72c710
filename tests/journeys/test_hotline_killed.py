"""A server is killed in the middle of a call and started again: at most the segment in flight is lost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.channels.hotline.test_api import address, fetched, got, segment
from tests.journeys.conftest import Server, running

pytestmark = pytest.mark.engine
SAID = ("我想问居住证积分要带什么材料", "社保交了八个月", "还有老板三个月没发工资了", "要多久能办好", "在哪里办")


async def test_killed_and_started_again(tmp_path: Path, valkey_url: str) -> None:
    with (
        running(tmp_path / "first", REDIS_URL=valkey_url) as first,
        running(tmp_path / "second", REDIS_URL=valkey_url) as second,
    ):
        for server in (first, second):
            server.wait("/readyz", 180)
        screen = await websockets.connect(f"{address(second, 'k1', 'assist')}?messages=all")
        assert (await got(screen))["type"] == "snapshot"
        taken = await _spoken_until_killed(first, screen)
        await _goes_on(second, screen, taken)


async def test_the_only_server_is_killed_and_started_again(tmp_path: Path) -> None:
    """Its private Valkey outlives it; recogniser and screen connect anew."""
    with running(tmp_path) as server:
        server.wait("/readyz", 180)
        screen = await websockets.connect(address(server, "k1", "assist"))
        taken = await _spoken_until_killed(server, screen)
        with pytest.raises(websockets.ConnectionClosed):
            await _until(screen, "never")
    with running(tmp_path) as server:
        server.wait("/readyz", 180)
        screen = await websockets.connect(address(server, "k1", "assist"))
        assert (await _until(screen, "assist"))["revision"] >= len(taken)
        await _goes_on(server, screen, taken)


async def _spoken_until_killed(server: Server, screen: Any) -> list[str]:
    """Three segments and their assist; then the process is killed with the fourth in flight."""
    inlet = await websockets.connect(address(server, "k1", "transcript"))
    for number, text in enumerate(SAID[:3]):
        await inlet.send(segment(text, number * 3_000))
        await _until(screen, "assist")
    await inlet.send(segment(SAID[3], 9_000))
    server.process.kill()
    await asyncio.to_thread(server.process.wait)
    with pytest.raises(websockets.ConnectionClosed):
        await got(inlet)
    return list(SAID[:3])


async def _goes_on(server: Server, screen: Any, taken: list[str]) -> None:
    async with websockets.connect(address(server, "k1", "transcript")) as inlet:
        await inlet.send(segment(SAID[4], 12_000))
        assist = await _until(screen, "assist")
        while assist["segment_end_ms"] != 13_500:  # that of the segment in flight, where it was taken after all
            assist = await _until(screen, "assist")
        assert assist["revision"] >= 4
        assert assist["facts"]["social_insurance_months"] == 8
        assert {"points.apply", "labour.wage_arrears"} <= {card["item_id"] for card in assist["items"]}
    shot = (await fetched(server, "k1")).json()
    texts = [line["text"] for line in shot["segments"]]
    assert [text for text in texts if text != SAID[3]] == [*taken, SAID[4]]


async def _until(screen: Any, kind: str) -> dict[str, Any]:
    while True:
        message = json.loads(await asyncio.wait_for(screen.recv(), 60))
        if message["type"] == kind:
            return dict(message)
