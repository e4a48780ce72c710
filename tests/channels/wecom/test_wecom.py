"""WeCom's customer service against a stand-in: a bell, pages with a cursor, messages sent once, sessions of people."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web
from fastapi import FastAPI
from redis.asyncio import Redis

from bot.channels.wechat.account import namer
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.render import Outgoing
from bot.channels.wecom import api, setup
from bot.operation.problems import install_problems
from bot.settings import Settings
from tests.channels.wechat.apart import encrypt, sha1_of
from tests.channels.wechat.conftest import Talk, nearby, until

KEY = base64.b64encode(b"\x05" * 32).decode()[:43]
CORP, TOKEN = "corp", "bell-token"
WHO = f"wk:{namer('secret')('wm1')}"


class Stand:
    """WeCom, as far as the documentation says."""

    def __init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.sent: dict[str, dict[str, Any]] = {}
        self.welcomed: list[str] = []
        self.refused = 0
        self.cursors: list[str] = []

    def app(self) -> web.Application:
        made = web.Application()
        made.router.add_get("/cgi-bin/gettoken", self._token)
        made.router.add_post("/cgi-bin/kf/sync_msg", self._sync)
        made.router.add_post("/cgi-bin/kf/send_msg", self._send)
        made.router.add_post("/cgi-bin/kf/send_msg_on_event", self._welcome)
        return made

    def says(self, text: str, origin: int = 3, at: float | None = None) -> None:
        self.log.append({"msgid": f"m{len(self.log)}", "open_kfid": "kf1", "external_userid": "wm1",
                         "origin": origin, "send_time": int(at or time.time()), "msgtype": "text",
                         "text": {"content": text}})  # fmt: skip

    def event(self, **event: Any) -> None:
        body = {"open_kfid": "kf1", "external_userid": "wm1", **event}
        self.log.append({"msgid": f"m{len(self.log)}", "origin": 4, "msgtype": "event", "event": body})

    async def _token(self, request: web.Request) -> web.Response:
        right = (request.query["corpid"], request.query["corpsecret"]) == (CORP, "s")
        return web.json_response(
            {"errcode": 0, "access_token": "t", "expires_in": 7200} if right else {"errcode": 40001}
        )

    async def _sync(self, request: web.Request) -> web.Response:
        asked = await request.json()
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
        self.sent[body["msgid"]] = body
        return web.json_response({"errcode": 0})

    async def _welcome(self, request: web.Request) -> web.Response:
        self.welcomed.append((await request.json())["code"])
        return web.json_response({"errcode": 0})

    @property
    def texts(self) -> list[str]:
        return [body["text"]["content"] for body in self.sent.values()]


class House:
    """Two replicas and the stand-in."""

    def __init__(self, stand: Stand, talk: Talk, replicas: list[setup.WeCom], clients: list[httpx.AsyncClient]) -> None:
        self.stand, self.talk, self.replicas, self.clients = stand, talk, replicas, clients

    async def ring(self, client: int = 0, signature: str = "") -> int:
        plain = "<xml><Event>kf_msg_or_event</Event><Token>bell</Token><OpenKfId>kf1</OpenKfId></xml>"
        at, sealed = str(int(time.time())), encrypt(KEY, plain, CORP)
        asked = {"timestamp": at, "nonce": "n", "msg_signature": signature or sha1_of(TOKEN, at, "n", sealed)}
        body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
        return (await self.clients[client].post("/wecom", params=asked, content=body)).status_code


@pytest_asyncio.fixture
async def house(valkey: Redis, valkey_url: str) -> AsyncIterator[House]:
    stand, talk = Stand(), Talk()
    runner = web.AppRunner(stand.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    chosen = Settings(wecom_corp_id=CORP, wecom_secret="s", wecom_token=TOKEN, wecom_encoding_aes_key=KEY,
                      wecom_api_base=f"http://127.0.0.1:{runner.addresses[0][1]}")  # fmt: skip
    replicas, clients = [], []
    for _ in range(2):
        own = Redis.from_url(valkey_url, socket_timeout=1.0)
        made = setup.start(chosen, own, talk, nearby, namer("secret"))  # type: ignore[arg-type]
        app = FastAPI()
        install_problems(app)
        app.include_router(api.router(setup.seal_of(chosen), lambda made=made: made.sync))  # type: ignore[misc]
        replicas.append(made)
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://kf"))
    yield House(stand, talk, replicas, clients)
    for made in replicas:
        await made.stop()
    await runner.cleanup()


async def test_bells_at_both_replicas_are_answered_once_and_in_order(house: House) -> None:
    said = [f"第{n}句" for n in range(5)]
    for text in said:
        house.stand.says(text)
    assert await asyncio.gather(*(house.ring(n % 2) for n in range(4))) == [200] * 4
    await until(lambda: len(house.stand.sent) == 5)
    await asyncio.sleep(1.2)
    assert house.stand.texts[:4] == [f"答：{text}" for text in said[:4]]
    assert house.stand.texts[4].startswith("答：第4句")
    assert [text for _, text in house.talk.asked] == said
    assert house.stand.refused == 0


async def test_the_cursor_is_kept(house: House, valkey: Redis) -> None:
    house.stand.says("一", at=time.time() - 3_600)  # without a cursor: WeCom begins three days back
    house.stand.says("二")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 1)
    assert house.stand.texts == ["答：二"]
    house.stand.says("三", at=time.time() - 3_600)  # with one: it waited while we were away
    await house.ring()
    await until(lambda: len(house.stand.sent) == 2)
    assert house.stand.cursors[-1] == "2"


async def test_what_a_dead_process_had_been_told_of_is_fetched(house: House, valkey: Redis) -> None:
    house.stand.says("在吗")
    await valkey.hincrby("wk:bells", "kf1", 1)  # it noted the bell, and died
    await until(lambda: house.stand.texts == ["答：在吗"])


async def test_sessions(house: House) -> None:
    house.stand.event(event_type="enter_session", welcome_code="w1")
    house.stand.event(event_type="session_status_change", change_type=1)
    house.stand.says("给人的话")
    house.stand.says("员工说的", origin=5)
    house.stand.event(event_type="session_status_change", change_type=3)
    house.stand.says("给机器的话")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 1)
    await asyncio.sleep(0.5)
    assert house.stand.welcomed == ["w1"]
    assert house.stand.texts == ["答：给机器的话"]


async def test_a_message_that_is_sent_again_reaches_nobody_twice(house: House) -> None:
    house.stand.says("在吗")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 1)
    sender = house.replicas[0].sender
    for _ in range(2):
        await sender.send(WHO, ("wm1", "kf1"), Outgoing("工作人员：在的"), "line-7")
    assert house.stand.texts == ["答：在吗", "工作人员：在的"]
    assert house.stand.refused == 1
    assert await house.replicas[1].deliver(WHO, "工作人员：再见", "line-8")
    assert house.stand.texts[-1] == "工作人员：再见"


async def test_bad_bells(house: House, valkey: Redis) -> None:
    assert await house.ring(signature="wrong") == 403
    refused = await house.clients[0].post("/wecom", content="no xml")
    assert refused.status_code == 422
    at, sealed = str(int(time.time())), encrypt(KEY, "echo", CORP)
    asked = {"timestamp": at, "nonce": "n", "msg_signature": sha1_of(TOKEN, at, "n", sealed), "echostr": sealed}
    assert (await house.clients[0].get("/wecom", params=asked)).text == "echo"
    assert (await house.clients[0].get("/wecom", params={**asked, "echostr": "eA=="})).status_code == 403
    assert await valkey.exists("wk:bells") == 0


@pytest.mark.parametrize("entry", [{}, {"msgtype": "text"}, {"msgtype": "event"}, {"msgtype": "event", "event": {}}, 7])
async def test_entries_nobody_can_read_stop_nothing(house: House, entry: Any) -> None:
    house.stand.log.append(entry)
    house.stand.says("在吗")
    await house.ring()
    await until(lambda: house.stand.texts == ["答：在吗"])


def test_its_stream_is_its_own(valkey_url: str) -> None:
    assert Inbox(Redis.from_url(valkey_url), "p", 1, "wk:in")._stream == "wk:in"
