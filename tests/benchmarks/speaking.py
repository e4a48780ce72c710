"""In: nothing. Out: a small real HTTP server in the test's own loop that speaks like the servers under test."""

from __future__ import annotations

from collections import Counter

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from benchmarks.peers import FIRST_QUESTION, Peer, post_json
from benchmarks.processes import Command


class Speaking(Peer):
    """Echoes; "空" is answered with nothing, "错" with an error status."""

    name = "speaking"

    def __init__(self) -> None:
        app = web.Application()
        app.router.add_post("/", self._answer)
        self.server = TestServer(app)
        self.turns: Counter[str] = Counter()
        self.texts: list[str] = []

    def commands(self) -> list[Command]:
        """None: it runs in the test."""
        return []

    async def ask(self, http: ClientSession, conversation: str, text: str) -> str:
        """One message."""
        answer = await post_json(http, str(self.server.make_url("/")), {"from": conversation, "text": text})
        return str(answer["text"])

    async def answers(self, http: ClientSession) -> bool:
        """Whether it answers."""
        return bool(await self.ask(http, "start", FIRST_QUESTION))

    async def ready(self, http: ClientSession) -> bool:
        """Always."""
        return True

    async def give_history(self, http: ClientSession, conversation: str, turns: int, texts: list[str]) -> None:
        """Asks up to that number of turns."""
        for number in range(self.turns[conversation], turns):
            await self.ask(http, conversation, texts[number % len(texts)])

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.turns[body["from"]] += 1
        self.texts.append(body["text"])
        if body["text"] == "错":
            return web.Response(status=500)
        return web.json_response({"text": "" if body["text"] == "空" else f"听到{body['text']}"})
