"""In: nothing. Out: an ended call as it is kept, and a card that an agent called wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

SATISFIED: Mapping[str, str] = {"satisfied": "满意", "unsatisfied": "不满意", "unreached": "没打通"}
"""What a call-back finds, with its Chinese name."""


@dataclass(frozen=True)
class CallRecord:
    """An ended call."""

    call_id: str
    """Names it; a later call may have the same name."""
    started_at: datetime
    """When it began."""
    ended_at: datetime
    """When it ended, for the last time."""
    agent: str
    """Who acted on its screen last; empty: nobody."""
    transcript: Sequence[Mapping[str, Any]]
    """Its lines, masked, as the screens got them."""
    summary: Mapping[str, Any]
    """As GET …/summary gives it; once saved, as the agent left it."""
    saved_by: str = ""
    """The agent who saved the summary; empty: it waits for one."""
    saved_at: datetime | None = None
    """When."""
    case_number: str = ""
    """The case that was opened of it; empty: none."""
    call_back_on: date | None = None
    """When to ask the caller whether they are satisfied."""
    saves: int = 0
    """Grows with every change."""
    id: int = field(default=0, compare=False)
    """In the database."""


@dataclass(frozen=True)
class WrongCard:
    """A card that an agent called wrong: something for knowledge staff to learn from."""

    id: int
    """In the database."""
    at: datetime
    """When."""
    call_id: str
    """In which call."""
    words: str
    """What the caller had said last, masked."""
    shown_item: str
    """The item of the card."""
    meant_item: str
    """The item that was meant; empty: not said."""
    agent: str
    """Who."""
    done_by: str
    """Who has dealt with it; empty: nobody yet."""
