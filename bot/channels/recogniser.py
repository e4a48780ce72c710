"""In: a voice recording. Out: what was said. One method; without a recogniser nobody hears anything."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.errors import Unavailable

if TYPE_CHECKING:
    from bot.channels.hotline.recognisers.base import Heard, StreamRecogniser

log = structlog.get_logger(__name__)

FORMATS = {"amr": "amr", "wav": "wav", "speex": "ogg", "mp3": "mp3"}
"""Encoding → FFmpeg's demuxer. No other is let near a stranger's file: some of FFmpeg's open further files."""
_RATE = 16_000
_MOST_BYTES = 2 * _RATE * 300
"""Five minutes; WeChat's recordings are one minute at most."""
_LONGEST_S = 60.0
_ENDS = "。？！，、；.?!,;"


class Recogniser(Protocol):
    """Turns speech into text."""

    hears: bool
    """False: there is no recogniser, no recording need be fetched."""

    async def text(self, audio: bytes, encoding: str) -> str:
        """The words; empty when none were heard.

        Args:
            audio: the whole recording.
            encoding: amr, speex, wav.

        Raises:
            Unavailable: the recogniser does not answer.
        """


class NoRecogniser:
    """The default: people are asked kindly for text."""

    hears = False

    async def text(self, audio: bytes, encoding: str) -> str:
        """Nothing is heard."""
        return ""


class Recordings:
    """Hears recordings by the recogniser that also hears calls.

    Args:
        recogniser: the one of ASR_URL.
    """

    hears = True

    def __init__(self, recogniser: StreamRecogniser) -> None:
        self._recogniser = recogniser

    async def text(self, audio: bytes, encoding: str) -> str:
        """As Recogniser.text; a broken recording says as much as can be read of it."""
        pcm = await asyncio.to_thread(decoded, audio, encoding)
        return await self.of_pcm(pcm) if pcm else ""

    async def of_pcm(self, pcm: bytes) -> str:
        """The same of sound: 16 kHz, s16le, one channel."""
        said: list[str] = []

        async def heard(one: Heard) -> None:
            if one.final and one.text:
                said.append(one.text if one.text.endswith(tuple(_ENDS)) else f"{one.text}，")

        stream = self._recogniser.open(heard)
        await stream.feed(pcm)
        try:
            whole = await asyncio.wait_for(stream.finish(), _LONGEST_S)
        except asyncio.TimeoutError:
            whole = False
        if not whole and not said:
            raise Unavailable("语音识别没有回答。")
        return "".join(said).rstrip("，")


def decoded(audio: bytes, encoding: str) -> bytes:
    """A recording as 16 kHz s16le; empty when it is none. Call it in a thread."""
    import av  # comes with `make speech`, as every recogniser does

    found = bytearray()
    if encoding not in FORMATS:
        log.warning("recording_of_unknown_encoding", encoding=encoding[:20])
        return b""
    try:
        with av.open(io.BytesIO(audio), format=FORMATS[encoding]) as file:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
            for frame in file.decode(audio=0):
                for moved in resampler.resample(frame):
                    found += moved.to_ndarray().tobytes()
                if len(found) >= _MOST_BYTES:
                    break
    except (av.FFmpegError, ValueError, IndexError) as error:
        log.warning("recording_unreadable", error=repr(error), read_ms=len(found) * 1000 // (2 * _RATE))
    return bytes(found[:_MOST_BYTES])
