"""Two servers of an official account, 200 people writing, one is killed: every message answered once, in order."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.channels.wechat.platform import APP_ID, SECRET, TOKEN, Got, Platform
from tests.journeys.conftest import running

pytestmark = pytest.mark.engine

PEOPLE, OVER_S, KILL_AFTER_S = 200, 5.0, 2.0
GAP_S = 1.2
"""Between two messages of a person: what never reached the server that was killed has been pushed again by then."""
FIRST, SECOND = "办居住证要带什么", "那在哪办"


class Writers:
    """People who write two messages each, the second before the first is answered."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.seen: dict[str, list[tuple[float, str]]] = {}
        """Openid → when each answer came, and what it said."""
        self.got: list[Got] = []

    async def one(self, number: int) -> None:
        openid = f"o{number:03}"
        await asyncio.sleep(number * OVER_S / PEOPLE)
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


async def test_one_of_two_servers_is_killed(tmp_path: Path) -> None:
    platform = await Platform().start()
    try:
        await _two_servers(tmp_path, platform)
    finally:
        await platform.stop()


async def _two_servers(tmp_path: Path, platform: Platform) -> None:
    env = {
        "WECHAT_TOKEN": TOKEN, "WECHAT_APP_ID": APP_ID, "WECHAT_APP_SECRET": SECRET, "WECHAT_API_BASE": platform.url,
    }  # fmt: skip
    with running(tmp_path, **env) as first, running(tmp_path, **env) as second:
        for server in (first, second):
            server.wait("/readyz", 180)
        platform.urls = [second.url]
        wanted = [(await platform.say("alone", text)).replies for text in (FIRST, SECOND)]
        platform.urls = [first.url, second.url]
        writers = Writers(platform)
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
