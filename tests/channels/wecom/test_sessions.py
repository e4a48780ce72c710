"""Who has a session: the machine, our own staff, or WeCom's; what is said meanwhile stands in the case."""

from __future__ import annotations

import asyncio
import time

import pytest
from redis.asyncio import Redis

from bot.channels.wecom.sessions import SERVICER
from tests.channels.wechat.conftest import until
from tests.channels.wecom.conftest import WHO, House

ASKED, TAKEN, ENDED = 1, 1, 3


async def test_while_staff_of_wecom_have_a_session_the_machine_is_silent_and_the_case_has_every_word(
    house: House,
) -> None:
    house.stand.event(event_type="enter_session", welcome_code="w1")
    house.stand.event(event_type="session_status_change", change_type=TAKEN)
    house.stand.says("工资三个月没发，我电话13812345678")
    house.stand.says("我帮你看看", origin=5)
    await house.ring()
    await until(lambda: len(house.talk.lines()) == 2)
    assert [(line.who, line.text) for line in house.talk.lines()] == [
        ("person", "工资三个月没发，我电话〔手机号〕"),
        ("staff", "我帮你看看"),
    ]
    case = house.talk.store.current(WHO)
    assert case is not None
    assert (case.state, case.staff) == ("claimed", SERVICER)
    house.stand.event(event_type="session_status_change", change_type=ENDED, msg_code="over")
    await house.ring()
    await until(lambda: house.talk.store.current(WHO) is None)
    house.stand.state = 1  # the person writes again: a new session, the machine's
    house.stand.says("给机器的话")
    await house.ring(1)
    await until(lambda: bool(house.stand.sent))
    assert house.stand.texts == ["答：给机器的话"]
    assert [code for code, _ in house.stand.told] == ["w1", "over"]
    assert house.stand.told[0][1].startswith("你好，这里是来沪通")
    assert "办完了" in house.stand.told[1][1]


async def test_a_page_that_is_read_again_does_no_harm(house: House, valkey: Redis) -> None:
    house.stand.event(event_type="enter_session", welcome_code="w1")
    house.stand.event(event_type="session_status_change", change_type=TAKEN)
    house.stand.says("在吗")
    house.stand.says("在的", origin=5)
    await house.ring()
    await until(lambda: len(house.talk.lines()) == 2)
    await asyncio.sleep(1)  # its cursor has been written
    await valkey.set("wk:cursor:kf1", "0")
    await house.ring(1)
    await until(lambda: "0" in house.stand.cursors and house.stand.cursors[-1] == "2")
    await asyncio.sleep(0.5)
    assert len(house.talk.lines()) == 2
    assert len(house.stand.told) == 1
    assert not house.stand.sent


async def test_an_old_welcome_is_not_tried(house: House) -> None:
    house.stand.event(event_type="enter_session", welcome_code="w1", at=time.time() - 60)
    house.stand.says("在吗")
    await house.ring()
    await until(lambda: house.stand.texts == ["答：在吗"])
    assert not house.stand.told


async def test_a_lost_event_is_noticed_by_asking(house: House) -> None:
    house.stand.state = 3
    house.stand.says("有人吗")
    await house.ring()
    await until(lambda: bool(house.talk.lines()))
    assert not house.talk.asked
    assert house.stand.asked_state == 1
    house.stand.says("还在吗")
    await house.ring()
    await until(lambda: len(house.talk.lines()) == 2)
    assert house.stand.asked_state == 1


@pytest.mark.parametrize(("servicer", "state"), [("zhang", 3), ("pool", 2)])
async def test_whoever_asks_for_somebody_gets_staff_of_wecom_where_the_office_wants_it(
    house: House, state: int
) -> None:
    house.stand.says("人工")
    await house.ring()
    await until(lambda: house.stand.state == state and bool(house.stand.told))
    assert house.stand.told == [("trans", "已转给工作人员")]
    house.stand.says("我等着")
    await house.ring()
    await until(lambda: [line.text for line in house.talk.lines()] == ["我等着"])
    assert [text for _, text in house.talk.asked] == ["人工"]
    assert not house.stand.sent


@pytest.mark.parametrize("servicer", ["li"])
async def test_with_nobody_on_duty_our_own_staff_have_the_case(house: House) -> None:
    house.stand.says("人工")
    await house.ring()
    await until(lambda: bool(house.stand.sent))
    assert house.stand.texts[0].startswith("已转给工作人员")
    case = house.talk.store.current(WHO)
    assert case is not None
    assert case.state == "waiting"


async def test_what_was_taken_and_not_delivered_is_owed_and_on_record(house: House) -> None:
    house.stand.says("在吗")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 1)
    for _ in range(2):
        house.stand.event(event_type="msg_send_fail", fail_msgid=next(iter(house.stand.sent)), fail_type=4)
    house.stand.event(event_type="msg_send_fail", fail_msgid="nobody-knows", fail_type=10)
    await house.ring()
    await until(lambda: len(house.talk.records) == 2)
    assert house.talk.records == [(4, "答：在吗"), (10, "")]
    house.stand.says("还在吗")
    await house.ring()
    await until(lambda: len(house.stand.sent) == 2)
    assert "答：在吗" in house.stand.texts[1]


async def test_the_database_is_away_and_nobody_is_left_without_staff(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.errors import Unavailable

    def away(*_: object, **__: object) -> None:
        raise Unavailable("资料库现在用不了，请稍后再试。")

    for name in ("open", "add", "claim", "current"):
        monkeypatch.setattr(house.talk.store, name, away)
    house.stand.event(event_type="session_status_change", change_type=TAKEN)
    house.stand.says("在吗")
    house.stand.says("还在吗")
    await house.ring()
    await until(lambda: house.stand.cursors[-1:] == ["2"])
    await asyncio.sleep(0.5)
    assert not house.stand.sent  # staff of WeCom read it in their own client
    assert not house.talk.asked
