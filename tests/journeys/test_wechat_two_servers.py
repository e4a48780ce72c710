"""Two servers of one official account: overlapping pushes at both are one message; one is killed and nobody notices."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.channels.wechat.platform import APP_ID, NUMBERS, SECRET, TOKEN, Got, Platform
from tests.journeys.conftest import Server, free_port, running

pytestmark = pytest.mark.engine

PEOPLE, OVER_S, KILL_AFTER_S = 200, 5.0, 2.0
GAP_S = 2.5
"""Between two messages of a person, longer than until the kill: what the killed server had not even read by then has
been pushed again before the second comes. Whoever's first was in its hands waits longer than this for the answer."""
FIRST, SECOND = "办居住证要带什么", "那在哪办"


class Writers:
    """People who write two messages each, the second before the first is answered."""

    def __init__(self, platform: Platform, over_s: float) -> None:
        self.platform, self.over_s = platform, over_s
        self.seen: dict[str, list[tuple[float, str]]] = {}
        """Openid → when each answer came, and what it said."""
        self.got: list[Got] = []

    async def one(self, number: int) -> None:
        openid = f"o{number:03}"
        await asyncio.sleep(number * self.over_s / PEOPLE)
        first = asyncio.create_task(self.say(openid, FIRST))
        await asyncio.sleep(GAP_S)
        await asyncio.gather(first, self.say(openid, SECOND))

    async def say(self, openid: str, text: str) -> None:
        got = await self.platform.say(openid, text)
        self.got.append(got)
        for reply in got.replies:
            self.seen.setdefault(openid, []).append((time.monotonic(), reply))

    def answers(self, openid: str) -> list[str]:
        """In the order they came: passive replies and customer messages."""
        sent = [(at, body["text"]["content"]) for to, at, body in self.platform.timed if to == openid]
        return [text for _, text in sorted(self.seen.get(openid, []) + sent)]


@pytest.fixture(scope="module")
def port() -> int:
    """Where the platform is, for every test of this file: the servers are started once."""
    return free_port()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[list[Server]]:
    """Two processes with one Redis and one database."""
    folder = tmp_path_factory.mktemp("two")
    env = {
        "WECHAT_TOKEN": TOKEN, "WECHAT_APP_ID": APP_ID, "WECHAT_APP_SECRET": SECRET,
        "WECHAT_API_BASE": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    with running(folder, **env) as first, running(folder, **env) as second:
        for server in (first, second):
            server.wait("/readyz", 400)
        yield [first, second]


@pytest_asyncio.fixture
async def platform(servers: list[Server], port: int) -> AsyncIterator[Platform]:
    """The platform in front of both."""
    made = await Platform([server.url for server in servers], port=port).start()
    yield made
    await made.stop()


async def test_three_overlapping_pushes_at_two_servers_are_one_message(platform: Platform) -> None:
    async def three(number: int) -> list[str]:
        xml = platform.text_xml(f"t{number:03}", FIRST, str(next(NUMBERS)))
        bodies = await asyncio.gather(*(platform.once(xml, platform.urls[n % 2]) for n in range(3)))
        assert [status for status, _ in bodies] == [200] * 3
        return [reply for _, body in bodies if (reply := platform.read(body))]

    got = await asyncio.gather(*(three(number) for number in range(40)))
    assert [len(replies) for replies in got] == [1] * 40
    assert len({replies[0] for replies in got}) == 1
    await asyncio.sleep(2)
    assert platform.sent == []


async def test_one_of_two_servers_is_killed(platform: Platform, servers: list[Server]) -> None:
    first, second = servers
    platform.urls = [second.url]
    wanted = [(await platform.say("alone", text)).replies for text in (FIRST, SECOND)]
    begun = time.monotonic()
    await asyncio.gather(*(platform.say(f"w{number}", FIRST) for number in range(40)))
    # One server alone must manage them all, or the test would tell of the machine only.
    over_s = max(OVER_S, 1.5 * 2 * PEOPLE * (time.monotonic() - begun) / 40)
    platform.urls = [first.url, second.url]
    writers = Writers(platform, over_s)
    tasks = [asyncio.create_task(writers.one(number)) for number in range(PEOPLE)]
    await asyncio.sleep(KILL_AFTER_S)
    first.process.kill()
    await asyncio.gather(*tasks)
    await asyncio.sleep(2)  # an answer that came twice would come now
    assert not [got for got in writers.got if got.broken]
    expected = [reply for replies in wanted for reply in replies]
    wrong = Counter(str(answers) for n in range(PEOPLE) if (answers := writers.answers(f"o{n:03}")) != expected)
    assert not wrong
    assert max(got.pushes for got in writers.got) > 1, "nobody was cut off: the kill came at no moment that tells"
