"""In: sound and the FunASR runtime's messages (2-pass). Out: what they say. A sentence ends by `mode`.

The C++ runtime says is_final only when it is flushed, the Python one with every sentence: it tells nothing. The first
pass sends pieces to be joined, the second pass the whole sentence in their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.channels.hotline.recognisers.base import Heard
from bot.channels.hotline.sound.resample import BYTES_PER_MS, RATE

CHUNK = (5, 10, 5)
"""Of 60 ms: what is heard at once, with what stands before and after it."""
_INTERVAL = 10
_UNIT_MS = 60
_BEHIND_MS = _UNIT_MS * sum(CHUNK[1:])
"""The first pass speaks of what was sent this long ago."""
_PAUSE_MS = 400
"""At least so much silence follows a sentence before its second pass."""
_TAG = re.compile(r"<\|[^|]*\|>")
MOST_WORDS, MOST_CHARS, WEIGHT = 1_000, 10, 20
"""Of hot words; the runtime's own limits."""


class FunAsr:
    """One connection to a FunASR runtime.

    Args:
        words: words of the field, which it then hears better.
    """

    subprotocol: str | None = "binary"
    piece_bytes = _UNIT_MS * CHUNK[1] // _INTERVAL * BYTES_PER_MS

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._words = [word for word in dict.fromkeys(words) if 0 < len(word) <= MOST_CHARS][:MOST_WORDS]
        self._pieces = ""
        self._begin_ms: int | None = None
        self._ended_ms = 0

    def hello(self) -> str:
        """The configuration. Hot words are a JSON string inside the JSON."""
        hot = json.dumps(dict.fromkeys(self._words, WEIGHT), ensure_ascii=False)
        return json.dumps(
            {"mode": "2pass", "wav_name": "call", "wav_format": "pcm", "is_speaking": True, "chunk_size": list(CHUNK),
             "chunk_interval": _INTERVAL, "audio_fs": RATE, "hotwords": hot, "itn": True},
            ensure_ascii=False,
        )  # fmt: skip

    def bye(self) -> str:
        """The end; the newest runtime answers is_end with is_end, older ones pass it over."""
        return json.dumps({"is_speaking": False, "is_end": True})

    def read(self, message: str | bytes, sent_ms: int) -> list[Heard]:
        """As Dialect.read."""
        data = _json(message)
        mode, text = data.get("mode"), data.get("text")
        if not isinstance(mode, str) or not isinstance(text, str):
            return []
        words = _TAG.sub("", text).strip()
        if mode.endswith("online"):
            return self._first_pass(words, sent_ms)
        return self._second_pass(words, data, sent_ms) if mode.endswith("offline") else []

    def last(self, message: str | bytes) -> bool | None:
        """The end is confirmed; or a second pass has spoken, perhaps of the sentence before the last."""
        data = _json(message)
        if data.get("is_end"):
            return True
        return None if str(data.get("mode")).endswith("offline") else False

    def _first_pass(self, piece: str, sent_ms: int) -> list[Heard]:
        if not piece:
            return []
        if self._begin_ms is None:
            self._begin_ms = max(self._ended_ms, sent_ms - _BEHIND_MS)
        self._pieces += piece
        return [Heard(self._pieces, False, self._begin_ms, sent_ms, "")]

    def _second_pass(self, words: str, data: dict[str, Any], sent_ms: int) -> list[Heard]:
        if not words and not self._pieces:
            return []
        begin, finish = self._span(data, sent_ms)
        self._pieces, self._begin_ms, self._ended_ms = "", None, finish
        return [Heard(words, True, begin, finish, "")]

    def _span(self, data: dict[str, Any], sent_ms: int) -> tuple[int, int]:
        """When it was said. Some runtimes count from the connection's beginning, some from the sentence's."""
        begin = self._begin_ms if self._begin_ms is not None else self._ended_ms
        stamps = _stamps(data.get("timestamp"))
        if not stamps or stamps[1] > sent_ms:
            return begin, sent_ms
        first, last = stamps
        if not self._ended_ms:  # of the first sentence either may be meant: it ends with the later of both
            return begin, min(sent_ms, max(last, begin + last - first) + _PAUSE_MS)
        if self._ended_ms - _PAUSE_MS <= first:
            return max(self._ended_ms, first), last
        return max(self._ended_ms, sent_ms - (last - first)), sent_ms


def _stamps(value: object) -> tuple[int, int] | None:
    """The first and the last moment of "[[ms, ms], …]", a string in most runtimes, a list in some."""
    try:
        pairs = json.loads(value) if isinstance(value, str) else value
        first, last = int(pairs[0][0]), int(pairs[-1][1])  # type: ignore[index]
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        return None
    return (first, last) if 0 <= first <= last else None


def _json(message: str | bytes) -> dict[str, Any]:
    try:
        data = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
