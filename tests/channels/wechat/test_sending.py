"""Budget, pages, tokens and every error code: nothing is sent that fails, nothing is lost that did."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from redis.asyncio import Redis

from bot.channels.wechat.account import namer
from bot.channels.wechat.api_client import ApiClient
from bot.channels.wechat.api_errors import ApiError, Do
from bot.channels.wechat.budget import Budget
from bot.channels.wechat.render import Outgoing, paged
from bot.channels.wechat.sender import Sent
from tests.channels.wechat.conftest import Replica, Start, until
from tests.channels.wechat.platform import APP_ID, SECRET, Platform

WHO = f"wx:{namer('secret')('o1')}"


async def send(one: Replica, text: str) -> Sent:
    return await one.mailbox.sender.send(WHO, ("o1", "gh_tests"), Outgoing(text))


async def test_staff_and_machine_share_five_messages_and_the_last_one_says_so(
    platform: Platform, replica: Start
) -> None:
    one = await replica()
    await platform.say("o1", "你好")
    for n in range(4):
        assert await one.mailbox.deliver(WHO, f"回复{n}")
    assert one.talk.called_back == []
    assert await send(one, "第五条") is Sent.SENT
    assert platform.messages("o1")[-1] == "第五条\n微信只让我再发这一条。"
    assert await one.mailbox.deliver(WHO, "第六条")
    assert await send(one, "第七条") is Sent.OWED
    assert len(platform.messages("o1")) == 5
    assert platform.calls["send"] == 5, "no send is tried that would fail"
    assert (await platform.say("o1", "在吗")).replies == ["第六条\n第七条\n答：在吗"]
    assert (await platform.say("o1", "在吗")).replies == ["答：在吗"]
    assert await one.mailbox.left(WHO) == (5, 48 * 3600)


async def test_a_tap_allows_three_for_a_minute(platform: Platform, replica: Start) -> None:
    one = await replica()
    await platform.event("o1", "CLICK", "capabilities")
    assert [await send(one, "一") for _ in range(4)] == [Sent.SENT, Sent.SENT, Sent.SENT, Sent.OWED]


async def test_a_tapped_menu_line_is_no_message(platform: Platform, replica: Start) -> None:
    one = await replica()
    await platform.say("o1", "在哪办", bizmsgmenuid="1")
    assert (await one.mailbox.left(WHO))[0] == 3


async def test_more_brings_the_next_page_for_nothing(platform: Platform, replica: Start) -> None:
    one = await replica()
    one.talk.long = "这是一句话。" * 150
    first = (await platform.say("o1", "居住证")).replies[0]
    assert first.endswith("也可以回：更多")
    second = (await platform.say("o1", "更多")).replies[0]
    assert "也可以回" not in second
    assert first.count("一句话") + second.count("一句话") == 150
    assert len(one.talk.asked) == 1
    await platform.say("o1", "更多")
    assert one.talk.asked[-1][1] == "更多"


async def test_numbers_choose_what_was_offered(platform: Platform, replica: Start) -> None:
    one = await replica()
    await platform.say("o1", "问候")
    assert (await platform.say("o1", "2")).replies == ["答：老板不发工资找谁"]
    assert (await platform.say("o1", "2")).replies == ["答：2"]
    assert [text for _, text in one.talk.asked] == ["问候", "老板不发工资找谁", "2"]


async def test_an_account_with_menus_taps(platform: Platform, replica: Start) -> None:
    one = await replica(wechat_msgmenu=True)
    assert "weixin://bizmsgmenu?msgmenucontent=" in (await platform.say("o1", "问候")).replies[0]
    assert await one.mailbox.sender.send(WHO, ("o1", "gh_tests"), Outgoing("哪个", ("甲", "乙"))) is Sent.SENT
    assert platform.sent[-1][1]["msgmenu"]["list"] == [{"id": "1", "content": "甲"}, {"id": "2", "content": "乙"}]
    platform.answers.append(45098)
    assert await one.mailbox.sender.send(WHO, ("o1", "gh_tests"), Outgoing("哪个", ("甲", "乙"))) is Sent.SENT
    assert platform.sent[-1][1]["msgtype"] == "text"
    assert "1 甲" in platform.sent[-1][1]["text"]["content"]


@pytest.mark.parametrize(
    ("codes", "result", "sends", "records"),
    [
        ([-1, -1], Sent.SENT, 3, 0),
        ([45011], Sent.SENT, 2, 0),
        ([-1] * 9, Sent.LATER, 4, 0),
        ([45009], Sent.LATER, 1, 0),
        ([40001], Sent.SENT, 2, 0),
        ([42001], Sent.SENT, 2, 0),
        ([40014], Sent.SENT, 2, 0),
        ([41001], Sent.SENT, 2, 0),
        ([40001, 40001], Sent.SENT, 3, 0),
        ([45002], Sent.SENT, 2, 0),
        ([45008], Sent.SENT, 2, 0),
        ([45098], Sent.SENT, 2, 0),
        ([40200], Sent.SENT, 2, 0),
        ([48001], Sent.OWED, 1, 1),
        ([40164], Sent.OWED, 1, 1),
        ([50002], Sent.OWED, 1, 1),
        ([45015], Sent.OWED, 1, 0),
        ([48002], Sent.OWED, 1, 0),
        ([43004], Sent.OWED, 1, 0),
        ([45047], Sent.OWED, 1, 0),
        ([40003], Sent.FAILED, 1, 1),
        ([99999], Sent.FAILED, 1, 1),
    ],
)
async def test_every_code_has_its_consequence(
    platform: Platform, replica: Start, codes: list[int], result: Sent, sends: int, records: int
) -> None:
    one = await replica()
    await platform.say("o1", "你好")
    platform.answers.extend(codes)
    assert await send(one, "回复") is result
    assert platform.calls["send"] == sends
    assert len(one.talk.records) == records
    left = (await one.mailbox.left(WHO))[0]
    assert left == {Sent.SENT: 4, Sent.LATER: 5, Sent.FAILED: 5}.get(result, 0 if records == 0 else 5)
    platform.answers.clear()
    owed = (await platform.say("o1", "在吗")).replies[0]
    assert owed.startswith("回复\n") is (result is Sent.OWED)


async def test_what_the_api_could_not_take_goes_out_when_it_is_back(platform: Platform, replica: Start) -> None:
    one = await replica()
    one.talk.slow_s["慢"] = 4.8
    platform.down = True
    assert (await platform.say("o1", "慢")).replies == []
    await until(lambda: platform.calls["token"] > 2)
    platform.down = False
    await until(lambda: platform.messages("o1") == ["答：慢"], 12)
    await asyncio.sleep(1.5)
    assert len(platform.sent) == 1


async def test_while_the_api_is_away_the_next_passive_reply_brings_what_waits(
    platform: Platform, replica: Start
) -> None:
    one = await replica()
    one.talk.slow_s["慢"] = 4.8
    platform.down = True
    assert (await platform.say("o1", "慢")).replies == []
    await until(lambda: platform.calls["token"] > 0)
    await asyncio.sleep(3.5)  # it was tried, and could not be sent
    got = await platform.say("o1", "在吗")
    assert (got.replies, got.pushes) == (["答：慢\n答：在吗"], 1)
    platform.down = False
    await asyncio.sleep(2.5)
    assert platform.sent == []
    assert (await platform.say("o1", "还在吗")).replies == ["答：还在吗"]


async def test_what_is_too_long_comes_in_pages_and_loses_no_word(platform: Platform, replica: Start) -> None:
    one = await replica()
    await platform.say("o1", "你好")
    platform.answers.append(45002)
    text = "".join(f"这是第{n}句话。" for n in range(70))
    assert await send(one, text) is Sent.SENT
    first = platform.messages("o1")[-1]
    assert len(first.encode()) <= 1_024
    (second,) = (await platform.say("o1", "更多")).replies
    assert [f"第{n}句" in first + second for n in range(70)] == [True] * 70


async def test_a_form_the_account_may_not_use_comes_whole_as_text(platform: Platform, replica: Start) -> None:
    one = await replica(wechat_msgmenu=True)
    await platform.say("o1", "你好")
    platform.answers.append(40200)
    out = Outgoing("这是一句话。" * 80, ("甲", "乙"))
    assert await one.mailbox.sender.send(WHO, ("o1", "gh_tests"), out) is Sent.SENT
    assert platform.messages("o1")[-1] == out.plain()


async def test_somebody_is_shown_typing_no_more_than_is_allowed(platform: Platform, replica: Start) -> None:
    one = await replica()
    for text in ("一", "二"):
        one.talk.slow_s[text] = 4.5
    await asyncio.gather(platform.say("o1", "一"), platform.say("o1", "二"), platform.say("o2", "一"))
    await until(lambda: len(platform.typed) == 2)
    await asyncio.sleep(0.5)
    assert platform.typed == [0, 0]


async def test_the_token_is_fetched_once_for_all_replicas(platform: Platform, valkey: Redis) -> None:
    async with httpx.AsyncClient(base_url=platform.url) as http:
        clients = [ApiClient(http, valkey, APP_ID, SECRET) for _ in range(8)]
        tokens = await asyncio.gather(*(client.tokens.token() for client in clients))
        assert len(set(tokens)) == 1
        assert platform.calls["token"] == 1
        platform.forget_tokens()
        platform.people["o1"].left, platform.people["o1"].until = 99, 4e9
        body = {"touser": "o1", "msgtype": "text", "text": {"content": "好"}}
        await asyncio.gather(*(client.post("/cgi-bin/message/custom/send", body) for client in clients))
        assert platform.calls["token"] == 2
        assert len(platform.sent) == 8


async def test_a_wrong_secret_is_for_staff(platform: Platform, valkey: Redis) -> None:
    async with httpx.AsyncClient(base_url=platform.url) as http:
        with pytest.raises(ApiError) as raised:
            await ApiClient(http, valkey, APP_ID, "wrong").tokens.token()
    assert (raised.value.errcode, raised.value.do) == (40125, Do.STAFF)


async def test_a_secret_may_also_be_refused_as_a_token_is(
    platform: Platform, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "wrong_secret", 40001)
    async with httpx.AsyncClient(base_url=platform.url) as http:
        client = ApiClient(http, valkey, APP_ID, "wrong")
        for _ in range(2):  # the second time by the pause
            with pytest.raises(ApiError) as raised:
                await client.post("/cgi-bin/message/custom/send", {})
            assert raised.value.do is Do.STAFF


async def test_many_who_wait_for_a_token_do_not_each_wait_for_a_dead_host(platform: Platform) -> None:
    platform.down = True
    async with httpx.AsyncClient(base_url=platform.url) as http:
        client = ApiClient(http, None, APP_ID, SECRET)
        found = await asyncio.gather(*(client.tokens.token() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(one, ApiError) and one.do is Do.AGAIN for one in found)
    assert platform.calls["token"] == 1


async def test_the_budget_ends_with_its_window(valkey: Redis) -> None:
    budget = Budget(valkey)
    assert await budget.spend("c1") is None
    await budget.grant("c1", "message")
    assert await budget.spend("c1")
    await valkey.persist("wx:messages:c1")
    await valkey.pexpire("wx:messages:c1", 1)
    await asyncio.sleep(0.01)
    assert await budget.spend("c1") is None
    await budget.refund("wx:messages:c1")
    assert (await budget.left("c1")).messages == 0


def test_a_long_text_is_still_one_message() -> None:
    assert len(paged("一句。" * 600).text.encode()) <= 2048
