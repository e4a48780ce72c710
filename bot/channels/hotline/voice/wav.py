"""In: a WAV file, 16-bit, A-law or µ-law, of any usual rate. Out: what a telephone plays: 8 kHz, s16le, one channel.

Own code, because the standard library's reader knows no A-law and PyAV comes only with the parts for hearing.
"""

from __future__ import annotations

import audioop
import struct
from collections.abc import Iterator
from math import gcd

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from bot.errors import BadInput

RATE = 8_000
"""Samples a second on the line."""
_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_PCM, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE


def telephone_sound(body: bytes) -> bytes:
    """The sound of a WAV file as it goes out on the line.

    Raises:
        BadInput: it is no WAV, or of a kind not known here.
    """
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        raise BadInput("语音合成给的不是 WAV。")
    parts = dict(_parts(body))
    form, data = parts.get(b"fmt ", b""), parts.get(b"data", b"")
    if len(form) < 16:
        raise BadInput("语音合成给的 WAV 没有写格式。")
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if kind == _EXTENSIBLE and len(form) >= 26:
        kind = int.from_bytes(form[24:26], "little")
    pcm = _decoded(data, kind, bits)
    if channels not in (1, 2) or rate not in _RATES:
        raise BadInput(f"语音合成给的声音用不了：{channels} 声道，{rate} Hz。")
    samples = np.frombuffer(pcm[: len(pcm) - len(pcm) % (2 * channels)], "<i2").reshape(-1, channels).mean(axis=1)
    return _at_telephone_rate(samples, rate)


def _parts(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Chunks; a length that is too great (a streamed file has 0xFFFFFFFF) reaches to the end."""
    at = 12
    while at + 8 <= len(body):
        length = int.from_bytes(body[at + 4 : at + 8], "little")
        yield body[at : at + 4], body[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _decoded(data: bytes, kind: int, bits: int) -> bytes:
    if (kind, bits) == (_PCM, 16):
        return data
    if (kind, bits) == (_A_LAW, 8):
        return audioop.alaw2lin(data, 2)
    if (kind, bits) == (_MU_LAW, 8):
        return audioop.ulaw2lin(data, 2)
    raise BadInput(f"语音合成给的声音用不了：格式 {kind}，{bits} 位。")


def _at_telephone_rate(samples: npt.NDArray[np.float64], rate: int) -> bytes:
    if rate != RATE and len(samples):
        common = gcd(RATE, rate)
        samples = resample_poly(samples, RATE // common, rate // common)
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


def wav(pcm: bytes, rate: int = RATE) -> bytes:
    """s16le sound of one channel as a WAV file.

    >>> telephone_sound(wav(b"\\x01\\x00\\x02\\x00"))
    b'\\x01\\x00\\x02\\x00'
    """
    form = struct.pack("<HHIIHH", _PCM, 1, rate, 2 * rate, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(pcm)) + pcm
    return b"RIFF" + struct.pack("<I", len(body)) + body
