"""In: `python -m benchmarks.run [--quick]`. Out: our server and stock Rasa on the same questions, one after the other,
with ratios: on the screen, in var/bench/report.json and, with --write, in docs/reference/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.machine import this_machine
from benchmarks.measure import QUICK, Plan, measure
from benchmarks.ours import ROOT, Ours
from benchmarks.peers import Peer
from benchmarks.questions import pool
from benchmarks.report import as_json, as_markdown
from benchmarks.results import PeerResult
from benchmarks.stock import Stock
from benchmarks.stock_model import stock_model
from bot.settings import settings
from bot.understanding.corpus import read_examples

DOCS = ROOT / "docs" / "reference" / "benchmarks.md"


def main(arguments: list[str] | None = None) -> int:
    """Runs the benchmark. Returns 0, or 1 when a server did not come up."""
    asked = _parser().parse_args(arguments)
    # Without this a `kill` would leave the server under test running: only an exception unwinds its `with` block.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan = QUICK if asked.quick else Plan()
    home = settings().var_dir / "bench"
    machine = this_machine()
    examples = read_examples(ROOT / "data" / "nlu")
    texts, everything = pool(examples), pool(examples, size=len(examples))
    notes: dict[str, Any] = {"问题": f"{len(texts)} 句轮着问；句句不同的一档取自 {len(everything)} 句，都改了几个字"}
    results: dict[str, PeerResult] = {}
    try:
        for name in [asked.only] if asked.only else ["ours", "stock"]:
            # Making one side ready is over before its server starts, and no server runs while the other is measured.
            peer = _ours(home) if name == "ours" else _stock(home, asked.keep_model, notes)
            results[name] = measure(peer, texts, everything, plan, home / "logs")
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(f"没有测成：{error}", file=sys.stderr)
        return 1
    page = as_markdown(machine, results, notes)
    report = json.dumps(as_json(machine, results, notes), ensure_ascii=False, indent=1, allow_nan=False)
    (home / "report.json").write_text(report + "\n", "utf-8")
    print(page)
    if asked.write:
        DOCS.write_text(page, "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="来沪通和原版 Rasa 比速度。")
    parser.add_argument("--quick", action="store_true", help="每一档只测几秒")
    parser.add_argument("--write", action="store_true", help="把表格写进 docs/reference/benchmarks.md")
    parser.add_argument("--only", choices=["ours", "stock"], help="只测一边，不比")
    parser.add_argument("--keep-model", action="store_true", help="例句改了也用上次训好的原版模型")
    return parser


def _ours(home: Path) -> Peer:
    subprocess.run([sys.executable, "-m", "scripts.prepare"], cwd=ROOT, check=True)
    (port,) = free_ports(1)
    return Ours(port, home / "ours", settings().var_dir)


def _stock(home: Path, keep_model: bool, notes: dict[str, Any]) -> Peer:
    model = stock_model(home / "stock", keep_model)
    notes["原版 Rasa 的模型"] = f"{model.sentences} 句，训练用了 {model.train_seconds:.0f} 秒（训好后留着用）"
    port, action_port = free_ports(2)
    return Stock(port, action_port, model.file, home / "stock")


def free_ports(number: int) -> list[int]:
    """So many different ports that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


if __name__ == "__main__":
    sys.exit(main())
