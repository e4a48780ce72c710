"""Voice messages: decoded from what WeChat sends, heard by the recogniser of ASR_URL; bad ones say nothing."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence

import av
import numpy as np
import pytest

from bot.channels.hotline.recognisers.base import Heard, OnHeard
from bot.channels.hotline.recognisers.setup import recogniser_of
from bot.channels.hotline.sound.resample import RATE
from bot.channels.recogniser import NoRecogniser, Recordings, decoded
from bot.errors import Unavailable
from tests.channels.hotline.recognisers.stand_ins import SENTENCES, FunAsrStandIn, marked, silence
from tests.speech import HOME, fetch, resampled, spoken

SECOND = (9_000 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype("<i2").tobytes()


def amr(pcm: bytes) -> bytes:
    """As WeChat records: AMR narrow band."""
    out = io.BytesIO()
    with av.open(out, "w", format="amr") as file:
        stream = file.add_stream("libopencore_amrnb", rate=8_000)
        stream.bit_rate, stream.layout = 12_200, "mono"
        sound = np.frombuffer(resampled(pcm, 8_000), "<i2")
        frame = av.AudioFrame.from_ndarray(sound[None], format="s16", layout="mono")
        frame.sample_rate = 8_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return out.getvalue()


def wav(pcm: bytes, rate: int = RATE, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(pcm)
    return out.getvalue()


class Fixed:
    """Hears what it is told; or breaks off."""

    def __init__(self, words: Sequence[str], whole: bool = True) -> None:
        self._words, self._whole, self.fed = words, whole, 0

    def open(self, heard: OnHeard) -> Fixed:
        self._heard = heard
        return self

    async def feed(self, pcm16: bytes) -> None:
        self.fed += len(pcm16)

    async def finish(self) -> bool:
        for number, text in enumerate(self._words):
            await self._heard(Heard("还没有", False, 0, 1, str(number)))
            await self._heard(Heard(text, True, 0, 1, str(number)))
        return self._whole

    async def stop(self) -> None:
        pass


def test_amr_and_wav_become_16_khz() -> None:
    for audio, encoding in ((amr(SECOND), "amr"), (wav(SECOND), "wav"), (wav(resampled(SECOND, 8_000), 8_000), "wav")):
        heard = np.frombuffer(decoded(audio, encoding), "<i2").astype(float)
        assert abs(len(heard) - RATE) < RATE // 20
        spectrum = np.abs(np.fft.rfft(heard))
        assert abs(int(np.argmax(spectrum)) * RATE / len(heard) - 440) < 5


def test_two_channels_become_one() -> None:
    both = np.repeat(np.frombuffer(SECOND, "<i2"), 2).tobytes()
    assert abs(len(decoded(wav(both, channels=2), "wav")) - len(SECOND)) < 200


@pytest.mark.parametrize(
    ("audio", "encoding"),
    [(b"", "amr"), (b"#!AMR\n", "amr"), (b"\0" * 100, "wav"), (b"RIFF", "wav"), (b"<html>", "speex"), (SECOND, "amr"),
     (b"#EXTM3U\nfile:///etc/passwd", "hls"), (b"ffconcat version 1.0\nfile /etc/passwd", "concat"), (SECOND, "")],
)  # fmt: skip
async def test_what_is_no_recording_says_nothing(audio: bytes, encoding: str) -> None:
    recogniser = Fixed(["不该听见"])
    assert await Recordings(recogniser).text(audio, encoding) in ("", "不该听见")
    assert recogniser.fed < 2 * RATE
    if encoding not in ("amr", "wav"):
        assert recogniser.fed == 0


def test_half_a_recording_is_read_as_far_as_it_goes() -> None:
    whole = amr(SECOND * 4)
    assert 0 < len(decoded(whole[: len(whole) // 2 + 7], "amr")) < 3 * len(SECOND)


def test_a_recording_of_an_hour_is_cut() -> None:
    assert len(decoded(wav(silence(400_000)), "wav")) == 2 * RATE * 300


async def test_sentences_are_joined_so_that_they_can_be_understood() -> None:
    assert (
        await Recordings(Fixed(["喂你好", "", "居住证怎么办？", "谢谢"])).text(wav(SECOND), "wav")
        == "喂你好，居住证怎么办？谢谢"
    )


async def test_a_recogniser_that_breaks_off_is_told_unless_something_was_heard() -> None:
    with pytest.raises(Unavailable):
        await Recordings(Fixed([], whole=False)).text(wav(SECOND), "wav")
    assert await Recordings(Fixed(["居住证"], whole=False)).text(wav(SECOND), "wav") == "居住证"


async def test_without_a_recogniser_nothing_is_heard() -> None:
    assert not NoRecogniser().hears
    assert await NoRecogniser().text(wav(SECOND), "wav") == ""


async def test_a_minute_is_heard_whole_by_a_recogniser_on_a_socket() -> None:
    asr = FunAsrStandIn(python=True)
    await asr.start()
    recogniser = recogniser_of(f"funasr+{asr.url}", list, HOME)
    pcm = b"".join(silence(3_000) + marked(number) for number in (1, 2, 3, 4) * 3)
    said = await Recordings(recogniser).text(wav(pcm), "wav")
    assert said == "".join(f"{SENTENCES[number]}。" for number in (1, 2, 3, 4) * 3)
    await asr.stop()
    with pytest.raises(Unavailable):
        await Recordings(recogniser).text(wav(silence(100) + marked(1)), "wav")


async def test_a_voice_message_is_heard_by_whisper_in_this_process() -> None:
    (pcm,) = spoken(["办居住登记要带什么材料"])
    recogniser = recogniser_of(f"whisper:{fetch()}", list, HOME)
    said = await Recordings(recogniser).text(amr(silence(400) + pcm + silence(600)), "amr")
    await recogniser.stop()
    assert "登记" in said
    assert "带什么材料" in said
