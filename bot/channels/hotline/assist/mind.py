"""In: what was understood of a call so far. Out: the same as data: clues, facts heard, the open question, warnings.

Small whatever the call's length: old clues have decayed to nothing, so they are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_CLUES, MOST_DEMANDS, MOST_FACTS, MOST_WARNINGS, MOST_RECENT = 24, 12, 60, 8, 4


@dataclass(frozen=True)
class Clue:
    """What one utterance says about which items are meant."""

    segment_id: int
    """The utterance."""
    items: Mapping[str, float]
    """Item → how strongly it is meant, 0–1."""
    act: str | None = None
    """What is asked about them, one of ITEM_ACTS."""
    by: str = "caller"
    """Who spoke: an agent's clue is context only."""


@dataclass(frozen=True)
class Heard:
    """A fact and where it comes from."""

    fact: str
    """By the name rules use."""
    value: Any
    """As Understood.facts holds it."""
    words: str
    """The caller's words, masked; empty where the agent typed it."""
    segment_id: int
    """The utterance; -1: typed."""
    begin_ms: int
    """Since the call began."""
    end_ms: int
    """Likewise."""
    by: str = "caller"
    """caller or agent."""
    before: tuple[Any, ...] = ()
    """Values it had earlier, newest last, at most five."""


@dataclass(frozen=True)
class Demand:
    """An item the caller asked about, for the summary."""

    item_id: str
    """The item."""
    act: str
    """What was asked."""
    words: str
    """In the caller's words, masked."""
    segment_id: int
    """Where."""
    begin_ms: int
    """Since the call began."""
    end_ms: int
    """Likewise."""
    strength: float
    """How sure it is that the item was meant."""


@dataclass(frozen=True)
class Warned:
    """Something the agent must see."""

    kind: str
    """crisis, collective_wages, minor, contradiction."""
    text: str
    """The sentence on the screen."""
    segment_id: int
    """What it was heard in."""
    item_id: str | None = None
    """The item it concerns."""


@dataclass(frozen=True)
class Mind:
    """All that assist remembers of a call."""

    clues: tuple[Clue, ...] = ()
    """The last MOST_CLUES, oldest first."""
    facts: Mapping[str, Heard] = field(default_factory=dict)
    """By fact."""
    rejected: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Fact → values the agent has struck out: only another value comes back."""
    not_meant: tuple[str, ...] = ()
    """Items the agent called wrong."""
    demands: tuple[Demand, ...] = ()
    """What was asked for, in order, each item and act once."""
    warnings: tuple[Warned, ...] = ()
    """The newest last."""
    asked: str | None = None
    """The fact the agent has just asked for."""
    asked_for: int = 0
    """Caller utterances the question stays open for."""
    questioned: str = ""
    """What the agent has just asked, normalised; empty once the caller has spoken."""
    offered: Mapping[str, str] = field(default_factory=dict)
    """Fact → question, as the screen shows them now."""
    last: tuple[str, int, int, bool] | None = None
    """The caller's last utterance: words, id, end in ms, whether it said little by itself."""
    recent: tuple[str, ...] = ()
    """The caller's last utterances, oldest first, at most MOST_RECENT."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            **vars(self),
            "clues": [vars(clue) for clue in self.clues],
            "facts": {name: vars(heard) for name, heard in self.facts.items()},
            "demands": [vars(demand) for demand in self.demands],
            "warnings": [vars(warned) for warned in self.warnings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Mind:
        """The inverse of to_dict."""
        values = dict(data)
        values["clues"] = tuple(Clue(**clue) for clue in data["clues"])
        values["facts"] = {n: Heard(**{**h, "before": tuple(h["before"])}) for n, h in data["facts"].items()}
        values["rejected"] = {name: tuple(struck) for name, struck in data["rejected"].items()}
        values["recent"] = tuple(data["recent"])
        values["not_meant"] = tuple(data["not_meant"])
        values["demands"] = tuple(Demand(**demand) for demand in data["demands"])
        values["warnings"] = tuple(Warned(**warned) for warned in data["warnings"])
        last = data["last"]
        values["last"] = (str(last[0]), int(last[1]), int(last[2]), bool(last[3])) if last else None
        return cls(**values)
