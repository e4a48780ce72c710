"""Redis away while two processes each go on with one half of a call: both halves are there afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.channels.hotline.assist.mind import Demand, Heard, Mind, Warned
from bot.channels.hotline.merge import merged
from bot.channels.hotline.state import Call, Said
from bot.channels.hotline.transcript import Line, Timeline
from bot.operation.valkey import EmbeddedRedis
from tests.channels.hotline.helper import Process, said
from tests.channels.hotline.test_calls import Screen


@pytest_asyncio.fixture()
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    started = EmbeddedRedis(tmp_path / "own")
    started.start_now()
    yield started
    started.stop_now()


@pytest.fixture
def processes(server: EmbeddedRedis, sqlite_url: str) -> list[Process]:
    clients = [Redis.from_url(server.url, socket_connect_timeout=0.5, socket_timeout=1.0) for _ in range(2)]
    return [Process(client, sqlite_url) for client in clients]


async def test_caller_and_agent_by_two_processes_while_redis_is_away(
    server: EmbeddedRedis, processes: list[Process]
) -> None:
    here, there = processes
    await here.calls.feed("c1", said("居住证"))
    await there.calls.feed("c1", said("您好", 1_000, "agent"))
    server.stop_now()
    for number in range(3):
        await here.calls.feed("c1", said(f"问{number}", 3_000 + number * 4_000))
        await there.calls.feed("c1", said(f"答{number}", 5_000 + number * 4_000, "agent"))
    server.start_now()
    screen = Screen(here.calls, "c1")
    await screen.until("snapshot")
    await there.calls.feed("c1", said("还有吗", 20_000, "agent"))
    await here.calls.feed("c1", said("公积金", 22_000))
    texts = ["居住证", "您好", "问0", "答0", "问1", "答1", "问2", "答2", "还有吗", "公积金"]
    for process in processes:
        shot = await process.calls.snapshot("c1")
        assert [line["text"] for line in shot["segments"]] == texts
        assert sorted(line["id"] for line in shot["segments"]) == list(range(10))
        assert {"居住证", "公积金"} <= {card["item_id"] for card in shot["assist"]["items"]}
    await screen.close()
    for process in processes:
        await process.stop()


async def test_the_half_that_nobody_adds_to_is_written_back_by_the_job(
    server: EmbeddedRedis, processes: list[Process]
) -> None:
    here, there = processes
    await here.calls.feed("c1", said("居住证"))
    server.stop_now()
    await here.calls.feed("c1", said("要带什么", 3_000))
    server.start_now()
    screen = Screen(there.calls, "c1")
    await screen.until("snapshot")
    await here.after.look()
    for _ in range(200):
        if [line["text"] for line in screen.got[-1].get("segments", ())] == ["居住证", "要带什么"]:
            break
        await asyncio.sleep(0.02)
    assert [line["text"] for line in screen.got[-1]["segments"]] == ["居住证", "要带什么"]
    await screen.close()
    for process in processes:
        await process.stop()


def test_what_only_one_side_knows_is_kept() -> None:
    theirs = Call("c1", "t", revision=4, timeline=Timeline(3), pinned=("a",), producers={"caller": "1"}, agent="小李")
    there = {number: Line(number, "caller", f"他{number}", number * 1000, number * 1000 + 900) for number in range(3)}
    mine = [Line(2, "agent", "我2", 2_500, 3_000), replace(there[1], text="改过", revised=True)]
    ours = Call(
        "c1", "t", revision=2, timeline=Timeline(3, {"agent": 3_000}, {}, {"agent 0 2500": (2, "d")}), pinned=("b",),
        producers={"agent": "2"}, agent="小陈", said=(Said("x", "名", 1, "t", "小陈", "spoken", 2, "ask_cost"),),
        mind=Mind(
            facts={"applicant_age": Heard("applicant_age", 30, "三十", 2, 0, 0)},
            demands=(Demand("x", "ask_cost", "多少钱", 2, 0, 0, 0.9),), warnings=(Warned("crisis", "打120", 2),),
        ),
    )  # fmt: skip
    call, lines = merged(theirs, there, ours, mine)
    assert [(line.id, line.text) for line in lines] == [(1, "改过"), (3, "我2")]
    assert (call.revision, call.timeline.next_id, call.pending, call.pinned) == (4, 4, (1, 3), ("a", "b"))
    assert call.timeline.seen["agent 0 2500"] == (3, "d")
    assert (call.mind.facts["applicant_age"].segment_id, call.mind.demands[0].segment_id) == (3, 3)
    assert [one.kind for one in call.mind.warnings] == ["crisis"]
    assert call.said[0].segment_id == 3
    assert (call.producers, call.agent) == ({"caller": "1", "agent": "2"}, "小陈")


def test_an_end_on_one_side_is_undone_by_words_on_the_other() -> None:
    ended = Call("c1", "t", state="ended", ended_at="2026-11-24T10:00:00+08:00", stored=True)
    live = Call("c1", "t", timeline=Timeline(1))
    line = Line(0, "caller", "喂", 0, 900)
    assert merged(ended, {}, live, [line])[0].state == "live"
    assert not merged(ended, {}, live, [line])[0].stored
    assert merged(ended, {}, replace(ended, stored=False), [])[0] == ended
