"""In: the address of a server. Out: somebody who writes to it, and what can be seen of it from outside."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx
from redis import Redis

from bot.operation.valkey_paths import socket_path

ANSWER_WITHIN_S = 9.0
"""CHAT_TIMEOUT_S and a second: longer than this nobody waits for an answer, whatever is broken."""


@dataclass(frozen=True)
class Said:
    """What came back."""

    text: str
    """All replies."""
    item: str | None
    """What the first one is about."""
    seconds: float
    """How long it took."""


class Person:
    """Somebody in one conversation.

    Args:
        url: of the server; may be changed in the middle of the conversation.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.conversation = uuid.uuid4().hex

    def say(self, text: str, url: str | None = None, within_s: float = ANSWER_WITHIN_S) -> Said:
        """Sends a message; there must be an answer, in time."""
        begun = time.monotonic()
        sent = {"conversation_id": self.conversation, "text": text}
        answer = httpx.post(f"{url or self.url}/api/v1/chat", json=sent, timeout=60, trust_env=False)
        took = time.monotonic() - begun
        assert answer.status_code == 200, answer.text
        replies = answer.json()["replies"]
        words = "\n".join(reply["text"] for reply in replies)
        assert words.strip(), "silence"
        assert took <= within_s, f"an answer after {took:.1f} s: {words}"
        return Said(words, replies[0]["item_id"], took)


def states(url: str) -> dict[str, str]:
    """The parts in /readyz with their states, ready or not."""
    parts: dict[str, str] = httpx.get(f"{url}/readyz", timeout=10, trust_env=False).json()["parts"]
    return parts


def wait_for(url: str, seconds: float, **wanted: str) -> float:
    """Seconds until these parts have these states.

    Raises:
        TimeoutError: they never had.
    """
    begun, seen = time.monotonic(), {}
    while time.monotonic() - begun < seconds:
        try:
            seen = states(url)
        except httpx.TransportError:
            seen = {}
        if wanted.items() <= seen.items():
            return time.monotonic() - begun
        time.sleep(0.1)
    raise TimeoutError(f"{seen}, not {wanted}")


def valkey(var: Path) -> Redis[bytes]:
    """A client of a folder's embedded server."""
    return Redis(unix_socket_path=str(socket_path(var.resolve() / "valkey")), socket_timeout=5)


def valkey_pid(var: Path) -> int:
    """The embedded server's process."""
    return int(valkey(var).info()["process_id"])


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
