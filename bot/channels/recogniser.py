"""In: a voice recording. Out: what was said. One method; without a recogniser nobody hears anything."""

from __future__ import annotations

from typing import Protocol


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
