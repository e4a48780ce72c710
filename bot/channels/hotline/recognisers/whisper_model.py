"""In: an utterance. Out: its words by Whisper, in this process; nothing where Whisper only thinks it hears something.

Whisper learnt from subtitles: over silence and music it writes their credits, or says a word for ever. What it is not
sure of itself, and those credits, are dropped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from opencc import OpenCC

from bot.channels.hotline.sound.resample import BYTES_PER_MS
from bot.errors import SetupError

Hear = Callable[[bytes, bool], str]
"""Sound (16 kHz, s16le) and whether it may still change → words."""
_BEAM = 5
_TOKENS_PER_S, _LEAST_TOKENS, _MOST_TOKENS = 12, 16, 200
"""Chinese is spoken with five characters a second, a character takes two tokens at most."""
_REPEATS, _UNSURE, _NOBODY, _NOT_SURE_ENOUGH = 2.4, -1.2, 0.6, -0.5
"""Compression ratio of one who repeats himself; mean log-probability of a guess; likelihood that nobody speaks, and
the mean log-probability that outweighs it."""
_PHANTOM = re.compile(
    r"字幕|明镜与点点|[请請]不吝|[点點][赞讚].*[订訂][阅閱]|[订訂][阅閱].*[转轉][发發]|独播剧场|YoYo|Amara|"
    r"^(?:谢谢|感谢)(?:大家|您)?(?:的)?(?:观看|收看|收听)|下[期集]再见|优优|志愿者 ?[校整]|MING ?PAO|Television",
    re.IGNORECASE,
)
_MARKS = str.maketrans({",": "，", "?": "？", "!": "！", "、": None})
"""Chinese marks; and none at a short halt, where it writes a list as the prompt does: “居住证、积分、要带什么”."""
_FULL = 32_768.0


def load(name: str, prompt: Callable[[], str], folder: Path) -> Hear:
    """The model, ready; takes seconds, and the network when it is a name that is not on this machine yet.

    Args:
        name: a folder with a CTranslate2 model, or a name faster-whisper knows ("base", "small").
        prompt: makes a sentence that names the field's words.
        folder: where a model that is fetched is kept.

    Raises:
        SetupError: not installed, no such model, or it cannot be fetched.
    """
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise SetupError("听声音的部分还没有装：先运行 make speech。") from error
    try:
        threads = min(2, os.cpu_count() or 1)
        model = WhisperModel(
            name, device="cpu", compute_type="int8", cpu_threads=threads, download_root=str(folder),
            local_files_only=Path(name).exists(),
        )  # fmt: skip
    except Exception as error:  # of the hub, the network, a broken file: each library has its own
        raise SetupError(f"识别模型 {name} 载入不了：{error}") from error
    simplified = OpenCC("t2s")

    def hear(pcm: bytes, final: bool) -> str:
        seconds, told = len(pcm) / BYTES_PER_MS / 1000, prompt()
        segments, _ = model.transcribe(
            np.frombuffer(pcm, "<i2").astype(np.float32) / _FULL, language="zh", beam_size=_BEAM if final else 1,
            initial_prompt=told, condition_on_previous_text=False, without_timestamps=True, temperature=0.0,
            max_new_tokens=min(_MOST_TOKENS, _LEAST_TOKENS + int(_TOKENS_PER_S * seconds)),
        )  # fmt: skip
        words = "".join(segment.text for segment in segments if _meant(segment, told))
        return str(simplified.convert(words)).translate(_MARKS).strip()

    return hear


def _meant(segment: Any, prompt: str) -> bool:
    """Whether somebody said this."""
    if segment.compression_ratio > _REPEATS or segment.avg_logprob < _UNSURE:
        return False
    if segment.no_speech_prob > _NOBODY and segment.avg_logprob < _NOT_SURE_ENOUGH:
        return False
    return not is_phantom(segment.text, prompt)


def is_phantom(text: str, prompt: str) -> bool:
    """Credits of subtitles, or our own prompt said back.

    >>> is_phantom("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", ""), is_phantom("谢谢，再见", "")
    (True, False)
    """
    words = text.strip(" ，。、")
    return bool(_PHANTOM.search(words)) or (len(words) > 10 and words in prompt)
