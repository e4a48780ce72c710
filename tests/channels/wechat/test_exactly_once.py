"""Three pushes, two replicas, late answers, dead workers: one processing, one answer, in order."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import asdict
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.wechat import inbox as inbox_module
from bot.channels.wechat.budget import Budget
from bot.channels.wechat.inbox import Inbox
from bot.channels.wechat.messages import Push
from tests.channels.wechat.conftest import Replica, Start, Talk, until
from tests.channels.wechat.platform import NUMBERS, Platform

PUSH = Push("k1", "wx:c1", "o1", "gh_tests", "text", "在吗")


@pytest.mark.parametrize("key", ["", "a" * 42 + "A"])
async def test_a_quick_answer_is_the_passive_reply(platform: Platform, replica: Start, key: str) -> None:
    platform.key = key
    await replica(wechat_encoding_aes_key=key)
    got = await platform.say("o1", "居住证")
    assert (got.replies, got.pushes, platform.sent) == (["答：居住证"], 1, [])


async def test_three_overlapping_pushes_on_two_replicas_are_one_message(platform: Platform, replica: Start) -> None:
    talk = Talk()
    await replica(talk)
    await replica(talk)
    talk.slow_s["居住证"] = 0.5
    xml = platform.text_xml("o1", "居住证", str(next(NUMBERS)))
    answers = await asyncio.gather(*(platform.once(xml) for _ in range(3)))
    assert sorted(platform.read(body) for _, body in answers) == ["", "", "答：居住证"]
    again = [await platform.once(xml) for _ in range(2)]
    assert [body for _, body in again] == ["success", "success"]
    assert len(talk.asked) == 1
    assert platform.sent == []


async def test_a_late_answer_is_a_customer_message(platform: Platform, replica: Start) -> None:
    one = await replica()
    one.talk.slow_s["居住证"] = 5.5
    got = await platform.say("o1", "居住证")
    assert (got.replies, got.pushes) == ([], 1)
    assert got.seconds < 5
    await until(lambda: bool(platform.sent))
    await asyncio.sleep(0.7)
    assert platform.messages("o1") == ["答：居住证"]
    assert platform.calls["typing"] == 1
    assert len(one.talk.asked) == 1


async def test_one_persons_messages_stay_in_order_on_two_replicas(platform: Platform, replica: Start) -> None:
    talk = Talk()
    await replica(talk)
    await replica(talk)
    said = [f"第{n}句" for n in range(6)]
    talk.slow_s[said[0]] = 0.4
    tasks = []
    for text in said:
        tasks.append(asyncio.create_task(platform.say("o1", text)))
        await asyncio.sleep(0.03)
    got = [await task for task in tasks]
    assert [text for _, text in talk.asked] == said
    assert [one.replies for one in got] == [[f"答：{text}"] for text in said]


async def test_nothing_of_a_person_stays_but_hashes(platform: Platform, replica: Start, valkey: Redis) -> None:
    await replica()
    await platform.say("oVerySecret", "我电话13812345678")
    for key in await valkey.keys("*"):
        assert b"oVerySecret" not in key
        if key.startswith(b"wx:to:"):
            assert 0 < await valkey.ttl(key) <= 48 * 3600
        elif await valkey.type(key) == b"hash":
            assert b"oVerySecret" not in json.dumps(str(await valkey.hgetall(key))).encode()
    assert await valkey.xlen(inbox_module.STREAM) == 0


async def test_without_redis_every_push_is_answered(platform: Platform, replica: Start) -> None:
    one = await replica(redis=False)
    xml = platform.text_xml("o1", "居住证", str(next(NUMBERS)))
    answers = await asyncio.gather(*(platform.once(xml) for _ in range(3)))
    assert sorted(platform.read(body) for _, body in answers) == ["", "", "答：居住证"]
    one.talk.slow_s["慢"] = 5.0
    got = await platform.say("o1", "慢")
    assert got.replies == []
    await until(lambda: platform.messages("o1") == ["答：慢"])


async def test_redis_that_is_lost_under_a_push_leaves_nobody_without_an_answer(
    platform: Platform, replica: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "NO_MORE_PUSHES_MS", 500)
    monkeypatch.setattr(inbox_module, "OPEN_MS", 1_000)
    await replica()

    async def gone(*asked: Any) -> Any:
        raise RedisError("gone")

    monkeypatch.setattr(Inbox, "collect", gone)
    assert (await platform.say("o1", "居住证")).replies == ["答：居住证"]
    await asyncio.sleep(3)
    assert platform.sent == [], "what was answered alone is not sent once more when Redis is back"


class Dying:
    """A worker that stops dead at a chosen point: it never beats, renews or says goodbye."""

    def __init__(self, valkey: Redis) -> None:
        self.inbox = Inbox(valkey, uuid.uuid4().hex, 3600)
        self.token = uuid.uuid4().hex

    async def accept(self, push: Push = PUSH, waiting: str = "") -> None:
        await self.inbox.open()
        await self.inbox.accept(push.key, push.conversation_id, asdict(push), waiting)

    async def take(self) -> None:
        await self.inbox.read(10)
        assert await self.inbox.lease(PUSH.conversation_id, self.token)
        assert await self.inbox.next(PUSH.conversation_id, self.token)
        await Budget(self.inbox.redis).grant(PUSH.conversation_id, PUSH.grant)

    async def finish(self) -> None:
        result = {"text": "答：在吗", "choices": [], "listed": False, "rest": []}
        assert await self.inbox.finish(PUSH.conversation_id, self.token, PUSH.key, result)


@pytest.fixture
def dying(valkey: Redis) -> Dying:
    return Dying(valkey)


async def alive(platform: Platform, replica: Start) -> Replica:
    platform.people["o1"].left, platform.people["o1"].until = 5, 4e9
    return await replica()


@pytest.mark.parametrize("point", ["claimed", "read", "worked on"])
async def test_killed_before_the_result(platform: Platform, replica: Start, dying: Dying, point: str) -> None:
    await dying.accept()
    if point == "read":
        await dying.inbox.read(10)
    elif point == "worked on":
        await dying.take()
    one = await alive(platform, replica)
    await until(lambda: bool(platform.sent))
    await asyncio.sleep(1.5)
    assert platform.messages("o1") == ["答：在吗"]
    assert len(one.talk.asked) == 1


async def test_killed_after_the_conversation_was_saved_begins_where_it_began(
    platform: Platform, replica: Start, dying: Dying, valkey: Redis
) -> None:
    await valkey.set("session:wx:c1", "before")
    await dying.accept()
    await dying.take()
    await valkey.set("session:wx:c1", "after")
    seen: list[Any] = []
    one = await alive(platform, replica)
    answer = one.talk.answer

    async def look(*asked: Any) -> Any:
        seen.append(await valkey.get("session:wx:c1"))
        return await answer(*asked)

    one.talk.answer = look  # type: ignore[method-assign]
    await until(lambda: bool(platform.sent))
    assert seen == [b"before"]


async def test_killed_after_the_result_before_a_push_has_it(
    platform: Platform, replica: Start, dying: Dying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "NO_MORE_PUSHES_MS", 1_000)
    monkeypatch.setattr(inbox_module, "OPEN_MS", 500)
    await dying.accept(waiting="p1")
    await dying.take()
    await dying.finish()
    one = await alive(platform, replica)
    await until(lambda: bool(platform.sent))
    await asyncio.sleep(1.5)
    assert platform.messages("o1") == ["答：在吗"]
    assert one.talk.asked == []


async def test_killed_with_the_reply_in_hand_gives_it_to_the_next_push(dying: Dying, valkey: Redis) -> None:
    await dying.accept(waiting="p1")
    await dying.take()
    await dying.finish()
    await dying.inbox.beat()
    assert (await dying.inbox.collect(PUSH.key, PUSH.conversation_id, "p1", 10, False)).what == "reply"
    other = Inbox(valkey, "other", 3600)
    assert not await other.accept(PUSH.key, PUSH.conversation_id, asdict(PUSH), "p2")
    await asyncio.sleep(0.05)
    assert (await other.collect(PUSH.key, PUSH.conversation_id, "p2", 10, False)).what == "wait"
    await valkey.delete(f"wx:alive:{dying.inbox.process}")  # as it does by itself three seconds after its last beat
    assert (await other.collect(PUSH.key, PUSH.conversation_id, "p2", 60, False)).what == "reply"
    assert (await other.collect(PUSH.key, PUSH.conversation_id, "p3", 10, False)).what == "done"


async def test_a_living_process_has_delivered_what_it_took(dying: Dying, valkey: Redis) -> None:
    await dying.accept(waiting="p1")
    await dying.take()
    await dying.finish()
    assert (await dying.inbox.collect(PUSH.key, PUSH.conversation_id, "p1", 10, False)).what == "reply"
    other = Inbox(valkey, "other", 3600)
    await dying.inbox.beat()
    assert (await other.collect(PUSH.key, PUSH.conversation_id, "p2", 500, False)).what == "done"


async def test_killed_while_sending_is_sent_by_another(
    platform: Platform, replica: Start, dying: Dying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "SILENT_MS", 1_000)
    await dying.accept()
    await dying.take()
    await dying.finish()
    assert await dying.inbox.late(PUSH.conversation_id)
    await alive(platform, replica)
    await until(lambda: platform.messages("o1") == ["答：在吗"])


async def test_a_frozen_workers_result_does_not_count(dying: Dying, valkey: Redis) -> None:
    await dying.accept()
    await dying.take()
    await valkey.delete("wx:lease:wx:c1")
    other = Dying(valkey)
    assert await other.inbox.lease(PUSH.conversation_id, other.token)
    assert await other.inbox.next(PUSH.conversation_id, other.token)
    with pytest.raises(AssertionError):
        await dying.finish()
    await other.finish()


async def test_a_sender_that_is_only_frozen_is_given_time(dying: Dying, valkey: Redis) -> None:
    await dying.accept()
    await dying.take()
    await dying.finish()
    assert await dying.inbox.late(PUSH.conversation_id)
    assert not await valkey.exists(f"wx:alive:{dying.inbox.process}")
    assert await Inbox(valkey, "other", 3600).late(PUSH.conversation_id) is None


async def test_what_kills_every_worker_gets_the_telephone_number(
    platform: Platform, replica: Start, dying: Dying, valkey: Redis
) -> None:
    await dying.accept()
    for _ in range(4):
        await valkey.delete("wx:lease:wx:c1")
        await dying.take()
    one = await alive(platform, replica)
    await until(lambda: bool(platform.sent))
    assert "12345" in platform.messages("o1")[0]
    assert one.talk.asked == []


async def test_a_fault_of_ours_leaves_nobody_in_silence(platform: Platform, replica: Start) -> None:
    one = await replica()

    async def broken(*asked: Any) -> Any:
        raise ZeroDivisionError

    one.talk.answer = broken  # type: ignore[method-assign]
    assert "12345" in (await platform.say("o1", "居住证")).replies[0]


async def test_a_message_is_kept_for_as_long_as_it_may_be_answered(dying: Dying, valkey: Redis) -> None:
    await dying.accept()
    for key in (f"wx:message:{PUSH.key}", "wx:box:wx:c1"):
        assert await valkey.ttl(key) > 47 * 3600
    await dying.take()
    await dying.finish()
    await dying.inbox.sent(PUSH.conversation_id, PUSH.key)
    assert await valkey.ttl(f"wx:message:{PUSH.key}") <= 900


async def test_an_entry_without_a_message_is_swept_away(dying: Dying, valkey: Redis) -> None:
    await dying.accept()
    await dying.inbox.read(10)
    await valkey.delete(f"wx:message:{PUSH.key}")
    assert await dying.inbox.left_over(0) == []
    assert await valkey.xlen(inbox_module.STREAM) == 0
    assert (await valkey.xpending(inbox_module.STREAM, inbox_module.GROUP))["pending"] == 0


async def test_all_leases_are_kept_in_one_step_and_none_that_is_lost(dying: Dying, valkey: Redis) -> None:
    for who in ("c1", "c2", "c3"):
        assert await dying.inbox.lease(who, f"token-{who}")
        await valkey.pexpire(f"wx:lease:{who}", 900)
    await valkey.set("wx:lease:c2", "another's", px=900)
    await dying.inbox.renew({who: f"token-{who}" for who in ("c1", "c2", "c3")})
    left = [await valkey.pttl(f"wx:lease:{who}") for who in ("c1", "c2", "c3")]
    assert [ms > 2_000 for ms in left] == [True, False, True]
    await dying.inbox.renew({})
