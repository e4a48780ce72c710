"""Redis that goes away in the middle of a call, a database that is away at its end, calls nobody feeds any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.channels.hotline import afterwards
from bot.channels.hotline.wire import _WAITING
from bot.clock import now
from bot.errors import NotFound
from bot.operation.valkey import EmbeddedRedis
from services.calls.models import CallRecord
from tests.channels.hotline.helper import Process, said
from tests.channels.hotline.test_calls import Screen


@pytest_asyncio.fixture()
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    started = EmbeddedRedis(tmp_path / "own")
    started.start_now()
    yield started
    started.stop_now()


async def test_redis_goes_and_comes_back_empty_handed(server: EmbeddedRedis, sqlite_url: str, tmp_path: Path) -> None:
    client = Redis.from_url(server.url, socket_connect_timeout=0.5, socket_timeout=1.0)
    here = Process(client, sqlite_url)
    screen = Screen(here.calls, "c1")
    await screen.until("snapshot")
    await here.calls.feed("c1", said("居住证"))
    await screen.until("assist")
    server.stop_now()
    await here.calls.feed("c1", said("要带什么", 3_000))
    assert (await screen.until("assist", 2))["revision"] == 2
    for left in (tmp_path / "own").rglob("*"):
        if left.is_file() and left.suffix in (".aof", ".rdb", ".manifest"):
            left.unlink()  # the disk was lost as well
    server.start_now()
    await here.calls.feed("c1", said("多少钱", 6_000))
    other = Process(Redis.from_url(server.url), sqlite_url)
    shot = await other.calls.snapshot("c1")
    assert [line["text"] for line in shot["segments"]] == ["居住证", "要带什么", "多少钱"]
    assert shot["call"]["revision"] == 3
    await here.calls.feed("c1", said("谢谢", 9_000))
    for _ in range(200):
        if any(m["type"] in ("assist", "snapshot") and "谢谢" in str(m) for m in screen.got):
            break
        await asyncio.sleep(0.02)
    assert "谢谢" in str(screen.got[-3:])
    await screen.close()
    await here.stop()
    await other.stop()


async def test_a_database_that_is_away_gets_the_call_later(valkey: Redis, sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    folder.parent.write_text("a file stands where the folder should be")
    here = Process(valkey, f"sqlite:///{folder}/calls.db")
    await here.calls.feed("c1", said("居住证"))
    await here.calls.end("c1")
    folder.parent.unlink()
    await here.after.look()
    assert here.store.get("c1").summary["demand"]
    assert (await here.keep.call("c1")).stored
    await here.stop()


async def test_a_call_nobody_feeds_has_ended(valkey: Redis, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Process(valkey, sqlite_url)
    await here.calls.feed("c1", said("居住证"))
    await here.after.look()
    assert (await here.calls.snapshot("c1"))["call"]["state"] == "live"
    monkeypatch.setattr(afterwards, "IDLE_S", -1)
    monkeypatch.setattr(afterwards, "_FORGOTTEN_S", -1)
    await here.after.look()
    assert here.store.get("c1").transcript[0]["text"] == "居住证"
    await here.after.look()
    with pytest.raises(NotFound):
        await here.calls.call("c1")
    assert (await here.after.summary("c1"))["demand"]
    assert await here.calls.live() == []
    await here.stop()


async def test_days_of_nought_keep_nothing(valkey: Redis, sqlite_url: str) -> None:
    here = Process(valkey, sqlite_url, days=0)
    await here.calls.feed("c1", said("居住证"))
    await here.calls.end("c1")
    with pytest.raises(NotFound):
        here.store.get("c1")
    await here.stop()


async def test_a_screen_that_does_not_keep_up_starts_again_from_a_snapshot(valkey: Redis, sqlite_url: str) -> None:
    here = Process(valkey, sqlite_url)
    messages = here.calls.watch("c1")
    assert (await messages.__anext__())["type"] == "snapshot"
    await here.calls.feed("c1", said("居住证"))
    for number in range(_WAITING + 50):
        here.wire.here("c1", [{"type": "segment", "text": str(number)}])
    seen = [await asyncio.wait_for(messages.__anext__(), 5) for _ in range(2)]
    assert "snapshot" in [one["type"] for one in seen]
    await messages.aclose()
    await here.stop()


@pytest.mark.parametrize(("days", "left"), [(30, ["new"]), (5, []), (60, ["new", "old"])])
async def test_the_job_deletes_what_is_older_than_the_days(
    valkey: Redis, sqlite_url: str, days: int, left: list[str]
) -> None:
    here = Process(valkey, sqlite_url, days)
    for name, age in (("ancient", 400), ("old", 31), ("new", 29)):
        ended = now() - timedelta(days=age)
        here.store.record(CallRecord(name, ended - timedelta(minutes=3), ended, "小陈", [], {"demand": "问居住证"}))
    here.store.wrong("new", "办那个证", "a", "b", "小陈")  # of today
    here.after.start()
    for _ in range(300):
        if sorted(one.call_id for one in here.store.listed()) == left:
            break
        await asyncio.sleep(0.02)
    assert sorted(one.call_id for one in here.store.listed()) == left
    await here.after.stop()
    assert len(here.store.wrongs()) == 1
    await here.stop()
