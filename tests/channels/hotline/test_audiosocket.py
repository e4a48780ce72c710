"""Legs by AudioSocket over real sockets into real calls; the recogniser is FunASR's stand-in, also on a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.channels.hotline.audiosocket import AudioSocket
from bot.channels.hotline.legs import Legs
from bot.channels.hotline.recognisers.funasr import FunAsr
from bot.channels.hotline.recognisers.upstream import Upstream
from bot.channels.hotline.sound.frames import HANG_UP, IDENTITY, RATES, encoded
from tests.channels.hotline.exchange import LegPlayer
from tests.channels.hotline.helper import Process
from tests.channels.hotline.recognisers.stand_ins import SENTENCES, FunAsrStandIn, marked, silence


class Office:
    """A process that takes legs."""

    def __init__(self, process: Process, legs: Legs, socket: AudioSocket, port: int, asr: FunAsrStandIn) -> None:
        self.process, self.legs, self.socket, self.port, self.asr = process, legs, socket, port, asr

    async def call(self, call_id: str) -> dict[str, Any]:
        return await self.process.calls.snapshot(call_id)

    async def said(self, call_id: str) -> list[tuple[str, str]]:
        lines = (await self.call(call_id))["segments"]
        return [(line["speaker"], line["text"].rstrip("。")) for line in lines]


@pytest_asyncio.fixture
async def office(valkey: Redis, sqlite_url: str) -> AsyncIterator[Office]:
    asr = FunAsrStandIn(python=False)
    await asr.start()
    process, legs = Process(valkey, sqlite_url), Legs(valkey)
    socket = AudioSocket(process.calls, Upstream(asr.url, FunAsr), legs, resume_s=0.5, silent_s=2.0)
    yield Office(process, legs, socket, await socket.start("127.0.0.1", 0), asr)
    await socket.stop()
    await process.stop()
    await asr.stop()


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(500):
        if await true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


def flat(number: int) -> bytes:
    """A sentence after a pause."""
    return silence(600) + marked(number)


async def test_two_legs_are_one_call_with_two_speakers(office: Office) -> None:
    legs = {speaker: str(uuid4()) for speaker in ("caller", "agent")}
    for speaker, leg in legs.items():
        await office.legs.announce(leg, "c-1", speaker)  # type: ignore[arg-type]
    caller = await LegPlayer.connect(office.port, legs["caller"])
    agent = await LegPlayer.connect(office.port, legs["agent"])
    await caller.play(flat(1) + flat(2), rate=16_000)
    await agent.play(flat(4), rate=16_000)
    await caller.hang_up()
    assert (await office.call("c-1"))["call"]["state"] == "live"
    await agent.hang_up()
    assert sorted(await office.said("c-1")) == sorted(
        [("caller", SENTENCES[1]), ("caller", SENTENCES[2]), ("agent", SENTENCES[4])]
    )

    async def ended() -> bool:
        return bool((await office.call("c-1"))["call"]["state"] == "ended")

    await until(ended)


@pytest.mark.parametrize("rate", sorted(RATES.values()))
async def test_sound_of_every_rate_is_heard(office: Office, rate: int) -> None:
    leg = str(uuid4())
    player = await LegPlayer.connect(office.port, leg)
    await player.play(flat(3) + flat(1), rate=rate)
    await player.hang_up()
    assert await office.said(leg) == [("caller", SENTENCES[3]), ("caller", SENTENCES[1])]


async def test_the_rate_may_change_in_the_middle(office: Office) -> None:
    leg = str(uuid4())
    player = await LegPlayer.connect(office.port, leg)
    await player.play(flat(1), rate=16_000)
    await player.play(silence(300), rate=8_000)
    await player.play(silence(700) + marked(2), rate=16_000)
    await player.hang_up()
    assert await office.said(leg) == [("caller", SENTENCES[1]), ("caller", SENTENCES[2])]


async def test_a_cut_leg_comes_back_into_the_same_call(office: Office) -> None:
    leg = str(uuid4())
    first = await LegPlayer.connect(office.port, leg)
    await first.play(flat(1), rate=16_000)
    first.cut()
    second = await LegPlayer.connect(office.port, leg)
    await second.play(flat(2), rate=16_000)
    await asyncio.sleep(0.8)  # the first one's end is past, and the call is not ended by it
    assert (await office.call(leg))["call"]["state"] == "live"
    await second.hang_up()
    assert await office.said(leg) == [("caller", SENTENCES[1]), ("caller", SENTENCES[2])]


async def test_the_later_of_two_connections_for_one_leg_counts(office: Office) -> None:
    leg = str(uuid4())
    old, new = [await LegPlayer.connect(office.port, leg) for _ in range(2)]
    await asyncio.sleep(0.1)
    await new.play(flat(1), rate=16_000)
    await new.play(silence(200), rate=16_000)

    async def heard() -> bool:
        return bool(await office.said(leg))

    await until(heard)
    await old.play(flat(3), rate=16_000)
    await old.gone()
    await new.hang_up()
    assert await office.said(leg) == [("caller", SENTENCES[1])]


@pytest.mark.parametrize(
    "data",
    [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"x" * 70_000, encoded(0x10, b"\0" * 320), encoded(IDENTITY, b"short"),
     b"\xff" * 70_000, encoded(HANG_UP)],
    ids=["a browser", "sound before the name", "half a name", "noise", "a hang-up"],
)  # fmt: skip
async def test_strangers_are_hung_up_on(office: Office, data: bytes) -> None:
    player = await LegPlayer.connect(office.port, None)
    try:
        await player.send(data)
        assert await player.gone() in (encoded(HANG_UP), b"")
    except ConnectionError:
        pass
    assert await office.process.calls.live() == []


async def test_strange_frames_in_a_call_are_passed_over(office: Office) -> None:
    leg = str(uuid4())
    player = await LegPlayer.connect(office.port, leg)
    for kind, payload in (
        (0x03, b"5"),
        (0xFF, b"\x01"),
        (0x42, b"?" * 65_535),
        (0x10, b""),
        (0x12, b"\x01"),
        (0x01, b""),
    ):
        await player.send(encoded(kind, payload))
    await player.play(flat(2), rate=16_000, frame_ms=2_000)
    await player.hang_up()
    assert await office.said(leg) == [("caller", SENTENCES[2])]


async def test_half_a_frame_and_then_nothing(office: Office) -> None:
    leg = str(uuid4())
    player = await LegPlayer.connect(office.port, leg)
    await player.play(flat(1), rate=16_000)
    await player.send(b"\x10\xff\xff\x00\x00")
    await player.gone()
    assert await office.said(leg) == [("caller", SENTENCES[1])]


async def test_a_recogniser_that_is_away_ends_no_call(office: Office) -> None:
    await office.asr.stop()
    leg = str(uuid4())
    player = await LegPlayer.connect(office.port, leg)
    await player.play(flat(1), rate=16_000)
    await asyncio.sleep(0.5)
    await office.asr.start()
    await player.play(flat(2), rate=16_000)
    await player.hang_up()
    assert await office.said(leg) == [("caller", SENTENCES[1]), ("caller", SENTENCES[2])]


async def test_many_legs_at_once_are_kept_apart(office: Office) -> None:
    async def one(number: int) -> tuple[int, list[tuple[str, str]]]:
        leg, sentence = str(uuid4()), 1 + number % 4
        player = await LegPlayer.connect(office.port, leg)
        await player.play(flat(sentence), rate=16_000)
        await player.hang_up()
        return sentence, await office.said(leg)

    for sentence, said in await asyncio.gather(*(one(number) for number in range(20))):
        assert said == [("caller", SENTENCES[sentence])]
