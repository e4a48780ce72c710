"""The desk: the machine answers until a person of staff has the conversation; nobody is left in silence."""

from __future__ import annotations

import asyncio
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
from bot.dialogue.engine import Turned
from bot.errors import Unavailable
from bot.hours import Hours, parse_hours
from bot.messages import Inbound, Understood
from services.handover.store import HandoverStore
from tests.channels.test_intake import ScriptedEngine, intake


class Asking(ScriptedEngine):
    """Hears "人工" as what it is."""

    async def handle(self, inbound: Inbound, timeout_s: float) -> Turned:
        turned = await super().handle(inbound, timeout_s)
        act = "request_human" if inbound.text == "人工" else "greet"
        return Turned(Understood(inbound.text, inbound.text, act, 0.9), turned.answers)


@pytest.fixture
def store(tmp_path: Path) -> HandoverStore:
    made = HandoverStore(f"sqlite:///{tmp_path / 'x.db'}")
    made.migrate()
    return made


@pytest_asyncio.fixture
async def desk(store: HandoverStore, valkey: Redis) -> AsyncIterator[Desk]:
    made = Desk(intake(Asking()), lambda: store, Hours())
    made.share(Recent(valkey))
    made.start()
    yield made
    await made.stop()


async def told(desk: Desk, text: str, channel: str = "web", message_id: str | None = None) -> str:
    turned = await desk.answer("c1", text, channel, None, message_id)  # type: ignore[arg-type]
    return "\n".join(line for answer in turned.answers for block in answer.blocks for line in block.lines)


async def test_a_case_goes_to_staff_with_what_was_said_before(desk: Desk, store: HandoverStore) -> None:
    await told(desk, "我电话13812345678")
    assert (await told(desk, "人工")).endswith("你的话也留给工作人员了，他们看到会在这里回你。")
    (case,) = store.waiting()
    said = [line.text for line in store.history(case.id) if line.who == "person"]
    assert said == ["我电话〔手机号〕", "人工"]
    await told(desk, "人工")
    assert len(store.waiting()) == 1


async def test_while_staff_have_it_they_get_the_messages(desk: Desk, store: HandoverStore) -> None:
    await told(desk, "人工")
    (case,) = store.waiting()
    assert desk.with_staff("c1") == "waiting"
    assert "你好" in await told(desk, "你好")
    store.claim(case.id, "小王")
    for _ in range(2):  # handled twice after a crash
        assert await told(desk, "身份证310112199001011234", message_id="k1") == "已转给工作人员，等他回你。"
    assert [line.text for line in store.history(case.id)][-1].startswith("身份证〔")
    assert [line.who for line in store.history(case.id)].count("person") == 3
    await asyncio.sleep(1.2)
    assert desk.with_staff("c1") == "claimed"
    assert (await told(desk, "机器人")).startswith("好，现在是机器人回答你")
    assert desk.with_staff("c1") is None
    assert "你好" in await told(desk, "你好")
    assert store.open_cases() == []


async def test_on_the_telephone_the_machine_goes_on_and_staff_read_along(desk: Desk, store: HandoverStore) -> None:
    assert (await told(desk, "人工", "hotline")).endswith("你的话已经记下，工作人员看得到。")
    (case,) = store.waiting()
    store.claim(case.id, "小王")
    assert "已转给" not in await told(desk, "你好", "hotline")
    assert [line.text for line in store.history(case.id) if line.who == "person"] == ["人工", "你好"]


async def test_a_person_in_danger_is_answered_at_once_and_staff_read_it(desk: Desk, store: HandoverStore) -> None:
    await told(desk, "人工")
    (case,) = store.waiting()
    store.claim(case.id, "小王")
    assert "已转给" not in await told(desk, "我不想活了")
    assert [line.text for line in store.history(case.id) if line.who == "person"][-1] == "我不想活了"


async def test_staff_reply_once_however_many_processes_look(desk: Desk, store: HandoverStore) -> None:
    got: list[str] = []

    async def deliver(conversation_id: str, words: str, key: str) -> bool:
        got.append(words)
        return len(got) != 2  # the second one fails and is tried again

    others = [Desk(intake(Asking()), lambda: store, Hours()) for _ in range(3)]
    for one in (desk, *others):
        one.replies.deliver_by("wechat", deliver)
    for one in others:
        one.start()
    await told(desk, "人工", "wechat")
    (case,) = store.waiting()
    store.claim(case.id, "小王")
    store.reply(case.id, "小王", "带上合同")
    store.close(case.id, "小王")
    for _ in range(100):
        if len(got) >= 4:
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(1.2)
    for one in others:
        await one.stop()
    assert got[0].startswith("工作人员来了")
    assert got[1:] == ["工作人员：带上合同"] * 2 + ["工作人员办完了。有别的事，接着问我。"]


async def test_a_slow_send_keeps_neither_other_people_nor_the_desk_waiting(desk: Desk, store: HandoverStore) -> None:
    begun: list[str] = []

    async def deliver(conversation_id: str, words: str, key: str) -> bool:
        begun.append(conversation_id)
        await asyncio.sleep(3)
        return True

    desk.replies.deliver_by("wechat", deliver)
    for who in ("w1", "w2", "w3"):
        case, _ = store.open(who, "wechat", "asked")
        store.claim(case.id, "小王")
    await asyncio.sleep(1.2)
    assert sorted(begun) == ["w1", "w2", "w3"]
    store.open("c9", "web", "asked")  # by another process
    await asyncio.sleep(1.2)
    assert desk.with_staff("c9") == "waiting"
    await desk.stop()
    assert store.take_outgoing(["wechat"]) == [], "what was on its way has gone out, and is noted"


@pytest.mark.parametrize(
    ("at", "channel", "promise"),
    [
        (datetime(2026, 11, 23, 10), "web", ["已经转给工作人员，他们会在这里回你。等的时候可以接着问我。"]),
        (datetime(2026, 11, 23, 20), "web", ["现在没人值班，你的话已经留下。明天9:00后工作人员会在这里回你。"]),
        (
            datetime(2026, 11, 27, 20),
            "wechat",
            [
                "现在没人值班，你的话已经留下。11月30日9:00后工作人员会在这里回你。",
                "到时候给我发一个字，就能看到回复。",
            ],
        ),
        (datetime(2026, 11, 23, 10), "hotline", ["正在给你转工作人员，别挂机。"]),
        (
            datetime(2026, 11, 23, 20),
            "hotline",
            ["现在没人值班，你的话已经记下，工作人员看得到。要找人说，明天9:00后再打来。"],
        ),
    ],
)
async def test_out_of_hours_a_time_is_promised(
    store: HandoverStore, monkeypatch: pytest.MonkeyPatch, at: datetime, channel: str, promise: list[str]
) -> None:
    monkeypatch.setattr(desk_module, "now", lambda: at.replace(tzinfo=SHANGHAI))
    desk = Desk(intake(Asking()), lambda: store, parse_hours("1-5 09:00-17:00"))
    assert (await told(desk, "人工", channel)).splitlines()[-len(promise) :] == promise
    (case,) = store.waiting()
    assert case.due_at is not None
    assert case.due_at.hour in (9, 10)


async def test_without_a_database_people_still_get_the_number(valkey: Redis) -> None:
    def gone() -> HandoverStore:
        raise Unavailable("资料库现在用不了。")

    desk = Desk(intake(Asking()), gone, Hours())
    desk.share(Recent(valkey))
    assert "工作人员" not in await told(desk, "人工")
    assert await desk.call_back("c1") == "微信只让我再发这一条。你回我一个字，就能接着说。"


@pytest.mark.parametrize("words", ["忘了我", "请删掉我的聊天记录。", "清空我的数据吧"])
async def test_who_asks_for_it_is_forgotten(desk: Desk, store: HandoverStore, valkey: Redis, words: str) -> None:
    also: list[str] = []
    desk.forget_also(also.append)
    await told(desk, "我在莘庄上班")
    await told(desk, "人工")
    assert (await told(desk, words)).startswith("好，你在这里说过的话都删了。")
    assert also == ["c1"]
    assert store.open_cases() == []
    assert await valkey.keys("recent:*") == []
    assert desk.with_staff("c1") is None
    assert "你好" in await told(desk, "你好")


async def test_a_question_about_records_forgets_nobody(desk: Desk, store: HandoverStore) -> None:
    await told(desk, "人工")
    await told(desk, "怎么删除我的居住记录")
    await told(desk, "忘了我", "hotline")
    assert len(store.open_cases()) == 1


async def test_who_cannot_be_forgotten_now_is_told_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> None:
        raise Unavailable("数据库连不上。")

    desk.forget_also(gone)
    assert "过几分钟再发一次" in await told(desk, "忘了我")


async def test_who_leaves_is_forgotten(desk: Desk, store: HandoverStore, valkey: Redis) -> None:
    await told(desk, "人工")
    left: list[str] = []
    desk.forget_also(left.append)
    await desk.forget("c1")
    assert left == ["c1"]
    assert store.open_cases() == []
    assert await valkey.exists("recent:c1") == 0
