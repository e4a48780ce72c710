"""Sound of any rate becomes 16 kHz without a change of pitch, length or loudness."""

from __future__ import annotations

import numpy as np
import pytest

from bot.channels.hotline.sound.frames import RATES
from bot.channels.hotline.sound.resample import RATE, Resampler

TONE_HZ = 440


def tone(rate: int, seconds: float) -> bytes:
    at = np.arange(int(rate * seconds)) / rate
    return bytes((8_000 * np.sin(2 * np.pi * TONE_HZ * at)).astype("<i2").tobytes())


@pytest.mark.parametrize("rate", sorted(RATES.values()))
def test_the_tone_stays_the_tone(rate: int) -> None:
    resampler, sound, piece = Resampler(rate), tone(rate, 1.0), 2 * (rate // 50)
    pieces = [resampler.feed(sound[at : at + piece]) for at in range(0, len(sound), piece)]
    heard = np.frombuffer(b"".join([*pieces, resampler.finish()]), "<i2")
    assert abs(len(heard) - RATE) <= 2
    spectrum = np.abs(np.fft.rfft(heard.astype(float) * np.hanning(len(heard))))
    assert abs(int(np.argmax(spectrum)) * RATE / len(heard) - TONE_HZ) <= 2
    middle = heard[RATE // 4 : 3 * RATE // 4].astype(float)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(8_000 / np.sqrt(2), rel=0.02)


def test_nothing_comes_of_nothing() -> None:
    resampler = Resampler(8_000)
    assert resampler.feed(b"") + resampler.finish() == b""
