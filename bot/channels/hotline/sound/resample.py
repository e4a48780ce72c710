"""In: s16le sound of any usual rate, in pieces. Out: the same at 16 kHz, which every recogniser here takes."""

from __future__ import annotations

import numpy as np
import soxr

RATE = 16_000
"""Samples a second after this station."""
BYTES_PER_MS = RATE * 2 // 1000


class Resampler:
    """Carries the sound over from piece to piece without a click.

    Args:
        rate: samples a second of what comes in.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._soxr = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="int16", quality="MQ")

    def feed(self, pcm: bytes) -> bytes:
        """What can be told so far; the last few milliseconds come with the next piece.

        Args:
            pcm: whole samples.
        """
        return pcm if self._soxr is None else self._moved(pcm, last=False)

    def finish(self) -> bytes:
        """The rest."""
        return b"" if self._soxr is None else self._moved(b"", last=True)

    def _moved(self, pcm: bytes, last: bool) -> bytes:
        assert self._soxr is not None
        moved: bytes = self._soxr.resample_chunk(np.frombuffer(pcm, "<i2"), last=last).astype("<i2").tobytes()
        return moved
