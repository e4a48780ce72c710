"""办成了吗?: asked once, at the next message where the case was left; its answer reaches the case."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.channels.desk import Desk
from bot.channels.outcome import EVERY_S, OutcomeTalk
from bot.channels.recent import Recent
from bot.clock import now
from bot.dialogue.engine import Turned
from bot.errors import Unavailable
from bot.hours import Hours
from bot.messages import Answer, Block, Inbound, Understood
from services.cases.followups import FollowUps
from services.cases.store import CaseStore
from services.cases.tables import service_case
from services.handover.store import HandoverStore
from tests.channels.test_intake import ScriptedEngine, intake


class Talking(ScriptedEngine):
    """Greets; asks an interview's question when it hears "我能办吗"; finds nothing for "咦"."""

    async def handle(self, inbound: Inbound, timeout_s: float) -> Turned:
        turned = await super().handle(inbound, timeout_s)
        if inbound.text == "我能办吗":
            question = Answer((Block("lead", ("去登记过吗？",)),), ("去过", "还没去", "不知道"), "a.b")
            return Turned(Understood("", "", "check_eligibility", 0.9), (question,))
        act = "request_human" if inbound.text == "人工" else "out_of_scope" if inbound.text == "咦" else "greet"
        return Turned(Understood(inbound.text, inbound.text, act, 0.9), turned.answers)


@pytest.fixture
def cases(tmp_path: Path) -> CaseStore:
    return CaseStore(f"sqlite:///{tmp_path / 'x.db'}")


@pytest.fixture
async def desk(cases: CaseStore, tmp_path: Path, valkey: Redis) -> Desk:
    store = HandoverStore(f"sqlite:///{tmp_path / 'x.db'}")
    store.migrate()
    made = Desk(intake(Talking()), lambda: store, Hours())
    made.share(Recent(valkey))
    made.ask_outcome_by(OutcomeTalk(FollowUps(cases)))
    return made


def answered(cases: CaseStore, conversation: str = "c1") -> str:
    """A case that was answered two days ago."""
    case = cases.open("request", "", "办证", "13800000000", "web", conversation_id=conversation)
    cases.move(case.number, 1, "小王", "answered", "去窗口", True)
    with cases.transaction() as connection:
        mine = service_case.update().where(service_case.c.number == case.number)
        connection.execute(mine.values(ask_after=now() - timedelta(days=1)))
    return case.number


async def look(desk: Desk) -> None:
    assert desk._outcome is not None
    desk._outcome._next = None
    await desk._outcome.look()


async def told(desk: Desk, text: str, channel: str = "web", who: str = "c1") -> tuple[str, tuple[str, ...]]:
    turned = await desk.answer(who, text, channel)  # type: ignore[arg-type]
    words = "\n".join(line for answer in turned.answers for block in answer.blocks for line in block.lines)
    return words, turned.answers[-1].quick_replies


@pytest.mark.parametrize(
    ("said", "thanks", "state", "outcome"),
    [
        ("办成了，谢谢", "太好了", "closed", "solved"),
        ("没办成", "退回去接着办", "working", "unsolved"),
        ("还没去", "过几天再问你", "answered", "not_yet"),
    ],
)
async def test_asked_once_and_the_answer_reaches_the_case(
    desk: Desk, cases: CaseStore, said: str, thanks: str, state: str, outcome: str
) -> None:
    number = answered(cases)
    await look(desk)
    words, taps = await told(desk, "你好")
    assert words.endswith(f"你上次留的事（{number}），已经给过答复。办成了吗？")
    assert taps == ("办成了", "没办成", "还没去")
    assert thanks in (await told(desk, said))[0]
    case = cases.get(number)
    assert (case.state, case.outcome) == (state, outcome)
    await look(desk)
    assert "办成了吗" not in (await told(desk, "你好"))[0]


async def test_other_people_are_not_asked(desk: Desk, cases: CaseStore) -> None:
    answered(cases)
    await look(desk)
    assert "办成了吗" not in (await told(desk, "你好", who="c2"))[0]
    assert "办成了吗" not in (await told(desk, "你好", "hotline"))[0]


async def test_an_interview_goes_on(desk: Desk, cases: CaseStore) -> None:
    number = answered(cases)
    await look(desk)
    assert "办成了吗" not in (await told(desk, "我能办吗"))[0]
    assert "办成了吗" not in (await told(desk, "咦"))[0]
    assert "办成了吗" not in (await told(desk, "人工"))[0]
    assert "办成了吗" in (await told(desk, "你好"))[0]
    await told(desk, "我能办吗")
    assert "过几天" not in (await told(desk, "还没去"))[0], "this answers the interview's question"
    assert cases.get(number).outcome is None


async def test_other_words_are_messages_like_any_other(desk: Desk, cases: CaseStore) -> None:
    number = answered(cases)
    await look(desk)
    await told(desk, "你好")
    assert "你好" in (await told(desk, "办成了要多久"))[0]
    assert cases.get(number).outcome is None


async def test_one_process_asks(desk: Desk, cases: CaseStore) -> None:
    number = answered(cases)
    await look(desk)
    FollowUps(cases).ask(number, now())
    assert "办成了吗" not in (await told(desk, "你好"))[0]


async def test_staff_took_it_up_again(desk: Desk, cases: CaseStore) -> None:
    number = answered(cases)
    await look(desk)
    await told(desk, "你好")
    cases.move(number, 2, "小王", "working")
    assert "你好" in (await told(desk, "没办成"))[0], "a message like any other"


async def test_without_a_database_people_get_their_answers(
    desk: Desk, cases: CaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(cases)
    await look(desk)

    def gone(*_: object) -> None:
        raise Unavailable("数据库连不上。")

    monkeypatch.setattr(FollowUps, "ask", gone)
    assert "你好" in (await told(desk, "你好"))[0]
    monkeypatch.undo()
    await told(desk, "你好")
    monkeypatch.setattr(FollowUps, "said", gone)
    assert "太好了" not in (await told(desk, "办成了"))[0]


async def test_it_is_not_looked_up_at_every_round(cases: CaseStore) -> None:
    talk = OutcomeTalk(FollowUps(cases))
    await talk.look()
    answered(cases)
    await talk.look()
    assert talk._to_ask == {}
    assert EVERY_S > 1
