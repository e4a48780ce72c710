"""Text to speech through the HTTP seam, with a real server that may be slow, down or wrong; and what is kept of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.hotline.voice.sounds import Sounds
from bot.channels.hotline.voice.speech import Speech
from bot.channels.hotline.voice.wav import telephone_sound, wav
from bot.errors import BadInput, ServiceDown
from services.breaker import Breaker
from tests.channels.hotline.voice.speaker import Speaker, riff, speaking


@pytest.fixture
def speaker() -> Iterator[Speaker]:
    with speaking() as started:
        yield started


def speech(speaker: Speaker, folder: Path, **other: object) -> Speech:
    return Speech(speaker.url, Sounds(folder / "voice"), 0.5, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["s16", "alaw", "24k"])
async def test_every_kind_of_sound_comes_out_for_the_telephone(speaker: Speaker, tmp_path: Path, mode: str) -> None:
    speaker.mode = mode
    voice = speech(speaker, tmp_path)
    sound = np.frombuffer(await voice.sound("可以。", 0.8, keep=True), "<i2").astype(float)
    assert speaker.asked == [{"text": "可以。", "rate": 0.8, "sample_rate": 8000}]
    assert len(sound) == pytest.approx(8000 * 0.3 / 0.8, abs=4)
    loudest = np.argmax(np.abs(np.fft.rfft(sound))) * 8000 / len(sound)
    assert loudest == pytest.approx(440, abs=4)
    await voice.close()


@pytest.mark.parametrize("mode", ["slow", "error", "refused", "text", "empty", "huge", "float"])
async def test_what_cannot_be_spoken_is_said_to_be_so(speaker: Speaker, tmp_path: Path, mode: str) -> None:
    speaker.mode = mode
    voice = speech(speaker, tmp_path)
    with pytest.raises(ServiceDown):
        await voice.sound("可以。", 1.0, keep=True)
    assert not (tmp_path / "voice").exists()
    speaker.mode = "s16"
    assert await voice.sound("可以。", 1.0, keep=True)
    await voice.close()


async def test_a_dead_server_is_left_alone_for_a_while(speaker: Speaker, tmp_path: Path) -> None:
    now = [0.0]
    voice = speech(speaker, tmp_path, breaker=Breaker(failures=3, rest_s=10, clock=lambda: now[0]))
    speaker.mode = "error"
    for _ in range(4):
        with pytest.raises(ServiceDown):
            await voice.sound("可以。", 1.0, keep=True)
    assert len(speaker.asked) == 3
    speaker.mode, now[0] = "s16", 11.0
    assert await voice.sound("可以。", 1.0, keep=True)
    await voice.close()


async def test_what_was_prepared_is_spoken_without_a_server(speaker: Speaker, tmp_path: Path) -> None:
    voice = speech(speaker, tmp_path)
    await voice.prepare(["马上打幺幺九。"])
    await voice.close()
    speaker.mode = "error"
    again = speech(speaker, tmp_path)  # another process, after a restart
    assert await again.sound("马上打幺幺九。", 1.0, keep=True)
    with pytest.raises(ServiceDown):
        await again.sound("马上打幺幺九。", 0.8, keep=True)
    await again.prepare(["别的", "再别的"])  # a server that is down is no reason not to start
    await again.close()


async def test_what_a_caller_told_is_not_written_to_disk(speaker: Speaker, tmp_path: Path) -> None:
    voice = speech(speaker, tmp_path)
    await voice.sound("记下了，社保八个月。", 1.0, keep=False)
    await voice.sound("记下了，社保八个月。", 1.0, keep=False)
    assert len(speaker.asked) == 1
    assert not (tmp_path / "voice").exists()
    await voice.close()


def test_what_is_kept_is_bounded(tmp_path: Path) -> None:
    sounds = Sounds(tmp_path, memory_bytes=3000, disk_bytes=5000)
    for n in range(10):
        sounds.put(f"{n:02}", bytes([n]) * 1000, keep=True)
    fresh = Sounds(tmp_path)
    kept = [n for n in range(10) if fresh.get(f"{n:02}")]
    assert len(kept) == 5
    assert 9 in kept
    assert fresh.get("09") == bytes([9]) * 1000


def test_a_full_disk_loses_nothing_but_the_copy(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    sounds = Sounds(blocked / "voice")
    sounds.put("aa", b"1234", keep=True)
    assert sounds.get("aa") == b"1234"


def test_two_channels_become_one() -> None:
    both = struct.pack("<4h", 100, 300, -100, -300)
    assert np.frombuffer(telephone_sound(riff(1, 8000, 16, both, channels=2)), "<i2").tolist() == [200, -200]


@given(st.binary(max_size=80), st.integers(0, 0xFFFF), st.integers(0, 9), st.sampled_from([0, 8000, 44100, 99999]))
def test_no_file_breaks_the_reader(data: bytes, kind: int, channels: int, rate: int) -> None:
    for body in (data, b"RIFF1234WAVE" + data, riff(kind, rate, 8, data, channels), wav(data, rate)):
        with suppress(BadInput):
            assert len(telephone_sound(body)) % 2 == 0
