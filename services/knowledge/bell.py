"""In: a Redis channel. Out: a call when another replica rings it; a lost ring is covered by polling."""

from __future__ import annotations

import threading
from collections.abc import Callable

import redis
import structlog

CHANNEL = "knowledge"
"""Pub/sub channel between replicas; the message has no content, it only says "look"."""
RECONNECT_S = 1.0
"""Wait before a lost Redis is tried again, seconds."""

_log = structlog.get_logger(__name__)


class Bell:
    """Listens in a thread of its own until stopped.

    Args:
        url: Redis URL ("redis://…", "unix://…").
        on_ring: called in that thread, also after each reconnect (a ring may have been missed).
    """

    def __init__(self, url: str, on_ring: Callable[[], None]) -> None:
        self._redis: redis.Redis[bytes] = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)
        self._on_ring = on_ring
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="knowledge-bell", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; returns within about a second."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3)
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()

    def ring(self) -> None:
        """Ring every listener. Without Redis nothing is lost: listeners poll too."""
        try:
            self._redis.publish(CHANNEL, b"")
        except redis.RedisError as error:
            _log.warning("knowledge.bell_unheard", error=repr(error))

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                self._hear()
            except redis.RedisError as error:
                _log.warning("knowledge.bell_lost", error=repr(error))
                self._stop.wait(RECONNECT_S)

    def _hear(self) -> None:
        with self._redis.pubsub() as channel:
            channel.subscribe(CHANNEL)
            while not self._stop.is_set():
                if channel.get_message(timeout=0.5):
                    self._on_ring()
