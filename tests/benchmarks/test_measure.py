"""In: a small real server in a process of its own. Out: a whole measurement, from its start to its end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from benchmarks.measure import Plan, measure
from benchmarks.peers import FIRST_QUESTION, Peer, post_json
from benchmarks.processes import Command
from benchmarks.run import free_ports

TINY = Plan(people=(1, 2), seconds=0.2, distinct_people=2, turns=(2, 4), asks=2, pairs=1, warm_seconds=0.2)
SERVER = """
import sys
from aiohttp import web
async def answer(request):
    body = await request.json()
    return web.json_response({"text": "听到" + body["text"]})
app = web.Application()
app.router.add_post("/", answer)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
"""


class Echo(Peer):
    """A server that says back what it hears."""

    name = "echo"

    def __init__(self, script: str) -> None:
        (self.port,) = free_ports(1)
        self.script = script

    def commands(self) -> list[Command]:
        return [Command("echo", (sys.executable, "-c", self.script, str(self.port)), Path.cwd(), dict(os.environ))]

    async def ask(self, http: ClientSession, conversation: str, text: str) -> str:
        answer = await post_json(http, f"http://127.0.0.1:{self.port}/", {"from": conversation, "text": text})
        return str(answer["text"])

    async def answers(self, http: ClientSession) -> bool:
        return bool(await self.ask(http, "start", FIRST_QUESTION))

    async def ready(self, http: ClientSession) -> bool:
        return True

    async def give_history(self, http: ClientSession, conversation: str, turns: int, texts: list[str]) -> None:
        await self.ask(http, conversation, texts[0])


def test_everything_is_measured(tmp_path: Path) -> None:
    texts = [f"第{number}句" for number in range(20)]
    found = measure(Echo(SERVER), texts, texts, TINY, tmp_path)
    assert [(level.people, level.distinct) for level in found.levels] == [(1, False), (2, False), (2, True)]
    assert all(level.asked and not level.failures and level.per_second > 0 for level in found.levels)
    assert found.levels[-1].repeated_share == 0
    assert [long.turns for long in found.after_turns] == [2, 4]
    assert found.second.failed == 0
    assert found.ready_s >= found.first_answer_s > 0
    assert found.memory_before[0].rss_mb > 5


def test_a_server_that_does_not_come_up_is_named_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"echo.*echo\.log"):
        measure(Echo("raise SystemExit('坏了')"), ["甲"], ["甲"], TINY, tmp_path)
    assert "坏了" in (tmp_path / "echo.log").read_text("utf-8")
