"""Calls over real TCP: a stand-in exchange, a stand-in speech server over HTTP, a scripted desk behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.answers import fixed
from bot.answers.phrases import phrase
from bot.channels.hotline.sound.frames import ERROR, HANG_UP, IDENTITY, KEY, SOUND, encoded
from bot.channels.hotline.voice.ears import Ears
from bot.channels.hotline.voice.outcomes import Outcomes
from bot.channels.hotline.voice.player import FRAME_BYTES
from bot.channels.hotline.voice.service import VoiceService
from bot.channels.hotline.voice.sounds import Sounds
from bot.channels.hotline.voice.speech import Speech
from bot.dialogue.engine import Turned
from bot.errors import NotFound, TooMany, Unavailable
from bot.messages import Answer, Block, Understood
from tests.channels.hotline.voice.phone import LOUD, Phone, Recorded, loud
from tests.channels.hotline.voice.speaker import Speaker, speaking

Start = Callable[..., Awaitable[int]]
LONG = "要带的东西很多" * 10
ANSWERS = {
    "要带什么": ("ask_materials", Answer((Block("lead", ("要带身份证",)),), ("在哪办", "要花钱吗"), "a.b", 1)),
    "在哪办": ("ask_place", Answer((Block("lead", ("在受理中心办",)),), (), "a.b", 1)),
    "要花钱吗": ("ask_cost", Answer((Block("lead", (LONG,)), Block("note", (LONG,))), (), "a.b", 1)),
    "转人工": ("request_human", fixed.say("request_human", hotline="12345")),
    "再见": ("goodbye", fixed.say("goodbye")),
}


class ScriptedDesk:
    """Answers what it knows, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.fails: Exception | None = None

    async def answer(self, conversation_id: str, text: str) -> Turned:
        """As Desk.answer."""
        self.asked.append((conversation_id, text))
        if self.fails:
            raise self.fails
        act, answer = ANSWERS.get(text, ("out_of_scope", fixed.not_understood("12345")))
        return Turned(Understood(text, text, act, 0.9), (answer,))

    @property
    def texts(self) -> list[str]:
        """What was asked."""
        return [text for _, text in self.asked]


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk()


@pytest.fixture
def speaker() -> Iterator[Speaker]:
    with speaking() as started:
        started.ms = 5
        yield started


@pytest_asyncio.fixture
async def start(desk: ScriptedDesk, speaker: Speaker, tmp_path: Path) -> AsyncIterator[Start]:
    running: list[VoiceService] = []

    async def begin(*said: str | Exception, staffed: bool = False, redis: Redis | None = None, most: int = 40) -> int:
        speech = Speech(speaker.url, Sounds(tmp_path / "voice"), 0.5)
        ears = partial(Ears, Recorded(*said), likely=loud)
        begin.outcomes = Outcomes(redis)  # type: ignore[attr-defined]
        running.append(
            VoiceService(desk.answer, speech, ears, begin.outcomes, "12345", lambda: staffed, most)  # type: ignore[attr-defined]
        )
        return await running[-1].start("127.0.0.1", 0)

    yield begin
    for service in running:
        await service.stop()


async def test_a_question_is_heard_and_answered(start: Start, desk: ScriptedDesk, speaker: Speaker) -> None:
    async with Phone(await start("要带什么")) as phone:
        await phone.hears(lambda: "转人工" in speaker.spoken)
        phone.speak()
        await phone.hears(lambda: "要带身份证。" in speaker.spoken)
        phone.key("1")
        await phone.hears(lambda: "在受理中心办。" in speaker.spoken)
    assert desk.asked == [(f"voice:{phone.uuid}", "要带什么"), (f"voice:{phone.uuid}", "在哪办")]
    assert {(frame.kind, len(frame.payload)) for frame in phone.frames} == {(SOUND, FRAME_BYTES)}


async def test_speech_and_keys_stop_us(start: Start, desk: ScriptedDesk, speaker: Speaker) -> None:
    speaker.ms = 60
    async with Phone(await start("要花钱吗", "要带什么")) as phone:
        await phone.hears(lambda: len(phone.frames) > 5)
        phone.speak()
        await phone.hears(lambda: LONG in speaker.spoken)
        assert phrase("voice.greeting").splitlines()[2][:6] not in speaker.spoken  # it was cut short before
        played = len(phone.frames)
        await phone.hears(lambda: len(phone.frames) > played + 5)
        phone.key("0")
        await phone.hears(lambda: "转人工" in desk.texts)
        await phone.hears(lambda: "打幺二三四五" in speaker.spoken)
    assert len(phone.sound) < 8000 * 2 * 0.06 * len(speaker.spoken)


async def test_good_bye_ends_the_call_and_the_exchange_learns_how(start: Start, valkey: Redis) -> None:
    async with Phone(await start("再见", redis=valkey)) as phone:
        phone.speak()
        await phone.hears(lambda: phone.hung_up)
    assert await start.outcomes.of(phone.uuid) == "done"  # type: ignore[attr-defined]
    assert await Outcomes(valkey).of(phone.uuid) == "done"  # another process
    with pytest.raises(NotFound):
        await Outcomes(None).of(phone.uuid)


async def test_a_person_takes_over_in_hours(start: Start, desk: ScriptedDesk) -> None:
    async with Phone(await start(staffed=True)) as phone:
        phone.key("0")
        await phone.hears(lambda: phone.hung_up)
    assert desk.texts == ["转人工"]
    assert await start.outcomes.of(phone.uuid) == "transfer"  # type: ignore[attr-defined]


async def test_who_hangs_up_is_gone(start: Start, desk: ScriptedDesk) -> None:
    port = await start("要带什么")
    for last in (encoded(HANG_UP), encoded(ERROR, b"\x01"), b""):
        async with Phone(port) as phone:
            await phone.hears(lambda phone=phone: len(phone.frames) > 2)
            phone.send(last)
            if not last:
                phone.writer.write_eof()
                phone._tasks[1].cancel()
            await phone.hears(lambda phone=phone: phone.over)
        assert await start.outcomes.of(phone.uuid) == "gone"  # type: ignore[attr-defined]


@pytest.mark.parametrize("mode", ["error", "slow", "text", "float"])
async def test_without_a_voice_the_words_are_kept_and_the_call_ends(
    start: Start, desk: ScriptedDesk, speaker: Speaker, mode: str
) -> None:
    async with Phone(await start("要带什么")) as phone:
        await phone.hears(lambda: "转人工" in speaker.spoken)
        speaker.mode = mode
        phone.speak()
        await phone.hears(lambda: phone.hung_up)
    await phone.hears(lambda: desk.texts == ["要带什么", "转人工"])
    assert await start.outcomes.of(phone.uuid) == "done"  # type: ignore[attr-defined]


async def test_without_a_voice_from_the_start_a_person_is_given_in_hours(
    start: Start, desk: ScriptedDesk, speaker: Speaker
) -> None:
    speaker.mode = "error"
    async with Phone(await start(staffed=True)) as phone:
        await phone.hears(lambda: phone.hung_up)
    assert desk.asked == []
    assert await start.outcomes.of(phone.uuid) == "transfer"  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", [Unavailable("听不了。"), ValueError("broken"), ""])
async def test_what_cannot_be_recognised_is_asked_again(
    start: Start, desk: ScriptedDesk, speaker: Speaker, fault: str | Exception
) -> None:
    async with Phone(await start(fault, "要带什么")) as phone:
        await phone.hears(lambda: "转人工" in speaker.spoken)
        await phone.hears(lambda: len(phone.frames) > len(phrase("voice.greeting")) // 4)
        await asyncio.sleep(0.5)  # the greeting is over
        phone.speak()
        await phone.hears(lambda: "没听清，再说一次好吗？" in speaker.spoken)
        phone.speak()
        await phone.hears(lambda: desk.texts == ["要带什么"])


@pytest.mark.parametrize(
    ("fault", "words"), [(TooMany("你说得太快了。"), "你说得太快了。"), (KeyError("x"), "资料一时查不到")]
)
async def test_a_fault_behind_the_desk_is_answered(
    start: Start, desk: ScriptedDesk, speaker: Speaker, fault: Exception, words: str
) -> None:
    desk.fails = fault
    async with Phone(await start("要带什么")) as phone:
        phone.speak()
        await phone.hears(lambda: words in speaker.spoken)


async def test_a_typed_number_counts_once(start: Start, desk: ScriptedDesk, speaker: Speaker) -> None:
    async with Phone(await start("要带什么")) as phone:
        phone.speak()
        await phone.hears(lambda: "要带身份证。" in speaker.spoken)
        for digit in "1122":
            phone.key(digit)
        await phone.hears(lambda: "在受理中心办。" in speaker.spoken)
    assert desk.texts == ["要带什么", "在哪办"]


async def test_sound_of_another_rate_is_heard_as_well(start: Start, desk: ScriptedDesk) -> None:
    async with Phone(await start("要带什么")) as phone:
        phone.speak(LOUD * 40, kind=0x12)
        await phone.hears(lambda: desk.texts == ["要带什么"])


@pytest.mark.parametrize(
    "first",
    [b"GET / HTTP/1.1\r\n\r\n", encoded(SOUND, bytes(320)), encoded(IDENTITY, b"short"), encoded(HANG_UP), b"\x01"],
)
async def test_a_stranger_is_not_let_in(start: Start, desk: ScriptedDesk, speaker: Speaker, first: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", await start())
    writer.write(first)
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    assert speaker.asked == []


async def test_odd_frames_do_no_harm(start: Start, desk: ScriptedDesk) -> None:
    async with Phone(await start("要带什么")) as phone:
        odd = [encoded(0x42, b"new"), encoded(KEY, b""), encoded(KEY, b"\xff"), encoded(KEY, b"A"), encoded(SOUND, b"")]
        phone.send(b"".join([*odd, encoded(SOUND, b"\0"), encoded(SOUND, bytes(65_535)), encoded(0x18, bytes(7))]))
        phone.speak()
        await phone.hears(lambda: desk.texts == ["要带什么"])


async def test_the_same_name_twice_and_no_line_free(start: Start, desk: ScriptedDesk) -> None:
    port = await start("要带什么", most=1)
    async with Phone(port) as first:
        await first.hears(lambda: bool(first.frames))
        async with Phone(port, first.uuid) as same, Phone(port) as other:
            await same.hears(lambda: same.hung_up)
            await other.hears(lambda: other.hung_up)
        assert await start.outcomes.of(other.uuid) == "busy"  # type: ignore[attr-defined]
        first.speak()
        await first.hears(lambda: desk.texts == ["要带什么"])


async def test_the_end_of_the_server_ends_its_calls(desk: ScriptedDesk, speaker: Speaker, tmp_path: Path) -> None:
    speech = Speech(speaker.url, Sounds(tmp_path), 0.5)
    ears = partial(Ears, Recorded(), likely=loud)
    service = VoiceService(desk.answer, speech, ears, Outcomes(None), "12345", lambda: False)
    async with Phone(await service.start("127.0.0.1", 0)) as phone:
        await phone.hears(lambda: len(phone.frames) > 2)
        await service.stop()
        await phone.hears(lambda: phone.hung_up)
