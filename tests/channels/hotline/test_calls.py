"""Calls across processes: masked, in order, shown everywhere, and not lost when a process or Redis goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.channels.hotline import calls as module
from bot.channels.hotline.calls import Calls
from bot.channels.hotline.inlet import producer_name
from bot.clock import today
from bot.errors import BadInput, Conflict, NotFound
from tests.channels.hotline.helper import Process, said


@pytest_asyncio.fixture()
async def here(valkey: Redis, sqlite_url: str) -> AsyncIterator[Process]:
    process = Process(valkey, sqlite_url)
    yield process
    await process.stop()


@pytest_asyncio.fixture()
async def there(valkey_url: str, here: Process, sqlite_url: str) -> AsyncIterator[Process]:
    client = Redis.from_url(valkey_url)
    process = Process(client, sqlite_url)
    yield process
    await process.stop()
    await client.close()


class Screen:
    """Collects what a watcher gets."""

    def __init__(self, calls: Calls, call_id: str) -> None:
        self.got: list[dict[str, Any]] = []
        self._task = asyncio.create_task(self._watch(calls, call_id))

    async def _watch(self, calls: Calls, call_id: str) -> None:
        async with aclosing(calls.watch(call_id)) as messages:
            async for message in messages:
                self.got.append(message)

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        for _ in range(300):
            found = [one for one in self.got if one["type"] == kind]
            if len(found) >= count:
                return found[count - 1]
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {kind}: {[one['type'] for one in self.got]}")

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def test_a_screen_of_another_process_sees_everything(here: Process, there: Process) -> None:
    screen = Screen(there.calls, "c1")
    first = await screen.until("snapshot")
    assert first["call"] == {"call_id": "c1", "state": "live", "started_at": None, "revision": 0}
    await here.calls.feed("c1", said("居住", final=False))
    await here.calls.feed("c1", said("居住证"))
    assert (await screen.until("assist"))["items"][0]["item_id"] == "居住证"
    assert [(m["id"], m["text"], m["final"]) for m in screen.got if m["type"] == "segment"] == [
        (None, "居住", False), (0, "居住证", True),
    ]  # fmt: skip
    await there.calls.end("c1")
    await screen.until("end")
    await screen.close()


async def test_a_late_screen_gets_the_whole_call_in_the_order_of_speech(here: Process, there: Process) -> None:
    await here.calls.feed("c1", said("第二句", 5_000))
    await here.calls.feed("c1", said("第一句", 1_000))
    await here.calls.feed("c1", said("您好", 0, "agent"))
    shot = await there.calls.snapshot("c1")
    assert [segment["text"] for segment in shot["segments"]] == ["您好", "第一句", "第二句"]
    assert shot["assist"]["revision"] == shot["call"]["revision"] == 2


async def test_numbers_are_masked_before_anything_is_kept(here: Process, valkey: Redis) -> None:
    await here.calls.feed("c1", said("我手机13812345678"))
    await here.calls.end("c1")
    kept = [await valkey.get("hotline:call:c1"), *(await valkey.hgetall("hotline:lines:c1")).values()]
    assert all(b"13812345678" not in one for one in kept)
    record = here.store.get("c1")
    assert record.transcript[0]["text"] == "我手机〔手机号〕"
    assert "13812345678" not in str(record)


async def test_a_revision_replaces_and_a_duplicate_does_nothing(here: Process) -> None:
    await here.calls.feed("c1", said("居住正"))
    await here.calls.feed("c1", said("居住证"))
    await here.calls.feed("c1", said("居住证"))
    shot = await here.calls.snapshot("c1")
    assert [(line["id"], line["text"], line["revised"]) for line in shot["segments"]] == [(0, "居住证", True)]
    assert shot["call"]["revision"] == 2


async def test_segments_fed_by_two_processes_at_once_are_all_kept(here: Process, there: Process) -> None:
    await asyncio.gather(
        *(here.calls.feed("c1", said(f"问{n}", n * 2_000)) for n in range(10)),
        *(there.calls.feed("c1", said(f"答{n}", n * 2_000, "agent")) for n in range(10)),
    )
    shot = await here.calls.snapshot("c1")
    assert sorted(line["text"] for line in shot["segments"]) == sorted(f"{w}{n}" for n in range(10) for w in "问答")
    assert sorted(line["id"] for line in shot["segments"]) == list(range(20))


async def test_of_two_producers_of_one_speaker_the_later_counts(here: Process, there: Process) -> None:
    early, late = producer_name(), producer_name()
    await here.calls.feed("c1", said("第一"), early)
    await there.calls.feed("c1", said("第二", 2_000), late)
    with pytest.raises(Conflict):
        await here.calls.feed("c1", said("第三", 4_000), early)
    await here.calls.feed("c1", said("您好", 0, "agent"), early)
    shot = await here.calls.snapshot("c1")
    assert [line["text"] for line in shot["segments"]] == ["第一", "您好", "第二"]


async def test_what_was_written_but_not_understood_is_understood_later(here: Process, there: Process) -> None:
    here.echo.down = True
    await here.calls.feed("c1", said("居住证"))
    assert (await here.calls.snapshot("c1"))["assist"] is None
    shot = await there.calls.snapshot("c1")
    assert shot["assist"]["items"][0]["item_id"] == "居住证"


async def test_the_call_opens_again_within_the_resume_time(here: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    await here.calls.feed("c1", said("居住证"))
    await here.calls.end("c1")
    await here.calls.feed("c1", said("还有公积金", 3_000))
    shot = await here.calls.snapshot("c1")
    assert (shot["call"]["state"], len(shot["segments"])) == ("live", 2)
    await here.calls.end("c1")
    assert len(here.store.listed()) == 1
    monkeypatch.setattr(module, "RESUME_S", -1)
    await here.calls.feed("c1", said("另一个人"))
    shot = await here.calls.snapshot("c1")
    assert [line["text"] for line in shot["segments"]] == ["另一个人"]
    await here.calls.end("c1")
    assert len(here.store.listed()) == 2


@pytest.mark.parametrize("name", ["", "a/b", "x" * 129, "电话", "a b", "c1\n"])
async def test_bad_names(here: Process, name: str) -> None:
    with pytest.raises(BadInput):
        await here.calls.feed(name, said("喂"))
    with pytest.raises(BadInput):
        await here.calls.end(name)


async def test_unknown_calls(here: Process) -> None:
    for asked in (
        here.calls.end("no"),
        here.calls.act("no", "a", {"type": "said", "item_id": "x"}),
        here.calls.call("no"),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_many_screens_that_open_in_the_same_moment(here: Process, there: Process) -> None:
    screens = [Screen(there.calls, f"c{number}") for number in range(60)]
    await asyncio.gather(*(screen.until("snapshot") for screen in screens))
    await asyncio.gather(*(here.calls.feed(f"c{number}", said(f"问{number}")) for number in range(60)))
    for number, screen in enumerate(screens):
        assert (await screen.until("assist"))["items"][0]["item_id"] == f"问{number}"
        await screen.close()


async def test_without_redis_one_process_serves_alone(sqlite_url: str) -> None:
    alone = Process(None, sqlite_url)
    screen = Screen(alone.calls, "c1")
    await screen.until("snapshot")
    await alone.calls.feed("c1", said("居住", final=False))
    await alone.calls.feed("c1", said("居住证"))
    assert (await screen.until("assist"))["revision"] == 1
    assert len([m for m in screen.got if m["type"] == "segment"]) == 2
    assert [info.last_words for info in await alone.calls.live()] == ["居住证"]
    await screen.close()
    await alone.stop()


async def test_a_forgotten_call_is_forgotten_in_every_process(here: Process, there: Process) -> None:
    await there.calls.feed("c1", said("居住证"))
    with pytest.raises(Conflict):
        await here.calls.forget("c1")
    await there.calls.end("c1")
    await here.calls.forget("c1")
    for process in (here, there):
        assert (await process.calls.snapshot("c1"))["segments"] == []
        assert await process.calls.live() == []
    await there.calls.feed("c1", said("另一个人"))
    assert [line["text"] for line in (await here.calls.snapshot("c1"))["segments"]] == ["另一个人"]


async def test_no_process_holds_a_call_longer_than_redis(here: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    await here.calls.feed("c1", said("居住证"))
    await here.calls.end("c1")
    monkeypatch.setattr("bot.channels.hotline.keep.KEPT_S", -1)
    assert here.keep.at_hand("c1") is None


async def test_a_saved_summary_is_the_one_that_is_given(here: Process) -> None:
    await here.calls.feed("c1", said("居住证"))
    assert (await here.after.summary("c1"))["saved_by"] == ""
    await here.calls.end("c1")
    record = here.store.get("c1")
    here.store.save(record.id, 0, "小陈", {**record.summary, "demand": "改过"}, today())
    for _ in ("at hand", "forgotten"):
        kept = await here.after.summary("c1")
        assert (kept["demand"], kept["saved_by"], kept["call_back_on"]) == ("改过", "小陈", today().isoformat())
        await here.keep.forget("c1")


async def test_the_list_of_live_calls(here: Process, there: Process) -> None:
    await here.calls.feed("c1", said("居住证"))
    await here.calls.feed("c2", said("您好", 0, "agent"))
    await here.calls.act("c1", "小陈", {"type": "said", "item_id": "居住证"})
    found = {info.call_id: info for info in await there.calls.live()}
    assert (found["c1"].last_words, found["c1"].top_item, found["c1"].agent) == ("居住证", "居住证", "小陈")
    assert (found["c2"].last_words, found["c2"].top_item) == ("您好", "")
