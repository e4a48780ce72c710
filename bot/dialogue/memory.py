"""In: slots of the dialogue engine. Out: what a conversation remembers, typed; and back.

All memory lives in these slots: nothing else of an earlier turn is needed to answer the next one, so the cost
of a message does not grow with the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Memory:
    """What is remembered between two messages of one conversation."""

    topic: str | None = None
    """The item talked about last."""
    act: str | None = None
    """What was asked about it."""
    question: str | None = None
    """The last question about an item, in the words it was asked in."""
    named: str | None = None
    """Those of its words that name the item."""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Items offered in an open clarification, in the order shown, each with its names."""
    open_act: str | None = None
    """What is to be answered once the choice is made."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Facts heard so far."""
    last_fact: str | None = None
    """The fact noted last, which "不对，是10个月" takes back."""
    looking_for: str | None = None
    """A sentence that named a kind of place, for "那七宝呢"."""
    more: bool = False
    """True when the last answer had more lines than were shown."""
    scheme: str | None = None
    """The scheme an interview is about."""
    asked: Mapping[str, Any] | None = None
    """The question that is open in it, as the eligibility API gave it."""
    misheard: int = 0
    """How often in a row its answer was not understood."""
    last_answer: Mapping[str, Any] | None = None
    """The last answer, to say it again."""

    @property
    def asked_fact(self) -> str | None:
        """The fact the open question is for."""
        return str(self.asked["fact"]) if self.asked else None

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Memory:
        """Reads the slots; slots of other names and empty ones are passed over."""
        return cls(**{name: slots[name] for name in SLOTS if slots.get(name) is not None})

    def to_slots(self) -> dict[str, Any]:
        """Slot values; what is empty is None, so that it is cleared."""
        return {name: value or None for name, value in vars(self).items()}


def session_key(conversation_id: str) -> str:
    """Where Redis keeps what is remembered of a conversation."""
    return f"session:{conversation_id}"


SLOTS: tuple[str, ...] = tuple(f.name for f in fields(Memory))
"""Names of the slots in domain.yml (a test compares)."""
