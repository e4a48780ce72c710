"""In: sound and vosk-server's messages. Out: what they say.

It answers every frame exactly once, compares the end with a string of its own spelling, and parts Chinese words by
spaces. A phrase list would make it hear nothing but those phrases, so none is sent.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bot.channels.hotline.recognisers.base import Heard
from bot.channels.hotline.sound.resample import BYTES_PER_MS, RATE

END = '{"eof" : 1}'
"""To the letter: the server compares strings."""
PIECE_MS = 200
_GAP = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")


class Vosk:
    """One connection to a vosk-server."""

    subprotocol: str | None = None
    piece_bytes = PIECE_MS * BYTES_PER_MS

    def __init__(self) -> None:
        self._answered_ms = 0
        self._begin_ms: int | None = None
        self._ended_ms = 0

    def hello(self) -> str:
        """The configuration."""
        return json.dumps({"config": {"sample_rate": RATE, "words": True}})

    def bye(self) -> str:
        """The end."""
        return END

    def read(self, message: str | bytes, sent_ms: int) -> list[Heard]:
        """As Dialect.read: each message answers one frame, so the place in time is known."""
        try:
            data = json.loads(message)
        except (ValueError, RecursionError):
            return []
        if not isinstance(data, dict):
            return []
        before, self._answered_ms = self._answered_ms, min(sent_ms, self._answered_ms + PIECE_MS)
        if isinstance(data.get("text"), str):
            return self._final(_joined(data["text"]), data)
        partial = data.get("partial")
        words = _joined(partial) if isinstance(partial, str) else ""
        if not words:
            return []
        if self._begin_ms is None:
            self._begin_ms = max(self._ended_ms, before)
        return [Heard(words, False, self._begin_ms, self._answered_ms, "")]

    def last(self, message: str | bytes) -> bool | None:
        """Which answer is the one to the end, only the hang-up after it tells."""
        return False

    def _final(self, words: str, data: dict[str, Any]) -> list[Heard]:
        if not words and self._begin_ms is None:
            return []
        begin = self._begin_ms if self._begin_ms is not None else self._ended_ms
        begin, finish = _span(data.get("result")) or (begin, self._answered_ms)
        self._begin_ms, self._ended_ms = None, finish
        return [Heard(words, True, begin, finish, "")]


def _joined(text: str) -> str:
    """Without the spaces between Chinese words.

    >>> _joined("我 想 问 一下 abc def 居住证")
    '我想问一下abc def居住证'
    """
    return _GAP.sub("", text).strip()


def _span(words: object) -> tuple[int, int] | None:
    """From the first word's beginning to the last one's end."""
    try:
        first, last = words[0]["start"], words[-1]["end"]  # type: ignore[index]
        begin, finish = round(1000 * first), round(1000 * last)
    except (TypeError, LookupError, ValueError, OverflowError):
        return None
    return (begin, finish) if 0 <= begin <= finish else None
