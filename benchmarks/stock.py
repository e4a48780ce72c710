"""In: a conversation and a text. Out: what stock Rasa says to it, and how it is started."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from benchmarks.peers import FIRST_QUESTION, Peer, Refused, post_json
from benchmarks.processes import Command
from benchmarks.stock_model import STOCK, stock_environment


class Stock(Peer):
    """Stock Rasa with its REST channel, and its custom actions in a server of their own.

    Args:
        port, action_port: free ports.
        model: the trained model.
        home: folder for the endpoint file.
    """

    name = "stock"

    def __init__(self, port: int, action_port: int, model: Path, home: Path) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._ports = port, action_port
        self._model = model
        self._endpoints = home / "endpoints.yml"
        self._turn: dict[str, list[dict[str, Any]]] = {}
        self._endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{action_port}/webhook\n", "utf-8")

    def commands(self) -> list[Command]:
        """`rasa run actions` and `rasa run`."""
        env = stock_environment()
        port, action_port = map(str, self._ports)
        rasa = (sys.executable, "-m", "rasa", "run")
        actions = ("actions", "--actions", "actions", "--port", action_port)
        files = ("--endpoints", str(self._endpoints), "--credentials", str(STOCK / "credentials.yml"))
        serve = ("--enable-api", "--model", str(self._model), "--port", port, "--interface", "127.0.0.1", *files)
        return [Command("stock_actions", rasa + actions, STOCK, env), Command("stock", rasa + serve, STOCK, env)]

    async def ask(self, http: ClientSession, conversation: str, text: str) -> str:
        """POST /webhooks/rest/webhook."""
        body = {"sender": conversation, "message": text}
        answer = await post_json(http, f"{self._base}/webhooks/rest/webhook", body)
        return "\n".join(reply.get("text", "") for reply in answer)

    async def answers(self, http: ClientSession) -> bool:
        """Any words will do: its model is loaded and its action server reached."""
        return bool(await self.ask(http, "start", FIRST_QUESTION))

    async def ready(self, http: ClientSession) -> bool:
        """It loads everything before its first answer."""
        return await self.answers(http)

    async def give_history(self, http: ClientSession, conversation: str, turns: int, texts: list[str]) -> None:
        """Asks ten questions, then writes their events as often as needed: asking a thousand takes too long."""
        url = f"{self._base}/conversations/{conversation}/tracker"
        if conversation not in self._turn:
            for text in texts[:10]:
                await self.ask(http, conversation, text)
            async with http.get(url, params={"include_events": "ALL"}) as response:
                self._turn[conversation] = (await response.json())["events"]
        if turns > 10:
            events = self._turn[conversation]
            begin = next(place for place, event in enumerate(events) if event["event"] == "user")
            async with http.put(f"{url}/events", json=events + events[begin:] * (turns // 10 - 1)) as response:
                if response.status != 200:
                    raise Refused(f"http {response.status}")
