"""Replicas without an engine: the real account, worker, inbox and Redis; what answers is told by the test."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from redis.asyncio import Redis

from bot.answers.fixed import say
from bot.channels.recogniser import Recogniser
from bot.channels.wechat import api, setup
from bot.channels.wechat.account import namer
from bot.channels.wechat.mailbox import Mailbox
from bot.dialogue.engine import Turned
from bot.messages import Answer, Block, Understood
from bot.operation.problems import install_problems
from bot.settings import Settings
from tests.channels.wechat.platform import APP_ID, SECRET, TOKEN, Platform


class Talk:
    """Answers "答：" and the text, as slowly as told; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.noted: list[str] = []
        self.forgotten: list[str] = []
        self.records: list[tuple[int, str]] = []
        self.called_back: list[str] = []
        self.slow_s: dict[str, float] = defaultdict(float)
        self.long = ""

    async def answer(
        self, conversation_id: str, text: str, channel: Any, as_of: Any = None, message_id: str | None = None
    ) -> Turned:
        self.asked.append((conversation_id, text))
        await asyncio.sleep(self.slow_s[text])
        if text.startswith("问候"):
            return Turned(Understood(text, text, "greet", 1), (say("greet"),))
        return Turned(Understood(text, text, "inform", 1), (Answer((Block("lead", (f"答：{text}{self.long}",)),)),))

    async def note(self, conversation_id: str, text: str, message_id: str) -> None:
        self.noted.append(text)

    async def forget(self, conversation_id: str) -> None:
        self.forgotten.append(conversation_id)

    async def record(self, conversation_id: str, code: int, reason: str, text: str) -> None:
        self.records.append((code, text))

    async def call_back(self, conversation_id: str) -> str:
        self.called_back.append(conversation_id)
        return "微信只让我再发这一条。"


class Replica:
    """One server process as far as WeChat can tell."""

    def __init__(self, talk: Talk, wechat: setup.WeChat, server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
        self.talk, self.wechat, self.server, self._serving = talk, wechat, server, serving
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    @property
    def mailbox(self) -> Mailbox:
        assert self.wechat.mailbox is not None
        return self.wechat.mailbox

    async def stop(self) -> None:
        self.server.should_exit = True
        await self._serving
        await self.wechat.stop()


Start = Callable[..., Awaitable[Replica]]


async def nearby(lat: float, lon: float) -> list[dict[str, Any]]:
    return [{"name": "莘庄镇社区事务受理服务中心", "walking_minutes": 5}]


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[Platform]:
    stand_in = await Platform().start()
    yield stand_in
    await stand_in.stop()


@pytest_asyncio.fixture
async def replica(platform: Platform, valkey: Redis, valkey_url: str) -> AsyncIterator[Start]:
    """Starts replicas that share Redis; the platform's balancer knows each."""
    started: list[Replica] = []

    async def start(
        talk: Talk | None = None,
        redis: bool = True,
        recogniser: Recogniser | None = None,
        encrypted_only: bool = False,
        **more: Any,
    ) -> Replica:
        talk = talk or Talk()
        chosen = Settings(
            wechat_token=TOKEN, wechat_app_id=APP_ID, wechat_app_secret=SECRET, wechat_api_base=platform.url, **more
        )
        own = Redis.from_url(valkey_url, socket_timeout=1.0) if redis else None
        wechat = setup.start(chosen, own, talk, nearby, recogniser)  # type: ignore[arg-type]
        app = FastAPI()
        install_problems(app)
        named = namer("secret")
        app.include_router(
            api.router(setup.seal_of(chosen), lambda: wechat.account, named, chosen.wechat_msgmenu, encrypted_only)
        )
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="none", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 (uvicorn tells by a flag only)
            await asyncio.sleep(0.01)
        started.append(Replica(talk, wechat, server, serving))
        platform.urls.append(started[-1].url)
        return started[-1]

    yield start
    for one in started:
        await one.stop()


async def until(seen: Callable[[], bool], seconds: float = 8.0) -> None:
    """Waits until something can be seen."""
    for _ in range(int(seconds / 0.02)):
        if seen():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")
