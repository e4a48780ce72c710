"""In: a prepared installation. Out: how fast the staff console is with a full database, over HTTP.

python -m benchmarks.console [--items 100000] [--rows 1000000] [--times 20] [--sqlite] [--database URL]

Starts a private PostgreSQL (or uses SQLite), fills it, starts the console, asks for every page again and again, one
person at a time, and prints one table. Linux only (reads /proc).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx
from sqlalchemy.engine import make_url

from benchmarks.console_data import fill, many_items
from benchmarks.console_server import PASSWORD
from benchmarks.machine import this_machine
from benchmarks.processes import Command, Servers, read_tree
from benchmarks.questions import pool
from benchmarks.stats import percentile
from bot.clock import today
from bot.settings import ROOT
from bot.understanding.corpus import read_examples
from services.knowledge.drafts import Drafts
from services.knowledge.files import load_items, plain
from services.knowledge.models import Item
from services.knowledge.store import KnowledgeStore
from tests.journeys.conftest import free_port, own_var
from tests.services.servers import postgres_cluster

QUERIES = ("居住证怎么办", "gzf", "积分", "小孩上学要什么材料",
           "juzhuzheng", "工伤认定", "医保报销比例", "失业金",
           "公组房", "老板不发工资", "孩子打疫苗", "ldht",
           "租房补贴", "residence", "生育津贴多少钱", "异地看病")  # fmt: skip
PAGES: Mapping[str, str] = {
    "items, all": "/", "items of a topic and region": "/?topic=residence&region=minhang", "items, page 50": "/?page=50",
    "one item": "/items/{item}", "one item's form": "/drafts/{draft}",
    "cases": "/cases", "cases, all, page 20": "/cases?state=&page=20", "cases of an item": "/cases?state=&item={item}",
    "conversations waiting": "/handover", "drafts": "/drafts",
    "a draft with its differences": "/drafts/{draft}/changes",
    "what a draft repeats": "/drafts/{draft}/clashes",
    "to be checked": "/checks", "to be checked: expired": "/checks?why=expired",
    "trying a sentence out": "/try?q=居住证怎么办", "training sentences": "/sentences",
    "asked in vain": "/questions", "asked in vain, three months": "/questions?days=90",
    "items near a question": "/questions/near?text=绿本本怎么办",
    "what was told on a day": "/questions/told?day={day}",
    "what one person was told": "/questions/told?day={day}&conversation=c",
    "figures of a quarter": "/figures", "figures of a year": "/figures?weeks=52",
    "figures of a sub-district": "/figures?area=莘庄镇",
    "files": "/files", "accounts": "/people", "record": "/audit", "record of one kind": "/audit?did=sign_in",
}  # fmt: skip
HEAD = "| Page | Times | p50 ms | p95 ms | CPU ms, console | CPU ms, database |\n|---|---:|---:|---:|---:|---:|"
Busy = Callable[[], tuple[float, float]]
"""CPU seconds so far, of the console and of the database: what other programs on the machine do not change."""


def measure(url: str, folder: Path, times: int, item: Item) -> str:
    """Rows of the table, and what the server weighs."""
    port, draft = free_port(), _draft(url, item)
    argv = (sys.executable, "-m", "benchmarks.console_server", url, str(own_var(folder)), str(port))
    with Servers([Command("console", argv, ROOT, dict(os.environ))], folder / "logs") as servers:
        began = time.monotonic()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/staff", timeout=60) as client:
            _until_up(client, servers, folder)
            started = time.monotonic() - began
            client.post("/sign-in", data={"name": "admin", "password": PASSWORD, "next": "/staff/"})
            database = _postmaster(url)

            def busy() -> tuple[float, float]:
                mine, its = servers.tree(), read_tree(database) if database else []
                return sum(one.cpu_seconds for one in mine), sum(one.cpu_seconds for one in its)

            found = [f"/?q={q}" for q in QUERIES]
            lines = [_timed(client, busy, "look-up while typing", found, times * 2, True)]
            lines += [_timed(client, busy, "look-up, whole page", found, times)]
            for name, path in PAGES.items():
                address = path.format(item=item.id, day=today(), draft=draft)
                lines.append(_timed(client, busy, name, [address], times))
            memory = sum(process.rss_mb for process in servers.tree())
    return "\n".join([HEAD, *lines, "", f"Start: {started:.0f} s. Memory at the end: {memory:.0f} MB."])


def _draft(url: str, item: Item) -> int:
    """Number of a draft that somebody writes."""
    drafts = Drafts(KnowledgeStore(url))
    begun = drafts.listed(item_id=item.id, most=1)
    return begun[0].id if begun else drafts.begin(item.id, {**plain(item), "fee": "20元"}, "editor")


def _postmaster(url: str) -> list[int]:
    """Process of a local PostgreSQL as postgres_cluster starts it; empty: none that we can watch."""
    home = make_url(url).query.get("host")
    written = Path(str(home)) / "data" / "postmaster.pid"
    return [int(written.read_text().split()[0])] if home and written.exists() else []


def _until_up(client: httpx.Client, servers: Servers, folder: Path) -> None:
    while not servers.ended():
        try:
            if client.get("/sign-in").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit((folder / "logs" / "console.log").read_text("utf-8")[-3000:])


def _timed(client: httpx.Client, busy: Busy, name: str, paths: list[str], times: int, part: bool = False) -> str:
    """One row; each path is asked once before, uncounted."""
    headers = {"hx-request": "true"} if part else {}
    took: list[float] = []
    for path in paths:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    before = busy()
    for _ in range(times):
        for path in paths:
            began = time.perf_counter()
            client.get(path, headers=headers)
            took.append((time.perf_counter() - began) * 1000)
    console, database = ((now - then) / len(took) * 1000 for now, then in zip(busy(), before, strict=True))
    print(name, f"{percentile(took, 0.95):.0f}", file=sys.stderr, flush=True)
    waits = f"{percentile(took, 0.5):.0f} | {percentile(took, 0.95):.0f}"
    return f"| {name} | {len(took)} | {waits} | {console:.0f} | {database:.0f} |"


def _fill(url: str, items: Sequence[Item], rows: int) -> None:
    began = time.monotonic()
    store = KnowledgeStore(url)
    store.migrate()
    store.seed(items)
    store.close()
    fill(url, items, pool(read_examples(ROOT / "data" / "nlu"), 4_000), rows)
    print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Fills, measures, prints."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.console")
    asked.add_argument("--items", type=int, default=100_000)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--times", type=int, default=20)
    asked.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL")
    asked.add_argument("--database", default="", help="URL of one that an earlier run has filled as asked here")
    given = asked.parse_args(arguments)
    machine, real = this_machine(), load_items(ROOT / "policy")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = given.database or f"sqlite:///{folder / 'console.db'}"
        if not given.database:
            if not given.sqlite:
                url = stack.enter_context(postgres_cluster()).new_database()
            _fill(url, many_items(real, given.items), given.rows)
        table = measure(url, folder, given.times, real[0])
    kind = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    print(f"{given.items} items, {given.rows} rows of questions, {kind}; {machine.day}, {machine.cpu}, {machine.cores}")
    print(f"cores, load of the machine before: {machine.load_before:.1f}.\n\n{table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
