"""In: a prepared installation. Out: how soon after a caller's sentence its card is there, with 40 calls at once.

python -m benchmarks.hotline [seconds]          (starts a server of its own; prints one table)

Every call has a recogniser's and a screen's WebSocket. A caller speaks every four seconds, as people do, in sentences
of which hardly one comes twice, so that nothing is answered from memory; the agent speaks in between. Before it, one
call of 500 caller segments over eight hours of its own time: what the first, the middle and the last fifty cost, also
in CPU time, which a busy machine does not change much.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import websockets

from benchmarks.processes import read_tree
from tests.journeys.conftest import Server, running

CALLS, EVERY_S, SEGMENTS, HOURS = 40, 4.0, 500, 8
_SUBJECTS = (
    "居住证", "居住登记", "居住证积分", "公租房", "公积金提取", "孩子上小学", "孩子打疫苗", "异地就医报销", "失业金",
    "工伤认定", "灵活就业社保", "技能补贴",
)  # fmt: skip
_ASKED = (
    "要带什么材料", "在哪里办", "要多久能办好", "怎么申请", "要什么条件", "要不要钱", "能补多少钱", "打什么电话问",
)  # fmt: skip
_BEFORE = (
    "喂你好我想问一下", "那个", "麻烦问下", "还有一个事就是", "我是外地来的", "我们老家那边的", "我在莘庄上班",
)  # fmt: skip
_TOLD = (
    "我社保交了{n}个月",
    "我来上海{n}年了",
    "我今年{n}岁",
    "孩子{n}岁了",
    "老板欠了我{n}个月工资",
    "我房租一个月{n}百块",
)
_AGENT = (
    "好的您稍等我帮您看一下",
    "请问您社保交了几个月了",
    "这个到社区事务受理服务中心办",
    "您有居住证吗",
    "还有别的要问吗",
)


def caller(draw: random.Random) -> str:
    """A caller's sentence: a question, facts, or both."""
    told = draw.choice(_TOLD).format(n=draw.randint(2, 40))
    asked = f"{draw.choice(_BEFORE)}{draw.choice(_SUBJECTS)}{draw.choice(_ASKED)}"
    return draw.choice((asked, told, f"{told}{asked}", f"{asked}{told}"))


def talk(seed: int) -> Iterator[tuple[str, str]]:
    """Who says what, without end."""
    draw = random.Random(seed)
    while True:
        yield "caller", caller(draw)
        yield "agent", draw.choice(_AGENT)


class Phone:
    """One call: a recogniser's connection and a screen's."""

    def __init__(self, server: Server, name: str) -> None:
        self._base = f"{server.url.replace('http', 'ws')}/api/v1/hotline/calls/{name}"
        self.took: list[float] = []

    async def __aenter__(self) -> Phone:
        self._screen = await websockets.connect(f"{self._base}/assist", max_queue=None)
        self._inlet = await websockets.connect(f"{self._base}/transcript", max_queue=None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._inlet.close()
        await self._screen.close()

    async def say(self, speaker: str, text: str, begin: int) -> None:
        """Sends a segment; of a caller's, waits for its card."""
        end = begin + 200 * len(text)
        data = {"type": "segment", "speaker": speaker, "text": text, "final": True, "begin_ms": begin, "end_ms": end}
        sent = time.perf_counter()
        await self._inlet.send(json.dumps(data))
        while speaker == "caller":
            assist = json.loads(await asyncio.wait_for(self._screen.recv(), 30))
            if assist["segment_end_ms"] == end:
                self.took.append(time.perf_counter() - sent)
                return


async def many(server: Server, seconds: float) -> list[float]:
    """Seconds from each caller segment to its card, of CALLS at once."""

    async def one(number: int) -> list[float]:
        draw, begun = random.Random(number), time.monotonic()
        async with Phone(server, f"bench-{number}") as phone:
            await asyncio.sleep(draw.random() * EVERY_S)
            for speaker, text in talk(number):
                if time.monotonic() - begun > seconds:
                    return phone.took
                await phone.say(speaker, text, int((time.monotonic() - begun) * 1000))
                await asyncio.sleep(EVERY_S * draw.uniform(0.35, 0.65))
        return phone.took

    return [took for found in await asyncio.gather(*map(one, range(CALLS))) for took in found]


async def long(server: Server) -> tuple[list[float], list[float]]:
    """Of one call of SEGMENTS caller segments over HOURS hours of its own time: seconds to each card; the server's CPU
    seconds before each of them, and after the last."""
    step = HOURS * 3_600_000 // SEGMENTS
    cpu = []
    async with Phone(server, "bench-long") as phone:
        speaking = talk(4711)
        for number in range(2 * SEGMENTS):
            speaker, text = next(speaking)
            if speaker == "caller":
                cpu.append(cpu_seconds(server))
            await phone.say(speaker, text, number * step // 2)
        return phone.took, [*cpu, cpu_seconds(server)]


def cpu_seconds(server: Server) -> float:
    """What the server's processes have used so far."""
    return sum(process.cpu_seconds for process in read_tree([server.process.pid]))


def row(name: str, took: Sequence[float], cpu: float) -> str:
    """A line of the table: count, p50, p95, slowest, CPU for a segment."""
    ordered = sorted(took)
    figures = [1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.95)] + [1000 * ordered[-1]]
    each = 1000 * cpu / len(ordered)
    return f"| {name} | {len(ordered)} | " + " | ".join(f"{figure:.0f}" for figure in [*figures, each]) + " |"


async def measure(seconds: float) -> list[str]:
    """The table."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), WORKERS="2") as server:
        await asyncio.to_thread(server.wait, "/readyz", 240)
        await asyncio.sleep(20)  # the second process takes connections when its engine is up
        alone, cpu = await long(server)
        before = cpu_seconds(server)
        crowd = await many(server, seconds)
        used = cpu_seconds(server) - before
    head = [
        "| | caller segments | p50 ms | p95 ms | slowest ms | CPU ms a segment |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    pieces = (("first 50", 0), ("segments 226–275", 225), ("last 50", SEGMENTS - 50))
    return [
        *head,
        row(f"{CALLS} calls at once", crowd, used),
        *(
            row(f"one long call, {name}", alone[begin : begin + 50], cpu[begin + 50] - cpu[begin])
            for name, begin in pieces
        ),
    ]


if __name__ == "__main__":
    print("\n".join(asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))))
