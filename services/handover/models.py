"""In: nothing. Out: the types of the handover service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

State = Literal["waiting", "claimed", "closed"]
Who = Literal["person", "machine", "staff", "notice"]
Reason = Literal["asked", "call_back", "danger"]


@dataclass(frozen=True)
class Case:
    """One conversation in the hands of staff, or waiting for them."""

    id: int
    """Its number."""
    conversation_id: str
    """Whose it is; names no person."""
    channel: str
    """web or wechat."""
    state: State
    """waiting → claimed → closed."""
    reason: Reason
    """asked: the person wants somebody · call_back: messages are used up, a promise was made · danger."""
    staff: str | None
    """Who has it."""
    opened_at: datetime
    """When it was opened."""
    due_at: datetime | None
    """By when staff have promised to look; None: no promise with a time was made."""
    changed_at: datetime
    """When its state last changed."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        times = {name: value.isoformat() for name, value in vars(self).items() if isinstance(value, datetime)}
        return {**vars(self), **times}


@dataclass(frozen=True)
class Line:
    """One thing said in a case, masked."""

    id: int
    """Grows with time."""
    case_id: int
    """The case."""
    who: Who
    """Who said it; a notice says what has changed, as one of NOTICES."""
    text: str
    """The words; of a notice its name."""
    at: datetime
    """When."""
    sent_at: datetime | None
    """When it reached the channel; None: not yet, or not meant to."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**vars(self), "at": self.at.isoformat(), "sent_at": self.sent_at.isoformat() if self.sent_at else None}


@dataclass(frozen=True)
class Waiting:
    """A line on its way to a person."""

    line: Line
    """What to send."""
    conversation_id: str
    """To whom."""
    channel: str
    """By which way."""


NOTICES = ("claimed", "transferred", "closed")
"""What a person is told of, one line each."""
