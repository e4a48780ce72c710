"""Redis that never was, is killed, or hangs in the middle of a call; a database that is locked at its end."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.channels.hotline.test_api import address, fetched, got, segment
from tests.journeys.conftest import Server, free_port, running
from tests.journeys.person import valkey_pid, wait_for

pytestmark = pytest.mark.engine
SAID = ("我想问居住证积分要带什么材料", "社保交了八个月", "要多久能办好", "在哪里办")


@asynccontextmanager
async def call_of(server: Server, call_id: str) -> AsyncIterator[tuple[Any, Any]]:
    """A recogniser's and a screen's connection."""
    async with (
        websockets.connect(address(server, call_id, "assist")) as screen,
        websockets.connect(address(server, call_id, "transcript")) as inlet,
    ):
        yield inlet, screen


async def told(inlet: Any, screen: Any, number: int) -> dict[str, Any]:
    """The assist after a sentence. A screen that was cut off for a while gets the last one again."""
    begin = number * 3_000
    await inlet.send(segment(SAID[number], begin))
    while True:
        message = await got(screen, 30)
        if message["type"] == "assist" and message["segment_end_ms"] == begin + 1_500:
            return message


async def whole(server: Server, call_id: str) -> list[str]:
    return [line["text"] for line in (await fetched(server, call_id)).json()["segments"]]


async def test_a_redis_that_never_was(tmp_path: Path) -> None:
    with running(tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}") as server:
        wait_for(server.url, 120, engine="ok")
        async with call_of(server, "c1") as (inlet, screen):
            for number in range(len(SAID)):
                assist = await told(inlet, screen, number)
            assert assist["facts"]["social_insurance_months"] == 8
            assert assist["items"][0]["item_id"] == "points.apply"
            await inlet.send('{"type": "end"}')
            assert (await got(screen))["type"] == "end"
        assert await whole(server, "c1") == list(SAID)
        assert (await fetched(server, "c1/summary")).json()["item_ids"] == ["points.apply"]


async def test_redis_is_killed_then_hangs_in_the_middle_of_a_call(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait("/readyz", 120)
        async with call_of(server, "c1") as (inlet, screen):
            await told(inlet, screen, 0)
            os.kill(valkey_pid(tmp_path), signal.SIGKILL)
            assert (await told(inlet, screen, 1))["facts"]["social_insurance_months"] == 8
            wait_for(server.url, 30, redis="ok")
            await told(inlet, screen, 2)
            hanging = valkey_pid(tmp_path)
            os.kill(hanging, signal.SIGSTOP)
            try:
                assist = await told(inlet, screen, 3)
            finally:
                os.kill(hanging, signal.SIGCONT)
            assert assist["items"][0]["item_id"] == "points.apply"
            wait_for(server.url, 30, redis="ok")
            await inlet.send('{"type": "end"}')
            while (await got(screen, 30))["type"] != "end":
                pass
        assert await whole(server, "c1") == list(SAID)
        assert "Traceback" not in server.log.read_text("utf-8")


async def test_a_database_that_is_locked_when_the_call_ends(tmp_path: Path) -> None:
    file = tmp_path / "laihutong.db"
    with running(tmp_path) as server:
        server.wait("/readyz", 120)
        holder = sqlite3.connect(file, isolation_level=None, timeout=30)
        holder.execute("BEGIN EXCLUSIVE")
        async with call_of(server, "c1") as (inlet, screen):
            await told(inlet, screen, 0)
            await inlet.send('{"type": "end"}')
            assert (await got(screen))["type"] == "end"
            await screen.send('{"type": "wrong", "item_id": "points.apply", "meant": null}')
            while (await got(screen, 60))["type"] != "problem":
                pass  # said plainly that it could not be written down
        assert "居住证积分要带什么材料" in (await fetched(server, "c1/summary")).json()["demand"]
        holder.execute("ROLLBACK")
        async with call_of(server, "c1") as (inlet, _):
            await inlet.send('{"type": "end"}')  # a recogniser that says it once more; else the job, within a minute
            await inlet.send("?")
            await got(inlet, 60)
        rows = holder.execute("SELECT json_extract(transcript, '$[0].text') FROM ended_call").fetchall()
        assert rows == [(SAID[0],)]
        holder.close()
        assert "Traceback" not in server.log.read_text("utf-8")
