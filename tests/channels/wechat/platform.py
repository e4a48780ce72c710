"""A stand-in for WeChat: pushes as it does (5 s, three times), keeps its quotas, tokens and error codes, can be ill."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import aiohttp
from aiohttp import web

from tests.channels.wechat.apart import decrypt, encrypt, sha1_of

TOKEN, APP_ID, SECRET, ACCOUNT = "token-of-tests", "wxapp", "secret-of-tests", "gh_tests"
PUSH_S, PUSHES = 5.0, 3
NUMBERS = itertools.count(int(time.time() * 1_000))


@dataclass
class Person:
    """What WeChat knows of one follower."""

    left: int = 0
    until: float = 0.0
    tap_left: int = 0
    tap_until: float = 0.0


@dataclass
class Got:
    """What became of one message, as its writer sees it."""

    openid: str
    said: str
    replies: list[str] = field(default_factory=list)
    pushes: int = 0
    seconds: float = 0.0
    broken: bool = False
    """The person was shown that the account is out of order."""


class Platform:
    """The stand-in.

    Args:
        urls: the servers behind the account's address, as a balancer would choose them.
        key: EncodingAESKey; empty: plain mode.
        port: where its API is; 0: anywhere.
    """

    def __init__(self, urls: Sequence[str] = (), key: str = "", port: int = 0) -> None:
        self._port = port
        self.urls, self.key, self.compatible = list(urls), key, False
        self.people: dict[str, Person] = defaultdict(Person)
        self.timed: list[tuple[str, float, dict[str, Any]]] = []
        """Customer messages: to whom, when, what."""
        self.calls: Counter[str] = Counter()
        self.answers: deque[int] = deque()
        """Error codes of the next customer messages; 0 lets one through."""
        self.typed: list[int] = []
        """Codes that calls of the typing state got."""
        self.menu: dict[str, Any] = {}
        """In force."""
        self.down = False
        self.slow_s = 0.0
        self.wrong_secret = 40125
        self.media = b"#!AMR voice"
        self._tokens: dict[str, float] = {}
        self._typing_until: dict[str, float] = {}
        self.heard_of: dict[str, float] = {}
        self._turn = itertools.count()
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.url = ""

    async def start(self) -> Platform:
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._stable_token)
        app.router.add_post("/cgi-bin/message/custom/send", self._guarded(self._send))
        app.router.add_post("/cgi-bin/message/custom/typing", self._guarded(self._typing))
        app.router.add_post("/cgi-bin/menu/create", self._guarded(self._menu))
        app.router.add_get("/cgi-bin/media/get", self._get_media)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def stop(self) -> None:
        assert self._session is not None
        assert self._runner is not None
        await self._session.close()
        await self._runner.cleanup()

    # What people do

    async def say(self, openid: str, text: str, **more: str) -> Got:
        """A text message, pushed until it is answered."""
        return await self.push(openid, text, MsgType="text", Content=text, MsgId=str(next(NUMBERS)), **more)

    async def event(self, openid: str, event: str, key: str = "") -> Got:
        return await self.push(openid, key, MsgType="event", Event=event, EventKey=key)

    async def push(self, openid: str, said: str, **values: str) -> Got:
        """One push after another, as the protocol says; a broken connection is pushed again at once, elsewhere."""
        self._allow(openid, values)
        xml, got = self._xml(openid, values), Got(openid, said)
        begun = time.monotonic()
        for _ in range(PUSHES):
            got.pushes += 1
            pushed = time.monotonic()
            status, body = await self.once(xml)
            if status == 200:
                got.seconds = time.monotonic() - begun
                reply = self.read(body)
                got.replies += [reply] if reply else []
                return got
            if time.monotonic() - pushed < 1:
                await asyncio.sleep(0.05)
        got.broken, got.seconds = True, time.monotonic() - begun
        return got

    async def once(self, xml: str, url: str = "", **asked: str) -> tuple[int, str]:
        """One push; status 0: no answer inside five seconds, or the connection broke."""
        assert self._session is not None
        at, nonce = str(int(time.time())), uuid.uuid4().hex[:10]
        query = {"timestamp": at, "nonce": nonce, "signature": sha1_of(TOKEN, at, nonce)}
        if self.key:
            sealed = encrypt(self.key, xml, APP_ID)
            query |= {"encrypt_type": "aes", "msg_signature": sha1_of(TOKEN, at, nonce, sealed)}
            envelope = f"<ToUserName>{ACCOUNT}</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
            xml = xml.removesuffix("</xml>") + envelope if self.compatible else f"<xml>{envelope}"
        place = next(self._turn)
        urls = [url] if url else [self.urls[(place + n) % len(self.urls)] for n in range(len(self.urls))]
        timeout = aiohttp.ClientTimeout(total=PUSH_S)
        for url in urls:
            try:
                async with self._session.post(
                    f"{url}/wechat", params=query | asked, data=xml.encode(), timeout=timeout
                ) as answer:
                    return answer.status, await answer.text()
            except aiohttp.ClientConnectorError:
                continue  # nobody listens there: a balancer takes the next one
            except (aiohttp.ClientError, asyncio.TimeoutError):
                return 0, ""
        return 0, ""

    def read(self, body: str) -> str:
        """The words of a passive reply; empty for none."""
        if body in ("", "success"):
            return ""
        found = {part.tag: part.text or "" for part in ElementTree.fromstring(body)}
        if self.key:
            assert found["MsgSignature"] == sha1_of(TOKEN, found["TimeStamp"], found["Nonce"], found["Encrypt"])
            plain, receiver = decrypt(self.key, found["Encrypt"])
            assert receiver == APP_ID
            found = {part.tag: part.text or "" for part in ElementTree.fromstring(plain)}
        assert found["MsgType"] == "text"
        assert len(found["Content"].encode()) <= 2048
        assert found["Content"]
        return found["Content"]

    def text_xml(self, openid: str, text: str, number: str) -> str:
        self._allow(openid, {"MsgType": "text"})
        return self._xml(openid, {"MsgType": "text", "Content": text, "MsgId": number})

    @property
    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """Customer messages: to whom and what."""
        return [(to, body) for to, _, body in self.timed]

    def messages(self, openid: str) -> list[str]:
        """Customer messages a person got."""
        texts = ((to, body.get("text", {}).get("content") or body["msgmenu"]["head_content"]) for to, body in self.sent)
        return [text for to, text in texts if to == openid]

    def _xml(self, openid: str, values: dict[str, str]) -> str:
        fields = {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": str(int(time.time())), **values}
        return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"

    def _allow(self, openid: str, values: dict[str, str]) -> None:
        person, now = self.people[openid], time.time()
        self.heard_of[openid] = now
        tap = values.get("Event", "").lower() in ("click", "subscribe", "scan") or "bizmsgmenuid" in values
        if tap:
            person.tap_left, person.tap_until = 3, now + 60
        elif values["MsgType"] != "event":
            person.left, person.until = 5, now + 48 * 3600

    # What servers ask

    async def _stable_token(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.calls["token"] += 1
        if self.down:
            return web.Response(status=503)
        if (asked["appid"], asked["secret"]) != (APP_ID, SECRET):
            return _json(self.wrong_secret)
        valid = [token for token, until in self._tokens.items() if until > time.time() + 300]
        if not valid or asked.get("force_refresh"):
            valid = [uuid.uuid4().hex]
            self._tokens[valid[0]] = time.time() + 7200
        return web.json_response({"access_token": valid[-1], "expires_in": 7200})

    def forget_tokens(self) -> None:
        """All tokens are bad from now on."""
        self._tokens.clear()

    def _guarded(self, answer: Callable[[dict[str, Any]], int]) -> Any:
        async def guarded(request: web.Request) -> web.Response:
            self.calls[request.path.rsplit("/", 1)[1]] += 1
            if self.down:
                return web.Response(status=502)
            await asyncio.sleep(self.slow_s)
            if self._tokens.get(request.query.get("access_token", ""), 0) < time.time():
                return _json(40001)
            raw = await request.read()
            assert b"\\u" not in raw
            return _json(answer(json.loads(raw)))

        return guarded

    def _send(self, body: dict[str, Any]) -> int:
        if self.answers and (code := self.answers.popleft()):
            return code
        person, now = self.people[body["touser"]], time.time()
        if person.tap_left and person.tap_until > now:
            person.tap_left -= 1
        elif person.until < now:
            return 45015
        elif not person.left:
            return 45047
        else:
            person.left -= 1
        if len(body.get("text", {}).get("content", "").encode()) > 2048:
            return 45002
        self.timed.append((body["touser"], time.monotonic(), body))
        self._typing_until.pop(body["touser"], None)
        return 0

    def _typing(self, body: dict[str, Any]) -> int:
        who, now = body["touser"], time.time()
        code = 45072 if body["command"] != "Typing" else 45080 if self.heard_of.get(who, 0) < now - 30 else 0
        code = code or (45081 if self._typing_until.get(who, 0) > now else 0)
        if not code:
            self._typing_until[who] = now + 15
        self.typed.append(code)
        return code

    def _menu(self, body: dict[str, Any]) -> int:
        self.menu = body
        return 0 if body["button"] else 40016

    async def _get_media(self, request: web.Request) -> web.Response:
        if self._tokens.get(request.query.get("access_token", ""), 0) < time.time():
            return _json(40001)
        if request.query.get("media_id") != "m1":
            return _json(40007)
        return web.Response(body=self.media, content_type="audio/amr")


def _json(code: int) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "ok" if not code else "refused"})
