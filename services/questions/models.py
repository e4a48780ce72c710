"""In: nothing. Out: what is kept of one message and its answer, and when it counts as answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

Result = Literal["answered", "vain"]
Dimension = Literal["week", "channel", "area", "topic"]
UNSURE = 0.5
"""An item below this probability was a guess."""
TALK = ("greet", "thanks", "goodbye", "affirm", "deny", "repeat", "restart", "capabilities", "inform", "correct",
        "request_human", "danger")  # fmt: skip
"""What no item is to answer: it is no need, and not asked in vain."""
PLACE = "find_place"
"""Answered by places, not by an item: a need, never asked in vain."""


@dataclass(frozen=True)
class Asked:
    """One message and its answer."""

    at: datetime
    """When."""
    conversation: str
    """Hash of the conversation's name."""
    channel: str
    """Where it came from."""
    text: str
    """What was written, personal numbers masked."""
    act: str
    """What was understood."""
    item_id: str
    """The item that was understood; empty: none."""
    item_score: float
    """Its probability."""
    in_scope: bool
    """Whether the service should answer."""
    told: str
    """The answer's text."""
    told_item: str
    """The item that answered; empty: none."""
    told_version: int
    """Its version; 0: none."""
    area: str = ""
    """The sub-district the sentence names; empty: none."""
    topic: str = ""
    """The topic of the item that answered, else of the one understood; empty: none."""


@dataclass(frozen=True)
class Tally:
    """How many needs, and how many of them no item answered for certain."""

    asked: int
    """All."""
    vain: int
    """Those asked in vain."""


def result_of(row: Asked) -> Result | None:
    """What became of a need; None: it was none.

    An item that answers what the sentence alone did not name ("那要带什么") is no guess: it is the talk's topic.

    >>> from bot.clock import now
    >>> result_of(Asked(now(), "c", "web", "咋整", "ask_procedure", "", 0.0, True, "没听懂", "", 0))
    'vain'
    """
    if not row.in_scope or row.act in TALK:
        return None
    if row.act == PLACE:
        return "answered"
    guessed = row.item_score < UNSURE and row.told_item == row.item_id
    return "vain" if not row.told_item or guessed else "answered"


def conversation_hash(conversation_id: str, secret: str = "") -> str:
    """A name for a conversation that does not lead back to a person.

    >>> conversation_hash("c1") == conversation_hash("c1"), conversation_hash("c1") == conversation_hash("c2")
    (True, False)
    """
    return blake2b(conversation_id.encode("utf-8", "replace"), key=secret.encode()[:64], digest_size=16).hexdigest()
