"""A server as a user starts it, in a process of its own, with its own folder for run-time data."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.settings import ROOT, settings

MADE_ONCE = ("models", "encoder", "cache")
"""Parts of var/ that set-up makes; a test server reads them and writes everything else in its own folder."""


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_var(folder: Path) -> Path:
    """A var folder that shares what set-up made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in MADE_ONCE:
        if (settings().var_dir / name).exists() and not (folder / name).exists():
            (folder / name).symlink_to(settings().var_dir / name)
    return folder


class Server:
    """A running server.

    Args:
        var: its folder for run-time data.
        before: command that the server's own is given to.
        env: settings besides PORT and VAR_DIR.
    """

    def __init__(self, var: Path, before: tuple[str, ...] = (), **env: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = var / "server.log"
        settings_of_it = {"PORT": str(self.port), "VAR_DIR": str(var), "WORKERS": "1", "OMP_NUM_THREADS": "1", **env}
        self.process = subprocess.Popen(
            [*before, sys.executable, str(ROOT / "server.py")],
            cwd=ROOT,
            env={**os.environ, **settings_of_it},
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
        )

    def wait(self, path: str, seconds: float) -> float:
        """Seconds until the path answers 200.

        Raises:
            TimeoutError: it did not; the log's end is in the message.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(self.url + path, timeout=2).status_code == 200:
                    return time.monotonic() - begun
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"{path} did not answer: {self.log.read_text('utf-8')[-3000:]}")

    def stop(self, seconds: float = 15) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(2)
        return self.process.wait(seconds)


Start = Callable[..., Server]


@contextmanager
def running(var: Path, before: tuple[str, ...] = (), **env: str) -> Iterator[Server]:
    """A server, ended whatever happens."""
    server = Server(own_var(var), before, **env)
    try:
        yield server
    finally:
        try:
            if server.process.poll() is None:
                server.stop()  # a killed server leaves its Redis behind
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait(10)
