"""In: the commands of a server. Out: its running processes, and the CPU time and memory of their whole tree (Linux)."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
STOP_WAIT_S = 20


@dataclass(frozen=True)
class Command:
    """One program of a server."""

    name: str
    """Names its log file."""
    argv: tuple[str, ...]
    """Program and arguments."""
    cwd: Path
    """Working directory."""
    env: dict[str, str]
    """Its whole environment."""


@dataclass(frozen=True)
class Process:
    """One process at one moment."""

    pid: int
    """Process id."""
    name: str
    """The kernel's name of the program."""
    cpu_seconds: float
    """User and system time so far, with that of its ended children."""
    rss_mb: float
    """Resident memory, MB."""


class Servers:
    """Programs that run while the `with` block does; their logs go to `logs`."""

    def __init__(self, commands: Sequence[Command], logs: Path) -> None:
        self._commands = commands
        self._logs = logs
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Servers:
        self._logs.mkdir(parents=True, exist_ok=True)
        for command in self._commands:
            with (self._logs / f"{command.name}.log").open("wb") as log:
                # A group of its own, so that the end reaches children too and Ctrl-C reaches only us.
                self._running.append(
                    subprocess.Popen(
                        command.argv,
                        cwd=command.cwd,
                        env=command.env,
                        stdout=log,
                        stderr=log,
                        stdin=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for running in self._running:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGTERM)
        for running in self._running:
            try:
                running.wait(STOP_WAIT_S)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()

    def ended(self) -> str:
        """Name of a program that has ended by itself; empty while all run."""
        pairs = zip(self._commands, self._running, strict=True)
        return next((command.name for command, running in pairs if running.poll() is not None), "")

    def tree(self) -> list[Process]:
        """All processes of the server now: its programs and everything they have started."""
        return read_tree([running.pid for running in self._running])


def read_tree(roots: Sequence[int]) -> list[Process]:
    """The processes with these ids and all their living descendants, from /proc."""
    everyone: dict[int, Process] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent, process = parse_stat((entry / "stat").read_text("utf-8", "replace"))
            except (FileNotFoundError, ProcessLookupError):  # ended since the listing
                continue
            everyone[process.pid] = process
            children[parent].append(process.pid)
    found: list[int] = []
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid in everyone and pid not in found:
            found.append(pid)
            waiting += children[pid]
    return [everyone[pid] for pid in found]


def parse_stat(line: str) -> tuple[int, Process]:
    """Parent id and process from a line of /proc/<pid>/stat (see proc(5)); a name may hold spaces and brackets."""
    head, _, tail = line.rpartition(")")
    pid, _, name = head.partition(" (")
    fields = tail.split()
    ticks = sum(int(field) for field in fields[11:15])
    return int(fields[1]), Process(int(pid), name, ticks / TICKS, int(fields[21]) * PAGE / 1e6)


def machine_busy_seconds() -> float:
    """CPU seconds all processes of the machine have used since it started."""
    fields = Path("/proc/stat").read_text("utf-8").split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq = map(int, fields[:7])
    return (user + nice + system + irq + softirq) / TICKS
