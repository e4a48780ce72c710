"""Every kind of push gets its kind of answer; what is no push of WeChat's gets nothing."""

from __future__ import annotations

import time

import httpx
import pytest
from redis.asyncio import Redis

from bot.channels.wechat.menu import definition, says
from tests.channels.wechat.apart import sha1_of
from tests.channels.wechat.conftest import Start
from tests.channels.wechat.platform import NUMBERS, TOKEN, Platform


class Ears:
    """A recogniser that hears one sentence, when it is given the right recording."""

    hears = True

    async def text(self, audio: bytes, encoding: str) -> str:
        return "居住证怎么办" if (audio, encoding) == (b"#!AMR voice", "amr") else ""


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
    await replica(recogniser=Ears())
    heard = await platform.push("o1", "", MsgType="voice", MediaId="m1", MsgId=str(next(NUMBERS)))
    assert heard.replies == ["答：居住证怎么办"]
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
