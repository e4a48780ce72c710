"""In: 16 kHz sound as it arrives. Out: utterances, each with its place in time. Silence and music come to nothing.

Time is counted in samples, not by a clock: sound that arrives late, in bursts or faster than it was spoken has the
same places in time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.hotline.sound.activity import PIECE_BYTES, PIECE_MS
from bot.channels.hotline.sound.resample import BYTES_PER_MS

Likely = Callable[[bytes], float]
"""How likely somebody speaks in a piece of PIECE_BYTES."""


@dataclass(frozen=True)
class Pauses:
    """When an utterance begins and ends."""

    begins_at: float = 0.5
    """Speech is at least this likely."""
    goes_on_at: float = 0.35
    """While somebody speaks, this is enough."""
    lead_ms: int = 256
    """Kept from before the beginning: soft first consonants."""
    least_ms: int = 192
    """Less speech than this is a cough."""
    pause_ms: int = 608
    """So much silence ends an utterance."""
    most_ms: int = 20_000
    """Nobody is let speak on longer: the card must come."""


@dataclass(frozen=True)
class Utterance:
    """What somebody said between two pauses."""

    pcm: bytes
    """16 kHz, s16le."""
    begin_ms: int
    """Since the stream began."""
    end_ms: int
    """Likewise."""


class Utterances:
    """Cuts one stream at its pauses.

    Args:
        likely: the detector of this stream.
        pauses: when to cut.
    """

    def __init__(self, likely: Likely, pauses: Pauses | None = None) -> None:
        self._likely, self._pauses = likely, pauses or Pauses()
        self._rest = bytearray()
        self._said = bytearray()
        self._at_ms = 0
        """Where the next piece begins."""
        self._begin_ms = self._speech_ms = self._quiet_ms = 0
        self.speaking = False
        """Somebody speaks now; a barge-in is seen by it."""

    def feed(self, pcm: bytes) -> list[Utterance]:
        """The utterances that ended in this piece of the stream.

        Args:
            pcm: 16 kHz, s16le, any length.
        """
        self._rest += pcm
        whole = len(self._rest) - len(self._rest) % PIECE_BYTES
        pieces, self._rest = bytes(self._rest[:whole]), self._rest[whole:]
        ended = (self._hear(pieces[at : at + PIECE_BYTES]) for at in range(0, whole, PIECE_BYTES))
        return [utterance for utterance in ended if utterance is not None]

    def finish(self) -> list[Utterance]:
        """What was being said when the stream ended."""
        last = self._end() if self.speaking else None
        return [last] if last is not None else []

    def so_far(self) -> Utterance | None:
        """What is being said now; None: nobody speaks, or not long enough to tell."""
        if not self.speaking or self._speech_ms < self._pauses.least_ms:
            return None
        return Utterance(bytes(self._said), self._begin_ms, self._at_ms)

    def _hear(self, piece: bytes) -> Utterance | None:
        likely = self._likely(piece)
        self._said += piece
        self._at_ms += PIECE_MS
        if not self.speaking:
            if likely < self._pauses.begins_at:
                del self._said[: -self._pauses.lead_ms * BYTES_PER_MS]
                return None
            self.speaking = True
            self._begin_ms = self._at_ms - len(self._said) // BYTES_PER_MS
            self._speech_ms = self._quiet_ms = 0
        if likely < self._pauses.goes_on_at:
            self._quiet_ms += PIECE_MS
        else:
            self._speech_ms, self._quiet_ms = self._speech_ms + PIECE_MS, 0
        long_enough = len(self._said) >= self._pauses.most_ms * BYTES_PER_MS
        return self._end() if long_enough or self._quiet_ms >= self._pauses.pause_ms else None

    def _end(self) -> Utterance | None:
        said = Utterance(bytes(self._said), self._begin_ms, self._at_ms)
        enough = self._speech_ms >= self._pauses.least_ms
        self.speaking = False
        self._said.clear()
        return said if enough else None
