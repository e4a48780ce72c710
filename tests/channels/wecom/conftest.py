"""Two replicas of WeCom's customer service beside a stand-in that keeps sessions, codes and message ids as it does."""

from __future__ import annotations

import asyncio
import base64
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web
from fastapi import FastAPI
from redis.asyncio import Redis

from bot.channels.wechat.account import namer
from bot.channels.wecom import api, setup
from bot.dialogue.engine import Turned
from bot.messages import Answer, Block, Understood
from bot.operation.problems import install_problems
from bot.settings import Settings
from services.handover.models import Case, Line
from services.handover.store import HandoverStore
from tests.channels.wechat.apart import encrypt, sha1_of
from tests.channels.wechat.conftest import Talk, nearby

KEY = base64.b64encode(b"\x05" * 32).decode()[:43]
CORP, TOKEN = "corp", "bell-token"
WHO = f"wk:{namer('secret')('wm1')}"


class Stand:
    """WeCom, as far as the documentation says."""

    def __init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.sent: dict[str, dict[str, Any]] = {}
        self.told: list[tuple[str, str]] = []
        """Lines in answer to events: code and words."""
        self.state = 1
        self.on_duty = {"zhang"}
        self.asked_state = 0
        self._codes: set[str] = set()
        self.refused = 0
        self.cursors: list[str] = []
        self.tokens: list[str] = []
        """Of bells, as they came with each fetch."""
        self.old_tokens: set[str] = set()
        self.answers: deque[int] = deque()
        """Error codes of the next messages."""

    def app(self) -> web.Application:
        made = web.Application()
        made.router.add_get("/cgi-bin/gettoken", self._token)
        made.router.add_post("/cgi-bin/kf/sync_msg", self._sync)
        made.router.add_post("/cgi-bin/kf/send_msg", self._send)
        made.router.add_post("/cgi-bin/kf/send_msg_on_event", self._on_event)
        made.router.add_get("/cgi-bin/media/get", self._media)
        made.router.add_post("/cgi-bin/kf/service_state/get", self._get_state)
        made.router.add_post("/cgi-bin/kf/service_state/trans", self._trans)
        return made

    def says(self, text: str, origin: int = 3, at: float | None = None) -> None:
        self.log.append({"msgid": f"m{len(self.log)}", "open_kfid": "kf1", "external_userid": "wm1",
                         "origin": origin, "send_time": int(at or time.time()), "msgtype": "text",
                         "text": {"content": text}})  # fmt: skip

    def event(self, at: float | None = None, **event: Any) -> None:
        body = {"open_kfid": "kf1", "external_userid": "wm1", **event}
        self._codes |= {event[name] for name in ("welcome_code", "msg_code") if name in event}
        self.state = {1: 3, 2: 3, 3: 4, 4: 3}.get(event.get("change_type", 0), self.state)
        self.log.append({"msgid": f"m{len(self.log)}", "origin": 4, "msgtype": "event", "event": body,
                         "send_time": int(at or time.time())})  # fmt: skip

    async def _token(self, request: web.Request) -> web.Response:
        right = (request.query["corpid"], request.query["corpsecret"]) == (CORP, "s")
        return web.json_response(
            {"errcode": 0, "access_token": "t", "expires_in": 7200} if right else {"errcode": 40001}
        )

    async def _sync(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.tokens.append(asked.get("token", ""))
        if self.tokens[-1] in self.old_tokens:
            return web.json_response({"errcode": 95007})
        self.cursors.append(asked.get("cursor", ""))
        start = int(asked.get("cursor") or 0)
        page = self.log[start : start + 2]
        more = int(start + 2 < len(self.log))
        return web.json_response(
            {"errcode": 0, "next_cursor": str(start + len(page)), "has_more": more, "msg_list": page}
        )

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert request.query["access_token"] == "t"
        assert len(body["msgid"]) <= 32
        if body["msgid"] in self.sent:
            self.refused += 1
            return web.json_response({"errcode": 95099})
        if self.answers:
            return web.json_response({"errcode": self.answers.popleft()})
        if self.state not in (0, 1):
            return web.json_response({"errcode": 95018})
        if "msgmenu" in body:
            menu = body["msgmenu"]
            assert len(menu["head_content"].encode()) <= 1_024
            assert len(menu["list"]) <= 10
            assert all(1 <= len(entry["click"]["content"].encode()) <= 128 for entry in menu["list"])
        assert len(body.get("text", {}).get("content", "").encode()) <= 2_048
        self.sent[body["msgid"]] = body
        return web.json_response({"errcode": 0})

    async def _on_event(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["code"] not in self._codes:
            return web.json_response({"errcode": 95007})
        self._codes.remove(body["code"])
        self.told.append((body["code"], body["text"]["content"]))
        return web.json_response({"errcode": 0})

    async def _media(self, request: web.Request) -> web.Response:
        assert request.query == {"access_token": "t", "media_id": "voice-1"}
        return web.Response(body=b"#!AMR voice", content_type="audio/amr")

    async def _get_state(self, request: web.Request) -> web.Response:
        self.asked_state += 1
        asked = await request.json()
        assert asked == {"open_kfid": "kf1", "external_userid": "wm1"}
        return web.json_response({"errcode": 0, "service_state": self.state, "servicer_userid": ""})

    async def _trans(self, request: web.Request) -> web.Response:
        asked = await request.json()
        to = asked["service_state"]
        if self.state == 4 or (to == 3 and asked["servicer_userid"] not in self.on_duty):
            return web.json_response({"errcode": 95014 if self.state != 4 else 95016})
        self.state = to
        self._codes.add("trans")
        return web.json_response({"errcode": 0, "msg_code": "trans"})

    @property
    def texts(self) -> list[str]:
        return [body["text"]["content"] for body in self.sent.values()]


class Ears:
    """A recogniser that hears one sentence, when it is given the right recording."""

    hears = True

    async def text(self, audio: bytes, encoding: str) -> str:
        assert (audio, encoding) == (b"#!AMR voice", "amr")
        return "居住证怎么办"


class Office(Talk):
    """A desk with real cases; "人工" asks for somebody."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.store = HandoverStore(url)
        self.store.migrate()

    async def answer(
        self, conversation_id: str, text: str, channel: Any, as_of: Any = None, message_id: str | None = None
    ) -> Turned:
        turned = await super().answer(conversation_id, text, channel, as_of, message_id)
        if text != "人工":
            return turned
        await self.open_case(conversation_id, channel, "asked")
        return Turned(Understood(text, text, "request_human", 1), (Answer((Block("lead", ("已转给工作人员",)),)),))

    async def open_case(self, conversation_id: str, channel: Any, reason: Any) -> tuple[Case, bool]:
        return await asyncio.to_thread(self.store.open, conversation_id, channel, reason)

    def lines(self) -> list[Line]:
        """Of the person's open case."""
        case = self.store.current(WHO)
        return self.store.history(case.id) if case else []


class House:
    """Two replicas and the stand-in."""

    def __init__(
        self, stand: Stand, talk: Office, replicas: list[setup.WeCom], clients: list[httpx.AsyncClient]
    ) -> None:
        self.stand, self.talk, self.replicas, self.clients = stand, talk, replicas, clients

    async def ring(self, client: int = 0, signature: str = "") -> int:
        plain = "<xml><Event>kf_msg_or_event</Event><Token>bell</Token><OpenKfId>kf1</OpenKfId></xml>"
        at, sealed = str(int(time.time())), encrypt(KEY, plain, CORP)
        asked = {"timestamp": at, "nonce": "n", "msg_signature": signature or sha1_of(TOKEN, at, "n", sealed)}
        body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
        return (await self.clients[client].post("/wecom", params=asked, content=body)).status_code


@pytest_asyncio.fixture
async def house(valkey: Redis, valkey_url: str, sqlite_url: str, servicer: str) -> AsyncIterator[House]:
    """Two replicas."""
    stand, talk = Stand(), Office(sqlite_url)
    runner = web.AppRunner(stand.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    chosen = Settings(wecom_corp_id=CORP, wecom_secret="s", wecom_token=TOKEN, wecom_encoding_aes_key=KEY,
                      wecom_api_base=f"http://127.0.0.1:{runner.addresses[0][1]}", wecom_servicer=servicer)  # fmt: skip
    replicas, clients = [], []
    for _ in range(2):
        own = Redis.from_url(valkey_url, socket_timeout=1.0)
        made = setup.start(chosen, own, talk, nearby, namer("secret"), lambda: talk.store, Ears())  # type: ignore[arg-type]
        app = FastAPI()
        install_problems(app)
        app.include_router(api.router(setup.seal_of(chosen), lambda made=made: made.sync))  # type: ignore[misc]
        replicas.append(made)
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://kf"))
    yield House(stand, talk, replicas, clients)
    for made in replicas:
        await made.stop()
    await runner.cleanup()


@pytest.fixture
def servicer() -> str:
    """Who gets people that ask for somebody; staff at our own console unless a test says otherwise."""
    return ""
