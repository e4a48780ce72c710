"""In: commands. Out: running trees with CPU and memory, and nothing left behind."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.processes import Command, Servers, machine_busy_seconds, parse_stat, read_tree

CHILD = "import time; print(1, flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


def test_stat_line_with_a_wicked_name() -> None:
    tail = "S 7 " + " ".join(["0"] * 9) + " 100 50 10 5 " + " ".join(["0"] * 6) + " 25 0"
    parent, process = parse_stat(f"42 (a) b (c)) {tail}")
    assert (parent, process.pid, process.name) == (7, 42, "a) b (c)")
    assert process.cpu_seconds == 165 / os.sysconf("SC_CLK_TCK")
    assert process.rss_mb == pytest.approx(25 * os.sysconf("SC_PAGE_SIZE") / 1e6)


def test_the_tree_holds_children_and_ends_with_the_block(tmp_path: Path) -> None:
    command = Command("parent", (sys.executable, "-c", PARENT), tmp_path, dict(os.environ))
    with Servers([command], tmp_path) as servers:
        while not (tmp_path / "parent.log").read_text():
            time.sleep(0.02)
        tree = servers.tree()
        assert len(tree) == 2
        assert all(process.rss_mb > 1 for process in tree)
        assert servers.ended() == ""
    assert read_tree([tree[0].pid]) == []


def test_a_program_that_ends_by_itself_is_named(tmp_path: Path) -> None:
    command = Command("short", (sys.executable, "-c", "raise SystemExit(3)"), tmp_path, dict(os.environ))
    with Servers([command], tmp_path) as servers:
        while not servers.ended():
            time.sleep(0.02)
        assert servers.ended() == "short"


def test_an_error_in_the_block_still_stops_the_programs(tmp_path: Path) -> None:
    command = Command("sleeper", (sys.executable, "-c", "import time; time.sleep(60)"), tmp_path, dict(os.environ))
    pids: list[int] = []

    def fails() -> None:
        with Servers([command], tmp_path) as servers:
            pids.extend(process.pid for process in servers.tree())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert pids
    assert read_tree(pids) == []


def test_the_machine_is_at_least_as_busy_as_this_process() -> None:
    before = machine_busy_seconds()
    sum(n * n for n in range(3_000_000))
    assert machine_busy_seconds() > before
