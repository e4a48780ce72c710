"""In: schemes/. Out: what eligibility costs: verdicts a second, one by one and in a batch, one assessment, questions
asked; OpenFisca beside it where `make oracle` has installed it.

python -m benchmarks.rules
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI

from bot.errors import BadInput
from bot.settings import ROOT, settings
from oracle.export import DAY, Export
from services.eligibility.api import router
from services.eligibility.assess import assess, judge
from services.eligibility.batch import people, verdicts
from services.eligibility.facts.known import known
from services.eligibility.facts.models import Fact
from services.eligibility.files import SchemeBook, shipped_book
from services.eligibility.scheme import Scheme

PEOPLE, FEW = 100_000, 2_000
INTERVIEWS = 40
ROUNDS = 7


def main() -> int:
    """Prints the figures. Returns 0."""
    book = shipped_book()
    scheme = max((s for s in book.schemes.values() if not s.file.outcome), key=_size)
    print(f"{scheme.file.id}：{_size(scheme)} 个条件，{len(scheme.order)} 个事实")
    one, batch = verdicts_a_second(book, scheme)
    print(f"单人判断 {one:,.0f} 次/秒；成批 {batch:,.0f} 次/秒（{PEOPLE:,} 人）")
    print(f"一次完整判断（经 HTTP 接口，同一进程）中位 {1000 * asyncio.run(over_http(book, scheme)):.2f} 毫秒")
    asked, every = questions(book)
    print(f"问到有结论平均问 {asked:.1f} 个，全问要 {every:.1f} 个（{len(book.schemes)} 个方案，各 {INTERVIEWS} 人）")
    print(peer(book, scheme) or "OpenFisca 没有装（make oracle），没有比")
    return 0


def _size(scheme: Scheme) -> int:
    return sum(1 for _ in scheme.on(max(DAY, scheme.since)).rule.conditions())


def verdicts_a_second(book: SchemeBook, scheme: Scheme) -> tuple[float, float]:
    """Of one person after another, and of a hundred thousand at once."""
    exported, today = Export(book, scheme), scheme.on(DAY)
    few, whole = _columns(exported, FEW), _columns(exported, PEOPLE)
    persons = list(people(book.facts, few, FEW))
    one = FEW / _fastest(lambda: [today.rule.judge(person) for person in persons])
    return one, PEOPLE / _fastest(lambda: verdicts(today, book.facts, whole, PEOPLE))


def _columns(exported: Export, count: int) -> dict[str, Any]:
    return {key[5:]: column for key, column in exported.people(count).items() if key.startswith("fact:")}


def _fastest(work: Callable[[], Any]) -> float:
    """Seconds of the fastest of some rounds: what the machine can do when nobody disturbs it."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


async def over_http(book: SchemeBook, scheme: Scheme) -> float:
    """Median seconds of a POST, routes and JSON included."""
    app = FastAPI()
    app.include_router(router(lambda: book))
    body = {"facts": {}, "as_of": DAY.isoformat()}
    times = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as http:
        for _ in range(300):
            begun = time.perf_counter()
            answer = await http.post(f"/api/v1/schemes/{scheme.file.id}/assess", json=body)
            times.append(time.perf_counter() - begun)
            answer.raise_for_status()
    return statistics.median(times)


def questions(book: SchemeBook) -> tuple[float, float]:
    """Questions of an interview until its verdict is settled, and facts its scheme looks at, on average."""
    draw, asked, every = random.Random(1), [], []
    for scheme in book.schemes.values():
        day = max(DAY, scheme.since)
        for _ in range(INTERVIEWS):
            told: dict[str, Any] = {}
            count = 0
            while (names := judge(scheme, known(told, book.facts, day)).open()) and names[0] not in told:
                count += 1
                told[names[0]] = _answer(scheme.facts[names[0]], draw)
                try:
                    assess(scheme, told, day)
                except BadInput:  # two random answers contradict each other
                    told[names[0]] = None
            asked.append(count)
            every.append(len(scheme.order))
    return statistics.mean(asked), statistics.mean(every)


def _answer(fact: Fact, draw: random.Random) -> Any:
    if fact.type == "bool":
        return draw.random() < 0.5
    if fact.type == "enum":
        return draw.choice(list(fact.choices))
    if fact.type == "date":
        return f"{draw.randint(1970, 2026)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}"
    assert fact.range is not None
    return draw.randint(int(fact.range[0]), int(min(fact.range[1], fact.range[0] + 120)))


def peer(book: SchemeBook, scheme: Scheme) -> str:
    """OpenFisca on the same scheme and as many people; empty where it is not installed."""
    home = settings().var_dir / "oracle"
    python = home / "venv" / "bin" / "python"
    if not python.is_file():
        return ""
    folder = home / "speed"
    folder.mkdir(parents=True, exist_ok=True)
    exported = Export(book, scheme)
    (folder / "scheme.json").write_text(json.dumps(exported.rules(), ensure_ascii=False), "utf-8")
    np.savez(folder / "scheme.npz", **exported.people(PEOPLE))
    done = subprocess.run(
        [str(python), str(ROOT / "oracle" / "openfisca_side.py"), str(folder), "--time"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
