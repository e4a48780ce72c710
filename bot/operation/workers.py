"""In: how many processes, and what each does. Out: that many, kept alive until Ctrl-C or SIGTERM.

uvicorn's own workers share one listening socket: whichever wakes first takes every waiting connection, and the other
core stays idle. Here each process listens on a socket of its own and the kernel spreads connections over them. A
process that starts while another serves takes connections only when its engine is up: nobody in the middle of a
conversation then meets one that still answers by retrieval alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

import structlog

log = structlog.get_logger(__name__)

_PAUSE_S = 1.0
"""Wait before a process that died is replaced, so that one that cannot start does not eat a core."""
_GRACE_S = 10.0
"""Time for the messages in hand when everything ends."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that shares its port with other processes of ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    own = socket.socket(family, socket.SOCK_STREAM)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own.bind((host, port))
    return own


Work = Callable[[bool, Event], None]
"""What a process does, given whether another one serves already; it sets the event when it serves itself."""


@dataclass(frozen=True)
class _Worker:
    process: BaseProcess
    serving: Event

    def serves(self) -> bool:
        return self.serving.is_set() and self.process.is_alive()


def supervise(count: int, work: Work) -> None:
    """Runs `work` in `count` processes; replaces what dies; returns when told to end and all have ended.

    Args:
        work: a function of a module, so that a fresh process can import it.
    """
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    fresh = multiprocessing.get_context("spawn")
    crew = [_begun(fresh, work, beside=place > 0) for place in range(count)]
    while not ending.wait(_PAUSE_S):
        for place, worker in enumerate(crew):
            if not worker.process.is_alive():
                log.error("worker_died", exitcode=worker.process.exitcode)
                crew[place] = _begun(fresh, work, beside=any(other.serves() for other in crew))
    _end([worker.process for worker in crew])


def end_with_supervisor() -> None:
    """Ends this worker when its supervisor is gone, however it went: nobody would be left to stop it."""
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return

    def watch() -> None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="supervisor-watcher", daemon=True).start()


def _begun(fresh: multiprocessing.context.SpawnContext, work: Work, beside: bool) -> _Worker:
    serving = fresh.Event()
    process = fresh.Process(target=work, args=(beside, serving), daemon=True)
    process.start()
    return _Worker(process, serving)


def _end(crew: list[BaseProcess]) -> None:
    for process in crew:
        process.terminate()
    until = time.monotonic() + _GRACE_S
    for process in crew:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
