"""In: published versions of items. Out: Snapshot, one immutable value with look-ups by id and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from bot.errors import NotFound
from services.knowledge.item_state import public_dict, verification_on
from services.knowledge.models import Item

FIRST_DAY = date(2000, 1, 1)
"""Items from files hold from this day: files carry no history, and no question is asked for an earlier day."""


@dataclass(frozen=True)
class Published:
    """One published version of an item."""

    item: Item
    """The item itself."""
    version: int
    """1, 2, 3 … for each item."""
    valid_from: date = FIRST_DAY
    """First day it answers questions."""
    valid_to: date | None = None
    """Last day; None while it has no end."""

    def covers(self, day: date) -> bool:
        """Whether this version may answer a question for that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @cached_property
    def public(self) -> Mapping[str, Any]:
        """The item's public fields as JSON-ready data, made once."""
        return public_dict(self.item)

    def public_on(self, day: date) -> dict[str, Any]:
        """As GET /api/v1/items/{id} answers: public fields, version, and checking state on that day."""
        state = verification_on(self.item, day)
        return {**self.public, "version": self.version, "verification_state": state}


def newest(versions: Iterable[Published], day: date) -> Published | None:
    """The version that answers for a day: the newest one whose days cover it."""
    return max((v for v in versions if v.covers(day)), key=lambda v: v.version, default=None)


@dataclass(frozen=True)
class Snapshot:
    """Everything published, as of one revision and one day."""

    revision: int
    """The store's counter when it was read; -1 when it came from files."""
    day: date
    """The day `current` is for."""
    history: Mapping[str, tuple[Published, ...]]
    """All published versions by item id."""
    current: Mapping[str, Published] = field(init=False)
    """The versions in force on `day`, by item id, in id order."""

    def __post_init__(self) -> None:
        chosen = ((item_id, newest(self.history[item_id], self.day)) for item_id in sorted(self.history))
        object.__setattr__(self, "current", {item_id: p for item_id, p in chosen if p is not None})

    @classmethod
    def of_items(cls, items: Iterable[Item], day: date) -> Snapshot:
        """A snapshot straight from files, without a database (training, first start, tests)."""
        return cls(-1, day, {item.id: (Published(item, 1),) for item in items})

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in force, in id order."""
        return tuple(p.item for p in self.current.values())

    @property
    def versions(self) -> Mapping[str, int]:
        """Version number in force, by item id."""
        return {item_id: p.version for item_id, p in self.current.items()}

    def on(self, item_id: str, day: date | None = None) -> Published | None:
        """The version of an item in force on a day (default: the snapshot's); None when there is none."""
        if day is None or day == self.day:
            return self.current.get(item_id)
        return newest(self.history.get(item_id, ()), day)

    def get(self, item_id: str, day: date | None = None) -> Published:
        """Like `on`.

        Raises:
            NotFound: no such item, or none in force on that day.
        """
        found = self.on(item_id, day)
        if found is None:
            raise NotFound(f"没有这个事项：{item_id}")
        return found

    def merged(self, revision: int, day: date, changed: Mapping[str, tuple[Published, ...]]) -> Snapshot:
        """A new snapshot in which the changed items' histories replace the old ones."""
        return Snapshot(revision, day, {**self.history, **changed})
