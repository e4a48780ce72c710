"""“人工” over WeChat: the real desk, real cases, and WeChat's limits between staff and the person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.channels import desk as desk_module
from bot.channels.desk import Desk
from bot.channels.recent import Recent
from bot.clock import SHANGHAI
from bot.hours import parse_hours
from services.handover.models import Case
from services.handover.store import HandoverStore
from tests.channels.test_desk import Asking
from tests.channels.test_intake import intake
from tests.channels.wechat.conftest import Start, until
from tests.channels.wechat.platform import NUMBERS, Platform

EVENING = datetime(2026, 11, 23, 20, tzinfo=SHANGHAI)


@pytest.fixture
def store(tmp_path: Path) -> HandoverStore:
    made = HandoverStore(f"sqlite:///{tmp_path / 'x.db'}")
    made.migrate()
    return made


@pytest_asyncio.fixture
async def desk(
    store: HandoverStore, valkey: Redis, replica: Start, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setattr(desk_module, "now", lambda: EVENING)
    made = Desk(intake(Asking()), lambda: store, parse_hours("1-5 09:00-17:00"))
    made.share(Recent(valkey))
    one = await replica(made)  # type: ignore[arg-type]
    made.replies.deliver_by("wechat", one.mailbox.deliver)
    made.start()
    yield made
    await made.stop()


async def claimed(platform: Platform, store: HandoverStore) -> Case:
    """The case of somebody who has asked for a person, in 小王's hands."""
    await platform.say("o1", "人工")
    (case,) = store.waiting()
    store.claim(case.id, "小王")
    await until(lambda: len(platform.messages("o1")) == 1)
    return case


async def test_staff_get_the_masked_history_and_their_answers_reach_the_person(
    platform: Platform, store: HandoverStore, desk: Desk
) -> None:
    await platform.say("o1", "我电话13812345678")
    (promise,) = (await platform.say("o1", "人工")).replies
    assert "现在没人值班，你的话已经留下。明天9:00后工作人员会在这里回你。" in promise
    (case,) = store.waiting()
    assert (case.channel, case.due_at) == ("wechat", datetime(2026, 11, 24, 9, tzinfo=SHANGHAI))
    assert [line.text for line in store.history(case.id) if line.who == "person"] == ["我电话〔手机号〕", "人工"]
    store.claim(case.id, "小王")
    store.reply(case.id, "小王", "带上合同")
    await until(lambda: len(platform.messages("o1")) == 2)
    assert platform.messages("o1")[0].startswith("工作人员来了")
    assert platform.messages("o1")[1] == "工作人员：带上合同"
    assert (await platform.say("o1", "没有合同")).replies == ["已转给工作人员，等他回你。"]
    await platform.push("o1", "", MsgType="image", MediaId="m1", MsgId=str(next(NUMBERS)))
    assert [line.text for line in store.history(case.id)][-2:] == ["没有合同", "〔图片〕"]
    store.close(case.id, "小王")
    await until(lambda: len(platform.messages("o1")) == 3)
    assert "你好" in (await platform.say("o1", "你好")).replies[0]


async def test_staff_and_notices_share_five_messages_and_nothing_is_lost(
    platform: Platform, store: HandoverStore, desk: Desk
) -> None:
    case = await claimed(platform, store)
    for n in range(6):
        store.reply(case.id, "小王", f"第{n}件")
    await until(lambda: all(line.sent_at for line in store.history(case.id) if line.who == "staff"))
    got = platform.messages("o1")
    assert len(got) == platform.calls["send"] == 5
    assert (
        got[4]
        == "工作人员：第3件\n微信只让我再发这一条。你回我一个字，就能接着说。工作人员也会接着办，明天9:00后联系你。"
    )
    (reply,) = (await platform.say("o1", "在吗")).replies
    assert reply.splitlines() == ["工作人员：第4件", "工作人员：第5件", "已转给工作人员，等他回你。"]


async def test_who_leaves_takes_their_case_along(platform: Platform, store: HandoverStore, desk: Desk) -> None:
    case = await claimed(platform, store)
    await platform.event("o1", "unsubscribe")
    assert store.open_cases() == []
    with pytest.raises(Exception, match="没有这件事"):
        store.get(case.id)
