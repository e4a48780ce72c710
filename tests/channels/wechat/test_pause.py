"""A refusal that concerns the whole account: one pause for all replicas, one trial after it, a record and a count."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from bot.channels.wechat.account import namer
from bot.channels.wechat.api_client import ApiClient
from bot.channels.wechat.api_errors import ApiError, Do
from bot.channels.wechat.pause import SECONDS
from bot.channels.wechat.render import Outgoing
from bot.channels.wechat.sender import Sent
from tests.channels.wechat.conftest import Start
from tests.channels.wechat.platform import APP_ID, SECRET, Platform

WHO = f"wx:{namer('secret')('o1')}"
SEND, TYPING = "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/typing"
BODY = {"touser": "o1", "msgtype": "text", "text": {"content": "好"}}
PAUSED = f"wx:pause:{APP_ID}:send"


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"laihutong_{name}_total", {"account": "wechat", **labels}) or 0.0


@pytest_asyncio.fixture
async def clients(platform: Platform, valkey: Redis) -> AsyncIterator[list[ApiClient]]:
    """Eight replicas' ways to the API."""
    platform.heard_of["o1"] = 4e9
    platform.people["o1"].left, platform.people["o1"].until = 999, 4e9
    async with httpx.AsyncClient(base_url=platform.url) as http:
        yield [ApiClient(http, valkey, APP_ID, SECRET) for _ in range(8)]


async def refused(client: ApiClient, path: str = SEND) -> ApiError:
    with pytest.raises(ApiError) as raised:
        await client.post(path, BODY)
    return raised.value


@pytest.mark.parametrize("code", [45009, 48001, 40164, 50002])
async def test_one_refusal_keeps_all_replicas_from_calling(
    platform: Platform, clients: list[ApiClient], valkey: Redis, code: int
) -> None:
    before = counted("account_refused", do="pause") + counted("account_refused", do="staff")
    platform.answers.append(code)
    first = await refused(clients[0])
    again = [await refused(client) for client in clients]
    assert {(error.errcode, error.do) for error in again} == {(first.errcode, first.do)} == {(code, first.do)}
    assert platform.calls["send"] == 1
    assert 0 < await valkey.ttl(PAUSED) <= SECONDS[first.do]
    assert counted("account_refused", do="pause") + counted("account_refused", do="staff") == before + 1
    await clients[1].post(TYPING, {"touser": "o1", "command": "Typing"})
    assert platform.calls["typing"] == 1, "each call has a quota of its own"


async def test_after_the_pause_one_tries_for_all(platform: Platform, clients: list[ApiClient], valkey: Redis) -> None:
    platform.answers.extend([45009, 45009])
    await refused(clients[0])
    await valkey.delete(PAUSED)  # as it does by itself
    platform.slow_s = 0.2
    results = await asyncio.gather(*(client.post(SEND, BODY) for client in clients), return_exceptions=True)
    assert all(isinstance(one, ApiError) and one.do is Do.PAUSE for one in results)
    assert platform.calls["send"] == 2
    await valkey.delete(PAUSED, f"{PAUSED}:trial")
    results = await asyncio.gather(*(client.post(SEND, BODY) for client in clients), return_exceptions=True)
    assert len([one for one in results if isinstance(one, dict)]) == 1, "the quota is there again: one has found out"
    results = await asyncio.gather(*(client.post(SEND, BODY) for client in clients))
    assert len(results) == 8


async def test_a_trial_whose_process_died_is_made_by_another(
    platform: Platform, clients: list[ApiClient], valkey: Redis
) -> None:
    platform.answers.append(45009)
    await refused(clients[0])
    await valkey.delete(PAUSED)
    platform.down = True
    assert (await refused(clients[1])).do is Do.AGAIN
    platform.down = False
    assert (await refused(clients[2])).do is Do.PAUSE
    await valkey.delete(f"{PAUSED}:trial")
    assert await clients[2].post(SEND, BODY)


async def test_an_api_that_stays_away_is_left_alone_by_all(
    platform: Platform, clients: list[ApiClient], valkey: Redis
) -> None:
    await clients[0].tokens.token()
    platform.down = True
    with pytest.raises(ApiError):
        await clients[0].post(SEND, BODY, patient=True)
    assert platform.calls["send"] == 4
    assert [(await refused(client)).do for client in clients] == [Do.AGAIN] * 8
    assert platform.calls["send"] == 4
    await valkey.delete(PAUSED)
    with pytest.raises(ApiError):
        await clients[1].post(SEND, BODY, patient=True)
    assert platform.calls["send"] == 5, "the trial is no more patient than it must be"
    platform.down = False
    await valkey.delete(PAUSED)
    assert await clients[2].post(SEND, BODY, patient=True)
    assert await clients[3].post(SEND, BODY, patient=True)


async def test_a_wrong_secret_is_not_asked_for_again_and_again(platform: Platform, valkey: Redis) -> None:
    async with httpx.AsyncClient(base_url=platform.url) as http:
        client = ApiClient(http, valkey, APP_ID, "wrong")
        for _ in range(5):
            assert (await refused(client)).errcode == 40125
    assert platform.calls["token"] == 1


async def test_while_the_account_may_not_send_each_message_is_on_record(platform: Platform, replica: Start) -> None:
    one = await replica()
    await platform.say("o1", "你好")
    before = counted("undelivered", why="staff")
    platform.answers.append(48001)
    for text in ("一", "二"):
        assert await one.mailbox.sender.send(WHO, ("o1", "gh_tests"), Outgoing(text)) is Sent.OWED
    assert platform.calls["send"] == 1
    assert one.talk.records == [(48001, "一"), (48001, "二")]
    assert counted("undelivered", why="staff") == before + 2
    assert (await platform.say("o1", "在吗")).replies == ["一\n二\n答：在吗"]


async def test_a_quota_that_is_used_up_keeps_the_message(platform: Platform, replica: Start) -> None:
    one = await replica()
    await platform.say("o1", "你好")
    platform.answers.append(45009)
    for _ in range(3):
        assert await one.mailbox.sender.send(WHO, ("o1", "gh_tests"), Outgoing("一")) is Sent.LATER
    assert platform.calls["send"] == 1
    assert await one.mailbox.left(WHO) == (5, 48 * 3600)
    before = counted("undelivered", why="waited")
    await one.mailbox.sender.give_up(WHO, Outgoing("一"))
    assert counted("undelivered", why="waited") == before + 1
    assert one.talk.records == [(0, "一")]


async def test_without_redis_nothing_is_paused(platform: Platform) -> None:
    platform.people["o1"].left, platform.people["o1"].until = 999, 4e9
    async with httpx.AsyncClient(base_url=platform.url) as http:
        client = ApiClient(http, None, APP_ID, SECRET)
        platform.answers.append(45009)
        await refused(client)
        assert await client.post(SEND, BODY)
