"""The parser: strict, bounded, and never anything but fields or BadInput."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.wechat.messages import Push, read
from bot.channels.wechat.xml import MOST_BYTES, document, fields
from bot.errors import BadInput

BOMB = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha">%s]><xml><A>&i;</A></xml>""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
)
TAGS = ["xml", "ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "Event", "EventKey",
        "Location_X", "Location_Y", "Encrypt", "ScanCodeInfo", "Recognition"]  # fmt: skip
VALUES = ["text", "event", "location", "voice", "CLICK", "1", "-1", "9" * 30, "nan", "1e999", "o_1", "",
          "<![CDATA[x]]>",
          "<![CDATA[", "]]>", "&amp;", "&lol;", "&#0;", "\x00", "你好", "<a>", "</a>", "<!DOCTYPE xml>",
          "<?p?>"]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b"", b"  ", b"hello", b"{}", b"<xml>", b"<xml></xml><xml/>", b"<html></html>", b"<xml><A></xml></A>", BOMB,
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><A>1</A></xml>', b"<xml>&lol;</xml>", b"<?go there?><xml/>",
        b"<xml><A>\xff\xfe</A></xml>", b"<xml><A>\x00</A></xml>", b"<xml>" + b"<a>" * 50 + b"</a>" * 50 + b"</xml>",
        b"<xml>" + b"<a/>" * 300 + b"</xml>", b"<xml><A>" + b"x" * MOST_BYTES + b"</A></xml>",
        "<xml><A>1</A></xml>".encode("utf-16"), b'<?xml version="1.0" encoding="gbk"?><html/>',
    ],
    ids=lambda body: repr(body[:24]),
)  # fmt: skip
def test_what_is_no_push_is_refused_at_once(body: bytes) -> None:
    begun = time.perf_counter()
    with pytest.raises(BadInput):
        fields(body)
    assert time.perf_counter() - begun < 0.2


def test_fields_come_as_they_were_written() -> None:
    body = b"<xml><A><![CDATA[<b>&amp;]]></A><B> 1 </B><C><D>x</D></C><A>again</A></xml>"
    assert fields(body) == {"A": "<b>&amp;", "B": "1", "C.D": "x"}


@given(st.text(max_size=200))
def test_every_text_survives_a_document(text: str) -> None:
    written = "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))
    found = fields(document({"A": text.replace("\r", "")}).encode())
    assert found["A"] == written.replace("\r", "").strip()


PUSHES = [
    {"MsgType": "text", "Content": "居住证", "MsgId": "1"},
    {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "居住证", "MsgId": "1"},
    {"MsgType": "location", "Location_X": "31.1", "Location_Y": "121.3", "MsgId": "1"},
    {"MsgType": "event", "Event": "CLICK", "EventKey": "human"},
]


def rubbish(seed: int) -> bytes:
    """Anything that may come in: bytes, tags and values in any order, pushes with faults, pushes with wrong bytes."""
    draw = random.Random(seed)
    if seed % 4 == 0:
        return draw.randbytes(draw.randrange(80))
    pairs = [(draw.choice(TAGS), draw.choice(VALUES)) for _ in range(draw.randrange(9))]
    if seed % 4 > 1:
        push = {"ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": "1800000000", **draw.choice(PUSHES)}
        for tag, value in pairs[: draw.randrange(3)]:
            push[tag] = value
        if draw.random() < 0.3:
            del push[draw.choice(list(push))]
        pairs = draw.sample(list(push.items()), len(push))
    body = ("<xml>" + "".join(f"<{tag}>{value}</{tag}>" for tag, value in pairs) + "</xml>").encode()
    if seed % 4 < 3:
        return body
    place = draw.randrange(len(body))
    return body[:place] + draw.randbytes(draw.randrange(3)) + body[place + draw.randrange(3) :]


READ = Counter[str]()


@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**48).map(rubbish))  # drawn by a seed: ten times as fast as by hypothesis piece by piece
def test_anything_at_all_is_a_push_or_refused(body: bytes) -> None:
    try:
        found = fields(body)
        push = read(found, lambda value: "name")
    except BadInput:
        READ["refused"] += 1
        return
    READ[push.kind] += 1
    assert isinstance(push, Push)
    assert push.person
    assert push.key
    json.dumps(asdict(push), ensure_ascii=False, allow_nan=False).encode()  # Redis can hold it


def test_the_rubbish_was_not_all_rubbish() -> None:
    """The test above says nothing of what it never reaches."""
    for number in range(2_000):
        test_anything_at_all_is_a_push_or_refused.hypothesis.inner_test(rubbish(number))
    assert min(READ[kind] for kind in ("refused", "text", "voice", "location", "click", "unknown", "silent")) > 5
