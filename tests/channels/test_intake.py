"""What every channel relies on: each message is masked, then answered, whatever state the engine is in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.answers.fixed import say
from bot.channels.ahead import Ahead
from bot.channels.intake import Intake
from bot.channels.order import Order
from bot.channels.rate import RateLimit
from bot.clock import today
from bot.dialogue.degraded import Degraded
from bot.dialogue.engine import Engine, Turned
from bot.errors import EngineNotReady, TooMany
from bot.messages import Inbound, Understood
from bot.settings import Settings

CHOSEN = Settings(max_text_chars=50, chat_timeout_s=0.2)


class ScriptedEngine(Engine):
    """An engine without a model: it greets, or does what a test tells it to.

    Args:
        raises: what goes wrong in every turn.
        seconds: how long a turn takes.
    """

    def __init__(self, raises: Exception | None = None, seconds: float = 0.0, silent: bool = False) -> None:
        super().__init__(Path("no-model"), 60)
        self.raises, self.seconds, self.silent = raises, seconds, silent
        self.seen: list[Inbound] = []
        self.inside = self.most_inside = 0

    @property
    def ready(self) -> bool:
        """Always."""
        return True

    async def handle(self, inbound: Inbound, timeout_s: float) -> Turned:
        """As told."""
        self.seen.append(inbound)
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await asyncio.wait_for(asyncio.sleep(self.seconds), timeout_s)
        except asyncio.TimeoutError:
            raise EngineNotReady("一时没有算完。") from None
        finally:
            self.inside -= 1
        if self.raises:
            raise self.raises
        return Turned(heard(inbound), () if self.silent else (say("greet"),))


def heard(inbound: Inbound) -> Understood:
    return Understood(inbound.text, inbound.text, "thanks", 0.9)


def no_item(item_id: str, day: date) -> Mapping[str, Any] | None:
    return None


def intake(engine: Engine) -> Intake:
    return Intake(engine, Degraded(heard, no_item, "12345"), Ahead(lambda texts: None), CHOSEN)


def words(turned: Turned) -> str:
    return turned.answers[0].blocks[0].lines[0]


GREETING, DEGRADED = words(Turned(Understood("", "", "", 1), (say("greet"),))), say("thanks").blocks[0].lines[0]


async def test_the_engine_answers_when_it_can() -> None:
    assert words(await intake(ScriptedEngine()).answer("c1", "在吗", "web")) == GREETING


@pytest.mark.parametrize(
    "engine",
    [
        Engine(Path("no-model"), 60),  # never started: it counts as loading
        ScriptedEngine(raises=EngineNotReady("还没好")),
        ScriptedEngine(raises=RuntimeError("a fault in an action")),
        ScriptedEngine(seconds=5),
        ScriptedEngine(silent=True),
    ],
    ids=["loading", "stopped", "fault", "slow", "silent"],
)
async def test_without_the_engine_retrieval_answers(engine: Engine) -> None:
    turned = await asyncio.wait_for(intake(engine).answer("c1", "在吗", "web"), timeout=2)
    assert words(turned) == DEGRADED


async def test_a_fault_while_computing_ahead_leaves_nobody_without_an_answer() -> None:
    def broken(texts: Sequence[str]) -> None:
        raise RuntimeError("no memory")

    desk = Intake(ScriptedEngine(), Degraded(heard, no_item, "12345"), Ahead(broken), CHOSEN)
    assert (await desk.answer("c1", "在吗", "web")).answers


async def test_when_even_retrieval_fails_the_hotline_number_goes_out() -> None:
    def broken(inbound: Inbound) -> Understood:
        raise RuntimeError("no model")

    alone = Intake(Engine(Path("no-model"), 60), Degraded(broken, no_item, "12345"), Ahead(lambda texts: None), CHOSEN)
    turned = await alone.answer("c1", "在吗", "web")
    assert "12345" in str(turned.answers)


@pytest.mark.parametrize("text", ["", "   \n\t", "？？？", "😭😭", "。", "🏳️‍🌈", "\u200b"])
async def test_what_holds_no_words_is_told_so_and_not_read(text: str) -> None:
    engine = ScriptedEngine()
    turned = await intake(engine).answer("c1", text, "web")
    assert turned.answers
    assert engine.seen == []
    assert turned.heard.in_scope is False


@pytest.mark.parametrize("text", ["1", "第二个", "a", "７", "👶要上学"])
async def test_a_short_answer_is_read(text: str) -> None:
    engine = ScriptedEngine()
    await intake(engine).answer("c1", text, "web")
    assert len(engine.seen) == 1


async def test_the_longest_message_is_read_and_one_more_sign_is_not() -> None:
    engine = ScriptedEngine()
    await intake(engine).answer("c1", "工" * 50, "web")
    assert len(engine.seen) == 1
    turned = await intake(engine).answer("c1", "工" * 51, "web")
    assert len(engine.seen) == 1
    assert "50" in words(turned)
    assert len(turned.heard.text) <= 200


async def test_masking_a_number_does_not_make_a_long_message_short() -> None:
    engine = ScriptedEngine()
    turned = await intake(engine).answer("c1", "我的身份证11010519491231002X，" + "工" * 500, "web")
    assert engine.seen == []
    assert "太长" in words(turned)


async def test_personal_numbers_are_masked_before_anything_reads_them() -> None:
    engine = ScriptedEngine()
    turned = await intake(engine).answer("c1", "身份证11010519491231002X，电话13812345678", "web")
    assert "11010519491231002X" not in repr((engine.seen, turned))
    assert "13812345678" not in repr((engine.seen, turned))


async def test_the_day_asked_for_is_passed_on_and_else_it_is_today() -> None:
    engine = ScriptedEngine()
    await intake(engine).answer("c1", "在吗", "hotline", date(2026, 3, 1))
    await intake(engine).answer("c1", "在吗", "web")
    assert [(seen.as_of, seen.channel) for seen in engine.seen] == [(date(2026, 3, 1), "hotline"), (today(), "web")]


async def test_one_conversation_goes_one_by_one_and_others_do_not_wait() -> None:
    engine = ScriptedEngine(seconds=0.05)
    desk = intake(engine)
    await asyncio.gather(*(desk.answer("c1", str(n), "web") for n in range(3)))
    assert engine.most_inside == 1
    assert [seen.text for seen in engine.seen] == ["0", "1", "2"]
    await asyncio.gather(*(desk.answer(f"c{n}", "在吗", "web") for n in range(3)))
    assert engine.most_inside == 3


async def test_a_flood_is_stopped_and_other_people_are_not(valkey: Redis[bytes]) -> None:
    desk = intake(ScriptedEngine())
    desk.share(Order(valkey), RateLimit(valkey, 2, seconds=lambda: 30.0))
    for _ in range(2):
        await desk.answer("c1", "在吗", "web")
    with pytest.raises(TooMany):
        await desk.answer("c1", "在吗", "web")
    assert (await desk.answer("c2", "在吗", "web")).answers
