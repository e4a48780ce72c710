"""In: a sentence and what its conversation knows. Out: the note that the steps of station 2 write on, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import numpy as np

from bot.messages import Channel, Entity, ItemScore
from bot.understanding.features import Features, Likeness
from bot.understanding.linker import Inventory
from bot.understanding.ngrams import Floats


class Heard(Protocol):
    """Facts heard in one sentence."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """By the name rules use."""
        ...

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Named pieces."""
        ...

    @property
    def supposed(self) -> Mapping[str, Any]:
        """Facts that are only supposed."""
        ...


class FactEar(Protocol):
    """Whatever hears facts (bot/understanding/facts)."""

    def find(self, text: str, today: date, asked: str | None = None) -> Heard:
        """Facts and named pieces of a normalised text."""
        ...


@dataclass
class Reading:
    """One sentence on its way through the steps."""

    text: str
    today: date
    channel: Channel = "web"
    asked: str | None = None
    topic: str | None = None
    normalized: str = ""
    whole: str = ""
    plain: str = ""
    inventory: Inventory | None = None
    features: Features | None = None
    likeness: Likeness | None = None
    scores: Floats = field(default_factory=lambda: np.zeros((1, 0), np.float32))
    heads: Floats = field(default_factory=lambda: np.zeros((1, 0), np.float32))
    evidence: Floats = field(default_factory=lambda: np.zeros((1, 0, 0), np.float32))
    chances: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    items: tuple[ItemScore, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()
    supposed: dict[str, Any] = field(default_factory=dict)
