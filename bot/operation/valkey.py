"""In: the folder for run-time data. Out: the URL of a private Valkey (Redis) server on a unix socket, kept alive.

Who may do what is decided by three file locks, which the kernel lets go when a process dies:

    start.lock   held while somebody starts or stops the server
    server.lock  held by the server itself (an inherited descriptor) for as long as it lives
    users.lock   shared by every process that uses the server; the last one to leave stops it

A server whose only user was killed stays, and the next user joins it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import structlog

from bot.errors import SetupError
from bot.operation.valkey_paths import server_binary, socket_path

START_TIMEOUT_S = 10.0
"""Longest wait for the first answer; a large log of old data takes a moment to load."""
WATCH_EVERY_S = 0.25
RETRY_AFTER_S = 2.0

log = structlog.get_logger("valkey")


class EmbeddedRedis:
    """The private server of one var/ folder, shared by all processes that use the folder.

    Args:
        var_dir: the folder for run-time data; the server's files go to its "valkey" folder.
    """

    def __init__(self, var_dir: Path) -> None:
        self.home = var_dir.resolve() / "valkey"
        self.socket = socket_path(self.home)
        self._using: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._leaving = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where clients connect: "unix:///…"."""
        return f"unix://{quote(str(self.socket))}"

    async def start(self) -> str:
        """Start the server or join the running one, and watch over it.

        Returns:
            The URL.

        Raises:
            SetupError: no server program, or it does not start; the sentence names the log.
        """
        await asyncio.to_thread(self.start_now)
        return self.url

    async def stop(self) -> None:
        """Leave; the last process to leave stops the server, with all data on disk."""
        await asyncio.to_thread(self.stop_now)

    def start_now(self) -> None:
        """As start, for callers without an event loop."""
        if self._using:
            return
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._using = (self.home / "users.lock").open("a")
        try:
            # Joining under the lock of starters and stoppers: nobody stops the server in between.
            with self._exclusive("start.lock"):
                fcntl.flock(self._using, fcntl.LOCK_SH)
                self._ensure_running()
        except BaseException:
            self._using.close()
            self._using = None
            raise
        self._leaving.clear()
        self._watcher = threading.Thread(target=self._watch, name="valkey-watcher", daemon=True)
        self._watcher.start()

    def stop_now(self) -> None:
        """As stop, for callers without an event loop."""
        if not self._using:
            return
        self._leaving.set()
        if self._watcher:
            self._watcher.join()
        with self._exclusive("start.lock"):
            if _lock(self._using, fcntl.LOCK_EX):
                self._shut_down()
            self._using.close()
        self._using = None

    def _ensure_running(self) -> None:
        """Start the server unless it lives. Call under start.lock.

        The server's own lock decides, not a connection: two servers on one set of files would destroy them.
        """
        with (self.home / "server.lock").open("a") as own:
            if _lock(own, fcntl.LOCK_EX):
                # A socket without a server would let clients wait for nothing.
                self.socket.unlink(missing_ok=True)
                with (self.home / "valkey.log").open("ab") as output:
                    self._process = subprocess.Popen(
                        self._command(),
                        cwd=self.home,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        pass_fds=(own.fileno(),),
                        # Ctrl-C reaches the assistant only; it stops the server after its last write.
                        start_new_session=True,
                    )
        self._wait_until_ready()

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "loglevel": "notice",
        }
        return [server_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.answers():
                return
            if self._process and self._process.poll() is not None:
                break
            time.sleep(0.01)
        raise SetupError(f"自带的 Valkey（Redis）没有启动，原因见 {self.home / 'valkey.log'}。")

    def answers(self) -> bool:
        """Whether the server answers a PING now; False while it still loads its data."""
        return self._ask(b"PING").startswith(b"+PONG")

    def _ask(self, command: bytes) -> bytes:
        """One command, one short answer; empty when nobody answers within a second."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1.0)
            try:
                connection.connect(str(self.socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(64)
            except OSError:
                return b""

    def _watch(self) -> None:
        """Bring the server back whenever it has died, until this process leaves."""
        while not self._leaving.wait(WATCH_EVERY_S):
            if self._process:
                self._process.poll()  # a dead child keeps its place in the process table until asked
            if self.answers():
                continue
            try:
                with self._exclusive("start.lock"):
                    if not self.answers():
                        self._ensure_running()
                        log.warning("valkey_restarted")
            except (SetupError, OSError) as error:
                log.error("valkey_down", reason=str(error))
                self._leaving.wait(RETRY_AFTER_S)

    def _shut_down(self) -> None:
        """Stop the server and wait until it has let its files go. Call under start.lock, as the last user."""
        self._ask(b"SHUTDOWN")
        with (self.home / "server.lock").open("a") as own:
            deadline = time.monotonic() + START_TIMEOUT_S
            while not _lock(own, fcntl.LOCK_EX) and time.monotonic() < deadline:
                time.sleep(0.01)
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)
            self._process = None

    @contextlib.contextmanager
    def _exclusive(self, name: str) -> Iterator[None]:
        with (self.home / name).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _lock(file: IO[str], kind: int) -> bool:
    """Take a lock without waiting; False when somebody else holds it."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
