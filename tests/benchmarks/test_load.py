"""In: a real small server. Out: what the load driver and the probes count."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from itertools import cycle

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from benchmarks.load import TURNS, drive
from benchmarks.peers import post_json
from benchmarks.probes import after_turns, second_message
from benchmarks.results import summary
from tests.benchmarks.speaking import Speaking


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[Speaking]:
    speaking = Speaking()
    async with speaking.server:
        yield speaking


async def test_every_question_is_asked_once_and_conversations_stay_short(peer: Speaking) -> None:
    texts = [f"问题{number}" for number in range(50)]
    load = await drive(peer.ask, iter(texts), 4, 30, "t")
    assert sorted(peer.texts) == sorted(texts) == sorted(one.text for one in load.asked)
    assert max(peer.turns.values()) == TURNS
    assert len(load.answered) == 50
    assert not load.failures


async def test_empty_and_refused_answers_are_failures(peer: Speaking) -> None:
    load = await drive(peer.ask, iter(["好", "空", "错", "空"]), 1, 30, "t")
    assert load.failures == {"empty": 2, "http 500": 1}
    level = summary(load, 1, False, cpu=0.004, busy=0.01, degraded=0, repeated=0.0)
    assert level.asked == 4
    assert level.cpu_ms == 1
    assert level.per_second == 1 / load.seconds
    assert level.p50_ms == load.answered[0] * 1e3


async def test_a_server_that_is_gone_is_a_failure_not_a_crash() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{closed.getsockname()[1]}/"

    async def ask(http: ClientSession, conversation: str, text: str) -> str:
        return str(await post_json(http, gone, {}))

    load = await drive(ask, iter(["甲"]), 2, 30, "t")
    assert load.failures == {"ClientConnectorError": 1}


async def test_no_question_is_sent_after_the_time(peer: Speaking) -> None:
    load = await drive(peer.ask, cycle(["甲"]), 3, 0.0, "t")
    assert load.asked == ()


async def test_long_conversations_are_asked_at_every_length(peer: Speaking) -> None:
    found = await after_turns(peer, cycle(["甲", "空"]), (3, 20), 4, lambda: 0.0)
    assert [(one.turns, one.failed) for one in found] == [(3, 2), (20, 2)]
    assert set(peer.turns) == {"long"}


async def test_pairs_of_quick_messages(peer: Speaking) -> None:
    found = await second_message(peer, cycle(["甲", "乙"]), 3)
    assert (found.pairs, found.failed) == (3, 0)
    assert peer.turns == {"pair-0": 3, "pair-1": 3, "pair-2": 3}
    assert 0 <= found.extra_p50_ms <= found.extra_max_ms


@pytest.mark.parametrize("texts", [["空"], ["错"]])
async def test_a_silent_server_gives_no_figures(peer: Speaking, texts: list[str]) -> None:
    found = await second_message(peer, cycle(texts), 1)
    assert found.failed == 3
    assert found.extra_p50_ms != found.extra_p50_ms
