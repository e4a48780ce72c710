"""What every recogniser is: sound goes in while somebody speaks, what was heard comes out in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Heard:
    """What a recogniser makes of one utterance."""

    text: str
    """The words; empty of a final: nothing after all."""
    final: bool
    """False: it may still change."""
    begin_ms: int
    """Since the stream began."""
    end_ms: int
    """Likewise."""
    key: str
    """Names the utterance within its stream."""


OnHeard = Callable[[Heard], Awaitable[None]]
"""Takes what was heard, one after another. A partial may be left out when a newer word is there; a final never."""


class Stream(Protocol):
    """One voice."""

    async def feed(self, pcm16: bytes) -> None:
        """Takes sound: 16 kHz, s16le, one channel. Waits for nobody."""

    async def finish(self) -> bool:
        """The voice has ended: returns when its last final has been handed over; False: something was not heard."""


class StreamRecogniser(Protocol):
    """Hears many voices at once."""

    def open(self, heard: OnHeard) -> Stream:
        """Begins with a voice."""

    async def stop(self) -> None:
        """Ends for good."""
