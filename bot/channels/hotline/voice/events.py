"""In: nothing. Out: what can happen in a call (events), and what a talk wants done about it (commands)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.engine import Turned

LONG_AGO = 3600.0


@dataclass(frozen=True)
class Begun:
    """The caller is on the line."""


@dataclass(frozen=True)
class SpeechBegan:
    """The caller makes a sound that may be speech; Heard follows, whatever comes of it."""


@dataclass(frozen=True)
class Heard:
    """What the recogniser made of it."""

    text: str
    """The words; empty when there were none."""


@dataclass(frozen=True)
class Key:
    """A key of the telephone."""

    key: str
    """0–9, * or #; others are passed over."""
    after_s: float = LONG_AGO
    """Seconds since the key before it."""


@dataclass(frozen=True)
class Answered:
    """The dialogue's answer to the Ask that is open."""

    turned: Turned
    """What was understood, and what to tell."""


@dataclass(frozen=True)
class PlayedToEnd:
    """A Say has been heard to its last word."""

    number: int
    """Of that Say."""


@dataclass(frozen=True)
class CannotSpeak:
    """A Say could not be turned into sound."""

    number: int
    """Of that Say."""


@dataclass(frozen=True)
class Silence:
    """Nobody has said anything since the last Wait."""

    seconds: float
    """For so long."""


@dataclass(frozen=True)
class TimeIsUp:
    """The call has lasted as long as one call may."""


@dataclass(frozen=True)
class HungUp:
    """The caller is gone."""


Event = Begun | SpeechBegan | Heard | Key | Answered | PlayedToEnd | CannotSpeak | Silence | TimeIsUp | HungUp


@dataclass(frozen=True)
class Say:
    """Speak, after what is being said now."""

    text: str
    """Sentences without figures, brackets or marks."""
    rate: float
    """1.0 is the usual speed; less is slower."""
    number: int
    """Names it in PlayedToEnd and CannotSpeak."""
    keep: bool
    """The words are fixed or an item's, nothing of the caller is in them: their sound may be kept."""


@dataclass(frozen=True)
class StopSpeaking:
    """Be silent at once; what was said is not reported as played."""


@dataclass(frozen=True)
class Ask:
    """Put this to the dialogue; Answered must follow."""

    text: str
    """What the caller said or chose."""


@dataclass(frozen=True)
class Wait:
    """Listen; Silence must follow when nobody speaks."""

    seconds: float
    """After so long."""


@dataclass(frozen=True)
class Transfer:
    """Give the call to a person. Nothing follows."""


@dataclass(frozen=True)
class HangUp:
    """End the call. Nothing follows."""


Command = Say | StopSpeaking | Ask | Wait | Transfer | HangUp
