"""In: a prepared installation. Out: how fast an official account answers 50 people with 2,000 messages.

python -m benchmarks.wechat          (starts a server of its own; prints one table)
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tests.channels.wechat.platform import APP_ID, SECRET, TOKEN, Got, Platform
from tests.journeys.conftest import running

PEOPLE, EACH = 50, 40
QUESTIONS = ("办居住证要带什么", "那在哪办", "孩子上小学要什么条件", "老板不发工资找谁", "公租房怎么申请", "要花钱吗",
             "居住证积分怎么算", "异地看病怎么报销", "你好", "最近的受理中心在哪", "七宝")  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What people got."""

    messages: list[Got]
    later: int
    """Answers that came as customer messages."""


async def measure() -> Found:
    """All messages and what became of them: everybody writes again as soon as they are answered."""
    platform = await Platform().start()
    env = {"WECHAT_TOKEN": TOKEN, "WECHAT_APP_ID": APP_ID, "WECHAT_APP_SECRET": SECRET, "WORKERS": "2",
           "WECHAT_API_BASE": platform.url, "RATE_PER_MINUTE": "100000"}  # fmt: skip
    try:
        with tempfile.TemporaryDirectory() as folder, running(Path(folder), **env) as server:
            await asyncio.to_thread(server.wait, "/readyz", 240)
            await asyncio.sleep(15)  # the second process takes connections when its engine is up
            platform.urls = [server.url]
            got = [*chain(*await asyncio.gather(*(_person(platform, n) for n in range(PEOPLE))))]
            await asyncio.sleep(10)  # what is still on its way as a customer message
            return Found(got, len(platform.sent))
    finally:
        await platform.stop()


async def _person(platform: Platform, number: int) -> list[Got]:
    draw = random.Random(number)
    return [await platform.say(f"o{number}", draw.choice(QUESTIONS)) for _ in range(EACH)]


def report(found: Found) -> str:
    """One table."""
    messages = found.messages
    took = sorted(got.seconds for got in messages)
    inside = sum(len(got.replies) == 1 and got.pushes == 1 and got.seconds < 5 for got in messages)
    rows = {
        "messages": str(len(messages)),
        "answered once inside 5 s": f"{inside} ({100 * inside / len(messages):.1f} %)",
        "answered at all, by reply or message": str(sum(len(got.replies) for got in messages) + found.later),
        "shown “out of order”": str(sum(got.broken for got in messages)),
        "p50": f"{1000 * took[len(took) // 2]:.0f} ms",
        "p99": f"{1000 * took[int(len(took) * 0.99)]:.0f} ms",
        "slowest": f"{1000 * took[-1]:.0f} ms",
    }
    return "\n".join(f"| {name} | {value} |" for name, value in rows.items())


if __name__ == "__main__":
    print(report(asyncio.run(measure())))
    sys.exit(0)
