"""WeCom's customer service against a stand-in: a bell, pages with a cursor, messages sent once."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.channels.background import end
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.render import Outgoing
from bot.channels.wechat.sender import Sent
from tests.channels.wechat.apart import encrypt, sha1_of
from tests.channels.wechat.conftest import until
from tests.channels.wecom.conftest import CORP, KEY, TOKEN, WHO, House


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


async def test_what_came_while_no_process_ran_is_fetched(house: House, valkey: Redis) -> None:
    await asyncio.sleep(0.3)  # both replicas have begun
    house.stand.says("在吗")
    await valkey.hset("wk:bells", "kf1", 7)
    await valkey.hset("wk:done", "kf1", 7)
    await asyncio.sleep(1.5)
    assert not house.stand.sent
    sync = house.replicas[0].sync
    again = asyncio.create_task(sync.run())  # as at a start
    await until(lambda: house.stand.texts == ["答：在吗"])
    await end([again])


async def test_an_old_bells_token_is_thrown_away(house: House) -> None:
    house.stand.old_tokens = {"bell"}
    house.stand.says("在吗")
    await house.ring()
    await until(lambda: house.stand.texts == ["答：在吗"])
    assert house.stand.tokens == ["bell", ""]


@pytest.mark.parametrize(("code", "result"), [(95001, Sent.OWED), (95002, Sent.OWED), (95013, Sent.OWED),
                                              (48002, Sent.OWED), (60020, Sent.OWED), (45033, Sent.SENT),
                                              (40096, Sent.FAILED)])  # fmt: skip
async def test_its_own_codes_have_their_consequence(house: House, valkey: Redis, code: int, result: Sent) -> None:
    house.stand.says("你好")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 1)
    house.stand.answers.append(code)
    assert await house.replicas[0].mailbox.sender.send(WHO, ("wm1", "kf1"), Outgoing("回复"), "k") is result
    await valkey.delete(f"wx:pause:{CORP}:send_msg")  # as it does by itself
    house.stand.says("在吗")
    await house.ring()
    await until(lambda: house.stand.texts[-1].endswith("答：在吗"))
    assert house.stand.texts[-1].startswith("回复\n") is (result is Sent.OWED)


@pytest.mark.parametrize(
    ("out", "kind"),
    [
        (Outgoing("哪个", ("甲", "乙")), "msgmenu"),
        (Outgoing("这是一句话。" * 60, ("甲", "乙")), "text"),
        (Outgoing("哪个", ("字" * 43, "乙")), "text"),
    ],
)
async def test_a_menu_is_sent_only_where_it_holds_the_words(house: House, out: Outgoing, kind: str) -> None:
    house.stand.says("你好")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 1)
    assert await house.replicas[0].mailbox.sender.send(WHO, ("wm1", "kf1"), out, "k") is Sent.SENT
    body = house.stand.sent["k"]
    assert body["msgtype"] == kind
    assert "乙" in str(body)


async def test_a_voice_message_is_heard(house: House) -> None:
    house.stand.says("")
    house.stand.log[0] |= {"msgtype": "voice", "voice": {"media_id": "voice-1"}}
    await house.ring()
    await until(lambda: house.stand.texts == ["答：居住证怎么办"])


async def test_a_message_that_is_sent_again_reaches_nobody_twice(house: House) -> None:
    house.stand.says("在吗")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 1)
    sender = house.replicas[0].mailbox.sender
    for _ in range(2):
        await sender.send(WHO, ("wm1", "kf1"), Outgoing("工作人员：在的"), "line-7")
    assert house.stand.texts == ["答：在吗", "工作人员：在的"]
    assert house.stand.refused == 1
    assert await house.replicas[1].mailbox.deliver(WHO, "工作人员：再见", "line-8")
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
