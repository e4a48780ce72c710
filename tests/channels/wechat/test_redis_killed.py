"""The Redis server is really killed (kill -9) under pushes and sends: nobody is left out, nobody gets it twice."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.background import end
from bot.operation.valkey import EmbeddedRedis
from tests.channels.wechat.conftest import Replica, Start, Talk, until
from tests.channels.wechat.platform import Platform

PEOPLE = 30


class Own:
    """A server of this test alone, with the options of the embedded one; it stays away for as long as is told."""

    def __init__(self, folder: Path) -> None:
        folder.joinpath("valkey").mkdir()
        self._like = EmbeddedRedis(folder)
        self.url = self._like.url
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._like._command(), stdout=subprocess.DEVNULL)
        while not self._like.answers():
            time.sleep(0.01)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    async def away(self, seconds: float) -> None:
        """Killed, and back after so long."""
        self.kill()
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.start)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    made = Own(tmp_path)
    yield made
    made.kill()


@pytest.fixture
def valkey_url(own: Own) -> str:
    """In place of the server that all tests share."""
    return own.url


async def two(replica: Start) -> tuple[Talk, list[Replica]]:
    talk = Talk()
    return talk, [await replica(talk), await replica(talk)]


def answers(platform: Platform, openid: str, passive: list[str]) -> Counter[str]:
    return Counter([*passive, *platform.messages(openid)])


@pytest.mark.parametrize("kill_after_s", [0.05, 0.2, 0.4])
async def test_killed_under_pushes(platform: Platform, replica: Start, own: Own, kill_after_s: float) -> None:
    talk, _ = await two(replica)
    people = [f"o{n}" for n in range(PEOPLE)]
    talk.slow_s.default_factory = lambda: 0.15
    tasks = []

    async def kill() -> None:
        await asyncio.sleep(kill_after_s)
        await own.away(1.2)

    killing = asyncio.create_task(kill())
    for openid in people:
        tasks.append(asyncio.create_task(platform.say(openid, "居住证")))
        await asyncio.sleep(0.015)
    got = await asyncio.gather(*tasks)
    await killing
    await asyncio.sleep(9)  # longer than NO_MORE_PUSHES_MS: what came twice would have come by now
    assert not [one for one in got if one.broken]
    told = {one.openid: answers(platform, one.openid, one.replies) for one in got}
    assert told == {openid: Counter({"答：居住证": 1}) for openid in people}


async def test_killed_while_messages_are_on_their_way(platform: Platform, replica: Start, own: Own) -> None:
    talk, _ = await two(replica)
    people = [f"o{n}" for n in range(PEOPLE)]
    talk.slow_s["居住证"] = 4.6
    platform.slow_s = 0.7
    writing = [asyncio.create_task(platform.say(openid, "居住证")) for openid in people]
    await until(lambda: platform.calls["send"] > 0, 10)
    await asyncio.sleep(0.3)
    await own.away(1.2)
    assert not [one for one in await asyncio.gather(*writing) if one.broken or one.replies]
    await until(lambda: len(platform.sent) >= PEOPLE, 15)
    later = await asyncio.gather(*(platform.say(openid, "还有吗") for openid in people))
    assert [one.replies for one in later] == [["答：还有吗"]] * PEOPLE, "nobody's next answer waits behind this one"
    await asyncio.sleep(4)
    told = {openid: answers(platform, openid, []) for openid in people}
    assert told == {openid: Counter({"答：居住证": 1}) for openid in people}


async def test_who_sent_it_says_so_though_another_replica_always_looks_first(
    platform: Platform, replica: Start, own: Own
) -> None:
    talk, (_, other) = await two(replica)
    talk.slow_s["居住证"] = 4.6
    platform.slow_s = 0.7
    platform.urls = platform.urls[:1]

    async def look_first() -> None:
        """The other replica finds whatever is left over before the one that sent the answer can."""
        while True:
            with suppress(RedisError):
                await other.wechat.worker._inbox.left_over(900)
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look_first())
    writing = asyncio.create_task(platform.say("o1", "居住证"))
    await until(lambda: platform.calls["send"] > 0, 10)
    await asyncio.sleep(0.3)
    await own.away(1.2)
    await writing
    platform.urls = [other.url]
    assert (await platform.say("o1", "还有吗")).replies == ["答：还有吗"]
    assert platform.messages("o1") == ["答：居住证"]
    await end([looking])


async def test_a_server_that_is_back_takes_no_claim_twice(
    platform: Platform, replica: Start, own: Own, valkey: Redis
) -> None:
    talk, _ = await two(replica)
    for text in ("一", "二"):
        assert (await platform.say("o1", text)).replies == [f"答：{text}"]
    own.kill()
    got = await platform.say("o1", "三")
    assert got.replies == ["答：三"]
    own.start()
    await asyncio.sleep(1)
    assert (await platform.say("o1", "四")).replies == ["答：四"]
    await asyncio.sleep(3)
    assert [text for _, text in talk.asked] == ["一", "二", "三", "四"]
    assert platform.sent == []
