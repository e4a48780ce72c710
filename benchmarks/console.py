"""In: a prepared installation. Out: how fast the staff console is with a full database, over HTTP.

python -m benchmarks.console [--items 100000] [--rows 1000000] [--times 20] [--sqlite]

Starts a private PostgreSQL (or uses SQLite), fills it, starts the console, asks for every page again and again, one
person at a time, and prints one table. Linux only (reads /proc).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.console_data import fill, many_items
from benchmarks.console_server import PASSWORD
from benchmarks.machine import this_machine
from benchmarks.processes import Command, Servers
from benchmarks.questions import pool
from benchmarks.stats import percentile
from bot.clock import today
from bot.settings import ROOT
from bot.understanding.corpus import read_examples
from services.knowledge.files import load_items
from services.knowledge.store import KnowledgeStore
from tests.journeys.conftest import free_port, own_var
from tests.services.servers import postgres_cluster

QUERIES = ("居住证怎么办", "gzf", "积分", "小孩上学要什么材料",
           "juzhuzheng", "工伤认定", "医保报销比例", "失业金",
           "公组房", "老板不发工资", "孩子打疫苗", "ldht",
           "租房补贴", "residence", "生育津贴多少钱", "异地看病")  # fmt: skip
PAGES: Mapping[str, str] = {
    "查事项（全部）": "/", "查事项（按主题、地区）": "/?topic=residence&region=minhang",
    "查事项（第 50 页）": "/?page=50",
    "事项": "/items/{item}", "工单": "/cases", "工单（全部，第 20 页）": "/cases?state=&page=20",
    "工单（一个事项）": "/cases?state=&item={item}", "接待": "/handover", "草稿审核": "/drafts", "核对": "/checks",
    "核对（可能过期）": "/checks?why=expired", "试一试": "/try?text=居住证怎么办", "例句": "/sentences",
    "没答好": "/questions", "没答好（三个月）": "/questions?days=90", "答过的话（一天）": "/questions/told?day={day}",
    "答过的话（一个人）": "/questions/told?day={day}&conversation=c", "统计": "/figures",
    "统计（一年）": "/figures?weeks=52", "统计（一个街镇）": "/figures?area=莘庄镇",
    "导入导出": "/files", "账号": "/people", "记录": "/audit", "记录（一种）": "/audit?did=sign_in",
}  # fmt: skip
HEAD = "| 页面 | 次数 | p50 毫秒 | p95 毫秒 | 服务端 CPU 毫秒 |\n|---|---:|---:|---:|---:|"


def measure(url: str, folder: Path, times: int, item: str) -> str:
    """Rows of the table, and what the server weighs."""
    port = free_port()
    argv = (sys.executable, "-m", "benchmarks.console_server", url, str(own_var(folder)), str(port))
    with Servers([Command("console", argv, ROOT, dict(os.environ))], folder / "logs") as servers:
        began = time.monotonic()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/staff", timeout=60) as client:
            _until_up(client, servers, folder)
            started = time.monotonic() - began
            client.post("/sign-in", data={"name": "admin", "password": PASSWORD, "next": "/staff/"})
            lines = [
                _timed(client, servers, "查（边打边出，只要结果）", [f"/?q={q}" for q in QUERIES], times * 2, True)
            ]
            lines += [_timed(client, servers, "查（整页）", [f"/?q={q}" for q in QUERIES], times)]
            for name, path in PAGES.items():
                lines.append(_timed(client, servers, name, [path.format(item=item, day=today())], times))
            memory = sum(process.rss_mb for process in servers.tree())
    return "\n".join([HEAD, *lines, "", f"启动 {started:.0f} 秒；测完时内存 {memory:.0f} MB。"])


def _until_up(client: httpx.Client, servers: Servers, folder: Path) -> None:
    while not servers.ended():
        try:
            if client.get("/sign-in").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit((folder / "logs" / "console.log").read_text("utf-8")[-3000:])


def _timed(client: httpx.Client, servers: Servers, name: str, paths: list[str], times: int, part: bool = False) -> str:
    """One row; each path is asked once before, uncounted."""
    headers = {"hx-request": "true"} if part else {}
    took: list[float] = []
    for path in paths:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    before = sum(process.cpu_seconds for process in servers.tree())
    for _ in range(times):
        for path in paths:
            began = time.perf_counter()
            client.get(path, headers=headers)
            took.append((time.perf_counter() - began) * 1000)
    cpu = (sum(process.cpu_seconds for process in servers.tree()) - before) / len(took) * 1000
    print(name, f"{percentile(took, 0.95):.0f}", file=sys.stderr, flush=True)
    return f"| {name} | {len(took)} | {percentile(took, 0.5):.0f} | {percentile(took, 0.95):.0f} | {cpu:.0f} |"


def main(arguments: list[str] | None = None) -> int:
    """Fills, measures, prints."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.console")
    asked.add_argument("--items", type=int, default=100_000)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--times", type=int, default=20)
    asked.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL")
    given = asked.parse_args(arguments)
    machine, real = this_machine(), load_items(ROOT / "policy")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'console.db'}"
        if not given.sqlite:
            url = stack.enter_context(postgres_cluster()).new_database()
        began, items = time.monotonic(), many_items(real, given.items)
        store = KnowledgeStore(url)
        store.migrate()
        store.seed(items)
        store.close()
        fill(url, items, pool(read_examples(ROOT / "data" / "nlu"), 4_000), given.rows)
        print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        table = measure(url, folder, given.times, real[0].id)
    kind = "SQLite" if given.sqlite else "PostgreSQL"
    print(f"{len(items)} 个事项，{given.rows} 行问答，{kind}；{machine.day}，{machine.cpu}，{machine.cores} 核，")
    print(f"开始前系统负载 {machine.load_before:.1f}。\n\n{table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
