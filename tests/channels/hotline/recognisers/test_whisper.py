"""The embedded recogniser, with the real model and a voice: words, no words where nobody speaks, turns kept."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from bot.channels.hotline.recognisers.base import Heard
from bot.channels.hotline.recognisers.whisper import Whisper
from bot.channels.hotline.recognisers.whisper_model import Hear, is_phantom, load
from bot.channels.hotline.recognisers.words import prompt
from bot.channels.hotline.recognisers.worker import Worker
from bot.channels.hotline.sound.resample import RATE
from bot.errors import SetupError, Unavailable
from tests.channels.hotline.sound.test_utterances import music, silence
from tests.speech import spoken

SAID = ["我想问一下居住证怎么办理", "办居住登记要带什么材料", "老板拖欠我们十几个人的工资，找谁投诉"]
NOISE = np.random.default_rng(3).normal(0, 300, RATE * 4).astype("<i2").tobytes()


async def all_heard(whisper: Whisper, pcm: bytes) -> list[Heard]:
    found: list[Heard] = []

    async def heard(one: Heard) -> None:
        found.append(one)

    stream = whisper.open(heard)
    for at in range(0, len(pcm), 640):
        await stream.feed(pcm[at : at + 640])
    await stream.finish()
    return found


def wrong_signs(text: str, right: str) -> int:
    """Signs to change, leaving punctuation out."""
    a, b = ("".join(filter(str.isalnum, one)) for one in (text, right))
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (one != other))
    return row[-1]


async def test_a_caller_is_heard_sentence_by_sentence_between_music_and_silence(hear: Hear) -> None:
    pcm = music(3) + silence(500) + b"".join(one + silence(1_000) for one in spoken(SAID))
    whisper = Whisper(lambda: hear)
    finals = [one for one in await all_heard(whisper, pcm) if one.final]
    await whisper.stop()
    assert len(finals) >= len(SAID)
    assert wrong_signs("".join(one.text for one in finals), "".join(SAID)) <= 4
    assert [one.key for one in finals] == [str(number) for number in range(len(finals))]
    assert [one.begin_ms for one in finals] == sorted(one.begin_ms for one in finals)


@pytest.mark.parametrize("sound", ["silence", "music", "noise", "one tone", "clicks", "too loud"])
def test_nobody_says_nothing_even_when_the_detector_is_fooled(hear: Hear, sound: str) -> None:
    at = np.arange(RATE * 3) / RATE
    clicks = (np.random.default_rng(1).random(RATE * 3) > 0.9995) * 20_000
    pcm = {"silence": silence(3_000), "music": music(5), "noise": NOISE, "clicks": clicks.astype("<i2").tobytes(),
           "one tone": (9_000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes(),
           "too loud": b"\xff\x7f" * RATE * 2}[sound]  # fmt: skip
    assert hear(pcm, True) == ""


def test_a_piece_too_short_to_be_anything_is_nothing(hear: Hear) -> None:
    assert hear(b"\0\0" * 10, True) == ""
    assert hear(b"", True) == ""


def test_words_come_in_simplified_characters(hear: Hear) -> None:
    (pcm,) = spoken(["办居住登记要带什么材料"])
    assert "带什么材料" in hear(pcm, True)


@pytest.mark.parametrize(
    ("text", "phantom"),
    [("字幕by索兰娅", True), ("优优独播剧场——YoYo Television Series Exclusive", True), ("谢谢观看", True),
     ("感谢您的收看", True), (prompt([])[8:30], True), ("谢谢，我知道了", False), ("居住证", False),
     ("我要点赞你们的服务", False)],
)  # fmt: skip
def test_credits_and_the_prompt_itself_were_said_by_nobody(text: str, phantom: bool) -> None:
    assert is_phantom(text, prompt([])) is phantom


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="载入不了"):
        load(str(tmp_path), lambda: "", tmp_path)


async def test_without_a_model_nobody_waits_and_it_is_said_why() -> None:
    def missing() -> Hear:
        raise SetupError("识别模型没有。")

    whisper = Whisper(missing, lambda: lambda piece: float(piece[0]))
    assert await all_heard(whisper, b"\1" * 64_000) == []
    assert whisper.worker.failure == "识别模型没有。"
    with pytest.raises(Unavailable, match="没有"):
        await whisper.worker.hear(b"")
    await whisper.stop()


class Gate:
    """A model that hears one thing after another when it is let."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.heard: list[bytes] = []

    def __call__(self, pcm: bytes, final: bool) -> str:
        self.open.wait(20)
        self.heard.append(pcm)
        if pcm == b"bad":
            raise RuntimeError("broken sound")
        return pcm.decode()


async def test_finals_go_before_what_may_still_change_and_keep_their_order() -> None:
    gate = Gate()
    worker = Worker(lambda: gate)
    jobs = [asyncio.create_task(worker.hear(pcm, final)) for pcm, final in
            ((b"a", True), (b"p", False), (b"b", True), (b"q", False), (b"c", True))]  # fmt: skip
    await asyncio.sleep(0.05)
    assert not worker.idle
    gate.open.set()
    assert await asyncio.gather(*jobs) == ["a", "p", "b", "q", "c"]
    assert gate.heard == [b"a", b"b", b"c", b"q", b"p"]
    await worker.stop()


async def test_one_utterance_that_breaks_the_model_costs_only_itself() -> None:
    gate = Gate()
    gate.open.set()
    worker = Worker(lambda: gate)
    with pytest.raises(Unavailable):
        await worker.hear(b"bad")
    assert await worker.hear(b"good") == "good"
    await worker.stop()


async def test_far_too_much_gives_up_the_oldest_that_waits() -> None:
    gate = Gate()
    worker = Worker(lambda: gate, most_waiting_ms=1)
    first = asyncio.create_task(worker.hear(b"in hand"))
    await asyncio.sleep(0.1)
    old, new = (asyncio.create_task(worker.hear(letter * 20)) for letter in (b"o", b"n"))
    await asyncio.sleep(0.05)
    gate.open.set()
    with pytest.raises(Unavailable, match="来不及"):
        await old
    assert (await first, await new) == ("in hand", "n" * 20)
    await worker.stop()


async def test_at_the_end_nobody_is_left_waiting() -> None:
    gate = Gate()
    worker = Worker(lambda: gate)
    jobs = [asyncio.create_task(worker.hear(b"x")) for _ in range(3)]
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0.05)
    gate.open.set()
    await stopping
    ends = await asyncio.gather(*jobs, return_exceptions=True)
    assert all(end == "x" or isinstance(end, Unavailable) for end in ends)
    with pytest.raises(Unavailable):
        await worker.hear(b"y")
