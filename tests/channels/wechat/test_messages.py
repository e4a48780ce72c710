"""Every kind of push is read as what it is; a repeated push has the same key, another one never."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.wechat.account import namer
from bot.channels.wechat.messages import Push, read
from bot.errors import BadInput

BASE = {"ToUserName": "gh_1", "FromUserName": "oABC_d-1", "CreateTime": "1800000000"}


def push(**found: str) -> Push:
    return read({**BASE, **found}, namer("secret"))


def test_a_text_is_masked_and_its_writer_hidden() -> None:
    got = push(MsgType="text", Content="我电话13812345678", MsgId="23")
    assert (got.kind, got.text, got.grant) == ("text", "我电话〔手机号〕", "message")
    assert "oABC" not in got.key + got.conversation_id
    assert got.conversation_id.startswith("wx:")


@pytest.mark.parametrize(
    ("found", "kind", "text", "grant"),
    [
        ({"MsgType": "text", "Content": "在哪办", "bizmsgmenuid": "1"}, "text", "在哪办", "tap"),
        ({"MsgType": "voice", "MediaId": "m", "Recognition": "居住证怎么办"}, "voice", "居住证怎么办", "message"),
        ({"MsgType": "voice", "MediaId": "m"}, "voice", "", "message"),
        ({"MsgType": "image", "PicUrl": "http://x", "MediaId": "m"}, "image", "", "message"),
        ({"MsgType": "shortvideo"}, "video", "", "message"),
        ({"MsgType": "link", "Url": "http://x"}, "link", "", "message"),
        ({"MsgType": "hologram"}, "unknown", "", "message"),
        ({"MsgType": "location", "Location_X": "x", "Location_Y": "1"}, "unknown", "", "message"),
        ({"MsgType": "location", "Location_X": "nan", "Location_Y": "1"}, "unknown", "", "message"),
        ({"MsgType": "event", "Event": "subscribe"}, "subscribe", "", "tap"),
        ({"MsgType": "event", "Event": "subscribe", "EventKey": "qrscene_human"}, "subscribe", "human", "tap"),
        ({"MsgType": "event", "Event": "SCAN", "EventKey": "topic.work"}, "scan", "topic.work", "tap"),
        ({"MsgType": "event", "Event": "CLICK", "EventKey": "human"}, "click", "human", "tap"),
        ({"MsgType": "event", "Event": "VIEW", "EventKey": "http://x"}, "silent", "http://x", "none"),
        ({"MsgType": "event", "Event": "LOCATION"}, "silent", "", "none"),
        ({"MsgType": "event", "Event": "unsubscribe"}, "unsubscribe", "", "none"),
    ],
)  # fmt: skip
def test_every_kind(found: dict[str, str], kind: str, text: str, grant: str) -> None:
    number = {} if found["MsgType"] == "event" else {"MsgId": "7"}
    got = push(**found, **number)
    assert (got.kind, got.text, got.grant) == (kind, text, grant)


def test_a_place_is_known_to_a_hundred_metres() -> None:
    got = push(MsgType="location", Location_X="31.1123456", Location_Y="121.3777777", MsgId="1")
    assert (got.lat, got.lon) == (31.112, 121.378)


def test_keys() -> None:
    text = {"MsgType": "text", "Content": "a"}
    click: dict[str, Any] = {"MsgType": "event", "Event": "CLICK", "EventKey": "human"}
    keys = [
        push(**text, MsgId="1").key,
        push(**text, MsgId="2").key,
        read({**BASE, **text, "MsgId": "1", "FromUserName": "other"}, namer("secret")).key,
        push(**click).key,
        push(**{**click, "EventKey": "capabilities"}).key,
        push(**{**click, "Event": "VIEW"}).key,
        push(**{**click, "CreateTime": "1800000001"}).key,
    ]
    assert len(set(keys)) == len(keys)
    assert push(**text, MsgId="1").key == keys[0]
    assert push(**click).key == keys[3]


@pytest.mark.parametrize("gone", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"])
def test_a_missing_field_is_refused(gone: str) -> None:
    found = {**BASE, "MsgType": "text", "Content": "a", "MsgId": "1"}
    del found[gone]
    with pytest.raises(BadInput):
        read(found, namer("secret"))


@pytest.mark.parametrize(
    "wrong",
    [{"MsgType": "event"}, {"CreateTime": "soon"}, {"CreateTime": "１"}, {"FromUserName": "a b"}, {"MsgId": "x" * 99}],
)  # fmt: skip
def test_a_wrong_field_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        push(**{"MsgType": "text", "Content": "a", "MsgId": "1", **wrong})
