"""In: nothing. Out: what a reader must know of the machine to judge the figures."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bot.clock import now


@dataclass(frozen=True)
class Machine:
    """The machine and the moment."""

    day: str
    """When, YYYY-MM-DD HH:MM."""
    cpu: str
    """Model of the processor."""
    cores: int
    """Cores this process may use."""
    memory_gb: float
    """Memory, GB."""
    system: str
    """Kernel and Python."""
    versions: str
    """The packages that matter."""
    load_before: float
    """Processes waiting for a core in the minute before; near 0 on an idle machine."""


def this_machine() -> Machine:
    """The machine now (Linux)."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    total = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text("utf-8"))
    return Machine(
        day=now().strftime("%Y-%m-%d %H:%M"),
        cpu=cpu[1] if cpu else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=int(total[1]) / 1e6 if total else 0.0,
        system=f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        versions=", ".join(f"{name} {version(name)}" for name in ("rasa", "tensorflow", "fastapi", "uvicorn")),
        load_before=os.getloadavg()[0],
    )
