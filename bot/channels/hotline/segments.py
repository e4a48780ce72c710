"""In: a message of a recogniser, as JSON text. Out: a Segment, the end of the call, or a problem said in Chinese."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from bot.errors import BadInput, FieldError, TooLarge

Speaker = Literal["caller", "agent"]
SPEAKERS: tuple[Speaker, ...] = get_args(Speaker)
MOST_BYTES = 65_536
"""Of one message: what a person says in one breath is a thousandth of it."""
MOST_CHARS = 1_000
"""Of one segment's text; the rest is cut off."""
_MOST_MS = 2**53
_MOST_KEY = 128


@dataclass(frozen=True)
class Segment:
    """What a recogniser heard of one utterance."""

    speaker: Speaker
    """Who spoke."""
    text: str
    """What was heard; empty of a final: nothing after all."""
    final: bool
    """False: it may still change."""
    begin_ms: int
    """Since the call began, by the recogniser's clock."""
    end_ms: int
    """Likewise; never before begin_ms."""
    key: str | None = None
    """Names the utterance where the recogniser can: a later final of the same name revises it."""


@dataclass(frozen=True)
class End:
    """The call is over."""


def read(message: str) -> Segment | End:
    """One message of the contract's transcript socket.

    Raises:
        TooLarge: longer than MOST_BYTES.
        BadInput: no JSON, another type, a field that is missing or wrong.

    >>> read('{"type": "segment", "speaker": "caller", "text": "喂", "final": true, "begin_ms": 0, "end_ms": 400}').text
    '喂'
    """
    if len(message) > MOST_BYTES:
        raise TooLarge(f"一条消息最多 {MOST_BYTES // 1024} KB，这一条没有收。")
    try:
        data = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise BadInput("这一条不是 JSON，没有收。") from error
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "end":
        return End()
    if kind != "segment":
        raise BadInput("type 要写 segment 或 end。", (FieldError("type", "要写 segment 或 end"),))
    return checked(data)


def checked(data: dict[str, Any]) -> Segment:
    """A segment of its JSON fields; unknown fields are passed over.

    Raises:
        BadInput: names every wrong field.
    """
    wrong = [FieldError(name, sentence) for name, good, sentence in _RULES if not good(data.get(name))]
    if wrong:
        raise BadInput("；".join(f"{one.field} {one.message}" for one in wrong) + "。", tuple(wrong))
    segment = Segment(
        cast(Speaker, data["speaker"]), data["text"], data["final"], data["begin_ms"], data["end_ms"], data.get("key")
    )
    return tidy(segment)


def tidy(segment: Segment) -> Segment:
    """Within bounds: a clock that ran backwards inside an utterance must not lose the words."""
    text = _printable(segment.text)[:MOST_CHARS].strip()
    begin = min(max(0, segment.begin_ms), _MOST_MS)
    return replace(segment, text=text, begin_ms=begin, end_ms=min(max(begin, segment.end_ms), _MOST_MS))


def _printable(text: str) -> str:
    """Without control characters and half characters: neither Redis nor a screen takes them."""
    return "".join(sign if sign.isprintable() else " " for sign in text[: 2 * MOST_CHARS])


def _is_ms(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MOST_MS


_RULES: tuple[tuple[str, Any, str], ...] = (
    ("speaker", lambda value: value in SPEAKERS, "要写 caller 或 agent"),
    ("text", lambda value: isinstance(value, str), "要写文字"),
    ("final", lambda value: isinstance(value, bool), "要写 true 或 false"),
    ("begin_ms", _is_ms, "要写毫秒整数"),
    ("end_ms", _is_ms, "要写毫秒整数"),
    ("key", lambda value: value is None or (isinstance(value, str) and 0 < len(value) <= _MOST_KEY), "要写短文字"),
)
