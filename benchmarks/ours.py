"""In: a conversation and a text. Out: what our server says to it, and how it is started."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from benchmarks.peers import FIRST_QUESTION, Peer, post_json
from benchmarks.processes import Command

ROOT = Path(__file__).resolve().parent.parent


class Ours(Peer):
    """Our server, started as `make run` starts it, with a run-time folder of its own.

    Args:
        port: a free port.
        home: the run-time folder; emptied, but for links to the encoder and the model of `var`.
        var: where `python -m scripts.prepare` has put encoder and model.
    """

    name = "ours"

    def __init__(self, port: int, home: Path, var: Path) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._port = port
        self._home = home
        self._turns: dict[str, int] = {}
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for made in ("encoder", "models", "cache"):
            (home / made).symlink_to(var / made)

    def commands(self) -> list[Command]:
        """The server; it starts its Valkey itself."""
        env = os.environ | {"PORT": str(self._port), "HOST": "127.0.0.1", "VAR_DIR": str(self._home)}
        # The embedded stores, whatever .env says; one BLAS thread as in the Makefile; a benchmark asks fast.
        env |= {"REDIS_URL": "", "DATABASE_URL": "", "OMP_NUM_THREADS": "1", "RATE_PER_MINUTE": "1000000"}
        return [Command("ours", (sys.executable, "server.py"), ROOT, env)]

    async def ask(self, http: ClientSession, conversation: str, text: str) -> str:
        """POST /api/v1/chat."""
        return "\n".join(reply["text"] for reply in await self._replies(http, conversation, text))

    async def answers(self, http: ClientSession) -> bool:
        """Whether the reply comes from an item: in its first seconds the server gives just the hotline's number."""
        return any(reply["item_id"] for reply in await self._replies(http, "start", FIRST_QUESTION))

    async def ready(self, http: ClientSession) -> bool:
        """GET /readyz."""
        async with http.get(f"{self._base}/readyz") as response:
            return response.status == 200

    async def give_history(self, http: ClientSession, conversation: str, turns: int, texts: list[str]) -> None:
        """Really asks so many questions."""
        for number in range(self._turns.get(conversation, 0), turns):
            await self.ask(http, conversation, texts[number % len(texts)])
        self._turns[conversation] = turns

    async def degraded(self, http: ClientSession) -> int:
        """From /metrics."""
        async with http.get(f"{self._base}/metrics") as response:
            return degraded_in(await response.text())

    async def _replies(self, http: ClientSession, conversation: str, text: str) -> list[dict[str, Any]]:
        body = {"conversation_id": conversation, "text": text, "channel": "web"}
        replies: list[dict[str, Any]] = (await post_json(http, f"{self._base}/api/v1/chat", body))["replies"]
        return replies


def degraded_in(metrics: str) -> int:
    """Sum of the counter of degraded answers in Prometheus' text format."""
    lines = (line for line in metrics.splitlines() if line.startswith("laihutong_degraded_answers_total"))
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in lines))
