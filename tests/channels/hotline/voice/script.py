"""In: talks/*.yml. Out: telephone talks, and a caller who has them with a Talk and a real dialogue behind it.

A turn is one thing that happens (`hear`, `key`, `noise`: a sound without words, `silence`, `cannot_speak`, `time_up`)
and what must come of it:

    says, not_says    words that are spoken now (all of them), or not
    does              commands besides Wait and Ask, in order: say, stop, transfer, hang_up
    asks              what is put to the dialogue
    same              the same words as at this turn, from 0
    rate              the speed
    act, item, alert  what the dialogue understood

Before a turn the caller has listened to the end, unless it is `over: true`: then it happens while we speak.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.channels.hotline.voice import events as e
from bot.channels.hotline.voice.talk import Talk
from bot.dialogue.engine import Turned

FOLDER = Path(__file__).with_name("talks")
_DOES = {e.Say: "say", e.StopSpeaking: "stop", e.Transfer: "transfer", e.HangUp: "hang_up"}


@dataclass(frozen=True)
class Turn:
    """What happens, and what is expected of it; what is left out is not looked at."""

    hear: str | None = None
    key: str = ""
    noise: bool = False
    silence: float = 0
    cannot_speak: bool = False
    time_up: bool = False
    over: bool = False
    says: Sequence[str] = ()
    not_says: Sequence[str] = ()
    does: Sequence[str] | None = None
    asks: str | None = None
    same: int | None = None
    rate: float | None = None
    act: str = ""
    item: str = ""
    alert: str = ""

    def event(self, number: int) -> e.Event:
        """What happens."""
        if self.hear is not None:
            return e.Heard(self.hear)
        if self.key:
            return e.Key(self.key)
        if self.noise:
            return e.SpeechBegan()
        if self.cannot_speak:
            return e.CannotSpeak(number)
        return e.TimeIsUp() if self.time_up else e.Silence(self.silence)


@dataclass(frozen=True)
class Told:
    """A talk as written."""

    name: str
    turns: Sequence[Turn]
    staffed: bool = False


def all_talks() -> dict[str, Told]:
    """ "file: name" → talk."""
    found: dict[str, Told] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            turns = [Turn(**turn) for turn in entry.pop("turns")]
            found[f"{path.stem}: {entry['name']}"] = Told(turns=turns, **entry)
    return found


@dataclass
class Caller:
    """Somebody on the line.

    Args:
        answer: the dialogue.
        staffed: whether a person could take the call.
    """

    answer: Callable[[str, str], Turned]
    staffed: bool = False
    said: list[str] = field(default_factory=list)
    """What was spoken at each turn."""

    def __post_init__(self) -> None:
        self.call = uuid.uuid4().hex
        self.talk = Talk("12345", lambda: self.staffed)
        self._number = 0
        self.last: Turned | None = None
        self.asked: list[str] = []

    def take(self, event: e.Event) -> list[e.Command]:
        """Everything that comes of an event, the dialogue's answers included."""
        done: list[e.Command] = []
        waiting = list(self.talk.take(event))
        while waiting:
            command = waiting.pop(0)
            done.append(command)
            if isinstance(command, e.Say):
                self._number = command.number
            if isinstance(command, e.Ask):
                self.asked.append(command.text)
                self.last = self.answer(self.call, command.text)
                waiting += self.talk.take(e.Answered(self.last))
        return done

    def turn(self, turn: Turn) -> list[str]:
        """Does a turn; its faults."""
        before = [] if turn.over or turn.cannot_speak else self.take(e.PlayedToEnd(self._number))
        self.asked = []
        if turn.over and turn.hear is not None:
            before = self.take(e.SpeechBegan())
        done = before + self.take(turn.event(self._number))
        said = "".join(command.text for command in done if isinstance(command, e.Say))
        self.said.append(said)
        return list(self._faults(turn, done, said))

    def _faults(self, turn: Turn, done: list[e.Command], said: str):  # type: ignore[no-untyped-def]
        yield from (f"does not say {word}: {said}" for word in turn.says if word not in said)
        yield from (f"says {word}: {said}" for word in turn.not_says if word in said)
        does = [_DOES[type(command)] for command in done if type(command) in _DOES]
        if turn.does is not None and list(turn.does) != does:
            yield f"does {does}"
        if turn.asks is not None and [turn.asks] != self.asked:
            yield f"asks {self.asked}"
        if turn.same is not None and said != self.said[turn.same]:
            yield f"says something else: {said}"
        rates = {command.rate for command in done if isinstance(command, e.Say)}
        if turn.rate is not None and rates != {turn.rate}:
            yield f"speaks at {rates}"
        heard = self.last.heard if self.last else None
        for name, expected in (("act", turn.act), ("alert", turn.alert)):
            if expected and (heard is None or getattr(heard, name) != expected):
                yield f"{name} {heard and getattr(heard, name)}"
        if turn.item and (self.last is None or self.last.answers[0].item_id != turn.item):
            yield f"item {self.last and self.last.answers[0].item_id}"
        if any(sign.isascii() and (sign.isdigit() or sign in "()[]·") for sign in said):
            yield f"cannot be spoken: {said}"
