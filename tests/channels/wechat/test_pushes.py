"""Every kind of push gets its kind of answer; what is no push of WeChat's gets nothing."""

from __future__ import annotations

import asyncio
import json
import time

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.channels.wechat import menu, worker
from bot.channels.wechat.menu import definition, says
from bot.errors import Unavailable
from bot.settings import Settings
from tests.channels.wechat.apart import sha1_of
from tests.channels.wechat.conftest import Start, until
from tests.channels.wechat.platform import APP_ID, NUMBERS, SECRET, TOKEN, Platform


class Ears:
    """A recogniser that hears one sentence, when it is given the right recording."""

    hears = True

    async def text(self, audio: bytes, encoding: str) -> str:
        self.encoding = encoding
        return "居住证怎么办" if audio == b"#!AMR voice" else ""


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"MsgType": "voice", "MediaId": "m1", "Recognition": "居住证"}, "答：居住证"),
        ({"MsgType": "voice", "MediaId": "m1"}, "这段话我听不了，打几个字给我好吗？"),
        ({"MsgType": "location", "Location_X": "31.1", "Location_Y": "121.3"}, "最近的是莘庄镇社区事务受理服务中心"),
        ({"MsgType": "image", "MediaId": "m1"}, "图片我看不了"),
        ({"MsgType": "link", "Url": "http://x"}, "链接我打不开"),
        ({"MsgType": "hologram"}, "这个我看不了"),
        ({"MsgType": "event", "Event": "subscribe"}, "你好，这里是来沪通"),
        ({"MsgType": "event", "Event": "subscribe", "EventKey": "qrscene_topic.residence"}, "答：居住证怎么办"),
        ({"MsgType": "event", "Event": "SCAN", "EventKey": "topic.work"}, "答：老板不发工资找谁"),
        ({"MsgType": "event", "Event": "CLICK", "EventKey": "human"}, "答：转人工"),
        ({"MsgType": "event", "Event": "CLICK", "EventKey": "of.an.old.menu"}, "我帮来沪务工的人"),
    ],
)
async def test_kinds(platform: Platform, replica: Start, values: dict[str, str], answer: str) -> None:
    await replica()
    number = {} if values["MsgType"] == "event" else {"MsgId": str(next(NUMBERS))}
    got = await platform.push("o1", "", **values, **number)
    assert len(got.replies) == 1
    assert answer in got.replies[0]


async def test_voice_is_fetched_and_heard_where_there_are_ears(platform: Platform, replica: Start) -> None:
    ears = Ears()
    await replica(recogniser=ears)
    for format, encoding in (("", "amr"), ("amr", "amr"), ("Speex", "speex")):
        voice = {"MsgType": "voice", "MediaId": "m1", "Format": format}
        assert (await platform.push("o1", "", **voice, MsgId=str(next(NUMBERS)))).replies == ["答：居住证怎么办"]
        assert ears.encoding == encoding
        platform.forget_tokens()  # the next recording needs another token
    lost = await platform.push("o1", "", MsgType="voice", MediaId="gone", MsgId=str(next(NUMBERS)))
    assert lost.replies == ["这段话我听不了，打几个字给我好吗？"]


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH"])
async def test_events_nobody_waits_for_are_silent(platform: Platform, replica: Start, event: str) -> None:
    one = await replica()
    got = await platform.event("o1", event, "x")
    assert (got.replies, got.broken, one.talk.asked) == ([], False, [])


async def test_who_leaves_is_forgotten(platform: Platform, replica: Start, valkey: Redis) -> None:
    one = await replica()
    await platform.say("o1", "你好")
    (session,) = {conversation for conversation, _ in one.talk.asked}
    await valkey.set(f"session:{session}", "{}")
    await platform.event("o1", "unsubscribe")
    assert one.talk.forgotten == [session]
    left = [key for key in await valkey.keys("*") if session.encode() in key]
    assert left == []


async def test_late_answers_of_who_leaves_go_nowhere(platform: Platform, replica: Start, valkey: Redis) -> None:
    one = await replica()
    one.talk.slow_s["慢"] = 4.8
    platform.down = True
    await platform.say("o1", "慢")
    await until(lambda: platform.calls["token"] > 0)
    await platform.event("o1", "unsubscribe")
    await asyncio.sleep(3)
    assert one.talk.called_back == one.talk.records == []
    assert await valkey.keys("wx:owed:*") + await valkey.keys("wx:box:*") == []


async def test_what_cannot_be_forgotten_now_is_forgotten_later(
    platform: Platform, replica: Start, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_FORGET_AGAIN_S", 0.2)
    one = await replica()
    forget = one.talk.forget

    async def away(conversation_id: str) -> None:
        raise Unavailable("资料库现在用不了。")

    one.talk.forget = away  # type: ignore[method-assign]
    assert (await platform.event("o1", "unsubscribe")).replies == []
    await asyncio.sleep(0.5)
    one.talk.forget = forget  # type: ignore[method-assign]
    await until(lambda: bool(one.talk.forgotten))
    await asyncio.sleep(0.5)
    assert await valkey.scard("wx:leaving") == 0
    assert len(one.talk.forgotten) == 1


async def test_without_redis_who_leaves_is_told_of_again_until_they_are_forgotten(
    platform: Platform, replica: Start
) -> None:
    one = await replica(redis=False)
    forget, tries = one.talk.forget, 0

    async def back_at_the_third(conversation_id: str) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise RedisConnectionError
        await forget(conversation_id)

    one.talk.forget = back_at_the_third  # type: ignore[method-assign]
    got = await platform.event("o1", "unsubscribe")
    assert (got.pushes, len(one.talk.forgotten)) == (3, 1)


async def test_staff_see_that_something_came_which_is_no_text(platform: Platform, replica: Start) -> None:
    one = await replica()
    for kind in ("image", "location", "link", "voice"):
        more = {"Location_X": "31.1", "Location_Y": "121.3"} if kind == "location" else {}
        await platform.push("o1", "", MsgType=kind, MsgId=str(next(NUMBERS)), **more)
    assert one.talk.noted == ["〔图片〕", "〔位置〕", "〔链接〕", "〔语音〕"]


@pytest.mark.parametrize("compatible", [True, False])
async def test_the_key_is_changed_without_losing_a_message(
    platform: Platform, replica: Start, compatible: bool
) -> None:
    platform.compatible = compatible
    old, new = "a" * 42 + "A", "b" * 42 + "E"
    await replica(wechat_encoding_aes_key=new, wechat_previous_aes_key=old, encrypted_only=not compatible)
    for platform.key in (old, new):
        assert (await platform.say("o1", "居住证")).replies == ["答：居住证"]


async def test_an_account_in_safe_mode_takes_nothing_plain(platform: Platform, replica: Start) -> None:
    one = await replica(wechat_encoding_aes_key="a" * 42 + "A", encrypted_only=True)
    assert (await platform.once(platform.text_xml("o1", "居住证", "1")))[0] == 403
    assert one.talk.asked == []


async def test_the_address_is_checked(replica: Start) -> None:
    one = await replica()
    at = str(int(time.time()))
    asked = {"timestamp": at, "nonce": "n", "echostr": "<script>1", "signature": sha1_of(TOKEN, at, "n")}
    async with httpx.AsyncClient(base_url=one.url) as http:
        right = await http.get("/wechat", params=asked)
        wrong = await http.get("/wechat", params={**asked, "nonce": "m"})
    assert (right.text, right.headers["content-type"]) == ("<script>1", "text/plain; charset=utf-8")
    assert wrong.status_code == 403


@pytest.mark.parametrize(
    ("body", "asked", "status"),
    [
        ("<xml></xml>", {"signature": "wrong"}, 403),
        ("<xml></xml>", {"timestamp": "1"}, 403),
        ("<xml></xml>", {"timestamp": ""}, 403),
        ("<xml></xml>", {"encrypt_type": "aes"}, 422),
        ("<xml><Encrypt>eA==</Encrypt></xml>", {"encrypt_type": "aes", "msg_signature": "x"}, 403),
        ("", {}, 422),
        ("no xml", {}, 422),
        ("<xml><MsgType>text</MsgType></xml>", {}, 422),
        ('<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>', {}, 422),
        ("<xml>" + "x" * 3_000_000 + "</xml>", {}, 422),
    ],
)
async def test_bad_input_leaves_nothing(
    platform: Platform, replica: Start, valkey: Redis, body: str, asked: dict[str, str], status: int
) -> None:
    one = await replica()
    assert (await platform.once(body, **asked))[0] == status
    assert one.talk.asked == []
    assert [key for key in await valkey.keys("*") if not key.startswith((b"wx:alive", b"wx:in"))] == []


async def test_the_menu_is_put_in_force(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def set_up(secret: str) -> None:
        chosen = Settings(wechat_app_id=APP_ID, wechat_app_secret=secret, wechat_api_base=platform.url)
        monkeypatch.setattr(menu, "settings", lambda: chosen)

    for secret, status, said in ((SECRET, 0, "菜单已换上"), ("wrong", 1, "40125"), ("", 2, "先设置")):
        set_up(secret)
        assert await menu.push() == status
        assert said in "".join(capsys.readouterr())
    assert platform.menu == menu.definition()
    assert menu.main([]) == 0
    assert json.loads(capsys.readouterr().out) == menu.definition()


def test_the_menu_is_as_wechat_wants_it() -> None:
    columns = definition()["button"]
    assert 1 <= len(columns) <= 3
    for column in columns:
        assert len(column["name"]) <= 4
        assert 1 <= len(column["sub_button"]) <= 5
        for entry in column["sub_button"]:
            assert len(entry["name"]) <= 7
            assert says(entry["key"])
    keys = [entry["key"] for column in columns for entry in column["sub_button"]]
    assert len(set(keys)) == len(keys)
